"""Behind the journal: moves durable entries into DuckDB, exactly once.

One thread. It takes what is durable and not applied yet, up to a bound, and inserts it in one
DuckDB transaction that also stores the position reached. It runs when a reader needs rows
(`demand`), and otherwise a moment after something became durable.

It never gives up on a row: whatever goes wrong is logged, shown by `failure`, and tried again with
smaller batches, while the journal keeps the rows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import duckdb

from hookwire_catalog.objects import WebhookSource
from hookwire_engine.append.frame import Entry
from hookwire_engine.storage.batch import Batch, Feed, Group, Total, collect
from hookwire_engine.storage.database import Database, rollback
from hookwire_engine.storage.tables import APPLIED, base_table

log = logging.getLogger("hookwire.applier")

MAX_BATCH_BYTES = 32 * 1024 * 1024
MAX_BATCH_ROWS = 50_000
LINGER_S = 0.1
"""How long an entry that nobody asks for may wait, so that small writes meet in one commit."""
RETRY_S = (0.05, 0.2, 1.0, 5.0)
"""Pauses after failed attempts; the last one is kept to."""
PATIENCE = 3
"""Attempts before waiting readers are told."""
MAX_FEEDS = 256


class JournalReader(Protocol):
    """What the applier needs of the journal: positions and files, nothing else."""

    @property
    def durable_position(self) -> int: ...
    def entries_after(self, position: int) -> Iterable[Entry]: ...
    def release(self, applied_position: int) -> None: ...


class Applier:
    """`apply_pending()` does the work; `start()` runs it on a thread of its own.

    `source_of` gives the current definition of a source, or None once it has been dropped: rows
    of a dropped source are passed over. `on_applied` (the position reached) and `on_failed` (why)
    are called on the applier's thread; the latter after every attempt from the third on.
    """

    def __init__(
        self,
        database: Database,
        journal: JournalReader,
        *,
        applied_position: int,
        totals: Mapping[int, Total],
        source_of: Callable[[int], WebhookSource | None],
        on_applied: Callable[[int], None],
        on_failed: Callable[[str], None],
        retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        self._database = database
        self._cursor = database.cursor()
        self._journal = journal
        self._source_of = source_of
        self._on_applied = on_applied
        self._on_failed = on_failed
        self._retry_s = retry_s
        self._feeds: dict[int, Feed] = {}
        self._releases = True
        self._wake = threading.Event()
        self._demand = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.applied_position = applied_position
        self.rows = 0
        """Applied since the start."""
        self.totals: Mapping[int, Total] = dict(totals)
        """Replaced, never changed, so that any thread may read it."""
        self.failure: str | None = None
        self.lock = threading.Lock()
        """Held for the length of a DuckDB transaction; maintenance takes it to drop tables."""

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="hookwire-applier", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """Something became durable. Cheap; any thread."""
        self._wake.set()

    def demand(self) -> None:
        """A reader waits: do not linger. Any thread."""
        self._demand.set()
        self._wake.set()

    def stop(self) -> None:
        """Apply what is durable, or try to, then end the thread."""
        self._stopping.set()
        self.demand()
        if self._thread is not None:
            self._thread.join()
        self._cursor.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            self._demand.wait(LINGER_S)
            self._demand.clear()
            self._catch_up()
        self._catch_up()

    def _catch_up(self) -> None:
        attempt = 0
        while self.applied_position < self._journal.durable_position:
            try:
                if attempt:
                    self._start_over()
                self.apply_pending(MAX_BATCH_ROWS >> 4 * attempt, MAX_BATCH_BYTES >> 4 * attempt)
            except Exception as error:
                self._failed(error, attempt)
                attempt += 1
                pause = self._retry_s[min(attempt, len(self._retry_s)) - 1]
                if self._stopping.wait(pause) and attempt >= PATIENCE:
                    return
            else:
                self.failure = None
                attempt = 0

    def _failed(self, error: Exception, attempt: int) -> None:
        # DuckDB's text may quote a row: it is for the log alone.
        self.failure = f"rows cannot be stored now ({type(error).__name__}); the log says why"
        log.error(
            "moving rows behind position %d into the store failed; they stay in the journal"
            " and are tried again: %s: %s",
            self.applied_position,
            type(error).__name__,
            error,
        )
        if attempt + 1 >= PATIENCE:
            self._on_failed(self.failure)
        try:
            with self.lock:
                self._database.repair(error)
        except duckdb.Error as again:
            log.error("the database cannot be opened again yet: %s", again)

    def apply_pending(
        self, max_rows: int = MAX_BATCH_ROWS, max_bytes: int = MAX_BATCH_BYTES
    ) -> None:
        """Apply one batch, if anything is durable that has not been applied."""
        batch = collect(
            self._journal.entries_after(self.applied_position),
            self._source_of,
            after=self.applied_position,
            max_rows=max_rows,
            max_bytes=max_bytes,
        )
        if batch.reached == self.applied_position:
            return
        with self.lock:
            stored = self._insert(batch)
        totals = dict(self.totals)
        for source_id, total in stored.items():
            totals[source_id] = totals.get(source_id, Total()).plus(total)
        self._advance(batch.reached, totals, batch.rows)

    def _start_over(self) -> None:
        """With a new cursor, as the old one may be in any state; and from where DuckDB says: a
        commit that failed may have happened all the same, and its rows must not go in twice."""
        self._cursor.close()
        self._feeds.clear()
        self._cursor = self._database.cursor()
        reached, totals = read_progress(self._cursor)
        if reached > self.applied_position:
            rows = sum(t.rows for t in totals.values()) - sum(t.rows for t in self.totals.values())
            self._advance(reached, totals, max(0, rows))

    def _advance(self, reached: int, totals: Mapping[int, Total], rows: int) -> None:
        self.totals = totals
        self.rows += rows
        self.applied_position = reached
        self._on_applied(reached)
        self._release()

    def _insert(self, batch: Batch) -> dict[int, Total]:
        """One transaction: the rows, what they add to the totals, and the position reached."""
        # Asked again under the lock: a source that is gone by now may have lost its table, too.
        groups = {i: g for i, g in batch.groups.items() if self._source_of(i) is not None}
        totals = {source_id: group.total() for source_id, group in groups.items()}
        self._register(groups)
        cursor = self._cursor
        try:
            cursor.execute("BEGIN")
            for source_id, group in groups.items():
                feed = self._feeds[source_id]
                feed.table = group.table()
                cursor.execute(
                    f"INSERT INTO {base_table(source_id)} SELECT * FROM feed_{source_id}"
                )
                feed.table = None
            cursor.execute(_progress(batch.reached, totals))
            cursor.execute("COMMIT")
        except BaseException:
            rollback(cursor)
            raise
        return totals

    def _register(self, groups: Mapping[int, Group]) -> None:
        """See to it that each group has a feed. Outside a transaction, whose rollback would take
        the registration back."""
        for source_id, group in groups.items():
            if source_id not in self._feeds:
                feed = Feed(group.schema)
                self._cursor.register(f"feed_{source_id}", feed)
                self._feeds[source_id] = feed
        for source_id in [i for i in self._feeds if i not in groups][MAX_FEEDS:]:
            self._cursor.unregister(f"feed_{source_id}")
            del self._feeds[source_id]

    def _release(self) -> None:
        """Let the journal go of what DuckDB's log now keeps.

        Not if the name of that log may be lost in a power cut: a failed fsync is not tried again,
        and the journal keeps everything until the next start.
        """
        if not self._releases:
            return
        try:
            self._database.secure_log()
        except OSError as error:
            self._releases = False
            log.critical("fsync of the data directory failed: %s", error)
        else:
            self._journal.release(self.applied_position)


def read_progress(cursor: duckdb.DuckDBPyConnection) -> tuple[int, dict[int, Total]]:
    """The applied position, and what each source holds."""
    rows = cursor.execute(
        "SELECT max(position), source, sum(row_count), sum(byte_count), max(last_received_us)"
        f" FROM {APPLIED} GROUP BY source"
    ).fetchall()
    applied = max((int(row[0]) for row in rows), default=0)
    totals = {int(s): Total(int(n), int(size), t) for _, s, n, size, t in rows if s is not None}
    return applied, totals


def _progress(reached: int, totals: Mapping[int, Total]) -> str:
    rows = [f"({reached}, NULL, 0, 0, NULL)"]
    for source_id, total in totals.items():
        newest = "NULL" if total.last_received_us is None else total.last_received_us
        rows.append(f"({reached}, {source_id}, {total.rows}, {total.bytes}, {newest})")
    return f"INSERT INTO {APPLIED} VALUES {', '.join(rows)}"
