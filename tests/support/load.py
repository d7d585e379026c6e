"""A small keep-alive HTTP client on asyncio, for load.

It does what webhook senders do and no more: one POST after another on a connection. Unlike the
big client libraries it says exactly how far a request got when the server dies: `post` either
returns the answer or raises `UnansweredError`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer: the status, the headers by lower-case name, the whole body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class UnansweredError(Exception):
    """The connection ended before an answer came: the request may or may not have counted."""


class HttpClient:
    """One keep-alive connection, opened on first use and again after it ended."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> Reply:
        host, port = self.address
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        try:
            reader, writer = await self._connected()
            writer.write(request)
            reply = await read_reply(reader)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            await self.close()
            raise UnansweredError(str(error)) from error
        if reply.headers.get("connection", "").lower() == "close":
            await self.close()
        return reply

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self.address)
        return self._reader, self._writer

    async def close(self) -> None:
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """Read one HTTP/1.1 answer framed by Content-Length or chunks."""
    head = await reader.readuntil(b"\r\n\r\n")
    status_line, *lines = head[:-4].decode("latin-1").split("\r\n")
    status = int(status_line.split(" ", 2)[1])
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Reply(status, headers, await _read_chunks(reader))
    length = int(headers.get("content-length", "0"))
    return Reply(status, headers, await reader.readexactly(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body


@contextlib.asynccontextmanager
async def clients(address: tuple[str, int], count: int) -> AsyncIterator[list[HttpClient]]:
    """Several keep-alive connections, closed at the end."""
    opened = [HttpClient(address) for _ in range(count)]
    try:
        yield opened
    finally:
        for client in opened:
            await client.close()


@dataclass(slots=True)
class Outcome:
    """What became of the bodies of a load: acknowledged, refused with a status, or in doubt."""

    acknowledged: list[str] = field(default_factory=list)
    in_doubt: list[str] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)


async def post_until(
    client: HttpClient,
    stop: Callable[[], bool],
    make: Callable[[], tuple[str, str]],
    outcome: Outcome,
    *,
    after_each: Callable[[Reply], Awaitable[None]] | None = None,
) -> None:
    """POST `(path, body)` pairs one after another until told to stop or the server is gone."""
    while not stop():
        path, body = make()
        try:
            reply = await client.post(path, body.encode())
        except UnansweredError:
            outcome.in_doubt.append(body)
            return
        if reply.status == 200:
            outcome.acknowledged.append(body)
        else:
            outcome.refused[reply.status] += 1
        if after_each is not None:
            await after_each(reply)
