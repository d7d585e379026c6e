"""A place in the tokens of a check, and the words that no check may hold."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.errors import FeatureNotSupported, ProgramLimitExceeded, SqlSyntaxError
from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import Kind, Token, unexpected

MAX_DEPTH = 100
"""Levels of a tree. A level takes at most six Python frames to read and one to evaluate."""
MAX_TOKENS = 20_000

NAMES = (Kind.IDENT, Kind.QUOTED_IDENT)
STRINGS = (Kind.STRING, Kind.DOLLAR_STRING)


class StatementTooComplex(ProgramLimitExceeded):
    sqlstate = "54001"


def too_deep(at: int) -> StatementTooComplex:
    return StatementTooComplex(
        "stack depth limit exceeded",
        hint=f"Write the check with at most {MAX_DEPTH} levels of nesting.",
        position=at + 1,
    )


def refused(message: str, at: int, hint: str | None = None) -> FeatureNotSupported:
    return FeatureNotSupported(message, hint=hint, position=at + 1)


class Reader:
    """Reads tokens from left to right; raises SqlSyntaxError (42601) where PostgreSQL does."""

    def __init__(self, tokens: Sequence[Token], size: int) -> None:
        self.tokens = [t for t in tokens if t.kind not in (Kind.SPACE, Kind.COMMENT)]
        if len(self.tokens) > MAX_TOKENS:
            raise StatementTooComplex(
                "the check is too long",
                hint=f"A check may hold at most {MAX_TOKENS} words and symbols.",
                position=self.tokens[MAX_TOKENS].start + 1,
            )
        self.size = size
        self.i = 0
        self.depth = 0

    @property
    def at(self) -> int:
        return self.tokens[self.i].start if self.i < len(self.tokens) else self.size

    @property
    def word(self) -> str:
        return self.peek(0)

    def peek(self, ahead: int) -> str:
        """A key word or name in lower case, a symbol as it is; empty for anything else."""
        i = self.i + ahead
        if i >= len(self.tokens):
            return ""
        token = self.tokens[i]
        if token.kind is Kind.IDENT:
            return token.text.lower()
        return token.text if token.kind in (Kind.OPERATOR, Kind.PUNCT) else ""

    def kind(self, ahead: int = 0) -> Kind | None:
        i = self.i + ahead
        return self.tokens[i].kind if i < len(self.tokens) else None

    def fail(self) -> SqlSyntaxError:
        if self.i >= len(self.tokens):
            return SqlSyntaxError("syntax error at end of input", position=self.size + 1)
        token = self.tokens[self.i]
        return unexpected(token.text, token.start)

    def take(self) -> Token:
        if self.i >= len(self.tokens):
            raise self.fail()
        self.i += 1
        return self.tokens[self.i - 1]

    def accept(self, *words: str) -> bool:
        """All of `words` one after another, or none."""
        if all(self.peek(i) == word for i, word in enumerate(words)):
            self.i += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.fail()

    def is_name(self, ahead: int = 0) -> bool:
        kind = self.kind(ahead)
        if kind is Kind.IDENT:
            return self.peek(ahead) not in RESERVED
        return kind is Kind.QUOTED_IDENT

    def name(self) -> str:
        if not self.is_name():
            raise self.fail()
        return self.take().value

    def names(self) -> tuple[str, ...]:
        """`a` or `a.b.c`."""
        parts = [self.name()]
        while self.accept("."):
            if self.kind() not in NAMES:
                raise self.fail()
            parts.append(self.take().value)
        return tuple(parts)

    def string(self) -> str:
        if self.kind() not in STRINGS:
            raise self.fail()
        return self.take().value

    def down(self) -> None:
        """One level deeper; the caller comes back with `up`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep(self.at)

    def up(self) -> None:
        self.depth -= 1
