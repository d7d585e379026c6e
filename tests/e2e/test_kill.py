"""`kill -9` at random moments under load: after each restart every 200 is there exactly once.

Each round starts the server on the same data directory, checks everything all earlier rounds
know, loads it, and kills it a random moment after a random number of answers. A request is one
to four rows, so that half a request would show. DDL runs beside the load and is held to the same
rule. `--kills N` (or HOOKWIRE_KILLS) sets the number of rounds, HOOKWIRE_KILL_SEED the dice.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path
from support.load import HttpClient, UnansweredError, clients

CONNECTIONS = 8
SEED = int(os.environ.get("HOOKWIRE_KILL_SEED", random.randrange(2**32)))


@dataclass(slots=True)
class Ledger:
    """What the outside world knows must, may and must not be in the server."""

    sizes: dict[int, int] = field(default_factory=dict)
    certain: set[int] = field(default_factory=set)
    in_doubt: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    sources_in_doubt: set[str] = field(default_factory=set)

    def settle(self, parts: Counter[tuple[int, int]], sources: set[str]) -> None:
        """Hold what is stored against what is known; what was in doubt is settled by it."""
        assert [part for part, count in parts.items() if count != 1] == [], "a row is there twice"
        stored = Counter(request for request, _ in parts)
        assert set(stored) <= self.certain | self.in_doubt, "a row that nobody sent"
        assert self.certain <= set(stored), "an acknowledged row is lost"
        halves = {r: n for r, n in stored.items() if n != self.sizes[r]}
        assert halves == {}, "part of a request is there"
        self.certain, self.in_doubt = set(stored), set()
        assert self.sources <= sources <= self.sources | self.sources_in_doubt
        self.sources, self.sources_in_doubt = sources, set()


def _check(hookwire: HookwireProcess, ledger: Ledger) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        rows = connection.execute("SELECT body::text FROM ledger").fetchall()
        documents = (json.loads(text) for (text,) in rows)
        parts = Counter((document["request"], document["part"]) for document in documents)
        names = connection.execute(
            "SELECT name FROM hookwire.webhook_sources WHERE name LIKE 'round%'"
        ).fetchall()
    ledger.settle(parts, {name for (name,) in names})


async def _load_until_killed(
    hookwire: HookwireProcess, ledger: Ledger, numbers: Callable[[], int], dice: random.Random
) -> None:
    answers_left = dice.randrange(1, 400)
    delay = dice.uniform(0, 0.02)
    loop = asyncio.get_running_loop()

    async def sender(client: HttpClient) -> None:
        nonlocal answers_left
        while True:
            number, size = numbers(), dice.randrange(1, 5)
            ledger.sizes[number] = size
            body = json.dumps([{"request": number, "part": part} for part in range(size)])
            ledger.in_doubt.add(number)
            try:
                reply = await client.post(webhook_path("ledger"), body.encode())
            except UnansweredError:
                return
            assert reply.status == 200, reply
            ledger.certain.add(number)
            answers_left -= 1
            if answers_left == 0:
                loop.call_later(delay, os.kill, hookwire.pid, signal.SIGKILL)

    async def ddl() -> None:
        with contextlib.suppress(OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(hookwire.sql_dsn)
            while not connection.is_closed():
                name = f"round_{numbers()}"
                ledger.sources_in_doubt.add(name)
                await connection.execute(f"CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT TEXT")
                ledger.sources.add(name)

    async with clients(hookwire.http_address, CONNECTIONS) as senders, asyncio.TaskGroup() as group:
        for client in senders:
            group.create_task(sender(client))
        if dice.random() < 0.3:
            group.create_task(ddl())


@pytest.mark.timeout(1200)
def test_every_200_survives_kill_9_exactly_once(
    make_hookwire: Callable[..., HookwireProcess], kills: int
) -> None:
    print(f"HOOKWIRE_KILL_SEED={SEED}")
    dice = random.Random(SEED)
    hookwire = make_hookwire()
    ledger = Ledger()
    counter = itertools.count(1)
    for round_number in range(kills):
        hookwire.start()
        if round_number == 0:
            hookwire.psql("CREATE SOURCE ledger FROM WEBHOOK BODY FORMAT JSON ARRAY")
        _check(hookwire, ledger)
        asyncio.run(_load_until_killed(hookwire, ledger, lambda: next(counter), dice))
        assert hookwire.wait() == -signal.SIGKILL
    hookwire.start()
    _check(hookwire, ledger)
    assert len(ledger.certain) > kills
    assert hookwire.terminate() == 0
    hookwire.start()
    _check(hookwire, ledger)


def test_kill_9_while_starting_loses_nothing(
    make_hookwire: Callable[..., HookwireProcess],
) -> None:
    """Replay itself is interrupted: the next start must find everything all the same."""
    hookwire = make_hookwire()
    hookwire.start()
    hookwire.psql("CREATE SOURCE replayed FROM WEBHOOK BODY FORMAT TEXT")
    bodies = [f"row {number}" for number in range(300)]

    async def fill() -> None:
        client = HttpClient(hookwire.http_address)
        for body in bodies:
            assert (await client.post(webhook_path("replayed"), body.encode())).status == 200
        await client.close()

    asyncio.run(fill())
    hookwire.kill9()
    dice = random.Random(SEED)
    for _ in range(5):
        hookwire.start_and_kill_after(dice.uniform(0.2, 1.5))
    hookwire.start()
    stored = hookwire.psql("SELECT body FROM replayed").splitlines()
    assert sorted(stored) == sorted(bodies)
