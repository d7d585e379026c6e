"""What a session's current transaction has done so far: the state, not the doing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import FeatureNotSupported, InvalidSavepoint, NoActiveSqlTransaction
from hookwire_engine.query.advisory import Held
from hookwire_engine.query.replay import Moment, WriteLog
from hookwire_engine.query.settings import Mark
from hookwire_engine.system.values import PlainObjects
from hookwire_engine.system_settings import SystemSettings

_SERIALS = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Savepoint:
    """What was so when it was made. `serial` tells it from all others; later ones have more.
    `writes` and `on_commit` are how many there were."""

    name: str
    serial: int
    writes: int
    catalog: Catalog
    catalog_changed: bool
    tables_changed: bool
    on_commit: int
    settings: Mark
    locks: Held


@dataclass(slots=True)
class Transaction:
    """From the first statement to COMMIT or ROLLBACK; every statement runs in one.

    A `block` was begun by BEGIN; else the transaction is implicit and ends with its message
    (PostgreSQL 55.2.2.1). `script` is an implicit one of several statements. `begun` says that
    DuckDB has been told, and `catalog` is then pinned: it is what this transaction sees, its own
    changes included. `log` has what a block has written, `written` the tables that it has changed,
    and `moment` is when its snapshot was taken. `broken` says why it can only be rolled back.
    `plain` are the plain tables that it sees, once they have been asked for. `system_settings` are
    what ALTER SYSTEM has made of them. `on_commit` are statements to run before COMMIT.
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
    log: WriteLog = field(default_factory=WriteLog)
    written: set[str] = field(default_factory=set)
    moment: Moment | None = None
    broken: str | None = None
    plain: PlainObjects | None = None
    system_settings: SystemSettings | None = None
    on_commit: list[str] = field(default_factory=list)
    started_us: int = field(default_factory=lambda: time.time_ns() // 1000)
    _savepoints: list[Savepoint] = field(default_factory=list)

    # Savepoints. What going back takes of DuckDB is in replay.py.

    @property
    def innermost(self) -> Savepoint | None:
        return self._savepoints[-1] if self._savepoints else None

    def savepoint(self, name: str, settings: Mark, locks: Held) -> None:
        self._require_block("SAVEPOINT")
        made = Savepoint(
            name,
            next(_SERIALS),
            len(self.log.writes),
            self.catalog,
            self.catalog_changed,
            self.tables_changed,
            len(self.on_commit),
            settings,
            locks,
        )
        self._savepoints.append(made)

    def release(self, name: str) -> None:
        self._require_block("RELEASE SAVEPOINT")
        del self._savepoints[self._index(name) :]

    def find(self, name: str) -> Savepoint:
        """What ROLLBACK TO goes back to. Raises SqlError."""
        self._require_block("ROLLBACK TO SAVEPOINT")
        return self._savepoints[self._index(name)]

    def check_replay(self, target: Savepoint) -> None:
        """Raises FeatureNotSupported where what is before `target` cannot be written again."""
        reason = self.broken or self.log.cannot(target.writes)
        if reason:
            raise FeatureNotSupported(
                f'cannot roll back to savepoint "{target.name}": {reason}',
                hint="Roll back the whole transaction.",
            )

    def gone_back(self, target: Savepoint) -> None:
        """The transaction goes on as it was at `target`, which stays."""
        del self._savepoints[self._savepoints.index(target) + 1 :]
        self.log.cut(target.writes)
        self.catalog_changed = target.catalog_changed
        self.tables_changed = target.tables_changed
        if target.catalog_changed:
            self.catalog = target.catalog
        del self.on_commit[target.on_commit :]
        self.plain = None
        self.failed = False

    def _require_block(self, command: str) -> None:
        if not self.block:
            raise NoActiveSqlTransaction(f"{command} can only be used in transaction blocks")

    def _index(self, name: str) -> int:
        for index in reversed(range(len(self._savepoints))):
            if self._savepoints[index].name == name:
                return index
        raise InvalidSavepoint(f'savepoint "{name}" does not exist')
