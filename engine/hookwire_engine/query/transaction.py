"""What a session's current transaction has done so far: the state, not the doing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import FeatureNotSupported, InvalidSavepoint, NoActiveSqlTransaction
from hookwire_engine.system.values import PlainObjects
from hookwire_engine.system_settings import SystemSettings


@dataclass(slots=True)
class Transaction:
    """From the first statement to COMMIT or ROLLBACK; every statement runs in one.

    A `block` was begun by BEGIN; else the transaction is implicit and ends with its message
    (PostgreSQL 55.2.2.1). `script` is an implicit one of several statements. `begun` says that
    DuckDB has been told, and `catalog` is then pinned: it is what this transaction sees, its own
    changes included. `writes` counts statements that changed anything. `plain` are the plain tables
    that it sees, once they have been asked for. `system_settings` are what ALTER SYSTEM has made of
    them. `on_commit` are statements to run before COMMIT.
    """

    settings_before: Mapping[str, str]
    catalog: Catalog
    block: bool = False
    script: bool = False
    failed: bool = False
    begun: bool = False
    catalog_changed: bool = False
    tables_changed: bool = False
    locked: bool = False
    writes: int = 0
    plain: PlainObjects | None = None
    system_settings: SystemSettings | None = None
    on_commit: list[str] = field(default_factory=list)
    started_us: int = field(default_factory=lambda: time.time_ns() // 1000)
    _savepoints: list[tuple[str, int]] = field(default_factory=list)

    # Savepoints. DuckDB has none: one can be gone back to only while nothing was written behind it.

    def savepoint(self, name: str) -> None:
        self._require_block("SAVEPOINT")
        self._savepoints.append((name, self.writes))

    def release(self, name: str) -> None:
        self._require_block("RELEASE SAVEPOINT")
        del self._savepoints[self._index(name) :]

    def roll_back_to(self, name: str) -> None:
        """The transaction goes on as it was at the savepoint, which stays."""
        self._require_block("ROLLBACK TO SAVEPOINT")
        index = self._index(name)
        if self._savepoints[index][1] != self.writes:
            raise FeatureNotSupported(
                f'cannot roll back to savepoint "{name}" because the transaction has written since',
                hint="Roll back the whole transaction.",
            )
        del self._savepoints[index + 1 :]
        self.failed = False

    def _require_block(self, command: str) -> None:
        if not self.block:
            raise NoActiveSqlTransaction(f"{command} can only be used in transaction blocks")

    def _index(self, name: str) -> int:
        for index in reversed(range(len(self._savepoints))):
            if self._savepoints[index][0] == name:
                return index
        raise InvalidSavepoint(f'savepoint "{name}" does not exist')
