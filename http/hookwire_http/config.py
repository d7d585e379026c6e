"""What the program decides about the door."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from hookwire_http.sql.services import SqlServices


@dataclass(frozen=True, slots=True)
class HttpConfig:
    """`sock`, a bound socket, takes the place of `host` and `port`; `lane=False` serves all through
    Quart on Hypercorn, which is what the lane is tested against. `clock` counts for the rates.
    Without `sql` there is no /api/sql."""

    host: str = "127.0.0.1"
    port: int = 0
    sock: socket.socket | None = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    upload_bytes: int = 256 * 1024 * 1024
    keep_alive_s: float = 75.0
    request_timeout_s: float = 30.0
    linger_s: float = 2.0
    backlog: int = 2048
    lane: bool = True
    clock: Callable[[], float] = time.monotonic
    sql: SqlServices | None = None


MAX_HEAD_BYTES = 16 * 1024
"""Request line and header fields; more is 431."""

LANE_BODY_BYTES = 1024 * 1024
"""A longer body is streamed by the full stack instead of gathered in the lane."""

LANE_BUFFER_BYTES = 64 * 1024
"""What a client may send ahead (pipelining) while its request is in the journal."""

SMALL_BODY_BYTES = 64 * 1024
"""A refused request's body is read and thrown away up to here, so that the connection can live."""
