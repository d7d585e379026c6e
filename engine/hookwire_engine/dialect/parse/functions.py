"""CREATE FUNCTION in the language SQL, with one query for its body (PostgreSQL 38.5)."""

from __future__ import annotations

from hookwire_catalog.errors import FeatureNotSupported
from hookwire_catalog.split import split_statements
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.parse.cursor import END, STRING, Cursor
from hookwire_engine.dialect.parse.typenames import type_name


def create_function(p: Cursor, replace: bool) -> nodes.CreateFunction:
    p.i += 2 + 2 * replace
    at = p.at
    parts = p.qualified_name()
    arguments = _arguments(p)
    p.expect("returns")
    if p.word == "table":
        raise _unsupported(p, "functions that return a table")
    returns = type_name(p)
    body: nodes.Query | None = None
    while p.word != END:
        found = _clause(p)
        body = found or body
    if body is None:
        raise p.fail()
    return nodes.CreateFunction(at, parts, arguments, returns, body, replace)


def _unsupported(p: Cursor, what: str) -> FeatureNotSupported:
    return FeatureNotSupported(
        f"{what} are not supported",
        hint="A function can be one SELECT of one value, in the language SQL.",
        position=p.at + 1,
    )


def _arguments(p: Cursor) -> tuple[nodes.ColumnDef, ...]:
    p.expect("(")
    found: list[nodes.ColumnDef] = []
    while p.word != ")":
        at = p.at
        p.accept("in")
        if p.word in ("out", "inout", "variadic"):
            raise _unsupported(p, "OUT and VARIADIC parameters")
        named = p.words[p.i + 1] not in (",", ")", "(", "[", "default", "=", ".")
        name = p.name() if named else f"_{len(found) + 1}"
        found.append(nodes.ColumnDef(at, name, type_name(p)))
        if p.word in ("default", "="):
            raise _unsupported(p, "default values of parameters")
        if not p.accept(","):
            break
    p.expect(")")
    return tuple(found)


_PLAIN = ("immutable", "stable", "volatile", "strict", "leakproof", "window")


def _clause(p: Cursor) -> nodes.Query | None:
    """One clause after RETURNS; the body if it is that."""
    if p.accept("language"):
        language = p.string() if p.word == STRING else p.name()
        if language.lower() != "sql":
            raise _unsupported(p, f"functions in the language {language}")
        return None
    if p.accept("as"):
        return _body(p)
    if p.accept("return"):
        value = p.expression()
        return nodes.Query(value.at, nodes.Select(value.at, (nodes.Target(value.at, value),)))
    if p.accept_any("parallel", "cost", "rows"):
        p.take()
        return None
    if p.accept_words("called", "on", "null", "input") or (
        p.accept_words("returns", "null", "on", "null", "input")
    ):
        return None
    if p.accept_any(*_PLAIN) is None:
        raise p.fail()
    return None


def _body(p: Cursor) -> nodes.Query:
    text = p.string()
    statements = split_statements(text)
    if len(statements) != 1:
        raise _unsupported(p, "functions of several statements")
    inner = Cursor(statements[0].tokens, len(statements[0].text), p.grammar)
    query = inner.query()
    if inner.word != END:
        raise inner.fail()
    return query
