"""date, time, timetz, timestamp and timestamptz, from the wire to Python.

What Python's types cannot hold (infinities, BC, years over 9999, 24:00:00) becomes DuckDB's text
of it, a `str` that casts to the type: 'infinity', '0044-03-15 (BC) 00:00:00', '24:00:00'.
A timestamptz becomes a `datetime` in UTC, a timetz text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from hookwire_catalog.errors import (
    DatetimeFieldOverflow,
    InvalidDatetimeFormat,
    InvalidParameterValue,
    SqlError,
)
from hookwire_pgwire.values.civil import (
    DAY_US,
    YEAR_1,
    YEAR_10000,
    Date,
    clock_text,
    date_text,
    days_in_month,
    days_of,
)
from hookwire_pgwire.values.integers import SPACE
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import unpacker
from hookwire_pgwire.values.zones import local_to_utc, offset_text, zone_named

EPOCH_DAYS = 10_957
EPOCH_US = EPOCH_DAYS * DAY_US
EPOCH_DATE = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1)
MAX_US = 2**63 - 1
MAX_DAYS = 2**31 - 1
FIRST_DAY = days_of(Date(-4713, 11, 24))
"""PostgreSQL's first date, 4714-11-24 BC: the Julian day 0."""

END_DAY = days_of(Date(5_874_898, 1, 1))
"""The day after PostgreSQL's last date."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATES = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<first>\d{1,7})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{1,7})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=$|[T\s+-])",
        _MONTH + r"\s+(?P<day>\d{1,2})(?:,\s*|\s+)(?P<year>\d{4})",
        r"(?P<day>\d{1,2})[\s-]" + _MONTH + r"[\s-](?P<year>\d{4})",
        r"(?P<year>\d{4})[\s-]" + _MONTH + r"[\s-](?P<day>\d{1,2})",
    )
)
CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d*)?)?(?:\s*([ap]m)(?![a-z]))?"
    r"|(\d{2})(\d{2})(\d{2})?(\.\d*)?(?=$|[\sZ+-])",
    re.ASCII | re.IGNORECASE,
)
OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?", re.ASCII)
ERA = re.compile(r"\s*\b(BC|AD)$", re.ASCII | re.IGNORECASE)
MAX_OFFSET = 16 * 3600 - 1


class InvalidTimeZoneDisplacement(SqlError):
    sqlstate = "22009"


class Moment(NamedTuple):
    """What a text says: days since 1970, microseconds of the day, and its zone if it names one."""

    days: int
    micros: int
    zone: str | None


def _bad(kind: str, text: str) -> InvalidDatetimeFormat:
    return InvalidDatetimeFormat(f'invalid input syntax for type {kind}: "{text}"')


def _overflow(text: str, hint: str | None = None) -> DatetimeFieldOverflow:
    return DatetimeFieldOverflow(f'date/time field value out of range: "{text}"', hint=hint)


def zone_seconds(text: str, whole: str = "") -> int:
    """Seconds east of UTC that '+05:30' says; it stands in `whole`."""
    found = OFFSET.fullmatch(text)
    if found is None:
        raise InvalidParameterValue(f'time zone "{text}" not recognized')
    sign, hours, minutes, seconds = found.groups()
    offset = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    if offset > MAX_OFFSET:
        raise InvalidTimeZoneDisplacement(f'time zone displacement out of range: "{whole}"')
    return -offset if sign == "-" else offset


def read_moment(kind: str, text: str, rendering: Rendering) -> Moment:
    """A date, and a time of day if there is one."""
    rest = text.strip(SPACE)
    era = ERA.search(rest)
    body = rest[: era.start()] if era else rest
    for form in DATES:
        found = form.match(body)
        if found is not None:
            break
    else:
        raise _bad(kind, text)
    year, month, day = _fields(found, rendering.date_order)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        raise _overflow(text, hint='Perhaps you need a different "datestyle" setting.')
    if year == 0:
        raise _overflow(text)
    if era is not None and era[1].upper() == "BC":
        year = 1 - year
    if day > days_in_month(year, month):
        raise _overflow(text)
    behind = body[found.end() :]
    micros, zone = (0, None) if not behind else _read_clock(kind, text, behind.lstrip("Tt" + SPACE))
    return Moment(days_of(Date(year, month, day)), micros, zone)


def _fields(found: re.Match[str], order: str) -> tuple[int, int, int]:
    """Year, month and day; three numbers stand as DateStyle says, unless the first is a year."""
    fields = found.groupdict()
    if fields.get("first"):
        numbers = [fields["first"], fields["second"], fields["third"]]
        if len(numbers[0]) > 2:
            order = "YMD"
        year, month, day = (numbers[order.index(letter)] for letter in "YMD")
    else:
        year, month, day = fields["year"], fields.get("month"), fields["day"]
    number = int(year)
    if len(year) <= 2:
        number += 2000 if number < 70 else 1900
    name = fields.get("name")
    return number, MONTHS.index(name.lower()) + 1 if name else int(month), int(day)


def _read_clock(kind: str, whole: str, text: str) -> tuple[int, str | None]:
    """Microseconds of the day, and the zone behind them."""
    found = CLOCK.match(text)
    if found is None:
        if text and not text[0].isdigit():
            return 0, text
        raise _bad(kind, whole)
    colons = found[1] is not None
    hour, minute, second, fraction = found.group(1, 2, 3, 4) if colons else found.group(6, 7, 8, 9)
    half = (found[5] or "").lower()
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= hours <= 12:
            raise _overflow(whole)
        hours = hours % 12 + (12 if half == "pm" else 0)
    micros = (hours * 3600 + minutes * 60 + seconds) * 1_000_000
    if fraction:
        micros += round(float(f"0.{fraction[1:]}") * 1_000_000)  # halves to even, as rint
    if hours > 24 or minutes > 59 or seconds > 60 or micros > DAY_US:
        raise _overflow(whole)
    return micros, text[found.end() :].strip(SPACE) or None


def _special(text: str) -> str | None:
    """The words for infinities; 'epoch' is read as its date."""
    word = text.strip(SPACE).lower()
    if word in ("infinity", "+infinity", "-infinity"):
        return word.lstrip("+")
    return None


def _word(text: str) -> str:
    return "1970-01-01 00:00:00" if text.strip(SPACE).lower() == "epoch" else text


def date_value(days: int) -> object:
    if YEAR_1 <= days < YEAR_10000:
        return EPOCH_DATE + timedelta(days=days)
    written, era = date_text(days)
    return f"{written} (BC)" if era else written


def timestamp_value(micros: int) -> object:
    days, clock = divmod(micros, DAY_US)
    if YEAR_1 <= days < YEAR_10000:
        return EPOCH + timedelta(days=days, microseconds=clock)
    return f"{date_value(days)} {clock_text(clock)}"


def timestamptz_value(micros: int) -> object:
    value = timestamp_value(micros)
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else f"{value}+00"


def time_value(micros: int) -> object:
    if micros == DAY_US:
        return "24:00:00"
    seconds, fraction = divmod(micros, 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction)


def timetz_value(micros: int, offset: int) -> str:
    """Text always: DuckDB does not take a `time` with an offset west of UTC."""
    return clock_text(micros) + offset_text(offset)


def parse_date(text: str, rendering: Rendering) -> object:
    special = _special(text)
    if special is not None:
        return special
    moment = read_moment("date", _word(text), rendering)
    if not FIRST_DAY <= moment.days < END_DAY:
        raise DatetimeFieldOverflow(f'date out of range: "{text}"')
    return date_value(moment.days)


def parse_timestamp(text: str, rendering: Rendering) -> object:
    special = _special(text)
    if special is not None:
        return special
    moment = read_moment("timestamp", _word(text), rendering)
    if moment.zone is not None:
        _zone_offset(
            moment, text, rendering.timezone
        )  # PostgreSQL ignores the zone, but not a wrong one
    return timestamp_value(_in_range(moment.days * DAY_US + moment.micros, text))


def parse_timestamptz(text: str, rendering: Rendering) -> object:
    special = _special(text)
    if special is not None:
        return special
    word = _word(text)
    if word is not text:
        return timestamptz_value(0)
    moment = read_moment("timestamp with time zone", text, rendering)
    micros = (
        moment.days * DAY_US
        + moment.micros
        - _zone_offset(moment, text, rendering.timezone) * 1_000_000
    )
    return timestamptz_value(_in_range(micros, text))


def _in_range(micros: int, text: str) -> int:
    if not FIRST_DAY * DAY_US <= micros < MAX_US:
        raise DatetimeFieldOverflow(f'timestamp out of range: "{text}"')
    return micros


def _zone_offset(moment: Moment, whole: str, timezone: str) -> int:
    """Seconds east of UTC: what the text says, else the session's zone at that local time."""
    name = timezone if moment.zone is None else moment.zone
    if OFFSET.fullmatch(name):
        return zone_seconds(name, whole)
    if name.lower() in ("z", "utc", "gmt"):
        return 0
    local = moment.days * 86_400 + moment.micros // 1_000_000
    try:
        return local - local_to_utc(zone_named(name), local)
    except InvalidParameterValue:
        raise InvalidParameterValue(f'time zone "{name.lower()}" not recognized') from None


def parse_time(text: str, rendering: Rendering) -> object:
    return time_value(_clock("time", text, rendering)[0])


def parse_timetz(text: str, rendering: Rendering) -> object:
    micros, zone = _clock("time with time zone", text, rendering)
    today = datetime.now(UTC).date().toordinal() - EPOCH_DATE.toordinal()
    return timetz_value(micros, _zone_offset(Moment(today, micros, zone), text, rendering.timezone))


def _clock(kind: str, text: str, rendering: Rendering) -> tuple[int, str | None]:
    body = text.strip(SPACE)
    if CLOCK.match(body):
        return _read_clock(kind, text, body)
    moment = read_moment(kind, text, rendering)
    return moment.micros, moment.zone


def unpack_date(data: bytes) -> object:
    days = unpacker("!i")(data)
    assert isinstance(days, int)
    if days in (MAX_DAYS, -MAX_DAYS - 1):
        return "infinity" if days > 0 else "-infinity"
    if not FIRST_DAY <= days + EPOCH_DAYS < END_DAY:
        raise DatetimeFieldOverflow("date out of range")
    return date_value(days + EPOCH_DAYS)


def _micros(data: bytes) -> int | str:
    micros = unpacker("!q")(data)
    assert isinstance(micros, int)
    if micros in (MAX_US, -MAX_US - 1):
        return "infinity" if micros > 0 else "-infinity"
    if not FIRST_DAY * DAY_US <= micros + EPOCH_US < MAX_US:
        raise DatetimeFieldOverflow("timestamp out of range")
    return micros + EPOCH_US


def unpack_timestamp(data: bytes) -> object:
    micros = _micros(data)
    return micros if isinstance(micros, str) else timestamp_value(micros)


def unpack_timestamptz(data: bytes) -> object:
    micros = _micros(data)
    return micros if isinstance(micros, str) else timestamptz_value(micros)


def unpack_time(data: bytes) -> object:
    return time_value(_checked_clock(unpacker("!q")(data)))


def _checked_clock(micros: object) -> int:
    assert isinstance(micros, int)
    if not 0 <= micros <= DAY_US:
        raise DatetimeFieldOverflow("time out of range")
    return micros


def unpack_timetz(data: bytes) -> object:
    def made(micros: int, west: int) -> object:
        if abs(west) > MAX_OFFSET:
            raise DatetimeFieldOverflow("time zone displacement out of range")
        return timetz_value(_checked_clock(micros), -west)

    return unpacker("!qi", made)(data)
