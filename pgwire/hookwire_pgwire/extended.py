"""Extended query: Parse, Bind, Describe, Execute, Close, Sync (PostgreSQL 55.2.3).

An error in here leaves to the connection, which answers it and skips to the next Sync.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import perf_counter

from hookwire_catalog.errors import (
    InFailedSqlTransaction,
    InvalidParameterValue,
    ObjectNotInPrerequisiteState,
    ProtocolViolation,
    SqlSyntaxError,
    UndefinedFunction,
)
from hookwire_catalog.masking import masked
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire import replies
from hookwire_pgwire.backend import Prepared
from hookwire_pgwire.channel import Channel, Stopwatch
from hookwire_pgwire.faults import ClientGoneError, FatalError, as_sql_error
from hookwire_pgwire.messages import Bind, Close, Describe, Execute, Parse, Sync
from hookwire_pgwire.namespace import Namespace, OpenPortal, PreparedStatement
from hookwire_pgwire.rows import Sent, run_to_end, send_rows
from hookwire_pgwire.statements.door import Door
from hookwire_pgwire.values import Rendering, decode_parameter, supports_binary

log = logging.getLogger("hookwire.pgwire")


class ExtendedQuery:
    def __init__(self, channel: Channel, names: Namespace) -> None:
        self._channel = channel
        self._names = names
        self._door = Door(channel, names)

    async def parse(self, message: Parse) -> None:
        channel, names, session = self._channel, self._names, self._channel.session
        if log.isEnabledFor(logging.DEBUG):
            log.debug("session %d: parse %r: %s", session.id, message.name, masked(message.sql))
        if not message.name:
            # Gone even if this Parse fails (exec_parse_message).
            names.drop_statement("")
        statements = session.statements(message.sql)
        if len(statements) > 1:
            raise SqlSyntaxError("cannot insert multiple commands into a prepared statement")
        statement = statements[0] if statements else None
        prepared: Prepared | None = None
        if statement is not None:
            started = perf_counter()
            try:
                prepared = await self._door.prepare(statement, message.parameter_oids)
            except Exception as error:
                watch = Stopwatch(channel.metrics, statement)
                watch.add(started)
                told = as_sql_error(error, statement.start)
                watch.done(told.sqlstate)
                raise told from error
        names.add_statement(PreparedStatement(message.name, statement, prepared))
        channel.send(replies.PARSE_COMPLETE)

    async def bind(self, message: Bind) -> None:
        names = self._names
        source = names.statement(message.statement)
        prepared = source.prepared
        if prepared is None:
            self._check_not_failed()
        types = () if prepared is None else prepared.parameter_types
        parameters = _decode_parameters(message, types, self._channel)
        names.check_new_portal(message.portal)
        columns = None if prepared is None else prepared.columns
        formats = _result_formats(message.result_formats, columns)
        await names.drop_portal(message.portal)
        portal = None
        if prepared is not None:
            portal = await self._door.bind(prepared, parameters)
        watch = Stopwatch(self._channel.metrics, source.statement)
        savepoint = self._channel.session.savepoint
        names.add_portal(
            OpenPortal(message.portal, source, portal, formats, watch, savepoint=savepoint)
        )
        self._channel.send(replies.BIND_COMPLETE)

    async def describe(self, message: Describe) -> None:
        columns: Sequence[ResultColumn] | None
        formats: Sequence[int]
        if message.kind == "S":
            prepared = self._names.statement(message.name).prepared
            types = () if prepared is None else prepared.parameter_types
            columns = None if prepared is None else prepared.columns
            formats = (0,) * len(columns or ())
            self._check_describable(columns)
            self._channel.send(replies.parameter_description(types))
        else:
            portal = self._names.portal(message.name)
            columns = None if portal.portal is None else portal.portal.columns
            formats = portal.formats
            self._check_describable(columns)
        if columns is None:
            self._channel.send(replies.NO_DATA)
        else:
            self._channel.send(replies.row_description(columns, formats))

    def _check_describable(self, columns: Sequence[ResultColumn] | None) -> None:
        """In a failed transaction only statements without rows are described."""
        if columns is not None:
            self._check_not_failed()

    def _check_not_failed(self) -> None:
        if self._channel.session.transaction_status == "E":
            raise InFailedSqlTransaction(
                "current transaction is aborted, commands ignored until end of transaction block"
            )

    async def execute(self, message: Execute) -> None:
        channel, names = self._channel, self._names
        if not names.has_portal(message.portal):
            self._check_not_failed()  # the failure closed the portals
        portal = names.portal(message.portal)
        if portal.portal is None:
            channel.send(replies.EMPTY_QUERY_RESPONSE)
            return
        if portal.finished:
            self._execute_again(portal)
            return
        status_before = channel.session.transaction_status
        started = perf_counter()
        try:
            await self._run(portal, message.max_rows)
        except (ClientGoneError, FatalError):
            raise
        except Exception as error:
            told = as_sql_error(error, portal.source.start)
            portal.watch.add(started)
            portal.watch.done(told.sqlstate)
            raise told from error
        portal.watch.add(started)
        if portal.finished:
            portal.watch.done()
        rolled_back = portal.finished and portal.portal.command_tag == "ROLLBACK"
        if rolled_back or (status_before != "I" and channel.session.transaction_status == "I"):
            await names.drop_portals(channel.session.savepoint)

    async def _run(self, portal: OpenPortal, max_rows: int) -> None:
        channel, running = self._channel, portal.portal
        statement = portal.source.statement
        assert running is not None and statement is not None
        self._names.check(statement)
        channel.check_cancel()
        if running.columns is None:
            await run_to_end(running)
            sent = Sent(0, True)
        else:
            _check_formats(portal.formats)
            limit = max_rows if max_rows > 0 else None
            sent = await send_rows(channel, running, portal.formats, limit)
        resumed, portal.started = portal.started or portal.position > 0, True
        scroll = portal.scroll
        portal.position = scroll.position if scroll is not None else portal.position + sent.rows
        portal.ended = sent.exhausted
        if not sent.exhausted:
            channel.send_notices()
            channel.send(replies.PORTAL_SUSPENDED)
            return
        portal.finished = True
        tag = running.command_tag
        if scroll is None:
            await running.close()
        await self._names.apply(statement, tag)
        channel.ended(tag)
        channel.complete(_counting(tag, sent.rows) if resumed else tag)

    def _execute_again(self, portal: OpenPortal) -> None:
        """What had rows has no more of them; anything else must not run twice (PortalRun)."""
        assert portal.portal is not None
        tag = portal.portal.command_tag
        if portal.portal.columns is None:
            raise ObjectNotInPrerequisiteState(f'portal "{portal.name}" cannot be run')
        self._channel.complete(_counting(tag, 0))

    async def close(self, message: Close) -> None:
        if message.kind == "S":
            self._names.drop_statement(message.name)
        else:
            await self._names.drop_portal(message.name)
        self._channel.send(replies.CLOSE_COMPLETE)

    async def sync(self, _: Sync) -> None:
        """End the batch and, outside a transaction block, its transaction."""
        channel = self._channel
        try:
            if channel.session.transaction_status == "I":
                await self._names.keep_held()
                await self._names.drop_portals()
            await channel.session.sync()
        except Exception as error:
            channel.error(as_sql_error(error))
        channel.ready()


def _counting(tag: str, rows: int) -> str:
    """The tag of a part of a result, which counts its own rows only (PortalRun)."""
    words, _, count = tag.rpartition(" ")
    return f"{words} {rows}" if count.isdecimal() else tag


def _decode_parameters(
    message: Bind, types: Sequence[PgType], channel: Channel
) -> list[object | None]:
    """The parameters as Python values, after the checks of exec_bind_message."""
    data, formats = message.parameters, message.parameter_formats
    if len(formats) > 1 and len(formats) != len(data):
        raise ProtocolViolation(
            f"bind message has {len(formats)} parameter formats but {len(data)} parameters"
        )
    if len(data) != len(types):
        raise ProtocolViolation(
            f"bind message supplies {len(data)} parameters, "
            f'but prepared statement "{message.statement}" requires {len(types)}'
        )
    _check_formats(formats)
    if len(formats) != len(data):
        formats = (formats[0] if formats else 0,) * len(data)
    if not data:
        return []
    rendering = Rendering.of(channel.session.setting)
    conversion = channel.conversion
    if conversion is not None:
        data = tuple(conversion.values(data, types, formats))
    return [
        decode_parameter(type, form, value, rendering, number)
        for number, (type, form, value) in enumerate(zip(types, formats, data, strict=True), 1)
    ]


def _result_formats(
    formats: Sequence[int], columns: Sequence[ResultColumn] | None
) -> tuple[int, ...]:
    """One format for each column: none given is text, one given is for all (PostgreSQL 55.7)."""
    if columns is None:
        return ()
    if len(formats) > 1 and len(formats) != len(columns):
        raise ProtocolViolation(
            f"bind message has {len(formats)} result formats but query has {len(columns)} columns"
        )
    if len(formats) != len(columns):
        formats = (formats[0] if formats else 0,) * len(columns)
    for column, code in zip(columns, formats, strict=True):
        if code and not supports_binary(column.type):
            raise UndefinedFunction(
                f"no binary output function available for type {column.type.display}"
            )
    return tuple(formats)


def _check_formats(formats: Sequence[int]) -> None:
    for code in formats:
        if code not in (0, 1):
            raise InvalidParameterValue(f"unsupported format code: {code}")
