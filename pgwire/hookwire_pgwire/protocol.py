"""`ServerProtocol`: the server's half of the protocol as a state machine. No I/O.

Theory of operation
-------------------
Bytes go in with `receive_data`, messages come out of `next_message`; what the server answers is
made by the methods that return bytes, because some answers also move the state. The caller moves
bytes between this object and a socket, and does what the messages ask.

    STARTUP ------ startup message ------> AUTHENTICATION
    AUTHENTICATION -- authenticated() ---> READY
    READY -------- Query, FunctionCall --> QUERY ------ ready() --> READY
    READY -------- Parse, Bind, ... -----> EXTENDED --- Sync -----> QUERY
    QUERY, EXTENDED -- begin_copy_in() --> COPY_IN -- end_copy_in() --> as before
    EXTENDED ----- error() --------------> SKIPPING --- Sync -----> QUERY
    any ---------- Terminate, CancelRequest, fatal() -------------> CLOSED

Rule 1. In QUERY the server owes ReadyForQuery: `next_message` may not be called before `ready()`.
Rule 2. After an error in an extended batch everything up to Sync is thrown away undecoded
        (PostgreSQL 55.2.3), and Terminate still ends the connection.
        In COPY_IN Sync and Flush are passed over (PostgreSQL 55.2.6).
Rule 3. The length of a message is checked as soon as its five first bytes are there, so the
        buffer never grows for a message that would be refused.
Rule 4. `next_message` raises `SqlError` for a message that is framed well but says nonsense: the
        caller answers with `error()` and goes on. It raises `FatalError` when the stream can no
        longer be trusted: the caller sends `fatal()` and closes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, auto
from struct import Struct
from typing import Final

from hookwire_catalog.errors import ProtocolViolation, SqlError
from hookwire_pgwire import replies
from hookwire_pgwire.charset import Conversion
from hookwire_pgwire.faults import FatalError
from hookwire_pgwire.messages import (
    AUTHENTICATION_MESSAGE_BYTES,
    DECODERS,
    LARGE_MESSAGE_BYTES,
    Message,
    PasswordMessage,
)
from hookwire_pgwire.startup import (
    MAX_STARTUP_PACKET_BYTES,
    TLS_HANDSHAKE,
    CancelRequest,
    GssEncRequest,
    SslRequest,
    StartupMessage,
    StartupPacket,
    decode_startup,
    version_code,
)

_LENGTH = Struct("!i")
_HEADER = Struct("!Bi")

INPUT_BYTES: Final = 256 * 1024
"""How much input may wait while a statement runs, before reading is paused."""


class State(Enum):
    STARTUP = auto()
    AUTHENTICATION = auto()
    READY = auto()
    QUERY = auto()
    EXTENDED = auto()
    SKIPPING = auto()
    COPY_IN = auto()
    CLOSED = auto()


_AFTER: dict[int, State] = {
    ord("Q"): State.QUERY,
    ord("F"): State.QUERY,
    ord("S"): State.QUERY,
    ord("X"): State.CLOSED,
} | {ord(kind): State.EXTENDED for kind in "PBDECH"}
"""The state once a message has been taken; the others change nothing."""


class ServerProtocol:
    """One connection. `max_message_bytes` bounds any message, above the limits of each type."""

    def __init__(self, *, max_message_bytes: int = LARGE_MESSAGE_BYTES) -> None:
        self.state = State.STARTUP
        self.minor = 0
        self._max_message_bytes = max_message_bytes
        self._buffer = bytearray()
        self._needed = 0
        self._around_copy = State.READY
        self._answered: set[type[StartupPacket]] = set()
        self.conversion: Callable[[], Conversion | None] = lambda: None
        """How the client's text becomes ours, now."""

    # Input.

    def receive_data(self, data: bytes) -> None:
        """Take bytes off the socket; after the end they are thrown away."""
        if self.state is not State.CLOSED:
            self._buffer += data

    @property
    def wants_data(self) -> bool:
        """Whether to go on reading. False while enough input waits to be asked for."""
        if self.state is State.CLOSED:
            return False
        return len(self._buffer) < max(INPUT_BYTES, self._needed)

    def next_message(self) -> Message | StartupPacket | None:
        """The next message, or None when more bytes are needed (or none will ever come).

        Raises SqlError or FatalError, see rule 4.
        """
        state = self.state
        if state is State.QUERY:
            raise RuntimeError("ready() is owed before the next message")
        if state is State.CLOSED:
            return None
        if state is State.STARTUP:
            return self._next_startup()
        if state is State.AUTHENTICATION:
            return self._next_password()
        return self._next_in_session()

    def _next_startup(self) -> StartupPacket | None:
        if self._buffer[:1] == TLS_HANDSHAKE:
            raise self._fatal("direct TLS connections are not supported")
        if len(self._buffer) < 4:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if not 8 <= length <= MAX_STARTUP_PACKET_BYTES + 4:
            raise self._fatal("invalid length of startup packet")
        payload = self._take(length, 4)
        if payload is None:
            return None
        try:
            packet = decode_startup(payload, self._answered)
        except SqlError as error:
            self._close()
            raise FatalError(error) from None
        return self._started(packet)

    def _started(self, packet: StartupPacket) -> StartupPacket:
        if isinstance(packet, StartupMessage):
            self.state = State.AUTHENTICATION
            self.minor = packet.negotiated_minor
        elif isinstance(packet, CancelRequest):
            self._close()
        else:
            self._answered.add(type(packet))
        return packet

    def _next_password(self) -> PasswordMessage | None:
        header = self._header()
        if header is None:
            return None
        kind, length = header
        if kind != ord("p"):
            raise self._fatal(f"expected password response, got message type {kind}")
        if not 4 <= length <= AUTHENTICATION_MESSAGE_BYTES:
            raise self._fatal("invalid password packet size")
        payload = self._take(length + 1, 5)
        return None if payload is None else PasswordMessage(payload)

    def _next_in_session(self) -> Message | None:
        while (header := self._header()) is not None:
            kind, length = header
            entry = DECODERS.get(kind)
            if entry is None:
                raise self._fatal(f"invalid frontend message type {kind}")
            if self.state is State.COPY_IN and kind not in b"dcfHSX":
                raise self._fatal(f"unexpected message type 0x{kind:02X} during COPY from stdin")
            decode, limit = entry
            if not 4 <= length <= min(limit, self._max_message_bytes):
                raise self._fatal("invalid message length")
            payload = self._take(length + 1, 5)
            if payload is None:
                return None
            after = _AFTER.get(kind, self.state)
            if self.state is State.SKIPPING and kind not in b"SX":
                continue
            if self.state is State.COPY_IN and kind in b"HS":
                continue
            if self.state is not State.COPY_IN and kind in b"dcf":
                continue  # of a COPY that has failed: ignored as it is (PostgreSQL 55.2.6)
            self.state = after
            if after is State.CLOSED:
                self._buffer.clear()
            conversion = self.conversion()
            if conversion is not None:
                payload = conversion.message_in(kind, payload)
            return decode(payload)
        return None

    def _header(self) -> tuple[int, int] | None:
        return None if len(self._buffer) < 5 else _HEADER.unpack_from(self._buffer)

    def _take(self, size: int, skip: int) -> bytes | None:
        """The first `size` bytes less `skip` at their front, once all are there."""
        buffer = self._buffer
        if len(buffer) < size:
            self._needed = size
            return None
        self._needed = 0
        payload = bytes(buffer[skip:size])
        del buffer[:size]
        return payload

    def _fatal(self, message: str) -> FatalError:
        self._close()
        return FatalError(ProtocolViolation(message))

    def _close(self) -> None:
        self.state = State.CLOSED
        self._buffer.clear()

    # COPY FROM STDIN.

    def begin_copy_in(self) -> None:
        """The data comes next. Only while a statement is being carried out."""
        assert self.state in (State.QUERY, State.EXTENDED)
        self._around_copy, self.state = self.state, State.COPY_IN

    def end_copy_in(self) -> None:
        """The data has ended, or is not wanted any more: what still comes of it is ignored."""
        if self.state is State.COPY_IN:
            self.state = self._around_copy

    # Output. Each returns the bytes to send.

    def refuse_encryption(self) -> bytes:
        """Answer SSLRequest or GSSENCRequest; the client goes on in plain text or leaves."""
        assert self._answered & {SslRequest, GssEncRequest}
        return replies.REFUSED

    def accept_encryption(self) -> bytes:
        """Answer SSLRequest with yes. Raises FatalError if more than the request has come, which
        somebody in between may have sent (CVE-2021-23222)."""
        if self._buffer:
            raise self._fatal("received unencrypted data after SSL request")
        return replies.ENCRYPTED

    def encrypted(self) -> None:
        """The connection began with TLS: what a client says from now on is inside of it."""
        self._answered.update((SslRequest, GssEncRequest))

    def negotiate(self, startup: StartupMessage) -> bytes:
        """NegotiateProtocolVersion if the client asked for more than we know, else nothing."""
        unknown = startup.unknown_options
        if startup.minor == self.minor and not unknown:
            return b""
        return replies.negotiate_protocol_version(version_code(self.minor), unknown)

    def authenticated(
        self, parameters: Iterable[tuple[str, str]], process_id: int, key: bytes, status: str
    ) -> bytes:
        """The greeting, from AuthenticationOk to ReadyForQuery."""
        reported = [replies.parameter_status(name, value) for name, value in parameters]
        key_data = replies.backend_key_data(process_id, key)
        return b"".join([replies.AUTHENTICATION_OK, *reported, key_data, self.ready(status)])

    def ready(self, status: str) -> bytes:
        """ReadyForQuery: `status` is I, T or E."""
        self.state = State.READY
        return replies.READY_FOR_QUERY[status]

    def error(self, error: SqlError) -> bytes:
        """ErrorResponse; in an extended batch what follows is skipped until Sync."""
        if self.state is State.EXTENDED:
            self.state = State.SKIPPING
        return replies.error_response(error)

    def fatal(self, error: SqlError) -> bytes:
        """ErrorResponse that ends the connection."""
        self._close()
        return replies.error_response(error, "FATAL")

    @property
    def cancel_key_bytes(self) -> int:
        """3.0 has room for 4 bytes of cancel key; since 3.2 it may be as long as is safe."""
        return 4 if self.minor < 2 else 32
