"""What a client sends after the startup packet: bytes to values. No I/O (PostgreSQL 55.7).

A message is a type byte, a length that counts itself, and a payload. `decode` turns one payload
into a NamedTuple: they are made thousands of times a second, and cost a third of a frozen
dataclass.

Rule: a count or length that the client declares is compared with the bytes that are there before
anything is made from it, so a lie costs the liar's bytes and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import NamedTuple, TypeAlias

from hookwire_catalog.errors import CharacterNotInRepertoire, ProtocolViolation

_INT16 = Struct("!H")
_INT32 = Struct("!i")

LARGE_MESSAGE_BYTES = (1 << 30) - 1
"""PostgreSQL's limit for a message that carries text or values (PQ_LARGE_MESSAGE_LIMIT)."""

SMALL_MESSAGE_BYTES = 10_000
"""The limit for a message that carries at most a name (PQ_SMALL_MESSAGE_LIMIT)."""

AUTHENTICATION_MESSAGE_BYTES = 65_535
"""The limit for a password or SASL response (PG_MAX_AUTH_TOKEN_LENGTH)."""


class Query(NamedTuple):
    sql: str


class Parse(NamedTuple):
    name: str
    sql: str
    parameter_oids: tuple[int, ...]


class Bind(NamedTuple):
    portal: str
    statement: str
    parameter_formats: tuple[int, ...]
    parameters: tuple[bytes | None, ...]
    result_formats: tuple[int, ...]


class Describe(NamedTuple):
    """`kind` is "S" for a statement, "P" for a portal."""

    kind: str
    name: str


class Execute(NamedTuple):
    """`max_rows` 0 or less means all rows."""

    portal: str
    max_rows: int


class Close(NamedTuple):
    """`kind` is "S" for a statement, "P" for a portal."""

    kind: str
    name: str


class Flush(NamedTuple):
    pass


class Sync(NamedTuple):
    pass


class Terminate(NamedTuple):
    pass


class FunctionCall(NamedTuple):
    """Recognised so that it can be refused; its payload is not decoded."""


class CopyData(NamedTuple):
    """Like CopyDone and CopyFail ignored outside COPY FROM STDIN (PostgreSQL 55.2.6)."""

    data: bytes


class CopyDone(NamedTuple):
    pass


class CopyFail(NamedTuple):
    reason: str


class PasswordMessage(NamedTuple):
    """The answer to an authentication request; what is in it depends on the request."""

    data: bytes


Message: TypeAlias = (
    Query
    | Parse
    | Bind
    | Describe
    | Execute
    | Close
    | Flush
    | Sync
    | Terminate
    | FunctionCall
    | CopyData
    | CopyDone
    | CopyFail
    | PasswordMessage
)


def read_string(payload: bytes, start: int) -> tuple[str, int]:
    """The zero-terminated string at `start`, and the index after its zero."""
    end = payload.find(0, start)
    if end < 0:
        raise ProtocolViolation("invalid string in message")
    try:
        return payload[start:end].decode(), end + 1
    except UnicodeDecodeError as error:
        raise _not_utf8(error) from None


def _not_utf8(error: UnicodeDecodeError) -> CharacterNotInRepertoire:
    bad = " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.end])
    return CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {bad}')


def _insufficient() -> ProtocolViolation:
    return ProtocolViolation("insufficient data left in message")


def _end(payload: bytes, at: int) -> None:
    if at != len(payload):
        raise ProtocolViolation("invalid message format")


def _read_count(payload: bytes, at: int, size: int) -> tuple[int, int]:
    """A 16-bit count of things of at least `size` bytes each, all of which must be there."""
    if at + 2 > len(payload):
        raise _insufficient()
    count: int = _INT16.unpack_from(payload, at)[0]
    if at + 2 + count * size > len(payload):
        raise _insufficient()
    return count, at + 2


def _read_formats(payload: bytes, at: int) -> tuple[tuple[int, ...], int]:
    count, at = _read_count(payload, at, 2)
    if not count:
        return (), at
    return Struct(f"!{count}h").unpack_from(payload, at), at + 2 * count


def _query(payload: bytes) -> Query:
    sql, at = read_string(payload, 0)
    _end(payload, at)
    return Query(sql)


def _parse(payload: bytes) -> Parse:
    name, at = read_string(payload, 0)
    sql, at = read_string(payload, at)
    count, at = _read_count(payload, at, 4)
    oids = Struct(f"!{count}I").unpack_from(payload, at) if count else ()
    _end(payload, at + 4 * count)
    return Parse(name, sql, oids)


def _bind(payload: bytes) -> Bind:
    portal, at = read_string(payload, 0)
    statement, at = read_string(payload, at)
    parameter_formats, at = _read_formats(payload, at)
    count, at = _read_count(payload, at, 4)
    parameters: list[bytes | None] = []
    for _ in range(count):
        value, at = _read_value(payload, at)
        parameters.append(value)
    result_formats, at = _read_formats(payload, at)
    _end(payload, at)
    return Bind(portal, statement, parameter_formats, tuple(parameters), result_formats)


def _read_value(payload: bytes, at: int) -> tuple[bytes | None, int]:
    if at + 4 > len(payload):
        raise _insufficient()
    (length,) = _INT32.unpack_from(payload, at)
    at += 4
    if length == -1:
        return None, at
    end = at + length
    if length < 0 or end > len(payload):
        raise _insufficient()
    return payload[at:end], end


def _kind_and_name(payload: bytes, message: str) -> tuple[str, str]:
    if not payload:
        raise _insufficient()
    if payload[0] not in b"SP":
        raise ProtocolViolation(f"invalid {message} message subtype {payload[0]}")
    name, at = read_string(payload, 1)
    _end(payload, at)
    return chr(payload[0]), name


def _describe(payload: bytes) -> Describe:
    return Describe(*_kind_and_name(payload, "DESCRIBE"))


def _close(payload: bytes) -> Close:
    return Close(*_kind_and_name(payload, "CLOSE"))


def _execute(payload: bytes) -> Execute:
    portal, at = read_string(payload, 0)
    if at + 4 > len(payload):
        raise _insufficient()
    _end(payload, at + 4)
    return Execute(portal, _INT32.unpack_from(payload, at)[0])


def _flush(payload: bytes) -> Flush:
    _end(payload, 0)
    return Flush()


def _sync(payload: bytes) -> Sync:
    _end(payload, 0)
    return Sync()


def _copy_done(payload: bytes) -> CopyDone:
    _end(payload, 0)
    return CopyDone()


def _copy_fail(payload: bytes) -> CopyFail:
    reason, at = read_string(payload, 0)
    _end(payload, at)
    return CopyFail(reason)


Decoder: TypeAlias = Callable[[bytes], Message]

DECODERS: dict[int, tuple[Decoder, int]] = {
    ord("Q"): (_query, LARGE_MESSAGE_BYTES),
    ord("P"): (_parse, LARGE_MESSAGE_BYTES),
    ord("B"): (_bind, LARGE_MESSAGE_BYTES),
    ord("D"): (_describe, SMALL_MESSAGE_BYTES),
    ord("E"): (_execute, SMALL_MESSAGE_BYTES),
    ord("C"): (_close, SMALL_MESSAGE_BYTES),
    ord("H"): (_flush, SMALL_MESSAGE_BYTES),
    ord("S"): (_sync, SMALL_MESSAGE_BYTES),
    ord("X"): (lambda _: Terminate(), SMALL_MESSAGE_BYTES),
    ord("F"): (lambda _: FunctionCall(), LARGE_MESSAGE_BYTES),
    ord("d"): (CopyData, LARGE_MESSAGE_BYTES),
    ord("c"): (_copy_done, SMALL_MESSAGE_BYTES),
    ord("f"): (_copy_fail, SMALL_MESSAGE_BYTES),
}
"""What decodes each message of a session, and how long the message may be."""
