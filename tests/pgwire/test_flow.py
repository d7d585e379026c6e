"""Pace and endings: back-pressure both ways, cancel, clients that leave, timeouts, farewells."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from struct import pack

from hookwire_catalog.errors import AdminShutdown
from hookwire_catalog.types import INT4, TEXT
from hookwire_pgwire.protocol import INPUT_BYTES
from hookwire_pgwire.rows import FIRST_ROWS, MAX_ROWS, TARGET_BYTES, BatchSize
from support.memory_transport import LOGIN, MemoryClient, error_fields, frames
from support.scripted_backend import Scripted, ScriptedBackend, command, rows
from support.wire import bind, execute, parse, query, startup, sync, terminate

MANY = rows([("n", INT4)], [(n,) for n in range(100_000)])
WIDE = rows([("t", TEXT)], [("x" * 100_000,)] * 400)
FEW = rows([("n", INT4)], [(1,)])


def talk(
    scenario: Callable[[MemoryClient], Awaitable[None]],
    script: dict[str, Scripted],
    login: bytes = LOGIN,
) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(script))
        await client.raw(login)
        await scenario(client)

    asyncio.run(run())


def gated(script: Callable[[asyncio.Event], dict[str, Scripted]],
          scenario: Callable[[MemoryClient, asyncio.Event], Coroutine[None, None, None]],
          login: bytes = LOGIN) -> None:  # fmt: skip
    """A conversation with a statement that waits for a gate; `running` tells that it does."""

    async def run() -> None:
        gate = asyncio.Event()
        client = MemoryClient(ScriptedBackend(script(gate)))
        await client.raw(login)
        await scenario(client, gate)

    asyncio.run(run())


def waits(gate: asyncio.Event) -> dict[str, Scripted]:
    return {
        "wait": rows([("n", INT4)], [(n,) for n in range(300)], gate=gate, gate_after=FIRST_ROWS),
        "DO": command("DO"),
        "few": FEW,
    }


# Batches.


def test_batches_begin_small_and_grow() -> None:
    async def scenario(client: MemoryClient) -> None:
        data = await client.raw(query("many"))
        assert sum(kind == b"D" for kind, _ in frames(data)) == 100_000
        asked = client.session.portals[0].batch_sizes
        assert asked[:4] == [256, 2048, 16384, 32768]
        assert max(asked) == MAX_ROWS

    talk(scenario, {"many": MANY})


def test_batches_of_wide_rows_are_bounded_in_bytes() -> None:
    async def scenario(client: MemoryClient) -> None:
        data = await client.raw(query("wide"))
        assert len(data) > 40_000_000
        asked = client.session.portals[0].batch_sizes
        assert max(asked[1:]) == TARGET_BYTES // 100_011
        assert max(client.transport.writes) <= 512 * 1024

    talk(scenario, {"wide": WIDE})


def test_a_limit_is_never_exceeded_by_a_batch() -> None:
    size = BatchSize()
    assert (size.within(None), size.within(10)) == (FIRST_ROWS, 10)
    size.learn(1, TARGET_BYTES * 2)
    assert size.within(None) == 1


def test_the_first_rows_do_not_wait_for_the_next() -> None:
    async def scenario(client: MemoryClient, gate: asyncio.Event) -> None:
        client.send(query("wait"))
        await client.backend.running.wait()
        early = frames(await client.until_written(bool))
        assert sum(kind == b"D" for kind, _ in early) == FIRST_ROWS
        gate.set()
        assert b"SELECT 300\0" in await client.raw()

    gated(waits, scenario)


# Back-pressure.


def test_the_next_batch_waits_until_the_client_has_taken_the_last() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.transport.full = True
        client.send(query("many"))
        await client.until_written(bool)
        portal = client.session.portals[0]
        for _ in range(20):
            await asyncio.sleep(0)
        assert portal.batch_sizes == [FIRST_ROWS]
        client.transport.full = False
        client.connection.resume_writing()
        await client.raw()
        assert len(portal.batch_sizes) > 4

    talk(scenario, {"many": MANY})


def test_reading_pauses_while_input_waits_and_goes_on_afterwards() -> None:
    async def scenario(client: MemoryClient, gate: asyncio.Event) -> None:
        client.send(query("wait"))
        await client.backend.running.wait()
        count = INPUT_BYTES // len(query("DO")) + 1
        client.send(query("DO") * (count - 2))
        assert client.transport.reading
        client.send(query("DO") * 2)
        assert not client.transport.reading
        gate.set()
        await client.until_written(lambda data: data.count(b"DO\0") == count)
        await asyncio.sleep(0)
        assert client.transport.reading

    gated(waits, scenario)


# Cancel.


def cancel_key(greeting: bytes) -> tuple[int, bytes]:
    (payload,) = (p for kind, p in frames(greeting) if kind == b"K")
    return int.from_bytes(payload[:4]), payload[4:]


async def send_cancel(client: MemoryClient, process_id: int, key: bytes) -> None:
    """A CancelRequest on a connection of its own, answered by nothing but its end."""
    other = MemoryClient(client.backend, registry=client.registry)
    request = pack("!iii", 12 + len(key), 80877102, process_id) + key
    assert await other.raw(request) == b""
    assert other.transport.closing


def test_cancel_ends_the_statement_and_not_the_session() -> None:
    async def run(minor: int) -> None:
        client = MemoryClient(ScriptedBackend(waits(asyncio.Event())))
        login = startup({"user": "hookwire"}, 3 << 16 | minor)
        process_id, key = cancel_key(await client.raw(login))
        client.send(query("wait"))
        await client.backend.running.wait()
        await send_cancel(client, process_id, bytes(len(key)))
        await send_cancel(client, process_id, key[:-1])
        await send_cancel(client, process_id + 1, key)
        assert "cancel" not in client.session.log
        await send_cancel(client, process_id, key)
        found = error_fields(await client.raw())
        assert (found["C"], found["M"]) == (
            "57014",
            "canceling statement due to user request",
        )
        assert (await client.ask(query("few")))[-1] == 'ReadyForQuery "I"'

    for minor in (0, 2):
        asyncio.run(run(minor))


def test_a_cancel_that_comes_too_late_hits_nothing() -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend({"few": FEW}))
        process_id, key = cancel_key(await client.raw(LOGIN))
        await send_cancel(client, process_id, key)
        assert (await client.ask(query("few")))[-2:] == [
            'CommandComplete "SELECT 1"',
            'ReadyForQuery "I"',
        ]
        assert "cancel" not in client.session.log

    asyncio.run(run())


def test_cancel_is_heard_while_rows_wait_for_a_slow_client() -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend({"many": MANY}))
        process_id, key = cancel_key(await client.raw(LOGIN))
        client.transport.full = True
        client.send(query("many"))
        await client.until_written(bool)
        await send_cancel(client, process_id, key)
        client.transport.full = False
        client.connection.resume_writing()
        assert error_fields(await client.raw())["C"] == "57014"
        assert client.session.portals[0].batch_sizes == [FIRST_ROWS]

    asyncio.run(run())


# Clients that leave.


def test_a_client_that_leaves_interrupts_its_statement_and_frees_everything() -> None:
    async def scenario(client: MemoryClient, gate: asyncio.Event) -> None:
        client.send(query("wait"))
        await client.backend.running.wait()
        assert client.connection.eof_received()
        await client.ended.wait()
        assert "cancel" in client.session.log
        assert client.session.portals[0].closed
        assert client.session.closed.is_set()
        assert client.transport.closing
        assert client.sample("hookwire_sql_sessions") == 0
        assert not client.registry.cancel(client.session.id, b"")

    gated(waits, scenario)


def test_a_connection_that_breaks_while_rows_wait_frees_everything() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.transport.full = True
        client.send(query("many"))
        await client.until_written(bool)
        client.connection.connection_lost(ConnectionResetError())
        await client.ended.wait()
        assert client.session.portals[0].closed
        assert client.session.closed.is_set()

    talk(scenario, {"many": MANY})


def test_terminate_is_clean() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.send(parse("", "many"), bind("p", ""), execute("p", 1), terminate(), query("many"))
        await client.ended.wait()
        assert client.session.portals[0].closed
        assert client.session.log.count("close") == 1
        assert "cancel" not in client.session.log
        assert client.transport.closing

    talk(scenario, {"many": MANY})


def test_what_came_before_the_end_of_input_is_carried_out() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.send(query("DO"))
        client.send(query("DO"))
        await asyncio.sleep(0)
        data = await client.until_written(lambda data: data.count(b"DO\0") == 2)
        client.connection.eof_received()
        await client.ended.wait()
        assert data.count(b"Z") == 2

    talk(scenario, {"DO": command("DO")})


# Timeouts.


def test_an_idle_session_is_ended() -> None:
    login = startup({"user": "hookwire", "idle_session_timeout": "1ms"})

    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.until_written(lambda data: False))
        assert (found["S"], found["C"]) == ("FATAL", "57P05")
        assert found["M"] == "terminating connection due to idle-session timeout"
        assert client.transport.closing

    talk(scenario, {}, login)


def test_a_session_idle_in_a_transaction_is_ended() -> None:
    login = startup({"user": "hookwire", "idle_in_transaction_session_timeout": "1ms"})

    async def scenario(client: MemoryClient) -> None:
        await client.raw(query("BEGIN"))
        found = error_fields(await client.until_written(lambda data: False))
        assert (found["S"], found["C"]) == ("FATAL", "25P03")

    talk(scenario, {}, login)


def test_a_statement_is_not_idle_however_long_it_takes() -> None:
    login = startup({"user": "hookwire", "idle_session_timeout": "20ms"})

    async def scenario(client: MemoryClient, gate: asyncio.Event) -> None:
        client.send(query("wait"))
        asyncio.get_running_loop().call_later(0.06, gate.set)
        data = await client.raw()
        assert (data.count(b"SELECT 300\0"), data[-6:]) == (1, b"Z\0\0\0\5I")

    gated(waits, scenario, login)


# Farewells.

GOODBYE = AdminShutdown("terminating connection due to administrator command")


def test_an_idle_client_is_told_at_once() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.connection.say_farewell(GOODBYE)
        found = error_fields(await client.until_written(lambda data: False))
        assert (found["S"], found["C"]) == ("FATAL", "57P01")
        await client.ended.wait()

    talk(scenario, {})


def test_a_busy_client_gets_its_answer_first_and_nothing_after() -> None:
    async def scenario(client: MemoryClient, gate: asyncio.Event) -> None:
        client.send(parse("", "wait"), bind("", ""), execute(), sync(), query("DO"))
        await client.backend.running.wait()
        client.connection.say_farewell(GOODBYE)
        gate.set()
        data = await client.until_written(lambda data: False)
        kinds = b"".join(kind for kind, _ in frames(data))
        assert kinds.endswith(b"DCZE")
        assert "prepare DO" not in client.session.log

    gated(waits, scenario)
