"""What DuckDB has beyond PostgreSQL, through psycopg on a real server: over tables and a source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString

import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path

TABLES: LiteralString = """
create table trade (sym text, ts timestamp, price numeric(8,2), qty int);
insert into trade values
 ('A', '2024-01-01 10:00', 10, 1), ('A', '2024-01-01 11:00', 12, 2),
 ('B', '2024-01-01 10:30', 100, 3), ('B', '2024-01-01 12:00', 90, 4);
create table quote (sym text, ts timestamp, bid numeric(8,2));
insert into quote values
 ('A', '2024-01-01 09:59', 9.5), ('A', '2024-01-01 10:30', 11.5), ('B', '2024-01-01 12:00', 89);
create table wide (id int, jan int, feb int, mar int);
insert into wide values (1, 10, 20, null), (2, 5, 6, 7);
create source hook from webhook body format json;
"""
BODIES = (
    {"kind": "a", "n": 1, "at": "2024-01-01T10:00:00", "tags": ["x", "y"]},
    {"kind": "a", "n": 5, "at": "2024-01-01T11:00:00", "tags": ["x"]},
    {"kind": "b", "n": 3, "at": "2024-01-01T11:30:00", "tags": []},
)
TEN, ELEVEN, NOON = (datetime(2024, 1, 1, hour) for hour in (10, 11, 12))
HALF_PAST = datetime(2024, 1, 1, 10, 30)

Rows = list[tuple[Any, ...]]

RELATIONS: list[tuple[LiteralString, Rows]] = [
    ("select sym, price from trade"
     " qualify row_number() over (partition by sym order by ts desc) = 1 order by sym",
     [("A", Decimal(12)), ("B", Decimal(90))]),
    ("from (pivot trade on sym using sum(qty) group by ts) order by ts",
     [(TEN, 1, None), (HALF_PAST, None, 3), (ELEVEN, 2, None), (NOON, None, 4)]),
    ("from (pivot trade on sym in ('B', 'C') using max(price) as top, count(*) as n"
     " group by qty) order by qty desc limit 1",
     [(4, Decimal(90), 1, None, 0)]),
    ("unpivot wide on jan, feb, mar into name month value amount order by id, month",
     [(1, "feb", 20), (1, "jan", 10), (2, "feb", 6), (2, "jan", 5), (2, "mar", 7)]),
    ("unpivot wide on columns(* exclude (id)) into name month value amount"
     " order by amount limit 1",
     [(2, "jan", 5)]),
    ("from wide unpivot include nulls (amount for month in (feb, mar)) where jan = 10"
     " order by month",
     [(1, 10, "feb", 20), (1, 10, "mar", None)]),
    ("select t.sym, t.ts, q.bid from trade t asof join quote q"
     " on t.sym = q.sym and t.ts >= q.ts order by t.sym, t.ts",
     [("A", TEN, Decimal("9.5")), ("A", ELEVEN, Decimal("11.5")), ("B", NOON, Decimal(89))]),
    ("select sym, ts, bid from trade t asof left join quote q using (sym, ts)"
     " where sym = 'B' order by ts",
     [("B", HALF_PAST, None), ("B", NOON, Decimal(89))]),
    ("select * exclude (ts, qty) from trade order by price limit 1", [("A", Decimal(10))]),
    ("select trade.* exclude ts from trade order by price limit 1", [("A", Decimal(10), 1)]),
    ("select * replace (qty * 2 as qty) from trade order by price limit 1",
     [("A", TEN, Decimal(10), 2)]),
    ("select columns('^[jf]') from wide order by 1", [(5, 6), (10, 20)]),
    ("select max(columns(*)) from wide", [(2, 10, 20, 7)]),
    ("select columns(lambda c: c like '%a%') from wide order by 1", [(5, 7), (10, None)]),
    ("from quote order by ts limit 1", [("A", datetime(2024, 1, 1, 9, 59), Decimal("9.5"))]),
    ("from trade select sym, price where qty = 3", [("B", Decimal(100))]),
    ("select sym, sum(qty) as n from trade group by all order by all", [("A", 3), ("B", 7)]),
    ("select qty, sym from trade order by all desc limit 2", [(4, "B"), (3, "B")]),
    ("from (select 1 as a union all select 2) x positional join"
     " (values ('u'), ('v')) y(b) order by all",
     [(1, "u"), (2, "v")]),
    ("select 1 as a, 2 as b union all by name select 3 as b, 4 as c order by b",
     [(1, 2, None), (None, 3, 4)]),
    ("select column_name, min, max, count from (summarize wide) order by column_name limit 2",
     [("feb", "6", "20", 2), ("id", "1", "2", 2)]),
    ("describe quote",
     [("sym", "VARCHAR", "YES", None, None, None), ("ts", "TIMESTAMP", "YES", None, None, None),
      ("bid", "DECIMAL(8,2)", "YES", None, None, None)]),
    ("select count(*) from trade using sample 3 rows", [(3,)]),
    ("select count(*) from trade tablesample reservoir(2 rows)", [(2,)]),
    ("select count(*) from trade using sample 100 percent (bernoulli)", [(4,)]),
    ("select sym, list(qty order by ts), arg_max(price, ts), any_value(sym), histogram(sym)"
     " from trade group by sym order by sym",
     [("A", [1, 2], Decimal(12), "A", {"A": 2}), ("B", [3, 4], Decimal(90), "B", {"B": 2})]),
    ("select time_bucket(interval '1 hour', ts) as hour, count() from trade group by all"
     " order by all limit 1", [(TEN, 2)]),
    ("select date_diff('minute', min(ts), max(ts)), strftime(max(ts), '%H:%M') from trade",
     [(120, "12:00")]),
]  # fmt: skip

VALUES: list[tuple[LiteralString, tuple[Any, ...]]] = [
    ("select list_sum([1, 2, 3]), list_sort([3, 1, 2]), list_distinct([1, 1]), len([1, 2])",
     (6, [1, 2, 3], [1], 2)),
    ("select [x * 2 for x in [1, 2, 3] if x > 1]", ([4, 6],)),
    ("select list_transform([1, 2], lambda x: x + 1), list_filter([1, 2, 3], lambda x: x > 1),"
     " list_reduce([1, 2, 3], lambda a, b: a + b)",
     ([2, 3], [2, 3], 6)),
    ("select [1, 2, 3][2:], [1, 2] || [3]",
     ([2, 3], [1, 2, 3])),
    ("select {'a': 1, 'b': 'x'}, {'a': 1}.a, struct_pack(k := 2).k, struct_extract({'c': 5}, 'c')",
     ({"a": 1, "b": "x"}, 1, 2, 5)),
    ("select s.a, s.b from (select {'a': 1, 'b': 2} as s)", (1, 2)),
    ("select map {'k': 1, 'l': 2}, map {'k': 1}['k'], map_keys(map {'k': 1}),"
     " map_values(map {'k': 7}), cardinality(map {'k': 1})",
     ({"k": 1, "l": 2}, 1, ["k"], [7], 1)),
    ("select try_cast('x' as int), try_cast('5' as int)", (None, 5)),
    ("select regexp_extract('a12', '[0-9]+'), string_split('a-b', '-'), levenshtein('ab', 'ac')",
     ("12", ["a", "b"], 1)),
    ("select sum(range) from range(5)", (10,)),
]  # fmt: skip

OF_A_SOURCE: list[tuple[LiteralString, Rows]] = [
    ("select body->>'kind' as kind, (body->>'n')::int as n from hook"
     " qualify row_number() over (partition by kind order by n desc) = 1 order by kind",
     [("a", 5), ("b", 3)]),
    ("pivot (select body->>'kind' as kind, (body->>'n')::int as n from hook) on kind using sum(n)",
     [(6, 3)]),
    ("pivot hook on body->>'kind' using count(*)", [(2, 1)]),
    ("from (select (body->>'n')::int as n, 0 as m from hook) unpivot (v for k in (n, m))"
     " where v > 0 order by v",
     [("n", 1), ("n", 3), ("n", 5)]),
    ("select body->>'kind' as k, list((body->>'n')::int order by body->>'n') from hook"
     " group by all order by all",
     [("a", [1, 5]), ("b", [3])]),
    ("select h.body->>'n', q.bid from hook h asof join quote q"
     " on q.sym = 'A' and (h.body->>'at')::timestamp >= q.ts order by 1",
     [("1", Decimal("9.5")), ("3", Decimal("11.5")), ("5", Decimal("11.5"))]),
    ("select max(columns(*)) from (select (body->>'n')::int as a, (body->>'n')::int * 2 as b"
     " from hook)",
     [(5, 10)]),
    ("select [x for x in list_sort(list((body->>'n')::int)) if x > 1] from hook", [([3, 5],)]),
    ("select id from wide union all by name select (body->>'n')::int + 10 as id from hook"
     " order by id",
     [(1,), (2,), (11,), (13,), (15,)]),
    ("select column_name from (summarize hook)", [("body",)]),
    ("select count(*) from hook using sample 2 rows", [(2,)]),
    ("select map_from_entries(list((body->>'kind', body->>'n')))['b'] from hook"
     " where body->>'kind' = 'b'",
     [("3",)]),
]  # fmt: skip

WITH_PARAMETERS: list[tuple[LiteralString, tuple[Any, ...], Rows]] = [
    ("select sym, price from trade where qty > %s"
     " qualify rank() over (order by price desc) <= %s order by price",
     (1, 2), [("B", Decimal(90)), ("B", Decimal(100))]),
    ("unpivot (from wide where id = %s) on jan, feb into name month value amount"
     " order by month",
     (2,), [(2, 7, "feb", 6), (2, 7, "jan", 5)]),
    ("select sym, count(*) from trade group by all having count(*) > %s order by all",
     (1,), [("A", 2), ("B", 2)]),
    ("from trade select sym where qty = %s", (4,), [("B",)]),
    ("select t.qty, q.bid from trade t asof join quote q on t.sym = q.sym and t.ts >= q.ts"
     " where q.bid > %s order by all",
     (10,), [(2, Decimal("11.5")), (4, Decimal(89))]),
    ("select list_filter([1, 2, 3, 4], lambda x: x > %s::int)", (2,), [([3, 4],)]),
    ("select {'y': %s::int}.y", (3,), [(3,)]),
    ("select body->>'kind' as k, count(*) from hook where (body->>'n')::int >= %s"
     " group by all order by all",
     (3,), [("a", 1), ("b", 1)]),
    ("from hook select count(*) where body->>'kind' = %s", ("a",), [(2,)]),
    ("from (pivot (select body->>'kind' as kind, (body->>'n')::int as n from hook)"
     " on kind in ('a', 'b') using sum(n)) where a > %s",
     (1,), [(6, 3)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def connection(hookwire: HookwireProcess) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as made:
        made.execute(TABLES)
        for body in BODIES:
            assert hookwire.post(webhook_path("hook"), json.dumps(body)).status == 200
        yield made


@pytest.mark.parametrize(("sql", "rows"), [*RELATIONS, *OF_A_SOURCE])
@pytest.mark.parametrize("prepare", [False, True])
def test_rows(
    connection: psycopg.Connection[Any], sql: LiteralString, rows: Rows, prepare: bool
) -> None:
    found = connection.execute(sql, prepare=prepare).fetchall()
    assert found == rows
    assert connection.execute(sql, prepare=prepare, binary=True).fetchall() == rows


@pytest.mark.parametrize(("sql", "row"), VALUES)
@pytest.mark.parametrize("prepare", [False, True])
def test_values(
    connection: psycopg.Connection[Any], sql: LiteralString, row: tuple[Any, ...], prepare: bool
) -> None:
    assert connection.execute(sql, prepare=prepare).fetchone() == row


@pytest.mark.parametrize(("sql", "parameters", "rows"), WITH_PARAMETERS)
@pytest.mark.parametrize("prepare", [False, True])
def test_rows_with_parameters(
    connection: psycopg.Connection[Any],
    sql: LiteralString,
    parameters: tuple[Any, ...],
    rows: Rows,
    prepare: bool,
) -> None:
    assert connection.execute(sql, parameters, prepare=prepare).fetchall() == rows


def test_names_of_union_by_name_are_those_of_both_sides(
    connection: psycopg.Connection[Any],
) -> None:
    found = connection.execute("select 1 as a union all by name select 'x' as b")
    assert [column.name for column in found.description or ()] == ["a", "b"]


def test_a_view_may_be_in_duckdb_words(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "create view best as select sym, price from trade"
        " qualify row_number() over (partition by sym order by price desc) = 1"
    )
    rows = connection.execute("from best order by sym").fetchall()
    assert rows == [("A", Decimal(12)), ("B", Decimal(100))]
    connection.execute("drop view best")


def test_a_source_with_no_rows_can_be_summarized(connection: psycopg.Connection[Any]) -> None:
    connection.execute("create source silent from webhook body format json")
    assert connection.execute("select count from (summarize silent)").fetchall() == [(0,)]
    connection.execute("drop source silent")
