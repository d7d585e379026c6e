"""DECLARE and FETCH: what is understood, what is refused, what is freed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pyarrow as pa
import pytest

from hookwire_catalog.errors import OutOfMemory, SqlError, UndefinedColumn
from hookwire_catalog.types import INT4
from hookwire_pgwire.parts import made
from hookwire_pgwire.statements import held, scrolling
from hookwire_pgwire.statements.cursor_syntax import (
    EVERYTHING,
    Again,
    Direction,
    Move,
    Seek,
    Step,
    Way,
    parse_close,
    parse_declare,
    parse_fetch,
)
from support.memory_transport import MemoryClient, error_fields
from support.scripted_backend import Scripted, ScriptedBackend, column, fails, rows
from support.wire import query

MANY = rows([("n", INT4)], [(n,) for n in range(20_000)])
SCRIPT: dict[str, Scripted] = {
    "SELECT many": MANY,
    "SELECT broken": fails(UndefinedColumn("no", position=8)),
    "SELECT wrong": fails(UndefinedColumn("no", position=8)),
    "SELECT late": Scripted(
        (column("n", INT4),), error=UndefinedColumn("no", position=8), fails_late=True
    ),
}
Scenario = Callable[[MemoryClient], Awaitable[None]]


def talk(scenario: Scenario) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(SCRIPT))
        await client.login()
        await scenario(client)

    asyncio.run(run())


@pytest.mark.parametrize(
    "sql, way",
    [
        ("FETCH c", Way()),
        ("FETCH FROM c", Way()),
        ("FETCH IN c", Way()),
        ("FETCH NEXT FROM c", Way()),
        ("FETCH next", Way()),
        ("FETCH 5 c", Way(count=5)),
        ("FETCH +5 FROM c", Way(count=5)),
        ("FETCH -5 FROM c", Way(count=-5)),
        ("FETCH ALL IN c", Way(count=EVERYTHING)),
        ("FETCH FORWARD FROM c", Way()),
        ("FETCH FORWARD 3 FROM c", Way(count=3)),
        ("FETCH FORWARD ALL FROM c", Way(count=EVERYTHING)),
        ("FETCH FIRST FROM c", Way(Direction.ABSOLUTE)),
        ("FETCH LAST FROM c", Way(Direction.ABSOLUTE, -1)),
        ("FETCH ABSOLUTE 3 FROM c", Way(Direction.ABSOLUTE, 3)),
        ("FETCH RELATIVE -3 FROM c", Way(Direction.RELATIVE, -3)),
        ("FETCH PRIOR FROM c", Way(Direction.BACKWARD)),
        ("FETCH BACKWARD 2 FROM c", Way(Direction.BACKWARD, 2)),
        ("FETCH BACKWARD ALL FROM c", Way(Direction.BACKWARD, EVERYTHING)),
    ],
)
def test_the_ways_of_fetch(sql: str, way: Way) -> None:
    fetch = parse_fetch(made(sql))
    assert (fetch.way, fetch.moves) == (way, False)
    assert parse_fetch(made(sql.replace("FETCH", "MOVE"))).moves


@pytest.mark.parametrize(
    "sql",
    ["FETCH", "FETCH 1.5 FROM c", "FETCH c d", "FETCH ABSOLUTE c", "FETCH FROM", "MOVE 1 2 c"],
)
def test_what_is_no_fetch(sql: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse_fetch(made(sql))
    assert caught.value.sqlstate == "42601"


@pytest.mark.parametrize(
    "way, steps",
    [
        (Way(), [Move(1)]),
        (Way(count=0), [Again()]),
        (Way(count=-2), [Move(2, back=True)]),
        (Way(count=EVERYTHING), [Move(EVERYTHING)]),
        (Way(Direction.BACKWARD, -2), [Move(2)]),
        (Way(Direction.ABSOLUTE, 3), [Seek(2), Move(1)]),
        (Way(Direction.ABSOLUTE, 0), [Seek(0)]),
        (Way(Direction.ABSOLUTE, -3), [Move(EVERYTHING), Move(2, True), Move(1, True)]),
        (Way(Direction.RELATIVE, 0), [Again()]),
        (Way(Direction.RELATIVE, -2), [Move(1, True), Move(1, True)]),
    ],
)
def test_how_to_go(way: Way, steps: list[Step]) -> None:
    assert way.steps == steps


def test_declare() -> None:
    usual = parse_declare(made('DECLARE "C" CURSOR FOR  SELECT 1'))
    assert (usual.name, usual.binary, usual.hold) == ("C", False, False)
    assert (usual.query.text, usual.query.start) == ("SELECT 1", 24)
    every = parse_declare(
        made("declare c binary insensitive no scroll cursor with hold for (table t)")
    )
    assert (every.binary, every.hold, every.query.text) == (True, True, "(table t)")
    assert not parse_declare(made("DECLARE c CURSOR WITHOUT HOLD FOR VALUES (1)")).hold


@pytest.mark.parametrize(
    "sql, code",
    [
        ("DECLARE c SCROLL NO SCROLL CURSOR FOR SELECT 1", "42P11"),
        ("DECLARE c INSENSITIVE ASENSITIVE CURSOR FOR SELECT 1", "42P11"),
        ("DECLARE c CURSOR FOR INSERT INTO t VALUES (1)", "42601"),
        ("DECLARE c CURSOR FOR", "42601"),
        ("DECLARE c CURSOR", "42601"),
        ("DECLARE CURSOR FOR SELECT 1", "42601"),
        ("DECLARE c NO CURSOR FOR SELECT 1", "42601"),
    ],
)
def test_what_is_no_declare(sql: str, code: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse_declare(made(sql))
    assert caught.value.sqlstate == code


def test_close() -> None:
    assert parse_close(made("CLOSE ALL")).name is None
    assert parse_close(made('CLOSE "all"')).name == "all"


def test_a_cursor_gives_its_rows_in_any_portions() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(query("DECLARE c CURSOR FOR SELECT many"))
        found: list[str] = []
        for count in (1, 300, 9_000, 1):
            found += await client.ask(query(f"FETCH {count} FROM c"))
        assert await client.ask(query("MOVE 10000 IN c")) == [
            'CommandComplete "MOVE 10000"', 'ReadyForQuery "T"'
        ]  # fmt: skip
        found += await client.ask(query("FETCH ALL FROM c"))
        shown = [line for line in found if line.startswith("DataRow")]
        assert shown == [f'DataRow "{n}"' for n in [*range(9302), *range(19_302, 20_000)]]

    talk(scenario)


def test_the_end_of_the_transaction_closes_its_cursors() -> None:
    async def scenario(client: MemoryClient) -> None:
        for end in ("COMMIT", "ROLLBACK"):
            await client.ask(query("BEGIN"))
            await client.ask(query("DECLARE c CURSOR FOR SELECT many"))
            await client.ask(query("FETCH c"))
            portal = client.session.portals[-1]
            assert not portal.closed
            await client.ask(query(end))
            assert portal.closed

    talk(scenario)


def test_positions_of_errors_are_those_of_the_whole_text() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        found = error_fields(await client.raw(query("  DECLARE c CURSOR FOR SELECT broken")))
        assert (found["C"], found["P"]) == ("42703", "31")
        await client.ask(query("ROLLBACK"))
        found = error_fields(await client.raw(query("COPY ( SELECT wrong) TO STDOUT")))
        assert (found["C"], found["P"]) == ("42703", "15")

    talk(scenario)


def test_a_fetch_does_not_say_where_in_the_cursors_text_it_failed() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(query("DECLARE c CURSOR FOR SELECT late"))
        found = error_fields(await client.raw(query("FETCH c")))
        assert found["C"] == "42703"
        assert "P" not in found

    talk(scenario)


def test_held_rows_are_bounded() -> None:
    class Endless:
        columns = (column("n", INT4),)
        command_tag = ""

        async def next_batch(self, max_rows: int) -> pa.RecordBatch:
            return pa.record_batch([pa.array(range(max_rows), pa.int32())], ["n"])

        async def close(self) -> None:
            pass

    with pytest.raises(OutOfMemory, match='cursor "c" WITH HOLD has more than'):
        asyncio.run(held.hold("c", Endless(), max_bytes=1_000_000))


def test_a_held_cursor_whose_query_fails_fails_the_commit() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(query("DECLARE c CURSOR WITH HOLD FOR SELECT late"))
        failed = ['ErrorResponse "ERROR" "42703"', 'ReadyForQuery "I"']
        assert await client.ask(query("COMMIT")) == failed
        assert client.session.portals[-2].closed
        assert await client.ask(query("FETCH c")) == [
            'ErrorResponse "ERROR" "34000"', 'ReadyForQuery "I"'
        ]  # fmt: skip

    talk(scenario)


# SCROLL: the ways themselves are in tests/wire/scripts/scroll_cursors.wire.


def test_a_scroll_cursor_goes_over_many_batches_both_ways() -> None:
    async def scenario(client: MemoryClient) -> None:
        await client.ask(query("BEGIN"))
        await client.ask(query("DECLARE c SCROLL CURSOR FOR SELECT many"))
        forth = await client.ask(query("FETCH 15000 FROM c"))
        back = await client.ask(query("FETCH BACKWARD ALL FROM c"))
        again = await client.ask(query("FETCH ALL FROM c"))
        shown = [
            [line for line in found if line.startswith("DataRow")] for found in (forth, back, again)
        ]
        assert shown[0] == [f'DataRow "{n}"' for n in range(15_000)]
        assert shown[1] == [f'DataRow "{n}"' for n in range(14_998, -1, -1)]
        assert shown[2] == [f'DataRow "{n}"' for n in range(20_000)]
        assert await client.ask(query("FETCH ABSOLUTE 9000 FROM c")) == [
            'RowDescription ["n", 23, 4, -1, 0]', 'DataRow "8999"', 'CommandComplete "FETCH 1"',
            'ReadyForQuery "T"',
        ]  # fmt: skip

    talk(scenario)


class Endless:
    """A portal whose rows never end."""

    columns = (column("n", INT4),)
    command_tag = ""
    closed = False

    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None:
        return pa.record_batch({"n": pa.array(range(max_rows), pa.int32())})

    async def close(self) -> None:
        self.closed = True


def test_a_scroll_cursor_keeps_no_more_than_it_may() -> None:
    async def run() -> None:
        portal = Endless()
        cursor = scrolling.ScrollRows("c", portal, max_bytes=10_000)
        assert await cursor.next_batch(2000) is not None
        with pytest.raises(OutOfMemory, match='SCROLL cursor "c"'):
            await cursor.next_batch(2000)
        assert not portal.closed
        await cursor.close()
        assert portal.closed

    asyncio.run(run())
