"""Simple query: one text, any number of statements, one ReadyForQuery (PostgreSQL 55.2.2).

Several statements in one Query are one transaction, unless they say otherwise (55.2.2.1). The
transaction ends before the last CommandComplete, so that a failed commit is never announced as a
success.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter

from hookwire_catalog.masking import masked
from hookwire_catalog.split import Statement
from hookwire_pgwire import replies
from hookwire_pgwire.channel import Channel, Stopwatch
from hookwire_pgwire.faults import ClientGoneError, FatalError, as_sql_error
from hookwire_pgwire.messages import Query
from hookwire_pgwire.namespace import Namespace
from hookwire_pgwire.rows import run_to_end, send_rows
from hookwire_pgwire.statements.door import Door
from hookwire_pgwire.statements.fetching import FetchPortal

log = logging.getLogger("hookwire.pgwire")


class SimpleQuery:
    def __init__(self, channel: Channel, names: Namespace) -> None:
        self._channel = channel
        self._names = names
        self._door = Door(channel, names)

    async def run(self, message: Query) -> None:
        """Answer a Query, ReadyForQuery included."""
        channel, names = self._channel, self._names
        session = channel.session
        names.drop_statement("")
        await names.drop_portal("")
        try:
            await self._run(message.sql)
        except (ClientGoneError, FatalError):
            raise
        except Exception as error:
            channel.error(as_sql_error(error))
            await names.drop_portals(session.savepoint)
            await self.roll_back()
        channel.in_script = False
        if session.transaction_status == "I":
            await names.drop_portals()
        channel.ready()

    async def _run(self, sql: str) -> None:
        session = self._channel.session
        if log.isEnabledFor(logging.DEBUG):
            log.debug("session %d: query: %s", session.id, masked(sql))
        statements = session.statements(sql)
        if not statements:
            self._channel.send(replies.EMPTY_QUERY_RESPONSE)
            return
        end = session.sync
        if len(statements) > 1:
            # PostgreSQL parses the whole text before it runs any of it (exec_simple_query).
            await self._door.check_syntax(statements)
            session.begin_implicit()
            self._channel.in_script = True
            end = session.end_implicit
        for statement in statements[:-1]:
            await self._timed(statement, None)
        await self._timed(statements[-1], end)

    async def _timed(self, statement: Statement, end: Callable[[], Awaitable[None]] | None) -> None:
        watch = Stopwatch(self._channel.metrics, statement)
        started = perf_counter()
        try:
            tag = await self._execute(statement)
            if end is not None:
                if self._channel.session.transaction_status == "I":
                    await self._names.keep_held()
                await end()
        except (ClientGoneError, FatalError):
            raise
        except Exception as error:
            told = as_sql_error(error, statement.start)
            watch.add(started)
            watch.done(told.sqlstate)
            raise told from error
        watch.add(started)
        watch.done()
        self._channel.complete(tag)

    async def _execute(self, statement: Statement) -> str:
        """Run one statement and send its rows; its command tag."""
        channel, names = self._channel, self._names
        in_transaction = channel.session.transaction_status != "I"
        names.check(statement)
        prepared = await self._door.prepare(statement)
        channel.check_cancel()
        portal = await self._door.bind(prepared, ())
        try:
            channel.check_cancel()
            if portal.columns is None:
                await run_to_end(portal)
            else:
                form = portal.form if isinstance(portal, FetchPortal) else 0
                formats = (form,) * len(portal.columns)
                channel.send(replies.row_description(portal.columns, formats))
                await send_rows(channel, portal, formats, None)
            tag = portal.command_tag
        finally:
            await portal.close()
        await names.apply(statement, tag)
        channel.ended(tag)
        if tag == "ROLLBACK" or (in_transaction and channel.session.transaction_status == "I"):
            await names.drop_portals(channel.session.savepoint)
        return tag

    async def roll_back(self) -> None:
        """End the transaction that failed; `Session.fail` has been called."""
        session = self._channel.session
        try:
            await session.end_implicit()
            await session.sync()
        except Exception as error:
            log.warning("session %d: rollback failed: %s", session.id, as_sql_error(error))
