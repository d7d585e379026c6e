"""The whole door on a real socket, with real clients, and a scripted backend behind it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import psycopg
import pytest
import uvloop
from prometheus_client import CollectorRegistry

from hookwire_catalog.types import BOOL, FLOAT8, INT4, INT8, TEXT
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.server import SqlServer
from support.memory_transport import LOGIN
from support.scripted_backend import Scripted, ScriptedBackend, command, rows
from support.wire import query

Runner: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]

VALUES = rows(
    [("i", INT4), ("n", INT8), ("f", FLOAT8), ("b", BOOL), ("t", TEXT)],
    [(1, 2**40, 1.5, True, "é"), (None, None, None, None, None)],
)
SCRIPT = {
    "SELECT 1": rows([("a", INT4)], [(1,)]),
    "VALUES": VALUES,
    "ECHO": rows([("a", INT8), ("b", TEXT)], [(7, "x")], parameters=(INT8, TEXT)),
    "MANY": rows([("n", INT8)], [(n,) for n in range(10_000)]),
}


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """Runs a scenario on each event loop that the server may run on."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner.run


@asynccontextmanager
async def serving(
    script: dict[str, Scripted] | None = None, **config: Any
) -> AsyncIterator[tuple[SqlServer, ScriptedBackend, int]]:
    server = SqlServer(SqlServerConfig(port=0, **config), CollectorRegistry())
    backend = ScriptedBackend(SCRIPT | (script or {}))
    _, port = await server.start()
    server.serve(backend)
    try:
        yield server, backend, port
    finally:
        await server.drain(0)


def dsn(port: int) -> str:
    return f"postgresql://hookwire@127.0.0.1:{port}/hookwire"


async def psql(port: int, *commands: str) -> tuple[str, str]:
    arguments = [part for text in commands for part in ("-c", text)]
    process = await asyncio.create_subprocess_exec(
        "psql", "-X", "-A", "-t", *arguments, dsn(port),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PGCLIENTENCODING": "UTF8"},
    )  # fmt: skip
    out, err = await process.communicate()
    return out.decode(), err.decode()


def test_psql(run: Runner) -> None:
    async def scenario() -> None:
        async with serving() as (_, _, port):
            assert await psql(port, "VALUES") == ("1|1099511627776|1.5|t|é\n||||\n", "")
            out, err = await psql(port, "SELECT 1", "nonsense")
            assert (out, err.splitlines()[0]) == ("1\n", "ERROR:  not in the script")

    run(scenario())


def test_asyncpg(run: Runner) -> None:
    async def scenario() -> None:
        async with serving() as (_, _, port):
            client = await asyncpg.connect(dsn(port))
            assert [tuple(row) for row in await client.fetch("VALUES")] == list(VALUES.rows)
            assert tuple(await client.fetchrow("ECHO", 5, "y")) == (7, "x")
            async with client.transaction(), asyncio.timeout(20):
                seen = [row["n"] async for row in client.cursor("MANY", prefetch=999)]
            assert seen == list(range(10_000))
            with pytest.raises(asyncpg.PostgresSyntaxError):
                await client.fetch("nonsense")
            assert await client.fetchval("SELECT 1") == 1
            await client.close()

    run(scenario())


@pytest.mark.parametrize("binary", [False, True])
def test_psycopg(run: Runner, binary: bool) -> None:
    async def scenario() -> None:
        async with serving() as (_, backend, port):
            client = await psycopg.AsyncConnection.connect(dsn(port))
            async with client, client.cursor(binary=binary) as cursor:
                await cursor.execute("VALUES")
                assert await cursor.fetchall() == list(VALUES.rows)
                await cursor.execute("MANY")
                assert len(await cursor.fetchall()) == 10_000
                async with client.pipeline():
                    await cursor.execute("SELECT 1")
                assert await cursor.fetchone() == (1,)
            await backend.sessions[0].closed.wait()

    run(scenario())


def test_cancel_through_a_client(run: Runner) -> None:
    async def scenario() -> None:
        gate = asyncio.Event()
        async with serving({"wait": command("DO", gate=gate)}) as (_, backend, port):
            client = await psycopg.AsyncConnection.connect(dsn(port), autocommit=True)
            async with client:
                statement = asyncio.create_task(client.execute("wait"))
                await backend.running.wait()
                await client.cancel_safe()
                with pytest.raises(psycopg.errors.QueryCanceled):
                    await statement
                assert await (await client.execute("SELECT 1")).fetchall() == [(1,)]

    run(scenario())


def test_a_client_that_disconnects_interrupts_its_statement(run: Runner) -> None:
    async def scenario() -> None:
        gate = asyncio.Event()
        async with serving({"wait": command("DO", gate=gate)}) as (_, backend, port):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(LOGIN + query("wait"))
            await backend.running.wait()
            writer.close()
            await backend.sessions[0].closed.wait()
            assert "cancel" in backend.sessions[0].log

    run(scenario())


def test_drain_ends_idle_sessions_at_once_and_cancels_what_outlives_the_grace(run: Runner) -> None:
    async def scenario() -> None:
        gate = asyncio.Event()
        async with serving({"wait": command("DO", gate=gate)}) as (server, backend, port):
            idle = await asyncpg.connect(dsn(port))
            busy = await psycopg.AsyncConnection.connect(dsn(port), autocommit=True)
            statement = asyncio.create_task(busy.execute("wait"))
            await backend.running.wait()
            await server.drain(0.01)
            with pytest.raises(psycopg.errors.QueryCanceled):
                await statement
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await idle.fetchval("SELECT 1")
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", port)
            assert all(session.closed.is_set() for session in backend.sessions)
            assert server.connection_count == 0
            await busy.close()

    run(scenario())


def test_drain_lets_a_statement_finish_within_the_grace(run: Runner) -> None:
    async def scenario() -> None:
        gate = asyncio.Event()
        async with serving({"wait": command("DO", gate=gate)}) as (server, backend, port):
            busy = await psycopg.AsyncConnection.connect(dsn(port), autocommit=True)
            statement = asyncio.create_task(busy.execute("wait"))
            await backend.running.wait()
            draining = asyncio.create_task(server.drain(20))
            await asyncio.sleep(0)
            gate.set()
            assert (await statement).statusmessage == "DO"
            await draining
            with pytest.raises(psycopg.OperationalError):
                await busy.execute("SELECT 1")
            await busy.close()

    run(scenario())


def test_no_more_sockets_than_twice_the_sessions(run: Runner) -> None:
    async def scenario() -> None:
        async with serving(max_sessions=1) as (server, _, port):
            streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            assert await streams[2][0].read() == b""
            assert server.connection_count == 2
            for _, writer in streams:
                writer.close()

    run(scenario())
