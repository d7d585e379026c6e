"""Who is connected: the limit on sessions, and the keys by which one connection cancels another."""

from __future__ import annotations

from hmac import compare_digest
from typing import Protocol

from hookwire_catalog.errors import CannotConnectNow, TooManyConnections
from hookwire_catalog.roles import LoginRole
from hookwire_pgwire.backend import Backend
from hookwire_pgwire.delays import Delays
from hookwire_pgwire.notifications import Hub

UNGREETED_FACTOR = 2
"""Sockets allowed for each session allowed: some have not said hello, some only cancel."""


class Cancellable(Protocol):
    def cancel(self) -> None: ...


class Registry:
    """`backend` is None while the program starts; then clients are told so and sent away.

    `reserved` of the sessions are for superusers. `failure_delay_s` is the first delay of a failed
    login."""

    def __init__(
        self, max_sessions: int, *, reserved: int = 0, failure_delay_s: float = 0.0
    ) -> None:
        self.backend: Backend | None = None
        self.draining = False
        self.hub = Hub()
        self._max_sessions = max_sessions
        self._reserved = reserved
        self.delays = Delays(failure_delay_s)
        self._admitted: dict[Cancellable, str] = {}
        self._keys: dict[int, tuple[bytes, Cancellable]] = {}

    @property
    def max_sockets(self) -> int:
        return self._max_sessions * UNGREETED_FACTOR

    def admit(self, connection: Cancellable) -> Backend:
        """Let a client in that has said who it is. Raises SqlError, in PostgreSQL's words."""
        if self.draining:
            raise CannotConnectNow("the database system is shutting down")
        if self.backend is None:
            raise CannotConnectNow("the database system is starting up")
        if len(self._admitted) >= self._max_sessions:
            raise TooManyConnections("sorry, too many clients already")
        self._admitted[connection] = ""
        return self.backend

    def enter(self, connection: Cancellable, role: LoginRole) -> None:
        """Count a client with its role. Raises TooManyConnections when the role has too many, or
        what is free is for superusers."""
        free = self._max_sessions - len(self._admitted)
        if free < self._reserved and not role.superuser:
            raise TooManyConnections(
                "remaining connection slots are reserved for roles with the SUPERUSER attribute"
            )
        count = sum(name == role.name for name in self._admitted.values())
        if 0 <= role.connection_limit <= count and not role.superuser:
            raise TooManyConnections(f'too many connections for role "{role.name}"')
        self._admitted[connection] = role.name

    def register(self, process_id: int, key: bytes, connection: Cancellable) -> None:
        self._keys[process_id] = key, connection

    def leave(self, connection: Cancellable, process_id: int | None) -> None:
        self._admitted.pop(connection, None)
        if process_id is not None:
            self._keys.pop(process_id, None)

    def cancel(self, process_id: int, key: bytes) -> bool:
        """Cancel what `process_id` runs, if `key` is its key; compared in constant time."""
        expected, connection = self._keys.get(process_id, (b"", None))
        if not compare_digest(expected, key) or connection is None:
            return False
        connection.cancel()
        return True
