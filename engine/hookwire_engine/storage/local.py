"""The default store: journal files and one DuckDB file in the data directory."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb

from hookwire_catalog.objects import WebhookSource
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.journal import Journal, MemoryJournal, OnDurable
from hookwire_engine.storage.applier import Applier, read_progress
from hookwire_engine.storage.batch import Total
from hookwire_engine.storage.catalog_store import (
    initialise,
    read_meta,
    read_objects,
    read_settings,
)
from hookwire_engine.storage.database import Database, Prepare
from hookwire_engine.storage.definitions import Storable
from hookwire_engine.storage.maintenance import Maintenance


class LocalStore:
    """Open it, `recover()`, then `start()`.

    `on_durable` runs on the journal's thread, `on_applied` and `on_failed` on the applier's.
    `prepare` gets DuckDB's root connection once the tables are there and before the configuration
    is locked. `settings` are those that ALTER SYSTEM had stored when the store was opened.
    """

    def __init__(
        self,
        data_dir: Path | None,
        *,
        queue_bytes: int,
        on_durable: OnDurable,
        on_applied: Callable[[int], None],
        source_of: Callable[[int], WebhookSource | None],
        is_dropped: Callable[[int], bool],
        on_failed: Callable[[str], None] = lambda reason: None,
        prepare: Prepare = lambda root: None,
    ) -> None:
        """Raises DataCorrupted when the files cannot be trusted, OSError when they cannot be
        read or written, and what `prepare` raises."""

        def set_up(root: duckdb.DuckDBPyConnection) -> None:
            initialise(root)
            prepare(root)

        self.database = Database(data_dir, prepare=set_up)
        try:
            self._objects, self._next_id, self.settings, applied, totals = _stored(self.database)
            self.journal = _open_journal(data_dir, applied, queue_bytes, on_durable)
        except BaseException:
            self.database.close()
            raise
        self._on_applied = on_applied
        self.applier = Applier(
            self.database,
            self.journal,
            applied_position=applied,
            totals=totals,
            source_of=source_of,
            on_applied=self._applied,
            on_failed=on_failed,
        )
        self._maintenance = Maintenance(self.database, self.applier, is_dropped)
        self._replayed_rows = 0

    def load(self) -> tuple[Sequence[Storable], int]:
        """The objects and the next free id, as they were when the store was opened."""
        return self._objects, self._next_id

    def recover(self) -> int:
        """Apply what a crash left in the journal; returns the number of requests replayed.

        Raises DataCorrupted, and OSError when DuckDB cannot take them.
        """
        before = self.applier.applied_position
        try:
            while self.applier.applied_position < self.journal.durable_position:
                self.applier.apply_pending()
        except duckdb.Error as error:
            raise OSError(errno.EIO, f"journaled rows cannot be stored: {error}") from error
        self._replayed_rows = self.applier.rows
        return self.applier.applied_position - before

    def start(self) -> None:
        self.applier.start()
        self._maintenance.start()

    def _applied(self, position: int) -> None:
        self._on_applied(position)
        self._maintenance.applied()

    @property
    def failure(self) -> str | None:
        return self.journal.failure or self.applier.failure

    @property
    def totals(self) -> Mapping[int, Total]:
        return self.applier.totals

    @property
    def applied_position(self) -> int:
        return self.applier.applied_position

    @property
    def unapplied(self) -> int:
        applied = self.applier.rows - self._replayed_rows
        return max(0, self.journal.rows - applied)

    def append(self, ticket: Ticket) -> None:
        self.journal.append(ticket)

    def made_durable(self) -> None:
        """Called on the journal's thread after every batch."""
        self.applier.notify()

    def demand(self) -> None:
        self.applier.demand()

    def dropped(self) -> None:
        self._maintenance.dropped()

    def session_cursor(self) -> duckdb.DuckDBPyConnection:
        return self.database.session_cursor()

    def close(self) -> None:
        self.journal.close()
        self.applier.stop()
        self._maintenance.stop()
        self.database.close()


def _open_journal(
    data_dir: Path | None, applied: int, queue_bytes: int, on_durable: OnDurable
) -> Journal | MemoryJournal:
    if data_dir is None:
        return MemoryJournal(queue_bytes=queue_bytes, on_durable=on_durable)
    return Journal.open(
        data_dir / "journal",
        applied_position=applied,
        queue_bytes=queue_bytes,
        on_durable=on_durable,
    )


def _stored(
    database: Database,
) -> tuple[list[Storable], int, Mapping[str, str], int, dict[int, Total]]:
    """Objects, next id, settings of ALTER SYSTEM, applied position, totals."""
    cursor = database.cursor()
    try:
        next_id = int(read_meta(cursor, "next_id") or "1")
        objects, settings = read_objects(cursor), read_settings(cursor)
        return objects, next_id, settings, *read_progress(cursor)
    finally:
        cursor.close()
