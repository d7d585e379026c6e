"""DECLARE, FETCH, MOVE and CLOSE as values (PostgreSQL's pages of these names).

A cursor is a portal with a name of its own: FETCH reaches the portals of the extended protocol
too, and Execute reaches the cursors of DECLARE. All of them go forward only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import (
    ObjectNotInPrerequisiteState,
    SqlSyntaxError,
)
from hookwire_catalog.lexer import Token
from hookwire_catalog.split import Statement
from hookwire_pgwire.parts import part

EVERYTHING: Final = None
"""The count of FETCH ALL."""


@dataclass(frozen=True, slots=True)
class Declare:
    name: str
    query: Statement
    binary: bool
    hold: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Pass over `skip` rows, then take `count`; `absolute` counts the skipped from the start."""

    skip: int = 0
    count: int | None = 1
    absolute: bool = False

    def skipped(self, position: int) -> int:
        """How many rows to pass over, for a cursor that has given `position` rows.

        Raises ObjectNotInPrerequisiteState (55000) for a step back. To fetch no row is one too:
        it would be the last row again.
        """
        skip = self.skip - position if self.absolute else self.skip
        if skip < 0 or (self.count is not None and self.count <= 0):
            raise ObjectNotInPrerequisiteState(
                "cursor can only scan forward",
                hint="Turn the ORDER BY of the query round, or declare the cursor again.",
            )
        return skip


BACKWARD: Final = Way(skip=-1)


@dataclass(frozen=True, slots=True)
class Fetch:
    """FETCH, or MOVE, which `moves` only."""

    name: str
    way: Way
    moves: bool


@dataclass(frozen=True, slots=True)
class CloseCursor:
    """`name` None is ALL."""

    name: str | None


def parse_declare(statement: Statement) -> Declare:
    cursor = TokenCursor(statement)
    cursor.expect_word("declare")
    name = cursor.identifier()
    binary = False
    while not cursor.accept_word("cursor"):
        if cursor.at_word("scroll"):
            cursor.unsupported(
                "SCROLL cursors are not supported", "Cursors go forward only: declare it without."
            )
        word = cursor.expect_word("binary", "insensitive", "asensitive", "no")
        binary = binary or word == "binary"
        if word == "no":
            cursor.expect_word("scroll")
    hold = cursor.accept_word("with") is not None
    if hold or cursor.accept_word("without"):
        cursor.expect_word("hold")
    cursor.expect_word("for")
    if not cursor.at_word("select", "with", "values", "table", "from") and not _opens(cursor):
        cursor.fail()
    return Declare(name, part(statement, _rest(cursor)), binary, hold)


def _opens(cursor: TokenCursor) -> bool:
    token = cursor.peek()
    return token is not None and token.text == "("


def _rest(cursor: TokenCursor) -> list[Token]:
    tokens = []
    while cursor.peek() is not None:
        tokens.append(cursor.next())
    return tokens


def parse_fetch(statement: Statement) -> Fetch:
    cursor = TokenCursor(statement)
    moves = cursor.expect_word("fetch", "move") == "move"
    way = Way() if cursor.peek(1) is None else _way(cursor)
    cursor.accept_word("from", "in")
    name = cursor.identifier()
    cursor.end()
    return Fetch(name, way, moves)


def _way(cursor: TokenCursor) -> Way:
    if cursor.accept_word("next"):
        return Way()
    if cursor.accept_word("prior", "last"):
        return BACKWARD
    if cursor.accept_word("first"):
        return Way(absolute=True)
    if word := cursor.accept_word("absolute", "relative"):
        return Way(_number(cursor) - 1, 1, word == "absolute")
    direction = cursor.accept_word("forward", "backward")
    if cursor.accept_word("all"):
        return BACKWARD if direction == "backward" else Way(count=EVERYTHING)
    number = _accept_number(cursor)
    return BACKWARD if direction == "backward" else Way(count=1 if number is None else number)


def _accept_number(cursor: TokenCursor) -> int | None:
    position = cursor.position
    text = cursor.accept_number()
    if text is None:
        return None
    if not text.lstrip("-").isdecimal():
        raise SqlSyntaxError(f'syntax error at or near "{text}"', position=position)
    return int(text)


def _number(cursor: TokenCursor) -> int:
    number = _accept_number(cursor)
    return cursor.fail() if number is None else number


def parse_close(statement: Statement) -> CloseCursor:
    cursor = TokenCursor(statement)
    cursor.expect_word("close")
    name = None if cursor.accept_word("all") else cursor.identifier()
    cursor.end()
    return CloseCursor(name)
