"""Aggregate and window functions over the same rows on both sides (PostgreSQL 9.21, 9.22)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import pytest

from hookwire_engine.functions import registry
from hookwire_engine.functions.jsonb.build import json_item
from hookwire_engine.functions.rendering import text_item
from hookwire_engine.functions.resolution import result_type
from hookwire_engine.functions.signatures import Kind, Signature


class Connection(Protocol):
    def execute(self, sql: str, parameters: Any = ...) -> Any: ...


COLUMNS = {
    "i2": "int2", "i": "int4", "i8": "int8", "n": "numeric", "f": "float8", "g": "float4",
    "t": "text", "b": "bool", "d": "date", "ts": "timestamp", "iv": "interval", "a": "_int4",
}  # fmt: skip
ROWS = """
(1, 3, 30000000000, 1.50, 2.5, 0.5, 'b', true, date '2024-01-01', timestamp '2024-01-01 10:00',
 interval '1 day', {0}[1,2]),
(2, 1, 10000000000, -2.25, 0.1, 1.5, 'a', false, date '2023-01-01', timestamp '2024-02-01 10:00',
 interval '2 hours', {0}[3]),
(null, null, null, null, null, null, null, null, null, null, null, null),
(3, 2, 20000000000, 100.00, -7, 2.5, 'b', true, date '2024-06-01', timestamp '2023-01-01 10:00',
 interval '1 month', {0}[1,2]),
(3, 3, 7, 0.01, 1e10, 0.1, 'c', true, date '2024-06-02', timestamp '2023-01-01 10:00',
 interval '-5 minutes', {0}[0])
"""
DUCKDB = {
    "int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "numeric": "DECIMAL(10,2)",
    "float8": "DOUBLE", "float4": "FLOAT", "text": "VARCHAR", "bool": "BOOLEAN", "_int4":
    "INTEGER[]",
}  # fmt: skip

CASES = """
sum|i2
sum|i
sum|i8
sum|n
sum|f
sum|iv
avg|i2
avg|i
avg|i8
avg|n
avg|f
avg|iv
min|t
max|d
max|iv
min|ts
max|n
min|a
count|t
count
bool_and|b
bool_or|b
every|b
bit_and|i
bit_or|i2
bit_xor|i8
stddev|i
stddev_pop|n
variance|f
var_pop|i
var_samp|n
corr|f,n
covar_pop|f,n
covar_samp|f,n
regr_slope|f,n
regr_intercept|f,n
regr_r2|f,n
regr_count|f,n
regr_avgx|f,n
regr_avgy|f,n
regr_sxx|f,n
regr_sxy|f,n
regr_syy|f,n
"""
ORDERED = """
array_agg|t
array_agg|n
array_agg|ts
jsonb_agg|i
jsonb_agg|n
jsonb_agg|ts
jsonb_agg|a
jsonb_agg|iv
json_agg|a
json_agg|f
json_agg|b
"""


@pytest.fixture(scope="module", autouse=True)
def rows(duck: Connection, pg: Connection) -> None:
    names = ", ".join(f"{name} {type_.removeprefix('_')}{'[]' * type_.startswith('_')}"
                      for name, type_ in COLUMNS.items())  # fmt: skip
    pg.execute(f"CREATE TEMP TABLE measured ({names})")
    pg.execute("INSERT INTO measured VALUES " + ROWS.replace("{0}", "array"))
    names = ", ".join(f"{name} {DUCKDB.get(type_, type_)}" for name, type_ in COLUMNS.items())
    duck.execute(f"CREATE OR REPLACE TEMP TABLE measured ({names})")
    duck.execute("INSERT INTO measured VALUES " + ROWS.replace("{0}", ""))


def _resolve(name: str, columns: list[str]) -> tuple[Signature, list[str]]:
    types = [COLUMNS[column] for column in columns]
    entry = registry.resolve_function(name, types)
    assert entry is not None and entry.kind in (Kind.AGGREGATE, Kind.WINDOW)
    return entry, types


def aggregate_sql(name: str, columns: list[str], tail: str = "", modifiers: str = "") -> str:
    """The call with its wrap, as the dialect writes it; `tail` is FILTER or OVER."""
    entry, types = _resolve(name, columns)
    arguments = entry.call or ", ".join(f"{{{i}}}" for i in range(len(columns))) or "*"
    for position, (column, type_) in enumerate(zip(columns, types, strict=True)):
        arguments = arguments.replace(f"{{{position}}}", column)
        arguments = arguments.replace(f"{{!text{position}}}", text_item(type_).format(column))
        arguments = arguments.replace(f"{{!jsonb{position}}}", json_item(type_).format(column))
        compact = json_item(type_, compact=True).format(column)
        arguments = arguments.replace(f"{{!json{position}}}", compact)
    calls = [
        f"{target}({arguments}{modifiers}){tail}"
        for target in (entry.target, entry.also)
        if target is not None
    ]
    return (entry.wrap or "{0}").format(*calls)


def _returns(name: str, columns: list[str]) -> str:
    entry, types = _resolve(name, columns)
    return result_type(entry.returns, entry.arguments, types)


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines())
@pytest.mark.parametrize("tail", ["", " FILTER (WHERE i > 1)", " FILTER (WHERE i > 9)"])
def test_aggregates(oracle: Any, agree: Any, case: str, tail: str) -> None:
    name, _, listed = case.partition("|")
    columns = listed.split(",") if listed else []
    theirs = _postgres(oracle, name, columns, tail)
    ours = _duckdb(oracle, name, columns, tail)
    if name.startswith(("std", "var")) and theirs.rows[0] and theirs.type == "numeric":
        # Computed in double precision here.
        assert float(ours.rows[0]) == pytest.approx(float(theirs.rows[0]), rel=1e-12)
        return
    assert agree(ours, theirs), (ours, theirs)
    if theirs.type:
        assert ours.type == theirs.type


def _postgres(oracle: Any, name: str, columns: list[str], tail: str, modifiers: str = "") -> Any:
    call = f"{name}({', '.join(columns) or '*'}{modifiers}){tail}"
    return oracle.ask_postgres(f"(SELECT {call} FROM measured)", rows=True)


def _duckdb(oracle: Any, name: str, columns: list[str], tail: str, modifiers: str = "") -> Any:
    sql = aggregate_sql(name, columns, tail, modifiers)
    return oracle.ask_duckdb(f"(SELECT {sql} FROM measured)", _returns(name, columns))


@pytest.mark.parametrize("case", ORDERED.strip("\n").splitlines())
def test_ordered_aggregates(oracle: Any, agree: Any, case: str) -> None:
    name, _, column = case.partition("|")
    order = " ORDER BY i8 NULLS LAST"
    theirs = _postgres(oracle, name, [column], "", order)
    ours = _duckdb(oracle, name, [column], "", order)
    if name == "json_agg":
        # A line break between arrays is PostgreSQL's json_agg's alone: the dialect's business.
        theirs = replace(theirs, rows=tuple(row.replace("\n ", "") for row in theirs.rows))
    assert agree(ours, theirs), (ours, theirs)


def test_string_agg(duck: Connection, pg: Connection) -> None:
    sql = "SELECT string_agg(t, ', ' ORDER BY i8) FROM measured"
    assert duck.execute(sql).fetchall() == pg.execute(sql).fetchall()


@pytest.mark.parametrize("name", ["jsonb_object_agg", "json_object_agg"])
def test_object_aggregates(oracle: Any, name: str) -> None:
    theirs = _postgres(oracle, name, ["t", "n"], " FILTER (WHERE t IS NOT NULL)", " ORDER BY i8")
    ours = _duckdb(oracle, name, ["t", "n"], " FILTER (WHERE t IS NOT NULL)", " ORDER BY i8")
    assert (ours.error, ours.rows) == ("", theirs.rows)
    refused = oracle.ask_duckdb(
        f"(SELECT {aggregate_sql(name, ['t', 'n'])} FROM measured)", "jsonb"
    )
    assert (
        refused.error
        == oracle.ask_postgres(f"(SELECT {name}(t, n) FROM measured)", rows=True).error
    )


WITHIN = [
    ("percentile_cont", "0.5", "f"), ("percentile_cont", "0.5", "iv"), ("percentile_cont", "0",
    "i"),
    ("percentile_disc", "0.5", "t"), ("percentile_disc", "0.25", "n"), ("percentile_disc", "1",
    "d"),
    ("mode", "", "t"), ("percentile_cont", "array[0.5,1]", "f"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fraction", "column"), WITHIN)
def test_within_group(oracle: Any, agree: Any, name: str, fraction: str, column: str) -> None:
    theirs = oracle.ask_postgres(
        f"(SELECT {name}({fraction}) WITHIN GROUP (ORDER BY {column}) FROM measured)", rows=True
    )
    several = fraction.startswith("array")
    types = [*(["_float8" if several else "float8"] if fraction else []), COLUMNS[column]]
    entry = registry.resolve_function(name, types)
    assert entry is not None and entry.within_group
    given = fraction.removeprefix("array")
    call = (entry.call or "{0}").replace("{1}", column).replace("{0}", given or column)
    returns = result_type(entry.returns, entry.arguments, types)
    made = (entry.wrap or "{0}").format(f"{entry.target}({call})")
    ours = oracle.ask_duckdb(f"(SELECT {made} FROM measured)", returns)
    assert agree(ours, theirs), (ours, theirs)


WINDOWS = [
    "row_number()", "rank()", "dense_rank()", "percent_rank()", "cume_dist()", "ntile(2)", "lag(t)",
    "lead(t, 2)", "lag(t, 1, 'none')", "first_value(t)", "last_value(t)", "nth_value(t, 2)",
    "sum(i8)", "avg(i)", "count(t)", "max(n)",
]  # fmt: skip


@pytest.mark.parametrize("call", WINDOWS)
def test_windows(oracle: Any, duck: Connection, pg: Connection, call: str) -> None:
    over = " OVER (ORDER BY i8 NULLS LAST, t)"
    name, _, rest = call.partition("(")
    written = call
    if name in ("sum", "avg", "count", "max"):
        written = aggregate_sql(name, [rest[:-1]], over)
    else:
        written = f"{call}{over}"
        entry = registry.functions(name)[0]
        written = (entry.wrap or "{0}").format(written)
    theirs = pg.execute(f"SELECT {call}{over} FROM measured ORDER BY i8 NULLS LAST").fetchall()
    ours = duck.execute(f"SELECT {written} FROM measured ORDER BY i8 NULLS LAST").fetchall()
    assert ours == theirs
