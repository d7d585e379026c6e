"""Where a parser stands in the tokens of a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from hookwire_catalog.errors import FeatureNotSupported, SqlSyntaxError
from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import Kind, Token, unexpected
from hookwire_catalog.split import Statement
from hookwire_catalog.statements import QualifiedName

T = TypeVar("T")


class TokenCursor:
    """Reads tokens one after the other; it never goes back.

    `accept_*` moves on and says so, or stays and returns False or None. The others raise
    SqlSyntaxError at the token that does not fit, in PostgreSQL's words.
    """

    def __init__(self, statement: Statement) -> None:
        self.text = statement.text
        self._tokens = statement.tokens
        self._at = 0

    # Looking.

    def peek(self, ahead: int = 0) -> Token | None:
        index = self._at + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def at_word(self, *words: str) -> bool:
        token = self.peek()
        return token is not None and token.is_word(*words)

    def words_follow(self, *words: str) -> bool:
        """Whether the next tokens are exactly these key words."""
        following = (self.peek(i) for i in range(len(words)))
        return all(
            token is not None and token.is_word(word)
            for token, word in zip(following, words, strict=True)
        )

    def ends_in(self, *words: str) -> bool:
        """Whether these key words come right before the last token."""
        tokens = self._tokens[-len(words) - 1 : -1]
        return len(tokens) == len(words) and all(
            token.is_word(word) for token, word in zip(tokens, words, strict=True)
        )

    @property
    def position(self) -> int:
        """1-based position of the next token, or of the end."""
        token = self.peek()
        return len(self.text) + 1 if token is None else token.start + 1

    # Moving.

    def next(self) -> Token:
        token = self.peek()
        if token is None:
            self.fail()
        self._at += 1
        return token

    def accept_word(self, *words: str) -> str | None:
        """The next word in lower case, if it is one of `words`."""
        if not self.at_word(*words):
            return None
        return self.next().text.lower()

    def accept_words(self, *words: str) -> bool:
        """All of `words` in this order, or nothing."""
        if not self.words_follow(*words):
            return False
        self._at += len(words)
        return True

    def expect_word(self, *words: str) -> str:
        return self.accept_word(*words) or self.fail()

    def expect_words(self, *words: str) -> None:
        for word in words:
            self.expect_word(word)

    def accept_mark(self, mark: str) -> bool:
        """A punctuation mark or an operator."""
        token = self.peek()
        if token is None or token.text != mark or token.kind not in (Kind.PUNCT, Kind.OPERATOR):
            return False
        self._at += 1
        return True

    def expect_mark(self, mark: str) -> None:
        if not self.accept_mark(mark):
            self.fail()

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek() is not None:
            self.fail()

    # Values.

    def accept_identifier(self) -> str | None:
        """A name that is quoted or not reserved (PostgreSQL's ColId)."""
        token = self.peek()
        if token is None or token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT):
            return None
        if token.kind is Kind.IDENT and token.text.lower() in RESERVED:
            return None
        return self.next().value

    def identifier(self) -> str:
        found = self.accept_identifier()
        return self.fail() if found is None else found

    def label(self) -> str:
        """A name in a place where every key word may stand (PostgreSQL's ColLabel)."""
        token = self.peek()
        if token is None or token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT):
            self.fail()
        return self.next().value

    def simple_name(self) -> QualifiedName:
        position = self.position
        return QualifiedName((self.identifier(),), position)

    def qualified_name(self) -> QualifiedName:
        """`[[database.]schema.]name`."""
        return self._dotted(3)

    def column_name(self) -> QualifiedName:
        """`[[database.]schema.]relation.column`."""
        return self._dotted(4)

    def _dotted(self, most: int) -> QualifiedName:
        position = self.position
        parts = [self.identifier()]
        while self.accept_mark("."):
            parts.append(self.label())
        if len(parts) > most:
            shown = ".".join(parts)
            raise SqlSyntaxError(
                f"improper qualified name (too many dotted names): {shown}", position=position
            )
        return QualifiedName(tuple(parts), position)

    def accept_string(self) -> str | None:
        token = self.peek()
        if token is None or token.kind not in (Kind.STRING, Kind.DOLLAR_STRING):
            return None
        if token.text[0] in "bBxX":
            return None
        return self.next().value

    def string(self) -> str:
        found = self.accept_string()
        return self.fail() if found is None else found

    def accept_number(self) -> str | None:
        """A number with its sign, as text; after a sign there has to be one."""
        minus = self.accept_mark("-")
        signed = minus or self.accept_mark("+")
        token = self.peek()
        if token is None or token.kind is not Kind.NUMBER:
            return self.fail() if signed else None
        self._at += 1
        return ("-" if minus else "") + token.text

    def separated(self, item: Callable[[], T]) -> tuple[T, ...]:
        """One or more with commas between them."""
        items = [item()]
        while self.accept_mark(","):
            items.append(item())
        return tuple(items)

    def if_exists(self) -> bool:
        return self.accept_words("if", "exists")

    def if_not_exists(self) -> bool:
        return self.accept_words("if", "not", "exists")

    def cascade(self) -> bool:
        """[CASCADE | RESTRICT]"""
        return self.accept_word("cascade", "restrict") == "cascade"

    # Errors, at the next token.

    def fail(self) -> NoReturn:
        token = self.peek()
        if token is None:
            raise SqlSyntaxError("syntax error at end of input", position=self.position)
        raise unexpected(token.text, token.start)

    def unsupported(self, message: str, hint: str | None = None) -> NoReturn:
        raise FeatureNotSupported(message, hint=hint, position=self.position)
