"""Aggregate functions (PostgreSQL 9.21)."""

from __future__ import annotations

from typing import Any

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import NUMERIC, Kind

chapter = Chapter(
    "9.21",
    "Aggregate functions",
    notes=(
        "avg, stddev and variance of integers and numeric have 16 digits after the point; stddev, "
        "variance and the regression functions compute in double precision.",
        "string_agg wants one delimiter for all rows.",
        "percentile_cont of intervals counts a month as 30 days.",
        "An aggregate over an empty array_agg input gives NULL, as in PostgreSQL; DuckDB's own "
        "list() is there as list().",
    ),
    unsupported={
        "xmlagg": "write jsonb_agg",
        "range_agg": "write min(start) and max(end)",
        "range_intersect_agg": "write max(start) and min(end)",
    },
)


def _aggregate(shown: str, target: str, **more: Any) -> None:
    chapter.function(shown, target=target, kind=Kind.AGGREGATE, strict=False, **more)


_NUMBERS = ("int2", "int4", "int8", "numeric", "float4", "float8")
_NATIVE = {
    "int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "float4": "FLOAT", "numeric": NUMERIC,
}  # fmt: skip


def _sums() -> None:
    for name in ("int2", "int4"):
        _aggregate(f"sum({name}) int8", "sum", wrap="CAST({0} AS BIGINT)")
    _aggregate("sum(int8) numeric", "sum", wrap="CAST({0} AS DECIMAL(38,0))")
    _aggregate("sum(numeric) numeric", "sum")
    _aggregate("sum(float4) float4", "sum", wrap="CAST({0} AS FLOAT)")
    _aggregate("sum(float8) float8", "sum")
    # DuckDB adds no intervals: the average times the count is the sum, part by part.
    _aggregate("sum(interval) interval", "list", wrap="memory.hw.interval_sum({0})")
    for name in ("int2", "int4", "int8", "numeric"):
        _aggregate(
            f"avg({name}) numeric",
            "sum",
            also="count",
            wrap="memory.hw.numeric_div({0}, nullif({1}, 0))",
        )
    _aggregate("avg(float8) float8", "avg")
    _aggregate("avg(interval) interval", "avg")


def _ordered() -> None:
    for name in ("min", "max"):
        for argument in (
            *_NUMBERS, "text", "bpchar", "date", "time", "timestamp", "timestamptz", "interval",
            "oid", "anyarray", "inet",
        ):  # fmt: skip
            _aggregate(f"{name}({argument}) {argument}", name)
    _aggregate("any_value(anyelement) anyelement", "any_value")


def _counting() -> None:
    _aggregate("count() int8", "count")
    _aggregate("count(any) int8", "count")


def _logic() -> None:
    _aggregate("bool_and(bool) bool", "bool_and")
    _aggregate("every(bool) bool", "bool_and")
    _aggregate("bool_or(bool) bool", "bool_or")
    for name in ("bit_and", "bit_or", "bit_xor"):
        for argument in ("int2", "int4", "int8"):
            _aggregate(f"{name}({argument}) {argument}", name)


def _collecting() -> None:
    _aggregate("array_agg(anynonarray) anyarray", "array_agg")
    _aggregate("array_agg(anyarray) anyarray", "array_agg")
    _aggregate(
        "string_agg(text, text) text", "string_agg", call="{0}, coalesce({1}, CAST('' AS VARCHAR))"
    )
    _aggregate(
        "string_agg(bytea, bytea) bytea",
        "string_agg",
        call="hex({0}), hex({1})",
        wrap="unhex({0})",
    )
    for kind in ("jsonb", "json"):
        item = f"coalesce({{!{kind}0}}, 'null')"
        _aggregate(
            f"{kind}_agg(anyelement) {kind}",
            "string_agg",
            call=item + ", ', '",
            wrap="CAST('[' || {0} || ']' AS JSON)",
        )
    _aggregate(
        "jsonb_object_agg(any, any) jsonb",
        "string_agg",
        call="memory.hw.json_member({!text0}, {!jsonb1}), ', '",
        wrap="CAST(hw_jsonb_normal('{{' || memory.hw.json_members({0}) || '}}') AS JSON)",
    )
    _aggregate(
        "json_object_agg(any, any) json",
        "string_agg",
        call="memory.hw.json_member_spaced({!text0}, {!json1}), ', '",
        wrap="CAST('{{ ' || memory.hw.json_members({0}) || ' }}' AS JSON)",
    )


def _statistics() -> None:
    for name in ("stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"):
        for argument in _NUMBERS:
            floating = argument.startswith("float")
            _aggregate(
                f"{name}({argument}) {'float8' if floating else 'numeric'}",
                name,
                call="CAST({0} AS DOUBLE)",
                wrap=None if floating else f"CAST({{0}} AS {NUMERIC})",
            )
    for name in (
        "corr", "covar_pop", "covar_samp", "regr_avgx", "regr_avgy", "regr_intercept", "regr_r2",
        "regr_slope", "regr_sxx", "regr_sxy", "regr_syy",
    ):  # fmt: skip
        # DuckDB says NaN where PostgreSQL says NULL: no spread, or too few rows.
        wrap = "CASE WHEN NOT isnan({0}) THEN {0} END"
        _aggregate(f"{name}(float8, float8) float8", name, wrap=wrap)
    _aggregate("regr_count(float8, float8) int8", "regr_count", wrap="CAST({0} AS BIGINT)")


def _within_group() -> None:
    for prefix in ("", "_"):
        _aggregate(
            f"percentile_cont({prefix}float8, float8) {prefix}float8",
            "quantile_cont",
            call="{1}, {0}",
            within_group=True,
        )
    _aggregate(
        "percentile_cont(float8, interval) interval",
        "quantile_cont",
        call="CAST(memory.hw.interval_length({1}) AS DOUBLE), {0}",
        wrap="memory.hw.justify_interval(to_microseconds(CAST({0} AS BIGINT)))",
        within_group=True,
    )
    _aggregate(
        "percentile_disc(float8, anyelement) anyelement",
        "quantile_disc",
        call="{1}, {0}",
        within_group=True,
    )
    _aggregate(
        "percentile_disc(_float8, anyelement) anyarray",
        "quantile_disc",
        call="{1}, {0}",
        within_group=True,
    )
    # Of values that are as frequent the least, where DuckDB's mode() takes any.
    counts = "map_values({0})"
    _aggregate(
        "mode(anyelement) anyelement",
        "histogram",
        wrap=f"map_keys({{0}})[list_position({counts}, list_max({counts}))]",
        within_group=True,
    )


_sums()
_ordered()
_counting()
_logic()
_collecting()
_statistics()
_within_group()
chapter.macro(
    "interval_length",
    "_1",
    "(memory.hw.interval_months(_1) * 30 + memory.hw.interval_days(_1)) * 86400000000"
    " + memory.hw.interval_micros(_1)",
)
chapter.macro(
    "interval_sum",
    "_1",
    "to_months(CAST(list_sum(list_transform(_1, lambda _i: memory.hw.interval_months(_i)))"
    " AS INTEGER)) + to_days(CAST(list_sum(list_transform(_1, lambda _i:"
    " memory.hw.interval_days(_i))) AS INTEGER)) + to_microseconds(CAST(list_sum("
    "list_transform(_1, lambda _i: memory.hw.interval_micros(_i))) AS BIGINT))",
)
