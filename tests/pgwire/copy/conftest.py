from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def database(postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.new_database("copying"), autocommit=True) as connection:
        yield connection
