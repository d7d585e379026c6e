"""Who else says what an expression gives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from support.checks import OwnSelect, Postgres
from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def oracle(postgres: PostgresServer) -> Iterator[Postgres]:
    made = Postgres(postgres)
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def own() -> Iterator[OwnSelect]:
    with asyncio.Runner() as runner:
        made = OwnSelect(runner)
        yield made
        made.close()
