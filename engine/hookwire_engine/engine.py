"""The Engine: what both doors talk to. It owns the journal, the store and the catalog snapshot.

Event-loop side: lookups, `append_webhook`, sessions, `publish`. Threads behind it: the journal's,
the applier's, maintenance, and a bounded pool for statements. The loop never waits for a disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus_client import CollectorRegistry

from hookwire_catalog.catalog import Catalog, Change
from hookwire_catalog.errors import SqlError, UndefinedObject
from hookwire_catalog.objects import Secret, WebhookSource
from hookwire_catalog.roles import LoginRole, login_role
from hookwire_engine import secret_key
from hookwire_engine.append.appender import CollectionAppender, Ticket
from hookwire_engine.append.intake import Intake, build_intakes
from hookwire_engine.append.journal import BatchStatistics
from hookwire_engine.append.ledger import Ledger, SourceCounts
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.vault import Vault, WrongKeyError
from hookwire_engine.arrivals import Arrivals
from hookwire_engine.barrier import Barrier
from hookwire_engine.metrics import EngineMetrics, StorageBytes
from hookwire_engine.query.idle import IdleCursors
from hookwire_engine.query.install import install
from hookwire_engine.query.session import Session
from hookwire_engine.query.shared import Shared
from hookwire_engine.readiness import DRAINING, READY, Readiness
from hookwire_engine.storage.batch import Total
from hookwire_engine.storage.catalog_store import persist, write_settings
from hookwire_engine.storage.local import LocalStore
from hookwire_engine.system.values import HbaRule
from hookwire_engine.system_settings import SystemSettings

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
log = logging.getLogger("hookwire.engine")

WAITING = 1024
"""How many statements may wait for advisory locks; a thread is made when one has to."""


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """`data_dir` None keeps everything in memory; `public_url` is the base of webhook URLs.

    `secret_key`, or else what is in `secret_key_file`, encrypts the values of secrets. Without
    both it is the file `secret.key` in the data directory, and in memory a random key. `ssl` says
    whether the SQL port has a certificate, for SHOW ssl.
    """

    data_dir: Path | None
    public_url: str
    registry: CollectorRegistry
    queue_bytes: int = 256 * 1024 * 1024
    worker_threads: int = 16
    secret_key: bytes | None = field(default=None, repr=False)
    secret_key_file: Path | None = None
    ssl: bool = False

    @property
    def settings(self) -> Mapping[str, str]:
        """What it says of settings that ALTER SYSTEM can change."""
        return {
            "public_url": self.public_url.rstrip("/"),
            "webhook_queue_bytes": str(self.queue_bytes),
        }


class Engine:
    """Open with `await Engine.open(config)`; every method runs on that event loop.

    `limits` are the webhook settings of the whole server as they are now.
    """

    def __init__(self, config: EngineConfig) -> None:
        self._loop = asyncio.get_running_loop()
        self.ddl_lock = asyncio.Lock()
        self.ssl = config.ssl
        self.draining = False
        self.ledger = Ledger(intake_of=lambda source_id: self._intakes.get(source_id))
        self._counts: Callable[[], Mapping[int, SourceCounts]] = dict
        self._hba_rules: Callable[[], Sequence[HbaRule]] = tuple
        self.shared = Shared(None if config.data_dir is None else config.data_dir / "tmp")
        self._metrics = EngineMetrics(config.registry)
        self._pool = ThreadPoolExecutor(config.worker_threads, thread_name_prefix="hookwire-sql")
        self._waiting = ThreadPoolExecutor(WAITING, thread_name_prefix="hookwire-sql-waiting")
        self._sessions: dict[int, Session] = {}
        self._appenders: dict[int, CollectionAppender] = {}
        self._catalog = Catalog.empty()
        self._intakes = build_intakes(self._catalog, None)
        self._barrier = Barrier(self._loop, self._demand)
        self._store = LocalStore(
            config.data_dir,
            queue_bytes=config.queue_bytes,
            on_durable=self._on_durable,
            on_applied=self._on_applied,
            on_failed=self._barrier.fail,
            prepare=install,
            source_of=self._source_of,
            is_dropped=self._is_dropped,
        )
        self.arrivals = Arrivals(self._loop, self._source_of, self._store.totals)
        self.system_settings = SystemSettings.of(config.settings, self._store.settings)
        self.limits = self.system_settings.limits
        self._store.journal.limit_queue(self.limits.queue_bytes)
        objects, next_id = self._store.load()
        try:
            self._vault = _vault(config, [o for o in objects if isinstance(o, Secret)])
        except BaseException:
            self._store.close()
            raise
        self.publish(Catalog.of(objects, next_id=next_id))
        self._metrics.queue_bytes.set_function(lambda: self._store.journal.queued_bytes)
        self._metrics.unapplied.set_function(lambda: self._store.unapplied)
        config.registry.register(StorageBytes(self._storage_bytes))
        self._idle = IdleCursors(self._loop, self.sessions, self.run)

    @classmethod
    async def open(cls, config: EngineConfig) -> Engine:
        """Open the store and replay the journal.

        Raises DataCorrupted when the data directory cannot be trusted, BadKeyError without the
        key of its secrets, OSError when it cannot be read or written.
        """
        engine = cls(config)
        replayed = await engine.run(engine._store.recover)
        if replayed:
            log.info("replayed %d requests from the journal", replayed)
        engine._barrier.start_at(engine._store.applied_position)
        engine._store.start()
        return engine

    # Webhooks.

    def find_webhook(self, database: str, schema: str, name: str) -> Intake | None:
        return self._intakes.find(database, schema, name)

    def find_webhook_by_external_id(self, external_id: str) -> Intake | None:
        return self._intakes.find_by_external_id(external_id)

    def append_webhook(self, intake: Intake, request: WebhookRequest) -> asyncio.Future[int]:
        """Decode `request` and make its rows durable; the result is their number.

        Raises SqlError at once for a body that does not decode (22P02, 22021), too many rows
        (54000), a source dropped meanwhile (42704) or a full queue (53000). The future fails with
        StorageFault or DiskFull when the journal could not be written.
        """
        future: asyncio.Future[int] = self._loop.create_future()
        packed = intake.pack(request)
        if packed.count == 0:
            future.set_result(0)
            return future
        appender = self._appenders.get(intake.source.id)
        if appender is None:
            raise UndefinedObject(f"source {intake.source.name} does not exist")
        appender.append(packed, request.received_at_us, future)
        return future

    def _on_durable(
        self, tickets: Sequence[Ticket], error: SqlError | None, batch: BatchStatistics
    ) -> None:
        """On the journal's thread, after fdatasync: note what readers must wait for, then tell."""
        if error is None:
            note = self._barrier.note
            for ticket in tickets:
                note(ticket.collection_id, ticket.position)
            self._metrics.batch_rows.observe(batch.rows)
            self._metrics.commit_seconds.observe(batch.seconds)
            self._store.made_durable()
        self._loop.call_soon_threadsafe(_settle, tickets, error)

    def _on_applied(self, position: int) -> None:
        """On the applier's thread, after its commit."""
        self._barrier.reached(position)
        self.arrivals.reached(position, self._store.totals)

    # Statements.

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    def role(self, name: str) -> LoginRole | None:
        """What the SQL door has to know of the role; None when there is none."""
        found = self._catalog.role(name)
        return None if found is None else login_role(self._catalog.roles, found)

    def session(
        self, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> Session:
        session = Session(self, user=user, database=database, settings=settings, peer=peer)
        self._sessions[session.id] = session
        return session

    def sessions(self) -> Sequence[Session]:
        return tuple(self._sessions.values())

    def forget(self, session: Session) -> None:
        """A session has closed."""
        self._sessions.pop(session.id, None)

    async def run(self, call: Callable[..., T], *arguments: Any) -> T:
        """A blocking call on the statement pool."""
        return await self._loop.run_in_executor(self._pool, call, *arguments)

    async def run_apart(self, call: Callable[..., T], *arguments: Any) -> T:
        """A blocking call that may wait for another statement: the pool must not run full of it."""
        return await self._loop.run_in_executor(self._waiting, call, *arguments)

    def open_cursor(self) -> duckdb.DuckDBPyConnection:
        return self._store.session_cursor()

    def is_applied(self, sources: frozenset[int] | None) -> bool:
        return self._barrier.is_passed(sources)

    async def wait_applied(self, sources: frozenset[int] | None) -> None:
        await self._barrier.wait(sources)

    def statistics(self) -> Mapping[int, Total]:
        return self._store.totals

    def attach_statistics(self, counts: Callable[[], Mapping[int, SourceCounts]]) -> None:
        """Where hookwire.webhook_statistics reads what became of requests; called per statement
        on any thread."""
        self._counts = counts

    def attach_hba_rules(self, rules: Callable[[], Sequence[HbaRule]]) -> None:
        """Where pg_hba_file_rules is read from; called per statement on any thread."""
        self._hba_rules = rules

    def hba_rules(self) -> Sequence[HbaRule]:
        return self._hba_rules()

    def counts(self) -> Mapping[int, SourceCounts]:
        return self._counts()

    # The catalog.

    def persist(self, cursor: duckdb.DuckDBPyConnection, change: Change) -> None:
        """Write a catalog change inside the session's open transaction. Blocks."""
        persist(
            cursor,
            removed=change.removed,
            added=change.added,
            replaced=change.replaced,
            next_id=change.catalog.next_id,
            cascade=change.cascade,
        )

    def seal(self, secret_id: int, value: bytes) -> bytes:
        return self._vault.seal(secret_id, value)

    def publish(self, catalog: Catalog) -> None:
        """Make a committed catalog the current one: URLs, checks, appenders and new statements
        see it, and so do the requests that are judged from here on."""
        self._build_intakes(catalog)
        live = {o.id for o in catalog.objects.values() if isinstance(o, WebhookSource)}
        gone = self._appenders.keys() - live
        for source_id in live - self._appenders.keys():
            self._appenders[source_id] = CollectionAppender(source_id, self._store.journal)
        for source_id in gone:
            self._appenders.pop(source_id).close()
            self._barrier.forget(source_id)
        self._catalog = catalog
        if gone:
            self.ledger.keep_only(catalog.objects.keys())
            self._store.dropped()

    def _build_intakes(self, catalog: Catalog) -> None:
        limits = self.limits
        self.ledger.resize(limits.rejections_max_rows, limits.rejections_max_bytes)
        values = self._vault.values(catalog.secrets.values())
        self._intakes = build_intakes(
            catalog, self._intakes, limits, values, self.public_url
        )

    # The settings of the whole server.

    @property
    def public_url(self) -> str:
        return self.system_settings.values["public_url"]

    def persist_settings(
        self, cursor: duckdb.DuckDBPyConnection, changed: SystemSettings
    ) -> None:
        """Write them inside the session's open transaction. Blocks."""
        write_settings(cursor, changed.stored)

    def publish_settings(self, settings: SystemSettings) -> None:
        """Make committed settings hold from the next request and statement on."""
        self.system_settings = settings
        self.limits = settings.limits
        self._build_intakes(self._catalog)
        self._store.journal.limit_queue(self.limits.queue_bytes)

    def _source_of(self, source_id: int) -> WebhookSource | None:
        found = self._catalog.objects.get(source_id)
        return found if isinstance(found, WebhookSource) else None

    def _is_dropped(self, source_id: int) -> bool:
        return source_id < self._catalog.next_id and self._source_of(source_id) is None

    # Life.

    def _demand(self) -> None:
        self._store.demand()

    @property
    def readiness(self) -> Readiness:
        if self.draining:
            return DRAINING
        failure = self._store.failure
        return READY if failure is None else Readiness(False, failure)

    async def close(self) -> None:
        """Make durable, apply and checkpoint what waits; then close. No call may come after."""
        self.draining = True
        await self._idle.stop()
        for session in self.sessions():
            await session.close()
        await self.run(self._store.close)
        self._pool.shutdown()
        self._waiting.shutdown()

    def _storage_bytes(self) -> Mapping[str, int]:
        named = {i: str(o.name) for i, o in self._catalog.objects.items()}
        return {named[i]: t.bytes for i, t in self._store.totals.items() if i in named}


def _vault(config: EngineConfig, secrets: Sequence[Secret]) -> Vault:
    """Raises BadKeyError when the key does not open the stored secrets."""
    key, path = config.secret_key, config.secret_key_file
    if path is None and config.data_dir is not None:
        path = config.data_dir / secret_key.FILE
    if key is None:
        key = secret_key.random() if path is None else secret_key.load(path, may_make=not secrets)
    vault = Vault(key)
    try:
        vault.values(secrets)
    except WrongKeyError:
        origin = "that was given" if config.secret_key else f"in {path}"
        raise secret_key.BadKeyError(
            f"the key {origin} is not the one that the stored secrets were encrypted with; start"
            " with that key (--secret-key-file or HOOKWIRE_SECRET_KEY)"
        ) from None
    return vault


def _settle(tickets: Sequence[Ticket], error: SqlError | None) -> None:
    for ticket in tickets:
        future = ticket.future
        if future.done():
            continue
        if error is None:
            future.set_result(ticket.row_count)
        else:
            future.set_exception(error)
