"""The HTTP server: one listening socket, the lane in front, the full stack behind, one drain."""

from __future__ import annotations

import asyncio
import logging
import socket

from hookwire_catalog.objects import WebhookSource
from hookwire_http.app import create_app
from hookwire_http.backend import Backend
from hookwire_http.config import HttpConfig
from hookwire_http.handover import FullStack
from hookwire_http.lane import Lane, LaneContext, Taken
from hookwire_http.metrics import HttpMetrics
from hookwire_http.sql.door import SqlDoor
from hookwire_http.webhook import WebhookDoor

log = logging.getLogger("hookwire.http")

_SWEEP_S = 1.0
"""How late a timeout may fire; a timer for every connection would cost more than the requests."""


def bind_socket(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet, so that its port can be known before the start."""
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, proto)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def create_server(engine: Backend | None, config: HttpConfig) -> HttpServer:
    """A server not yet started. Without an engine it says that it is starting until `attach`."""
    server = HttpServer(config)
    if engine is not None:
        server.attach(engine)
    return server


class HttpServer:
    """Use on one event loop: `await start()`, then `await drain(grace_s)`."""

    def __init__(self, config: HttpConfig) -> None:
        self._config = config
        self._metrics = HttpMetrics(self._source_names)
        self._door = WebhookDoor(config, self._metrics)
        self._sql: SqlDoor | None = None
        if config.sql is not None:
            self._sql = SqlDoor(self._door, config.sql, config.request_timeout_s)
        self._sock = config.sock or bind_socket(config.host, config.port)
        self.port: int = self._sock.getsockname()[1]
        self._lanes: set[Lane] = set()
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._sweep_s = min(_SWEEP_S, config.keep_alive_s, config.request_timeout_s)
        self._empty = asyncio.Event()

    def attach(self, engine: Backend) -> None:
        """The engine is open: serve."""
        self._door.engine = engine
        engine.attach_statistics(self._metrics.counts)

    @property
    def connections(self) -> int:
        return len(self._lanes) + self._full_stack.connections

    async def start(self) -> None:
        """Listen and serve. Raises OSError when the socket cannot listen."""
        loop = asyncio.get_running_loop()
        app = create_app(self._door, self._config.registry, self._sql)
        self._full_stack = FullStack(app, self._config, self._connection_ended)
        self._context = LaneContext(
            self._door, self._config, loop, self._hand_over, self._lane_closed
        )
        await self._full_stack.start()
        self._config.registry.register(self._metrics)
        self._server = await loop.create_server(
            self._connected, sock=self._sock, backlog=self._config.backlog
        )
        self._sweeper = loop.call_later(self._sweep_s, self._sweep)

    async def drain(self, grace_s: float) -> None:
        """Stop accepting, answer what has begun, then close; after `grace_s` close anyway."""
        listening, self._server = self._server, None
        if listening is None or self._sweeper is None:
            self._sock.close()
            return
        self._door.closing = True
        listening.close()
        for lane in tuple(self._lanes):
            lane.drain()
        await self._full_stack.drain()
        self._connection_ended()
        try:
            await asyncio.wait_for(self._empty.wait(), grace_s)
        except TimeoutError:
            log.warning("%d connections were cut at the end of the grace period", self.connections)
        if self._sql is not None:
            await self._sql.end()
        for lane in tuple(self._lanes):
            lane.abort()
        await self._full_stack.close()
        self._sweeper.cancel()
        self._config.registry.unregister(self._metrics)

    def _connected(self) -> Lane:
        lane = Lane(self._context)
        self._lanes.add(lane)
        return lane

    def _hand_over(self, taken: Taken) -> None:
        self._metrics.handed_over += 1
        self._full_stack.take(taken)

    def _lane_closed(self, lane: Lane) -> None:
        self._lanes.discard(lane)
        self._connection_ended()

    def _connection_ended(self) -> None:
        if self._door.closing and not self.connections:
            self._empty.set()

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for lane in tuple(self._lanes):
            lane.expire(now)
        self._sweeper = loop.call_later(self._sweep_s, self._sweep)

    def _source_names(self) -> dict[int, str]:
        objects = self._door.engine.catalog.objects
        return {i: str(o.name) for i, o in objects.items() if isinstance(o, WebhookSource)}
