"""interval: text and binary forms to (months, days, microseconds).

A parameter becomes a `timedelta` if it has no months and its clock part is a part of a day;
everything else becomes text that DuckDB casts to INTERVAL without loss:
'14 months -3 days 14706789000 microseconds'.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from struct import Struct
from typing import NamedTuple

from hookwire_catalog.errors import InvalidDatetimeFormat, SqlError
from hookwire_pgwire.values.civil import DAY_US
from hookwire_pgwire.values.integers import SPACE
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import unpacker

LAYOUT = Struct("!qii")
MAX_INT4, MAX_INT8 = 2**31 - 1, 2**63 - 1


class IntervalFieldOverflow(SqlError):
    sqlstate = "22015"


class Interval(NamedTuple):
    months: int
    days: int
    micros: int


YEAR, MONTH, DAY = Interval(12, 0, 0), Interval(1, 0, 0), Interval(0, 1, 0)
HOUR, MINUTE = Interval(0, 0, 3_600_000_000), Interval(0, 0, 60_000_000)
SECOND = Interval(0, 0, 1_000_000)


def _times(unit: Interval, factor: int) -> Interval:
    return Interval(unit.months * factor, unit.days * factor, unit.micros * factor)


UNITS = {
    name: unit
    for names, unit in (
        ("us usec usecs usecond useconds microsecond microseconds microsecon", Interval(0, 0, 1)),
        ("ms msec msecs msecond mseconds millisecond milliseconds", Interval(0, 0, 1000)),
        ("s sec secs second seconds", SECOND),
        ("m min mins minute minutes", MINUTE),
        ("h hr hrs hour hours", HOUR),
        ("d day days", DAY),
        ("w week weeks", _times(DAY, 7)),
        ("mon mons month months", MONTH),
        ("qtr quarter", _times(MONTH, 3)),
        ("y yr yrs year years", YEAR),
        ("dec decs decade decades", _times(MONTH, 120)),
        ("c cent century centuries", _times(MONTH, 1200)),
        ("mil mils millennium millennia", _times(MONTH, 12_000)),
    )
    for name in names.split()
}
ISO_DATE = {"Y": YEAR, "M": MONTH, "W": _times(DAY, 7), "D": DAY}
ISO_TIME = {"H": HOUR, "M": MINUTE, "S": SECOND}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
TOKEN = re.compile(
    rf"\s*(?:(?P<clock>[+-]?\d+:\d+(?::\d+(?:\.\d*)?)?)"
    rf"|(?P<years>[+-]?\d+)-(?P<months>\d+)(?=\s|$)"
    rf"|(?P<number>{_NUMBER})\s*(?P<unit>[A-Za-z]+)?"
    rf"|(?P<word>[A-Za-z@]+))",
    re.ASCII,
)
ISO = re.compile(rf"P((?:{_NUMBER}[YMWD])*)(?:T((?:{_NUMBER}[HMS])*))?", re.ASCII | re.IGNORECASE)
ISO_PART = re.compile(rf"({_NUMBER})([A-Z])", re.IGNORECASE)
LEADING_MINUS = re.compile(r"-[^+-]*(?:(?<=\d)-[^+-]*)?", re.ASCII)
"""The one sign of a text in the sql_standard style, which then holds for all its fields."""


class _Sum:
    """Adds parts as PostgreSQL does: a month's fraction is 30ths, a day's is clock time."""

    def __init__(self) -> None:
        self.months = 0
        self.days = 0
        self.micros = 0
        self.named: set[Interval] = set()

    def add(self, unit: Interval, number: Decimal) -> None:
        whole = int(number)
        rest = number - whole
        self.months += unit.months * whole
        self.days += unit.days * whole
        self.micros += unit.micros * whole
        if not rest:
            return
        if unit.months:
            months = rest * unit.months
            if unit.months > 1:
                self.months += round(months)
                return
            days = months * 30
            self.days += int(days)
            self.micros += round((days - int(days)) * DAY_US)
        elif unit.days:
            days = rest * unit.days
            self.days += int(days)
            self.micros += round((days - int(days)) * DAY_US)
        else:
            self.micros += round(rest * unit.micros)

    def once(self, *units: Interval) -> bool:
        """Whether none of these units has been named before."""
        fresh = self.named.isdisjoint(units)
        self.named.update(units)
        return fresh

    def negate(self) -> None:
        self.months, self.days, self.micros = -self.months, -self.days, -self.micros

    def make_negative(self) -> None:
        self.months, self.days, self.micros = -abs(self.months), -abs(self.days), -abs(self.micros)


def read_interval(text: str, style: str = "postgres") -> Interval:
    """intervalin under an IntervalStyle; also DuckDB's own text."""
    total = _Sum()
    trimmed = text.strip(SPACE)
    iso = ISO.fullmatch(trimmed)
    if iso is not None and len(trimmed) > 1:
        for part, units in ((iso[1], ISO_DATE), (iso[2], ISO_TIME)):
            for number, unit in ISO_PART.findall(part or ""):
                total.add(units[unit.upper()], Decimal(number))
    else:
        _read_words(total, text, trimmed)
        if style == "sql_standard" and LEADING_MINUS.fullmatch(trimmed):
            total.make_negative()
    months, days, micros = total.months, total.days, total.micros
    if not (
        min(months, days) >= -MAX_INT4 - 1
        and max(months, days) <= MAX_INT4
        and -MAX_INT8 - 1 <= micros <= MAX_INT8
    ):
        raise IntervalFieldOverflow(f'interval field value out of range: "{text}"')
    return Interval(months, days, micros)


def _read_words(total: _Sum, text: str, trimmed: str) -> None:
    position = 0
    read = False
    while position < len(trimmed):
        found = TOKEN.match(trimmed, position)
        if found is None:
            raise _bad(text)
        position = found.end()
        word = (found["word"] or "").lower()
        if word:
            if word == "ago" and read and not trimmed[position:].strip(SPACE):
                total.negate()
            elif word != "@":
                raise _bad(text)
            continue
        read = True
        _add_token(total, found, text, trimmed[position:].strip(SPACE))
    if not read:
        raise _bad(text)


def _add_token(total: _Sum, found: re.Match[str], text: str, rest: str) -> None:
    """`rest` is what follows: a number without a unit counts days before a clock, else seconds."""
    if found["clock"]:
        fresh = total.once(HOUR, MINUTE, SECOND)
        total.micros += _clock(found["clock"], text)
    elif found["years"]:
        fresh = total.once(YEAR, MONTH)
        months = abs(int(found["years"])) * 12 + int(found["months"])
        total.months += -months if found["years"].startswith("-") else months
    else:
        unit = UNITS.get(found["unit"].lower()) if found["unit"] else _unnamed(rest)
        if unit is None:
            raise _bad(text)
        fresh = total.once(unit)
        total.add(unit, Decimal(found["number"]))
    if not fresh:
        raise _bad(text)


def _unnamed(rest: str) -> Interval | None:
    if not rest or rest.lower() == "ago":
        return SECOND
    follower = TOKEN.match(rest)
    return DAY if follower is not None and follower["clock"] else None


def _clock(text: str, whole: str) -> int:
    hours, minutes, *seconds = text.lstrip("+-").split(":")
    second = Decimal(seconds[0].rstrip(".") if seconds else 0)
    if int(minutes) > 59 or second > 60:
        raise IntervalFieldOverflow(f'interval field value out of range: "{whole}"')
    micros = (int(hours) * 60 + int(minutes)) * 60_000_000 + round(second * 1_000_000)
    return -micros if text.startswith("-") else micros


def _bad(text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')


def interval_value(interval: Interval) -> timedelta | str:
    months, days, micros = interval
    if not months and 0 <= micros < DAY_US and abs(days) < 999_999_999:
        return timedelta(days=days, microseconds=micros)
    return f"{months} months {days} days {micros} microseconds"


def parse_interval(text: str, rendering: Rendering) -> timedelta | str:
    return interval_value(read_interval(text, rendering.interval_style))


def unpack_interval(data: bytes) -> object:
    def made(micros: int, days: int, months: int) -> object:
        return interval_value(Interval(months, days, micros))

    return unpacker(LAYOUT.format, made)(data)
