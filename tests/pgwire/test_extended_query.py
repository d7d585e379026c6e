"""Extended query, message by message, without a socket or an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hookwire_catalog.errors import SerializationFailure, UndefinedTable
from hookwire_catalog.types import BYTEA, INT4, INT8, TEXT
from support.memory_transport import MemoryClient, error_fields
from support.scripted_backend import Scripted, ScriptedBackend, command, fails, rows
from support.wire import bind, close, describe, execute, flush, parse, query, sync

NUMBERS = rows([("n", INT4)], [(1,), (2,), (3,)])
ECHO = rows([("a", INT8), ("b", TEXT)], [(7, "x")], parameters=(INT8, TEXT))
SCRIPT = {
    "numbers": NUMBERS,
    "echo": ECHO,
    "DO": command("DO"),
    "RETURNING": rows([("n", INT4)], [(1,), (2,)], tag="INSERT 0 2"),
    "show": rows([("jit", TEXT)], [("on",)], tag="SHOW"),
    "bad": fails(UndefinedTable("no", position=2)),
    "late": fails(UndefinedTable("no"), fails_late=True),
    "bytes": rows([("b", BYTEA)], [(b"\x00\xff",)]),
}
READY = 'ReadyForQuery "I"'
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(scenario: Scenario, script: dict[str, Scripted] | None = None) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(SCRIPT | (script or {})))
        await client.login()
        await scenario(client)

    asyncio.run(run())


def check(*steps: tuple[tuple[bytes, ...], list[str]]) -> None:
    """Send each step and compare its answers."""

    async def scenario(client: MemoryClient) -> None:
        for messages, expected in steps:
            assert await client.ask(*messages) == expected

    talk(scenario)


def error_of(*messages: bytes, before: tuple[bytes, ...] = ()) -> dict[str, str]:
    """The fields of the error that messages get, in a session that has taken `before`."""
    found: dict[str, str] = {}

    async def scenario(client: MemoryClient) -> None:
        if before:
            await client.raw(*before)
        found.update(error_fields(await client.raw(*messages)))

    talk(scenario)
    return found


def test_one_statement_with_parameters_in_both_formats() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(
            parse("", "echo"),
            bind("", "", ["\\x0000000000000007", "x"], [1, 0], [1, 0]),
            describe("P"),
            execute(),
            sync(),
        ) == [
            "ParseComplete",
            "BindComplete",
            'RowDescription ["a", 20, 8, -1, 1] ["b", 25, -1, -1, 0]',
            'DataRow "\\\\x0000000000000007" "x"',
            'CommandComplete "SELECT 1"',
            READY,
        ]
        assert client.session.log == [
            "prepare echo", "bind [7, 'x']", "run echo", "sync",
        ]  # fmt: skip

    talk(scenario)


def test_describe_never_executes() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(parse("s", "echo"), describe("S", "s"), sync()) == [
            "ParseComplete",
            "ParameterDescription 20 25",
            'RowDescription ["a", 20, 8, -1, 0] ["b", 25, -1, -1, 0]',
            READY,
        ]
        assert await client.ask(parse("d", "DO"), describe("S", "d"), sync()) == [
            "ParseComplete",
            "ParameterDescription",
            "NoData",
            READY,
        ]
        assert not [entry for entry in client.session.log if entry.startswith("run")]

    talk(scenario)


def test_an_empty_statement() -> None:
    check(
        (
            (parse("", " -- "), describe("S"), bind("", ""), describe("P"), execute(), sync()),
            [
                "ParseComplete",
                "ParameterDescription",
                "NoData",
                "BindComplete",
                "NoData",
                "EmptyQueryResponse",
                READY,
            ],
        )
    )


def test_one_result_format_is_for_all_columns() -> None:
    check(
        (
            (parse("", "echo"), bind("", "", ["7", "x"], [], [1]), describe("P"), sync()),
            [
                "ParseComplete",
                "BindComplete",
                'RowDescription ["a", 20, 8, -1, 1] ["b", 25, -1, -1, 1]',
                READY,
            ],
        )
    )


def test_a_row_limit_suspends_and_the_next_execute_goes_on() -> None:
    check(
        ((query("BEGIN"),), ['CommandComplete "BEGIN"', 'ReadyForQuery "T"']),
        (
            (parse("", "numbers"), bind("p", ""), execute("p", 2), sync()),
            [
                "ParseComplete",
                "BindComplete",
                'DataRow "1"',
                'DataRow "2"',
                "PortalSuspended",
                'ReadyForQuery "T"',
            ],
        ),
        (
            (execute("p", 2), execute("p", 2), sync()),
            [
                'DataRow "3"',
                'CommandComplete "SELECT 1"',
                'CommandComplete "SELECT 0"',
                'ReadyForQuery "T"',
            ],
        ),
        ((query("COMMIT"),), ['CommandComplete "COMMIT"', READY]),
        ((execute("p"), sync()), ['ErrorResponse "ERROR" "34000"', READY]),
    )


def test_with_exactly_as_many_rows_as_the_limit_the_end_comes_with_the_next_execute() -> None:
    check(
        (
            (parse("", "numbers"), bind("", ""), execute("", 3), execute("", 3), sync()),
            [
                "ParseComplete",
                "BindComplete",
                'DataRow "1"',
                'DataRow "2"',
                'DataRow "3"',
                "PortalSuspended",
                'CommandComplete "SELECT 0"',
                READY,
            ],
        )
    )


def test_the_tag_counts_the_rows_of_its_own_execute() -> None:
    check(
        (
            (
                *(parse("", "RETURNING"), bind("", "")),
                *(execute("", 1), execute("", 9), execute("", 9), sync()),
            ),
            [
                "ParseComplete",
                "BindComplete",
                'DataRow "1"',
                "PortalSuspended",
                'DataRow "2"',
                'CommandComplete "INSERT 0 1"',
                'CommandComplete "INSERT 0 0"',
                READY,
            ],
        )
    )


def test_a_finished_command_is_not_run_twice() -> None:
    found = error_of(parse("", "DO"), bind("p", ""), execute("p"), execute("p"), sync())
    assert (found["C"], found["M"]) == ("55000", 'portal "p" cannot be run')


def test_a_command_with_rows_and_no_count_has_its_tag_again() -> None:
    check(
        (
            (parse("", "show"), bind("", ""), execute(), execute(), sync()),
            [
                "ParseComplete",
                "BindComplete",
                'DataRow "on"',
                *['CommandComplete "SHOW"'] * 2,
                READY,
            ],
        )
    )


def test_sync_ends_the_portals_of_an_implicit_transaction() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(parse("", "numbers"), bind("p", ""), execute("p", 1), sync())
        assert client.session.portals[0].closed
        assert await client.ask(execute("p"), sync()) == ['ErrorResponse "ERROR" "34000"', READY]

    talk(scenario)


def test_after_an_error_everything_is_skipped_until_sync() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(
            parse("", "late"), bind("", ""), execute(), parse("kept", "numbers"), sync()
        ) == ["ParseComplete", "BindComplete", 'ErrorResponse "ERROR" "42P01"', READY]
        assert client.session.log[-2:] == ["fail", "sync"]
        assert await client.ask(describe("S", "kept"), sync()) == [
            'ErrorResponse "ERROR" "26000"',
            READY,
        ]

    talk(scenario)


def test_a_pipeline_of_batches_is_answered_in_order() -> None:
    batch = (parse("", "numbers"), bind("", ""), execute("", 0), sync())

    async def scenario(client: MemoryClient) -> None:
        client.send(*batch, parse("", "bad"), sync(), *batch)
        data = await client.until_written(lambda data: data.count(b"Z\0\0\0\5I") == 3)
        assert data.count(b"SELECT 3\0") == 2
        assert data.count(b"C42P01\0") == 1

    talk(scenario)


def test_flush_sends_what_there_is() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.send(parse("", "numbers"), flush())
        assert await client.until_written(bool) == b"1\0\0\0\4"

    talk(scenario)


def test_nothing_is_sent_before_flush_or_sync() -> None:
    async def scenario(client: MemoryClient) -> None:
        client.send(parse("", "numbers"), bind("", ""))
        for _ in range(20):
            await asyncio.sleep(0)
        assert client.session.log == ["prepare numbers", "bind []"]
        assert client.transport.written == b""
        assert (await client.ask(sync()))[:2] == ["ParseComplete", "BindComplete"]

    talk(scenario)


def test_close_forgets_and_never_complains() -> None:
    check(
        ((parse("s", "numbers"), bind("p", "s"), close("S", "s"), close("P", "p"),
          close("S", "never"), sync()),
         ["ParseComplete", "BindComplete", "CloseComplete", "CloseComplete", "CloseComplete",
          READY]),
        ((bind("", "s"), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
        ((parse("s", "DO"), sync()), ["ParseComplete", READY]),
    )  # fmt: skip


def test_the_unnamed_statement_is_replaced_and_a_failed_parse_takes_it_away() -> None:
    check(
        ((parse("", "DO"), parse("", "numbers"), sync()), ["ParseComplete"] * 2 + [READY]),
        ((parse("", "bad"), sync()), ['ErrorResponse "ERROR" "42P01"', READY]),
        ((bind("", ""), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
    )


def test_a_query_takes_the_unnamed_statement_away() -> None:
    check(
        ((parse("", "DO"), sync()), ["ParseComplete", READY]),
        ((query("DO"),), ['CommandComplete "DO"', READY]),
        ((bind("", ""), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
    )


@pytest.mark.parametrize(
    ("messages", "code", "words"),
    [
        ([parse("s", "DO"), parse("s", "DO")], "42P05", 'prepared statement "s" already exists'),
        ([bind("", "")], "26000", "unnamed prepared statement does not exist"),
        ([bind("", "s")], "26000", 'prepared statement "s" does not exist'),
        ([describe("S", "s")], "26000", 'prepared statement "s" does not exist'),
        ([describe("P", "p")], "34000", 'portal "p" does not exist'),
        ([execute("p")], "34000", 'portal "p" does not exist'),
        ([parse("", "DO"), bind("p", ""), bind("p", "")], "42P03", 'cursor "p" already exists'),
        ([parse("", "DO; DO")], "42601",
         "cannot insert multiple commands into a prepared statement"),
        ([parse("s", "echo"), bind("", "s", ["1"])], "08P01",
         'bind message supplies 1 parameters, but prepared statement "s" requires 2'),
        ([parse("", "echo"), bind("", "", ["1", "x"], [0, 0, 0])], "08P01",
         "bind message has 3 parameter formats but 2 parameters"),
        ([parse("", "numbers"), bind("", "", [], [], [0, 1])], "08P01",
         "bind message has 2 result formats but query has 1 columns"),
        ([parse("", "numbers"), bind("", "", [], [], [7]), execute()], "22023",
         "unsupported format code: 7"),
        ([parse("", "echo"), bind("", "", ["1", "x"], [2])], "22023",
         "unsupported format code: 2"),
        ([parse("", "echo"), bind("", "", ["x", "x"])], "22P02",
         'invalid input syntax for type bigint: "x"'),
        ([parse("", "DEALLOCATE x"), bind("", ""), execute()], "26000",
         'prepared statement "x" does not exist'),
    ],
)  # fmt: skip
def test_mistakes_in_postgresqls_words(messages: list[bytes], code: str, words: str) -> None:
    found = error_of(*messages, sync())
    assert (found["C"], found["M"]) == (code, words)


def test_the_position_of_an_error_counts_from_the_start_of_the_text() -> None:
    assert error_of(parse("", "  bad"), sync())["P"] == "4"


def test_an_error_at_sync_is_told_before_ready() -> None:
    conflict = SerializationFailure("could not serialize access")

    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(parse("", "INSERT"), bind("", ""), execute(), sync()) == [
            "ParseComplete",
            "BindComplete",
            'CommandComplete "INSERT 0 1"',
            'ErrorResponse "ERROR" "40001"',
            READY,
        ]

    talk(scenario, {"INSERT": command("INSERT 0 1", end_error=conflict)})


def test_deallocate_and_discard_reach_protocol_level_statements() -> None:
    check(
        ((parse("a", "DO"), parse("b", "DO"), parse("c", "DO"), sync()),
         ["ParseComplete"] * 3 + [READY]),
        ((query("DEALLOCATE PREPARE a"),), ['CommandComplete "DEALLOCATE"', READY]),
        ((describe("S", "a"), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
        ((query("DEALLOCATE ALL"),), ['CommandComplete "DEALLOCATE ALL"', READY]),
        ((describe("S", "b"), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
        ((parse("b", "DO"), sync()), ["ParseComplete", READY]),
        ((query("DISCARD ALL"),), ['CommandComplete "DISCARD ALL"', READY]),
        ((describe("S", "b"), sync()), ['ErrorResponse "ERROR" "26000"', READY]),
    )  # fmt: skip


def test_in_a_failed_transaction_rows_are_not_described() -> None:
    check(
        ((parse("n", "numbers"), parse("d", "DO"), sync()), ["ParseComplete"] * 2 + [READY]),
        ((query("BEGIN"),), ['CommandComplete "BEGIN"', 'ReadyForQuery "T"']),
        ((query("bad"),), ['ErrorResponse "ERROR" "42P01"', 'ReadyForQuery "E"']),
        ((describe("S", "d"), describe("S", "n"), sync()),
         ["ParameterDescription", "NoData", 'ErrorResponse "ERROR" "25P02"', 'ReadyForQuery "E"']),
    )  # fmt: skip


def test_a_failed_transaction_has_no_portals_to_run() -> None:
    failed = ['ErrorResponse "ERROR" "25P02"', 'ReadyForQuery "E"']
    check(
        ((parse("n", "numbers"), sync()), ["ParseComplete", READY]),
        ((query("BEGIN"),), ['CommandComplete "BEGIN"', 'ReadyForQuery "T"']),
        ((bind("p", "n"), query("bad")),
         ["BindComplete", 'ErrorResponse "ERROR" "42P01"', 'ReadyForQuery "E"']),
        ((execute("p"), sync()), failed),
        ((parse("", ""), bind("", ""), sync()), ["ParseComplete", *failed]),
        ((query("ROLLBACK"),), ['CommandComplete "ROLLBACK"', READY]),
        ((execute("p"), sync()), ['ErrorResponse "ERROR" "34000"', READY]),
    )  # fmt: skip


def test_an_error_closes_the_portals_of_the_transaction() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(parse("", "numbers"), bind("p", ""), execute("p", 1), sync())
        await client.ask(query("bad"))
        assert [portal.closed for portal in client.session.portals] == [True, True]

    talk(scenario)


def test_a_function_call_is_refused() -> None:
    found = error_of(b"F\0\0\0\4")
    assert found["C"] == "0A000"


def test_malformed_messages_cost_the_batch_and_not_the_session() -> None:
    async def scenario(client: MemoryClient) -> None:
        malformed = b"B\0\0\0\5x"
        assert await client.ask(malformed, parse("s", "DO"), sync()) == [
            'ErrorResponse "ERROR" "08P01"',
            READY,
        ]
        assert await client.ask(b"Q\0\0\0\5x") == ['ErrorResponse "ERROR" "08P01"', READY]
        assert await client.ask(query("DO")) == ['CommandComplete "DO"', READY]

    talk(scenario)


def test_executions_are_counted_once_however_many_messages_they_take() -> None:
    async def scenario(client: MemoryClient) -> None:
        name = "hookwire_sql_statements_total"
        await client.ask(
            parse("", "RETURNING"), bind("", ""), execute("", 1), execute("", 5), sync()
        )
        assert client.sample(name, kind="other", sqlstate="00000") == 1
        await client.ask(parse("", "RETURNING"), bind("", ""), execute("", 1), sync())
        assert client.sample(name, kind="other", sqlstate="00000") == 2
        await client.ask(parse("", "bad"), sync())
        assert client.sample(name, kind="other", sqlstate="42P01") == 1

    talk(scenario)
