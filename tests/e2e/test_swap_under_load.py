"""Renames and swaps under load: no row lands under a wrong name.

Two relations change places again and again while both names are loaded. A request that began
after one swap was committed and was answered before the next one began must be in the relation
that bore its name in between; one that met a swap may be in either, but only in one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field

import asyncpg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path
from support.load import HttpClient, clients

SWAPS = 20
REQUESTS_BETWEEN = 100

SETUP = """
CREATE SCHEMA {s}_1; CREATE SCHEMA {s}_2;
CREATE SOURCE {s}_1.a FROM WEBHOOK BODY FORMAT TEXT;
CREATE SOURCE {s}_1.b FROM WEBHOOK BODY FORMAT TEXT;
CREATE SOURCE {s}_2.a FROM WEBHOOK BODY FORMAT TEXT;
CREATE VIEW {s}_1.through AS SELECT body FROM {s}_1.a
"""


@dataclass(frozen=True, slots=True)
class Swap:
    """Two places that change their relations, and the statements that do it."""

    places: tuple[tuple[str, str], tuple[str, str]]
    statements: tuple[str, ...]


SWAPPED = {
    "three renames in a transaction": Swap(
        (("{s}_1", "a"), ("{s}_1", "b")),
        (
            "ALTER SOURCE {s}_1.a RENAME TO c",
            "ALTER SOURCE {s}_1.b RENAME TO a",
            "ALTER SOURCE {s}_1.c RENAME TO b",
        ),
    ),
    "three schema renames in a transaction": Swap(
        (("{s}_1", "a"), ("{s}_2", "a")),
        (
            "ALTER SCHEMA {s}_1 RENAME TO {s}_3",
            "ALTER SCHEMA {s}_2 RENAME TO {s}_1",
            "ALTER SCHEMA {s}_3 RENAME TO {s}_2",
        ),
    ),
    "swap of schemas": Swap(
        (("{s}_1", "a"), ("{s}_2", "a")),
        ("ALTER SCHEMA {s}_1 SWAP WITH {s}_2",),
    ),
}


@dataclass(slots=True)
class Watch:
    """How far the swaps have got, and what was sent meanwhile."""

    begun: int = 0
    done: int = 0
    finished: bool = False
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    # body -> (index of the place it was sent to, number of swaps done before it)
    strict: dict[str, tuple[int, int]] = field(default_factory=dict)


async def _run(hookwire: HookwireProcess, swap: Swap, stem: str) -> Watch:
    watch = Watch()
    numbers = itertools.count()
    paths = [webhook_path(name, schema.format(s=stem)) for schema, name in swap.places]
    progress = asyncio.Event()
    answered = 0

    async def sender(client: HttpClient, place: int) -> None:
        nonlocal answered
        while not watch.finished:
            body, done = f"{place}:{next(numbers)}", watch.done
            reply = await client.post(paths[place], body.encode())
            watch.statuses[reply.status] += 1
            if reply.status == 200:
                watch.acknowledged.add(body)
                if watch.begun == done:
                    watch.strict[body] = (place, done)
            answered += 1
            if answered >= REQUESTS_BETWEEN:
                progress.set()

    async def swapper(connection: asyncpg.Connection) -> None:
        nonlocal answered
        for number in range(1, SWAPS + 1):
            answered = 0
            progress.clear()
            await progress.wait()
            watch.begun = number
            async with connection.transaction():
                for statement in swap.statements:
                    await connection.execute(statement.format(s=stem))
            watch.done = number
        watch.finished = True

    connection = await asyncpg.connect(hookwire.sql_dsn)
    async with clients(hookwire.http_address, 16) as senders, asyncio.TaskGroup() as group:
        group.create_task(swapper(connection))
        for number, client in enumerate(senders):
            group.create_task(sender(client, number % 2))
    await connection.close()
    return watch


@pytest.mark.parametrize("how", SWAPPED)
def test_no_row_lands_under_a_wrong_name(hookwire: HookwireProcess, how: str) -> None:
    stem = "swapped_" + str(list(SWAPPED).index(how))
    swap = SWAPPED[how]
    hookwire.psql(SETUP.format(s=stem))
    watch = asyncio.run(_run(hookwire, swap, stem))
    assert set(watch.statuses) <= {200, 404, 503}, watch.statuses
    assert len(watch.strict) > SWAPS
    # SWAPS is even, so every relation is back under the name it began with.
    relations = [f"{schema}.{name}".format(s=stem) for schema, name in swap.places]
    stored = [hookwire.psql(f"SELECT body FROM {name}").splitlines() for name in relations]
    assert Counter(stored[0] + stored[1]) == Counter(watch.acknowledged)
    where = {body: index for index, bodies in enumerate(stored) for body in bodies}
    wrong = {
        body: (place, swaps)
        for body, (place, swaps) in watch.strict.items()
        if where[body] != (place + swaps) % 2
    }
    assert wrong == {}


def test_a_url_follows_its_name_and_a_view_its_source(hookwire: HookwireProcess) -> None:
    hookwire.psql(SETUP.format(s="moved"))
    assert hookwire.post(webhook_path("a", "moved_1"), "first").status == 200
    external = hookwire.psql(
        "SELECT regexp_replace(external_url, '^.*/', '') FROM hookwire.webhook_sources"
        " WHERE name = 'b' AND schema_name = 'moved_1'"
    )
    hookwire.psql("ALTER SOURCE moved_1.a RENAME TO z; ALTER SOURCE moved_1.b RENAME TO a")
    assert hookwire.post(webhook_path("z", "moved_1"), "second").status == 200
    assert hookwire.post(webhook_path("b", "moved_1"), "nowhere").status == 404
    assert hookwire.post(f"/api/webhook/{external}", "by id").status == 200
    assert hookwire.psql("SELECT body FROM moved_1.z").splitlines() == ["first", "second"]
    assert hookwire.psql("SELECT body FROM moved_1.a") == "by id"
    assert hookwire.psql("SELECT body FROM moved_1.through").splitlines() == ["first", "second"]
