"""Days and microseconds to calendar dates and clock times, one by one and vectorised.

The proleptic Gregorian calendar, as PostgreSQL and DuckDB have it; Python's `datetime` stops at
the years 1 and 9999. Days count from 1970-01-01.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from hookwire_pgwire.values.cells import Numbers, table

DAY_US = 86_400_000_000
CYCLE_DAYS = 146_097
"""The calendar repeats every 400 years."""

EPOCH_FROM_MARCH = 719_468
"""Days from 0000-03-01, where a leap day is a year's last, to 1970-01-01."""

YEAR_1, YEAR_10000 = -719_162, 2_932_897
"""The days 0001-01-01 and 10000-01-01."""

TABLE_DAYS = 365 * 100 + 25
"""Dates from 1970 to 2069 are looked up."""


class Date(NamedTuple):
    """An astronomical date: the year 0 is 1 BC."""

    year: int
    month: int
    day: int


def date_of(days: int) -> Date:
    cycle, rest = divmod(days + EPOCH_FROM_MARCH, CYCLE_DAYS)
    year = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day_of_year = rest - (365 * year + year // 4 - year // 100)
    march_month = (5 * day_of_year + 2) // 153
    month = march_month + 3 if march_month < 10 else march_month - 9
    return Date(
        cycle * 400 + year + (month <= 2), month, day_of_year - (153 * march_month + 2) // 5 + 1
    )


def days_of(date: Date) -> int:
    year = date.year - (date.month <= 2)
    cycle, rest = divmod(year, 400)
    march_month = date.month - 3 if date.month > 2 else date.month + 9
    day_of_year = (153 * march_month + 2) // 5 + date.day - 1
    days = rest * 365 + rest // 4 - rest // 100 + day_of_year
    return cycle * CYCLE_DAYS + days - EPOCH_FROM_MARCH


def days_in_month(year: int, month: int) -> int:
    follower = Date(year + 1, 1, 1) if month == 12 else Date(year, month + 1, 1)
    return days_of(follower) - days_of(Date(year, month, 1))


def years_of(days: Numbers) -> Numbers:
    """The astronomical years of many days."""
    years: Numbers = days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    return years


def date_items(days: Numbers) -> Numbers:
    """'YYYY-MM-DD ' (11 bytes, a space at the end) for days of the years 1 to 9999."""
    if days.size and int(days.min()) >= 0 and int(days.max()) < TABLE_DAYS:
        return _recent_dates().take(days)
    return _date_items(days)


def _date_items(days: Numbers) -> Numbers:
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    day = (dates - months).astype(np.int64) + 1
    month_count = months.astype(np.int64) + 1970 * 12
    items = np.empty(len(days), "V4,u1,V2,u1,V2,u1")
    items["f0"] = _four_digits()[month_count // 12]
    items["f2"] = TWO_DIGITS[month_count % 12 + 1]
    items["f4"] = TWO_DIGITS[day]
    items["f1"] = items["f3"] = ord("-")
    items["f5"] = ord(" ")
    return items.view("V11")


@cache
def _recent_dates() -> Numbers:
    return _date_items(np.arange(TABLE_DAYS))


@cache
def clock_items() -> Numbers:
    """'HH:MM:SS' (8 bytes) for every second of a day and for 24:00:00."""
    seconds = np.arange(86_401)
    items = np.empty(len(seconds), "V2,u1,V2,u1,V2")
    items["f0"] = TWO_DIGITS[seconds // 3600]
    items["f2"] = TWO_DIGITS[seconds // 60 % 60]
    items["f4"] = TWO_DIGITS[seconds % 60]
    items["f1"] = items["f3"] = ord(":")
    return items.view("V8")


@cache
def _four_digits() -> Numbers:
    return table([b"%04d" % i for i in range(10_000)])


TWO_DIGITS = table([b"%02d" % i for i in range(100)])
THREE_DIGITS = table([b"%03d" % i for i in range(1000)])
DOT_THREE_DIGITS = table([b".%03d" % i for i in range(1000)])
_LENGTHS = [len((b"%03d" % i).rstrip(b"0")) for i in range(1000)]
THOUSANDS_LENGTHS = np.array([i and 1 + i for i in _LENGTHS])
UNITS_LENGTHS = np.array([i and 4 + i for i in _LENGTHS])
"""How long '.ffffff' is without trailing zeros, by its first and its last three digits: the
greater of the two."""


def date_text(days: int) -> tuple[str, str]:
    """'YYYY-MM-DD' and the era suffix: '' or ' BC'."""
    year, month, day = date_of(days)
    if year > 0:
        return f"{year:04d}-{month:02d}-{day:02d}", ""
    return f"{1 - year:04d}-{month:02d}-{day:02d}", " BC"


def clock_text(micros: int) -> str:
    """'HH:MM:SS[.ffffff]', without trailing zeros."""
    seconds, fraction = divmod(micros, 1_000_000)
    minutes, second = divmod(seconds, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
    return f"{text}.{fraction:06d}".rstrip("0") if fraction else text
