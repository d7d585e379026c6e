"""A running HTTP door, and a client that sends exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from hookwire_http import HttpConfig, HttpServer, create_server
from support.memory_engine import MemoryEngine

Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]
"""The `run` fixture: runs an async function on a loop of its own."""

PATIENCE_S = 20.0
"""How long a test waits for what must come; reached only when something is broken."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@contextlib.asynccontextmanager
async def running(engine: MemoryEngine | None, **settings: Any) -> AsyncIterator[HttpServer]:
    settings.setdefault("linger_s", 0.5)
    server = create_server(engine, HttpConfig(**settings))
    await server.start()
    try:
        yield server
    finally:
        await server.drain(0.2)


@dataclass(slots=True)
class Wire:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def reply(self, method: str = "POST") -> Reply:
        async with asyncio.timeout(PATIENCE_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
            status, headers = parse_head(head)
            length = 0 if method == "HEAD" else int(headers.get("content-length", "0"))
            return Reply(status, headers, await self.reader.readexactly(length))

    async def ended(self) -> bytes:
        """What comes until the server closes."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.reader.read()


@contextlib.asynccontextmanager
async def connected(server: HttpServer) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def ask(server: HttpServer, raw: bytes, method: str = "POST") -> Reply:
    """One request on a connection of its own."""
    async with connected(server) as wire:
        await wire.send(raw)
        return await wire.reply(method)


def post(
    path: str = "/api/webhook/hookwire/public/github",
    body: bytes = b"hello",
    headers: Iterable[str] = (),
    *,
    method: str = "POST",
) -> bytes:
    """A plain request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers]).encode() + b"\r\n\r\n" + body


def get(path: str, headers: Iterable[str] = (), *, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


def parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    status_line, *lines = head[:-4].decode("latin-1").split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
    return int(status_line.split(" ", 2)[1]), headers


def parse_replies(stream: bytes) -> list[Reply]:
    """All replies of a connection, 1xx left out; raises when bytes are left that are no reply."""
    replies = []
    while stream:
        head, mark, stream = stream.partition(b"\r\n\r\n")
        assert mark, head
        status, headers = parse_head(head + mark)
        if status < 200:
            continue
        length = int(headers.get("content-length", "0"))
        body, stream = stream[:length], stream[length:]
        assert len(body) == length, "the last reply is cut short"
        replies.append(Reply(status, headers, body))
    return replies
