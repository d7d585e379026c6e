"""Date/time functions and operators (PostgreSQL 9.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hookwire_engine.functions import clock, extract, intervals
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql

chapter = Chapter(
    "9.9",
    "Date/time functions and operators",
    notes=(
        "EXTRACT of an infinite timestamp gives NULL for every field.",
        "A zone is a name that ICU knows, an abbreviation, or whole hours.",
    ),
)
_function, _operator = chapter.function, chapter.operator
_PARTS = (
    "memory.hw.interval_months({0}), memory.hw.interval_days({0}), memory.hw.interval_micros({0})"
)
_THREE = ["BIGINT", "BIGINT", "BIGINT"]


def _parts_of(argument: str) -> str:
    return _PARTS.replace("{0}", argument)


def _pieces() -> None:
    # The casts are for a constant NULL, whose parts DuckDB takes to be DOUBLE.
    chapter.macro(
        "interval_months",
        "_1",
        "CAST(date_part('year', _1) * 12 + date_part('month', _1) AS BIGINT)",
    )
    chapter.macro("interval_days", "_1", "CAST(date_part('day', _1) AS BIGINT)")
    chapter.macro(
        "interval_micros",
        "_1",
        "CAST(date_part('hour', _1) * 3600000000 + date_part('minute', _1) * 60000000"
        " + date_part('microsecond', _1) AS BIGINT)",
    )
    chapter.udf("interval_text", intervals.interval_text, _THREE, "VARCHAR")
    chapter.macro("interval_text", "_1", f"hw_interval_text({_parts_of('_1')})")


def _arithmetic() -> None:
    for left, right, returns in (
        ("date", "int4", "date"), ("int4", "date", "date"), ("date", "interval", "timestamp"),
        ("interval", "date", "timestamp"), ("date", "time", "timestamp"),
        ("time", "date", "timestamp"), ("interval", "interval", "interval"),
        ("timestamp", "interval", "timestamp"), ("interval", "timestamp", "timestamp"),
        ("timestamptz", "interval", "timestamptz"), ("interval", "timestamptz", "timestamptz"),
        ("time", "interval", "time"), ("interval", "time", "time"),
    ):  # fmt: skip
        _operator(f"+({left}, {right}) {returns}")
    for left, right, returns in (
        ("date", "int4", "date"), ("date", "interval", "timestamp"),
        ("interval", "interval", "interval"), ("timestamp", "interval", "timestamp"),
        ("timestamptz", "interval", "timestamptz"), ("time", "interval", "time"),
    ):  # fmt: skip
        _operator(f"-({left}, {right}) {returns}")
    endless = error_sql("22008", "'cannot subtract infinite dates'")
    _operator(
        "-(date, date) int4",
        target="date_minus",
        sql=f"CASE WHEN isinf(_1) OR isinf(_2) THEN {endless} ELSE CAST(_1 - _2 AS INTEGER) END",
    )
    _operator("-(interval) interval")
    _operator("-(timestamp, timestamp) interval")
    _operator(
        "-(timestamptz, timestamptz) interval",
        target="timestamptz_minus",
        sql="to_days(CAST((epoch_us(_1) - epoch_us(_2)) // 86400000000 AS INTEGER))"
        " + to_microseconds((epoch_us(_1) - epoch_us(_2)) % 86400000000)",
    )
    _operator(
        "-(time, time) interval",
        target="time_minus",
        sql="to_microseconds(epoch_us(_1) - epoch_us(_2))",
    )
    for name, function in (("mul", intervals.multiply), ("div", intervals.divide)):
        chapter.udf(f"interval_{name}", function, [*_THREE, "DOUBLE"], "VARCHAR")
        chapter.macro(
            f"interval_{name}",
            "_1, _2",
            f"CAST(hw_interval_{name}({_parts_of('_1')}, CAST(_2 AS DOUBLE)) AS INTERVAL)",
        )
    _operator("*(interval, float8) interval", target="memory.hw.interval_mul")
    _operator("*(float8, interval) interval", target="memory.hw.interval_mul", swap=True)
    _operator("/(interval, float8) interval", target="memory.hw.interval_div")


def _fields() -> None:
    chapter.udf("date_field", extract.field_name, ["VARCHAR"], "VARCHAR")
    for name in extract.FIELDS:
        _function(
            f"extract(text, {name}) numeric",
            as_=f"extract_{name}",
            sql=extract.by_field(name, "DECIMAL(38,6)"),
        )
        # date_part of a date is that of its midnight, clock fields included.
        fields = "timestamp" if name == "date" else name
        _function(
            f"date_part(text, {name}) float8",
            as_=f"date_part_{name}",
            sql=extract.by_field(fields, "DOUBLE"),
        )


_CENTURY = (
    "CASE lower(_1) WHEN 'century' THEN 100 WHEN 'centuries' THEN 100"
    " WHEN 'millennium' THEN 1000 WHEN 'millennia' THEN 1000 END"
)


def _truncating() -> None:
    unknown = (
        "CASE WHEN starts_with(hw_date_field(_1), 'timezone') THEN "
        + error_sql("0A000", "'unit \"' || _1 || '\" not supported for this type'")
        + " ELSE "
        + error_sql("22023", "'unit \"' || _1 || '\" not recognized for this type'")
        + " END"
    )
    known = (
        "lower(_1) IN ('microsecond', 'microseconds', 'millisecond', 'milliseconds', 'second',"
        " 'seconds', 'minute', 'minutes', 'hour', 'hours', 'day', 'days', 'week', 'weeks',"
        " 'month', 'months', 'quarter', 'year', 'years', 'decade', 'decades')"
    )
    truncated = f"date_trunc(CASE WHEN {known} THEN _1 ELSE 'day' END, _2)"
    first = f"(CAST(floor((date_part('year', _2) - 1) / CAST({_CENTURY} AS DOUBLE)) AS BIGINT)"
    first += f" * {_CENTURY} + 1)"
    for name, made in (
        ("timestamp", "make_timestamp({0}, 1, 1, 0, 0, 0.0)"),
        ("timestamptz", "make_timestamptz({0}, 1, 1, 0, 0, 0.0)"),
    ):
        _function(
            f"date_trunc(text, {name}) {name}",
            as_=f"date_trunc_{name}",
            sql=f"CASE WHEN {known} THEN {truncated} WHEN {_CENTURY} IS NOT NULL"
            f" THEN {made.format(first)} ELSE {unknown} END",
        )
    _function(
        "date_trunc(text, timestamptz, text) timestamptz",
        as_="date_trunc_zone",
        sql="timezone(memory.hw.zone(_3),"
        " memory.hw.date_trunc_timestamp(_1, timezone(memory.hw.zone(_3), _2)))",
    )
    week = error_sql("0A000", "'unit \"week\" not supported for type interval'")
    _function(
        "date_trunc(text, interval) interval",
        as_="date_trunc_interval",
        sql=f"CASE WHEN lower(_1) IN ('week', 'weeks') THEN {week}"
        f" WHEN {known} THEN {truncated} WHEN {_CENTURY} IS NOT NULL THEN to_months("
        f"CAST(memory.hw.interval_months(_2) // (12 * {_CENTURY}) * 12 * {_CENTURY} AS INTEGER))"
        f" ELSE {unknown} END",
    )
    stride = "(memory.hw.interval_days(_1) * 86400000000 + memory.hw.interval_micros(_1))"
    months = error_sql(
        "0A000", "'timestamps cannot be binned into intervals containing months or years'"
    )
    zero = error_sql("22008", "'stride must be greater than zero'")
    for name, make in (("timestamp", "make_timestamp"), ("timestamptz", "memory.hw.instant")):
        between = "CAST(epoch_us(_2) - epoch_us(_3) AS HUGEINT)"
        floored = f"({between} - (({between} % {stride}) + {stride}) % {stride})"
        _function(
            f"date_bin(interval, {name}, {name}) {name}",
            as_=f"date_bin_{name}",
            sql="CASE WHEN _1 IS NULL OR _2 IS NULL OR _3 IS NULL THEN NULL"
            f" WHEN memory.hw.interval_months(_1) <> 0 THEN {months}"
            f" WHEN {stride} <= 0 THEN {zero}"
            f" ELSE {make}(CAST(epoch_us(_3) + {floored} AS BIGINT)) END",
        )


def _zones() -> None:
    chapter.udf("zone", clock.icu_zone, ["VARCHAR"], "VARCHAR")
    chapter.macro("zone", "_1", "hw_zone(_1)")
    chapter.macro("instant", "_1", "timezone('UTC', make_timestamp(_1))")
    for name, returns in (("timestamp", "timestamptz"), ("timestamptz", "timestamp")):
        _function(
            f"timezone(text, {name}) {returns}",
            as_=f"timezone_{name}",
            sql="timezone(memory.hw.zone(_1), _2)",
        )
    refused = (
        "CASE WHEN memory.hw.interval_months(_1) <> 0 OR memory.hw.interval_days(_1) <> 0 THEN "
    )
    refused += error_sql("22023", "'interval time zone must not include months or days'")
    shift = "to_microseconds(memory.hw.interval_micros(_1))"
    _function(
        "timezone(interval, timestamp) timestamptz",
        as_="timezone_interval_timestamp",
        sql=f"{refused} ELSE timezone('UTC', _2 - {shift}) END",
    )
    _function(
        "timezone(interval, timestamptz) timestamp",
        as_="timezone_interval_timestamptz",
        sql=f"{refused} ELSE timezone('UTC', _2) + {shift} END",
    )


def _make_interval_bodies() -> tuple[str, ...]:
    micros = "(CAST(_5 AS BIGINT) * 3600 + _6 * 60) * 1000000 + CAST(round(_7 * 1000000) AS BIGINT)"
    chapter.macro(
        "interval_of_parts",
        "_1, _2, _3, _4, _5, _6, _7",
        "to_months(CAST(CAST(_1 AS BIGINT) * 12 + _2 AS INTEGER))"
        " + to_days(CAST(CAST(_3 AS BIGINT) * 7 + _4 AS INTEGER))"
        f" + to_microseconds({micros})",
    )
    given = [
        ", ".join([f"_{i + 1}" for i in range(count)] + ["0"] * (7 - count))
        for count in range(7, -1, -1)
    ]
    return tuple(f"memory.hw.interval_of_parts({arguments})" for arguments in given)


def _making() -> None:
    bad_date = error_sql(
        "22008", "'date field value out of range: ' || printf('%d-%02d-%02d', _1, _2, _3)"
    )
    year = "CASE WHEN _1 < 0 THEN _1 + 1 ELSE _1 END"
    good_date = (
        f"_1 <> 0 AND _2 BETWEEN 1 AND 12 AND _3 BETWEEN 1 AND 31 AND"
        f" TRY(make_date({year}, _2, _3)) IS NOT NULL"
    )
    _function(
        "make_date(int4, int4, int4) date",
        sql=f"CASE WHEN {good_date} THEN make_date({year}, _2, _3)"
        f" WHEN _1 IS NOT NULL AND _2 IS NOT NULL AND _3 IS NOT NULL THEN {bad_date} END",
        parameters=("year", "month", "day"),
    )
    clocked = (
        "to_microseconds((CAST({0} AS BIGINT) * 3600 + {1} * 60) * 1000000"
        " + CAST(round({2} * 1000000) AS BIGINT))"
    )
    bad_time = error_sql(
        "22008",
        "'time field value out of range: ' || printf('%d:%02d:%s', {0}, {1}, CAST({2} AS VARCHAR))",
    )
    good_time = (
        "({0} BETWEEN 0 AND 23 AND {1} BETWEEN 0 AND 59 AND {2} >= 0 AND {2} <= 60"
        " OR {0} = 24 AND {1} = 0 AND {2} = 0)"
    )
    _function(
        "make_time(int4, int4, float8) time",
        sql=f"CASE WHEN {{0}} = 24 AND {{1}} = 0 AND {{2}} = 0 THEN TIME '24:00'"
        f" WHEN {good_time} THEN TIME '00:00' + {clocked}"
        f" WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL AND {{2}} IS NOT NULL"
        f" THEN {bad_time} END".format("_1", "_2", "_3"),
        parameters=("hour", "min", "sec"),
    )
    stamp = (
        f"CASE WHEN {good_time} THEN memory.hw.make_date(_1, _2, _3) + {clocked}"
        f" WHEN _1 IS NOT NULL AND _2 IS NOT NULL AND _3 IS NOT NULL AND {{0}} IS NOT NULL"
        f" AND {{1}} IS NOT NULL AND {{2}} IS NOT NULL THEN {bad_time} END"
    ).format("_4", "_5", "_6")
    names = ("year", "month", "mday", "hour", "min", "sec")
    _function(
        "make_timestamp(int4, int4, int4, int4, int4, float8) timestamp",
        sql=stamp,
        parameters=names,
    )
    arguments = "_1, _2, _3, _4, _5, _6"
    _function(
        "make_timestamptz(int4, int4, int4, int4, int4, float8, text=) timestamptz",
        sql=(
            f"timezone(memory.hw.zone(_7), memory.hw.make_timestamp({arguments}))",
            f"CAST(memory.hw.make_timestamp({arguments}) AS TIMESTAMPTZ)",
        ),
        parameters=(*names, "timezone"),
    )
    _function(
        "make_interval(int4=, int4=, int4=, int4=, int4=, int4=, float8=) interval",
        sql=_make_interval_bodies(),
        parameters=("years", "months", "weeks", "days", "hours", "mins", "secs"),
    )


def _for_duckdb(function: Callable[[int, int, int], tuple[int, int, int]]) -> Callable[..., str]:
    return lambda months, days, micros: intervals.for_duckdb(*function(months, days, micros))


def _others() -> None:
    for name in ("justify_days", "justify_hours", "justify_interval"):
        chapter.udf(name, _for_duckdb(getattr(intervals, name)), _THREE, "VARCHAR")
        _function(
            f"{name}(interval) interval", sql=f"CAST(hw_{name}({_parts_of('_1')}) AS INTERVAL)"
        )
    for argument in ("timestamp", "timestamptz"):
        _function(f"age({argument}, {argument}) interval", target="age")
        _function(f"isfinite({argument}) bool", target="isfinite")
    _function(
        "age(timestamp) interval", as_="age_today", sql="age(CAST(current_date AS TIMESTAMP), _1)"
    )
    _function(
        "age(timestamptz) interval",
        as_="age_today_timestamptz",
        sql="age(CAST(current_date AS TIMESTAMPTZ), _1)",
    )
    _function("isfinite(date) bool", target="isfinite")
    _function("isfinite(interval) bool", as_="isfinite_interval", sql="_1 IS NOT NULL")
    nan = error_sql("22008", "'timestamp cannot be NaN'")
    outside = error_sql("22008", "'timestamp out of range: \"' || _1 || '\"'")
    _function(
        "to_timestamp(float8) timestamptz",
        as_="to_timestamp_epoch",
        sql=f"CASE WHEN isnan(_1) THEN {nan} WHEN isinf(_1) THEN CASE WHEN _1 > 0 THEN"
        " 'infinity'::TIMESTAMPTZ ELSE '-infinity'::TIMESTAMPTZ END"
        f" WHEN abs(_1) > 9.2e12 THEN {outside} ELSE to_timestamp(_1) END",
    )
    chapter.udf("clock_timestamp", clock.now_micros, [], "BIGINT", volatile=True)
    _function(
        "clock_timestamp() timestamptz",
        sql="memory.hw.instant(hw_clock_timestamp())",
        volatile=True,
    )
    _function("timeofday() text", python=clock.time_of_day, volatile=True)


def _overlaps() -> None:
    # A NULL end leaves the answer to the other three moments, where they decide.
    first, second = "least(_1, _2)", "least(_3, _4)"
    first_end = "CASE WHEN _1 IS NOT NULL AND _2 IS NOT NULL THEN greatest(_1, _2) END"
    second_end = "CASE WHEN _3 IS NOT NULL AND _4 IS NOT NULL THEN greatest(_3, _4) END"
    both = f"({first_end}) IS NOT NULL AND ({second_end}) IS NOT NULL"
    body = (
        f"CASE WHEN {first} > {second} THEN CASE WHEN {first} < ({second_end}) THEN true"
        f" WHEN {both} THEN false END"
        f" WHEN {first} < {second} THEN CASE WHEN {second} < ({first_end}) THEN true"
        f" WHEN {both} THEN false END"
        f" WHEN {first} = {second} AND {both} THEN true END"
    )
    for name in ("timestamp", "timestamptz", "time"):
        _function(f"overlaps({name}, {name}, {name}, {name}) bool", sql=body, strict=False)
        for ends in ((True, False), (False, True), (False, False)):
            _overlap_lengths(name, *ends)


def _overlap_lengths(name: str, first_end: bool, second_end: bool) -> None:
    """Overloads in which a period is given by its start and its length."""
    types = [name, name if first_end else "interval", name, name if second_end else "interval"]
    ends = "_2" if first_end else "_1 + _2", "_4" if second_end else "_3 + _4"
    shape = f"{'end' if first_end else 'length'}_{'end' if second_end else 'length'}"
    chapter.function(
        f"overlaps({', '.join(types)}) bool",
        as_=f"overlaps_{shape}",
        sql=f"memory.hw.overlaps(_1, {ends[0]}, _3, {ends[1]})",
        strict=False,
    )


def _run(*steps: Callable[[], Any]) -> None:
    for step in steps:
        step()


_run(_pieces, _arithmetic, _zones, _fields, _truncating, _making, _others, _overlaps)
