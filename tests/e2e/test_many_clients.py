"""Many clients at once, on both doors."""

from __future__ import annotations

import asyncio

import asyncpg

from support.hookwire_process import HookwireProcess, webhook_path
from support.load import HttpClient, clients

SQL_CLIENTS = 60
HTTP_CLIENTS = 300


def test_sixty_sql_clients_ask_and_make_and_drop(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE shared FROM WEBHOOK BODY FORMAT JSON")
    for number in range(50):
        assert hookwire.post(webhook_path("shared"), f'{{"n": {number}}}').status == 200

    async def client(number: int) -> list[int]:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            answers = []
            query = "SELECT sum((body->>'n')::int) + $1::int FROM shared"
            for step in range(5):
                answers.append(await connection.fetchval(query, step))
            name = f"own_{number}"
            await connection.execute(f"CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT TEXT")
            answers.append(await connection.fetchval(f"SELECT count(*) FROM {name}"))
            await connection.execute(f"DROP SOURCE {name}")
            return answers
        finally:
            await connection.close()

    async def run() -> list[list[int]]:
        return await asyncio.gather(*map(client, range(SQL_CLIENTS)))

    total = sum(range(50))
    expected = [total + step for step in range(5)] + [0]
    assert asyncio.run(run()) == [expected] * SQL_CLIENTS
    assert hookwire.psql("SELECT name FROM hookwire.webhook_sources") == "shared"


def test_three_hundred_http_connections(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE crowd FROM WEBHOOK BODY FORMAT TEXT")

    async def run() -> None:
        async def sender(client: HttpClient, number: int) -> None:
            for step in range(5):
                reply = await client.post(webhook_path("crowd"), f"{number}-{step}".encode())
                assert reply.status == 200

        async with (
            clients(hookwire.http_address, HTTP_CLIENTS) as senders,
            asyncio.TaskGroup() as group,
        ):
            for number, client in enumerate(senders):
                group.create_task(sender(client, number))

    asyncio.run(run())
    counted = hookwire.psql("SELECT count(*), count(DISTINCT body) FROM crowd")
    assert counted == f"{HTTP_CLIENTS * 5}|{HTTP_CLIENTS * 5}"


def test_a_connection_for_each_request(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE brief FROM WEBHOOK BODY FORMAT TEXT")
    for number in range(200):
        headers = [("Connection", "close")]
        assert hookwire.post(webhook_path("brief"), str(number), headers).status == 200
    assert hookwire.psql("SELECT count(DISTINCT body) FROM brief") == "200"
