"""Opens a client's connections, for tests that say the same of PostgreSQL and of Hookwire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

# Each folder that imports the fixture makes it anew.
_NUMBERS = count()

Connect = Callable[[], psycopg.Connection[Any]]


@pytest.fixture(scope="session")
def both_dsn(postgres: PostgresServer) -> str:
    """A database of PostgreSQL that no session of another test holds locks in."""
    return postgres.new_database(f"both_sides_{next(_NUMBERS)}")


@pytest.fixture(params=["postgres", "hookwire"])
def connect(
    request: pytest.FixtureRequest, both_dsn: str, hookwire: HookwireProcess
) -> Iterator[Connect]:
    """Opens connections, all to one of the two servers."""
    dsn = both_dsn if request.param == "postgres" else hookwire.sql_dsn
    opened: list[psycopg.Connection[Any]] = []

    def make() -> psycopg.Connection[Any]:
        opened.append(psycopg.connect(dsn, autocommit=True))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()
