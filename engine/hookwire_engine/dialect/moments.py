"""Date, time and interval literals (PostgreSQL 8.5.1, 8.5.4, appendix B.1) as DuckDB constants.

A date is read with DateStyle's default order (MDY). The zone of a timestamptz literal without one
is the session's, which DuckDB applies itself.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date as calendar_date
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hookwire_catalog.errors import (
    DatetimeFieldOverflow,
    InvalidDatetimeFormat,
    InvalidParameterValue,
    SqlError,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect.code import literal
from hookwire_engine.dialect.intervals import interval_constant
from hookwire_engine.dialect.types import display, duckdb_type

_SPACE = " \t\n\r\f\v"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = tuple(
    re.compile(form + r"(?=$|[\sT,Zz+])", re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4,7})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4,7})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})",
        r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{2,7})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})[-.](?P<yearday>\d{3})",
        r"J(?P<julian>\d{1,7})",
        _NAME + r"\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4,7})",
        r"(?P<day>\d{1,2})[\s-]" + _NAME + r"[\s-](?P<year>\d{4,7})",
        r"(?P<year>\d{4,7})[\s-]" + _NAME + r"[\s-](?P<day>\d{1,2})",
    )
)
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>[.,]\d*)?)?"
    r"(?:\s*(?P<half>[ap]m)(?![a-z]))?",
    re.IGNORECASE,
)
_PACKED = re.compile(
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?:(?P<second>\d{2})(?P<fraction>[.]\d*)?)?"
    r"(?P<half>[ap]m)?(?![\d:])",
    re.IGNORECASE,
)
_CTIME = re.compile(
    _NAME + r"\s+(?P<day>\d{1,2})\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.]\d*)?)?)"
    r"(?P<zone>\s+[a-z+-][\w/:+-]*)?\s+(?P<year>\d{4,7})",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*(?:(?P<offset>[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?)|(?P<zone>[a-z][\w/+-]*))",
    re.IGNORECASE,
)
_ERA = re.compile(r"\s*\b(bc|ad)$", re.IGNORECASE)
_ABBREVIATIONS = {
    "z": 0, "utc": 0, "gmt": 0, "zulu": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 2, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_NAMED = {
    "now": "now()",
    "today": "CAST(CAST(now() AS DATE) AS TIMESTAMP)",
    "tomorrow": "CAST(CAST(now() AS DATE) + 1 AS TIMESTAMP)",
    "yesterday": "CAST(CAST(now() AS DATE) - 1 AS TIMESTAMP)",
    "epoch": "CAST('1970-01-01' AS TIMESTAMP)",
}


class InvalidTimeZoneDisplacement(SqlError):
    sqlstate = "22009"


def _bad(type_: PgType, text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type {display(type_)}: "{text}"')


def _overflow(text: str) -> DatetimeFieldOverflow:
    return DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')


def constant(text: str, type_: PgType) -> str:
    """A DuckDB constant of the type for PostgreSQL's text of it."""
    if type_.name == "interval":
        return interval_constant(text)
    target = duckdb_type(type_)
    word = text.strip(_SPACE).lower()
    named = _NAMED.get(word)
    if named is not None and type_.name not in ("time", "timetz"):
        if word == "epoch" and type_.name == "timestamptz":
            return "CAST('1970-01-01 00:00:00+00' AS TIMESTAMPTZ)"
        return f"CAST({named} AS {target})"
    if word in ("infinity", "-infinity", "+infinity") and type_.name not in ("time", "timetz"):
        return f"CAST('{word.lstrip('+')}' AS {target})"
    return f"CAST({literal(_written(text, type_))} AS {target})"


def _written(text: str, type_: PgType) -> str:
    """The text in the form that DuckDB reads."""
    rest = text.strip(_SPACE)
    if (ctime := _CTIME.fullmatch(_WEEKDAY.sub("", rest, count=1))) is not None:
        rest = f"{ctime['year']}-{ctime['name']}-{ctime['day']} {ctime['clock']}"
        rest += ctime["zone"] or ""
    era = _ERA.search(rest)
    if era is not None:
        rest = rest[: era.start()]
    rest = rest[weekday.end() :] if (weekday := _WEEKDAY.match(rest)) else rest
    date = ""
    if type_.name not in ("time", "timetz") or _looks_dated(rest):
        found = next((f for form in _DATES if (f := form.match(rest))), None)
        if found is None:
            raise _bad(type_, text)
        date = _date(found, text)
        rest = rest[found.end() :].lstrip(_SPACE + ",").removeprefix("T").removeprefix("t")
    if rest.lower() == "allballs":
        rest = "00:00:00+00" if type_.name in ("timetz", "timestamptz") else "00:00:00"
    clock, zone = _clock(rest, text, type_)
    if era is not None and era[1].lower() == "bc":
        date += " (BC)"
    if type_.name == "date":
        return date
    if type_.name in ("time", "timetz"):
        if not clock:
            raise _bad(type_, text)
        return clock if type_.name == "time" else clock + (zone or "+00")
    whole = f"{date} {clock}" if clock else date
    return whole + zone if type_.name == "timestamptz" and zone else whole


def _looks_dated(text: str) -> bool:
    return any(form.match(text) for form in _DATES)


def _date(found: re.Match[str], text: str) -> str:
    fields = found.groupdict()
    if fields.get("julian"):
        return _counted(int(fields["julian"]) - _JULIAN_OF_YEAR_1, text)
    if fields.get("yearday"):
        return _day_of_year(int(fields["year"]), int(fields["yearday"]), text)
    year, day = int(fields["year"]), int(fields["day"])
    if len(fields["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    name = fields.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(fields["month"])
    if not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        raise _overflow(text)
    return f"{year:04d}-{month:02d}-{day:02d}"


_JULIAN_OF_YEAR_1 = 1_721_425


def _counted(ordinal: int, text: str) -> str:
    """The date of a proleptic ordinal, of year 1 and later."""
    try:
        return calendar_date.fromordinal(ordinal).isoformat()
    except (ValueError, OverflowError):
        raise _overflow(text) from None


def _day_of_year(year: int, day: int, text: str) -> str:
    if not 1 <= year <= 9999 or not 1 <= day <= 365 + isleap(year):
        raise _overflow(text)
    return _counted(calendar_date(year, 1, 1).toordinal() + day - 1, text)


def _days(year: int, month: int) -> int:
    return monthrange(year % 400 + 400, month)[1]


def _clock(rest: str, text: str, type_: PgType) -> tuple[str, str]:
    """The time of day and the zone, each "" where there is none."""
    clock = ""
    found = _CLOCK.match(rest) or _PACKED.match(rest)
    if found is not None:
        clock = _time(found, text)
        rest = rest[found.end() :]
    zone = _zone(rest, text, type_)
    if rest.strip() and not zone:
        raise _bad(type_, text)
    return clock, zone


def _time(found: re.Match[str], text: str) -> str:
    hour, minute = int(found["hour"]), int(found["minute"])
    second = int(found["second"] or 0)
    half = (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise _overflow(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if second == 60 and minute < 60 and hour < 24 and not (found["fraction"] or "").strip(".,0"):
        second, minute = 0, minute + 1
        hour, minute = hour + minute // 60, minute % 60
    midnight = hour == 24 and not minute and not second
    if (hour > 23 and not midnight) or minute > 59 or second > 60:
        raise _overflow(text)
    fraction = (found["fraction"] or "").replace(",", ".").rstrip(".")
    if len(fraction) > 7:
        fraction = str(round(Decimal("0" + fraction), 6))[1:]
    return f"{hour:02d}:{minute:02d}:{second:02d}{fraction}"


def _zone(rest: str, text: str, type_: PgType) -> str:
    found = _ZONE.fullmatch(rest)
    if found is None:
        return ""
    if found["offset"]:
        digits = re.sub(r"[^0-9]", "", found["offset"])
        if len(digits) % 2:
            digits = "0" + digits
        if int(digits[:2]) > 15:
            raise InvalidTimeZoneDisplacement(f'time zone displacement out of range: "{text}"')
        pairs = [digits[i : i + 2] for i in range(0, len(digits), 2)]
        return found["offset"][0] + ":".join(pairs)
    return _named_zone(found["zone"], text, type_)


def _named_zone(name: str, text: str, type_: PgType) -> str:
    """An abbreviation as its offset, a region's name as it is (B.4)."""
    hours = _ABBREVIATIONS.get(name.lower())
    if hours is not None:
        return f"{hours:+03d}"
    if "/" not in name:
        raise _bad(type_, text)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        message = f'time zone "{name.lower()}" not recognized'
        raise InvalidParameterValue(message) from None
    return " " + name


# Intervals.
