"""A portal's rows to the client: fetched a batch at a time, at the client's pace.

The first batch is small, so that the first row comes at once; then batches grow until they are
worth the hop to a worker thread and back, bounded in rows and, for wide rows, in bytes. The next
batch is asked for only when the socket has taken the last: a client that stalls costs one batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from hookwire_pgwire.backend import Portal, RowBatch
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.values import Rendering, encode_rows

Encode: TypeAlias = Callable[[RowBatch], bytes | memoryview]

FIRST_ROWS = 256
"""Also the most rows that are encoded on the event loop (well under a millisecond)."""

MAX_ROWS = 32_768
GROWTH = 8
TARGET_BYTES = 4 * 1024 * 1024
"""About how much DataRow one batch may come to, once the width of the rows is known."""


class BatchSize:
    """How many rows to ask for next."""

    def __init__(self) -> None:
        self._rows = FIRST_ROWS

    def within(self, remaining: int | None) -> int:
        return self._rows if remaining is None else min(self._rows, remaining)

    def learn(self, rows: int, size: int) -> None:
        """`rows` rows came to `size` bytes on the wire."""
        affordable = max(1, TARGET_BYTES * rows // max(1, size))
        self._rows = min(self._rows * GROWTH, MAX_ROWS, affordable)


class Sent(NamedTuple):
    rows: int
    exhausted: bool


async def run_to_end(portal: Portal) -> None:
    """Execute a statement that returns no rows."""
    while await portal.next_batch(FIRST_ROWS) is not None:
        pass


async def send_rows(
    channel: Channel, portal: Portal, formats: Sequence[int], limit: int | None
) -> Sent:
    """Send at most `limit` rows.

    With exactly `limit` rows sent the end is not looked for: PostgreSQL too says PortalSuspended
    then, and the next Execute finds nothing (55.2.3).
    """
    columns = portal.columns
    assert columns is not None
    rendering = Rendering.of(channel.session.setting)
    encode: Encode = partial(encode_rows, columns=columns, formats=formats, rendering=rendering)
    conversion = channel.conversion
    if conversion is not None:
        types = [column.type for column in columns]
        encode = _then(encode, lambda data: conversion.rows_out(data, types, formats))
    return await send_batches(channel, portal, encode, limit)


def _then(encode: Encode, convert: Callable[[bytes | memoryview], bytes]) -> Encode:
    return lambda batch: convert(encode(batch))


async def send_batches(
    channel: Channel,
    portal: Portal,
    encode: Encode,
    limit: int | None = None,
) -> Sent:
    """Send what `encode` makes of each batch; it may be called on another thread."""
    size = BatchSize()
    sent = 0
    while limit is None or sent < limit:
        asked = size.within(None if limit is None else limit - sent)
        batch = await portal.next_batch(asked)
        channel.check_cancel()
        if batch is None:
            return Sent(sent, True)
        rows: int = batch.num_rows
        if rows == 0:
            continue
        if rows <= FIRST_ROWS:
            data = encode(batch)
        else:
            data = await asyncio.get_running_loop().run_in_executor(None, encode, batch)
        del batch
        await channel.output.send_rows(data)
        if rows == asked:
            # More is to come and may take its time: let the client have what there is.
            channel.output.flush()
        await channel.output.drain()
        channel.check_cancel()
        sent += rows
        size.learn(rows, len(data))
    return Sent(sent, False)
