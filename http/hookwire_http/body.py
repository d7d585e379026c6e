"""Receiving a body: counted as it comes, decompressed as it comes, never past the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from hookwire_http.decoders import STEP, decoder_for
from hookwire_http.limits import Reservation
from hookwire_http.responses import (
    TIMEOUT,
    TOO_MANY_BYTES,
    RefusedError,
)


async def read_body(
    chunks: AsyncIterator[bytes],
    *,
    content_encoding: str | None,
    limit: int,
    too_large: Callable[[], RefusedError],
    held: Reservation,
    timeout_s: float,
) -> bytes:
    """The decoded body; raises RefusedError as soon as it is known to be too large.

    `held` grows with it: whoever made it gives it back.
    """
    decoder = decoder_for(content_encoding)
    pieces: list[bytes] = []
    received = size = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in chunks:
                received += len(chunk)
                if received > limit:
                    raise too_large()
                for piece in decoder.feed(chunk):
                    size += len(piece)
                    if size > limit:
                        raise too_large()
                    if not held.grow(len(piece)):
                        raise RefusedError(TOO_MANY_BYTES)
                    pieces.append(piece)
                    if len(piece) >= STEP:
                        await asyncio.sleep(0)
        if received:
            decoder.finish()
    except TimeoutError as error:
        raise RefusedError(TIMEOUT) from error
    return b"".join(pieces)


async def discard(chunks: AsyncIterator[bytes], *, limit: int, timeout_s: float) -> bool:
    """Read the rest of a refused body and throw it away; False when it did not end in time."""
    received = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in chunks:
                received += len(chunk)
                if received > limit:
                    return False
    except TimeoutError:
        return False
    return True
