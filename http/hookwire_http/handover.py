"""Running Hypercorn's TCPServer on a connection that something else accepted.

Hypercorn accepts connections with asyncio.start_server and runs one TCPServer a connection. Here
the lane accepts, and a connection that it gives away gets the same reader, writer and TCPServer,
with the bytes that had been read already fed to the reader.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypercorn.asyncio.lifespan import Lifespan
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import AppWrapper, LifespanState
from hypercorn.utils import wrap_app
from quart import Quart

from hookwire_http.config import MAX_HEAD_BYTES, HttpConfig
from hookwire_http.lane import Taken

log = logging.getLogger("hookwire.http")

_DRAINING_LINGER_S = 0.3


class FullStack:
    """Hypercorn and Quart for connections handed over; at most one per process and loop."""

    def __init__(self, app: Quart, config: HttpConfig, changed: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._config = _hypercorn_config(config)
        self._app: AppWrapper = wrap_app(app, self._config.wsgi_max_body_size, "asgi")
        self._context = WorkerContext(None)
        self._state: LifespanState = {}
        self._lifespan = Lifespan(self._app, self._config, self._loop, self._state)
        self._lifespan_task: asyncio.Task[None] | None = None
        self._changed = changed
        self._linger_s = config.linger_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._lingering: set[Lingering] = set()

    async def start(self) -> None:
        self._lifespan_task = self._loop.create_task(self._lifespan.handle_lifespan())
        await self._lifespan.wait_for_startup()

    @property
    def connections(self) -> int:
        return len(self._tasks) + len(self._lingering)

    def take(self, taken: Taken) -> None:
        reader = asyncio.StreamReader(loop=self._loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=self._loop)
        taken.transport.set_protocol(protocol)
        protocol.connection_made(taken.transport)
        if taken.writing_paused:
            protocol.pause_writing()
        if taken.data:
            reader.feed_data(taken.data)
        if taken.eof:
            reader.feed_eof()
        writer = LingeringWriter(
            taken.transport, protocol, reader, self._loop, self._linger, taken.remote_address
        )
        server = TCPServer(
            self._app, self._loop, self._config, self._context, self._state, reader, writer
        )
        task = self._loop.create_task(server.run())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a connection failed", exc_info=error)
        self._changed()

    def _linger(self, transport: asyncio.Transport) -> None:
        lingering = Lingering(transport, self._loop, self._linger_s, self._lingered)
        self._lingering.add(lingering)

    def _lingered(self, lingering: Lingering) -> None:
        self._lingering.discard(lingering)
        self._changed()

    async def drain(self) -> None:
        """Idle connections close now, the others with their next answer."""
        self._linger_s = min(self._linger_s, _DRAINING_LINGER_S)
        await self._context.terminated.set()

    async def close(self) -> None:
        """End every connection, then the app."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for lingering in tuple(self._lingering):
            lingering.abort()
        await self._lifespan.wait_for_shutdown()
        if self._lifespan_task is not None:
            await self._lifespan_task


@dataclass(frozen=True, slots=True)
class _Ends:
    """What TCPServer asks a socket, with the other end's address as a PROXY header gave it."""

    sock: socket.socket
    remote_address: str

    @property
    def family(self) -> int:
        return self.sock.family

    def getpeername(self) -> tuple[Any, ...]:
        return (self.remote_address, *self.sock.getpeername()[1:])

    def getsockname(self) -> Any:
        return self.sock.getsockname()


class LingeringWriter(asyncio.StreamWriter):
    """Closes in two steps, so that an answer given before the whole request was read arrives.

    Closing a socket that has unread input resets the connection, and the client may lose the
    answer (RFC 9112 9.6): first only our side is closed, and what comes is read and dropped.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        protocol: asyncio.StreamReaderProtocol,
        reader: asyncio.StreamReader,
        loop: asyncio.AbstractEventLoop,
        linger: Callable[[asyncio.Transport], None],
        remote_address: str | None,
    ) -> None:
        super().__init__(transport, protocol, reader, loop)
        self._remote_address = remote_address
        self._input = reader
        self._socket_transport = transport
        self._start_lingering: Callable[[asyncio.Transport], None] | None = linger

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        found = super().get_extra_info(name, default)
        if name == "socket" and self._remote_address is not None:
            return _Ends(found, self._remote_address)
        return found

    def close(self) -> None:
        linger, self._start_lingering = self._start_lingering, None
        if linger is None or self._socket_transport.is_closing():
            return
        if self._input.at_eof():
            self._socket_transport.close()
        else:
            linger(self._socket_transport)
            # What comes is not for the reader any more; without this, TCPServer reads for ever.
            self._input.feed_eof()

    async def wait_closed(self) -> None:
        """Whoever lingers closes the socket."""

    def __del__(self) -> None:
        """StreamWriter's warns of a transport that is open, which here may still linger."""


class Lingering(asyncio.Protocol):
    """Drops what comes until the client closes its side or the time is up."""

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        linger_s: float,
        ended: Callable[[Lingering], None],
    ) -> None:
        self._transport = transport
        self._ended = ended
        transport.set_protocol(self)
        if transport.can_write_eof():
            transport.write_eof()
        transport.resume_reading()
        self._timer = loop.call_later(linger_s, self.abort)

    def data_received(self, data: bytes) -> None:
        pass

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._ended(self)

    def abort(self) -> None:
        self._transport.abort()


def _hypercorn_config(config: HttpConfig) -> Config:
    hypercorn = Config()
    hypercorn.accesslog = None
    hypercorn.errorlog = log
    hypercorn.include_server_header = False
    hypercorn.h11_max_incomplete_size = MAX_HEAD_BYTES
    hypercorn.keep_alive_timeout = config.keep_alive_s
    hypercorn.keep_alive_max_requests = 2**31
    return hypercorn
