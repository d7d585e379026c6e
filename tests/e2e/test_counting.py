"""Readers and writers at once: what a reader counts is monotone, never behind a 200, and exact."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import psycopg

from support.hookwire_process import HookwireProcess, webhook_path
from support.load import HttpClient, clients

REQUESTS = 10_000
CONNECTIONS = 32


async def _post_and_count(hookwire: HookwireProcess, path: str) -> list[tuple[int, int, int]]:
    """Each reading: 200s received before it began, rows counted, requests begun by its end."""
    numbers = iter(range(REQUESTS))
    begun = acknowledged = 0

    async def sender(client: HttpClient) -> None:
        nonlocal begun, acknowledged
        for number in numbers:
            begun += 1
            reply = await client.post(path, json.dumps({"n": number}).encode())
            assert (reply.status, reply.body) == (200, b"")
            acknowledged += 1

    async def reader() -> list[tuple[int, int, int]]:
        readings = []
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            while True:
                before = acknowledged
                rows = await connection.fetchval("SELECT count(*) FROM counted")
                readings.append((before, rows, begun))
                if before == REQUESTS:
                    return readings
        finally:
            await connection.close()

    async with clients(hookwire.http_address, CONNECTIONS) as senders, asyncio.TaskGroup() as group:
        readings = group.create_task(reader())
        for client in senders:
            group.create_task(sender(client))
    return readings.result()


def test_ten_thousand_posts_from_32_connections_while_a_reader_counts(
    hookwire: HookwireProcess,
) -> None:
    hookwire.psql("CREATE SOURCE counted FROM WEBHOOK BODY FORMAT JSON")
    readings = asyncio.run(_post_and_count(hookwire, webhook_path("counted")))
    counts = [rows for _, rows, _ in readings]
    assert len(counts) > 10, "the reader hardly ran beside the writers"
    assert counts == sorted(counts)
    assert counts[-1] == REQUESTS
    for acknowledged_before, rows, begun_after in readings:
        assert acknowledged_before <= rows <= begun_after
    total = hookwire.psql(
        "SELECT count(DISTINCT (body->>'n')::int), max((body->>'n')::int) FROM counted"
    )
    assert total == f"{REQUESTS}|{REQUESTS - 1}"


def test_a_select_started_after_a_200_sees_the_row_2000_times_in_a_row(
    hookwire: HookwireProcess,
) -> None:
    hookwire.psql("CREATE SOURCE seen FROM WEBHOOK BODY FORMAT TEXT")

    async def run() -> None:
        client = HttpClient(hookwire.http_address)
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            for number in range(2000):
                assert (await client.post(webhook_path("seen"), b"%d" % number)).status == 200
                found = await connection.fetchval(
                    "SELECT count(*) FROM seen WHERE body = $1", str(number)
                )
                assert found == 1, f"row {number} was acknowledged but not seen"
        finally:
            await connection.close()
            await client.close()

    asyncio.run(run())


def test_another_connection_sees_it_too(hookwire: HookwireProcess) -> None:
    """Read-your-writes is not a matter of which door, session or client asked."""
    hookwire.psql(
        "CREATE SOURCE seen_elsewhere FROM WEBHOOK BODY FORMAT TEXT;"
        "CREATE VIEW seen_through AS SELECT body FROM seen_elsewhere"
    )
    with (
        psycopg.connect(hookwire.sql_dsn, autocommit=True) as first,
        psycopg.connect(hookwire.sql_dsn, autocommit=True) as second,
    ):
        for number in range(1, 101):
            assert hookwire.post(webhook_path("seen_elsewhere"), str(number)).status == 200
            counted = first.execute("SELECT count(*) FROM seen_elsewhere").fetchone()
            viewed = second.execute("SELECT max(body::int) FROM seen_through").fetchone()
            assert (counted, viewed) == ((number,), (number,))


def test_rows_of_one_request_become_visible_together(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE batches FROM WEBHOOK BODY FORMAT JSON ARRAY")
    batch = json.dumps([{"part": part} for part in range(50)]).encode()

    async def run() -> list[int]:
        done = asyncio.Event()

        async def sender(client: HttpClient) -> None:
            for _ in range(50):
                assert (await client.post(webhook_path("batches"), batch)).status == 200

        async def reader() -> list[int]:
            connection = await asyncpg.connect(hookwire.sql_dsn)
            counts: list[int] = []
            while not done.is_set():
                counts.append(await connection.fetchval("SELECT count(*) FROM batches"))
            await connection.close()
            return counts

        async with clients(hookwire.http_address, 8) as senders:
            reading = asyncio.create_task(reader())
            await asyncio.gather(*map(sender, senders))
            done.set()
            return await reading

    counts = asyncio.run(run())
    assert [count for count in counts if count % 50] == []
    assert hookwire.psql("SELECT count(*) FROM batches") == str(8 * 50 * 50)


def test_a_transaction_reads_one_snapshot(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE snapshots FROM WEBHOOK BODY FORMAT TEXT")
    path = webhook_path("snapshots")
    assert hookwire.post(path, "before").status == 200
    with psycopg.connect(hookwire.sql_dsn) as connection:
        first = connection.execute("SELECT count(*) FROM snapshots").fetchone()
        assert hookwire.post(path, "during").status == 200
        second = connection.execute("SELECT count(*) FROM snapshots").fetchone()
        connection.rollback()
        third = connection.execute("SELECT count(*) FROM snapshots").fetchone()
    assert (first, second, third) == ((1,), (1,), (2,))
