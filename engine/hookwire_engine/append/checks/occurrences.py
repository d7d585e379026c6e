"""Matches of a regular expression counted and picked (PostgreSQL 9.7.3): those of PostgreSQL 15."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.patterns import (
    Pattern,
    bounded,
    every_match,
    extractable,
    longest,
    read_flags,
    search_pattern,
)
from hookwire_engine.append.checks.values import Frame, charge

table = Table()
_function = table.function


def _positive(name: str, value: int) -> int:
    if value <= 0:
        raise InvalidParameterValue(f'invalid value for parameter "{name}": {value}')
    return value


def _without_global(flags: str, name: str) -> bool:
    ignore_case, every = read_flags(flags)
    if every:
        raise InvalidParameterValue(f'{name}() does not support the "global" option')
    return ignore_case


def _found(frame: Frame, compiled: Pattern, text: str, start: int) -> Iterator[Any]:
    """All matches from the character `start` on."""
    before = len(text[: _positive("start", start) - 1].encode())
    charge(frame, 2 * len(text))
    data = bounded(compiled, text.encode())
    if start > len(text) + 1:
        return iter(())
    return every_match(frame, compiled, data, before)


def _count(frame: Frame, text: str, pattern: str, start: int = 1, flags: str = "") -> int:
    compiled = longest(pattern, _without_global(flags, "regexp_count"))
    return sum(1 for _ in _found(frame, compiled, text, start))


def _like(text: str, pattern: str, flags: str) -> bool:
    compiled = search_pattern(pattern, _without_global(flags, "regexp_like"))
    return compiled.search(bounded(compiled, text.encode())) is not None


def _substr(
    frame: Frame, text: str, pattern: str, start: int = 1, number: int = 1, flags: str = "",
    group: int = 0,
) -> str | None:  # fmt: skip
    """The `number`-th match, or its parenthesis `group`."""
    _positive("n", number)
    if group < 0:
        raise InvalidParameterValue(f'invalid value for parameter "subexpr": {group}')
    compiled = longest(pattern, _without_global(flags, "regexp_substr"))
    found = next(islice(_found(frame, compiled, text, start), number - 1, None), None)
    if found is None or group > compiled.groups:
        return None
    piece = found.group(group)
    if piece is None:
        return None
    charge(frame, len(piece))
    return str(piece.decode())


def _instr(
    frame: Frame, text: str, pattern: str, start: int = 1, number: int = 1, end: int = 0,
    flags: str = "", group: int = 0,
) -> int:  # fmt: skip
    """Where the `number`-th match or its parenthesis begins; with `end` 1, what follows it."""
    _positive("n", number)
    if end not in (0, 1):
        raise InvalidParameterValue(f'invalid value for parameter "endoption": {end}')
    if group < 0:
        raise InvalidParameterValue(f'invalid value for parameter "subexpr": {group}')
    compiled = longest(pattern, _without_global(flags, "regexp_instr"))
    found = next(islice(_found(frame, compiled, text, start), number - 1, None), None)
    if found is None or group > compiled.groups or found.group(group) is None:
        return 0
    place = found.span(group)[end]
    return len(text.encode()[:place].decode()) + 1


_FLAGS = read_flags
_function("regexp_like(text, text, text) bool", _like, validate={1: search_pattern, 2: _FLAGS})
for _types in ("", ", int4", ", int4, text"):
    _function(
        f"regexp_count(text, text{_types}) int4",
        _count, framed=True, validate={1: extractable, 3: _FLAGS},
    )  # fmt: skip
for _types in ("", ", int4", ", int4, int4", ", int4, int4, text", ", int4, int4, text, int4"):
    _function(
        f"regexp_substr(text, text{_types}) text",
        _substr, framed=True, validate={1: extractable, 4: _FLAGS},
    )  # fmt: skip
for _types in ("", ", int4", ", int4, int4", ", int4, int4, int4", ", int4, int4, int4, text",
               ", int4, int4, int4, text, int4"):  # fmt: skip
    _function(
        f"regexp_instr(text, text{_types}) int4",
        _instr, framed=True, validate={1: extractable, 5: _FLAGS},
    )  # fmt: skip
