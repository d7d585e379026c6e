"""Simple query, message by message, without a socket or an engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from hookwire_catalog.errors import SerializationFailure, SqlSyntaxError, UndefinedTable
from hookwire_catalog.notices import notice
from hookwire_catalog.types import BOOL, INT4, TEXT
from support.memory_transport import MemoryClient, error_fields
from support.scripted_backend import Scripted, ScriptedBackend, command, fails, rows
from support.wire import query

ONE = rows([("a", INT4)], [(1,)])
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(script: dict[str, Scripted], scenario: Scenario) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(script))
        await client.login()
        await scenario(client)

    asyncio.run(run())


def test_a_query_to_the_byte() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.raw(query("SELECT 1")) == (
            b"T\0\0\0\x1a\0\1a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0"
            b"D\0\0\0\x0b\0\1\0\0\0\x011"
            b"C\0\0\0\x0dSELECT 1\0"
            b"Z\0\0\0\5I"
        )
        assert client.session.log == ["prepare SELECT 1", "bind []", "run SELECT 1", "sync"]
        assert client.session.portals[0].closed

    talk({"SELECT 1": ONE}, scenario)


def test_text_values_and_null() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("q")) == [
            'RowDescription ["b", 16, 1, -1, 0] ["t", 25, -1, -1, 0]',
            'DataRow "t" "x"',
            "DataRow null null",
            'CommandComplete "SELECT 2"',
            'ReadyForQuery "I"',
        ]

    talk({"q": rows([("b", BOOL), ("t", TEXT)], [(True, "x"), (None, None)])}, scenario)


@pytest.mark.parametrize("sql", ["", "  ", ";", " ; ; ", "-- nothing"])
def test_an_empty_query(sql: str) -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query(sql)) == ["EmptyQueryResponse", 'ReadyForQuery "I"']

    talk({}, scenario)


def test_several_statements_are_one_transaction() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("SELECT 1; CREATE x;")) == [
            'RowDescription ["a", 23, 4, -1, 0]',
            'DataRow "1"',
            'CommandComplete "SELECT 1"',
            'CommandComplete "CREATE SOURCE"',
            'ReadyForQuery "I"',
        ]
        log = client.session.log
        assert (log[0], log[-1], log.count("end_implicit")) == ("begin_implicit", "end_implicit", 1)

    talk({"SELECT 1": ONE, "CREATE x": command("CREATE SOURCE")}, scenario)


def test_an_error_ends_the_query_and_rolls_back() -> None:
    async def scenario(client: MemoryClient) -> None:
        answered = await client.raw(query("SELECT 1;  bad; SELECT 1"))
        assert error_fields(answered) == {
            "S": "ERROR",
            "V": "ERROR",
            "C": "42P01",
            "M": 'relation "bad" does not exist',
            "P": "15",
        }
        assert answered.count(b"SELECT 1\0") == 1
        log = client.session.log
        assert log.index("fail") < log.index("end_implicit")

    missing = UndefinedTable('relation "bad" does not exist', position=4)
    talk({"SELECT 1": ONE, "bad": fails(missing)}, scenario)


def test_a_text_that_cannot_be_split_is_an_error() -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query("SELECT 'unterminated")))
        assert (found["C"], found["P"]) == ("42601", "8")
        assert await client.ask(query("SELECT 1")) != []

    talk({"SELECT 1": ONE}, scenario)


def test_an_error_after_rows_comes_after_them() -> None:
    async def scenario(client: MemoryClient) -> None:
        answered = await client.ask(query("late"))
        assert answered == ['ErrorResponse "ERROR" "42601"', 'ReadyForQuery "I"']

    talk({"late": fails(SqlSyntaxError("late"), fails_late=True)}, scenario)


def test_a_commit_that_fails_is_never_announced_as_success() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("INSERT")) == [
            'ErrorResponse "ERROR" "40001"',
            'ReadyForQuery "I"',
        ]

    conflict = SerializationFailure("could not serialize access")
    talk({"INSERT": command("INSERT 0 1", end_error=conflict)}, scenario)


def test_a_failed_transaction_block() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("BEGIN")) == ['CommandComplete "BEGIN"', 'ReadyForQuery "T"']
        assert (await client.ask(query("bad")))[-1] == 'ReadyForQuery "E"'
        assert await client.ask(query("SELECT 1")) == [
            'ErrorResponse "ERROR" "25P02"',
            'ReadyForQuery "E"',
        ]
        assert await client.ask(query("COMMIT")) == [
            'CommandComplete "ROLLBACK"',
            'ReadyForQuery "I"',
        ]

    talk({"SELECT 1": ONE, "bad": fails(UndefinedTable("no"))}, scenario)


def test_notices_come_before_the_completion_and_settings_before_ready() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("DO")) == [
            'NoticeResponse "NOTICE" "42P07"',
            'CommandComplete "DO"',
            'ParameterStatus "TimeZone" "Europe/Berlin"',
            'ReadyForQuery "I"',
        ]

    said = notice("exists, skipping", "42P07")
    done = command("DO", notices=(said,), sets=(("timezone", "Europe/Berlin"),))
    talk({"DO": done}, scenario)


def test_an_unexpected_error_tells_nothing_but_its_id(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query("boom")))
        assert (found["C"], found["M"]) == ("XX000", "internal error")
        fault = found["D"].removesuffix(".").rpartition(" ")[2]
        (record,) = [r for r in caplog.records if fault in r.getMessage()]
        assert record.exc_info is not None and "secret path" in str(record.exc_info[1])
        assert "secret" not in str(found)
        assert (await client.ask(query("SELECT 1")))[-1] == 'ReadyForQuery "I"'

    with caplog.at_level(logging.ERROR, "hookwire.pgwire"):
        talk({"SELECT 1": ONE, "boom": fails(OSError("secret path"))}, scenario)


def test_statements_are_counted() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("SELECT 1; SELECT 1; insert bad"))
        name = "hookwire_sql_statements_total"
        assert client.sample(name, kind="select", sqlstate="00000") == 2
        assert client.sample(name, kind="insert", sqlstate="42P01") == 1
        assert client.sample("hookwire_sql_statement_seconds_count") == 3
        assert client.sample("hookwire_sql_sessions") == 1

    talk({"SELECT 1": ONE, "insert bad": fails(UndefinedTable("no"))}, scenario)


def test_queries_are_logged_for_debugging(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("SELECT 1"))

    with caplog.at_level(logging.DEBUG, "hookwire.pgwire"):
        talk({"SELECT 1": ONE}, scenario)
    assert "session 1: query: SELECT 1" in [r.getMessage() for r in caplog.records]
