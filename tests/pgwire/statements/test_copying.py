"""COPY in the middle of a conversation: both ways, given up, cut off, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hookwire_catalog.errors import AdminShutdown, UndefinedColumn, WrongObjectType
from hookwire_catalog.types import INT4, NUMERIC, TEXT
from hookwire_pgwire.registry import Registry
from hookwire_pgwire.rows import MAX_ROWS
from hookwire_pgwire.statements.inserting import LIST_ROWS
from support.memory_transport import MemoryClient, answers, error_fields, frames
from support.scripted_backend import Scripted, ScriptedBackend, command, fails, rows
from support.wire import (
    bind,
    copy_data,
    copy_done,
    copy_fail,
    describe,
    execute,
    parse,
    query,
    sync,
)

MANY = rows([("n", INT4)], [(n,) for n in range(100_000)])
TABLE = rows([("a", INT4), ("b", TEXT)], [])
READY, FAILED = 'ReadyForQuery "I"', 'ReadyForQuery "E"'
RESPONSE = "CopyInResponse 0 [0, 0]"


def _insert(size: int) -> str:
    values = ", ".join(f"(${2 * n + 1}, ${2 * n + 2})" for n in range(size))
    return f"INSERT INTO d (a, b) VALUES {values}"


LISTS = "INSERT INTO t (a, b) SELECT unnest($1), unnest($2)"


SCRIPT: dict[str, Scripted] = {
    "SELECT many": MANY,
    "SELECT * FROM t": TABLE,
    LISTS: command("INSERT 0 9"),
    "SELECT * FROM d": rows([("a", INT4), ("b", NUMERIC)], []),
    "SELECT * FROM s": TABLE,
    'SELECT b, "A" FROM public."T"': rows([("b", TEXT), ("A", INT4)], []),
    'INSERT INTO public."T" (b, "A") SELECT unnest($1), unnest($2)': command("INSERT 0 1"),
    "INSERT INTO s (a, b) SELECT unnest($1), unnest($2)": fails(
        WrongObjectType('cannot change webhook source "s"', position=13)
    ),
    "SELECT broken": fails(UndefinedColumn("no")),
    "SELECT 1": rows([("n", INT4)], [(1,)]),
} | {_insert(size): command(f"INSERT 0 {size}") for size in (1, 4, 32, 256)}
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(scenario: Scenario, registry: Registry | None = None) -> None:
    async def run() -> None:
        backend = ScriptedBackend(SCRIPT)
        if registry is not None:
            registry.backend = backend
        client = MemoryClient(backend, registry=registry)
        await client.login()
        await scenario(client)

    asyncio.run(run())


async def _begun(client: MemoryClient, *messages: bytes) -> list[str]:
    """Send the beginning of a COPY FROM; the answers up to CopyInResponse."""
    client.send(*messages)
    return [str(a) for a in answers(await client.until_written(lambda data: b"G\0\0\0" in data))]


def _bound(client: MemoryClient) -> list[str]:
    return [line for line in client.session.log if line.startswith("bind [") and line != "bind []"]


def test_rows_come_in() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await _begun(client, query("COPY t FROM STDIN")) == [RESPONSE]
        data = (copy_data("1\tx\n2"), copy_data("\t\\N\n"), copy_data("3\ty"), copy_done())
        assert await client.ask(*data) == ['CommandComplete "COPY 3"', READY]
        assert _bound(client) == ["bind [[1, 2, 3], ['x', None, 'y']]"]
        assert client.session.log[-1] == "sync"
        assert await client.ask(query("SELECT 1")) == [
            'RowDescription ["n", 23, 4, -1, 0]', 'DataRow "1"', 'CommandComplete "SELECT 1"', READY
        ]  # fmt: skip

    talk(scenario)


def test_columns_go_in_as_lists_of_thousands() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY t FROM STDIN CSV"))
        data = "".join(f"{n},row {n}\n" for n in range(2 * LIST_ROWS + 5))
        assert (await client.ask(copy_data(data), copy_done()))[0] == (
            f'CommandComplete "COPY {2 * LIST_ROWS + 5}"'
        )
        assert [line.count("row") for line in _bound(client)] == [LIST_ROWS, LIST_ROWS, 5]
        assert client.session.log.count(f"prepare {LISTS}") == 1

    talk(scenario)


def test_rows_of_other_types_are_inserted_some_at_a_time() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY d FROM STDIN CSV"))
        data = "".join(f"{n},1.5\n" for n in range(2 * 256 + 32 + 4 + 2))
        assert await client.ask(copy_data(data), copy_done()) == [
            'CommandComplete "COPY 550"', READY
        ]  # fmt: skip
        prepared = [line for line in client.session.log if line.startswith("prepare INSERT")]
        assert [line.count("(") - 1 for line in prepared] == [1, 256, 32, 4]
        assert [line.count("Decimal") for line in _bound(client)] == [256, 256, 32, 4, 1, 1]
        assert all(portal.closed for portal in client.session.portals)

    talk(scenario)


def test_named_columns_of_a_named_table() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query('COPY Public."T" (b, "A") FROM STDIN'))
        assert (await client.ask(copy_data("x\t1\n"), copy_done()))[0] == 'CommandComplete "COPY 1"'
        assert _bound(client) == ["bind [['x'], [1]]"]

    talk(scenario)


def test_through_the_extended_protocol() -> None:
    """A client that sends Sync right behind Execute has it passed over (PostgreSQL 55.2.6)."""

    async def scenario(client: MemoryClient) -> None:
        messages = (parse("", "COPY t FROM STDIN"), describe("S"), bind("", ""), execute(), sync())
        assert await _begun(client, *messages) == [
            "ParseComplete", "ParameterDescription", "NoData", "BindComplete", RESPONSE
        ]  # fmt: skip
        assert await client.ask(copy_data("1\tx\n"), copy_done(), sync()) == [
            'CommandComplete "COPY 1"', READY
        ]  # fmt: skip

    talk(scenario)


def test_what_cannot_be_written_to_is_refused_before_any_data() -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query("COPY s FROM STDIN")))
        assert (found["C"], found["M"]) == ("42809", 'cannot change webhook source "s"')
        assert "P" not in found
        assert await client.ask(query("SELECT 1"), copy_data("x"), copy_done()) != []

    talk(scenario)


@pytest.mark.parametrize(
    "data, code, words",
    [
        (copy_fail("enough"), "57014", "COPY from stdin failed: enough"),
        (copy_data("x\ty\n"), "22P02", 'invalid input syntax for type integer: "x"'),
        (copy_data("1\n"), "22P04", 'missing data for column "b"'),
    ],
)
def test_bad_data_ends_the_copy_and_its_transaction(data: bytes, code: str, words: str) -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await _begun(client, query("COPY t FROM STDIN"))
        found = error_fields(await client.raw(copy_data("1\tx\n"), data))
        assert (found["C"], found["M"]) == (code, words)
        # What is still on its way is ignored.
        client.send(copy_data("2\ty\n"), copy_done())
        assert await client.ask(query("SELECT 1")) == ['ErrorResponse "ERROR" "25P02"', FAILED]

    talk(scenario)


def test_after_an_error_in_an_extended_copy_all_is_skipped_to_sync() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync())
        client.send(copy_data("x\ty\n"))
        await client.until_written(lambda data: data[:1] == b"E")
        assert await client.ask(copy_data("1\tx\n"), copy_done(), sync()) == [READY]

    talk(scenario)


def test_any_other_message_ends_the_connection() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY t FROM STDIN"))
        found = error_fields(await client.raw(query("SELECT 1")))
        assert (found["S"], found["C"]) == ("FATAL", "08P01")
        assert found["M"] == "unexpected message type 0x51 during COPY from stdin"
        assert client.transport.closing

    talk(scenario)


def test_a_client_that_leaves_loses_its_copy() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY t FROM STDIN"))
        client.send(copy_data("1\tx\n"))
        client.connection.eof_received()
        await client.ended.wait()
        assert "fail" in client.session.log
        assert client.session.log[-1] == "close"

    talk(scenario)


def test_a_copy_that_waits_for_data_can_be_cancelled() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY t FROM STDIN"))
        client.connection.cancel()
        found = error_fields(await client.until_written(lambda data: data[-6:-1] == b"Z\0\0\0\5"))
        assert (found["C"], found["M"]) == ("57014", "canceling statement due to user request")
        client.send(copy_data("1\tx\n"), copy_done())
        assert (await client.ask(query("SELECT 1")))[-1] == READY

    talk(scenario)


def test_a_copy_that_waits_for_data_does_not_hold_up_the_end_of_the_server() -> None:
    async def scenario(client: MemoryClient) -> None:
        await _begun(client, query("COPY t FROM STDIN"))
        client.connection.say_farewell(AdminShutdown("terminating connection"))
        await client.ended.wait()
        assert error_fields(bytes(client.transport.written))["S"] == "FATAL"
        assert client.session.log[-1] == "close"

    talk(scenario)


def test_many_rows_go_out_at_the_pace_of_rows() -> None:
    async def scenario(client: MemoryClient) -> None:
        data = await client.raw(query("COPY (SELECT many) TO STDOUT"))
        lines = [payload for kind, payload in frames(data) if kind == b"d"]
        assert lines == [b"%d\n" % n for n in range(100_000)]
        assert max(client.session.portals[0].batch_sizes) == MAX_ROWS
        assert client.session.portals[0].closed

    talk(scenario)


def test_a_copy_of_what_has_no_rows_is_refused() -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query("COPY (SELECT broken) TO STDOUT")))
        assert found["C"] == "42703"
        found = error_fields(await client.raw(query(f"COPY ({_insert(1)}) TO STDOUT")))
        assert (found["C"], found["M"]) == ("0A000", "COPY query must have a RETURNING clause")

    talk(scenario)
