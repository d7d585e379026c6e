"""A strict RFC 8259 scanner in plain Python: slow, iterative, and the last word.

It decides what the C parsers cannot (nesting beyond their recursion limits) and says where a text
is wrong. It builds no values: it finds where each document, or each element of an array, lies.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_DEPTH = 2048
"""How deep arrays and objects may nest. DuckDB's JSON functions were tried to 8,000 (fine) and
100,000 (json_pretty asks for 16 GiB); PostgreSQL's own limit is its stack, about 6,000."""

STRING = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_TOKEN = re.compile(rf"[]\[{{}}:,]|{STRING}|{_NUMBER}|true|false|null")
_SPACE = re.compile(r"[ \t\n\r]*+")
_BARE = "-0123456789tfn"

# What may come next, named by the first characters of the tokens that fit.
_VALUE = '"[{' + _BARE
_FIRST_ELEMENT = _VALUE + "]"
_KEY = '"'
_FIRST_KEY = '"}'
_COLON = ":"
_AFTER_ELEMENT = ",]"
_AFTER_MEMBER = ",}"

_NAMES = {
    _VALUE: "a JSON value",
    _FIRST_ELEMENT: 'a JSON value or "]"',
    _KEY: "a string",
    _FIRST_KEY: 'a string or "}"',
    _COLON: '":"',
    _AFTER_ELEMENT: '"," or "]"',
    _AFTER_MEMBER: '"," or "}"',
}


class Span(NamedTuple):
    """A value's place in the text."""

    start: int
    end: int


class JsonTextError(ValueError):
    """Not JSON: at character `at`, because of `why` (a sentence without its full stop)."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


def skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def check_apart(text: str, span: Span) -> None:
    """A bare document (a number, true, false, null) must not touch another one: `1true`, `01`."""
    if span.end < len(text) and text[span.start] in _BARE and text[span.end] not in ' \t\n\r"[{':
        raise JsonTextError(span.end, "Expected the end of the document")


def scan(text: str, *, depth: int = 0) -> list[Span]:
    """The documents of `text`; with `depth` 1, the elements of its one document, an array.

    Raises JsonTextError at the first character that is not JSON.
    """
    scanner = _Scanner(text, depth)
    at = skip_space(text, 0)
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or text[at] not in scanner.expected:
            raise JsonTextError(at, f"Expected {_NAMES[scanner.expected]}")
        scanner.token(text[at], Span(at, match.end()))
        at = skip_space(text, match.end())
    if scanner.closers:
        raise JsonTextError(at, f"The text ends where {_NAMES[scanner.expected]} was expected")
    return scanner.found


class _Scanner:
    """The state between two tokens: what is open, what may come, what was found."""

    __slots__ = ("begin", "closers", "depth", "expected", "found", "text")

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth
        self.closers: list[str] = []
        self.expected = _VALUE
        self.begin = 0
        self.found: list[Span] = []

    def token(self, first: str, span: Span) -> None:
        """Take a token that fits; `first` is its first character."""
        if self.expected in (_KEY, _FIRST_KEY) and first == '"':
            self.expected = _COLON
        elif first == ":":
            self.expected = _VALUE
        elif first == ",":
            self.expected = _VALUE if self.closers[-1] == "]" else _KEY
        elif first in "]}":
            self.closers.pop()
            self._ended(span.end)
        else:
            self._value(first, span)

    def _value(self, first: str, span: Span) -> None:
        if len(self.closers) == self.depth:
            self.begin = span.start
        if first not in "[{":
            if not self.closers:
                check_apart(self.text, span)
            self._ended(span.end)
        elif len(self.closers) == MAX_DEPTH:
            raise JsonTextError(span.start, f"Arrays and objects nest deeper than {MAX_DEPTH}")
        elif first == "[":
            self.closers.append("]")
            self.expected = _FIRST_ELEMENT
        else:
            self.closers.append("}")
            self.expected = _FIRST_KEY

    def _ended(self, end: int) -> None:
        if len(self.closers) == self.depth:
            self.found.append(Span(self.begin, end))
        if not self.closers:
            self.expected = _VALUE
        else:
            self.expected = _AFTER_ELEMENT if self.closers[-1] == "]" else _AFTER_MEMBER
