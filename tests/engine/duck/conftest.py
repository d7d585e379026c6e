"""A DuckDB cursor like a session's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from hookwire_engine.storage.database import Database


def _prepare(root: duckdb.DuckDBPyConnection) -> None:
    for schema in ("public", "hookwire_internal"):
        root.execute(f"CREATE SCHEMA IF NOT EXISTS hookwire.{schema}")
    root.execute("SET GLOBAL errors_as_json = true")


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("duck")
    database = Database(folder, prepare=_prepare)
    cursor = database.session_cursor()
    yield cursor
    cursor.close()
    database.close()
