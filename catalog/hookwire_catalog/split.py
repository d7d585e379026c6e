"""A query string to its statements."""

from __future__ import annotations

from dataclasses import dataclass

from hookwire_catalog.lexer import Kind, Token, tokenize


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its text without the semicolon, and its tokens without spaces and comments.

    `start` is the 0-based index of `text` in the query string. Token positions are indexes into
    `text`; an error's position in the query string is therefore `start` + its position.
    """

    text: str
    start: int
    tokens: tuple[Token, ...]

    def words(self, count: int) -> tuple[str, ...]:
        """The first `count` tokens in lower case, for recognising what statement this is."""
        return tuple(token.text.lower() for token in self.tokens[:count])


def split_statements(sql: str) -> list[Statement]:
    """The statements of `sql`, in order; empty ones are left out.

    A semicolon inside quotes, comments or parentheses ends nothing (CREATE RULE has some).
    """
    statements: list[Statement] = []
    current: list[Token] = []
    depth = 0
    punct, space, comment = Kind.PUNCT, Kind.SPACE, Kind.COMMENT
    for token in tokenize(sql):
        kind, text = token[0], token[1]
        if kind is punct:
            if text == "(":
                depth += 1
            elif text == ")":
                depth = max(0, depth - 1)
            elif text == ";" and depth == 0:
                _finish(sql, current, statements)
                current = []
                continue
        if kind is not space and kind is not comment:
            current.append(token)
    _finish(sql, current, statements)
    return statements


def _finish(sql: str, tokens: list[Token], statements: list[Statement]) -> None:
    if not tokens:
        return
    start, end = tokens[0].start, tokens[-1].end
    moved = tuple(tokens)
    if start:
        moved = tuple(Token(t.kind, t.text, t.start - start, t.end - start) for t in tokens)
    statements.append(Statement(sql[start:end], start, moved))
