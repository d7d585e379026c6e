"""A transport without a socket, and a client at its other end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from struct import unpack_from
from typing import Any

from prometheus_client import CollectorRegistry

from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.connection import Connection
from hookwire_pgwire.metrics import SqlMetrics
from hookwire_pgwire.registry import Registry
from support.scripted_backend import ScriptedBackend, ScriptedSession
from support.wire import BACKEND, Answer, Payload, startup

LOGIN = startup({"user": "hookwire", "database": "hookwire"})


class MemoryTransport(asyncio.Transport):
    """Keeps what is written. With `full` set, each write asks the protocol to pause."""

    def __init__(self, protocol: asyncio.Protocol, peer: tuple[str, int] | None) -> None:
        super().__init__({"peername": peer})
        self.protocol = protocol
        self.written = bytearray()
        self.writes: list[int] = []
        self.reading = True
        self.closing = False
        self.full = False
        self.changed = asyncio.Event()

    def write(self, data: Any) -> None:
        self.written += data
        self.writes.append(len(data))
        if self.full:
            self.protocol.pause_writing()
        self.changed.set()

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)
        self.changed.set()

    def abort(self) -> None:
        self.close()


class MemoryClient:
    """Talks to a `Connection` byte by byte."""

    def __init__(
        self,
        backend: ScriptedBackend | None = None,
        *,
        config: SqlServerConfig | None = None,
        registry: Registry | None = None,
        peer: tuple[str, int] | None = ("127.0.0.1", 40000),
    ) -> None:
        self.backend = ScriptedBackend() if backend is None else backend
        if registry is None:
            registry = Registry(100)
            registry.backend = self.backend
        self.registry = registry
        self.prometheus = CollectorRegistry()
        self.ended = asyncio.Event()
        self.connection = Connection(
            config or SqlServerConfig(),
            registry,
            SqlMetrics(self.prometheus),
            lambda connection: None,
            lambda connection: self.ended.set(),
        )
        self.transport = MemoryTransport(self.connection, peer)
        self.connection.connection_made(self.transport)

    @property
    def session(self) -> ScriptedSession:
        return self.backend.sessions[-1]

    def send(self, *messages: bytes) -> None:
        self.connection.data_received(b"".join(messages))

    async def until_written(self, enough: Callable[[bytes], bool]) -> bytes:
        """Everything written so far, as soon as it is `enough` or the transport is closed."""
        transport = self.transport
        while not enough(bytes(transport.written)) and not transport.closing:
            transport.changed.clear()
            await transport.changed.wait()
        taken = bytes(transport.written)
        transport.written.clear()
        return taken

    async def raw(self, *messages: bytes) -> bytes:
        """Send messages; the bytes of the answer up to ReadyForQuery or the end."""
        self.send(*messages)
        return await self.until_written(ends_with_ready)

    async def ask(self, *messages: bytes) -> list[str]:
        """The same, each answer as a line."""
        return [str(answer) for answer in answers(await self.raw(*messages))]

    async def login(self) -> None:
        await self.raw(LOGIN)

    def sample(self, name: str, **labels: str) -> float | None:
        return self.prometheus.get_sample_value(name, labels)


def frames(data: bytes) -> list[tuple[bytes, bytes]]:
    """Type byte and payload of each message."""
    found, at = [], 0
    while at < len(data):
        (length,) = unpack_from("!i", data, at + 1)
        found.append((data[at : at + 1], data[at + 5 : at + 1 + length]))
        at += 1 + length
    assert at == len(data), "a message is incomplete"
    return found


def answers(data: bytes) -> list[Answer]:
    return [Answer(BACKEND[k][0], BACKEND[k][1](Payload(p))) for k, p in frames(data)]


def fields(payload: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse or NoticeResponse."""
    return {part[:1].decode(): part[1:].decode() for part in payload.split(b"\0") if part}


def error_fields(data: bytes) -> dict[str, str]:
    """The fields of the one ErrorResponse in `data`."""
    (payload,) = (p for kind, p in frames(data) if kind == b"E")
    return fields(payload)


def ends_with_ready(data: bytes) -> bool:
    return data[-6:-1] == b"Z\0\0\0\5"
