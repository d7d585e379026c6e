"""psycopg 3: sync and async, text and binary, pipelines, row factories, copy of results."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from psycopg.rows import dict_row, scalar_row

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path


@client_feature("psycopg 3", "pipelines")
def test_pipeline(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        with connection.pipeline():
            cursors = [connection.execute("SELECT %s::int4 + 1", [number]) for number in range(100)]
        assert [cursor.fetchone() for cursor in cursors] == [(n + 1,) for n in range(100)]


@client_feature("psycopg 3", "pipelines")
def test_an_error_in_a_pipeline_aborts_up_to_its_sync(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UndefinedTable), connection.pipeline() as pipeline:
            before = connection.execute("SELECT 1")
            pipeline.sync()
            connection.execute("SELECT * FROM nowhere")
            connection.execute("SELECT 2")
        assert before.fetchone() == (1,)
        assert connection.execute("SELECT 3").fetchone() == (3,)


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@client_feature("psycopg 3", "automatic preparing, text and binary")
def test_automatic_preparing(hookwire: HookwireProcess, binary: bool) -> None:
    """psycopg prepares a statement of its own accord the fifth time it is run."""
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        for number in range(20):
            row = connection.execute(
                "SELECT %s::int8 * 2, %s::text", [number, "ü"], binary=binary
            ).fetchone()
            assert row == (number * 2, "ü")


@client_feature("psycopg 3", "transactions, row factories")
def test_transactions_and_row_factories(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, row_factory=dict_row) as connection:
        with connection.transaction():
            connection.execute("CREATE TABLE kept (id int4, name text)")
            connection.execute("INSERT INTO kept VALUES (%s, %s)", [1, "one"])
        with pytest.raises(ZeroDivisionError), connection.transaction():
            connection.execute("INSERT INTO kept VALUES (2, 'two')")
            raise ZeroDivisionError
        assert connection.execute("SELECT * FROM kept").fetchall() == [{"id": 1, "name": "one"}]
        scalars = connection.cursor(row_factory=scalar_row)
        assert scalars.execute("SELECT count(*) FROM kept").fetchone() == 1


@client_feature("psycopg 3", "`stream`")
def test_streaming_a_result_row_by_row(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        query = "SELECT i::int8 FROM generate_series(1, 50000) AS g(i) ORDER BY i"
        total = sum(row[0] for row in connection.cursor().stream(query))
        assert total == 50000 * 50001 // 2


@client_feature("psycopg 3", "`ClientCursor`")
def test_client_side_binding(hookwire: HookwireProcess) -> None:
    with psycopg.ClientCursor(psycopg.connect(hookwire.sql_dsn, autocommit=True)) as cursor:
        values = ["it's", r"back\slash", None, 3, 1.5, True, b"\x00\xff"]
        cursor.execute("SELECT %s, %s, %s, %s, %s, %s, %s", values)
        row = cursor.fetchone()
        assert row is not None
        assert [bytes(v) if isinstance(v, memoryview) else v for v in row] == [
            *values[:4],
            row[4],
            *values[5:],
        ]
        assert float(row[4]) == 1.5
        cursor.connection.close()


@client_feature("psycopg 3", "`AsyncConnection`")
def test_async_connections(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE async_rows FROM WEBHOOK BODY FORMAT TEXT")
    for number in range(20):
        hookwire.post(webhook_path("async_rows"), str(number))

    async def ask(step: int) -> list[int]:
        connection = await psycopg.AsyncConnection.connect(hookwire.sql_dsn, autocommit=True)
        async with connection:
            cursor = await connection.execute(
                "SELECT body::int4 FROM async_rows WHERE body::int4 %% 4 = %s ORDER BY 1", [step]
            )
            return [row[0] for row in await cursor.fetchall()]

    async def run() -> list[list[int]]:
        return await asyncio.gather(*map(ask, range(4)))

    assert asyncio.run(run()) == [list(range(step, 20, 4)) for step in range(4)]


@client_feature("psycopg 3", "errors with `diag`")
def test_errors_carry_their_diagnostics(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.SyntaxError) as raised:
            connection.execute("SELECT 1 FROM WHERE")
        assert raised.value.diag.severity == "ERROR"
        assert raised.value.diag.statement_position == "15"
        hookwire.psql("CREATE SOURCE fixed FROM WEBHOOK BODY FORMAT TEXT")
        with pytest.raises(psycopg.errors.WrongObjectType) as refused:
            connection.execute("INSERT INTO fixed VALUES ('x')")
        assert refused.value.diag.message_hint is not None
        assert "POST" in refused.value.diag.message_hint


@client_feature("psycopg 3", "cancelling")
def test_cancel_from_another_thread(hookwire: HookwireProcess) -> None:
    endless = (
        "SELECT count(*) FROM generate_series(1, 1000000) AS a(i),"
        " generate_series(1, 1000000) AS b(j) WHERE (i * j) %% 7 = %s"
    )

    async def run() -> None:
        connection = await psycopg.AsyncConnection.connect(hookwire.sql_dsn, autocommit=True)
        async with connection:
            running = asyncio.create_task(connection.execute(endless, [3]))
            while not running.done():
                await asyncio.wait([running], timeout=0.1)
                await connection.cancel_safe()
            with pytest.raises(psycopg.errors.QueryCanceled):
                await running
            cursor = await connection.execute("SELECT 1")
            assert await cursor.fetchone() == (1,)

    asyncio.run(run())
