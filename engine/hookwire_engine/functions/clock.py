"""Zones and the clock."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import available_timezones

from hookwire_engine.functions.faults import Fault

_OFFSET = re.compile(
    r"(?:<[^>]*>|[A-Za-z]{3,})?(?P<sign>[-+]?)(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
)
_ABBREVIATIONS = {
    "cest": 2, "cet": 1, "eest": 3, "eet": 2, "bst": 1, "ist": 2, "msk": 3, "jst": 9, "kst": 9,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "aest": 10, "aedt": 11, "awst": 8, "nzst": 12, "nzdt": 13,
    "sast": 2, "brt": -3, "art": -3, "gmt": 0, "utc": 0, "ut": 0, "z": 0, "zulu": 0, "wet": 0,
    "west": 1,
}  # fmt: skip
"""Hours east of Greenwich of the abbreviations that people write (PostgreSQL's Default set)."""


@lru_cache(maxsize=256)
def icu_zone(name: str) -> str:
    """The name that DuckDB has for a zone of PostgreSQL's; 22023 when there is none.

    A bare offset is POSIX's: positive is west of Greenwich.
    """
    lowered = name.strip().lower()
    found = _names().get(lowered)
    if found is not None:
        return found
    if lowered in _ABBREVIATIONS:
        return _fixed(-_ABBREVIATIONS[lowered])
    match = _OFFSET.fullmatch(name.strip())
    if match is None:
        raise Fault("22023", f'time zone "{name}" not recognized')
    if int(match["minutes"] or 0):
        message = f'time zone offset "{name}" is not supported'
        raise Fault("0A000", message, "Use whole hours, or the name of a zone.")
    hours = int(match["hours"])
    return _fixed(-hours if match["sign"] == "-" else hours)


def _fixed(west: int) -> str:
    if not -14 <= west <= 12:
        raise Fault("22023", f'time zone offset "{west}" is out of range')
    return "UTC" if west == 0 else f"Etc/GMT{west:+d}"


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def now_micros() -> int:
    """Microseconds since 1970-01-01, now."""
    return time.time_ns() // 1_000


def time_of_day() -> str:
    return datetime.now(UTC).strftime("%a %b %d %H:%M:%S.%f %Y UTC")
