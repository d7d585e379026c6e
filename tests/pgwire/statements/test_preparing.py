"""PREPARE and EXECUTE share their names with Parse and Bind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hookwire_catalog.errors import SqlError, UndefinedColumn
from hookwire_catalog.types import INT4, TEXT
from hookwire_pgwire.parts import made
from hookwire_pgwire.statements.preparing import parse_execute, parse_prepare
from support.memory_transport import MemoryClient, error_fields
from support.scripted_backend import Scripted, ScriptedBackend, fails, rows
from support.wire import bind, describe, execute, parse, query, sync

SCRIPT: dict[str, Scripted] = {
    "SELECT $1 + 1": rows([("n", INT4)], [(42,)], parameters=(INT4,)),
    "SELECT $1, $2": rows([("n", INT4)], [(1,)], parameters=(INT4, TEXT)),
    "SELECT 1": rows([("n", INT4)], [(1,)]),
    "SELECT CAST(NULL AS int), CAST(NULL AS text)": rows([("a", INT4), ("b", TEXT)], []),
    "SELECT CAST(41 AS integer)": rows([("v", INT4)], [(41,)]),
    "SELECT CAST(-1 AS integer), CAST(f('a', 2) AS text)": rows(
        [("a", INT4), ("b", TEXT)], [(-1, None)]
    ),
    "SELECT broken": fails(UndefinedColumn("no", position=8)),
}
DONE = 'ReadyForQuery "I"'
ROWS = ['RowDescription ["n", 23, 4, -1, 0]', 'DataRow "42"', 'CommandComplete "SELECT 1"', DONE]
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(scenario: Scenario) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(SCRIPT))
        await client.login()
        await scenario(client)

    asyncio.run(run())


def test_prepare_is_taken_apart() -> None:
    plain = parse_prepare(made("PREPARE p AS  SELECT 1"))
    assert plain is not None
    assert (plain.name, plain.types, plain.query.text, plain.query.start) == (
        "p",
        [],
        "SELECT 1",
        14,
    )
    typed = parse_prepare(made("prepare P (int, numeric(10, 2), text[]) as (values ($1))"))
    assert typed is not None
    assert (typed.name, typed.types) == ("p", ["int", "numeric(10, 2)", "text[]"])


def test_a_transaction_is_no_statement_to_prepare() -> None:
    assert parse_prepare(made("PREPARE TRANSACTION 'x'")) is None
    named = parse_prepare(made("PREPARE transaction AS SELECT 1"))
    assert named is not None and named.name == "transaction"


def test_execute_is_taken_apart() -> None:
    assert parse_execute(made("EXECUTE p")).arguments == []
    found = parse_execute(made("EXECUTE \"P\" (1, f(2, 3), 'a,b', ARRAY[1, 2])"))
    assert found.name == "P"
    assert [argument.text for argument in found.arguments] == [
        "1",
        "f(2, 3)",
        "'a,b'",
        "ARRAY[1, 2]",
    ]


@pytest.mark.parametrize(
    "sql",
    ["PREPARE", "PREPARE p", "PREPARE p AS", "PREPARE p AS COMMIT", "PREPARE p () AS SELECT 1",
     "PREPARE p (int AS SELECT 1", "PREPARE p (int,) AS SELECT 1"],
)  # fmt: skip
def test_what_is_no_prepare(sql: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse_prepare(made(sql))
    assert caught.value.sqlstate == "42601"


@pytest.mark.parametrize(
    "sql", ["EXECUTE", "EXECUTE p ()", "EXECUTE p (1", "EXECUTE p (1,)", "EXECUTE p 1"]
)
def test_what_is_no_execute(sql: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse_execute(made(sql))
    assert caught.value.sqlstate == "42601"


def test_a_statement_is_prepared_and_executed() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert await client.ask(query("PREPARE p AS SELECT $1 + 1")) == [
            'CommandComplete "PREPARE"', DONE
        ]  # fmt: skip
        assert await client.ask(query("EXECUTE p (41)")) == ROWS
        assert "bind [41]" in client.session.log
        assert client.session.portals[1].closed
        again = await client.ask(query("PREPARE p AS SELECT 1"))
        assert again == ['ErrorResponse "ERROR" "42P05"', DONE]

    talk(scenario)


def test_types_and_arguments_are_the_engines_to_read() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("PREPARE p (int, text) AS SELECT $1, $2"))
        assert "prepare SELECT CAST(NULL AS int), CAST(NULL AS text)" in client.session.log
        await client.ask(query("EXECUTE p (-1, f('a', 2))"))
        assert "bind [-1, None]" in client.session.log

    talk(scenario)


def test_names_are_shared_with_the_extended_protocol() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(parse("q", "SELECT $1 + 1"), sync())
        assert await client.ask(query("EXECUTE q (41)")) == ROWS
        await client.ask(query("PREPARE r AS SELECT $1 + 1"))
        assert await client.ask(bind("", "r", ["1"]), execute(), sync()) == [
            "BindComplete", *ROWS[1:]
        ]  # fmt: skip
        messages = (parse("", "EXECUTE q (41)"), describe("S"), bind("", ""), execute(), sync())
        assert await client.ask(*messages) == [
            "ParseComplete", "ParameterDescription", ROWS[0], "BindComplete", *ROWS[1:]
        ]  # fmt: skip

    talk(scenario)


@pytest.mark.parametrize(
    "sql, code, words",
    [
        ("EXECUTE nothing", "26000", 'prepared statement "nothing" does not exist'),
        ("EXECUTE p", "42601", 'wrong number of parameters for prepared statement "p"'),
        ("EXECUTE p (1, 2)", "42601", 'wrong number of parameters for prepared statement "p"'),
    ],
)
def test_mistakes_in_postgresqls_words(sql: str, code: str, words: str) -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("PREPARE p AS SELECT $1 + 1"))
        found = error_fields(await client.raw(query(sql)))
        assert (found["C"], found["M"]) == (code, words)
        if code == "42601":
            assert found["D"].startswith("Expected 1 parameters but got")

    talk(scenario)


def test_the_position_of_an_error_is_that_in_the_whole_text() -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query(" PREPARE p AS SELECT broken")))
        assert (found["C"], found["P"]) == ("42703", "22")

    talk(scenario)


def test_a_failed_transaction_prepares_nothing() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(query("EXECUTE nothing"))
        for sql in ("PREPARE p AS SELECT 1", "EXECUTE nothing", "COPY (SELECT 1) TO STDOUT"):
            assert await client.ask(query(sql)) == [
                'ErrorResponse "ERROR" "25P02"', 'ReadyForQuery "E"'
            ]  # fmt: skip

    talk(scenario)
