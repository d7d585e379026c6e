"""COPY, cursors, PREPARE and LISTEN as drivers use them, beside PostgreSQL 15."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, run_psql
from support.postgres import PostgresServer

MAKE = "CREATE TABLE {} (a int, b text, c timestamptz, d double precision)"
ROWS: list[tuple[Any, ...]] = [
    (n, [None, "", 'q"uo,te', "new\nline\ttab", "\\N"][n % 5], None, n / 3) for n in range(1, 900)
]


@pytest.fixture(params=["hookwire", "postgres"])
def dsn(request: pytest.FixtureRequest, hookwire: HookwireProcess, postgres: PostgresServer) -> str:
    return hookwire.sql_dsn if request.param == "hookwire" else postgres.dsn


@pytest.mark.parametrize("form", ["text", "csv", "binary"])
def test_psycopg_copies_in_and_out(dsn: str, form: str) -> None:
    table, options = f"copied_{form}", f"(FORMAT {form})"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(MAKE.format(table).encode())
        cursor = connection.cursor()
        with cursor.copy(f"COPY {table} FROM STDIN {options}".encode()) as copy:
            if form == "csv":
                copy.write('1,"x,y",2024-02-29 12:00:00+00,0.5\n2,,,\n')
            else:
                copy.set_types(["int4", "text", "timestamptz", "float8"])
                for row in ROWS:
                    copy.write_row(row)
        count = 2 if form == "csv" else len(ROWS)
        assert cursor.statusmessage == f"COPY {count}"
        found = connection.execute(f"SELECT * FROM {table} ORDER BY a".encode()).fetchall()
        assert len(found) == count
        if form != "csv":
            assert found == ROWS
        with cursor.copy(f"COPY {table} (a, b) TO STDOUT {options}".encode()) as copy:
            copy.set_types(["int4", "text"])
            if form != "csv":
                assert sorted(copy.rows()) == [row[:2] for row in ROWS]
            else:
                assert [bytes(line) for line in copy] == [b'1,"x,y"\n', b"2,\n"]
        connection.execute(f"DROP TABLE {table}".encode())


KINDS = {
    "bool": ["true", "f", None], "int2": ["-5", None], "int8": ["9223372036854775807", None],
    "float4": ["0.1", "NaN", None], "float8": ["1e300", "-inf", None], "text": ["x", "", None],
    "numeric(38, 5)": ["1.10", "12345678901234567890.12345", None], "json": ['{"a": 1}', None],
    "jsonb": ['{"a": 1}', None], "bytea": ["\\x00ff", "", None],
    "time": ["24:00:00", "12:30", None],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None], "date": ["2024-02-29", None],
    "timestamp": ["2024-02-29 12:00:00.5", None], "timestamptz": ["2024-02-29 12:00:00+02", None],
    "interval": ["1 mon -2 days 03:00:00", None], "int4[]": ["{1,2,NULL}", "{}", None],
    "text[]": ['{"a,b",NULL}', None],
}  # fmt: skip
FAR = {"date": ["infinity", "2024-02-29", None], "timestamp": ["-infinity", "2024-02-29 12:00:00"],
       "timestamptz": ["infinity", None]}  # fmt: skip


@pytest.mark.parametrize(
    "kind, values", [*KINDS.items(), *FAR.items()], ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_type_comes_in_as_into_postgresql(
    hookwire: HookwireProcess, postgres: PostgresServer, kind: str, values: list[str | None]
) -> None:
    found = []
    for dsn in (hookwire.sql_dsn, postgres.dsn):
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"CREATE TABLE kinds (n int, v {kind}, w {kind})".encode())
            with connection.cursor().copy("COPY kinds FROM STDIN") as copy:
                for number in range(600):
                    copy.write_row((number, values[number % len(values)], None))
            cursor = connection.cursor()
            with cursor.copy("COPY (SELECT v, w FROM kinds ORDER BY n) TO STDOUT") as copy:
                found.append([bytes(line) for line in copy])
            connection.execute("DROP TABLE kinds")
    assert found[0] == found[1]


def test_a_copy_that_fails_leaves_nothing(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(MAKE.format("nothing_left").encode())
        with (
            pytest.raises(psycopg.errors.InvalidTextRepresentation),
            connection.cursor().copy("COPY nothing_left (a) FROM STDIN") as copy,
        ):
            for number in range(1000):
                copy.write(f"{number}\n")
            copy.write("x\n")
        assert connection.execute("SELECT count(*) FROM nothing_left").fetchall() == [(0,)]
        connection.execute("DROP TABLE nothing_left")


def test_psycopg_server_cursors(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        with connection.cursor("c") as cursor:
            cursor.execute("SELECT n FROM generate_series(1, %s) AS g(n)", (1000,))
            assert cursor.fetchmany(3) == [(1,), (2,), (3,)]
            assert [row for (row,) in cursor] == list(range(4, 1001))
        with connection.cursor("h", withhold=True) as cursor:
            cursor.execute("SELECT n FROM generate_series(1, 10) AS g(n)")
            connection.commit()
            assert len(cursor.fetchall()) == 10


def test_asyncpg_copies(dsn: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(MAKE.format("by_asyncpg"))
            tag = await connection.copy_records_to_table("by_asyncpg", records=ROWS)
            assert tag == f"COPY {len(ROWS)}"
            target = io.BytesIO()
            await connection.copy_from_query(
                "SELECT a FROM by_asyncpg WHERE a < $1", 4, output=target, format="csv"
            )
            assert sorted(target.getvalue().split()) == [b"1", b"2", b"3"]
            await connection.execute("DROP TABLE by_asyncpg")
        finally:
            await connection.close()

    asyncio.run(run())


def test_asyncpg_listens(dsn: str) -> None:
    async def run() -> None:
        listener, sender = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        try:
            heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
            await listener.add_listener("news", lambda _, pid, c, p: heard.put_nowait((c, p)))
            await sender.execute("NOTIFY news, 'hello'")
            assert await asyncio.wait_for(heard.get(), 20) == ("news", "hello")
        finally:
            await listener.close()
            await sender.close()

    asyncio.run(run())


def test_psql_copies_files_of_its_own(dsn: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('a,b\n1,"x,y"\n2,\n')
    run_psql(
        dsn,
        "CREATE TABLE by_psql (a int, b text);\n"
        f"\\copy by_psql FROM '{source}' CSV HEADER\n"
        f"\\copy (SELECT * FROM by_psql ORDER BY a) TO '{target}' CSV HEADER\n"
        "DROP TABLE by_psql;",
    )
    assert target.read_text() == source.read_text()
