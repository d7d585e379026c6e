"""The door's own statements against the recorded answers of PostgreSQL 15 (tests/wire/scripts).

Here the queries inside them come from a script; the same dialogues run against the whole server
and against PostgreSQL itself in tests/wire.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hookwire_catalog.errors import UndefinedColumn
from hookwire_catalog.types import INT4, TEXT
from support.memory_transport import MemoryClient
from support.scripted_backend import Scripted, ScriptedBackend, fails, rows
from support.wire import encode, read_script

FOLDER = Path(__file__).parents[2] / "wire" / "scripts"
NINE = rows([("n", INT4)], [(n,) for n in range(1, 10)])
ONE = rows([("n", INT4)], [(1,)])
SCRIPT: dict[str, Scripted] = {
    "SELECT 1::int4 AS n": ONE,
    "SELECT 1": ONE,
    "SELECT 1::int4 AS a": rows([("a", INT4)], [(1,)]),
    "SELECT n::int4 AS n FROM generate_series(1, 9) AS g(n)": NINE,
    "SELECT n::int4 AS n FROM generate_series(1, 0) AS g(n)": rows([("n", INT4)], []),
    "SELECT $1::int4 AS n": rows([("n", INT4)], [(7,)], parameters=(INT4,)),
    "SELECT $1::text AS t": rows([("t", TEXT)], [("x",)], parameters=(TEXT,)),
    "SELECT 1::int4 AS a, 'x,y'::text AS b": rows([("a", INT4), ("b", TEXT)], [(1, "x,y")]),
    "SELECT broken": fails(UndefinedColumn('column "broken" does not exist', position=8)),
}
SCRIPTS = [
    "cursors", "cursors_extended", "held_cursors", "scroll_cursors", "copy_out", "notifications",
    "notifications_told",
]  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_answers_are_postgresqls(name: str) -> None:
    async def run() -> None:
        client = MemoryClient(ScriptedBackend(SCRIPT))
        await client.login()
        for step in read_script(FOLDER / f"{name}.wire"):
            if step.sent != ("Terminate",):
                assert await client.ask(*map(encode, step.sent)) == list(step.answers), step.sent

    asyncio.run(run())
