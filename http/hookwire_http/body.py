"""Receiving a body: counted as it comes, decompressed as it comes, never past the limit."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol

from hookwire_http.limits import Budget
from hookwire_http.responses import (
    TIMEOUT,
    TOO_MANY_BYTES,
    RefusedError,
    undecodable,
    unsupported_encoding,
)

_STEP = 256 * 1024
"""Inflate at most so much before others get the loop: about 1 ms."""

_GZIP, _ZLIB = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS
_WBITS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


class Decoder(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None:
        """Raises RefusedError when the data ended too early."""
        ...


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        pass


class _Inflater:
    """gzip (members one after another, RFC 1952 2.2) and deflate (the zlib format, RFC 9110
    8.4.1.2), in steps of bounded size."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._stream = zlib.decompressobj(_WBITS[coding])

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                if self._coding == "deflate":
                    raise undecodable(self._coding)
                self._stream = zlib.decompressobj(_GZIP)
            try:
                piece = self._stream.decompress(data, _STEP)
            except zlib.error as error:
                raise undecodable(self._coding) from error
            yield piece
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def finish(self) -> None:
        if not self._stream.eof:
            raise undecodable(self._coding)


def decoder_for(content_encoding: str | None) -> Decoder:
    """Raises RefusedError (415) for anything but one known coding."""
    coding = (content_encoding or "").strip().lower()
    if coding in ("", "identity"):
        return _Identity()
    if coding not in _WBITS:
        raise unsupported_encoding(coding)
    return _Inflater(coding)


async def read_body(
    chunks: AsyncIterator[bytes],
    *,
    content_encoding: str | None,
    limit: int,
    too_large: Callable[[], RefusedError],
    budget: Budget,
    timeout_s: float,
) -> bytes:
    """The decoded body; raises RefusedError as soon as it is known to be too large."""
    decoder = decoder_for(content_encoding)
    pieces: list[bytes] = []
    received = size = reserved = 0
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
                    if not budget.reserve(len(piece)):
                        raise RefusedError(TOO_MANY_BYTES)
                    reserved += len(piece)
                    pieces.append(piece)
                    if len(piece) == _STEP:
                        await asyncio.sleep(0)
        if received:
            decoder.finish()
    except TimeoutError as error:
        raise RefusedError(TIMEOUT) from error
    finally:
        budget.release(reserved)
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
