"""The statements of one request, on a session of their own (PostgreSQL 55.2.2, 55.2.2.1).

All of them are one transaction, unless they say otherwise. The first error ends the request. The
transaction ends before the last result is noted, so that a failed commit is never told as done.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence

from hookwire_catalog import settings
from hookwire_catalog.errors import (
    AdminShutdown,
    FeatureNotSupported,
    InternalError,
    InvalidParameterValue,
    InvalidTransactionState,
    ProgramLimitExceeded,
    ProtocolViolation,
    QueryCanceled,
    SqlError,
    SqlSyntaxError,
)
from hookwire_catalog.split import Statement
from hookwire_engine.system.values import CursorState, Encryption, PreparedState
from hookwire_http.sql import answers
from hookwire_http.sql.request import Asked, Query, Script
from hookwire_http.sql.services import Portal, Prepared, Session, SqlServices

log = logging.getLogger("hookwire.http")

End = Callable[[], Awaitable[None]]

FIRST_ROWS = 256
"""Also the most rows that are put into JSON on the event loop."""

MAX_ROWS = 16_384
BATCH_BYTES = 4 * 1024 * 1024
MAX_PAYLOAD_BYTES = 7_999
"""Of a notification (NOTIFY_PAYLOAD_MAX_LENGTH)."""

WIRE_ONLY = frozenset(
    "close copy deallocate declare discard execute fetch listen"
    " move notify prepare unlisten".split()
)
"""What needs a session that stays, or messages that only the PostgreSQL protocol has."""


class Run:
    """Use once. It is also the session's `Client`."""

    def __init__(self, session: Session, services: SqlServices) -> None:
        self._session = session
        self._services = services
        self._results: list[bytes] = []
        self._bytes = 0
        self._sent: dict[tuple[str, str], int] = {}
        self._stop: SqlError | None = None
        session.attach(self)

    # The session's client.

    def cancel(self) -> None:
        self._stop_with(QueryCanceled("canceling statement due to user request"))

    def terminate(self) -> None:
        self._stop_with(AdminShutdown("terminating connection due to administrator command"))

    def _stop_with(self, error: SqlError) -> None:
        self._stop = error
        self._session.cancel()

    def prepared(self) -> Sequence[PreparedState]:
        return ()

    def cursors(self) -> Sequence[CursorState]:
        return ()

    @property
    def encryption(self) -> Encryption | None:
        return None

    def _check_stop(self) -> None:
        if self._stop is not None:
            raise self._stop

    # Statements.

    async def run(self, asked: Asked) -> list[bytes]:
        """The results, each the text of a JSON object; the last one may be an error."""
        session = self._session
        try:
            if isinstance(asked, Script):
                await self._script(asked.sql)
            else:
                await self._queries(asked)
            if session.transaction_status != "I":
                raise InvalidTransactionState(
                    "the request ended inside a transaction block, which is rolled back",
                    hint="End it with COMMIT.",
                )
        except Exception as error:
            told = self._stop or _told(error)
            session.fail()
            self._results.append(answers.failed(told, session.drain_notices()))
            await self._roll_back()
        else:
            self._publish()
        return self._results

    async def _script(self, sql: str) -> None:
        session = self._session
        statements = session.statements(sql)
        end: End = session.sync
        if len(statements) > 1:
            # PostgreSQL parses the whole text before it runs any of it (exec_simple_query).
            await session.check_syntax([s for s in statements if _word(s) not in WIRE_ONLY])
            session.begin_implicit()
            end = session.end_implicit
        for statement in statements:
            await self._execute(statement, None, end if statement is statements[-1] else None)

    async def _queries(self, queries: Sequence[Query]) -> None:
        session = self._session
        session.begin_implicit()
        for query in queries:
            statements = session.statements(query.sql)
            if len(statements) > 1:
                raise SqlSyntaxError("cannot insert multiple commands into a prepared statement")
            end = session.end_implicit if query is queries[-1] else None
            if statements:
                await self._execute(statements[0], query.parameters, end)
            else:
                self._results.append(answers.done("", ()))

    async def _execute(
        self, statement: Statement, parameters: Sequence[str | None] | None, end: End | None
    ) -> None:
        """Run one statement and note its result; `parameters` None is a simple query."""
        try:
            self._check_stop()
            _check_word(statement)
            prepared = await self._session.prepare(statement)
            values = () if parameters is None else self._values(prepared, parameters)
            portal = await self._session.bind(prepared, values)
            self._check_stop()
            try:
                rows = await self._rows(portal)
                tag = portal.command_tag
            finally:
                await portal.close()
            self._ended(tag)
            if end is not None:
                await end()
        except SqlError as error:
            if error.position is not None:
                error.position += statement.start
            raise
        notices = self._session.drain_notices()
        if portal.columns is None:
            self._results.append(answers.done(tag, notices))
        else:
            self._results.append(answers.rows(tag, portal.columns, rows, notices))

    def _values(
        self, prepared: Prepared, parameters: Sequence[str | None]
    ) -> Sequence[object | None]:
        types = prepared.parameter_types
        if len(types) != len(parameters):
            raise ProtocolViolation(
                f"bind message supplies {len(parameters)} parameters,"
                f' but prepared statement "" requires {len(types)}'
            )
        read, setting = self._services.parameter, self._session.setting
        pairs = zip(types, parameters, strict=True)
        return [read(type_, text, setting, n) for n, (type_, text) in enumerate(pairs, 1)]

    async def _rows(self, portal: Portal) -> list[bytes]:
        """Run to the end. Raises ProgramLimitExceeded when the results get too large."""
        session, columns = self._session, portal.columns
        limit = settings.amount("max_result_size", session.setting("max_result_size"))
        rows: list[bytes] = []
        asked = FIRST_ROWS
        while (batch := await portal.next_batch(asked)) is not None:
            self._check_stop()
            if columns is None:
                continue
            arguments = batch, columns, session.setting
            if batch.num_rows <= FIRST_ROWS:
                made = self._services.rows(*arguments)
            else:
                made = await asyncio.to_thread(self._services.rows, *arguments)
            del batch, arguments
            size = sum(map(len, made)) + len(made)
            self._bytes += size
            if self._bytes > limit:
                raise _too_large(limit)
            rows += made
            asked = max(1, min(MAX_ROWS, BATCH_BYTES * max(1, len(made)) // max(1, size)))
        return rows

    # Ends of transactions.

    def _ended(self, tag: str) -> None:
        """A statement with this tag has run: what pg_notify() sent waits for its COMMIT."""
        for channel, payload in self._session.drain_notifications():
            if len(payload.encode()) > MAX_PAYLOAD_BYTES:
                raise InvalidParameterValue("payload string too long")
            self._sent.setdefault((channel, payload), self._session.savepoint)
        if tag == "COMMIT":
            self._publish()
        elif tag == "ROLLBACK":
            kept = self._session.savepoint
            self._sent = {sent: made for sent, made in self._sent.items() if made < kept}

    def _publish(self) -> None:
        sent, self._sent = self._sent, {}
        for channel, payload in sent:
            self._services.notify(channel, payload)

    async def _roll_back(self) -> None:
        """End the transaction that failed."""
        try:
            await self._session.end_implicit()
        except Exception as error:
            log.warning("rollback failed: %s", _told(error).message)


def _word(statement: Statement) -> str:
    return statement.tokens[0].text.lower()


def _check_word(statement: Statement) -> None:
    word = _word(statement)
    if word in WIRE_ONLY:
        raise FeatureNotSupported(
            f"{word.upper()} is not supported in SQL over HTTP",
            hint="Connect to the SQL port with a PostgreSQL client.",
        )


def _too_large(limit: int) -> ProgramLimitExceeded:
    return ProgramLimitExceeded(
        f"the results are larger than max_result_size ({limit} bytes)",
        hint="Ask for less, raise it with SET max_result_size, or read the rows from the SQL port.",
    )


def _told(error: Exception) -> SqlError:
    """What is not a SqlError is a fault of ours: the client gets an id, the log has the cause."""
    if isinstance(error, SqlError):
        return error
    number = uuid.uuid4().hex[:12]
    log.error("unexpected error %s", number, exc_info=error)
    return InternalError("internal error", detail=f"The server's log has the cause under {number}.")
