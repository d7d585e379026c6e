"""LISTEN and NOTIFY between the connections of this server (PostgreSQL 55.2.7). No I/O.

    Hub             who listens to which channel
    Notifications   one connection: what its transaction has asked for, and what waits to be told

What a transaction asks for happens when it is committed. A client is told between its
transactions: before ReadyForQuery, or at once while it is idle.

The server tells by itself when rows of a source have come: see `channels_of`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import NamedTuple, Protocol

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_catalog.names import DEFAULT_SCHEMA, quote_identifier, truncate

log = logging.getLogger("hookwire.pgwire")

MAX_PAYLOAD_BYTES = 7999
"""PostgreSQL's NOTIFY_PAYLOAD_MAX_LENGTH."""

MAX_WAITING = 10_000
"""How many notifications wait for a client that does not read; more are lost to it, and logged."""


class Notification(NamedTuple):
    """`sender` is the process id of the session that sent it, 0 for the server itself."""

    sender: int
    channel: str
    payload: str


class Arrival(Protocol):
    """Rows of a source that have come (`hookwire_engine.arrivals`)."""

    @property
    def schema(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def position(self) -> int: ...


def channels_of(schema: str, source: str) -> list[str]:
    """Where the rows of a source are told: its full name, and its name alone in `public`."""
    full = truncate(f"{schema}.{source}")
    return [source, full] if schema == DEFAULT_SCHEMA else [full]


class Hub:
    def __init__(self) -> None:
        self._listeners: dict[str, dict[Notifications, None]] = {}

    def listen(self, listener: Notifications, channel: str) -> None:
        self._listeners.setdefault(channel, {})[listener] = None

    def unlisten(self, listener: Notifications, channel: str | None) -> None:
        """None is every channel."""
        for name in self.channels if channel is None else [channel]:
            listeners = self._listeners.get(name, {})
            listeners.pop(listener, None)
            if not listeners:
                self._listeners.pop(name, None)

    @property
    def channels(self) -> list[str]:
        """Those that somebody listens to."""
        return list(self._listeners)

    @property
    def is_listened_to(self) -> bool:
        """Any thread."""
        return bool(self._listeners)

    def arrived(self, arrival: Arrival) -> None:
        for channel in channels_of(arrival.schema, arrival.source):
            for listener in tuple(self._listeners.get(channel, ())):
                listener.arrived(channel, arrival)

    def publish(self, notification: Notification) -> None:
        for listener in tuple(self._listeners.get(notification.channel, ())):
            listener.receive(notification)


class Notifications:
    """`told` is called when something has come; it may `take` at once or later."""

    def __init__(self, hub: Hub, told: Callable[[], None]) -> None:
        self._hub = hub
        self._told = told
        self._asked: list[tuple[int, bool, str | None]] = []
        self._sent: dict[Notification, int] = {}
        self._waiting: list[Notification] = []
        self._lost = False
        self._arrived: dict[str, tuple[str, int, int]] = {}

    # What the transaction asks for, each with the savepoint it is asked behind.

    def listen(self, channel: str, savepoint: int = 0) -> None:
        self._asked.append((savepoint, True, channel))

    def unlisten(self, channel: str | None, savepoint: int = 0) -> None:
        self._asked.append((savepoint, False, channel))

    def notify(self, notification: Notification, savepoint: int = 0) -> None:
        """The same one twice in a transaction is sent once."""
        if len(notification.payload.encode()) > MAX_PAYLOAD_BYTES:
            raise InvalidParameterValue("payload string too long")
        self._sent.setdefault(notification, savepoint)

    def commit(self) -> None:
        asked, self._asked = self._asked, []
        sent, self._sent = self._sent, {}
        for _, listening, channel in asked:
            if not listening:
                self._hub.unlisten(self, channel)
            elif channel is not None:
                self._hub.listen(self, channel)
        for notification in sent:
            self._hub.publish(notification)

    def roll_back(self, savepoint: int = 0) -> None:
        """Forget what has been asked since a savepoint was made, or in the whole transaction."""
        self._asked = [asked for asked in self._asked if asked[0] < savepoint]
        self._sent = {sent: made for sent, made in self._sent.items() if made < savepoint}

    def close(self) -> None:
        self.roll_back()
        self._hub.unlisten(self, None)

    # What the client is to be told.

    def receive(self, notification: Notification) -> None:
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(notification)
            self._told()
        elif not self._lost:
            self._lost = True
            log.warning("a client that does not read loses notifications")

    def arrived(self, channel: str, arrival: Arrival) -> None:
        """Those of one source that wait to be told become one."""
        name = f"{quote_identifier(arrival.schema)}.{quote_identifier(arrival.source)}"
        _, waiting, _ = self._arrived.get(channel, (name, 0, 0))
        self._arrived[channel] = name, waiting + arrival.rows, arrival.position
        self._told()

    def take(self) -> list[Notification]:
        taken, self._waiting, self._lost = self._waiting, [], False
        arrived, self._arrived = self._arrived, {}
        for channel, (name, rows, position) in arrived.items():
            payload = {"source": name, "rows": rows, "position": position}
            taken.append(Notification(0, channel, json.dumps(payload, ensure_ascii=False)))
        return taken
