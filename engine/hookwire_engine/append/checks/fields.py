"""Fields of moments and intervals: extract, date_part, date_trunc (PostgreSQL 9.9.1, 9.9.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

from hookwire_catalog.errors import (
    DatetimeFieldOverflow,
    FeatureNotSupported,
    InvalidParameterValue,
)
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.moments import from_datetime, to_datetime
from hookwire_engine.append.checks.values import Interval

table = Table()
_function = table.function

_SECOND = 1_000_000
_CLOCK = {"microseconds": 1, "milliseconds": 1000, "second": _SECOND, "minute": 60 * _SECOND,
          "hour": 3600 * _SECOND}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200,
           "millennium": 12_000}  # fmt: skip
_EXTRACTED = (*_CLOCK, "day", "dow", "isodow", "doy", "week", *_MONTHS, "isoyear", "epoch")
_TRUNCATED = (*_CLOCK, "day", "week", *_MONTHS)
_NOT_OF_INTERVALS = ("week", "dow", "isodow", "doy", "isoyear")
_MISSING = ("julian", "timezone", "timezone_hour", "timezone_minute")
_ALIASES = {
    "microsecond": "microseconds", "us": "microseconds", "usec": "microseconds",
    "millisecond": "milliseconds", "ms": "milliseconds", "msec": "milliseconds",
    "sec": "second", "min": "minute", "hr": "hour", "mon": "month", "centurie": "century",
    "millennia": "millennium",
}  # fmt: skip


def _unit(name: str, known: tuple[str, ...]) -> str:
    word = name.lower()
    if word not in known:
        word = word.removesuffix("s")
        word = _ALIASES.get(word, word)
    if word in _MISSING:
        raise FeatureNotSupported(f'unit "{name}" is not supported in CHECK')
    if word not in known:
        raise InvalidParameterValue(
            f'unit "{name}" is not supported in CHECK', hint=f"Use one of {', '.join(known)}."
        )
    return word


def _extracted(name: str) -> str:
    return _unit(name, _EXTRACTED)


def _truncated(name: str) -> str:
    return _unit(name, _TRUNCATED)


def _not_of_intervals(name: str) -> FeatureNotSupported:
    return FeatureNotSupported(f'unit "{name}" not supported for type interval')


def _scaled(us: int, digits: int) -> Decimal:
    return Decimal(us).scaleb(-digits)


def _clock_part(name: str, us: int) -> Decimal:
    """Of a time of the day; with its sign if it has one."""
    sign = -1 if us < 0 else 1
    in_minute = sign * (abs(us) % (60 * _SECOND))
    if name == "hour":
        return Decimal(sign * (abs(us) // _CLOCK["hour"]))
    if name == "minute":
        return Decimal(sign * (abs(us) // _CLOCK["minute"] % 60))
    return _scaled(in_minute, {"microseconds": 0, "milliseconds": 3, "second": 6}[name])


_OF_DATE: dict[str, Callable[[datetime], int]] = {
    "day": lambda at: at.day,
    "dow": lambda at: at.isoweekday() % 7,
    "isodow": lambda at: at.isoweekday(),
    "doy": lambda at: at.timetuple().tm_yday,
    "week": lambda at: at.isocalendar().week,
    "month": lambda at: at.month,
    "quarter": lambda at: (at.month + 2) // 3,
    "year": lambda at: at.year,
    "decade": lambda at: at.year // 10,
    "century": lambda at: (at.year + 99) // 100,
    "millennium": lambda at: (at.year + 999) // 1000,
    "isoyear": lambda at: at.isocalendar().year,
}


def _extract_moment(name: str, us: int) -> Decimal:
    name = _extracted(name)
    if name == "epoch":
        return _scaled(us, 6)
    if name in _CLOCK:
        return _clock_part(name, us % (24 * _CLOCK["hour"]))
    return Decimal(_OF_DATE[name](to_datetime(us)))


def _extract_interval(name: str, value: Interval) -> Decimal:
    name = _extracted(name)
    if name in _NOT_OF_INTERVALS:
        raise _not_of_intervals(name)
    sign = -1 if value.months < 0 else 1
    years, months = divmod(abs(value.months), 12)
    if name == "epoch":
        # A year of 365.25 days and a month of 30 (timestamp.c, interval_part).
        days = Decimal(sign * years * 1461) / 4 + sign * months * 30 + value.days
        return (days * 86_400 + _scaled(value.us, 6)).quantize(Decimal("0.000001"))
    if name in _CLOCK:
        return _clock_part(name, value.us)
    if name == "day":
        return Decimal(value.days)
    if name == "month":
        return Decimal(sign * months)
    if name == "quarter":
        return Decimal(sign * (months // 3) + 1)
    return Decimal(sign * (years // (_MONTHS[name] // 12)))


def _trunc_moment(name: str, us: int) -> int:
    name = _truncated(name)
    if name in _CLOCK:
        return us - us % _CLOCK[name]
    at = to_datetime(us).replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "week":
        monday = from_datetime(at) - at.weekday() * 24 * _CLOCK["hour"]
        return from_datetime(to_datetime(monday))
    if name != "day":
        at = at.replace(day=1, month=at.month if name == "month" else _first_month(name, at))
    if name in ("decade", "century", "millennium"):
        years = _MONTHS[name] // 12
        # Centuries and millennia begin with the year 1, decades with 0.
        first = at.year - at.year % 10 if name == "decade" else (at.year - 1) // years * years + 1
        if first < 1:
            raise DatetimeFieldOverflow("timestamp out of range")
        at = at.replace(year=first)
    return from_datetime(at)


def _first_month(name: str, at: datetime) -> int:
    return (at.month - 1) // 3 * 3 + 1 if name == "quarter" else 1


def _toward_zero(value: int, unit: int) -> int:
    return value - value % unit if value >= 0 else -(-value - -value % unit)


def _trunc_interval(name: str, value: Interval) -> Interval:
    name = _truncated(name)
    if name in _NOT_OF_INTERVALS:
        raise _not_of_intervals(name)
    if name in _CLOCK:
        return Interval(value.months, value.days, _toward_zero(value.us, _CLOCK[name]))
    if name == "day":
        return Interval(value.months, value.days, 0)
    return Interval(_toward_zero(value.months, _MONTHS[name]), 0, 0)


def _as_float(extract: Callable[..., Decimal], name: str, value: int | Interval) -> float:
    """date_part: by PostgreSQL's own steps, each of which rounds (timestamp.c)."""
    unit = _extracted(name)
    us = value if isinstance(value, int) else value.us
    if unit in ("second", "milliseconds"):
        scale = _SECOND // _CLOCK[unit]
        sign = -1 if isinstance(value, Interval) and us < 0 else 1
        whole, rest = divmod(sign * us % (60 * _SECOND), _SECOND)
        return sign * whole * float(scale) + sign * rest / float(_SECOND // scale)
    if unit == "epoch":
        if isinstance(value, int):
            return us / float(_SECOND)
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        made = us / float(_SECOND) + 365.25 * 86_400 * (sign * years)
        return made + 30.0 * 86_400 * (sign * months) + 86_400.0 * value.days
    return float(extract(name, value))


for _type in ("timestamp", "timestamptz", "interval"):
    _extract = _extract_interval if _type == "interval" else _extract_moment
    _function(f"extract(text, {_type}) numeric", _extract, validate={0: _extracted})
    _function(
        f"date_part(text, {_type}) float8", partial(_as_float, _extract), validate={0: _extracted}
    )
    _trunc = _trunc_interval if _type == "interval" else _trunc_moment
    _function(f"date_trunc(text, {_type}) {_type}", _trunc, validate={0: _truncated})
