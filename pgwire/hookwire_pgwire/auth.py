"""Who may come in, as exchanges of messages. No I/O (PostgreSQL 55.2.1, 55.3).

An authenticator looks at a `Login` and begins an `Exchange`; the connection carries challenges and
responses until it accepts or raises. `hba.Rules` choose among the exchanges here and in `scram`.

Rule: a refusal never says what was wrong, only that it was. An unknown role is refused as late,
and in the same words, as a wrong password.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple, Protocol, TypeAlias

from hookwire_catalog.errors import InvalidAuthorization, InvalidPassword, ProtocolViolation
from hookwire_catalog.roles import LoginRole
from hookwire_catalog.scram import ITERATIONS, KEY_BYTES, SALT_BYTES, Verifier, parse_verifier
from hookwire_pgwire import replies
from hookwire_pgwire.startup import SessionRequest
from hookwire_pgwire.tls_info import TlsInfo

CLEARTEXT = 3

_NOBODYS = Verifier(
    ITERATIONS,
    secrets.token_bytes(SALT_BYTES),
    secrets.token_bytes(KEY_BYTES),
    secrets.token_bytes(KEY_BYTES),
)
"""Compared with where there is no password, so that a refusal takes as long as any other."""


class Challenge(NamedTuple):
    """An Authentication* message to send; the client's answer goes to `Exchange.respond`."""

    message: bytes


class Accepted(NamedTuple):
    """`last` is sent before AuthenticationOk (AuthenticationSASLFinal), and may be empty."""

    last: bytes = b""


Step: TypeAlias = Challenge | Accepted


class Login(NamedTuple):
    """Somebody who wants to come in. `peer` is an IP address, None for a Unix socket; `role` is
    None when there is none of the name; `tls` is None in plain text."""

    request: SessionRequest
    peer: str | None = None
    role: LoginRole | None = None
    tls: TlsInfo | None = None

    @property
    def verifier(self) -> Verifier | None:
        """What a password is checked with; None when no password can be right."""
        role = self.role
        if role is None or role.verifier is None or expired(role):
            return None
        return parse_verifier(role.verifier)

    def knows(self, password: str) -> bool:
        """Whether the password is the role's; takes as long where there is none."""
        matches = (self.verifier or _NOBODYS).matches(password)
        return matches and password != ""


class Exchange(Protocol):
    def begin(self) -> Step: ...

    def respond(self, data: bytes) -> Step:
        """Take a PasswordMessage. Raises SqlError, which ends the connection."""
        ...


class Authenticator(Protocol):
    def exchange(self, login: Login) -> Exchange:
        """Begin. Raises InvalidAuthorization for one who may not even try."""
        ...


class TrustExchange:
    """Any name is believed."""

    def begin(self) -> Step:
        return Accepted()

    def respond(self, data: bytes) -> Step:
        raise InvalidAuthorization("no password was asked for")


class CleartextExchange:
    """AuthenticationCleartextPassword: for an encrypted connection, or this machine."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def begin(self) -> Step:
        return Challenge(replies.authentication_request(CLEARTEXT))

    def respond(self, data: bytes) -> Step:
        if not data.endswith(b"\0"):
            raise ProtocolViolation("invalid password packet size")
        if not self._login.knows(data[:-1].decode("utf-8", "surrogateescape")):
            raise wrong_password(self._login)
        return Accepted()


class TrustLoopback:
    """From this machine any name is believed, from elsewhere none."""

    def exchange(self, login: Login) -> Exchange:
        if not is_loopback(login.peer):
            raise InvalidAuthorization(
                f"connections from {login.peer} need authentication, and none is configured"
            )
        return TrustExchange()


def wrong_password(login: Login) -> InvalidPassword:
    return InvalidPassword(f'password authentication failed for user "{login.request.user}"')


def expired(role: LoginRole) -> bool:
    until = role.valid_until
    return until is not None and until <= datetime.now(UTC)


def check_role(login: Login) -> None:
    """What a role must be after all, however it proved its name. Raises InvalidAuthorization."""
    name = login.request.user
    if login.role is None:
        raise InvalidAuthorization(f'role "{name}" does not exist')
    if not login.role.login:
        raise InvalidAuthorization(f'role "{name}" is not permitted to log in')


def is_loopback(peer: str | None) -> bool:
    """A Unix socket, 127.0.0.0/8, ::1, or the former mapped into IPv6."""
    if peer is None:
        return True
    return address_of(peer).is_loopback


def address_of(peer: str) -> IPv4Address | IPv6Address:
    """Without its zone; an IPv4 address that is mapped into IPv6 is itself (RFC 4291, 2.5.5.2)."""
    address = ip_address(peer.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
