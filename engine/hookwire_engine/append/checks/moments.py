"""Points in time and intervals (PostgreSQL 8.5, 9.9), all in UTC; a day has 24 hours.

Of the many spellings that PostgreSQL reads, a check reads ISO 8601's; another one is an error.
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from decimal import Decimal

from hookwire_catalog.errors import (
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidDatetimeFormat,
)
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.values import Frame, Interval

table = Table()
_function, _operator = table.function, table.operator

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_EPOCH = datetime(1970, 1, 1)
_2000 = 946_684_800
_MOST_SECONDS = (datetime(9999, 12, 31, 23, 59, 59) - _EPOCH).total_seconds()
_LEAST_SECONDS = (datetime(1, 1, 1) - _EPOCH).total_seconds()
_MAX_FIELD = 10**12
_MOMENT = re.compile(
    r"\s*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[ tT]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,12}))?)?)?"
    r"\s*([zZ]|UTC|utc|GMT|gmt|[+-][0-9]{1,2}(?::?[0-9]{2})?)?\s*"
)


def from_datetime(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(us: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=us)
    except OverflowError:
        raise _overflow() from None


def _overflow() -> DatetimeFieldOverflow:
    return DatetimeFieldOverflow("timestamp out of range")


def read_moment(text: str, type_: str) -> int:
    """A timestamp or timestamptz; the first ignores the zone, the second takes UTC without one."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        shown = "timestamp" if type_ == "timestamp" else "timestamp with time zone"
        raise InvalidDatetimeFormat(
            f'invalid input syntax for type {shown}: "{text}"',
            hint="CHECK reads ISO 8601: 2026-01-31 12:30:00+00.",
        )
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        start = datetime(int(year), int(month), int(day))
    except ValueError:
        raise _out_of_range(text) from None
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    us = round(Decimal(f"0.{fraction or 0}") * _SECOND)
    time = (hours * 60 + minutes) * 60 + seconds
    if minutes > 59 or seconds > 60 or time * _SECOND + us > _DAY:
        raise _out_of_range(text)
    moment = from_datetime(start) + time * _SECOND + us
    return moment if type_ == "timestamp" else moment - _offset(zone, text)


def _out_of_range(text: str) -> DatetimeFieldOverflow:
    return DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')


def _offset(zone: str | None, text: str) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 15 or minutes > 59:
        raise _out_of_range(text)
    seconds = (hours * 60 + minutes) * 60 * _SECOND
    return -seconds if zone[0] == "-" else seconds


def moment_text(us: int, type_: str) -> str:
    moment = to_datetime(us)
    shown = moment.isoformat(" ")
    if moment.microsecond:
        shown = shown.rstrip("0")
    return shown + ("+00" if type_ == "timestamptz" else "")


_UNITS = {
    "microsecond": (0, 0, 1), "us": (0, 0, 1), "usec": (0, 0, 1), "millisecond": (0, 0, 1000),
    "ms": (0, 0, 1000), "msec": (0, 0, 1000), "second": (0, 0, _SECOND), "sec": (0, 0, _SECOND),
    "s": (0, 0, _SECOND), "minute": (0, 0, 60 * _SECOND), "min": (0, 0, 60 * _SECOND),
    "m": (0, 0, 60 * _SECOND), "hour": (0, 0, 3600 * _SECOND), "h": (0, 0, 3600 * _SECOND),
    "hr": (0, 0, 3600 * _SECOND), "day": (0, 1, 0), "d": (0, 1, 0), "week": (0, 7, 0),
    "w": (0, 7, 0), "month": (1, 0, 0), "mon": (1, 0, 0), "year": (12, 0, 0), "y": (12, 0, 0),
    "yr": (12, 0, 0),
}  # fmt: skip
_PART = re.compile(
    r"\s*(?:([+-]?)([0-9]{1,9}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,12}))?)?"
    r"|([+-]?[0-9]{1,12})(?:\.([0-9]{1,12}))?\s*([a-zA-Z]*))\s*"
)


def read_interval(text: str) -> Interval:
    body, ago = text.strip(), False
    if body.lower().endswith(" ago"):
        body, ago = body[:-4], True
    place, months, days, us = 0, 0, 0, 0
    while place < len(body):
        found = _PART.match(body, place)
        if found is None or found.end() == place:
            raise _not_interval(text)
        part = _time_part(found) if found[2] is not None else _unit_part(found, text)
        months, days, us = months + part.months, days + part.days, us + part.us
        place = found.end()
    if not body:
        raise _not_interval(text)
    made = bounded(months, days, us)
    return Interval(-made.months, -made.days, -made.us) if ago else made


def _not_interval(text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')


def _time_part(found: re.Match[str]) -> Interval:
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    if minutes > 59 or seconds > 59:
        raise DatetimeFieldOverflow(f'interval field value out of range: "{found[0].strip()}"')
    us = ((hours * 60 + minutes) * 60 + seconds) * _SECOND
    us += round(Decimal(f"0.{found[5] or 0}") * _SECOND)
    return Interval(0, 0, -us if found[1] == "-" else us)


def _unit_part(found: re.Match[str], text: str) -> Interval:
    word = found[8].lower() or "second"
    unit = _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))
    if unit is None:
        raise _not_interval(text)
    whole = int(found[6])
    fraction = Decimal(f"0.{found[7] or 0}") * (-1 if found[6][0] == "-" else 1)
    months, days, us = unit
    if fraction and (months or days > 1):
        raise FeatureNotSupported(
            "fractions of weeks, months and years are not supported in CHECK", hint="Use days."
        )
    extra = round(fraction * (us or days * _DAY))
    return Interval(whole * months, whole * days, whole * us + extra)


def bounded(months: int, days: int, us: int) -> Interval:
    if max(abs(months), abs(days)) >= 1 << 31 or abs(us) >= 1 << 63:
        raise DatetimeFieldOverflow("interval out of range")
    return Interval(months, days, us)


def interval_text(value: Interval) -> str:
    """IntervalStyle postgres: `1 year 2 mons 3 days 04:05:06.7`."""
    years, months = divmod(abs(value.months), 12)
    sign = -1 if value.months < 0 else 1
    parts: list[str] = []
    before = 0
    for count, name in ((years * sign, "year"), (months * sign, "mon"), (value.days, "day")):
        if count:
            plus = "+" if before < 0 < count else ""
            parts.append(f"{plus}{count} {name}{'' if count == 1 else 's'}")
            before = count
    if value.us or not parts:
        plus = "-" if value.us < 0 else "+" if before < 0 else ""
        seconds, us = divmod(abs(value.us), _SECOND)
        minutes, second = divmod(seconds, 60)
        shown = f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
        parts.append(plus + shown + (f".{us:06d}".rstrip("0") if us else ""))
    return " ".join(parts)


def span(value: Interval) -> int:
    """What intervals are compared by: months of 30 days, days of 24 hours."""
    return (value.months * 30 + value.days) * _DAY + value.us


def add(moment: int, value: Interval) -> int:
    if value.months:
        at = to_datetime(moment)
        year, month = divmod(at.year * 12 + at.month - 1 + value.months, 12)
        if not 1 <= year <= 9999:
            raise _overflow()
        day = min(at.day, calendar.monthrange(year, month + 1)[1])
        moment = from_datetime(at.replace(year=year, month=month + 1, day=day))
    moment += value.days * _DAY + value.us
    to_datetime(moment)
    return moment


def _subtract(moment: int, value: Interval) -> int:
    return add(moment, Interval(-value.months, -value.days, -value.us))


def _between(one: int, other: int) -> Interval:
    """The difference of two moments: whole days and a rest, both with its sign."""
    difference = one - other
    days = abs(difference) // _DAY * (1 if difference >= 0 else -1)
    return Interval(0, days, difference - days * _DAY)


def _times(value: Interval, factor: float) -> Interval:
    if not factor.is_integer():
        if value.months or value.days:
            raise FeatureNotSupported("days and months are multiplied by whole numbers only")
        return bounded(0, 0, round(value.us * factor))
    whole = int(factor)
    return bounded(value.months * whole, value.days * whole, value.us * whole)


def to_timestamp(seconds: float) -> int:
    if not _LEAST_SECONDS <= seconds <= _MOST_SECONDS:
        raise DatetimeFieldOverflow("timestamp out of range")
    # PostgreSQL counts from 2000 and rounds there: float8 has more digits after the point then.
    return round((seconds - _2000) * _SECOND) + _2000 * _SECOND


def _now(frame: Frame) -> int:
    return frame.now_us


for _name in ("now", "transaction_timestamp", "statement_timestamp"):
    _function(f"{_name}() timestamptz", _now, framed=True)
_function("to_timestamp(float8) timestamptz", to_timestamp)
for _type in ("timestamp", "timestamptz"):
    _operator(f"+({_type}, interval) {_type}", add)
    _operator(f"+(interval, {_type}) {_type}", lambda value, moment: add(moment, value))
    _operator(f"-({_type}, interval) {_type}", _subtract)
    _operator(f"-({_type}, {_type}) interval", _between)
_operator("+(interval, interval) interval", lambda a, b: bounded(*map(sum, zip(a, b, strict=True))))
_operator(
    "-(interval, interval) interval",
    lambda a, b: bounded(a.months - b.months, a.days - b.days, a.us - b.us),
)
_operator("-(interval) interval", lambda a: bounded(-a.months, -a.days, -a.us))
_operator("*(interval, float8) interval", _times)
_operator("*(float8, interval) interval", lambda factor, value: _times(value, factor))
