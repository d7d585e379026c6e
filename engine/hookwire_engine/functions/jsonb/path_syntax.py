"""The SQL/JSON path language, read into a tree (PostgreSQL 9.16.2, 8.14.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import Document


@dataclass(frozen=True, slots=True)
class Literal:
    value: Document


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Root:
    """`$`."""


@dataclass(frozen=True, slots=True)
class Current:
    """`@`, the item that a filter looks at."""


@dataclass(frozen=True, slots=True)
class Last:
    """`last`, inside a subscript."""


@dataclass(frozen=True, slots=True)
class Member:
    """`.key`; None for `.*`."""

    inner: Node
    key: str | None


@dataclass(frozen=True, slots=True)
class Descend:
    """`.**`, from level `first` to level `last` (None: all)."""

    inner: Node
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Subscript:
    """`[a, b to c]`; no ranges for `[*]`."""

    inner: Node
    ranges: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True, slots=True)
class Method:
    inner: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    inner: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Unary:
    """`+`, `-` on numbers, `!` and `is unknown` on conditions, `exists`."""

    operator: str
    inner: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, `&&`, `||`, `starts with`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class LikeRegex:
    inner: Node
    pattern: str
    flags: str


Node = (
    Literal | Variable | Root | Current | Last | Member | Descend | Subscript | Method | Filter
    | Unary | Binary | LikeRegex
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Path:
    strict: bool
    tree: Node


_TOKEN = re.compile(
    r"""\s*(?:/\*.*?\*/\s*)*(?:
    (?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<variable>\$(?:"(?:[^"\\]|\\.)*"|[^\W\d]\w*))
    |(?P<symbol>&&|\|\||==|!=|<>|<=|>=|\*\*|[-+*/%<>!?@$.,()\[\]{}])
    |(?P<word>(?:[^\W\d]|\\u[0-9a-fA-F]{4})\w*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS = frozenset(("==", "!=", "<>", "<", "<=", ">", ">="))
METHODS = frozenset(("type", "size", "double", "ceiling", "floor", "abs", "keyvalue", "datetime"))


def _syntax_error(near: str) -> Fault:
    where = f'at or near "{near}"' if near else "at end of input"
    return Fault("42601", f"syntax error {where} of jsonpath input")


@lru_cache(maxsize=512)
def read_path(text: str) -> Path:
    """The tree of a path; 42601 when it is not one."""
    return _Parser(_tokens(text)).path()


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None or token.lastgroup is None:
            raise _syntax_error(text[place:].strip()[:1])
        found.append((token.lastgroup, token[token.lastgroup]))
        place = token.end()
    return found


_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _string(quoted: str) -> str:
    def character(found: re.Match[str]) -> str:
        digits = found[1] or found[2] or found[3]
        return chr(int(digits, 16)) if digits else _CONTROLS.get(found[4], found[4])

    return _ESCAPE.sub(character, quoted[1:-1])


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def path(self) -> Path:
        strict = self._word("strict")
        if not strict:
            self._word("lax")
        tree = self._or()
        if self._at < len(self._tokens):
            raise _syntax_error(self._tokens[self._at][1])
        return Path(strict, tree)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _symbol(self, *symbols: str) -> str | None:
        kind, text = self._peek()
        if kind == "symbol" and text in symbols:
            self._at += 1
            return text
        return None

    def _word(self, word: str) -> bool:
        if self._peek() == ("word", word):
            self._at += 1
            return True
        return False

    def _expect(self, symbol: str) -> None:
        if self._symbol(symbol) is None:
            raise _syntax_error(self._peek()[1])

    def _or(self) -> Node:
        left = self._and()
        while self._symbol("||"):
            left = Binary("||", left, self._and())
        return left

    def _and(self) -> Node:
        left = self._not()
        while self._symbol("&&"):
            left = Binary("&&", left, self._not())
        return left

    def _not(self) -> Node:
        if self._symbol("!"):
            return Unary("!", self._not())
        return self._predicate()

    def _predicate(self) -> Node:
        left = self._sum()
        kind, text = self._peek()
        if kind == "symbol" and text in _COMPARISONS:
            self._at += 1
            return Binary("!=" if text == "<>" else text, left, self._sum())
        if self._word("starts"):
            if not self._word("with"):
                raise _syntax_error(self._peek()[1])
            return Binary("starts with", left, self._sum())
        if self._word("like_regex"):
            return self._like_regex(left)
        if self._word("is"):
            if not self._word("unknown"):
                raise _syntax_error(self._peek()[1])
            return Unary("is unknown", left)
        return left

    def _like_regex(self, left: Node) -> Node:
        pattern = self._string_token()
        flags = self._string_token() if self._word("flag") else ""
        return LikeRegex(left, pattern, flags)

    def _string_token(self) -> str:
        kind, text = self._next()
        if kind != "string":
            raise _syntax_error(text)
        return _string(text)

    def _sum(self) -> Node:
        left = self._product()
        while symbol := self._symbol("+", "-"):
            left = Binary(symbol, left, self._product())
        return left

    def _product(self) -> Node:
        left = self._signed()
        while symbol := self._symbol("*", "/", "%"):
            left = Binary(symbol, left, self._signed())
        return left

    def _signed(self) -> Node:
        symbol = self._symbol("+", "-")
        return Unary(symbol, self._signed()) if symbol else self._accessors(self._primary())

    def _primary(self) -> Node:
        kind, text = self._next()
        if kind == "number":
            return Literal(Decimal(text) if not text.isdigit() else int(text))
        if kind == "string":
            return Literal(_string(text))
        if kind == "variable":
            return Variable(_string(text[1:]) if text[1] == '"' else text[1:])
        if kind == "word":
            return self._word_primary(text)
        if text == "$":
            return Root()
        if text == "@":
            return Current()
        if text == "(":
            inner = self._or()
            self._expect(")")
            return inner
        raise _syntax_error(text)

    def _word_primary(self, word: str) -> Node:
        if word in ("true", "false"):
            return Literal(word == "true")
        if word == "null":
            return Literal(None)
        if word == "last":
            return Last()
        if word == "exists":
            self._expect("(")
            inner = self._or()
            self._expect(")")
            return Unary("exists", inner)
        raise _syntax_error(word)

    def _accessors(self, node: Node) -> Node:
        while True:
            if self._symbol("."):
                node = self._after_point(node)
            elif self._symbol("["):
                node = self._subscript(node)
            elif self._symbol("?"):
                self._expect("(")
                node = Filter(node, self._or())
                self._expect(")")
            else:
                return node

    def _after_point(self, node: Node) -> Node:
        if self._symbol("**"):
            return self._descend(node)
        if self._symbol("*"):
            return Member(node, None)
        kind, text = self._next()
        if kind == "string":
            return Member(node, _string(text))
        if kind != "word":
            raise _syntax_error(text)
        if text in METHODS and self._symbol("("):
            self._expect(")")
            return Method(node, text)
        return Member(node, text)

    def _descend(self, node: Node) -> Node:
        if not self._symbol("{"):
            return Descend(node, 0, None)
        first = self._level()
        last = self._level() if self._word("to") else first
        self._expect("}")
        return Descend(node, first, last)

    def _level(self) -> int | None:
        kind, text = self._next()
        if (kind, text) == ("word", "last"):
            return None
        if kind != "number" or not text.isdigit():
            raise _syntax_error(text)
        return int(text)

    def _subscript(self, node: Node) -> Node:
        if self._symbol("*"):
            self._expect("]")
            return Subscript(node, ())
        ranges = [self._range()]
        while self._symbol(","):
            ranges.append(self._range())
        self._expect("]")
        return Subscript(node, tuple(ranges))

    def _range(self) -> tuple[Node, Node | None]:
        first = self._sum()
        return first, (self._sum() if self._word("to") else None)
