"""UTC offsets of the session's TimeZone, for one moment or a million.

Names are IANA's, found by Python's `zoneinfo`; PostgreSQL's POSIX forms with a fixed offset
(`<-05>+05`, which SET TIME ZONE -5 makes, or `UTC+3`) are understood too. A zone's offsets are
sampled once a day for the years that occur and bisected where they differ: no zone has ever
changed twice within a day. The years outside 1 to 9999 follow the calendar's 400-year cycle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_pgwire.values.cells import Numbers
from hookwire_pgwire.values.civil import CYCLE_DAYS, Date, days_of, years_of

POSIX = re.compile(
    r"(?:<[A-Za-z0-9+-]+>|[A-Za-z]{3,})([+-]?)(\d{1,3})(?::(\d{2})(?::(\d{2}))?)?", re.ASCII
)
DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = days_of(Date(2, 1, 1)), days_of(Date(9998, 1, 1))
"""Where zoneinfo can be asked without leaving datetime's range."""

OLD_CYCLE, NEW_CYCLE = -4 * CYCLE_DAYS, CYCLE_DAYS
"""The cycles from the years 370 and 2370 stand for those before and after that."""

FIXED_UTC = frozenset({"utc", "etc/utc", "gmt", "etc/gmt", "z", "zulu", "uct", "universal"})


@dataclass(frozen=True, slots=True)
class Zone:
    """`fixed` is the offset in seconds of a zone that never changes it, `name` else IANA's."""

    name: str
    fixed: int | None


@lru_cache(maxsize=256)
def zone_named(timezone: str) -> Zone:
    if timezone.lower() in FIXED_UTC:
        return Zone(timezone, 0)
    posix = POSIX.fullmatch(timezone)
    if posix is not None:
        sign, hours, minutes, seconds = posix.groups()
        west = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
        return Zone(timezone, west if sign == "-" else -west)
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):
        raise InvalidParameterValue(
            f'invalid value for parameter "TimeZone": "{timezone}"'
        ) from None
    return Zone(timezone, None)


def offset_at(zone: Zone, seconds: int) -> int:
    """The offset east of UTC, in seconds, at a moment given in seconds from 1970."""
    if zone.fixed is not None:
        return zone.fixed
    day = _within_range(seconds // DAY)
    return _asked(zone.name, day * DAY + seconds % DAY)


def offsets_at(zone: Zone, seconds: Numbers) -> Numbers:
    """The same for many moments."""
    if zone.fixed is not None or not seconds.size:
        return np.full(len(seconds), zone.fixed or 0)
    days = seconds // DAY
    if int(days.min()) < FIRST_DAY or int(days.max()) >= LAST_DAY:
        days = np.where(days < FIRST_DAY, days % CYCLE_DAYS + OLD_CYCLE, days)
        days = np.where(days >= LAST_DAY, days % CYCLE_DAYS + NEW_CYCLE, days)
        seconds = days * DAY + seconds % DAY
    tables = [_changes(zone.name, year) for year in np.unique(years_of(days)).tolist()]
    moments = np.concatenate([moments for moments, _ in tables])
    offsets = np.concatenate([offsets for _, offsets in tables])
    found: Numbers = offsets[np.searchsorted(moments, seconds, side="right") - 1]
    return found


def local_to_utc(zone: Zone, local_seconds: int) -> int:
    """The moment at which the zone's clocks show `local_seconds`.

    As PostgreSQL's DetermineTimeZoneOffset: a time that a change skips or repeats is read with
    the standard, that is the smaller, offset if both sides are possible or neither is.
    """
    before = offset_at(zone, local_seconds - DAY)
    after = offset_at(zone, local_seconds + DAY)
    if before == after:
        return local_seconds - offset_at(zone, local_seconds - before)
    possible = [
        offset for offset in (before, after) if offset_at(zone, local_seconds - offset) == offset
    ]
    if len(possible) == 1:
        return local_seconds - possible[0]
    return local_seconds - (min(before, after) if possible else before)


def _within_range(day: int) -> int:
    if day < FIRST_DAY:
        return day % CYCLE_DAYS + OLD_CYCLE
    return day % CYCLE_DAYS + NEW_CYCLE if day >= LAST_DAY else day


def _asked(name: str, seconds: int) -> int:
    moment = (EPOCH + timedelta(seconds=seconds)).astimezone(ZoneInfo(name))
    offset = moment.utcoffset()
    assert offset is not None
    return offset.days * DAY + offset.seconds


@lru_cache(maxsize=4096)
def _changes(name: str, year: int) -> tuple[Numbers, Numbers]:
    """The moments of a year at which an offset begins to hold, the year's start first."""
    start, end = days_of(Date(year, 1, 1)), days_of(Date(year + 1, 1, 1))
    moments, offsets = [start * DAY], [_asked(name, start * DAY)]
    for day in range(start, end):
        offset = _asked(name, (day + 1) * DAY)
        if offset != offsets[-1]:
            moments.append(_first_with(name, offset, day * DAY, (day + 1) * DAY))
            offsets.append(offset)
    return np.array(moments), np.array(offsets)


def _first_with(name: str, offset: int, low: int, high: int) -> int:
    """Bisect for the first moment in (low, high] that has `offset`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _asked(name, middle) == offset else (middle, high)
    return high


def offset_text(offset: int) -> str:
    """'+HH', with minutes and seconds only where they are not zero."""
    sign = "-" if offset < 0 else "+"
    minutes, second = divmod(abs(offset), 60)
    hour, minute = divmod(minutes, 60)
    if second:
        return f"{sign}{hour:02d}:{minute:02d}:{second:02d}"
    return f"{sign}{hour:02d}:{minute:02d}" if minute else f"{sign}{hour:02d}"
