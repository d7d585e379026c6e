"""LISTEN to a source: rows that have arrived are told, once a SELECT sees them."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, run_psql, webhook_path


@pytest.fixture
def connection(hookwire: HookwireProcess) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as made:
        yield made


@pytest.fixture
def source(connection: psycopg.Connection[Any]) -> Iterator[str]:
    name = f"heard_{uuid.uuid4().hex[:8]}"
    connection.execute(f"CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT JSON".encode())
    yield name
    connection.execute(f"DROP SOURCE {name}".encode())


def count(connection: psycopg.Connection[Any], source: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {source}".encode()).fetchone()
    assert found is not None
    return int(found[0])


def hear(connection: psycopg.Connection[Any], rows: int) -> list[dict[str, Any]]:
    """The notifications up to so many rows; no more are told than have arrived."""
    heard: list[dict[str, Any]] = []
    for notification in connection.notifies(timeout=20):
        heard.append(json.loads(notification.payload))
        if sum(told["rows"] for told in heard) >= rows:
            break
    assert sum(told["rows"] for told in heard) == rows
    return heard


def test_psycopg_hears_of_rows_that_can_be_seen(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any], source: str
) -> None:
    connection.execute(f"LISTEN {source}".encode())
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as reader:
        position = 0
        for number in (1, 2):
            hookwire.post(webhook_path(source), b"1 2 3")
            for told in hear(connection, 3):
                assert told["source"] == f"public.{source}"
                assert told["position"] > position
                position = told["position"]
            assert count(reader, source) == 3 * number


def test_a_source_of_another_schema_is_heard_by_its_full_name(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any], source: str
) -> None:
    schema = f"{source}_Shop"
    connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
    connection.execute(f'CREATE SOURCE "{schema}".{source} FROM WEBHOOK BODY FORMAT TEXT'.encode())
    connection.execute(f'LISTEN "{schema}.{source}"'.encode())
    hookwire.post(webhook_path(source), b"1")  # of public: not heard
    hookwire.post(webhook_path(source, schema), b"1")
    (told,) = hear(connection, 1)
    assert told["source"] == f'"{schema}".{source}'
    connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())


def test_what_comes_during_a_transaction_is_told_at_once_afterwards(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any], source: str
) -> None:
    connection.execute(f"LISTEN {source}".encode())
    connection.execute("BEGIN")
    assert count(connection, source) == 0
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as reader:
        for number in range(1, 4):
            hookwire.post(webhook_path(source), b"1 2")
            assert count(reader, source) == 2 * number  # so it has been applied
    assert count(connection, source) == 0
    connection.execute("COMMIT")
    heard = hear(connection, 6)
    assert len(heard) == 1
    connection.execute("UNLISTEN *")
    hookwire.post(webhook_path(source), b"1")
    assert count(connection, source) == 7
    assert list(connection.notifies(timeout=0)) == []


def test_asyncpg_hears(hookwire: HookwireProcess, source: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            heard: asyncio.Queue[str] = asyncio.Queue()
            await connection.add_listener(source, lambda *told: heard.put_nowait(told[3]))
            await asyncio.to_thread(hookwire.post, webhook_path(source), b"{}")
            told = json.loads(await asyncio.wait_for(heard.get(), 20))
            assert (told["source"], told["rows"]) == (f"public.{source}", 1)
            assert await connection.fetchval(f"SELECT count(*) FROM {source}") == 1
        finally:
            await connection.close()

    asyncio.run(run())


def test_psql_prints_it(hookwire: HookwireProcess, source: str) -> None:
    url = hookwire.http_url + webhook_path(source)
    printed = run_psql(
        hookwire.sql_dsn,
        f"LISTEN {source};\n\\! curl -s --fail -d '[1]' '{url}'\nSELECT count(*) FROM {source};\n"
        "SELECT 1;\n",
    )
    assert f'Asynchronous notification "{source}" with payload' in printed
