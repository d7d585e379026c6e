"""The store seam: what the engine needs of whatever keeps the rows.

`LocalStore` (storage/local.py) is the default: a journal and a DuckDB file in the data directory.
A shared store for several nodes implements the same protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from hookwire_engine.storage.batch import Total
from hookwire_engine.storage.definitions import Storable

if TYPE_CHECKING:
    import duckdb

    from hookwire_engine.append.appender import Ticket


class Store(Protocol):
    """`append` is called on the event loop and must not block; see Engine for the callbacks."""

    @property
    def failure(self) -> str | None:
        """Why rows cannot be made durable or applied now; None when all is well."""

    @property
    def totals(self) -> Mapping[int, Total]: ...

    @property
    def unapplied(self) -> int:
        """Rows that are durable and not yet applied."""

    def append(self, ticket: Ticket) -> None: ...
    def demand(self) -> None:
        """A reader waits for rows to be applied."""

    def load(self) -> tuple[Sequence[Storable], int]:
        """The stored objects and the next free id."""

    def session_cursor(self) -> duckdb.DuckDBPyConnection: ...
    def dropped(self) -> None:
        """The published catalog lacks a source that it had."""

    def close(self) -> None:
        """Make durable and apply what waits, checkpoint, close. Blocks."""
