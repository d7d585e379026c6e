"""What is put into DuckDB once, before its configuration is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwire_engine.functions import library
from hookwire_engine.system import functions as system_functions

if TYPE_CHECKING:
    import duckdb


def install(root: duckdb.DuckDBPyConnection) -> None:
    """Our functions and those that read system relations."""
    library.install(root)
    system_functions.install(root)
