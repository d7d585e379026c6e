"""A backend for the SQL door that answers from a script: no engine, no DuckDB.

    backend = ScriptedBackend({"SELECT 1": rows([INT4], [(1,)])})

A statement is looked up by its text. BEGIN, COMMIT, ROLLBACK, SET, SHOW, DEALLOCATE and DISCARD
need no script. Every call of a session is noted in `ScriptedSession.log`, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pyarrow as pa

from hookwire_catalog import settings as catalog_settings
from hookwire_catalog import types
from hookwire_catalog.errors import (
    InFailedSqlTransaction,
    QueryCanceled,
    SqlError,
    SqlSyntaxError,
)
from hookwire_catalog.notices import Notice
from hookwire_catalog.split import Statement, split_statements
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.backend import Client, LoginRole, TransactionStatus

ARROW = {
    types.BOOL.oid: pa.bool_(),
    types.INT2.oid: pa.int16(),
    types.INT4.oid: pa.int32(),
    types.INT8.oid: pa.int64(),
    types.FLOAT8.oid: pa.float64(),
    types.TEXT.oid: pa.string(),
    types.BYTEA.oid: pa.binary(),
}


@dataclass(frozen=True, slots=True)
class Scripted:
    """What a statement does. `columns` None is a statement without rows.

    `error` is raised by prepare, or by execution when `fails_late`. A `gate` is waited for after
    `gate_after` rows; cancel opens it and the statement fails. `end_error` is raised when the
    transaction of the statement ends.
    """

    columns: tuple[ResultColumn, ...] | None = None
    rows: Sequence[tuple[object, ...]] = ()
    tag: str = ""
    parameters: tuple[PgType, ...] = ()
    error: Exception | None = None
    fails_late: bool = False
    notices: tuple[Notice, ...] = ()
    gate: asyncio.Event | None = None
    gate_after: int = 0
    end_error: SqlError | None = None
    status_after: TransactionStatus | None = None
    sets: tuple[tuple[str, str], ...] = ()


def column(name: str, type_: PgType) -> ResultColumn:
    return ResultColumn(name, type_)


def rows(
    columns: Sequence[tuple[str, PgType]], values: Sequence[tuple[object, ...]], **more: Any
) -> Scripted:
    """A query with this result."""
    described = tuple(ResultColumn(name, type_) for name, type_ in columns)
    return Scripted(described, values, more.pop("tag", f"SELECT {len(values)}"), **more)


def command(tag: str, **more: Any) -> Scripted:
    """A statement without rows."""
    return Scripted(None, (), tag, **more)


def fails(error: Exception, **more: Any) -> Scripted:
    return Scripted(error=error, **more)


BUILT_IN = {
    "BEGIN": command("BEGIN", status_after="T"),
    "COMMIT": command("COMMIT", status_after="I"),
    "ROLLBACK": command("ROLLBACK", status_after="I"),
    "DEALLOCATE ALL": command("DEALLOCATE ALL"),
    "DISCARD ALL": command("DISCARD ALL"),
}


@dataclass(slots=True)
class ScriptedPrepared:
    script: Scripted
    text: str

    @property
    def parameter_types(self) -> tuple[PgType, ...]:
        return self.script.parameters

    @property
    def columns(self) -> tuple[ResultColumn, ...] | None:
        return self.script.columns


class ScriptedPortal:
    def __init__(self, session: ScriptedSession, prepared: ScriptedPrepared) -> None:
        self.columns = prepared.columns
        self.command_tag = ""
        self.closed = False
        self.batch_sizes: list[int] = []
        self._session = session
        self._text = prepared.text
        self._script = prepared.script
        self._sent = 0

    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None:
        script, session = self._script, self._session
        if not self.batch_sizes:
            session.log.append(f"run {self._text}")
        self.batch_sizes.append(max_rows)
        if script.error is not None:
            raise script.error
        if script.gate is not None and self._sent >= script.gate_after:
            await session.wait(script.gate)
        taken = script.rows[self._sent : self._sent + max_rows]
        if not taken:
            self._finish()
            return None
        self._sent += len(taken)
        assert self.columns is not None
        return pa.record_batch(
            [
                pa.array([row[i] for row in taken], ARROW[c.type.oid])
                for i, c in enumerate(self.columns)
            ],
            [c.name for c in self.columns],
        )

    def _finish(self) -> None:
        script, session = self._script, self._session
        self.command_tag = script.tag
        session.notices += script.notices
        for name, value in script.sets:
            session.set(name, value)
        if script.status_after is not None:
            if script.status_after == "I" and session.transaction_status == "E":
                self.command_tag = "ROLLBACK"
            session.transaction_status = script.status_after
        if script.end_error is not None:
            session.end_error = script.end_error

    async def close(self) -> None:
        self.closed = True


class ScriptedSession:
    def __init__(self, backend: ScriptedBackend, number: int, user: str) -> None:
        self.id = number
        self.user = user
        self.transaction_status: TransactionStatus = "I"
        self.savepoint = 0
        self.log: list[str] = []
        self.notices: list[Notice] = []
        self.portals: list[ScriptedPortal] = []
        self.end_error: SqlError | None = None
        self.closed = asyncio.Event()
        self._backend = backend
        self._settings = catalog_settings.defaults()
        self._changes: list[tuple[str, str]] = []
        self._waiting: asyncio.Event | None = None
        self._cancelled = False

    @property
    def parameters(self) -> Mapping[str, str]:
        reported = catalog_settings.SESSION_SETTINGS
        return {n: v for n, v in self._settings.items() if n in reported and reported[n].reported}

    def set(self, name: str, value: str) -> None:
        canonical = catalog_settings.changeable(name).name
        self._settings[canonical] = catalog_settings.validate(name, value)
        if canonical in self.parameters:
            self._changes.append((canonical, self._settings[canonical]))

    def setting(self, name: str) -> str:
        return self._settings[name]

    def drain_notices(self) -> list[Notice]:
        drained, self.notices = self.notices, []
        return drained

    def drain_notifications(self) -> list[tuple[str, str]]:
        return []

    def attach(self, client: Client) -> None:
        self.client = client

    def drain_parameter_changes(self) -> list[tuple[str, str]]:
        drained, self._changes = self._changes, []
        return drained

    def statements(self, sql: str) -> list[Statement]:
        return split_statements(sql)

    async def check_syntax(self, statements: Sequence[Statement]) -> None:
        """Every text is SQL here."""

    async def prepare(
        self, statement: Statement, parameter_oids: Sequence[int] = ()
    ) -> ScriptedPrepared:
        text = statement.text
        self.log.append(f"prepare {text}")
        script = self._backend.script.get(text) or BUILT_IN.get(text)
        if script is None and text.startswith("DEALLOCATE "):
            script = command("DEALLOCATE")
        if script is None:
            raise SqlSyntaxError("not in the script", position=1)
        if script.error is not None and not script.fails_late:
            raise script.error
        if self.transaction_status == "E" and script.status_after != "I":
            raise InFailedSqlTransaction(
                "current transaction is aborted, commands ignored until end of transaction block"
            )
        return ScriptedPrepared(script, text)

    async def bind(
        self, prepared: ScriptedPrepared, parameters: Sequence[object | None]
    ) -> ScriptedPortal:
        self.log.append(f"bind {list(parameters)}")
        portal = ScriptedPortal(self, prepared)
        self.portals.append(portal)
        return portal

    def begin_implicit(self) -> None:
        self.log.append("begin_implicit")

    async def end_implicit(self) -> None:
        self.log.append("end_implicit")
        self._end()

    async def sync(self) -> None:
        self.log.append("sync")
        self._end()

    def _end(self) -> None:
        error, self.end_error = self.end_error, None
        if error is not None:
            raise error

    def fail(self) -> None:
        self.log.append("fail")
        if self.transaction_status == "T":
            self.transaction_status = "E"

    def cancel(self) -> None:
        self.log.append("cancel")
        if self._waiting is not None:
            self._cancelled = True
            self._waiting.set()

    async def wait(self, gate: asyncio.Event) -> None:
        self._waiting = asyncio.Event()
        self._backend.running.set()
        opened = asyncio.ensure_future(gate.wait())
        cancelled = asyncio.ensure_future(self._waiting.wait())
        await asyncio.wait((opened, cancelled), return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        cancelled.cancel()
        self._waiting = None
        if self._cancelled:
            self._cancelled = False
            raise QueryCanceled("canceling statement due to user request")

    async def close(self) -> None:
        self.log.append("close")
        self.closed.set()


@dataclass(slots=True)
class ScriptedBackend:
    """`running` is set when a statement has come to a gate. Without `roles` every name is a
    superuser's that may log in."""

    script: Mapping[str, Scripted] = field(default_factory=dict)
    sessions: list[ScriptedSession] = field(default_factory=list)
    running: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: count[int] = field(default_factory=lambda: count(1))
    roles: Mapping[str, LoginRole] | None = None

    def role(self, name: str) -> LoginRole | None:
        if self.roles is None:
            return LoginRole(name, login=True, superuser=True)
        return self.roles.get(name)

    def session(
        self, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> ScriptedSession:
        session = ScriptedSession(self, next(self.numbers), user)
        for name, value in settings.items():
            session.set(name, value)
        self.sessions.append(session)
        return session
