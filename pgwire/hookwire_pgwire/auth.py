"""Who may come in, as exchanges of messages. No I/O (PostgreSQL 55.2.1).

An authenticator looks at the startup packet and where the client comes from, and begins an
`Exchange`; the connection carries challenges and responses until it accepts or raises. Trust
accepts at once; SCRAM-SHA-256 will be another authenticator behind the same two protocols.

Rule: a refusal never says what was wrong, only that it was.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple, Protocol, TypeAlias

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_pgwire.startup import SessionRequest


class Challenge(NamedTuple):
    """An Authentication* message to send; the client's answer goes to `Exchange.respond`."""

    message: bytes


class Accepted(NamedTuple):
    """`last` is sent before AuthenticationOk (AuthenticationSASLFinal), and may be empty."""

    last: bytes = b""


Step: TypeAlias = Challenge | Accepted


class Exchange(Protocol):
    def begin(self) -> Step: ...

    def respond(self, data: bytes) -> Step:
        """Take a PasswordMessage. Raises InvalidAuthorization."""
        ...


class Authenticator(Protocol):
    def exchange(self, request: SessionRequest, peer: str | None) -> Exchange:
        """Begin for a client at `peer`, an IP address, or None for a Unix socket."""
        ...


class TrustExchange:
    """Any name is believed, from this machine only."""

    def __init__(self, peer: str | None) -> None:
        self._peer = peer

    def begin(self) -> Step:
        if not is_loopback(self._peer):
            raise InvalidAuthorization(
                f"connections from {self._peer} need authentication, and none is configured"
            )
        return Accepted()

    def respond(self, data: bytes) -> Step:
        raise InvalidAuthorization("no password was asked for")


class TrustLoopback:
    def exchange(self, request: SessionRequest, peer: str | None) -> Exchange:
        return TrustExchange(peer)


def is_loopback(peer: str | None) -> bool:
    """A Unix socket, 127.0.0.0/8, ::1, or the former mapped into IPv6."""
    if peer is None:
        return True
    address = ip_address(peer.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
