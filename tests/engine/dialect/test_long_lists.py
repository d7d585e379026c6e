"""Lists of a thousand constants and more, which reach DuckDB as one text, beside PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hookwire_engine.dialect import translate
from hookwire_engine.dialect.columns import MANY
from support.dialect import Pair, Tables, one

LONG = MANY + 3
TYPES: dict[str, Callable[[int], str]] = {
    "int": lambda i: f"{i - 500}",
    "smallint": lambda i: f"{i - 500}",
    "bigint": lambda i: f"{i * 10_000_000_000}",
    "text": lambda i: ["''", "'it''s'", "'x, (y) \\'", "'e\u0301 \U0001f600'", f"'name {i}'"][
        i % 5
    ],
    "varchar(10)": lambda i: f"'v{i}'",
    "char(6)": lambda i: f"'c{i}'",
    "bool": lambda i: ["true", "false", "'yes'", "NULL"][i % 4],
    "numeric": lambda i: f"{i}.{i % 7}" if i % 2 else f"-{i}.0",
    "numeric(10,2)": lambda i: f"{i}.125",
    "float8": lambda i: ["1.5", "'NaN'", "'-Infinity'", "7", "1e300"][i % 5],
    "real": lambda i: f"{i}.25",
    "date": lambda i: ["'2024-02-29'", "'0044-03-15 BC'", "'infinity'", "NULL"][i % 4],
    "timestamp": lambda i: f"'2024-01-01 00:{i % 60:02d}:00.5'",
    "timestamptz": lambda i: f"'2024-01-01 00:{i % 60:02d}:00+02'",
    "time": lambda i: f"'10:{i % 60:02d}'",
    "uuid": lambda i: f"'a0eebc99-9c0b-4ef8-bb6d-{i:012d}'",
    "json": lambda i: f"""'{{"a":  {i}, "b": "\\u00e9"}}'""",
    "jsonb": lambda i: f"""'{{"b":  {i}, "a": [null, "x''y"]}}'""",
    "bytea": lambda i: f"'\\x{i:06x}'",
    "interval": lambda i: f"'{i} hours'",
    "int[]": lambda i: f"'{{{i}, null}}'",
}


def same(pair: Pair, *statements: str) -> None:
    """Both sides answer all of them alike, and nothing stays behind."""
    sides = (pair.postgres, pair.translated)
    for side in sides:
        side.execute("begin")
    try:
        for sql in statements:
            expected, found = (side.answer(sql) for side in sides)
            assert found == expected
    finally:
        for side in sides:
            side.execute("rollback")


def listed(item: Callable[[int], str], count: int = LONG) -> str:
    return ", ".join(map(item, range(count)))


@pytest.mark.parametrize("type_", TYPES)
def test_values_are_those_of_postgres(pair: Pair, type_: str) -> None:
    rows = listed(lambda i: f"({i}, {TYPES[type_](i)}::{type_})")
    same(pair, f"select i, x from (values {rows}) v (i, x) order by i")


CHANGED = {
    "plain": "insert into dep values {rows}",
    "with columns": "insert into dep (ev_id, name, amount, qty) values {rows}",
    "returning": "insert into dep values {rows} returning ev_id, name, amount",
}


@pytest.mark.parametrize("sql", CHANGED.values(), ids=CHANGED)
def test_inserts_are_those_of_postgres(pair: Pair, sql: str) -> None:
    def row(i: int) -> str:
        qty = "NULL" if i % 3 else f"'{i}'"
        return f"({i}, {TYPES['text'](i)}, {i}.5, {qty})"

    same(pair, sql.format(rows=listed(row)), "select * from dep order by 1, 2, 3, 4")


@pytest.mark.parametrize("action", ["do nothing", "do update set s = excluded.s || '!'"])
def test_conflicts_are_those_of_postgres(pair: Pair, action: str) -> None:
    rows = listed(lambda i: f"({i}, 'n{i}', '2024-01-01', true)")
    insert = f"insert into ev (id, s, dt, flag) values {rows} on conflict (id) {action}"
    same(pair, insert, "select id, s, dt, flag, d from ev order by id")


IN = {
    "in a condition": "select id from ev where id in ({ints}) order by id",
    "not in": "select id from ev where id not in ({ints}) order by id",
    "not in, with a null": "select id, id not in ({ints}, null) from ev order by id",
    "in the list": "select id, s in ({texts}), n in ({numbers}) from ev order by id",
    "grouped by it": "select id in ({ints}), count(*) from ev group by id in ({ints}) order by 1",
    "ordered by it": "select id from ev order by i2 in ({ints}), id",
    "having it": "select s from ev group by s having count(*) in ({ints}) order by 1",
    "filtered": "select count(*) filter (where id in ({ints})) from ev",
    "under an aggregate": "select sum(case when id in ({ints}) then 1 else 0 end) from ev",
    "over a window": "select id, sum(id) over (partition by id in ({ints})) from ev order by 1",
    "joined on it": "select e.id, d.qty from ev e left join dep d on d.ev_id = e.id"
    " and d.qty in ({ints}) order by 1, 2",
    "correlated": "select id from ev e where exists (select from dep d"
    " where d.ev_id = e.id and e.i2 in ({ints})) order by id",
    "updated": "update ev set flag = id in ({ints}) where id in ({ints}) returning id, flag",
    "deleted": "delete from dep where qty in ({ints}) returning name",
    "returned": "insert into dep values (1, 'x', 2, 3) returning qty in ({ints})",
    "checked": "create table c (a int check (a in ({ints})))",
}


@pytest.mark.parametrize("sql", IN.values(), ids=IN)
def test_members_are_those_of_postgres(pair: Pair, sql: str) -> None:
    lists = {
        "ints": listed(lambda i: str(i + 2)),
        "texts": listed(lambda i: f"'name {i}'") + ", 'Alpha'",
        "numbers": listed(lambda i: f"{i}.5"),
    }
    same(pair, sql.format(**lists))


@pytest.mark.parametrize(
    "item",
    ["'a\x1fb'", "'a\x1eb'", "'\x1e'", "'\x1f'", "'a' || 'b'", "upper('ab')", "$1"],
)
def test_what_is_no_plain_constant_stays_in_its_place(item: str) -> None:
    """A text with one of the marks that separate the others, and whatever has to be computed."""
    rows = listed(lambda i: f"({i}, 'n')") + f", (1, {item})"
    sql = translate(one(f"select * from (values {rows}) v (a, b)"), Tables()).sql
    assert "string_split" not in sql


FAULTS = {
    "a bad number": "insert into dep (ev_id) values {rows}, ('12x')",
    "a number out of range": "insert into dep (ev_id) values {rows}, (99999999999)",
    "types that do not match": "select 1 from (values {rows}, (true)) v",
    "a bad member": "select id from ev where id in ({ints}, 'x')",
    "a null in a key": "insert into ev (id) values {rows}, (null)",
}


@pytest.mark.parametrize("sql", FAULTS.values(), ids=FAULTS)
def test_errors_are_those_of_postgres(pair: Pair, sql: str) -> None:
    same(pair, sql.format(rows=listed(lambda i: f"({i + 10})"), ints=listed(str)))
