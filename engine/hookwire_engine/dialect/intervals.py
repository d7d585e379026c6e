"""Interval literals (PostgreSQL 8.5.4, appendix B.1) as DuckDB constants."""

from __future__ import annotations

import re
from decimal import Decimal

from hookwire_catalog.errors import (
    InvalidDatetimeFormat,
)

_SPACE = " \t\n\r\f\v"
_UNITS: dict[str, tuple[int, int, int]] = {
    name: unit
    for names, unit in (
        ("us usec usecs usecond useconds microsecond microseconds", (0, 0, 1)),
        ("ms msec msecs msecond mseconds millisecond milliseconds", (0, 0, 1_000)),
        ("s sec secs second seconds", (0, 0, 1_000_000)),
        ("m min mins minute minutes", (0, 0, 60_000_000)),
        ("h hr hrs hour hours", (0, 0, 3_600_000_000)),
        ("d day days", (0, 1, 0)),
        ("w week weeks", (0, 7, 0)),
        ("mon mons month months", (1, 0, 0)),
        ("qtr quarter", (3, 0, 0)),
        ("y yr yrs year years", (12, 0, 0)),
        ("dec decs decade decades", (120, 0, 0)),
        ("c cent century centuries", (1_200, 0, 0)),
        ("mil mils millennium millennia", (12_000, 0, 0)),
    )
    for name in names.split()
}


_PIECE = re.compile(
    r"\s*(?:(?P<sign>[+-])?(?P<hour>\d+):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}(?:\.\d*)?))?"
    r"|(?P<years>[+-]?\d+)-(?P<months>\d{1,2})(?![\d:-])"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?P<unit>[a-z]+)?)",
    re.IGNORECASE,
)


_CLOCK = re.compile(r"\s*[+-]?\d+:\d")


_ISO = re.compile(r"([+-]?\d+(?:\.\d*)?)([YMWDHS])|(T)", re.IGNORECASE)


_ISO_UNITS = {"Y": "y", "M": "mon", "W": "w", "D": "d", "H": "h", "TM": "min", "S": "s"}


_DAY_US = 86_400_000_000


class _Sum:
    """Months, days and microseconds, each with what is left of larger units."""

    def __init__(self) -> None:
        self.months = 0
        self.days = 0
        self.micros = Decimal(0)

    def add(self, amount: Decimal, unit: tuple[int, int, int]) -> None:
        months, days, micros = unit
        if months:
            whole = amount * months
            self.months += int(whole)
            self._add_days((whole - int(whole)) * 30)
        elif days:
            self._add_days(amount * days)
        else:
            self.micros += amount * micros

    def _add_days(self, amount: Decimal) -> None:
        self.days += int(amount)
        self.micros += (amount - int(amount)) * _DAY_US

    def negate(self) -> None:
        self.months, self.days, self.micros = -self.months, -self.days, -self.micros

    def keep(self, fields: str) -> None:
        """Cut what is smaller than the last of the fields (AdjustIntervalForTypmod)."""
        last = fields.split()[-1] if fields else "second"
        if last in ("year", "month"):
            self.days, self.micros = 0, Decimal(0)
        if last == "year":
            self.months = int(Decimal(self.months) / 12) * 12
        if last == "day":
            self.micros = Decimal(0)
        if last in ("hour", "minute"):
            step = _UNITS[last][2]
            self.micros = Decimal(int(self.micros / step) * step)

    def code(self) -> str:
        micros = int(self.micros.to_integral_value())
        return f"CAST('{self.months} months {self.days} days {micros} microseconds' AS INTERVAL)"


def interval_constant(text: str, fields: str = "") -> str:
    """An interval's text; `fields` says what a bare number counts (INTERVAL '1' HOUR)."""
    total = _Sum()
    rest = text.strip(_SPACE)
    if rest[:1] in "Pp" and rest[1:]:
        _read_iso(total, rest[1:], text)
        return total.code()
    rest = rest.removeprefix("@").strip()
    ago = rest.lower().endswith("ago")
    if ago:
        rest = rest[:-3].rstrip()
    if not rest:
        raise _bad_interval(text)
    at = 0
    while at < len(rest):
        found = _PIECE.match(rest, at)
        if found is None:
            raise _bad_interval(text)
        # A bare number before a time of day counts days.
        clocked = _CLOCK.match(rest, found.end()) is not None
        _add_piece(total, found, text, "day" if clocked and not found["hour"] else fields)
        at = found.end()
    if ago:
        total.negate()
    total.keep(fields)
    return total.code()


def _bad_interval(text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')


def _add_piece(total: _Sum, found: re.Match[str], text: str, fields: str) -> None:
    if found["hour"] is not None:
        _add_clock(total, found, fields)
    elif found["years"] is not None:
        years, months = int(found["years"]), int(found["months"])
        sign = -1 if found["years"][0] == "-" else 1
        total.months += years * 12 + sign * months
    else:
        unit = (found["unit"] or (fields.split()[-1] if fields else "second")).lower()
        if unit not in _UNITS:
            raise _bad_interval(text)
        total.add(Decimal(found["number"]), _UNITS[unit])


def _add_clock(total: _Sum, found: re.Match[str], fields: str) -> None:
    if found["second"] is None and fields == "minute to second":
        micros = Decimal(found["hour"]) * 60 + Decimal(found["minute"])
    else:
        micros = Decimal(found["hour"]) * 3600 + Decimal(found["minute"]) * 60
        micros += Decimal(found["second"] or 0)
    total.micros += micros * (-1_000_000 if found["sign"] == "-" else 1_000_000)


def _read_iso(total: _Sum, rest: str, text: str) -> None:
    """P1Y2M3DT4H5M6S (ISO 8601, 4.4.3.2)."""
    at = 0
    timed = False
    while at < len(rest):
        found = _ISO.match(rest, at)
        if found is None:
            raise _bad_interval(text)
        if found[3]:
            timed = True
        else:
            letter = found[2].upper()
            unit = _ISO_UNITS["TM" if letter == "M" and timed else letter]
            total.add(Decimal(found[1]), _UNITS[unit])
        at = found.end()
