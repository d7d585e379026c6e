"""The state machine, fed with bytes."""

from __future__ import annotations

from struct import pack

import pytest

from hookwire_catalog.errors import ProtocolViolation, SqlSyntaxError
from hookwire_pgwire import replies
from hookwire_pgwire.faults import FatalError
from hookwire_pgwire.messages import (
    Bind,
    Execute,
    Parse,
    PasswordMessage,
    Query,
    Sync,
    Terminate,
)
from hookwire_pgwire.protocol import INPUT_BYTES, ServerProtocol, State
from hookwire_pgwire.startup import CancelRequest, SslRequest, StartupMessage
from support.wire import bind, execute, flush, parse, query, startup, sync, terminate

USER = startup({"user": "ann"})
COPY_DATA = b"d\0\0\0\5x"


def started(**options: int) -> ServerProtocol:
    """A protocol with a session, nothing asked yet."""
    protocol = ServerProtocol(**options)
    protocol.receive_data(USER)
    assert isinstance(protocol.next_message(), StartupMessage)
    protocol.authenticated((), 1, b"1234", "I")
    return protocol


def test_a_session_from_the_first_byte_to_the_last() -> None:
    protocol = ServerProtocol()
    protocol.receive_data(pack("!ii", 8, 80877103))
    assert isinstance(protocol.next_message(), SslRequest)
    assert protocol.refuse_encryption() == b"N"
    protocol.receive_data(USER)
    message = protocol.next_message()
    assert isinstance(message, StartupMessage)
    assert protocol.state is State.AUTHENTICATION
    assert protocol.negotiate(message) == b""
    greeting = protocol.authenticated([("TimeZone", "UTC")], 5, b"keys", "I")
    assert greeting == (
        b"R\0\0\0\x08\0\0\0\0S\0\0\0\x11TimeZone\0UTC\0K\0\0\0\x0c\0\0\0\x05keysZ\0\0\0\5I"
    )
    protocol.receive_data(query("SELECT 1") + terminate())
    assert protocol.next_message() == Query("SELECT 1")
    assert protocol.ready("T") == b"Z\0\0\0\5T"
    assert isinstance(protocol.next_message(), Terminate)
    assert (protocol.state, protocol.next_message(), protocol.wants_data) == (
        State.CLOSED, None, False,
    )  # fmt: skip


def test_bytes_may_come_one_at_a_time() -> None:
    protocol = ServerProtocol()
    found = []
    for byte in USER:
        found.append(protocol.next_message())
        protocol.receive_data(bytes([byte]))
    assert (set(found), type(protocol.next_message())) == ({None}, StartupMessage)
    protocol.authenticated((), 1, b"1234", "I")
    for byte in query("SELECT 1"):
        assert protocol.next_message() is None
        protocol.receive_data(bytes([byte]))
    assert protocol.next_message() == Query("SELECT 1")


def test_the_next_message_waits_for_ready() -> None:
    protocol = started()
    protocol.receive_data(query("SELECT 1") + query("SELECT 2"))
    protocol.next_message()
    with pytest.raises(RuntimeError):
        protocol.next_message()
    protocol.ready("I")
    assert protocol.next_message() == Query("SELECT 2")


def test_after_an_error_an_extended_batch_is_skipped_undecoded_until_sync() -> None:
    protocol = started()
    malformed = b"B\0\0\0\5x"
    protocol.receive_data(bind("", "") + execute() + query("x") + malformed + flush() + sync())
    assert isinstance(protocol.next_message(), Bind)
    protocol.error(SqlSyntaxError("no"))
    assert protocol.state is State.SKIPPING
    assert isinstance(protocol.next_message(), Sync)
    protocol.ready("I")
    protocol.receive_data(execute("p", 3))
    assert protocol.next_message() == Execute("p", 3)


def test_terminate_is_heard_while_skipping() -> None:
    protocol = started()
    protocol.receive_data(bind("", "") + execute() + terminate() + sync())
    protocol.next_message()
    protocol.error(SqlSyntaxError("no"))
    assert isinstance(protocol.next_message(), Terminate)
    assert protocol.next_message() is None


def test_an_error_of_a_query_skips_nothing() -> None:
    protocol = started()
    protocol.receive_data(query("a") + query("b"))
    protocol.next_message()
    assert protocol.error(SqlSyntaxError("no")).startswith(b"E")
    assert protocol.ready("I") == replies.READY_FOR_QUERY["I"]
    assert protocol.next_message() == Query("b")


@pytest.mark.parametrize(
    ("message", "state"), [(b"B\0\0\0\5x", State.EXTENDED), (b"Q\0\0\0\5x", State.QUERY)]
)
def test_a_malformed_message_is_an_error_of_its_kind(message: bytes, state: State) -> None:
    protocol = started()
    protocol.receive_data(message)
    with pytest.raises(ProtocolViolation):
        protocol.next_message()
    assert protocol.state is state


def test_copy_messages_outside_copy_are_ignored_whatever_is_in_them() -> None:
    protocol = started()
    protocol.receive_data(COPY_DATA + b"c\0\0\0\5?" + parse("", "x") + b"f\0\0\0\4" + COPY_DATA)
    assert (protocol.next_message(), protocol.state) == (Parse("", "x", ()), State.EXTENDED)
    assert protocol.next_message() is None
    assert protocol.state is State.EXTENDED


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"?\0\0\0\4", "invalid frontend message type 63"),
        (b"p\0\0\0\4", "invalid frontend message type 112"),
        (b"Q\0\0\0\3", "invalid message length"),
        (b"Q\xff\xff\xff\xff", "invalid message length"),
        (b"S\0\0\x27\x11", "invalid message length"),
        (b"Q\x40\0\0\0", "invalid message length"),
    ],
)
def test_a_stream_that_lost_its_framing_is_fatal(message: bytes, words: str) -> None:
    protocol = started()
    protocol.receive_data(message)
    with pytest.raises(FatalError) as caught:
        protocol.next_message()
    assert (caught.value.error.message, caught.value.error.sqlstate) == (words, "08P01")
    assert protocol.fatal(caught.value.error)[5:13] == b"SFATAL\0V"
    protocol.receive_data(query("SELECT 1"))
    assert protocol.next_message() is None


def test_the_length_is_checked_before_the_message_has_come() -> None:
    protocol = started(max_message_bytes=100)
    protocol.receive_data(b"Q" + pack("!i", 101))
    with pytest.raises(FatalError, match="invalid message length"):
        protocol.next_message()


@pytest.mark.parametrize(
    "first",
    [b"\0\0\0\7", b"\0\0\x27\x15\0", b"\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n", b"\0\0\0\0"],
)
def test_the_length_of_a_startup_packet_is_bounded(first: bytes) -> None:
    protocol = ServerProtocol()
    protocol.receive_data(first)
    with pytest.raises(FatalError, match="invalid length of startup packet"):
        protocol.next_message()
    assert protocol.state is State.CLOSED


def test_direct_tls_is_recognised_by_its_first_byte() -> None:
    protocol = ServerProtocol()
    protocol.receive_data(b"\x16")
    with pytest.raises(FatalError, match="direct TLS connections are not supported"):
        protocol.next_message()


def test_a_cancel_request_ends_the_connection() -> None:
    protocol = ServerProtocol()
    protocol.receive_data(pack("!iiii", 16, 80877102, 7, 9))
    assert protocol.next_message() == CancelRequest(7, pack("!i", 9))
    assert protocol.state is State.CLOSED


@pytest.mark.parametrize(
    ("minor", "options", "negotiation"),
    [
        (0, {}, b""),
        (2, {}, b""),
        (3, {}, b"v\0\0\0\x0c\0\3\0\2\0\0\0\0"),
        (0, {"_pq_.a": "1"}, b"v\0\0\0\x13\0\3\0\0\0\0\0\1_pq_.a\0"),
    ],
)
def test_negotiation(minor: int, options: dict[str, str], negotiation: bytes) -> None:
    protocol = ServerProtocol()
    protocol.receive_data(startup({"user": "ann", **options}, 3 << 16 | minor))
    message = protocol.next_message()
    assert isinstance(message, StartupMessage)
    assert protocol.negotiate(message) == negotiation
    assert protocol.cancel_key_bytes == (4 if minor < 2 else 32)


def test_only_a_password_is_taken_while_authenticating() -> None:
    protocol = ServerProtocol()
    protocol.receive_data(USER + b"p\0\0\0\x08abc\0")
    protocol.next_message()
    assert protocol.next_message() == PasswordMessage(b"abc\0")
    protocol.receive_data(query("SELECT 1"))
    with pytest.raises(FatalError, match="expected password response, got message type 81"):
        protocol.next_message()


def test_a_password_may_not_be_endless() -> None:
    protocol = ServerProtocol()
    protocol.receive_data(USER + b"p" + pack("!i", 70_000))
    protocol.next_message()
    with pytest.raises(FatalError, match="invalid password packet size"):
        protocol.next_message()


def test_reading_stops_while_enough_waits_and_goes_on_for_a_long_message() -> None:
    protocol = started()
    assert protocol.wants_data
    long = query("x" * (2 * INPUT_BYTES))
    protocol.receive_data(long[: INPUT_BYTES + 1])
    assert not protocol.wants_data
    assert protocol.next_message() is None
    assert protocol.wants_data
    protocol.receive_data(long[INPUT_BYTES + 1 :] + query("y"))
    assert not protocol.wants_data
    assert isinstance(protocol.next_message(), Query)
    assert protocol.wants_data
