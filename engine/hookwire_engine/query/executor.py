"""Plans made and run, on the session's cursor and in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from hookwire_catalog.catalog import Change
from hookwire_catalog.errors import FeatureNotSupported, ReadOnlySqlTransaction
from hookwire_catalog.names import DEFAULT_DATABASE, DEFAULT_SCHEMA
from hookwire_catalog.notices import Notice, notice, warning
from hookwire_catalog.objects import OWNER
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.snapshot import PlainKey
from hookwire_catalog.split import Statement, split_statements
from hookwire_engine.dialect import translate
from hookwire_engine.dialect.values import SystemName, Translation
from hookwire_engine.query import plan, replay
from hookwire_engine.query.names import Names
from hookwire_engine.query.owning import followed, plain_keys
from hookwire_engine.query.plan import Plan
from hookwire_engine.query.quick import FEW_ROWS
from hookwire_engine.query.replay import Write
from hookwire_engine.query.result import Result
from hookwire_engine.query.session_values import SessionValues
from hookwire_engine.query.shared import PLAN_TEXT
from hookwire_engine.query.tags import DDL
from hookwire_engine.query.transaction import Transaction
from hookwire_engine.query.work import Work
from hookwire_engine.safety.kinds import StatementKind
from hookwire_engine.system.plain import read_plain
from hookwire_engine.system.registry import RELATIONS
from hookwire_engine.system.values import Depends, PlainObjects, View

if TYPE_CHECKING:
    from hookwire_engine.query.cursor import SessionCursor
    from hookwire_engine.query.session import Session

T = TypeVar("T")
Parameters = Sequence[object | None]


def _reads_statistics(made: Plan) -> bool:
    """What is told of all sources must be as new as their rows."""
    return any(RELATIONS[name].depends is Depends.LIVE for name in made.system)


def _told(text: str) -> Notice:
    """IF EXISTS says so with a notice; everything else is a warning."""
    return notice(text) if text.endswith(", skipping") else warning(text, "01000")


class Executor:
    """For the loop, except where it says Worker."""

    def __init__(self, session: Session, work: Work) -> None:
        self._session = session
        self._work = work
        self._host = work.host
        self._cursor = work.cursor
        self.has_temporary = False
        self._kept: tuple[Write, int] | None = None

    # Plans.

    def kept_plan(self, statement: Statement, oids: tuple[int, ...]) -> Plan | None:
        key = self.key(self._work.current())
        return self._host.shared.plans.get((statement.text, oids, key)) if key else None

    async def plan(self, statement: Statement, oids: tuple[int, ...]) -> Plan:
        """A new plan, kept if it can be."""
        transaction = self._work.current()
        key = self.key(transaction)
        self._work.interrupts.begin(self._work.seconds("statement_timeout"))
        made = await self._work.do(self._make, transaction, statement, oids)
        if key and len(statement.text) <= PLAN_TEXT:
            self._host.shared.plans.put((statement.text, oids, key), made)
        return made

    def key(self, transaction: Transaction) -> tuple[object, ...] | None:
        """What plans follow from beside their text; None where they cannot be kept."""
        if transaction.catalog_changed or transaction.tables_changed or self.has_temporary:
            return None
        settings = self._work.settings
        return (
            transaction.catalog.version,
            self._host.shared.tables_version,
            settings.get("search_path"),
            settings.get("TimeZone"),
            self._work.role,
            self._work.user,
        )

    def _make(self, transaction: Transaction, statement: Statement, oids: Sequence[int]) -> Plan:
        self._cursor.free()
        self._configure(transaction)
        return self.plan_of(transaction, statement, oids)

    def plan_of(
        self,
        transaction: Transaction,
        statement: Statement,
        oids: Sequence[int] = (),
        *,
        of_view: bool = False,
    ) -> Plan:
        """Worker. The query of a new view may name what only its readers' view must not."""
        names = self.names(transaction)
        return plan.make(
            statement, oids, names, lambda made: self._describe(transaction, made), of_view=of_view
        )

    def rows_of(self, transaction: Transaction, view: UserView, *, judged: bool) -> str:
        """Worker. DuckDB's SQL for the rows of a materialized view, ready to run; if `judged`, by
        the rights of its owner."""
        user = transaction.catalog.roles[view.owner].name
        names = Names(
            transaction.catalog,
            lambda: self.plain(transaction),
            (DEFAULT_SCHEMA,),  # for types and functions: relations have their schemas written out
            user,
            SessionValues(self._session, transaction, user),
            role=view.owner,
        )
        self._configure(transaction)
        (query,) = split_statements(view.query)
        plan.make(
            query, (), names, lambda made: self._describe(transaction, made), of_view=not judged
        )
        if names.temporary:
            raise FeatureNotSupported(
                "materialized views must not use temporary tables or views"
            )
        return translate(query, names).sql

    def _describe(
        self, transaction: Transaction, made: Translation
    ) -> tuple[Sequence[str], Sequence[Any]]:
        self._cursor.register(self._system(transaction, made.system))
        return self._cursor.describe(made.sql, len(made.given))

    # Execution.

    async def start(
        self, made: Plan, parameters: Parameters, max_rows: int
    ) -> tuple[Result | None, pa.RecordBatch | None]:
        """Run a statement that returns rows; the first of them. Without a result they are all."""
        answer = made.habit.answer
        if answer is not None and max_rows >= FEW_ROWS and self._is_settled():
            await self._ready(made)
            self._work.interrupts.check()
            return None, answer
        chosen = made.chosen(parameters)

        def run() -> tuple[Result | None, pa.RecordBatch | None]:
            quick = made.repeatable and max_rows >= FEW_ROWS
            if quick and made.habit.schema is not None:
                few = self._cursor.few(made.sql, chosen, made.habit)
                if few is not None:
                    return None, few
            ask = self._cursor.explain if made.kind is StatementKind.EXPLAIN else self._cursor.query
            result = ask(made.sql, chosen)
            batch = self._take(result, max_rows)
            if quick:
                whole = batch is not None and batch.num_rows < max_rows
                made.habit.learn(batch, whole=whole)
                if made.constant and whole:
                    made.habit.answer = batch
            return result, batch

        def insert() -> tuple[Result, pa.RecordBatch | None]:
            result = Result.of(self._insert(made, f"{made.sql}, *", chosen)[0])
            return result, self._take(result, max_rows)

        return await self._run(made, chosen, insert if self._captures(made) else run)

    def _is_settled(self) -> bool:
        """Whether DuckDB need not be told of the transaction first."""
        transaction = self._work.current()
        return transaction.begun or not transaction.block

    async def command(self, made: Plan, parameters: Parameters) -> int:
        """Run a statement without rows; how many rows it changed."""
        chosen = made.chosen(parameters)

        def insert() -> int:
            return self._insert(made, f"{made.sql} RETURNING *", chosen)[1]

        def run() -> int:
            return self._cursor.run(made.sql, chosen)

        return await self._run(made, chosen, insert if self._captures(made) else run)

    def _captures(self, made: Plan) -> bool:
        """Whether the rows that `made` inserts are kept, to be put in again after ROLLBACK TO."""
        transaction = self._work.current()
        return transaction.block and not transaction.log.full and replay.captures(made)

    def _insert(self, made: Plan, sql: str, parameters: Parameters) -> tuple[pa.Table, int]:
        """Worker: what the client asked to be returned, and how many rows were put in."""
        target = replay.target(made)
        returned, rows = self._cursor.insert(sql, parameters, target, replay.MAX_BYTES)
        self._kept = replay.inserted(target, rows)
        return returned, rows.count

    async def _run(self, made: Plan, parameters: Parameters, run: Callable[[], T]) -> T:
        transaction, begin = await self._ready(made)
        self._kept = None

        owning: Change | None = None

        def on_worker() -> T:
            nonlocal owning
            self._cursor.free()
            before = plain_keys(self.plain(transaction)) if made.kind in DDL else ()
            self._configure(transaction)
            if begin:
                self._cursor.begin()
            self._cursor.register(self._system(transaction, made.system))
            for sql in made.before:
                self._cursor.run(sql)
            answer = run()
            for sql in made.after:
                self._cursor.run(sql)
            self._note_sequences(transaction, made)
            if made.kind in DDL:
                owning = self._follow(transaction, made, before)
            return answer

        if made.before or made.after:
            transaction.log.torn = made.writes  # until all of it has run
        answer = await self._work.do(on_worker, error=made.error, apart=made.waits)
        transaction.on_commit += made.on_commit
        self._session.notify(*map(_told, made.notices))
        if made.writes:
            self._log(transaction, made, parameters, answer)
        if owning is not None:
            self._own(transaction, owning)
        if made.kind in DDL:
            transaction.tables_changed = True
            transaction.plain = None
            self.has_temporary = self.has_temporary or made.temporary
        return answer

    def _follow(
        self, transaction: Transaction, made: Plan, before: Sequence[PlainKey]
    ) -> Change | None:
        """Worker: keep who owns what in step with the statement that has just run."""
        catalog = transaction.catalog
        if self._work.role == OWNER and not catalog.plain:
            return None
        change = followed(
            catalog,
            before,
            plain_keys(read_plain(self._cursor.duckdb)),
            self._work.role,
            renamed=made.kind is StatementKind.ALTER,
        )
        if change is not None:
            self._host.persist(self._cursor.duckdb, change)
        return change

    def _own(self, transaction: Transaction, change: Change) -> None:
        transaction.catalog = change.catalog
        transaction.catalog_changed = True

        def again(cursor: SessionCursor) -> int:
            self._host.persist(cursor.duckdb, change)
            return 0

        if transaction.block:
            transaction.log.add(Write(again))

    def _note_sequences(self, transaction: Transaction, made: Plan) -> None:
        """Worker: a sequence that the transaction has made begins anew when it is made again."""
        log = transaction.log
        if made.writes and replay.makes_sequence(made):
            log.makes_sequences = True
        if log.makes_sequences and transaction.block:
            log.sequences = self._cursor.sequences()

    def _log(
        self, transaction: Transaction, made: Plan, parameters: Parameters, answer: object
    ) -> None:
        """Note what has been written, for ROLLBACK TO."""
        transaction.log.torn = False
        if not transaction.block:
            return
        count = answer if isinstance(answer, int) else None
        if self._kept is None:
            self._kept = replay.statement(made, parameters, self._configured(transaction), count)
        transaction.log.add(*self._kept)
        self._kept = None

    async def _ready(self, made: Plan) -> tuple[Transaction, bool]:
        """Everything that must be so before `made` runs; whether DuckDB's BEGIN is due."""
        work = self._work
        work.interrupts.begin(work.seconds("statement_timeout"))
        transaction = work.current()
        if made.writes:
            self._check_writable(made)
            if made.kind in DDL:
                await work.lock(transaction)
            transaction.written.add(replay.table_of(made))
        if transaction.begun:
            return transaction, False
        wanted = None if transaction.block or _reads_statistics(made) else made.sources
        if not self._host.is_applied(wanted):
            await work.interrupts.wait(self._host.wait_applied(wanted))
        begin = transaction.block or made.writes
        if begin:
            work.pin(transaction)
        return transaction, begin

    def _check_writable(self, made: Plan) -> None:
        if self._work.settings.get("transaction_read_only") == "on":
            name = made.kind.value.upper()
            raise ReadOnlySqlTransaction(f"cannot execute {name} in a read-only transaction")

    async def fetch(self, made: Plan, result: Result, max_rows: int) -> pa.RecordBatch | None:
        return await self._work.do(self._take, result, max_rows, error=made.error, apart=made.waits)

    def _take(self, result: Result, max_rows: int) -> pa.RecordBatch | None:
        batch = result.take(max_rows)
        if batch is None or batch.num_rows < max_rows:
            self._close(result)
        return batch

    async def give_up(self, result: Result) -> None:
        await self._host.run(self._close, result)

    def _close(self, result: Result) -> None:
        self._cursor.forget(result)
        result.close()

    # What names mean, and what system relations show. Worker.

    def names(self, transaction: Transaction) -> Names:
        return Names(
            transaction.catalog,
            lambda: self.plain(transaction),
            self._schemas(transaction),
            self._work.user,
            SessionValues(self._session, transaction),
            role=self._work.role,
        )

    def plain(self, transaction: Transaction) -> PlainObjects:
        """Tables and the like that only DuckDB knows, as this transaction sees them."""
        if not transaction.begun and not self.has_temporary:
            return self._host.shared.plain_objects(self._cursor.duckdb)
        if transaction.plain is None:
            transaction.plain = read_plain(self._cursor.duckdb)
        return transaction.plain

    def _configure(self, transaction: Transaction) -> None:
        self._cursor.configure(*self._configured(transaction))

    def _configured(self, transaction: Transaction) -> tuple[str, tuple[str, ...]]:
        return self._work.settings.get("TimeZone"), self._schemas(transaction)

    def _schemas(self, transaction: Transaction) -> tuple[str, ...]:
        """Those of the search path that exist and that the role may use (PostgreSQL 5.9.3)."""
        known = transaction.catalog.schemas
        rights = transaction.catalog.rights(self._work.role)
        return tuple(
            schema
            for schema in self._work.search_path
            if schema in known and rights.may(known[schema], "U")
        )

    def _system(
        self, transaction: Transaction, names: frozenset[SystemName]
    ) -> Mapping[str, pa.Table]:
        if not names:
            return {}
        return self._host.shared.system_tables(names, self._view(transaction))

    def _view(self, transaction: Transaction) -> View:
        host = self._host
        return View(
            catalog=transaction.catalog,
            plain=self.plain(transaction),
            user=self._work.user,
            role=self._work.role,
            database=DEFAULT_DATABASE,
            search_path=self._schemas(transaction),
            settings=self._work.settings.all(),
            public_url=host.public_url,
            statistics=host.statistics(),
            counts=host.counts(),
            ledger=host.ledger,
            sessions=tuple(session.state for session in host.sessions()),
            session_id=self._session.id,
            prepared=self._session.prepared,
            cursors=self._session.cursors,
            hba_rules=host.hba_rules(),
            started_us=host.shared.started_us,
        )
