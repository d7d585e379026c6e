"""Dates, times, timestamps in every zone, intervals in every style: PostgreSQL's bytes."""

from __future__ import annotations

import random
from zoneinfo import available_timezones

import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import DatetimeFieldOverflow
from hookwire_pgwire.values import Rendering
from hookwire_pgwire.values.civil import Date, date_text, days_of
from hookwire_pgwire.values.zones import zone_named
from support.golden import BINARY_FORMAT, FORMATS, TEXT_FORMAT, Golden, differences, encoded

RANDOM = random.Random(20)
DAY_US = 86_400_000_000
INFINITY = 2**63 - 1
FIRST = days_of(Date(-4713, 11, 24))
LAST = days_of(Date(294_246, 12, 31))
"""DuckDB counts from 1970, so its last year is 30 before PostgreSQL's 294276."""

LAST_US = 2**63 - 2


def _date_literal(days: int | None) -> str | None:
    if days is None:
        return None
    if abs(days) == 2**31 - 1:
        return "infinity" if days > 0 else "-infinity"
    return "".join(date_text(days))


def _days() -> list[int | None]:
    dates = [(1, 1, 1), (0, 12, 31), (-43, 3, 15), (9999, 12, 31), (10_000, 1, 1), (1970, 1, 1),
             (1999, 12, 31), (2000, 2, 29), (2069, 12, 31), (2070, 1, 1), (1969, 12,
                                                                           31)]  # fmt: skip
    edges = [days_of(Date(*date)) for date in dates]
    edges += [FIRST, days_of(Date(5_874_897, 12, 31)), 2**31 - 1, -(2**31) + 1]
    spread = [RANDOM.randint(FIRST, LAST) for _ in range(200)]
    return [*edges, *spread, *(RANDOM.randint(0, 40_000) for _ in range(100)), None]


@pytest.mark.parametrize("form", FORMATS)
def test_dates(golden: Golden, form: int) -> None:
    days = _days()
    shown = golden.shown("date", [_date_literal(v) for v in days], form)
    array = pa.array(days, pa.int32()).cast(pa.date32())
    assert not differences(encoded(array, types.DATE, form), shown)
    usual = [v for v in days if v is None or 0 <= v < 36_000]
    shown = golden.shown("date", [_date_literal(v) for v in usual], form)
    array = pa.array(usual, pa.int32()).cast(pa.date32())
    assert not differences(encoded(array, types.DATE, form), shown)


def _clocks() -> list[int | None]:
    edges = [
        0,
        1,
        999_999,
        1_000_000,
        DAY_US - 1,
        DAY_US,
        500_000,
        123_000,
        120_000,
        45_296_123_400,
    ]
    return [
        *edges,
        *(RANDOM.randrange(DAY_US) // 10**k * 10**k for k in range(7) for _ in range(20)),
        None,
    ]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("form", FORMATS)
def test_times(golden: Golden, form: int, whole: bool) -> None:
    clocks = [v if v is None or not whole else v - v % 1_000_000 for v in _clocks()]
    literals = [None if v is None else f"{v // 3_600_000_000}:{v // 60_000_000 % 60}:"
                f"{v // 1_000_000 % 60}.{v % 1_000_000:06d}" for v in clocks]  # fmt: skip
    shown = golden.shown("time", literals, form)
    array = pa.array(clocks, pa.int64()).cast(pa.time64("us"))
    assert not differences(encoded(array, types.TIME, form), shown)


@pytest.mark.parametrize("form", FORMATS)
def test_times_with_zone(golden: Golden, form: int) -> None:
    """They come as DuckDB's text of them."""
    clocks = ["00:00:00", "23:59:59.999999", "24:00:00", "12:30:00.5"]
    zones = ["+00", "-00:30", "+05:30", "-12", "+14:45", "+00:00:01", "-15:59:59", "+15:59"]
    values = [f"{clock}{zone}" for zone in zones for clock in clocks]
    shown = golden.shown("timetz", values, form)
    assert encoded(pa.array([*values, None]), types.TIMETZ, form) == [*shown, None]


def _micros() -> list[int | None]:
    edges = [
        0,
        -1,
        1,
        946_684_800_000_000,
        FIRST * DAY_US,
        (LAST + 1) * DAY_US - 1,
        10**15,
        -(10**15),
    ]
    some = [-62_135_596_800_000_000 + k for k in (-1, 0, 1)] + [
        253_402_300_800_000_000 + k for k in (-1, 0)
    ]
    wide = [
        RANDOM.randint(FIRST * DAY_US, LAST * DAY_US) // 10**k * 10**k
        for k in range(7)
        for _ in range(20)
    ]
    recent = [RANDOM.randrange(4 * 10**15) for _ in range(300)]
    return [*edges, *some, *wide, *recent, INFINITY, -INFINITY, None]


def _moment_literal(micros: int | None) -> str | None:
    if micros is None:
        return None
    if abs(micros) == INFINITY:
        return "infinity" if micros > 0 else "-infinity"
    days, clock = divmod(micros, DAY_US)
    date, era = date_text(days)
    seconds, fraction = divmod(clock, 1_000_000)
    return f"{date} {seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}.{fraction:06d}{era}"


def _moments(values: list[int | None], zone: str | None = None) -> pa.Array:
    return pa.array(values, pa.int64()).cast(pa.timestamp("us", zone))


@pytest.mark.parametrize("form", FORMATS)
def test_timestamps(golden: Golden, form: int) -> None:
    micros = _micros()
    shown = golden.shown("timestamp", [_moment_literal(v) for v in micros], form)
    assert not differences(encoded(_moments(micros), types.TIMESTAMP, form), shown)
    whole = [
        None if v is None else v - v % 1_000_000 for v in micros if v is None or abs(v) < 10**16
    ]
    shown = golden.shown("timestamp", [_moment_literal(v) for v in whole], form)
    assert not differences(encoded(_moments(whole), types.TIMESTAMP, form), shown)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("unit, factor", [("s", 10**6), ("ms", 1000)])
def test_timestamps_of_other_units(golden: Golden, unit: str, factor: int, form: int) -> None:
    counts = [v if v is None or abs(v) == INFINITY else v // factor for v in _micros()]
    micros = [v if v is None or abs(v) == INFINITY else v * factor for v in counts]
    shown = golden.shown("timestamp", [_moment_literal(v) for v in micros], form)
    array = pa.array(counts, pa.int64()).cast(pa.timestamp(unit))
    assert not differences(encoded(array, types.TIMESTAMP, form), shown)


def test_nanoseconds_are_rounded_to_the_nearest() -> None:
    nanos = [0, 499, 500, 1499, 1500, -499, -500, -501, 10**18 + 999]
    array = pa.array(nanos, pa.int64()).cast(pa.timestamp("ns"))
    shown = [int.from_bytes(v or b"", signed=True) + 946_684_800_000_000
             for v in encoded(array, types.TIMESTAMP, BINARY_FORMAT)]  # fmt: skip
    assert shown == [0, 0, 1, 1, 2, 0, -1, -1, 10**15 + 1]


@pytest.mark.parametrize("rows", [1, 100])
def test_what_postgresql_has_no_number_for_is_an_error(rows: int) -> None:
    low = _moments([-INFINITY + 1] * rows)
    for type_ in (types.TIMESTAMP, types.TIMESTAMPTZ):
        with pytest.raises(DatetimeFieldOverflow, match="timestamp out of range"):
            encoded(low, type_, BINARY_FORMAT)
    days = pa.array([-(2**31) + 2] * rows, pa.int32()).cast(pa.date32())
    with pytest.raises(DatetimeFieldOverflow, match="date out of range"):
        encoded(days, types.DATE, BINARY_FORMAT)
    for unit in ("s", "ms"):
        huge = pa.array([2**62] * rows, pa.int64()).cast(pa.timestamp(unit))
        with pytest.raises(DatetimeFieldOverflow, match="timestamp out of range"):
            encoded(huge, types.TIMESTAMP, TEXT_FORMAT)


def _zone_names(golden: Golden) -> list[str]:
    listed = golden.connection.execute("SELECT name FROM pg_timezone_names ORDER BY name")
    common = {name for (name,) in listed} & available_timezones()
    assert len(common) > 300
    return sorted(common)


def _years(*years: int) -> list[int | None]:
    """Moments in some years, most of them on the hour, where clocks change."""
    seconds = [days_of(Date(y, 1, 1)) * 86_400 + RANDOM.randrange(8760) * 3600
               for y in years for _ in range(80)]  # fmt: skip
    return [
        *(v * 1_000_000 for v in seconds),
        *(v * 1_000_000 + 123_456 for v in seconds[:9]),
        None,
    ]


def _wrong(golden: Golden, zone: str, micros: list[int | None]) -> list[tuple[int, object, object]]:
    literals = [v if v is None or "inf" in v else v.replace(" BC", "") + "+00" + " BC" * ("BC" in v)
                for v in map(_moment_literal, micros)]  # fmt: skip
    shown = golden.shown("timestamptz", literals, TEXT_FORMAT, {"TimeZone": zone})
    rendering = Rendering(timezone=zone)
    return differences(
        encoded(_moments(micros, "UTC"), types.TIMESTAMPTZ, TEXT_FORMAT, rendering), shown
    )


def test_timestamps_in_every_zone(golden: Golden) -> None:
    micros = _years(1890, 1945, 1971, 2024)
    found = {zone: _wrong(golden, zone, micros) for zone in _zone_names(golden)}
    assert not {zone: wrong for zone, wrong in found.items() if wrong}


ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Monrovia",
]


@pytest.mark.parametrize("zone", ZONES)
def test_timestamps_of_every_year(golden: Golden, zone: str) -> None:
    assert not _wrong(golden, zone, _micros() + _years(*range(1850, 2101, 5)))


@pytest.mark.parametrize(
    "zone", ["UTC", "Etc/GMT-14", "Etc/GMT+12", "<-05>+05", "<+0545>-05:45", "UTC+3"]
)
def test_zones_with_a_fixed_offset(golden: Golden, zone: str) -> None:
    micros = _micros()
    literals = [_moment_literal(v) for v in micros]
    shown = golden.shown("timestamp", literals, BINARY_FORMAT)
    assert encoded(_moments(micros, "UTC"), types.TIMESTAMPTZ, BINARY_FORMAT) == shown
    query = """SELECT v::timestamp AT TIME ZONE 'UTC'
               FROM unnest(%s::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n"""
    shown = golden.column(query, (literals,), TEXT_FORMAT, {"TimeZone": zone})
    rendering = Rendering(timezone=zone)
    assert not differences(
        encoded(_moments(micros, "UTC"), types.TIMESTAMPTZ, TEXT_FORMAT, rendering), shown
    )


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(Exception, match='invalid value for parameter "TimeZone": "Mars/Phobos"'):
        zone_named("Mars/Phobos")


INTERVALS = [
    (0, 0, 0), (14, 3, 14_706_789_000), (-1, 2, -500_000), (1, -1, 1), (-13, 0, 0), (0, 1, 0),
    (0, -1, 0), (0, 0, -1), (0, 0, 360_000_000_000), (12, 0, 0), (1, 1, 1_000_000), (-1, -1,
                                                                                     -1_000_000),
    (0, 2, -3_600_000_000), (2**31 - 1, 2**31 - 1, 2**53), (-(2**31), -(2**31), -(2**53)),
    (0, 0, 61_000_000), (0, 0, -3_661_000_001), (24, 0, 60_000_000), (-24, 0, 1_500_000), (0, 5, 1),
]  # fmt: skip


def _interval_values() -> list[tuple[int, int, int] | None]:
    def number(bits: int) -> int:
        return RANDOM.choice((0, 1, -1)) * RANDOM.getrandbits(RANDOM.randint(1, bits))

    return [*INTERVALS, None, *((number(20), number(20), number(50)) for _ in range(200))]


STYLES = ["postgres", "postgres_verbose", "sql_standard", "iso_8601"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("style", STYLES)
def test_intervals(golden: Golden, style: str, form: int) -> None:
    values = _interval_values()
    literals = [
        None if v is None else f"{v[0]:+} months {v[1]:+} days {v[2]:+} microseconds"
        for v in values
    ]
    shown = golden.shown("interval", literals, form, {"IntervalStyle": style})
    rendering = Rendering(interval_style=style)
    nanos = [None if v is None else (v[0], v[1], v[2] * 1000) for v in values]
    array = pa.array(nanos, pa.month_day_nano_interval())
    assert not differences(encoded(array, types.INTERVAL, form, rendering), shown)
    assert not differences(encoded(pa.array(literals), types.INTERVAL, form, rendering), shown)
