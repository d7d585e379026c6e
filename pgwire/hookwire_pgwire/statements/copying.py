"""COPY TO STDOUT and COPY FROM STDIN: streams in the middle of a query (PostgreSQL 55.2.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from hookwire_catalog.errors import FeatureNotSupported, UndefinedParameter
from hookwire_catalog.split import Statement, split_statements
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire.backend import Prepared
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.charset import Recode, conversion
from hookwire_pgwire.copy.incoming import CopyIn, Row, copy_in
from hookwire_pgwire.copy.options import CopyLayout, layout_of
from hookwire_pgwire.copy.outgoing import CopyOut
from hookwire_pgwire.copy.statement import CopyStatement, parse_copy
from hookwire_pgwire.parts import within
from hookwire_pgwire.rows import send_batches
from hookwire_pgwire.statements.command import Command, command
from hookwire_pgwire.statements.inserting import Inserts
from hookwire_pgwire.values import Rendering

INLINE_BYTES = 4096
"""So much data is read on the event loop (well under a millisecond)."""


class Copying:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def copy(self, statement: Statement, oids: Sequence[int]) -> Command | None:
        asked = parse_copy(statement)
        if asked is None:
            return None
        layout = layout_of(asked.options, incoming=asked.incoming)
        if asked.incoming:
            return await self._in(asked, layout)
        return await self._out(asked, layout)

    async def _in(self, asked: CopyStatement, layout: CopyLayout) -> Command:
        with within(None):
            query = await self._channel.session.prepare(asked.query)
        assert query.columns is not None
        columns = query.columns
        return command(lambda: self._receive(asked.table, columns, layout))

    async def _receive(
        self, table: str, columns: Sequence[ResultColumn], layout: CopyLayout
    ) -> str:
        channel = self._channel
        name = split_statements(table)[0].tokens[-1].value  # messages leave the schema out
        stream = copy_in(name, columns, layout, Rendering.of(channel.session.setting))
        convert = self._conversion(layout, "incoming")
        inserts = Inserts(channel.session, table, columns)
        await inserts.prepare()
        channel.send(stream.begin())
        channel.output.flush()
        channel.protocol.begin_copy_in()
        try:
            while (data := await channel.next_copy_data()) is not None:
                await inserts.add(await _read(stream, convert(data)))
        finally:
            channel.protocol.end_copy_in()
        await inserts.add(list(stream.finish()))
        return f"COPY {await inserts.finish()}"

    def _conversion(self, layout: CopyLayout, way: Literal["incoming", "lines_out"]) -> Recode:
        """What the data goes through. Raises FeatureNotSupported for the binary format."""
        known = self._channel.conversion
        if layout.encoding is not None:
            known = conversion(layout.encoding)
        if known is None:
            return lambda data: data
        if layout.format == "binary":
            raise FeatureNotSupported(
                f"binary COPY in the encoding {known.name} is not supported",
                hint="Use client_encoding UTF8, or another format.",
            )
        recode: Recode = getattr(known, way)
        return recode

    async def _out(self, asked: CopyStatement, layout: CopyLayout) -> Command:
        part = asked.query if asked.written else None
        with within(part):
            query = await self._channel.session.prepare(asked.query)
        if query.columns is None:
            raise FeatureNotSupported("COPY query must have a RETURNING clause")
        if query.parameter_types:
            raise UndefinedParameter("there is no parameter $1")
        return command(lambda: self._send(query, layout, part))

    async def _send(self, query: Prepared, layout: CopyLayout, part: Statement | None) -> str:
        channel = self._channel
        columns = query.columns
        assert columns is not None
        out = CopyOut(columns, layout, Rendering.of(channel.session.setting))
        with within(part):
            portal = await channel.session.bind(query, ())
        try:
            convert = self._conversion(layout, "lines_out")
            channel.output.send(convert(out.begin()))
            with within(part):
                sent = await send_batches(channel, portal, lambda batch: convert(out.rows(batch)))
        finally:
            await portal.close()
        channel.send(out.end())
        return f"COPY {sent.rows}"


async def _read(stream: CopyIn, data: bytes) -> list[Row]:
    """The rows that are whole; much data is read on another thread."""
    if len(data) <= INLINE_BYTES:
        return list(stream.feed(data))
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, lambda: list(stream.feed(data)))
