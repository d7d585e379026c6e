"""PostgreSQL's grammar: a statement's tokens to a tree (nodes.py).

Why a parser of our own. sqlglot parses 97 % of what clients send but reads `f(body->'x')` as a
lambda, knows neither `#>>` nor `?`, gives operators other precedences, and points at no place of
PostgreSQL's when it refuses. The tokens come from the lexer that split the query string, so every
node knows its character, and the message for a wrong token is PostgreSQL's own.

What DuckDB has beyond PostgreSQL is parsed where it stands among PostgreSQL's constructs
(QUALIFY, EXCLUDE, ASOF JOIN, lists, structs, lambdas, FROM first); other statements of DuckDB's
are left to passthrough.py.
"""

from __future__ import annotations

from hookwire_catalog.split import Statement
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.parse import changes, expressions, plain, select
from hookwire_engine.dialect.parse.cursor import Cursor, Grammar
from hookwire_engine.dialect.parse.tabledefs import create_table

_QUERY_STARTS = frozenset({"select", "values", "table", "with", "(", "from"})


def _query_or_change(p: Cursor) -> nodes.Statement:
    at = p.at
    with_ = select.with_clause(p)
    if p.word in changes.WORDS:
        return changes.change(p, with_)
    return select.finish_query(p, at, with_)


_GRAMMAR = Grammar(expressions.expression, expressions.operand, select.query, _query_or_change)


def cursor(statement: Statement) -> Cursor:
    return Cursor(statement.tokens, len(statement.text), _GRAMMAR)


def parse(statement: Statement) -> nodes.Statement | None:
    """The tree of a statement; None for one that begins as none of ours does.

    Raises SqlSyntaxError (42601) with PostgreSQL's message and position.
    """
    p = cursor(statement)
    tree = _statement(p)
    if tree is not None and p.i < len(p.tokens):
        raise p.fail()
    return tree


def _statement(p: Cursor) -> nodes.Statement | None:
    word = p.word
    if word in _QUERY_STARTS or word in changes.WORDS:
        return _query_or_change(p)
    if word == "create" and _creates_table(p):
        p.i += 1
        return create_table(p)
    if word == "explain":
        return _explain(p)
    return plain.definition(p)


def _creates_table(p: Cursor) -> bool:
    i = p.i + 1
    while p.words[i] in ("global", "local", "temp", "temporary", "unlogged"):
        i += 1
    return p.words[i] == "table"


def _explain(p: Cursor) -> nodes.Statement | None:
    at = p.at
    p.expect("explain")
    analyze, format_ = False, "text"
    if p.word == "(" and p.words[p.i + 1] not in ("select", "with", "values", "("):
        p.i += 1
        while True:
            name = p.label()
            value = p.label() if p.word not in (",", ")") else "true"
            if name == "analyze":
                analyze = value in ("true", "on", "1")
            elif name == "format":
                format_ = value
            if not p.accept(","):
                break
        p.expect(")")
    else:
        analyze = p.accept_any("analyze", "analyse") is not None
        p.accept("verbose")
    inner = _statement(p)
    return None if inner is None else nodes.Explain(at, analyze, format_, inner)
