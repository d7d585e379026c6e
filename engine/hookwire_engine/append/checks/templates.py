"""to_char of moments (PostgreSQL 9.8): numbers, English names, UTC.

Patterns that are not here, and letters outside of quotes, are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import TypeAlias

from hookwire_catalog.errors import FeatureNotSupported, ProgramLimitExceeded
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.moments import to_datetime
from hookwire_engine.append.checks.values import Frame, charge

table = Table()
_function = table.function

_MAX_TEMPLATE = 1000
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Writer: TypeAlias = Callable[[datetime], str]


def _half(at: datetime) -> str:
    return "AM" if at.hour < 12 else "PM"


_NUMBERS: dict[str, tuple[int, Callable[[datetime], int]]] = {
    "HH24": (2, lambda at: at.hour),
    "HH12": (2, lambda at: at.hour % 12 or 12),
    "HH": (2, lambda at: at.hour % 12 or 12),
    "MI": (2, lambda at: at.minute),
    "SS": (2, lambda at: at.second),
    "SSSSS": (0, lambda at: (at.hour * 60 + at.minute) * 60 + at.second),
    "SSSS": (0, lambda at: (at.hour * 60 + at.minute) * 60 + at.second),
    "YYYY": (4, lambda at: at.year),
    "YY": (2, lambda at: at.year % 100),
    "IYYY": (4, lambda at: at.isocalendar().year),
    "MM": (2, lambda at: at.month),
    "DDD": (3, lambda at: at.timetuple().tm_yday),
    "DD": (2, lambda at: at.day),
    "D": (1, lambda at: at.isoweekday() % 7 + 1),
    "ID": (1, lambda at: at.isoweekday()),
    "IW": (2, lambda at: at.isocalendar().week),
    "Q": (1, lambda at: (at.month + 2) // 3),
}
"""Digits that a pattern is filled to, and its value."""
_WORDS: dict[str, tuple[int, Callable[[datetime], str]]] = {
    "MONTH": (9, lambda at: _MONTHS[at.month - 1]),
    "MON": (0, lambda at: _MONTHS[at.month - 1][:3]),
    "DAY": (9, lambda at: _DAYS[at.weekday()]),
    "DY": (0, lambda at: _DAYS[at.weekday()][:3]),
    "AM": (0, _half),
    "PM": (0, _half),
}
_PLACES = {"MS": 3, "US": 6, **{f"FF{digits}": digits for digits in range(1, 7)}}
_NAMES = sorted((*_NUMBERS, *_WORDS, *_PLACES, "TZ", "OF"), key=len, reverse=True)
_SPELLINGS = "|".join(
    spelling
    for name in _NAMES
    for spelling in (name, name.lower(), *([name.title()] if name in tuple(_WORDS)[:4] else ()))
)
_TOKEN = re.compile(
    rf'"(?P<quoted>[^"\\]*)"|(?P<fill>FM|fm)?(?P<pattern>{_SPELLINGS})(?P<ending>TH|th)?'
    r"|(?P<other>[^A-Za-z\"\\])"
)


def _number(name: str, fill: bool, ending: str, at: datetime) -> str:
    width, value = _NUMBERS[name]
    shown = f"{value(at):0{width if fill else 0}d}"
    return shown + _ordinal(shown, ending)


def _ordinal(digits: str, ending: str) -> str:
    if not ending:
        return ""
    teen = digits[-2:-1] == "1"
    found = "th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")
    return found.upper() if ending.isupper() else found


def _word(name: str, spelling: str, fill: bool, at: datetime) -> str:
    width, value = _WORDS[name]
    word = value(at)
    if spelling.isupper():
        word = word.upper()
    elif spelling.islower():
        word = word.lower()
    return word.ljust(width) if fill else word


def _fraction(digits: int, ending: str, at: datetime) -> str:
    shown = f"{at.microsecond:06d}"[:digits]
    return shown + _ordinal(shown, ending)


def _zone(spelling: str, at: datetime) -> str:
    return "+00" if spelling in ("OF", "of") else "utc" if spelling == "tz" else "UTC"


def _writer(found: re.Match[str]) -> Writer:
    spelling, fill, ending = found["pattern"], not found["fill"], found["ending"] or ""
    if spelling is None:
        text = found["other"] if found["quoted"] is None else found["quoted"]
        return lambda at: text
    name = spelling.upper()
    if name in _NUMBERS:
        return partial(_number, name, fill, ending)
    if name in _PLACES:
        return partial(_fraction, _PLACES[name], ending)
    if ending:
        raise FeatureNotSupported(f'"{found[0]}" is not supported in a template of CHECK')
    return partial(_word, name, spelling, fill) if name in _WORDS else partial(_zone, spelling)


@lru_cache(maxsize=64)
def _writers(template: str) -> tuple[Writer, ...]:
    if len(template) > _MAX_TEMPLATE:
        raise ProgramLimitExceeded("the template is too long")
    made = []
    place = 0
    while place < len(template):
        found = _TOKEN.match(template, place)
        if found is None:
            raise FeatureNotSupported(
                f'"{template[place:]}" is not supported in a template of CHECK',
                hint=f"Use {', '.join(sorted(_NAMES))}, and quotes around other letters.",
            )
        made.append(_writer(found))
        place = found.end()
    return tuple(made)


def _to_char(frame: Frame, us: int, template: str) -> str | None:
    charge(frame, 16 * len(template))
    at = to_datetime(us)
    return "".join(write(at) for write in _writers(template)) or None


def _local(template: str) -> tuple[Writer, ...]:
    """A timestamp has no zone to show."""
    if re.search("TZ|tz|OF|of", template):
        raise FeatureNotSupported("a timestamp has no time zone to show in CHECK")
    return _writers(template)


def _local_to_char(frame: Frame, us: int, template: str) -> str | None:
    _local(template)
    return _to_char(frame, us, template)


_function("to_char(timestamptz, text) text", _to_char, framed=True, validate={1: _writers})
_function("to_char(timestamp, text) text", _local_to_char, framed=True, validate={1: _local})
