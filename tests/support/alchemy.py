"""SQLAlchemy on each of its drivers, the asynchronous one too, for tests that are the same on all.

Whoever imports this is skipped where SQLAlchemy is not installed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

sqlalchemy: Any = pytest.importorskip("sqlalchemy")
aio: Any = pytest.importorskip("sqlalchemy.ext.asyncio")

DRIVERS = ["psycopg", "psycopg2", "asyncpg"]


def run(dsn: str, driver: str, work: Callable[[Any], Any]) -> Any:
    """What `work` makes of a connection of SQLAlchemy's, in a transaction."""
    url = dsn.replace("postgresql://", f"postgresql+{driver}://")
    if driver != "asyncpg":
        engine = sqlalchemy.create_engine(url)
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()

    async def in_loop() -> Any:
        engine = aio.create_async_engine(url)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return asyncio.run(in_loop())
