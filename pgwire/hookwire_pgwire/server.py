"""`SqlServer`: listens, hands sockets to connections, and sees them off.

    SqlServer(config, registry) -> start() -> serve(backend) ... drain(grace_s)

Between `start` and `serve` clients are told that the system is starting up.
"""

from __future__ import annotations

import asyncio
import logging

from prometheus_client import CollectorRegistry

from hookwire_catalog.errors import AdminShutdown
from hookwire_pgwire.backend import Backend
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.connection import Connection
from hookwire_pgwire.metrics import SqlMetrics
from hookwire_pgwire.notifications import Arrival, Notification
from hookwire_pgwire.registry import Registry

log = logging.getLogger("hookwire.pgwire")

BACKLOG = 1024
CANCELLED_SECONDS = 2.0
"""How long a cancelled statement may take to notice, before its socket is cut."""


class SqlServer:
    def __init__(self, config: SqlServerConfig, registry: CollectorRegistry) -> None:
        self._config = config
        self._metrics = SqlMetrics(registry)
        self._registry = Registry(
            config.max_sessions,
            reserved=config.reserved_sessions,
            failure_delay_s=config.failure_delay_s,
        )
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> tuple[str, int]:
        """Listen; the address taken. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._connection, self._config.host, self._config.port, backlog=BACKLOG
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    def serve(self, backend: Backend) -> None:
        """From now on clients get sessions of `backend`."""
        self._registry.backend = backend

    def notify(self, channel: str, payload: str) -> None:
        """Tell the clients that LISTEN to a channel; on the event loop."""
        self._registry.hub.publish(Notification(0, channel, payload))

    def is_listened_to(self) -> bool:
        """Whether any client listens to anything. Any thread."""
        return self._registry.hub.is_listened_to

    def arrived(self, arrival: Arrival) -> None:
        """Rows of a source can be seen: tell who listens to it; on the event loop."""
        self._registry.hub.arrived(arrival)

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    def _connection(self) -> Connection:
        return Connection(
            self._config, self._registry, self._metrics, self._made, self._connections.discard
        )

    def _made(self, connection: Connection) -> None:
        self._connections.add(connection)
        if len(self._connections) > self._registry.max_sockets:
            log.warning("more than %d sockets: one is refused", self._registry.max_sockets)
            connection.abort()

    async def drain(self, grace_s: float) -> None:
        """Stop accepting; let every running statement end, but none longer than `grace_s`."""
        if self._server is not None:
            self._server.close()
        self._registry.draining = True
        for connection in tuple(self._connections):
            connection.say_farewell(
                AdminShutdown("terminating connection due to administrator command")
            )
        await self._ended_within(grace_s)
        for connection in tuple(self._connections):
            connection.cancel()
        await self._ended_within(CANCELLED_SECONDS)
        for connection in tuple(self._connections):
            connection.abort()
        await self._ended_within(CANCELLED_SECONDS)
        for connection in tuple(self._connections):
            log.error("a statement did not end when it was cancelled")
            connection.task.cancel()
        await self._ended_within(CANCELLED_SECONDS)

    async def _ended_within(self, seconds: float) -> None:
        tasks = [connection.task for connection in self._connections]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
