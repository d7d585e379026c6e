"""What the program decides about the SQL door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hookwire_pgwire.auth import Authenticator, TrustLoopback
from hookwire_pgwire.messages import LARGE_MESSAGE_BYTES
from hookwire_pgwire.tls import ServerTls


@dataclass(frozen=True, slots=True)
class SqlServerConfig:
    """`port` 0 takes a free one. `databases` are those that a client may name. `reserved_sessions`
    of the `max_sessions` are for superusers. `startup_timeout_s` is for a login as a whole,
    `failure_delay_s` the first delay of one that failed."""

    host: str = "127.0.0.1"
    port: int = 6875
    databases: frozenset[str] = frozenset({"hookwire"})
    max_sessions: int = 100
    reserved_sessions: int = 0
    max_message_bytes: int = LARGE_MESSAGE_BYTES
    startup_timeout_s: float = 60.0
    failure_delay_s: float = 0.0
    authenticator: Authenticator = field(default_factory=TrustLoopback)
    tls: Callable[[], ServerTls | None] = lambda: None
    """The certificate for a new connection; None for none."""
