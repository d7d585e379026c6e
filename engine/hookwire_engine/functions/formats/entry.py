"""The template functions as DuckDB calls them: plain integers and texts in and out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hookwire_engine.functions.formats.date_in import read_moment
from hookwire_engine.functions.formats.date_out import write_moment
from hookwire_engine.functions.formats.moment import Moment
from hookwire_engine.functions.formats.template import read_template


def timestamp_to_char(micros: int, template: str) -> str | None:
    """`micros` since 1970-01-01, as a local time without a zone."""
    return write_moment(template, Moment.of_micros(micros))


def timestamptz_to_char(local: int, instant: int, zone: str, template: str) -> str | None:
    """`local` and `instant` are the same moment, in the session's zone and in UTC."""
    offset = (local - instant) // 1_000_000
    return write_moment(
        template, Moment.of_micros(local, offset, abbreviation(zone, instant, offset))
    )


def interval_to_char(months: int, days: int, micros: int, template: str) -> str | None:
    return write_moment(template, Moment.of_interval(months, days, micros))


def abbreviation(zone: str, instant: int, offset: int) -> str:
    """What people call a zone at a moment, as EST; its offset where nobody has a name for it."""
    known = _zone(zone)
    moment = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        name = (
            None
            if known is None
            else (moment + timedelta(microseconds=instant)).astimezone(known).tzname()
        )
    except OverflowError:
        name = None
    if name:
        return name
    sign, hours, minutes = "-" if offset < 0 else "+", abs(offset) // 3600, abs(offset) % 3600 // 60
    return f"{sign}{hours:02d}" + (f":{minutes:02d}" if minutes else "")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def text_to_micros(text: str, template: str) -> int:
    """to_timestamp's local time; with TZH it is already in UTC, as `text_has_offset` tells."""
    read = read_moment(text, template)
    return read.micros - (read.offset or 0) * 1_000_000


def text_has_offset(template: str) -> bool:
    """Whether a template reads an offset."""
    return any(node.pattern == "TZH" for node in read_template(template).nodes)


def text_to_days(text: str, template: str) -> int:
    """to_date, as days since 1970-01-01."""
    return read_moment(text, template).micros // 86_400_000_000
