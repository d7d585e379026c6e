"""A LocalStore with a catalog, as the engine holds one, but without an event loop."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from hookwire_catalog.catalog import Catalog, Change
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.objects import WebhookSource
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import CatalogStatement
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.commit import BatchStatistics
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.storage.catalog_store import persist
from hookwire_engine.storage.local import LocalStore

WAIT_S = 60
_EXTERNAL_IDS = map("external-{}".format, itertools.count())


def change(catalog: Catalog, sql: str, **view: Any) -> Change:
    """What one statement makes of a catalog; `view` has what CREATE VIEW wants to know."""
    (statement,) = split_statements(sql)
    parsed = parse_statement(statement)
    assert isinstance(parsed, CatalogStatement)
    return catalog.apply(parsed, new_external_id=_EXTERNAL_IDS.__next__, **view)


def persist_change(cursor: duckdb.DuckDBPyConnection, made: Change) -> None:
    persist(
        cursor,
        removed=made.removed,
        added=made.added,
        replaced=made.replaced,
        next_id=made.catalog.next_id,
        cascade=made.cascade,
    )


class StoreHarness:
    """Use as a context manager; `start` False leaves applier and maintenance to the test."""

    def __init__(
        self,
        data_dir: Path | None,
        *,
        start: bool = True,
        prepare: Callable[[duckdb.DuckDBPyConnection], None] = lambda root: None,
        queue_bytes: int = 1 << 24,
    ) -> None:
        self._news = threading.Condition()
        self.outcomes: list[tuple[Ticket, SqlError | None]] = []
        self.reached = 0
        self.failures: list[str] = []
        self.catalog = Catalog.empty()
        self.store = LocalStore(
            data_dir,
            queue_bytes=queue_bytes,
            on_durable=self._durable,
            on_applied=self._applied,
            on_failed=self._failed,
            source_of=self.source_of,
            is_dropped=lambda i: i < self.catalog.next_id and self.source_of(i) is None,
            prepare=prepare,
        )
        objects, next_id = self.store.load()
        self.catalog = Catalog.of(objects, next_id=next_id)
        self.cursor = self.store.session_cursor()
        self.replayed = self.store.recover()
        self.reached = self.store.applied_position
        if start:
            self.store.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.cursor.close()
        self.store.close()

    # What the engine is told.

    def _durable(
        self, tickets: Sequence[Ticket], error: SqlError | None, batch: BatchStatistics
    ) -> None:
        with self._news:
            self.outcomes += [(ticket, error) for ticket in tickets]
            self._news.notify_all()
        self.store.made_durable()

    def _applied(self, position: int) -> None:
        with self._news:
            self.reached = position
            self._news.notify_all()

    def _failed(self, reason: str) -> None:
        with self._news:
            self.failures.append(reason)
            self._news.notify_all()

    def source_of(self, source_id: int) -> WebhookSource | None:
        found = self.catalog.objects.get(source_id)
        return found if isinstance(found, WebhookSource) else None

    def wait(self, until: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(until, WAIT_S)

    # What the engine does.

    def ddl(self, *statements: str) -> None:
        """Run them in one transaction and publish."""
        catalog = self.catalog
        self.cursor.execute("BEGIN")
        for sql in statements:
            made = change(catalog, sql)
            persist_change(self.cursor, made)
            catalog = made.catalog
        self.cursor.execute("COMMIT")
        gone = self.catalog.objects.keys() - catalog.objects.keys()
        self.catalog = catalog
        if gone:
            self.store.dropped()

    def source(self, name: str) -> WebhookSource:
        found = self.catalog.lookup(name.split("."), ("public",))
        assert isinstance(found, WebhookSource)
        return found

    def send(self, name: str, body: bytes, *headers: tuple[str, str]) -> Ticket:
        """Hand a request to the journal; it may still be refused."""
        source = self.source(name)
        request = WebhookRequest(headers, body, 1_700_000_000_000_000 + len(self.outcomes))
        packed = Intake(source).pack(request)
        ticket = Ticket(source.id, packed.count, packed.payload, request.received_at_us)
        self.store.append(ticket)
        return ticket

    def post(self, name: str, body: bytes, *headers: tuple[str, str]) -> Ticket:
        """Send a request and wait until it is durable."""
        ticket = self.send(name, body, *headers)
        self.wait(lambda: any(t is ticket for t, _ in self.outcomes))
        assert next(e for t, e in self.outcomes if t is ticket) is None
        return ticket

    def read_barrier(self) -> None:
        """Until all that is durable has been applied."""
        last = self.store.journal.durable_position
        self.store.demand()
        self.wait(lambda: self.reached >= last)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.cursor.execute(sql).fetchall()
