"""What a session needs of the engine that hosts it. `Engine` implements it; tests have a small one.

Where a call runs is part of the contract: "loop" means the event loop and must not block,
"worker" means inside `run`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hookwire_catalog.catalog import Catalog, Change
from hookwire_engine.append.ledger import Ledger, SourceCounts
from hookwire_engine.system.values import HbaRule, SourceStatistics
from hookwire_engine.system_settings import SystemSettings

if TYPE_CHECKING:
    import duckdb

    from hookwire_engine.query.session import Session
    from hookwire_engine.query.shared import Shared

T = TypeVar("T")


class Host(Protocol):
    """The engine, as sessions see it."""

    ddl_lock: asyncio.Lock
    """Held by a session from its first catalog change to the end of that transaction."""

    @property
    def public_url(self) -> str:
        """Base of webhook URLs, without a slash at its end."""

    @property
    def ssl(self) -> bool:
        """Whether clients may use TLS."""

    @property
    def system_settings(self) -> SystemSettings:
        """The settings of the whole server. Any thread."""

    @property
    def catalog(self) -> Catalog:
        """The committed snapshot. Loop."""

    @property
    def shared(self) -> Shared:
        """What all sessions share."""

    def open_cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for one session alone, with PostgreSQL's habits set. Worker.

        Database `hookwire` is attached, the functions are installed, and external access is off.
        """

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """`call(*arguments)` on the bounded pool of workers. Loop."""

    async def run_apart(self, call: Callable[..., T], *arguments: Any) -> T:
        """`call(*arguments)` on a thread that may wait for another session. Loop."""

    def is_applied(self, sources: frozenset[int] | None) -> bool:
        """Whether `wait_applied` would not wait. Loop."""

    async def wait_applied(self, sources: frozenset[int] | None) -> None:
        """Until what was journaled for these sources (None: all) can be read. Loop."""

    def persist(self, cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
        """Write a catalog change inside `cursor`'s open transaction. Worker."""

    def publish(self, catalog: Catalog) -> None:
        """Make a catalog current, right after the COMMIT that stored it. Loop."""

    def seal(self, secret_id: int, value: bytes) -> bytes:
        """Encrypt a value of a secret. Any thread."""

    def persist_settings(self, cursor: duckdb.DuckDBPyConnection, changed: SystemSettings) -> None:
        """Write settings of the whole server inside `cursor`'s open transaction. Worker."""

    def publish_settings(self, settings: SystemSettings) -> None:
        """Make settings of the whole server hold, right after the COMMIT that stored them. Loop."""

    def statistics(self) -> Mapping[int, SourceStatistics]:
        """By source id: stored and still unapplied rows together. Any thread."""

    @property
    def ledger(self) -> Ledger:
        """The requests that were refused. Any thread."""

    def counts(self) -> Mapping[int, SourceCounts]:
        """By source id: what became of requests. Any thread."""

    def hba_rules(self) -> Sequence[HbaRule]:
        """The rules of the SQL port that come from a file. Any thread."""

    def sessions(self) -> Sequence[Session]:
        """The open sessions. Any thread."""

    def forget(self, session: Session) -> None:
        """`session` has closed. Loop."""
