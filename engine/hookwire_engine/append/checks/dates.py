"""Moments and intervals made of fields, and ages (PostgreSQL 9.9)."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import datetime

from hookwire_catalog.errors import DatetimeFieldOverflow
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.moments import bounded, from_datetime, to_datetime
from hookwire_engine.append.checks.values import Interval

table = Table()
_function = table.function

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def _age(one: int, other: int) -> Interval:
    """Years, months, days and a time between two moments, counted from the earlier one."""
    late, early = to_datetime(max(one, other)), to_datetime(min(one, other))
    time = (one if one > other else other) % _DAY - min(one, other) % _DAY
    months = (late.year - early.year) * 12 + late.month - early.month
    days = late.day - early.day
    if time < 0:
        time += _DAY
        days -= 1
    if days < 0:
        # By the length of the earlier one's month (timestamp.c, timestamp_age).
        days += monthrange(early.year, early.month)[1]
        months -= 1
    return Interval(months, days, time) if one >= other else Interval(-months, -days, -time)


def _make_interval(
    years: int = 0, months: int = 0, weeks: int = 0, days: int = 0, hours: int = 0,
    minutes: int = 0, seconds: float = 0,
) -> Interval:  # fmt: skip
    if not math.isfinite(seconds):
        raise DatetimeFieldOverflow("interval out of range")
    us = (hours * 3600 + minutes * 60) * _SECOND + round(seconds * _SECOND)
    return bounded(years * 12 + months, weeks * 7 + days, us)


def _make_moment(year: int, month: int, day: int, hour: int, minute: int, second: float) -> int:
    try:
        start = datetime(year, month, day)
    except (ValueError, OverflowError):
        raise DatetimeFieldOverflow("date field value out of range") from None
    in_range = 0 <= hour <= 24 and 0 <= minute <= 59 and 0 <= second <= 60
    us = (hour * 60 + minute) * 60 * _SECOND + round(second * _SECOND) if in_range else -1
    if not 0 <= us <= _DAY:
        raise DatetimeFieldOverflow("time field value out of range")
    made = from_datetime(start) + us
    to_datetime(made)
    return made


for _type in ("timestamp", "timestamptz"):
    _function(f"age({_type}, {_type}) interval", _age)
    _function(f"make_{_type}(int4, int4, int4, int4, int4, float8) {_type}", _make_moment)
for _count in range(7):
    _function(f"make_interval({', '.join(['int4'] * _count)}) interval", _make_interval)
_function("make_interval(int4, int4, int4, int4, int4, int4, float8) interval", _make_interval)
