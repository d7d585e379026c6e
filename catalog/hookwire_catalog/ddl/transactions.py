"""BEGIN, COMMIT, ROLLBACK, savepoints, and the modes of a transaction."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.statements import (
    Begin,
    Commit,
    ReleaseSavepoint,
    Rollback,
    RollbackToSavepoint,
    Savepoint,
)

_MODE_WORDS = ("isolation", "read", "deferrable", "not")


def begin(cursor: TokenCursor) -> Begin:
    cursor.next()
    cursor.accept_word("work", "transaction")
    return Begin(_optional_modes(cursor))


def start(cursor: TokenCursor) -> Begin:
    cursor.next()
    cursor.expect_word("transaction")
    return Begin(_optional_modes(cursor), start=True)


def commit(cursor: TokenCursor) -> Commit:
    cursor.next()
    _no_two_phase(cursor)
    cursor.accept_word("work", "transaction")
    _no_chain(cursor)
    return Commit()


def rollback(cursor: TokenCursor) -> Rollback | RollbackToSavepoint:
    cursor.next()
    _no_two_phase(cursor)
    cursor.accept_word("work", "transaction")
    if cursor.accept_word("to"):
        return RollbackToSavepoint(_savepoint_name(cursor))
    _no_chain(cursor)
    return Rollback()


def abort(cursor: TokenCursor) -> Rollback:
    cursor.next()
    cursor.accept_word("work", "transaction")
    _no_chain(cursor)
    return Rollback()


def savepoint(cursor: TokenCursor) -> Savepoint:
    cursor.next()
    return Savepoint(cursor.identifier())


def release(cursor: TokenCursor) -> ReleaseSavepoint:
    cursor.next()
    return ReleaseSavepoint(_savepoint_name(cursor))


def _savepoint_name(cursor: TokenCursor) -> str:
    """[SAVEPOINT] name; `savepoint` alone is a name too."""
    if cursor.at_word("savepoint") and cursor.peek(1) is not None:
        cursor.next()
    return cursor.identifier()


def _no_two_phase(cursor: TokenCursor) -> None:
    if cursor.at_word("prepared"):
        cursor.unsupported("two-phase commit is not supported")


def _no_chain(cursor: TokenCursor) -> None:
    """[AND [NO] CHAIN]"""
    if cursor.words_follow("and", "chain"):
        cursor.unsupported("AND CHAIN is not supported")
    if cursor.accept_word("and"):
        cursor.expect_words("no", "chain")


def _optional_modes(cursor: TokenCursor) -> tuple[tuple[str, str], ...]:
    return modes(cursor) if cursor.peek() is not None else ()


def modes(cursor: TokenCursor) -> tuple[tuple[str, str], ...]:
    """One or more modes, with or without commas, as settings and their canonical values."""
    found = [_mode(cursor)]
    while cursor.accept_mark(",") or cursor.at_word(*_MODE_WORDS):
        found.append(_mode(cursor))
    return tuple(found)


def _mode(cursor: TokenCursor) -> tuple[str, str]:
    word = cursor.expect_word(*_MODE_WORDS)
    if word == "isolation":
        cursor.expect_word("level")
        return ("transaction_isolation", _level(cursor))
    if word == "read":
        only = cursor.expect_word("only", "write") == "only"
        return ("transaction_read_only", "on" if only else "off")
    if word == "not":
        cursor.expect_word("deferrable")
    return ("transaction_deferrable", "off" if word == "not" else "on")


def _level(cursor: TokenCursor) -> str:
    word = cursor.expect_word("serializable", "repeatable", "read")
    if word == "repeatable":
        cursor.expect_word("read")
        return "repeatable read"
    if word == "read":
        return f"read {cursor.expect_word('committed', 'uncommitted')}"
    return word
