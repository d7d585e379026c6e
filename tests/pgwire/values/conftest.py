from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.golden import Golden
from support.postgres import PostgresServer


@pytest.fixture(scope="session")
def golden(postgres: PostgresServer) -> Iterator[Golden]:
    """PostgreSQL 15, with the extension hstore."""
    found = Golden(postgres.dsn)
    found.connection.execute("CREATE EXTENSION IF NOT EXISTS hstore")
    yield found
    found.close()
