"""The rules: what a statement may name and call."""

from __future__ import annotations

import re

import duckdb

from hookwire_catalog.errors import (
    DuplicateObject,
    FeatureNotSupported,
    InsufficientPrivilege,
    ProgramLimitExceeded,
    SqlSyntaxError,
)
from hookwire_catalog.lexer import unexpected
from hookwire_catalog.split import Statement
from hookwire_engine.duck.errors import to_sql_error
from hookwire_engine.duck.parser import PARSER
from hookwire_engine.duck.states import StatementTooComplex
from hookwire_engine.safety import lexemes as reading
from hookwire_engine.safety import lists
from hookwire_engine.safety import targets as writing
from hookwire_engine.safety.kinds import HINT, StatementKind, statement_kind
from hookwire_engine.safety.lexemes import Form, Lexemes
from hookwire_engine.safety.places import table_places

__all__ = ["StatementKind", "check", "check_sql", "target", "targets"]

MAX_CHARACTERS = 16 * 1024 * 1024
MAX_DEPTH = 500
"""Brackets inside of brackets; DuckDB's own limit for expressions is 1,000."""

_KINDS = frozenset(
    "SELECT INSERT UPDATE DELETE MERGE_INTO EXPLAIN CREATE ALTER DROP MULTI".split()
)
"""Of DuckDB's. TRUNCATE is a DELETE, DESCRIBE a SELECT, COMMENT an ALTER; MULTI is a PIVOT."""

_OUR_PREFIXES = re.compile("|".join(lists.INTERNAL_PREFIXES))
_STEP = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def check(statement: Statement) -> StatementKind:
    """The kind of a statement that may run.

    Raises InsufficientPrivilege (42501) for one that may not, SqlSyntaxError for one that is no
    statement, StatementTooComplex (54001) or ProgramLimitExceeded for one that is too much.
    """
    lexemes = reading.of_tokens(statement.tokens)
    _bound(statement.text, lexemes)
    kind = _kind(statement, lexemes)
    if "variant" in lexemes.names:
        _check_variants(lexemes)
    _scan(lexemes)
    if not reading.same_names(lexemes, statement.text):
        _scan(reading.of_duckdb(statement.text))
    if kind in (StatementKind.CREATE_FUNCTION, StatementKind.CREATE_TYPE):
        _refuse_hiding(lexemes)
    return kind


def check_sql(sql: str, *, passed_on: bool = False) -> None:
    """Refuse a text for DuckDB that is not one statement of an allowed kind and content.

    `passed_on` says that it is the user's own text, untouched by the dialect. It then may not
    name internal or system relations, for which the dialect would have put in its own.
    """
    lexemes = reading.of_duckdb(sql)
    _bound(sql, lexemes)
    if passed_on:
        statement_kind(lexemes)
        if "variant" in lexemes.names:
            _check_variants(lexemes)
    _scan(lexemes, own=not passed_on, strict=passed_on)
    try:
        statements = PARSER.statements(sql)
    except duckdb.Error as error:
        raise to_sql_error(error, sql=sql) from None
    except ValueError:  # a kind that DuckDB's Python package has no name for
        raise _denied("run this statement") from None
    if len(statements) != 1 or statements[0].type.name not in _KINDS:
        raise _denied("run this statement")


def _kind(statement: Statement, lexemes: Lexemes) -> StatementKind:
    try:
        return statement_kind(lexemes)
    except SqlSyntaxError as error:
        found = (t for t in statement.tokens if t.start + 1 == error.position)
        token = next(found, statement.tokens[-1])
        raise unexpected(token.text, token.start) from None


def targets(statement: Statement) -> list[tuple[str, ...]]:
    """The names (one to three parts, folded) of all relations that the statement writes."""
    return writing.targets(reading.of_tokens(statement.tokens))


def target(statement: Statement) -> tuple[str, ...] | None:
    """The first of `targets`; None for a statement that writes none."""
    return next(iter(targets(statement)), None)


def _bound(text: str, lexemes: Lexemes) -> None:
    if len(text) > MAX_CHARACTERS:
        raise ProgramLimitExceeded(f"a statement may have {MAX_CHARACTERS} characters")
    if text.count("(") + text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for at, name in enumerate(lexemes.names):
        depth += _STEP.get(name, 0)
        if depth > MAX_DEPTH:
            position = lexemes.starts[at] + 1
            raise StatementTooComplex("stack depth limit exceeded", position=position)


def _scan(lexemes: Lexemes, *, own: bool = False, strict: bool = False) -> None:
    """Refuse what no statement may hold.

    `own` lets the names pass that the dialect writes; `strict` is for texts that it has not seen.
    """
    names = frozenset(lexemes.names)
    called = names & lists.denied_functions()
    if own or strict:
        called |= names & lists.UNTRANSLATED_FUNCTIONS
    if called:
        _check_calls(lexemes, called, own=own)
    if not own:
        _check_names(lexemes, names)
    suspicious = lists.SUSPICIOUS_TABLES | lists.denied_tables()
    if strict or Form.STRING in lexemes.forms or not names.isdisjoint(suspicious):
        for at in table_places(lexemes):
            _check_table(lexemes, at, own=own, strict=strict)


def _check_calls(lexemes: Lexemes, called: frozenset[str], *, own: bool) -> None:
    for at, name in enumerate(lexemes.names):
        if name not in called or lexemes.name(at + 1) != "(" or not _is_name(lexemes, at):
            continue
        ours = own and lexemes.names[max(at - 2, 0) : at] == ["hw", "."]
        if not ours and (at == 0 or lexemes.word(at - 1) not in _BEFORE_COLUMNS):
            raise _denied_name("function ", lexemes, at)


_BEFORE_COLUMNS = frozenset({"with", "recursive", "into"})
"""After these a name with parentheses is a relation with its columns."""


def _check_names(lexemes: Lexemes, names: frozenset[str]) -> None:
    joined = " ".join(names)
    if not _OUR_PREFIXES.search(joined) and names.isdisjoint(lists.INTERNAL_NAMES):
        return
    for at, name in enumerate(lexemes.names):
        if _is_name(lexemes, at) and (
            name in lists.INTERNAL_NAMES or name.startswith(lists.INTERNAL_PREFIXES)
        ):
            raise _denied_name("", lexemes, at)


def _is_name(lexemes: Lexemes, at: int) -> bool:
    return lexemes.forms[at] in (Form.WORD, Form.QUOTED)


def _check_table(lexemes: Lexemes, at: int, *, own: bool, strict: bool) -> None:
    """Refuse a file, and a relation of another database, where a table is named."""
    name, form = lexemes.names[at], lexemes.forms[at]
    if form is Form.STRING or (strict and form is Form.QUOTED and _is_path(name)):
        position = lexemes.starts[at] + 1
        raise InsufficientPrivilege("permission denied for file", hint=HINT, position=position)
    if form is Form.OTHER:
        return
    last = _last_part(lexemes, at)
    if lexemes.names[last] in lists.denied_tables() and lexemes.name(last + 1) == "(":
        raise _denied_name("function ", lexemes, last)
    qualified = lexemes.name(at + 1) == "."
    if qualified and not own and name in lists.DATABASES:
        raise _denied_name("database ", lexemes, at)
    if lexemes.word(at) == "show" and lexemes.name(at + 1) not in _AFTER_TABLE:
        raise _denied("show")
    if strict and qualified and name in lists.SYSTEM_SCHEMAS:
        raise _denied_name("schema ", lexemes, at)
    if strict and not qualified and name in lists.system_views():
        raise _denied_name("relation ", lexemes, at)


def _last_part(lexemes: Lexemes, at: int) -> int:
    """The index of the last part of the dotted name that begins at `at`."""
    while lexemes.name(at + 1) == "." and at + 2 < len(lexemes.names):
        at += 2
    return at


_AFTER_TABLE = frozenset({"", ")", ",", ".", "where", "join", "group", "order", "limit"})


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith(lists.FILE_SUFFIXES)


def _check_variants(lexemes: Lexemes) -> None:
    """DuckDB 2.0.1 recurses on deeply nested JSON that is cast to VARIANT, and is gone."""
    defines, makes_type = lexemes.word(0) in ("create", "alter"), "type" in lexemes.names[:4]
    for at, name in enumerate(lexemes.names):
        if name != "variant" or at == 0:
            continue
        before, after = lexemes.names[at - 1], lexemes.name(at + 1)
        cast = before == "::" or (before == "as" and after in (")", "["))
        column = defines and _is_name(lexemes, at - 1) and after in _AFTER_TYPE
        if before == "as":
            column = column and makes_type
        if cast or (column and before not in _BEFORE_NAME):
            raise FeatureNotSupported(
                "type variant is not supported here", position=lexemes.starts[at] + 1
            )


_AFTER_TYPE = frozenset(
    """not null default check primary unique collate using references generated constraint set
    first after""".split()
) | {"", ",", ")", "["}
_BEFORE_NAME = frozenset("column table view rename exists to add drop select by on".split())


def _refuse_hiding(lexemes: Lexemes) -> None:
    """A function or type of a built-in name would take its place in what the dialect writes."""
    words = ("function", "macro", "type")
    at = next(at for at in range(len(lexemes.names)) if lexemes.word(at) in words) + 1
    if lexemes.names[at : at + 3] == ["if", "not", "exists"]:
        at += 3
    while lexemes.name(at + 1) == ".":
        at += 2
    if lexemes.name(at) in lists.builtin_names():
        position = lexemes.starts[at] + 1
        raise DuplicateObject(f'"{lexemes.value(at)}" already exists', position=position)


def _denied(what: str) -> InsufficientPrivilege:
    return InsufficientPrivilege(f"permission denied to {what}", hint=HINT)


def _denied_name(what: str, lexemes: Lexemes, at: int) -> InsufficientPrivilege:
    message = f"permission denied for {what}{lexemes.value(at)}"
    return InsufficientPrivilege(message, hint=HINT, position=lexemes.starts[at] + 1)
