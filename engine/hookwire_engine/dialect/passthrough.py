"""Statements that our grammar does not know but DuckDB does: token by token, names resolved.

PIVOT, SUMMARIZE, DESCRIBE and their like, and queries with a clause that only DuckDB has, go to
DuckDB as written, except that each name of a relation becomes the relation's target. What DuckDB's
parser does not take either is a syntax error, the one that our own parser found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from hookwire_catalog.errors import InsufficientPrivilege, SqlSyntaxError
from hookwire_catalog.lexer import Kind, Token
from hookwire_catalog.split import Statement
from hookwire_engine.dialect.code import Code, Mark, literal, quoted
from hookwire_engine.dialect.resolve import lookup
from hookwire_engine.dialect.resolve.tables import undefined_table
from hookwire_engine.dialect.scopes import Context
from hookwire_engine.duck.parser import PARSER

_RELATION_FOLLOWS = frozenset(
    {"from", "join", "summarize", "pivot", "unpivot", "describe", "into", "update", "table"}
)
_STARTS = frozenset(
    {"select", "from", "with", "values", "pivot", "unpivot", "summarize", "describe", "(", "table"}
)


def passes(statement: Statement) -> bool:
    """Whether DuckDB takes the text as one query."""
    if statement.tokens[0].text.lower() not in _STARTS:
        return False
    try:
        found = PARSER.statements(statement.text)
    except (duckdb.Error, ValueError):
        return False
    return len(found) == 1


def passed(statement: Statement, context: Context, error: SqlSyntaxError) -> Code:
    """The text for DuckDB; raises `error` if it does not take it."""
    if not passes(statement):
        raise error
    return tuple(_pieces(statement, context))


def _pieces(statement: Statement, context: Context) -> Iterator[Code]:
    tokens = statement.tokens
    common = _common_names(tokens)
    i = 0
    last = 0
    while i < len(tokens):
        token = tokens[i]
        yield statement.text[last : token.start]
        last = token.end
        if token.kind is Kind.PARAM:
            yield context.parameters.reference(int(token.text[1:]), token.start).code
            i += 1
            continue
        _check_call(tokens, i)
        if _names_relation(tokens, i):
            stop = _name_end(tokens, i)
            if tokens[i].kind in (Kind.STRING, Kind.DOLLAR_STRING):
                raise InsufficientPrivilege(
                    "permission denied to read files", position=token.start + 1
                )
            code = _relation(tokens, i, stop, common, context)
            if code is not None:
                yield Mark(token.start, code)
                last = tokens[stop - 1].end
                i = stop
                continue
        yield _token(token)
        i += 1


def _token(token: Token) -> str:
    if token.kind in (Kind.STRING, Kind.DOLLAR_STRING):
        return literal(token.value)
    if token.kind is Kind.QUOTED_IDENT:
        return quoted(token.value)
    return token.text


def _common_names(tokens: tuple[Token, ...]) -> set[str]:
    """Names that WITH gives: `name AS (`, `name (a, b) AS (`."""
    found: set[str] = set()
    for i, token in enumerate(tokens):
        if token.is_word("as") and i and i + 1 < len(tokens) and tokens[i + 1].text == "(":
            found.add(tokens[i - 1].value)
    return found


def _names_relation(tokens: tuple[Token, ...], i: int) -> bool:
    token = tokens[i]
    if token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT, Kind.STRING, Kind.DOLLAR_STRING) or not i:
        return False
    before = tokens[i - 1]
    if before.kind is not Kind.IDENT or before.text.lower() not in _RELATION_FOLLOWS:
        return _in_from_list(tokens, i)
    if before.is_word("into", "unpivot") and token.is_word("name", "include", "exclude"):
        # UNPIVOT ... INTO NAME n VALUE v; UNPIVOT INCLUDE NULLS (...).
        return False
    return not token.is_word("select", "lateral", "values", "only", "distinct")


def _in_from_list(tokens: tuple[Token, ...], i: int) -> bool:
    """After a comma of FROM's list."""
    if tokens[i - 1].text != ",":
        return False
    depth = 0
    for j in range(i - 2, -1, -1):
        text = tokens[j].text.lower()
        if text in (")", "]", "}"):
            depth += 1
        elif text in ("(", "[", "{"):
            if depth == 0:
                return False
            depth -= 1
        elif depth == 0 and tokens[j].kind is Kind.IDENT:
            if text == "from":
                return True
            if text in ("select", "where", "group", "order", "on", "using", "having", "in", "by",
                        "qualify", "window", "values", "limit"):  # fmt: skip
                return False
    return False


def _name_end(tokens: tuple[Token, ...], i: int) -> int:
    stop = i + 1
    while stop + 1 < len(tokens) and tokens[stop].text == ".":
        stop += 2
    return stop


def _relation(
    tokens: tuple[Token, ...], i: int, stop: int, common: set[str], context: Context
) -> Code | None:
    """The target of the relation named there; None for a common name or a function call."""
    if stop < len(tokens) and tokens[stop].text == "(":
        return None
    parts = tuple(tokens[j].value for j in range(i, stop, 2))
    if len(parts) == 1 and parts[0] in common:
        return None
    relation = context.environment.relation(parts)
    if relation is None:
        raise undefined_table(parts, tokens[i].start)
    context.use(relation)
    if tokens[i - 1].is_word("summarize", "describe"):
        return relation.target
    aliased = stop < len(tokens) and (
        tokens[stop].is_word("as") or tokens[stop].kind is Kind.QUOTED_IDENT
    )
    return (
        relation.target
        if aliased or not _takes_alias(tokens, stop)
        else (f"{relation.target} AS {quoted(parts[-1])}")
    )


def _takes_alias(tokens: tuple[Token, ...], stop: int) -> bool:
    """Whether an alias may be added: nothing, or a clause, follows the name."""
    if stop >= len(tokens):
        return False
    following = tokens[stop]
    if following.kind is not Kind.IDENT:
        return following.text in (",", ")")
    return following.is_word("where", "join", "left", "right", "inner", "full", "cross", "group",
                             "order", "limit", "qualify", "union", "asof", "natural", "select",
                             "having", "window", "offset")  # fmt: skip


def _check_call(tokens: tuple[Token, ...], i: int) -> None:
    """Functions that tell what is no business of a statement's are refused here, too."""
    token = tokens[i]
    if token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT):
        return
    if i + 1 < len(tokens) and tokens[i + 1].text == "(":
        lookup.check_allowed(token.value, token.start)
