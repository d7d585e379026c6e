"""One client's session, as the SQL door uses it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import (
    CachedPlanChanged,
    FeatureNotSupported,
    InFailedSqlTransaction,
    InsufficientPrivilege,
    InvalidAuthorization,
    SqlError,
    SqlSyntaxError,
)
from hookwire_catalog.masking import mask_error, masked
from hookwire_catalog.names import DEFAULT_DATABASE
from hookwire_catalog.notices import SEVERITIES, Notice
from hookwire_catalog.objects import Role
from hookwire_catalog.split import Statement
from hookwire_catalog.statements import Commit, OurStatement, Rollback, RollbackToSavepoint
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_engine.dialect import check_syntax
from hookwire_engine.functions.acting import CALLERS
from hookwire_engine.query import own
from hookwire_engine.query.caller import SessionCaller
from hookwire_engine.query.executor import Executor
from hookwire_engine.query.host import Host
from hookwire_engine.query.plan import Plan
from hookwire_engine.query.portal import CommandPortal, OwnPortal, Portal, QueryPortal
from hookwire_engine.query.work import Work
from hookwire_engine.system.values import CursorState, Encryption, PreparedState, SessionState

if TYPE_CHECKING:
    import duckdb

_IDS = itertools.count(1)
_AFTER_FAILURE = (Commit, Rollback, RollbackToSavepoint)
_LEAST_SEVERITY = {"notice": 2, "warning": 3, "error": 4, "log": 1}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement of ours, or a plan and what it was made for."""

    statement: Statement
    parameter_types: tuple[PgType, ...]
    columns: tuple[ResultColumn, ...] | None
    ours: OurStatement | None = None
    plan: Plan | None = None
    oids: tuple[int, ...] = ()
    key: object = None


class Client(Protocol):
    """Whoever holds the session: the SQL door's connection."""

    def cancel(self) -> None: ...

    def terminate(self) -> None: ...

    def prepared(self) -> Sequence[PreparedState]: ...

    def cursors(self) -> Sequence[CursorState]: ...

    @property
    def encryption(self) -> Encryption | None: ...


class Session:
    """See hookwire_pgwire.backend.Session. Every method is for the loop.

    `work` is its cursor and transaction, `executor` makes and runs plans.
    """

    def __init__(
        self, host: Host, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> None:
        """Raises SqlError for a setting that cannot be, a role that is none, or one without
        CONNECT on the database."""
        self.id = next(_IDS)
        self.host = host
        role = _admitted(host.catalog, user)
        self.work = Work(host, self.id, role, {**dict(role.settings), **settings})
        self.executor = Executor(self, self.work)
        self.peer = peer
        self._started_us = _now_us()
        self._query = ""
        self._query_us: int | None = None
        self._active = False
        self._notices: list[Notice] = []
        self._sent: list[tuple[str, str]] = []
        self._loop = asyncio.get_running_loop()
        self._client: Client | None = None
        CALLERS[self.id] = SessionCaller(self)

    # What the door reads.

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.work.settings.reported

    @property
    def transaction_status(self) -> Literal["I", "T", "E"]:
        transaction = self.work.transaction
        if transaction is None or not transaction.block:
            return "I"
        return "E" if transaction.failed else "T"

    @property
    def savepoint(self) -> int:
        """The serial number of the innermost savepoint; 0 without one. Later ones have more."""
        transaction = self.work.transaction
        innermost = None if transaction is None else transaction.innermost
        return 0 if innermost is None else innermost.serial

    def setting(self, name: str) -> str:
        return self.work.settings.get(name)

    def drain_parameter_changes(self) -> list[tuple[str, str]]:
        return self.work.settings.drain_changes()

    def drain_notices(self) -> list[Notice]:
        notices, self._notices = self._notices, []
        return notices

    def notify(self, *notices: Notice) -> None:
        """Tell the client, if client_min_messages lets it through."""
        least = _LEAST_SEVERITY.get(self.setting("client_min_messages"), 0)
        self._notices += [n for n in notices if SEVERITIES.index(n.severity) >= least]

    def send(self, channel: str, payload: str) -> None:
        """As NOTIFY does. Any thread."""
        self._sent.append((channel, payload))

    def drain_notifications(self) -> list[tuple[str, str]]:
        """Channels and payloads that the transaction has sent since the last call."""
        sent, self._sent = self._sent, []
        return sent

    @property
    def state(self) -> SessionState:
        """For pg_stat_activity. Any thread."""
        words = {"I": "idle", "T": "idle in transaction", "E": "idle in transaction (aborted)"}
        return SessionState(
            id=self.id,
            user=self.work.session_user,
            role=self.work.identity.session_role,
            database=DEFAULT_DATABASE,
            peer=self.peer,
            application_name=self.setting("application_name"),
            state="active" if self._active else words[self.transaction_status],
            query=self._query,
            started_us=self._started_us,
            query_started_us=self._query_us,
            encryption=None if self._client is None else self._client.encryption,
        )

    @property
    def statement_started_us(self) -> int:
        return self._query_us or self._started_us

    # Statements.

    def statements(self, sql: str) -> list[Statement]:
        try:
            return self.host.shared.texts.split(sql)
        except SqlError as error:
            raise mask_error(error, sql) from None

    async def check_syntax(self, statements: Sequence[Statement]) -> None:
        """Raises SqlSyntaxError for the first that is none; its position is in the whole text."""
        await self.host.run(_check_syntax, statements)

    async def prepare(self, statement: Statement, parameter_oids: Sequence[int] = ()) -> Prepared:
        """Raises SqlError; its position is in `statement`."""
        oids = tuple(parameter_oids)
        # What has a plan is none of ours.
        kept = self.executor.kept_plan(statement, oids)
        ours = None if kept else parse_statement(statement)
        self._check_not_failed(ours)
        if kept is None:
            ours = ours or own.meant(self, statement)
        self._active, self._query, self._query_us = True, masked(statement.text), _now_us()
        if ours is not None:
            return Prepared(statement, (), own.columns(self, ours), ours)
        return await self._planned(statement, oids, kept)

    async def _planned(
        self, statement: Statement, oids: tuple[int, ...], kept: Plan | None = None
    ) -> Prepared:
        made = kept or await self.executor.plan(statement, oids)
        key = None if made.volatile else self.executor.key(self.work.current())
        return Prepared(statement, made.parameters, made.columns, None, made, oids, key)

    async def bind(self, prepared: Prepared, parameters: Sequence[object | None]) -> Portal:
        """Raises SqlError, also when the statement means something else by now."""
        self._check_not_failed(prepared.ours)
        ours = prepared.ours
        if ours is not None:
            return OwnPortal(prepared.columns, lambda: own.execute(self, ours))
        made = prepared.plan
        if prepared.key is None or prepared.key != self.executor.key(self.work.current()):
            statement, oids = prepared.statement, prepared.oids
            kept = self.executor.kept_plan(statement, oids)
            again = await self._planned(statement, oids, kept)
            if again.columns != prepared.columns:
                raise CachedPlanChanged
            made = again.plan
        assert made is not None
        if any(map(_nested, parameters)):
            raise FeatureNotSupported(
                "parameters that are arrays of more than one dimension are not supported",
                hint="Write the array in the statement, as ARRAY[[...], [...]].",
            )
        if made.columns is None:
            return CommandPortal(self.executor, made, parameters)
        return QueryPortal(self.executor, made, parameters)

    def _check_not_failed(self, ours: OurStatement | None) -> None:
        if self.transaction_status == "E" and not isinstance(ours, _AFTER_FAILURE):
            raise InFailedSqlTransaction(
                "current transaction is aborted, commands ignored until end of transaction block"
            )

    # The ends of things.

    def begin_implicit(self) -> None:
        self.work.current().script = True

    async def end_implicit(self) -> None:
        await self.sync()

    async def sync(self) -> None:
        """Commit or roll back, unless a block is open."""
        self._rest()
        transaction = self.work.transaction
        if transaction is not None and not transaction.block:
            await self.work.end(commit=not transaction.failed)

    def fail(self) -> None:
        self._rest()
        self._sent.clear()
        transaction = self.work.transaction
        savepoint = None if transaction is None else transaction.innermost
        if transaction is not None:
            transaction.failed = True
        if savepoint is not None:
            self.host.shared.locks.keep_transaction(self.id, savepoint.locks)
            self.work.settings.go_back(savepoint.settings)
            return
        self.host.shared.locks.release_transaction(self.id)
        if transaction is not None:
            self.work.settings.undo(transaction.settings_before)

    def _rest(self) -> None:
        self.work.interrupts.end()
        self._active = False

    def give_back(self) -> duckdb.DuckDBPyConnection | None:
        """The cursor, for the caller to close, if this session is idle and can do without."""
        if self.work.transaction is not None or self.executor.has_temporary:
            return None
        return self.work.cursor.give_back()

    def cancel(self) -> None:
        """Interrupt the running statement."""
        self.work.interrupts.interrupt()

    @property
    def prepared(self) -> Sequence[PreparedState]:
        """For pg_prepared_statements. Any thread."""
        return () if self._client is None else self._client.prepared()

    @property
    def cursors(self) -> Sequence[CursorState]:
        """For pg_cursors. Any thread."""
        return () if self._client is None else self._client.cursors()

    def attach(self, client: Client) -> None:
        """Who is asked when another session wants to end this one or its statement."""
        self._client = client

    def signal(self, *, terminate: bool) -> None:
        """pg_cancel_backend and pg_terminate_backend. Any thread."""
        client = self._client
        if client is None:
            self._loop.call_soon_threadsafe(self.cancel)
        else:
            self._loop.call_soon_threadsafe(client.terminate if terminate else client.cancel)

    async def close(self) -> None:
        self._rest()
        CALLERS.pop(self.id, None)
        try:
            await self.work.end(commit=False)
        finally:
            self.host.shared.locks.release_session(self.id)
            await self.host.run(self.work.cursor.close)
            self.host.forget(self)


def _nested(parameter: object) -> bool:
    """DuckDB's type of a list says how deep it is; PostgreSQL's type of an array does not."""
    return isinstance(parameter, list) and any(isinstance(item, list) for item in parameter)


def _admitted(catalog: Catalog, user: str) -> Role:
    """Raises InvalidAuthorization (28000), InsufficientPrivilege (42501)."""
    role = catalog.role(user)
    if role is None:
        raise InvalidAuthorization(f'role "{user}" does not exist')
    if not catalog.rights(role.id).may(catalog.database, "c"):
        raise InsufficientPrivilege(
            f'permission denied for database "{catalog.database.name}"',
            detail="User does not have CONNECT privilege.",
        )
    return role


def _check_syntax(statements: Sequence[Statement]) -> None:
    for statement in statements:
        try:
            if parse_statement(statement) is None:
                check_syntax(statement)
        except SqlSyntaxError as error:
            error.position = (error.position or 1) + statement.start
            raise
        except SqlError:
            continue  # told when it is the statement's turn


def _now_us() -> int:
    return time.time_ns() // 1000
