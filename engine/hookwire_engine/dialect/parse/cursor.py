"""A place in a statement's tokens, and the small steps every part of the grammar is made of.

`words` holds for each token what the grammar asks about: a key word or name in lower case, an
operator or a bracket as it is; a quoted name, a string, a number and a parameter are one
character that no other token can be. So a step of the parser is a list index and a string compare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.lexer import Kind, Token, unexpected
from hookwire_engine.dialect.nodes import Expr, Query, Statement
from hookwire_engine.dialect.parse.keywords import NOT_A_COLUMN, NOT_A_FUNCTION

QUOTED, STRING, NUMBER, PARAM, END = '"', "'", "0", "$", ""

_MARKS = {
    Kind.QUOTED_IDENT: QUOTED,
    Kind.STRING: STRING,
    Kind.DOLLAR_STRING: STRING,
    Kind.NUMBER: NUMBER,
    Kind.PARAM: PARAM,
}
_SPELLINGS = {"!=": "<>"}


@dataclass(frozen=True, slots=True)
class Grammar:
    """The two rules that contain one another, so that no file has to import its importer."""

    expression: Callable[[Cursor], Expr]
    operand: Callable[[Cursor], Expr]
    """An expression that stops before IN, LIKE and comparisons (gram.y b_expr)."""
    query: Callable[[Cursor], Query]
    statement: Callable[[Cursor], Statement]
    """A query or a statement that changes rows: what WITH may name."""


class Cursor:
    """Reads tokens from left to right. Raises SqlSyntaxError (42601) where PostgreSQL does."""

    def __init__(self, tokens: Sequence[Token], size: int, grammar: Grammar) -> None:
        self.grammar = grammar
        self.tokens = tokens
        mark = _MARKS.get
        self.words = [mark(token[0]) or token[1].lower() for token in tokens]
        self.words += (END, END, END, END)
        self.kinds = [token[0] for token in tokens]
        self.i = 0
        self.size = size

    def expression(self) -> Expr:
        return self.grammar.expression(self)

    def operand(self) -> Expr:
        return self.grammar.operand(self)

    def query(self) -> Query:
        return self.grammar.query(self)

    def statement(self) -> Statement:
        return self.grammar.statement(self)

    def expressions(self) -> tuple[Expr, ...]:
        """One or more, separated by commas."""
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        return tuple(items)

    @property
    def word(self) -> str:
        return self.words[self.i]

    @property
    def at(self) -> int:
        """The index in the text of the token that comes next."""
        return self.tokens[self.i].start if self.i < len(self.tokens) else self.size

    def fail(self) -> SqlSyntaxError:
        if self.i >= len(self.tokens):
            return SqlSyntaxError("syntax error at end of input", position=self.size + 1)
        token = self.tokens[self.i]
        return unexpected(token.text, token.start)

    def accept(self, word: str) -> bool:
        if self.words[self.i] == word:
            self.i += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if self.words[self.i] != word:
            raise self.fail()
        self.i += 1

    def accept_words(self, *words: str) -> bool:
        """All of `words` one after another, or none."""
        i = self.i
        for word in words:
            if self.words[i] != word:
                return False
            i += 1
        self.i = i
        return True

    def accept_any(self, *words: str) -> str | None:
        word = self.words[self.i]
        if word in words and word:
            self.i += 1
            return word
        return None

    def take(self) -> Token:
        token = self.tokens[self.i]
        self.i += 1
        return token

    # Names.

    def is_name(self) -> bool:
        """Whether a column or table name may stand here (gram.y ColId)."""
        word = self.words[self.i]
        if word == QUOTED:
            return True
        return (
            self.i < len(self.tokens)
            and self.kinds[self.i] is Kind.IDENT
            and word not in NOT_A_COLUMN
        )

    def name(self) -> str:
        if not self.is_name():
            raise self.fail()
        return self.take().value

    def label(self) -> str:
        """Any word, reserved or not (gram.y ColLabel)."""
        if self.i < len(self.tokens) and self.kinds[self.i] in (Kind.IDENT, Kind.QUOTED_IDENT):
            return self.take().value
        raise self.fail()

    def is_function_name(self) -> bool:
        word = self.words[self.i]
        if word == QUOTED:
            return True
        return (
            self.i < len(self.tokens)
            and self.kinds[self.i] is Kind.IDENT
            and word not in NOT_A_FUNCTION
        )

    def qualified_name(self) -> tuple[str, ...]:
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.label())
        return tuple(parts)

    def names_in_parentheses(self) -> tuple[str, ...]:
        self.expect("(")
        names = [self.name()]
        while self.accept(","):
            names.append(self.name())
        self.expect(")")
        return tuple(names)

    def number(self) -> int:
        if self.words[self.i] != NUMBER or not self.tokens[self.i].text.isdecimal():
            raise self.fail()
        return int(self.take().text)

    def string(self) -> str:
        if self.words[self.i] != STRING:
            raise self.fail()
        return self.take().value

    def skip_parentheses(self) -> None:
        """Past the bracket that closes the one that comes next."""
        self.expect("(")
        depth = 1
        while depth:
            word = self.word
            if word == END:
                raise self.fail()
            depth += (word == "(") - (word == ")")
            self.i += 1


def spelled(symbol: str) -> str:
    """An operator's one name: `!=` is `<>`."""
    return _SPELLINGS.get(symbol, symbol)
