"""The startup packet: the one message without a type byte. No I/O (PostgreSQL 55.2.1, 55.7).

SSLRequest | GSSENCRequest   answered with one byte, then the client starts again
CancelRequest                names another connection; never answered
StartupMessage               protocol version and parameters: a session begins
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from struct import Struct
from typing import NamedTuple, TypeAlias

from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidAuthorization,
    ProtocolViolation,
    SqlError,
    SqlSyntaxError,
)
from hookwire_pgwire.messages import read_string

MAX_STARTUP_PACKET_BYTES = 10_000
"""PostgreSQL's limit (MAX_STARTUP_PACKET_LENGTH), without the length itself."""

MAJOR = 3
LATEST_MINOR = 2
"""3.2 is PostgreSQL 18's: cancel keys of any length up to 256 bytes."""

TLS_HANDSHAKE = b"\x16"
"""The first byte of a TLS ClientHello, from a client with sslnegotiation=direct."""

_CODE = Struct("!i")
_CANCEL = 1234 << 16 | 5678
_SSL = 1234 << 16 | 5679
_GSSENC = 1234 << 16 | 5680
_MAX_CANCEL_KEY_BYTES = 256
_PROTOCOL_OPTION = "_pq_."


class SslRequest(NamedTuple):
    pass


class GssEncRequest(NamedTuple):
    pass


class CancelRequest(NamedTuple):
    process_id: int
    key: bytes


class StartupMessage(NamedTuple):
    """`minor` is as asked; `parameters` are the pairs in order, the last of a name wins."""

    minor: int
    parameters: Mapping[str, str]

    @property
    def negotiated_minor(self) -> int:
        return min(self.minor, LATEST_MINOR)

    @property
    def unknown_options(self) -> list[str]:
        """Protocol extensions; we know none."""
        return [name for name in self.parameters if name.startswith(_PROTOCOL_OPTION)]


StartupPacket: TypeAlias = SslRequest | GssEncRequest | CancelRequest | StartupMessage


def version_code(minor: int) -> int:
    return MAJOR << 16 | minor


def decode_startup(payload: bytes, answered: Collection[type[StartupPacket]]) -> StartupPacket:
    """Decode a packet without its length. Raises SqlError, which ends the connection.

    `answered` says which requests for encryption were refused already: asking twice is not a
    request but a bad version, as in PostgreSQL (ProcessStartupPacket).
    """
    (code,) = _CODE.unpack_from(payload)
    if code == _CANCEL:
        return _cancel_request(payload)
    if code == _SSL and SslRequest not in answered:
        return SslRequest()
    if code == _GSSENC and GssEncRequest not in answered:
        return GssEncRequest()
    major, minor = code >> 16 & 0xFFFF, code & 0xFFFF
    if major != MAJOR:
        raise FeatureNotSupported(
            f"unsupported frontend protocol {major}.{minor}: "
            f"server supports {MAJOR}.0 to {MAJOR}.{LATEST_MINOR}"
        )
    return StartupMessage(minor, _parameters(payload))


def _cancel_request(payload: bytes) -> CancelRequest:
    key_bytes = len(payload) - 8
    if not 0 < key_bytes <= _MAX_CANCEL_KEY_BYTES:
        raise ProtocolViolation("invalid length of cancel request packet")
    return CancelRequest(_CODE.unpack_from(payload, 4)[0], payload[8:])


def _parameters(payload: bytes) -> dict[str, str]:
    parameters: dict[str, str] = {}
    at = 4
    while at < len(payload) and payload[at]:
        name, at = read_string(payload, at)
        parameters[name], at = read_string(payload, at)
    if at != len(payload) - 1:
        raise ProtocolViolation("invalid startup packet layout: expected terminator as last byte")
    return parameters


class SessionRequest(NamedTuple):
    """Who wants which database with which settings; what a StartupMessage comes down to."""

    user: str
    database: str
    settings: Mapping[str, str]


def session_request(message: StartupMessage) -> SessionRequest:
    """Read the parameters of a StartupMessage. Raises SqlError, which ends the connection."""
    rest = dict(message.parameters)
    user = rest.pop("user", "")
    if not user:
        raise InvalidAuthorization("no PostgreSQL user name specified in startup packet")
    database = rest.pop("database", "") or user
    if rest.pop("replication", "false").lower() not in ("false", "off", "no", "0"):
        raise FeatureNotSupported("replication connections are not supported")
    # Switches come before named settings, so the latter win (process_startup_options).
    settings = parse_options(rest.pop("options", ""))
    settings |= {k: v for k, v in rest.items() if not k.startswith(_PROTOCOL_OPTION)}
    return SessionRequest(user, database, settings)


def parse_options(text: str) -> dict[str, str]:
    """Settings of the `options` parameter: `-c name=value`, `-cname=value`, `--name=value`."""
    settings: dict[str, str] = {}
    words = iter(split_options(text))
    for word in words:
        if word == "-c":
            switch, assignment = "-c ", next(words, "")
        elif word.startswith("-c"):
            switch, assignment = "-c ", word[2:]
        elif word.startswith("--") and len(word) > 2:
            switch, assignment = "--", word[2:]
        else:
            raise _bad_argument(word)
        name, equals, value = assignment.partition("=")
        if not name or not equals:
            raise SqlSyntaxError(f"{switch}{assignment} requires a value")
        # A dash in a setting's name stands for an underscore (ParseLongOption).
        settings[name.replace("-", "_")] = value
    return settings


def _bad_argument(word: str) -> SqlError:
    return SqlSyntaxError(
        f"invalid command-line argument for server process: {word}",
        hint="Use -c name=value or --name=value.",
    )


def split_options(text: str) -> list[str]:
    """Words between white space; a backslash keeps the next character (pg_split_opts)."""
    words: list[str] = []
    current: list[str] | None = None
    characters = iter(text)
    for character in characters:
        if character.isspace():
            if current is not None:
                words.append("".join(current))
            current = None
            continue
        current = [] if current is None else current
        current.append(next(characters, "") if character == "\\" else character)
    if current is not None:
        words.append("".join(current))
    return words
