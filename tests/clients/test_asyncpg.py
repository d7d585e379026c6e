"""asyncpg: prepared statements, cursors, executemany, transactions, types, cancellation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from ipaddress import ip_address
from typing import TypeVar
from uuid import UUID

import asyncpg
import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

T = TypeVar("T")
Work = Callable[[asyncpg.Connection], Awaitable[T]]


def _with_connection(hookwire: HookwireProcess, work: Work[T]) -> T:
    async def run() -> T:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@client_feature("asyncpg", "prepared statements")
def test_prepared_statements(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        statement = await connection.prepare("SELECT $1::int8 * 2 AS twice, $2::text AS word")
        assert [p.name for p in statement.get_parameters()] == ["int8", "text"]
        columns = [(a.name, a.type.name) for a in statement.get_attributes()]
        assert columns == [("twice", "int8"), ("word", "text")]
        for number in (1, 2**40, -7):
            [row] = await statement.fetch(number, "w")
            assert tuple(row) == (number * 2, "w")
        assert statement.get_statusmsg() == "SELECT 1"

    _with_connection(hookwire, work)


@client_feature("asyncpg", "prepared statements")
def test_a_prepared_statement_sees_new_rows_and_survives_ddl(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE watched FROM WEBHOOK BODY FORMAT TEXT")

    async def work(connection: asyncpg.Connection) -> None:
        statement = await connection.prepare("SELECT count(*) FROM watched")
        for expected in range(1, 4):
            hookwire.post(webhook_path("watched"), "x")
            assert await statement.fetchval() == expected
        await connection.execute("CREATE SOURCE unrelated FROM WEBHOOK BODY FORMAT TEXT")
        assert await statement.fetchval() == 3
        await connection.execute("DROP SOURCE watched")
        with pytest.raises(asyncpg.UndefinedTableError):
            await statement.fetchval()

    _with_connection(hookwire, work)


@client_feature("asyncpg", "cursors")
def test_cursors(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            query = "SELECT i::int8 AS i FROM generate_series(1, 10000) AS g(i) ORDER BY i"
            seen = [row["i"] async for row in connection.cursor(query, prefetch=700)]
            assert seen == list(range(1, 10001))
            cursor = await connection.cursor(query)
            assert [row["i"] for row in await cursor.fetch(3)] == [1, 2, 3]
            assert await connection.fetchval("SELECT 'in between'") == "in between"
            await cursor.forward(10)
            assert (await cursor.fetchrow())["i"] == 14
        assert await connection.fetchval("SELECT 1") == 1

    _with_connection(hookwire, work)


@client_feature("asyncpg", "cursors")
def test_leaving_a_cursor_half_read(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        for _ in range(20):
            async with connection.transaction():
                big = "SELECT repeat('x', 1000) FROM generate_series(1, 100000)"
                async for _row in connection.cursor(big, prefetch=10):
                    break
        assert await connection.fetchval("SELECT 1") == 1

    _with_connection(hookwire, work)


@client_feature("asyncpg", "`executemany`")
def test_executemany_and_insert_into_a_plain_table(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        await connection.executemany("SELECT $1::int4", [(i,) for i in range(50)])
        await connection.execute("CREATE TABLE many (id int4, name text)")
        rows = [(i, f"name {i}") for i in range(100)]
        await connection.executemany("INSERT INTO many VALUES ($1, $2)", rows)
        found = await connection.fetch("SELECT id, name FROM many ORDER BY id")
        assert [tuple(row) for row in found] == rows
        assert await connection.execute("DELETE FROM many WHERE id < $1", 40) == "DELETE 40"
        assert await connection.execute("UPDATE many SET name = 'x'") == "UPDATE 60"

    _with_connection(hookwire, work)


@client_feature("asyncpg", "transactions")
def test_transactions_and_errors(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("CREATE TABLE undone (id int4)")
        with pytest.raises(asyncpg.UndefinedTableError) as raised:
            await connection.fetch("SELECT * FROM nowhere")
        assert raised.value.sqlstate == "42P01"
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await connection.fetch("SELECT 1")
        await transaction.rollback()
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.fetch("SELECT * FROM undone")

    _with_connection(hookwire, work)


@client_feature("asyncpg", "timeouts")
def test_a_timeout_cancels_and_the_connection_lives_on(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        endless = (
            "SELECT count(*) FROM generate_series(1, 1000000) AS a(i),"
            " generate_series(1, 1000000) AS b(j) WHERE (i * j) % 7 = 3"
        )
        with pytest.raises(asyncio.TimeoutError):
            await connection.fetchval(endless, timeout=0.5)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.execute("SET statement_timeout = 200")
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.fetchval(endless)

    _with_connection(hookwire, work)


@client_feature("asyncpg", "`hstore` codec")
def test_hstore_decodes_to_a_dictionary(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SOURCE mapped FROM WEBHOOK BODY FORMAT TEXT INCLUDE HEADERS ('x-a','x-b')"
    )
    headers = [("X-A", "1"), ("X-B", "")]
    assert hookwire.post(webhook_path("mapped"), "x", headers).status == 200

    async def work(connection: asyncpg.Connection) -> object:
        await connection.set_builtin_type_codec("hstore", codec_name="pg_contrib.hstore")
        return await connection.fetchval("SELECT headers FROM mapped WHERE headers ? $1", "x-a")

    assert _with_connection(hookwire, work) == {"x-a": "1", "x-b": ""}


@client_feature("asyncpg", "log listeners, settings")
def test_notices_and_settings(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        notices: list[str] = []
        connection.add_log_listener(lambda _, message: notices.append(message.message))
        await connection.execute("CREATE SOURCE noted FROM WEBHOOK BODY FORMAT TEXT")
        await connection.execute("SET application_name = 'my app'")
        assert connection.get_settings().application_name == "my app"
        await connection.fetchval("SELECT 1")
        await asyncio.sleep(0)
        assert notices == [f"URL to POST data is '{hookwire.http_url}{webhook_path('noted')}'"]

    _with_connection(hookwire, work)


@client_feature("asyncpg", "pool with reset")
def test_a_pool_resets_its_sessions(hookwire: HookwireProcess) -> None:
    async def run() -> None:
        async with asyncpg.create_pool(hookwire.sql_dsn, min_size=1, max_size=1) as pool:
            async with pool.acquire() as connection:
                await connection.execute("SET application_name = 'changed'")
            async with pool.acquire() as connection:
                assert await connection.fetchval("SHOW application_name") != "changed"

    asyncio.run(run())


@client_feature("asyncpg", "statement cache over changed tables")
def test_a_cached_statement_follows_its_table(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        await connection.execute("CREATE TABLE grown (a int); INSERT INTO grown VALUES (1)")
        widths = []
        changes = ("ADD COLUMN b int", "DROP COLUMN b")
        for change in ("SELECT 1", *(f"ALTER TABLE grown {words}" for words in changes)):
            await connection.execute(change)
            widths.append(len(await connection.fetchrow("SELECT * FROM grown")))
        assert widths == [1, 2, 1]

    _with_connection(hookwire, work)


@client_feature("asyncpg", "`copy_records_to_table`, `copy_to_table`, `copy_from_query`")
def test_copies(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        await connection.execute(
            "CREATE TABLE copies (a int, b text, c timestamptz, d jsonb, e int[], f numeric(10,2))"
        )
        at = datetime(2024, 1, 1, tzinfo=UTC)
        records = [(i, "x", at, '{"a": 1}', [1, None], Decimal("1.50")) for i in range(10)]
        assert await connection.copy_records_to_table("copies", records=records) == "COPY 10"
        assert tuple(await connection.fetchrow("SELECT * FROM copies WHERE a = 3")) == records[3]
        out = BytesIO()
        query = "SELECT a, b FROM copies WHERE a < $1 ORDER BY a"
        await connection.copy_from_query(query, 2, output=out, format="csv", header=True)
        assert out.getvalue() == b"a,b\n0,x\n1,x\n"
        source = BytesIO(b"50,z\n")
        copied = connection.copy_to_table("copies", source=source, columns=["a", "b"], format="csv")
        assert await copied == "COPY 1"
        table = BytesIO()
        await connection.copy_from_table("copies", output=table, format="binary")
        assert table.getvalue().startswith(b"PGCOPY\n\xff\r\n\0")

    _with_connection(hookwire, work)


@client_feature("asyncpg", "listeners")
def test_listeners(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        await connection.add_listener("told", lambda *told: heard.put_nowait(told[2:]))
        other = await asyncpg.connect(hookwire.sql_dsn)
        await other.execute("SELECT pg_notify('told', 'hello')")
        assert await asyncio.wait_for(heard.get(), 20) == ("told", "hello")
        await other.close()

    _with_connection(hookwire, work)


@client_feature("asyncpg", "types, text and binary, codecs of one's own")
def test_values_there_and_back(hookwire: HookwireProcess) -> None:
    values: list[tuple[str, object]] = [
        *(("int2", -1), ("int4", 5), ("int8", 2**40), ("float4", 1.5), ("float8", 0.1)),
        *(("numeric(10,2)", Decimal("1.50")), ("text", "ü"), ("varchar", ""), ("bytea", b"\0\xff")),
        *(("date", date(2024, 1, 1)), ("time", time(1, 2, 3)), ("bool", True), ("oid", 7)),
        *(("timestamptz", datetime(2024, 1, 1, tzinfo=UTC)), ("timestamp", datetime(2024, 1, 1))),
        *(("interval", timedelta(1, 5)), ("uuid", UUID(int=3)), ("json", "{}"), ("name", "n")),
        *(("jsonb", '{"a": 1}'), ("int4[]", [1, None]), ("text[]", ["a", ""]), ('"char"', b"a")),
        *(("inet", ip_address("10.0.0.1")), ("timetz", time(1, tzinfo=UTC)), ("xid", 4)),
        *(("uuid[]", [UUID(int=3)]), ("int2vector", [1, 2]), ("varbit", asyncpg.BitString("101"))),
    ]

    async def work(connection: asyncpg.Connection) -> None:
        for type_, value in values:
            found = await connection.fetchval(f"SELECT $1::{type_}", value)
            assert (type_, found) == (type_, value)
        await connection.set_type_codec(
            "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
        )
        assert await connection.fetchval("SELECT $1::jsonb", {"a": [1]}) == {"a": [1]}

    _with_connection(hookwire, work)


@client_feature("asyncpg", "enums")
@pytest.mark.xfail(strict=True, reason="values of enums come as text")
def test_an_enum_has_its_type(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        await connection.execute("CREATE TYPE felt AS ENUM ('ok', 'sad')")
        statement = await connection.prepare("SELECT 'ok'::felt AS f")
        assert [a.type.name for a in statement.get_attributes()] == ["felt"]

    _with_connection(hookwire, work)


@client_feature("asyncpg", "records")
@pytest.mark.xfail(strict=True, reason="a row value comes as its text")
def test_a_record_comes_as_one(hookwire: HookwireProcess) -> None:
    async def work(connection: asyncpg.Connection) -> None:
        assert tuple(await connection.fetchval("SELECT ROW(1, 'x'::text)")) == (1, "x")

    _with_connection(hookwire, work)
