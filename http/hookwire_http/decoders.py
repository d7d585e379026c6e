"""Content codings as steps of bounded size: no decoder holds more than a few steps of output.

brotli stops at its output limit (rounded up to its own buffer blocks: under twice the step). The
zstandard package has no such limit, so it is fed slices of ZSTD_SLICE bytes: a block takes at least
4 bytes and gives at most 128 KiB (RFC 8878 3.1.1.2), so one slice gives at most 640 KiB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

from hookwire_http.responses import undecodable, unsupported_encoding

STEP = 256 * 1024
"""Decode at most about so much before others get the loop: about 1 ms."""

ZSTD_SLICE = 16
ZSTD_WINDOW = 8 * 1024 * 1024
"""The largest window a sender may ask for (RFC 9659)."""

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
                piece = self._stream.decompress(data, STEP)
            except zlib.error as error:
                raise undecodable(self._coding) from error
            yield piece
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def finish(self) -> None:
        if not self._stream.eof:
            raise undecodable(self._coding)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                piece = self._stream.process(data, output_buffer_limit=STEP)
            except brotli.error as error:
                raise undecodable("br") from error
            yield piece
            data = b""
            if self._stream.is_finished():
                return
            if len(piece) < STEP and self._stream.can_accept_more_data():
                return  # it may take input while it still holds output: empty it first

    def finish(self) -> None:
        if not self._stream.is_finished():
            raise undecodable("br")


class _Zstd:
    """Frames one after another (RFC 8878 3)."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        self._stream = self._context.decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        pieces: list[bytes] = []
        size = 0
        for start in range(0, len(data), ZSTD_SLICE):
            rest = data[start : start + ZSTD_SLICE]
            while rest:
                if self._stream.eof:
                    self._stream = self._context.decompressobj()
                try:
                    pieces.append(self._stream.decompress(rest))
                except zstandard.ZstdError as error:
                    raise undecodable("zstd") from error
                rest = self._stream.unused_data if self._stream.eof else b""
                size += len(pieces[-1])
            if size >= STEP:
                yield b"".join(pieces)
                pieces, size = [], 0
        yield b"".join(pieces)

    def finish(self) -> None:
        if not self._stream.eof:
            raise undecodable("zstd")


def decoder_for(content_encoding: str | None) -> Decoder:
    """Raises RefusedError (415) for anything but one known coding."""
    coding = (content_encoding or "").strip().lower()
    if coding in ("", "identity"):
        return _Identity()
    if coding == "br":
        return _Brotli()
    if coding == "zstd":
        return _Zstd()
    if coding not in _WBITS:
        raise unsupported_encoding(coding)
    return _Inflater(coding)
