"""DECLARE, FETCH, MOVE and CLOSE as values (PostgreSQL's pages of these names).

A cursor is a portal with a name of its own: FETCH reaches the portals of the extended protocol
too, and Execute reaches the cursors of DECLARE. Only those with SCROLL go back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import InvalidCursorDefinition, SqlSyntaxError
from hookwire_catalog.lexer import Token
from hookwire_catalog.split import Statement
from hookwire_pgwire.parts import part

_EITHER = (
    ("scroll", "no", "SCROLL and NO SCROLL"),
    ("asensitive", "insensitive", "ASENSITIVE and INSENSITIVE"),
)

EVERYTHING: Final = None
"""The count of FETCH ALL."""


@dataclass(frozen=True, slots=True)
class Declare:
    name: str
    query: Statement
    binary: bool
    hold: bool
    scroll: bool = False


class Direction(Enum):
    FORWARD = auto()
    BACKWARD = auto()
    ABSOLUTE = auto()
    RELATIVE = auto()


@dataclass(frozen=True, slots=True)
class Way:
    """Which rows, as DoPortalRunFetch in PostgreSQL's pquery.c reads it; see `steps`."""

    direction: Direction = Direction.FORWARD
    count: int | None = 1

    @property
    def steps(self) -> list[Step]:
        """How to go, the last step being the one whose rows are given."""
        count = self.count
        if self.direction is Direction.ABSOLUTE:
            assert count is not None
            if count > 0:
                return [Seek(count - 1), Move(1)]
            if count == 0:
                return [Seek(0)]
            return [Move(EVERYTHING), *_relative(count)]
        if self.direction is Direction.RELATIVE:
            assert count is not None
            return _relative(count)
        back = self.direction is Direction.BACKWARD
        if count is EVERYTHING:
            return [Move(EVERYTHING, back)]
        if count < 0:
            return [Move(-count, not back)]
        return [Move(count, back)] if count else [Again()]


@dataclass(frozen=True, slots=True)
class Seek:
    """To the row of this number, or with 0 before the first."""

    position: int


@dataclass(frozen=True, slots=True)
class Move:
    """So many rows, all with None."""

    count: int | None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """The current row once more."""


Step: TypeAlias = Seek | Move | Again


def _relative(count: int) -> list[Step]:
    if count == 0:
        return [Again()]
    return [Move(abs(count) - 1, count < 0), Move(1, count < 0)]


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
    asked: set[str] = set()
    while not cursor.accept_word("cursor"):
        word = cursor.expect_word("binary", "insensitive", "asensitive", "scroll", "no")
        if word == "no":
            cursor.expect_word("scroll")
        asked.add(word)
    for one, other, told in _EITHER:
        if {one, other} <= asked:
            raise InvalidCursorDefinition(f"cannot specify both {told}")
    hold = cursor.accept_word("with") is not None
    if hold or cursor.accept_word("without"):
        cursor.expect_word("hold")
    cursor.expect_word("for")
    if not cursor.at_word("select", "with", "values", "table", "from") and not _opens(cursor):
        cursor.fail()
    return Declare(name, part(statement, _rest(cursor)), "binary" in asked, hold, "scroll" in asked)


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
    if cursor.accept_word("prior"):
        return Way(Direction.BACKWARD)
    if word := cursor.accept_word("first", "last"):
        return Way(Direction.ABSOLUTE, 1 if word == "first" else -1)
    if word := cursor.accept_word("absolute", "relative"):
        return Way(Direction[word.upper()], _number(cursor))
    word = cursor.accept_word("forward", "backward")
    direction = Direction.FORWARD if word is None else Direction[word.upper()]
    if cursor.accept_word("all"):
        return Way(direction, EVERYTHING)
    number = _accept_number(cursor)
    return Way(direction, 1 if number is None else number)


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
