"""Work behind everybody's back: checkpoints, summing up totals, dropping orphaned base tables.

One thread, woken by the applier and by DDL. Nothing it does is needed for an answer to be right;
when it fails it tries again at the next wake.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable

import duckdb

from hookwire_engine.storage.applier import Applier
from hookwire_engine.storage.database import DATABASE, INTERNAL, Database, rollback
from hookwire_engine.storage.tables import APPLIED

log = logging.getLogger("hookwire.storage")

CHECKPOINT_LOG_BYTES = 64 * 1024 * 1024
SWEEP_INTERVAL_S = 60.0


class Maintenance:
    """`is_dropped` tells a source that is gone from one whose CREATE is not published yet."""

    def __init__(
        self,
        database: Database,
        applier: Applier,
        is_dropped: Callable[[int], bool],
        *,
        checkpoint_log_bytes: int = CHECKPOINT_LOG_BYTES,
    ) -> None:
        self._database = database
        self._applier = applier
        self._is_dropped = is_dropped
        self._log_bytes = checkpoint_log_bytes
        self._checkpoint_at = checkpoint_log_bytes
        self._wake = threading.Event()
        self._stopping = False
        self._summed_up_to = 0
        self._orphans = True  # a killed server may have left some
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._wake.set()
        self._thread = threading.Thread(
            target=self._run, name="hookwire-maintenance", daemon=True
        )
        self._thread.start()

    def applied(self) -> None:
        """The applier committed; look at the size of DuckDB's log."""
        if self._database.log_bytes() > self._checkpoint_at:
            self._wake.set()

    def dropped(self) -> None:
        """A DROP SOURCE committed; its base table may go."""
        self._orphans = True
        self._wake.set()

    def stop(self) -> None:
        """End the thread; leave a file without a log if that can be had."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._checkpoint_at = 0
        self.run_once()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(SWEEP_INTERVAL_S)
            self._wake.clear()
            if not self._stopping:
                self.run_once()

    def run_once(self) -> None:
        """All that is due."""
        try:
            with contextlib.closing(self._database.cursor()) as cursor:
                self._work(cursor)
        except (duckdb.Error, OSError) as error:
            # A session's open UPDATE or DDL transaction may be in the way (research/duckdb.md 2.5).
            log.warning("maintenance put off: %s", error)
            self._repair(error)

    def _work(self, cursor: duckdb.DuckDBPyConnection) -> None:
        if self._orphans:
            self._orphans = False
            self.drop_orphans(cursor)
        reached = self._applier.applied_position
        if reached != self._summed_up_to:
            self.sum_up(cursor)
            self._summed_up_to = reached
        if self._database.log_bytes() > self._checkpoint_at:
            self._checkpoint()
        self._database.secure_log()

    def drop_orphans(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Drop base tables whose source is gone. The applier's lock keeps its transactions away."""
        tables = cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = ?"
            " AND regexp_full_match(table_name, 's[0-9]+')",
            [DATABASE, INTERNAL],
        ).fetchall()
        for (name,) in tables:
            source_id = int(name[1:])
            if self._is_dropped(source_id):
                try:
                    self._drop(cursor, source_id)
                except duckdb.Error:
                    self._orphans = True
                    raise

    def _drop(self, cursor: duckdb.DuckDBPyConnection, source_id: int) -> None:
        self._in_transaction(
            cursor,
            f"DROP TABLE {DATABASE}.{INTERNAL}.s{source_id}",
            f"DELETE FROM {APPLIED} WHERE source = {source_id}",
        )

    def sum_up(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Put the sums in the place of what each of the applier's transactions added."""
        self._in_transaction(cursor, *_SUM_UP)

    def _in_transaction(self, cursor: duckdb.DuckDBPyConnection, *statements: str) -> None:
        with self._applier.lock:
            cursor.execute("BEGIN")
            try:
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute("COMMIT")
            except duckdb.Error:
                rollback(cursor)
                raise

    def _checkpoint(self) -> None:
        try:
            self._database.checkpoint()
        except duckdb.Error:
            # Not at every commit of the applier from now on: only once a good deal has been added.
            self._checkpoint_at = self._database.log_bytes() + self._log_bytes // 4
            raise
        self._checkpoint_at = self._log_bytes

    def _repair(self, error: BaseException) -> None:
        try:
            with self._applier.lock:
                self._database.repair(error)
        except duckdb.Error as again:
            log.error("the database cannot be opened again yet: %s", again)


_SUM_UP = (
    "CREATE OR REPLACE TEMP TABLE summed AS"
    " SELECT max(position) AS position, source, sum(row_count)::BIGINT AS row_count,"
    " sum(byte_count)::BIGINT AS byte_count, max(last_received_us) AS last_received_us"
    f" FROM {APPLIED} GROUP BY source",
    f"DELETE FROM {APPLIED}",
    f"INSERT INTO {APPLIED} SELECT * FROM summed",
    "DROP TABLE summed",
)
