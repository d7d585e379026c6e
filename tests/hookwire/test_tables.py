"""Printed answers, held against what psql prints for the same values."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess

import asyncpg
import pytest

from hookwire import tables
from hookwire.client import Answer, Column, SqlClient
from support.postgres import PostgresServer

QUERIES = {
    "one row": "SELECT 1 AS id, 'a' AS name",
    "no rows": "SELECT 1 AS id, 'a' AS name WHERE false",
    "names wider than values": "SELECT 1 AS a_long_name, 'x' AS b, 2 AS c, true AS another_name",
    "values wider than names": "SELECT 123456789 AS a, 'some text' AS b, 1.50 AS c",
    "numbers to the right": (
        "SELECT i AS a, i::int8 * 1000 AS b, i * 1.10 AS c, i / 3.0::float8 AS d, i::text AS e"
        " FROM generate_series(-1, 11, 6) AS g(i)"
    ),
    "null and empty": "SELECT NULL::text AS a, '' AS b, 1 AS c UNION ALL SELECT '', NULL, NULL",
    "many lines": r"SELECT 'x' AS a, E'one\ntwo\n' AS b, 3 AS c, E'\n' AS d",
    "lines in the last column": r"SELECT 1 AS a, E'one\n\nthree' AS b UNION ALL SELECT 2, 'one'",
    "lines in names": 'SELECT 1 AS "two\nlines", \'x\' AS "tab\there"',
    "control characters": r"SELECT E'\x1b[31mred\x07\x7f' AS a, E'c\rd' AS b, E'\u0085\u009b' AS c",
    "tabs": r"SELECT E'\ta\tbcdefgh\ti' AS a, E'李\tb' AS b, 'x' AS c",
    "wide": "SELECT '李 中文' AS a, '😀' AS b, E'\\uff46\\uff55' AS c, 'é' AS \"déjà vu\"",
    "no width": r"SELECT E'e\u0301\u200b' AS a, E'\u00ad' AS b, E'\u0915\u094d' AS c, 'x' AS d",
    "arrays": "SELECT ARRAY['a', NULL, 'NULL', '', 'b c', '\"'] AS a, ARRAY[[1, 2], [3, 4]] AS b",
    "times": "SELECT '1 mon -1 day'::interval AS a, '2024-02-29 01:02:03.4+02'::timestamptz AS b",
    "documents": """SELECT '{"b": 1.10, "a" :[]}'::json AS a, '{"b": 1.10, "a": 1}'::jsonb AS b""",
    "bytes": r"SELECT '\x00ff'::bytea AS a, 'NaN'::float8 AS b, '-Infinity'::float4 AS c",
    "one column of nothing": "SELECT NULL AS a UNION ALL SELECT NULL",
}  # fmt: skip


def answer_of(dsn: str, sql: str) -> Answer:
    async def run() -> Answer:
        connection = await asyncpg.connect(dsn)
        try:
            return await SqlClient(connection).ask(sql)
        finally:
            await connection.close()

    return asyncio.run(run())


def psql(dsn: str, sql: str, *arguments: str) -> str:
    command = ["psql", "-X", *arguments, "-c", sql, dsn]
    done = subprocess.run(
        command, capture_output=True, check=True, env={"PGCLIENTENCODING": "UTF8"}
    )
    return done.stdout.decode()


def unpadded(text: str) -> list[str]:
    return [line.rstrip(" ") for line in text.rstrip("\n").split("\n")]


@pytest.mark.parametrize("name", QUERIES)
def test_a_table_is_psqls(postgres: PostgresServer, name: str) -> None:
    printed = tables.table(answer_of(postgres.dsn, QUERIES[name]))
    assert unpadded(printed) == unpadded(psql(postgres.dsn, QUERIES[name]))
    assert printed == "\n".join(unpadded(printed))


@pytest.mark.parametrize("name", QUERIES)
def test_csv_reads_as_psqls(postgres: PostgresServer, name: str) -> None:
    theirs = psql(postgres.dsn, QUERIES[name], "--csv")
    printed = tables.csv_rows(answer_of(postgres.dsn, QUERIES[name]))
    assert not printed.endswith("\n")
    if name == "one column of nothing":
        assert printed == 'a\n""\n""'  # psql's empty lines are no rows to most readers
        return
    ours, psqls = (csv.reader(io.StringIO(text, newline="")) for text in (printed, theirs))
    assert list(ours) == list(psqls)


def test_a_status_stands_for_a_table(postgres: PostgresServer) -> None:
    answer = answer_of(postgres.dsn, "CREATE TEMP TABLE t (a int)")
    assert tables.table(answer) == "CREATE TABLE"


TYPED = {
    "int4": ("1", 1),
    "int8": ("-9007199254740993", -9007199254740993),
    "numeric": ("1.10", 1.10),
    "float8": ("1e+16", 1e16),
    "bool": ("t", True),
    "text": ('a "b"\n', 'a "b"\n'),
    "jsonb": ('{"a": [1.10]}', {"a": [1.10]}),
    "json": ("null", None),
    "timestamptz": ("2024-02-29 00:00:00+00", "2024-02-29 00:00:00+00"),
    "_int4": ("{1,2}", "{1,2}"),
}


def test_json_has_values_of_their_types() -> None:
    columns = tuple(Column(f"c_{name}", name) for name in TYPED)
    row = tuple(text for text, _ in TYPED.values())
    printed = tables.json_rows(Answer(columns, (row, (None,) * len(row)), "SELECT 2"))
    first, second = json.loads(printed)
    assert first == {f"c_{name}": value for name, (_, value) in TYPED.items()}
    assert second == dict.fromkeys(first)
    assert len(printed.splitlines()) == 2


def test_json_keeps_every_digit() -> None:
    digits = "123456789012345678901234567890.10"
    answer = Answer((Column("n", "numeric"), Column("d", "jsonb")), ((digits, digits),), "")
    assert tables.json_rows(answer) == f'[{{"n": {digits}, "d": {digits}}}]'


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_json_spells_what_it_has_no_number_for(text: str) -> None:
    answer = Answer((Column("n", "float8"),), ((text,),), "")
    assert json.loads(tables.json_rows(answer)) == [{"n": text}]


def test_json_of_no_rows_is_an_empty_array() -> None:
    assert tables.json_rows(Answer((Column("a", "int4"),), (), "SELECT 0")) == "[]"
