"""Array functions and operators (PostgreSQL 9.19), and unnest.

An array is a LIST: its subscripts begin at 1, and an array of arrays is a LIST of LISTs.
"""

from __future__ import annotations

from hookwire_engine.functions import array_text
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.rendering import joined, text_item
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "9.19",
    "Array functions and operators",
    notes=(
        "Subscripts begin at 1; a lower bound given in a literal or to array_fill is not kept.",
        "Functions that look at dimensions know three of them.",
        "A subscript of an array of arrays gives the inner array, where PostgreSQL gives NULL.",
    ),
)
_function, _operator = chapter.function, chapter.operator
_PAIR = "(anycompatiblearray, anycompatiblearray)"


def _operators() -> None:
    _operator(
        "@>(anyarray, anyarray) bool",
        target="array_contains",
        sql="CASE WHEN _1 IS NOT NULL THEN"
        " len(list_filter(_2, lambda _e: _e IS NULL OR NOT list_contains(_1, _e))) = 0 END",
    )
    _operator("<@(anyarray, anyarray) bool", target="memory.hw.array_contains", swap=True)
    _operator("&&(anyarray, anyarray) bool", target="list_has_any")
    _operator(
        f"||{_PAIR} anycompatiblearray",
        target="array_cat",
        sql="CASE WHEN _1 IS NULL THEN _2 WHEN _2 IS NULL THEN _1 ELSE list_concat(_1, _2) END",
    )
    _operator(
        "||(anycompatiblearray, anycompatible) anycompatiblearray",
        target="array_append",
        sql="CASE WHEN _1 IS NULL THEN [_2] ELSE list_append(_1, _2) END",
    )
    _operator(
        "||(anycompatible, anycompatiblearray) anycompatiblearray",
        target="array_prepend",
        sql="CASE WHEN _2 IS NULL THEN [_1] ELSE list_prepend(_1, _2) END",
    )
    for symbol in ("=", "<>", "<", "<=", ">", ">="):
        _operator(f"{symbol}(anyarray, anyarray) bool")


def _changing() -> None:
    for shown in (
        f"array_cat{_PAIR} anycompatiblearray",
        "array_append(anycompatiblearray, anycompatible) anycompatiblearray",
        "array_prepend(anycompatible, anycompatiblearray) anycompatiblearray",
    ):
        _function(shown, strict=False)
    _function(
        "array_remove(anycompatiblearray, anycompatible) anycompatiblearray",
        sql="list_filter(_1, lambda _e: _e IS DISTINCT FROM _2)",
        strict=False,
    )
    _function(
        "array_replace(anycompatiblearray, anycompatible, anycompatible) anycompatiblearray",
        sql="list_transform(_1, lambda _e:"
        " CASE WHEN _e IS NOT DISTINCT FROM _2 THEN _3 ELSE _e END)",
        strict=False,
    )
    no_dimensions = error_sql("22004", "'dimension array or low bound array cannot be null'")
    deeper = "len(_2) > 1 THEN " + error_sql(
        "0A000", "'array_fill of more than one dimension is not supported'"
    )
    _function(
        "array_fill(anyelement, _int4, _int4=) anyarray",
        sql=(
            f"CASE WHEN _2 IS NULL OR _3 IS NULL THEN {no_dimensions} WHEN {deeper}"
            " ELSE list_transform(range(_2[1]), lambda _i: _1) END",
            f"CASE WHEN _2 IS NULL THEN {no_dimensions} WHEN {deeper}"
            " ELSE list_transform(range(_2[1]), lambda _i: _1) END",
        ),
        strict=False,
    )
    _function(
        "trim_array(anyarray, int4) anyarray",
        sql="CASE WHEN _2 < 0 OR _2 > len(_1) THEN "
        + error_sql("2202E", "'number of elements to trim must be between 0 and ' || len(_1)")
        + " ELSE list_slice(_1, 1, len(_1) - _2) END",
    )


def _finding() -> None:
    no_start = error_sql("22004", "'initial position must not be null'")
    _function(
        "array_position(anycompatiblearray, anycompatible, int4=) int4",
        sql=(
            f"CASE WHEN _3 IS NULL AND _1 IS NOT NULL THEN {no_start} ELSE"
            " CAST(list_first(list_filter(generate_series(greatest(_3, 1), len(_1)),"
            " lambda _i: _1[_i] IS NOT DISTINCT FROM _2)) AS INTEGER) END",
            "CAST(list_position(_1, _2) AS INTEGER)",
        ),
        strict=False,
    )
    _function(
        "array_positions(anycompatiblearray, anycompatible) _int4",
        sql="CAST(list_filter(generate_series(1, len(_1)),"
        " lambda _i: _1[_i] IS NOT DISTINCT FROM _2) AS INTEGER[])",
        strict=False,
    )


_NDIMS = "CAST(len(regexp_extract(typeof(_1), '(\\[\\])+$')) // 2 AS INTEGER)"
"""Folded when the statement is bound. Only then may a list be read as a document."""


def _length(dimension: int) -> str:
    path = "$" + "[0]" * (dimension - 1)
    return f"CAST(json_array_length(to_json(_1), '{path}') AS INTEGER)"


def _measuring() -> None:
    every = " ".join(f"WHEN {n} THEN {' * '.join(map(_length, range(1, n + 1)))}" for n in (2, 3))
    _function(
        "cardinality(anyarray) int4",
        sql=f"CASE {_NDIMS} {every} ELSE CAST(len(_1) AS INTEGER) END",
    )
    upper = (
        f"CASE WHEN len(_1) > 0 AND _2 BETWEEN 1 AND {_NDIMS} THEN CASE _2"
        f" WHEN 1 THEN CAST(len(_1) AS INTEGER) WHEN 2 THEN {_length(2)} ELSE {_length(3)} END END"
    )
    for name in ("array_length", "array_upper"):
        _function(f"{name}(anyarray, int4) int4", as_="array_length", sql=upper)
    _function(
        "array_lower(anyarray, int4) int4",
        sql=f"CASE WHEN len(_1) > 0 AND _2 BETWEEN 1 AND {_NDIMS} THEN 1 END",
    )
    _function("array_ndims(anyarray) int4", sql=f"CASE WHEN len(_1) > 0 THEN {_NDIMS} END")
    inner = " ".join(
        f"WHEN {n} THEN " + " || ".join(f"'[1:' || {_length(i)} || ']'" for i in range(2, n + 1))
        for n in (2, 3)
    )
    _function(
        "array_dims(anyarray) text",
        sql="CASE WHEN len(_1) > 0 THEN '[1:' || len(_1) || ']' ||"
        f" CASE {_NDIMS} {inner} ELSE '' END END",
    )


_ELEMENTS = (
    "text", "varchar", "bpchar", "name", "int2", "int4", "int8", "oid", "float4", "float8",
    "numeric", "bool", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "bytea",
    "jsonb", "json", "inet",
)  # fmt: skip


def _text() -> None:
    chapter.udf("array_in", array_text.read_array, ["VARCHAR"], "VARCHAR[]")
    chapter.macro("array_in", "_1", "hw_array_in(_1)")
    for element in _ELEMENTS:
        texts = f"list_transform(_1, lambda _e: {text_item(element).format('_e')})"
        known = texts.replace("_1,", "list_filter(_1, lambda _k: _k IS NOT NULL),", 1)
        _function(
            f"array_to_string(_{element}, text, text=) text",
            as_=f"array_to_string_{element}",
            sql=(
                "CASE WHEN _2 IS NULL THEN NULL"
                " WHEN _1 IS NULL THEN NULL"
                f" WHEN _3 IS NULL THEN {joined(known, '_2')} ELSE"
                f" {joined(f'list_transform({texts}, lambda _t: coalesce(_t, _3))', '_2')} END",
                "CASE WHEN _1 IS NOT NULL AND _2 IS NOT NULL"
                f" THEN {joined(known, '_2')} END",
            ),
            strict=False,
        )


def _series() -> None:
    _function(
        "generate_subscripts(anyarray, int4, bool=) int4",
        kind=Kind.TABLE,
        sql=(
            "CASE WHEN _2 = 1 THEN CAST(CASE WHEN _3 THEN range(len(_1), 0, -1)"
            " ELSE range(1, len(_1) + 1) END AS INTEGER[]) ELSE []::INTEGER[] END",
            "CASE WHEN _2 = 1 THEN CAST(range(1, len(_1) + 1) AS INTEGER[]) ELSE []::INTEGER[] END",
        ),
    )
    _function("unnest(anyarray) anyelement", as_="elements", kind=Kind.TABLE, sql="_1")


_operators()
_changing()
_finding()
_measuring()
_text()
_series()
