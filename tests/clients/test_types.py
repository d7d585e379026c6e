"""Every type, as psql, psycopg and asyncpg read it, in text and in binary, beside PostgreSQL 15.

Each type is a row of expressions that both servers evaluate; what a client makes of the two
answers must be the same, from one row (the plain path) and from 2,500 (the vectorised one).
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, run_psql
from support.postgres import PostgresServer

TYPES: dict[str, tuple[str, ...]] = {
    "bool": ("true", "false", "NULL::bool"),
    "int2": ("'-32768'::int2", "32767::int2", "NULL::int2"),
    "int4": ("'-2147483648'::int4", "2147483647", "0", "NULL::int4"),
    "int8": ("'-9223372036854775808'::int8", "9223372036854775807", "NULL::int8"),
    "float4": (
        *("'0.1'::float4", "'-0'::float4", "'3.4028235e38'::float4", "'1e-45'::float4"),
        *("'NaN'::float4", "'Infinity'::float4", "'16777216'::float4", "NULL::float4"),
    ),
    "float8": (
        *("0.1::float8", "'-0'::float8", "'1e15'::float8", "'1e16'::float8", "'1e-4'::float8"),
        *("'1e-5'::float8", "'5e-324'::float8", "'1.7976931348623157e308'::float8"),
        *("'NaN'::float8", "'-Infinity'::float8", "'123456789.123456789'::float8"),
        "NULL::float8",
    ),
    "numeric(10,2)": (
        *("1.10::numeric(10,2)", "'-0.01'::numeric(10,2)", "0::numeric(10,2)"),
        *("99999999.99::numeric(10,2)", "NULL::numeric(10,2)"),
    ),
    "numeric(38)": (
        *("'99999999999999999999999999999999999999'::numeric(38,0)", "10000::numeric(38,0)"),
        *("'-1'::numeric(38,0)", "'0.00000000000000000001'::numeric(38,20)"),
        "'-123456789012345678.12345678901234567890'::numeric(38,20)",
    ),
    "text": (
        "'it''s'",
        "''",
        "'naïve 中文 😀'",
        r"E'tab\tnew\nline'",
        r"'back\slash'",
        "NULL::text",
    ),
    "varchar": ("'abc'::varchar", "''::varchar", "NULL::varchar"),
    "bytea": (r"'\x00ff5c27'::bytea", "''::bytea", "NULL::bytea"),
    "date": (
        *("'1999-12-31'::date", "'2000-01-01'::date", "'0001-01-01'::date"),
        *("'9999-12-31'::date", "NULL::date"),
    ),
    "date infinity": ("'infinity'::date", "'-infinity'::date"),
    "time": ("'00:00:00'::time", "'23:59:59.999999'::time", "'12:30:00.5'::time", "NULL::time"),
    "timestamp": (
        *("'1999-12-31 23:59:59.999999'::timestamp", "'2000-01-01'::timestamp"),
        *("'0001-01-01'::timestamp", "'2024-02-29 12:00:00.1'::timestamp", "NULL::timestamp"),
    ),
    "timestamp infinity": ("'infinity'::timestamp", "'-infinity'::timestamp"),
    "timestamptz": (
        *("'1999-12-31 23:59:59.999999+00'::timestamptz", "'2024-07-01 00:00:00+02'::timestamptz"),
        *("'1883-11-18 12:00:00+00'::timestamptz", "NULL::timestamptz"),
    ),
    "interval": (
        *("'1 year 2 mons 3 days 04:05:06.789'::interval", "'0'::interval", "'1 day'::interval"),
        *("'-1 mons +2 days -00:00:00.5'::interval", "'100:00:00'::interval"),
        *("'-1 year -1 mons'::interval", "NULL::interval"),
    ),
    "uuid": ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "NULL::uuid"),
    "json": ("""'{"b": 1.10, "a" : [1,2]}'::json""", "NULL::json"),
    "jsonb": ("""'{"a": [1, 2, null], "b": "x"}'::jsonb""", "'1'::jsonb", "NULL::jsonb"),
    "int4[]": ("ARRAY[1,2,NULL,-4]::int4[]", "ARRAY[]::int4[]", "NULL::int4[]"),
    "int8[]": ("ARRAY[1,9223372036854775807]::int8[]", "ARRAY[NULL]::int8[]"),
    "bool[]": ("ARRAY[true,false,NULL]",),
    "float8[]": ("ARRAY[0.5,'NaN',NULL]::float8[]",),
    "text[]": (
        *("""ARRAY['a','','NULL','with "quotes"','back\\slash','co,mma','{}',' pad ']""",),
        *("ARRAY[NULL,'x']::text[]", "ARRAY[]::text[]"),
    ),
    "date[]": ("ARRAY['2024-02-29','1999-12-31']::date[]",),
    "timestamptz[]": ("ARRAY['2024-02-29 00:00:00+00']::timestamptz[]",),
    "uuid[]": ("ARRAY['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']::uuid[]",),
    "int4[][]": ("ARRAY[ARRAY[1,2],ARRAY[3,4]]",),
}
SESSIONS = (
    "SET TimeZone = 'UTC'",
    "SET TimeZone = 'America/New_York'; SET extra_float_digits = 0; SET bytea_output = 'escape'",
)


def _query(name: str, rows: int) -> str:
    columns = ", ".join(f"{e} AS c{number}" for number, e in enumerate(TYPES[name]))
    return f"SELECT {columns} FROM generate_series(1, {rows}) AS g(i)"


async def _asyncpg(dsn: str, sql: str) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(SESSIONS[0])
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def _psycopg(dsn: str, sql: str, *, binary: bool) -> tuple[list[Any], list[int]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SESSIONS[0])
        cursor = connection.cursor(binary=binary)
        rows = cursor.execute(sql).fetchall()
        assert cursor.description is not None
        return rows, [column.type_code for column in cursor.description]


def _raw(dsn: str, sql: str, *, binary: bool) -> list[bytes | None]:
    """The first row as it is on the wire, for what Python's types cannot hold."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SESSIONS[0])
        result = connection.cursor(binary=binary).execute(sql).pgresult
        assert result is not None
        return [result.get_value(0, column) for column in range(result.nfields)]


@pytest.mark.parametrize("session", SESSIONS, ids=["usual", "unusual"])
@pytest.mark.parametrize("name", TYPES)
def test_psql(hookwire: HookwireProcess, postgres: PostgresServer, name: str, session: str) -> None:
    for rows in (1, 2500):
        script = f"{session};\n{_query(name, rows)}"
        theirs = run_psql(postgres.dsn, script, "-P", "null=<NULL>")
        assert hookwire.psql(script, "-P", "null=<NULL>") == theirs


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("name", [name for name in TYPES if "infinity" not in name])
def test_psycopg(
    hookwire: HookwireProcess, postgres: PostgresServer, name: str, binary: bool
) -> None:
    for rows in (1, 2500):
        sql = _query(name, rows)
        ours, our_types = _psycopg(hookwire.sql_dsn, sql, binary=binary)
        theirs, their_types = _psycopg(postgres.dsn, sql, binary=binary)
        assert our_types == their_types
        assert repr(ours) == repr(theirs)  # as text, for NaN and -0.0


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("name", TYPES)
def test_the_very_bytes(
    hookwire: HookwireProcess, postgres: PostgresServer, name: str, binary: bool
) -> None:
    sql = _query(name, 1)
    assert _raw(hookwire.sql_dsn, sql, binary=binary) == _raw(postgres.dsn, sql, binary=binary)


@pytest.mark.parametrize("name", TYPES)
def test_asyncpg(hookwire: HookwireProcess, postgres: PostgresServer, name: str) -> None:
    for rows in (1, 2500):
        sql = _query(name, rows)
        ours = asyncio.run(_asyncpg(hookwire.sql_dsn, sql))
        assert repr(ours) == repr(asyncio.run(_asyncpg(postgres.dsn, sql)))


PARAMETERS: dict[str, list[Any]] = {
    "int2": [-32768, 32767, None],
    "int4": [-2147483648, 2147483647],
    "int8": [-(2**63), 2**63 - 1],
    "float4": [0.5, -0.0, float("inf")],
    "float8": [0.1, 5e-324, float("-inf")],
    "bool": [True, False, None],
    "text": ["it's", "", "naïve 中文 😀", None],
    "bytea": [b"\x00\xff'\\", b"", None],
}


@pytest.mark.parametrize("type_name", PARAMETERS)
def test_parameters_come_back_as_they_went(hookwire: HookwireProcess, type_name: str) -> None:
    """asyncpg sends every parameter in the binary format, psycopg in either."""
    values = PARAMETERS[type_name]

    async def run() -> list[Any]:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            statement = await connection.prepare(f"SELECT $1::{type_name}")
            return [await statement.fetchval(value) for value in values]
        finally:
            await connection.close()

    assert repr(asyncio.run(run())) == repr(values)
    for form in ("%s", "%b", "%t"):
        with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
            for value in values:
                sql = f"SELECT {form}::{type_name}"
                row = connection.execute(sql.encode(), [value]).fetchone()
                assert row is not None
                assert repr(row[0]) == repr(value)
