"""Values come as the server prints them, though asyncpg would make Python objects of them."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from hookwire.client import Answer, SqlClient
from support.postgres import PostgresServer

VALUES = {
    "bool": "true",
    "int2": "32767",
    "int8": "9223372036854775807",
    "oid": "4294967295",
    "float4": "0.1",
    "float8": "1e16",
    "numeric": "1.10",
    "text": "'it''s'",
    "bpchar(5)": "'ab'",
    "name": "'n'",
    "bytea": r"'\x00ff'",
    "date": "'0044-03-15 BC'",
    "time": "'12:30:00.5'",
    "timestamp": "'infinity'",
    "timestamptz": "'2024-07-01 00:00:00+02'",
    "interval": "'1 year 2 mons -3 days 04:05:06.789'",
    "uuid": "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
    "json": """'{"b": 1.10, "a" : 1}'""",
    "jsonb": """'{"b": 1.10, "a" : 1}'""",
    "inet": "'10.0.0.0/8'",
    "varbit": "B'101'",
    "int4[]": "'{1,NULL,-3}'",
    "int4[][]": "'{{1,2},{3,4}}'",
    "text[]": """ARRAY['', 'NULL', 'a b', '"', '\\', 'a,b', '{', 'ü', NULL]""",
    "numeric[]": "'{1.10,NaN,NULL}'",
    "timestamptz[]": "'{2024-07-01 00:00:00+02,infinity}'",
    "interval[]": "'{1 mon,NULL}'",
    "jsonb[]": """ARRAY['{"a": 1}', 'null']""",
}


def ask(dsn: str, *statements: str) -> list[Answer]:
    async def run() -> list[Answer]:
        connection = await asyncpg.connect(dsn)
        try:
            client = SqlClient(connection)
            return [await client.ask(statement) for statement in statements]
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("type_name", VALUES)
def test_a_value_is_the_text_that_psql_prints(postgres: PostgresServer, type_name: str) -> None:
    value = f"{VALUES[type_name]}::{type_name}"
    query = f"SELECT {value} AS a, NULL::{type_name} AS b"
    (answer,) = ask(postgres.dsn, query)
    theirs = postgres.psql(query).removesuffix("\n").removesuffix("|")
    assert answer.rows == ((theirs, None),)


def test_types_already_switched_stay_switched(postgres: PostgresServer) -> None:
    first, other, again = ask(
        postgres.dsn,
        "SELECT 1.10 AS n",
        "SELECT '1 mon'::interval AS i, 2.20 AS n",
        "SELECT ARRAY[3.30] AS n",
    )
    assert (first.rows, other.rows) == ((("1.10",),), (("1 mon", "2.20"),))
    assert again.rows == (("{3.30}",),)


def test_columns_and_status(postgres: PostgresServer) -> None:
    rows, table, change = ask(
        postgres.dsn,
        "SELECT 1 AS a, ARRAY['x'] AS b",
        "CREATE TEMP TABLE t (a int)",
        "INSERT INTO t VALUES (1), (2)",
    )
    assert [(column.name, column.type) for column in rows.columns] == [
        ("a", "int4"),
        ("b", "text[]"),
    ]
    assert rows.status == "SELECT 1"
    assert (table.columns, table.rows, table.status) == ((), (), "CREATE TABLE")
    assert change.status == "INSERT 0 2"


def test_an_error_is_the_servers(postgres: PostgresServer) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        ask(postgres.dsn, "SELECT * FROM nowhere")
