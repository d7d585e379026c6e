"""LIKE and regular expressions (PostgreSQL 9.7), in time linear in the text.

Patterns run on RE2, an automaton: no text makes it take long, unlike Python's `re`. What RE2
cannot do is refused: back references and lookaround. PostgreSQL matches the leftmost longest text;
RE2 does so too when told to, but then has no non-greedy quantifiers: they are taken by `~`, to
which they make no difference, and refused (0A000) by the functions that give text back.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidEscapeSequence,
    InvalidParameterValue,
    ProgramLimitExceeded,
    SqlError,
)
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.regex import Translation, translate
from hookwire_engine.append.checks.values import Frame, charge, in_time, spend, width

table = Table()
_function, _operator = table.function, table.operator

Pattern = Any
_MAX_MEMORY = 2 << 20
"""Of one pattern and its states; a few are kept."""
_MAX_PATTERNS = 256
_MAX_LIKE = 10_000
_MAX_WORK = 100_000_000
"""Bytes of text times instructions of the pattern: about a second where RE2 is slowest."""
_PIECE = 72


class InvalidRegularExpression(SqlError):
    sqlstate = "2201B"


@lru_cache(maxsize=_MAX_PATTERNS)
def _compiled(pattern: str, ignore_case: bool, longest: bool) -> Pattern:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    options.case_sensitive = not ignore_case
    options.longest_match = longest
    options.dot_nl = True
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error:
        raise InvalidRegularExpression("invalid regular expression") from None


def bounded(pattern: Pattern, data: bytes) -> bytes:
    if len(data) * pattern.programsize > _MAX_WORK:
        raise ProgramLimitExceeded("the text is too long for this regular expression")
    return data


# LIKE.


@lru_cache(maxsize=_MAX_PATTERNS)
def _like_pattern(pattern: str, escape: str, ignore_case: bool) -> Pattern:
    if len(pattern) > _MAX_LIKE:
        raise ProgramLimitExceeded("the pattern is too long")
    parts, escaped = [], False
    for character in pattern:
        if escaped or character not in ("%", "_", escape):
            parts.append(re2.escape(character))
            escaped = False
        elif character == escape:
            escaped = True
        else:
            parts.append(".*" if character == "%" else ".")
    if escaped:
        raise InvalidEscapeSequence("LIKE pattern must not end with escape character")
    return _compiled("".join(parts), ignore_case, False)


def like(text: str, pattern: str, escape: str = "\\", *, ignore_case: bool = False) -> bool:
    if len(escape) > 1:
        raise InvalidEscapeSequence(
            "invalid escape string", hint="Escape string must be empty or one character."
        )
    compiled = _like_pattern(pattern, escape, ignore_case)
    return compiled.fullmatch(bounded(compiled, text.encode())) is not None


def like_any_case(text: str, pattern: str) -> bool:
    return like(text, pattern, ignore_case=True)


def like_checked(pattern: str) -> object:
    return _like_pattern(pattern, "\\", False)


# Regular expressions.


def read_flags(flags: str) -> tuple[bool, bool]:
    """Whether to ignore case, and whether all matches are meant."""
    for flag in flags:
        if flag not in "cigs":
            raise InvalidParameterValue(
                f'invalid regular expression option: "{flag}"',
                hint="CHECK knows the options c, g, i and s.",
            )
    return max(flags.rfind("i"), -1) > flags.rfind("c"), "g" in flags


@lru_cache(maxsize=_MAX_PATTERNS)
def _translated(pattern: str) -> Translation:
    try:
        return translate(pattern)
    except ValueError as error:
        raise InvalidRegularExpression(f"invalid regular expression: {error}") from None


def search_pattern(pattern: str, ignore_case: bool = False) -> Pattern:
    return _compiled(_translated(pattern).text, ignore_case, False)


def matches(text: str, pattern: str) -> bool:
    compiled = search_pattern(pattern)
    return compiled.search(bounded(compiled, text.encode())) is not None


def matches_any_case(text: str, pattern: str) -> bool:
    compiled = search_pattern(pattern, ignore_case=True)
    return compiled.search(bounded(compiled, text.encode())) is not None


def longest(pattern: str, ignore_case: bool) -> Pattern:
    translated = _translated(pattern)
    if translated.non_greedy:
        raise FeatureNotSupported(
            "non-greedy quantifiers are not supported here", hint="Use a class such as [^,]*."
        )
    return _compiled(translated.text, ignore_case, True)


def extractable(pattern: str) -> object:
    """Compiles a pattern for the functions that give text back."""
    return longest(pattern, False)


def every_match(frame: Frame, compiled: Pattern, data: bytes, place: int = 0) -> Iterator[Any]:
    """All matches from byte `place` on, left to right; an empty one moves on by a character.

    Each is looked for in linear time, but that may be to the end of the text for each.
    """
    while place <= len(data):
        in_time(frame)
        found = compiled.search(data, place)
        if found is None:
            return
        yield found
        start, place = found.span()
        if start == place:
            place += 1
            while place < len(data) and data[place] & 0xC0 == 0x80:
                place += 1


def _texts(found: Any) -> list[str | None]:
    groups = found.groups() or (found.group(),)
    return [None if group is None else group.decode() for group in groups]


def _match(frame: Frame, text: str, pattern: str, flags: str = "") -> list[str | None] | None:
    ignore_case, every = read_flags(flags)
    if every:
        raise InvalidParameterValue('regexp_match() does not support the "global" option')
    compiled = longest(pattern, ignore_case)
    charge(frame, (compiled.groups + 1) * len(text) * width(text))
    found = compiled.search(bounded(compiled, text.encode()))
    return None if found is None else _texts(found)


def _substring(frame: Frame, text: str, pattern: str) -> str | None:
    """`substring(text from pattern)`: the first group, or the whole match."""
    found = _match(frame, text, pattern)
    return None if found is None else found[0]


def _split(frame: Frame, text: str, pattern: str, flags: str = "") -> list[str]:
    ignore_case, every = read_flags(flags)
    if every:
        raise InvalidParameterValue('regexp_split_to_array() does not support the "global" option')
    compiled = longest(pattern, ignore_case)
    data = bounded(compiled, text.encode())
    charge(frame, 2 * len(data))
    pieces: list[str] = []
    place = 0
    for found in every_match(frame, compiled, data):
        start, end = found.span()
        if start == end and start in (place, len(data)):
            continue
        spend(frame, _PIECE)
        pieces.append(data[place:start].decode())
        place = end
    return [*pieces, data[place:].decode()]


def _replacement(text: str) -> list[str | int]:
    """Literal pieces and numbers of groups in turn."""
    parts: list[str | int] = []
    place = 0
    while (slash := text.find("\\", place)) >= 0:
        parts.append(text[place:slash])
        following = text[slash + 1 : slash + 2]
        if following in tuple("123456789"):
            parts.append(int(following))
        elif following == "&":
            parts.append(0)
        else:
            parts.append("\\")
        place = slash + (2 if following in tuple("123456789&\\") else 1)
    parts.append(text[place:])
    return parts


def _replace(frame: Frame, text: str, pattern: str, replacement: str, flags: str = "") -> str:
    ignore_case, every = read_flags(flags)
    compiled = longest(pattern, ignore_case)
    data = bounded(compiled, text.encode())
    charge(frame, 2 * len(data))
    parts = [p.encode() if isinstance(p, str) else p for p in _replacement(replacement)]
    made: list[bytes] = []
    place = 0
    for found in every_match(frame, compiled, data):
        start, end = found.span()
        made.append(data[place:start])
        for part in parts:
            if isinstance(part, bytes):
                piece = part
            else:
                piece = (found.group(part) or b"") if part <= compiled.groups else b""
            spend(frame, len(piece) + _PIECE)
            made.append(piece)
        place = end
        if not every:
            break
    made.append(data[place:])
    return b"".join(made).decode()


_operator("~~(text, text) bool", like, validate={1: like_checked})
_operator("~~*(text, text) bool", like_any_case, validate={1: like_checked})
_operator("~(text, text) bool", matches, validate={1: search_pattern})
_operator("~*(text, text) bool", matches_any_case, validate={1: search_pattern})
_operator("!~(text, text) bool", lambda t, p: not matches(t, p), validate={1: search_pattern})
_operator(
    "!~*(text, text) bool", lambda t, p: not matches_any_case(t, p), validate={1: search_pattern}
)
for _flagged in ("", ", text"):
    _function(
        f"regexp_match(text, text{_flagged}) _text",
        _match, framed=True, validate={1: extractable, 2: read_flags},
    )  # fmt: skip
    _function(
        f"regexp_split_to_array(text, text{_flagged}) _text",
        _split, framed=True, validate={1: extractable, 2: read_flags},
    )  # fmt: skip
    _function(
        f"regexp_replace(text, text, text{_flagged}) text",
        _replace, framed=True, validate={1: extractable, 3: read_flags},
    )  # fmt: skip
_function("regexp_like(text, text) bool", matches, validate={1: search_pattern})
_function("substring(text, text) text", _substring, framed=True, validate={1: extractable})
