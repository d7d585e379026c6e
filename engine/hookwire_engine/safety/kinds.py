"""What kind of statement a text is and which relations it changes, by its first words."""

from __future__ import annotations

from enum import StrEnum

from hookwire_catalog.errors import InsufficientPrivilege, SqlError
from hookwire_catalog.lexer import unexpected
from hookwire_engine.safety.lexemes import Form, Lexemes


class StatementKind(StrEnum):
    """The statements that may reach DuckDB. DESCRIBE is SUMMARIZE too; COMMENT is COMMENT ON."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    MERGE = "MERGE"
    TRUNCATE = "TRUNCATE"
    DESCRIBE = "DESCRIBE"
    EXPLAIN = "EXPLAIN"
    CREATE_TABLE = "CREATE TABLE"
    CREATE_VIEW = "CREATE VIEW"
    CREATE_INDEX = "CREATE INDEX"
    CREATE_SEQUENCE = "CREATE SEQUENCE"
    CREATE_TYPE = "CREATE TYPE"
    CREATE_FUNCTION = "CREATE FUNCTION"
    CREATE_SCHEMA = "CREATE SCHEMA"
    ALTER = "ALTER"
    DROP = "DROP"
    COMMENT = "COMMENT"


_FIRST_WORDS = {
    "select": StatementKind.SELECT,
    "values": StatementKind.SELECT,
    "table": StatementKind.SELECT,
    "from": StatementKind.SELECT,
    "pivot": StatementKind.SELECT,
    "unpivot": StatementKind.SELECT,
    "describe": StatementKind.DESCRIBE,
    "desc": StatementKind.DESCRIBE,
    "summarize": StatementKind.DESCRIBE,
    "insert": StatementKind.INSERT,
    "update": StatementKind.UPDATE,
    "delete": StatementKind.DELETE,
    "merge": StatementKind.MERGE,
    "truncate": StatementKind.TRUNCATE,
    "comment": StatementKind.COMMENT,
}
_DEFINED = {
    "table": StatementKind.CREATE_TABLE,
    "view": StatementKind.CREATE_VIEW,
    "index": StatementKind.CREATE_INDEX,
    "sequence": StatementKind.CREATE_SEQUENCE,
    "type": StatementKind.CREATE_TYPE,
    "function": StatementKind.CREATE_FUNCTION,
    "macro": StatementKind.CREATE_FUNCTION,
    "schema": StatementKind.CREATE_SCHEMA,
}
MODIFIERS = frozenset(
    "or replace temp temporary local global unlogged unique recursive materialized".split()
)
_FORBIDDEN = frozenset(
    """abort analyze attach begin call checkpoint commit copy deallocate detach end execute export
    force import install kill load pragma prepare release reset rollback savepoint set show start
    use vacuum""".split()
)
"""DuckDB knows these words, or PostgreSQL does and the session answers for them."""

HINT = "Hookwire runs SQL on its own relations only: no files, network, settings or extensions."
_COPY_HINT = (
    "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone."
)
EXPLAIN_OPTIONS = frozenset({"analyze", "verbose", "analyse"})


def statement_kind(lexemes: Lexemes, at: int = 0) -> StatementKind:
    """Raises InsufficientPrivilege, or SqlSyntaxError for what is no statement at all.

    Recurses once for each WITH inside of a parenthesis that follows a WITH.
    """
    while lexemes.name(at) == "(":
        at += 1
    word = lexemes.word(at)
    if word == "explain":
        inner = explained(lexemes, at)
        if lexemes.word(inner) == "explain":
            raise _unexpected(lexemes, inner)
        statement_kind(lexemes, inner)
        return StatementKind.EXPLAIN
    if word == "with":
        return _after_ctes(lexemes, at)
    if word in _FIRST_WORDS and not (word == "update" and lexemes.word(at + 1) == "extensions"):
        return _FIRST_WORDS[word]
    if word in ("create", "alter", "drop"):
        return _definition(lexemes, at, word)
    if word == "copy":
        message = "permission denied to COPY to or from a file"
        raise InsufficientPrivilege(message, hint=_COPY_HINT)
    if word in _FORBIDDEN or word == "update":
        raise _denied(word)
    raise _unexpected(lexemes, at)


def _definition(lexemes: Lexemes, at: int, word: str) -> StatementKind:
    at += 1
    while lexemes.word(at) in MODIFIERS:
        at += 1
    what = lexemes.word(at)
    if what not in _DEFINED:
        raise _denied(f"{word} {what}")
    if word == "create":
        return _DEFINED[what]
    return StatementKind.ALTER if word == "alter" else StatementKind.DROP


def explained(lexemes: Lexemes, at: int = 0) -> int:
    """Where the statement that an EXPLAIN at `at` explains begins."""
    at += 1
    first = lexemes.word(at + 1)
    if lexemes.name(at) == "(" and first and first not in _FIRST_WORDS and first != "with":
        at = _closing(lexemes, at) + 1
    while lexemes.word(at) in EXPLAIN_OPTIONS:
        at += 1
    return at


def _after_ctes(lexemes: Lexemes, at: int) -> StatementKind:
    """The kind of WITH ... : that of the first statement word after a CTE's parenthesis."""
    size = len(lexemes.names)
    while at < size:
        if lexemes.name(at) != "(":
            at += 1
            continue
        at = _closing(lexemes, at) + 1
        if lexemes.word(at) in _FIRST_WORDS or lexemes.name(at) == "(":
            return statement_kind(lexemes, at)
    raise _unexpected(lexemes, size - 1)


_STEP = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def _closing(lexemes: Lexemes, at: int) -> int:
    """The index of the bracket that closes the one at `at`; the last index if none does."""
    depth = 0
    for index in range(at, len(lexemes.names)):
        if lexemes.forms[index] is Form.OTHER:
            depth += _STEP.get(lexemes.names[index], 0)
            if depth == 0:
                return index
    return len(lexemes.names) - 1


def _unexpected(lexemes: Lexemes, at: int) -> SqlError:
    at = min(at, len(lexemes.names) - 1)
    return unexpected(lexemes.names[at], lexemes.starts[at])


def _denied(what: str) -> InsufficientPrivilege:
    return InsufficientPrivilege(f"permission denied to {what.strip()}", hint=HINT)
