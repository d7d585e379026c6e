"""Which statements are the door's own, and how they stand among others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hookwire_catalog.types import INT4
from support.memory_transport import MemoryClient, error_fields
from support.scripted_backend import Scripted, ScriptedBackend, command, rows
from support.wire import query

SCRIPT: dict[str, Scripted] = {
    "SELECT 1": rows([("n", INT4)], [(1,)]),
    "COPY t TO '/tmp/file'": command("COPY 0"),
    "WORK": command("WORK"),
}
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(scenario: Scenario) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(SCRIPT))
        await client.login()
        await scenario(client)

    asyncio.run(run())


def test_a_copy_with_a_file_goes_to_the_engine_which_knows_what_to_say() -> None:
    async def scenario(client: MemoryClient) -> None:
        assert (await client.ask(query("COPY t TO '/tmp/file'")))[0] == 'CommandComplete "COPY 0"'
        assert "prepare COPY t TO '/tmp/file'" in client.session.log

    talk(scenario)


@pytest.mark.parametrize(
    "sql",
    ["FETCH 1.5 FROM c", "DECLARE c CURSOR", "PREPARE p", "EXECUTE p (", "COPY t TO", "CLOSE"],
)
def test_a_text_with_a_syntax_error_does_nothing_at_all(sql: str) -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query(f"WORK; {sql}")))
        assert found["C"] == "42601"
        assert 6 < int(found["P"]) <= 7 + len(sql)
        assert "run WORK" not in client.session.log

    talk(scenario)


def test_any_other_mistake_is_told_in_its_turn() -> None:
    async def scenario(client: MemoryClient) -> None:
        found = error_fields(await client.raw(query("WORK; COPY t FROM STDIN WHERE a > 1")))
        assert found["C"] == "0A000"
        assert "run WORK" in client.session.log

    talk(scenario)


def test_a_cursor_may_live_in_one_text_of_several_statements() -> None:
    async def scenario(client: MemoryClient) -> None:
        sql = "DECLARE c CURSOR FOR SELECT 1; FETCH c; MOVE c; CLOSE c; FETCH c"
        assert await client.ask(query(sql)) == [
            'CommandComplete "DECLARE CURSOR"',
            'RowDescription ["n", 23, 4, -1, 0]',
            'DataRow "1"',
            'CommandComplete "FETCH 1"',
            'CommandComplete "MOVE 0"',
            'CommandComplete "CLOSE CURSOR"',
            'ErrorResponse "ERROR" "34000"',
            'ReadyForQuery "I"',
        ]

    talk(scenario)
