"""How a session begins and ends, message by message."""

from __future__ import annotations

import struct

import pytest

from support.hookwire_process import HookwireProcess
from support.wire import WireClient, query, startup, terminate

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
GSSENC_REQUEST = struct.pack("!ii", 8, 80877104)
LOGIN = {"user": "hookwire", "database": "hookwire"}
# https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-ASYNC lists what is reported.
REPORTED = {
    "application_name",
    "client_encoding",
    "DateStyle",
    "default_transaction_read_only",
    "in_hot_standby",
    "integer_datetimes",
    "IntervalStyle",
    "is_superuser",
    "server_encoding",
    "server_version",
    "session_authorization",
    "standard_conforming_strings",
    "TimeZone",
}


def test_login_is_answered_with_all_a_client_waits_for(hookwire: HookwireProcess) -> None:
    with WireClient(hookwire.sql_address) as client:
        answers = client.login("hookwire", "hookwire", application_name="wire")
    kinds = [answer.name for answer in answers]
    reported = {a.values[0]: a.values[1] for a in answers if a.name == "ParameterStatus"}
    assert (kinds[0], answers[0].values) == ("Authentication", [0])
    assert (kinds[-2:], answers[-1].values) == (["BackendKeyData", "ReadyForQuery"], ["I"])
    assert set(reported) >= REPORTED
    assert reported["application_name"] == "wire"
    assert reported["server_version"] == f"16.0 (Hookwire {hookwire.version})"
    assert (reported["client_encoding"], reported["integer_datetimes"]) == ("UTF8", "on")


@pytest.mark.parametrize(
    "requests",
    [
        [SSL_REQUEST],
        [GSSENC_REQUEST],
        [SSL_REQUEST, GSSENC_REQUEST],
        [GSSENC_REQUEST, SSL_REQUEST],
    ],
)
def test_encryption_is_declined_and_the_session_goes_on(
    hookwire: HookwireProcess, requests: list[bytes]
) -> None:
    with WireClient(hookwire.sql_address) as client:
        for request in requests:
            client.send(request)
            assert client.socket.recv(1) == b"N"
        assert client.login("hookwire", "hookwire")[-1].name == "ReadyForQuery"


def test_protocol_3_2_is_spoken(hookwire: HookwireProcess) -> None:
    """No negotiation, and a cancel key longer than the four bytes of 3.0 (PostgreSQL 18)."""
    with WireClient(hookwire.sql_address) as client:
        client.send(startup(LOGIN, version=(3 << 16) + 2))
        names = [answer.name for answer in client.until("ReadyForQuery", "ErrorResponse")]
    assert "NegotiateProtocolVersion" not in names
    assert names[-1] == "ReadyForQuery"


def test_a_newer_minor_version_and_unknown_options_are_negotiated(
    hookwire: HookwireProcess,
) -> None:
    with WireClient(hookwire.sql_address) as client:
        options = {"_pq_.no_such_option": "1"}
        client.send(startup(LOGIN | options, version=(3 << 16) + 7))
        answers = client.until("ReadyForQuery", "ErrorResponse")
    assert answers[0].name == "NegotiateProtocolVersion"
    assert answers[0].values == [2, ["_pq_.no_such_option"]]
    assert answers[-1].name == "ReadyForQuery"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (startup(LOGIN, version=2 << 16), "0A000"),
        (startup(LOGIN, version=4 << 16), "0A000"),
        (startup({"database": "hookwire"}), "28000"),
        (startup({"user": "hookwire", "database": "elsewhere"}), "3D000"),
    ],
    ids=["version 2", "version 4", "no user", "no such database"],
)
def test_a_bad_startup_is_one_fatal_error(
    hookwire: HookwireProcess, message: bytes, code: str
) -> None:
    with WireClient(hookwire.sql_address) as client:
        client.send(message)
        answers = client.until("ReadyForQuery")
    assert [(a.name, a.values) for a in answers] == [("ErrorResponse", ["FATAL", code])]


@pytest.mark.parametrize(
    "garbage",
    [
        struct.pack("!i", 4),
        struct.pack("!ii", 2**31 - 1, 196608),
        struct.pack("!ii", -5, 196608),
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        struct.pack("!ii", 9, 196608) + b"\xff",
    ],
)
def test_garbage_ends_the_connection_and_only_that(
    hookwire: HookwireProcess, garbage: bytes
) -> None:
    with WireClient(hookwire.sql_address) as client:
        client.send(garbage)
        assert {answer.name for answer in client.until("ReadyForQuery")} <= {"ErrorResponse"}
    with WireClient(hookwire.sql_address) as client:
        assert client.login("hookwire", "hookwire")[-1].name == "ReadyForQuery"


@pytest.mark.parametrize(
    "message", [b"?\x00\x00\x00\x04", b"Q\x00\x00\x00\x03", b"Q\x7f\xff\xff\xff"]
)
def test_a_bad_message_is_a_protocol_violation(hookwire: HookwireProcess, message: bytes) -> None:
    with WireClient(hookwire.sql_address) as client:
        client.login("hookwire", "hookwire")
        client.send(message)
        answers = client.until("ReadyForQuery")
    assert [(a.name, a.values[1]) for a in answers] == [("ErrorResponse", "08P01")]
    assert answers[0].values[0] == "FATAL"


def _backend_key(client: WireClient) -> tuple[int, int]:
    answers = client.login("hookwire", "hookwire")
    (key,) = (answer.values for answer in answers if answer.name == "BackendKeyData")
    return key[0], key[1]


def _cancel(hookwire: HookwireProcess, pid: int, key: int) -> None:
    """Send a CancelRequest and wait until the server has hung up on it."""
    with WireClient(hookwire.sql_address) as canceller:
        canceller.send(struct.pack("!iiii", 16, 80877102, pid, key))
        assert canceller.receive() is None


def test_cancel_needs_the_right_key(hookwire: HookwireProcess) -> None:
    endless = (
        "SELECT count(*) FROM generate_series(1, 1000000) AS a(i), generate_series(1, 1000000)"
        " AS b(j) WHERE (i * j) % 7 = 3"
    )
    with WireClient(hookwire.sql_address) as client:
        pid, key = _backend_key(client)
        _cancel(hookwire, pid, key)  # nothing runs: nothing happens
        assert client.ask(query("SELECT 1::int4 AS a"))[1] == 'DataRow "1"'
        client.send(query(endless))
        _cancel(hookwire, pid, key ^ 1)
        while client.quiet():  # a cancel that came before the statement began is none
            _cancel(hookwire, pid, key)
        answers = client.until("ReadyForQuery")
        errors = [answer.values for answer in answers if answer.name == "ErrorResponse"]
        assert errors == [["ERROR", "57014"]]
        assert client.ask(query("SELECT 2::int4 AS a"))[1] == 'DataRow "2"'


def test_terminate_ends_the_session_without_a_word(hookwire: HookwireProcess) -> None:
    with WireClient(hookwire.sql_address) as client:
        client.login("hookwire", "hookwire")
        client.send(terminate())
        assert client.receive() is None
