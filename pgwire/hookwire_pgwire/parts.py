"""Statements inside statements: the query of a COPY, of a cursor, of a PREPARE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hookwire_catalog.errors import SqlError
from hookwire_catalog.lexer import Token
from hookwire_catalog.split import Statement, split_statements


def part(statement: Statement, tokens: Sequence[Token]) -> Statement:
    """The text from the first of `tokens` to the last; its `start` counts from `statement`'s."""
    start, end = tokens[0].start, tokens[-1].end
    moved = tuple(Token(t.kind, t.text, t.start - start, t.end - start) for t in tokens)
    return Statement(statement.text[start:end], start, moved)


def made(sql: str) -> Statement:
    """A statement of our own words."""
    return split_statements(sql)[0]


@contextmanager
def within(inner: Statement | None) -> Iterator[None]:
    """The positions of errors in `inner`, a part, become positions in the whole.

    None says that the client never wrote it: then there is no position to tell.
    """
    try:
        yield
    except SqlError as error:
        if inner is None:
            error.position = None
        elif error.position is not None:
            error.position += inner.start
        raise
