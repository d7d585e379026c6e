"""The startup packet: what each kind holds, and the `options` mini language."""

from __future__ import annotations

from struct import pack

import pytest

from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidAuthorization,
    ProtocolViolation,
    SqlSyntaxError,
)
from hookwire_pgwire.startup import (
    CancelRequest,
    GssEncRequest,
    SessionRequest,
    SslRequest,
    StartupMessage,
    decode_startup,
    parse_options,
    session_request,
    split_options,
)

SSL, GSSENC, CANCEL = 80877103, 80877104, 80877102


def test_requests_for_encryption_count_once_each() -> None:
    assert decode_startup(pack("!i", SSL), ()) == SslRequest()
    assert isinstance(decode_startup(pack("!i", GSSENC), {SslRequest}), GssEncRequest)
    for code in (SSL, GSSENC):
        with pytest.raises(FeatureNotSupported) as caught:
            decode_startup(pack("!i", code), {SslRequest, GssEncRequest})
        assert caught.value.message.startswith("unsupported frontend protocol 1234.56")


@pytest.mark.parametrize("key", [b"abcd", b"k" * 32, b"k" * 256])
def test_cancel_keys_of_any_length_up_to_256_bytes(key: bytes) -> None:
    assert decode_startup(pack("!ii", CANCEL, 9) + key, ()) == CancelRequest(9, key)


@pytest.mark.parametrize("rest", [b"", pack("!i", 9), pack("!i", 9) + b"k" * 257])
def test_a_cancel_request_of_another_length_is_refused(rest: bytes) -> None:
    with pytest.raises(ProtocolViolation, match="invalid length of cancel request packet"):
        decode_startup(pack("!i", CANCEL) + rest, ())


@pytest.mark.parametrize(("major", "minor"), [(2, 0), (4, 0), (0, 0)])
def test_another_major_version_is_not_spoken(major: int, minor: int) -> None:
    with pytest.raises(FeatureNotSupported) as caught:
        decode_startup(pack("!hh", major, minor) + b"user\0a\0\0", ())
    assert caught.value.message == (
        f"unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.2"
    )


def startup_message(pairs: bytes, minor: int = 0) -> StartupMessage:
    packet = decode_startup(pack("!hh", 3, minor) + pairs, ())
    assert isinstance(packet, StartupMessage)
    return packet


def test_parameters_and_versions() -> None:
    message = startup_message(b"user\0a\0_pq_.x\0on\0TimeZone\0\0\0", minor=9)
    assert dict(message.parameters) == {"user": "a", "_pq_.x": "on", "TimeZone": ""}
    assert (message.negotiated_minor, message.unknown_options) == (2, ["_pq_.x"])
    assert startup_message(b"\0").negotiated_minor == 0


@pytest.mark.parametrize("pairs", [b"", b"user\0a\0", b"user\0a\0\0x", b"user\0", b"user"])
def test_parameters_end_with_a_terminator(pairs: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        startup_message(pairs)


def request(**parameters: str) -> SessionRequest:
    return session_request(StartupMessage(0, parameters))


def test_the_database_is_named_after_the_user_by_default() -> None:
    assert request(user="ann") == SessionRequest("ann", "ann", {})
    assert request(user="ann", database="hookwire").database == "hookwire"


def test_a_user_is_needed() -> None:
    with pytest.raises(InvalidAuthorization) as caught:
        request(database="hookwire")
    assert caught.value.message == "no PostgreSQL user name specified in startup packet"


def test_named_settings_win_over_options() -> None:
    found = request(user="a", options="-c TimeZone=UTC -c DateStyle=ISO", TimeZone="CET")
    assert found.settings == {"TimeZone": "CET", "DateStyle": "ISO"}


def test_protocol_options_are_no_settings() -> None:
    assert request(user="a", **{"_pq_.x": "1"}).settings == {}


def test_replication_is_refused_but_may_be_declined() -> None:
    assert request(user="a", replication="false").settings == {}
    with pytest.raises(FeatureNotSupported):
        request(user="a", replication="database")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  ", []),
        (" -c  a=b\t", ["-c", "a=b"]),
        (r"-c a=x\ y", ["-c", "a=x y"]),
        (r"-c a=x\\y", ["-c", r"a=x\y"]),
        (r"\ ", [" "]),
        ("a\\", ["a"]),
    ],
)
def test_options_are_split_at_space_that_has_no_backslash(text: str, words: list[str]) -> None:
    assert split_options(text) == words


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("-c statement_timeout=5000", {"statement_timeout": "5000"}),
        ("-cstatement_timeout=5s", {"statement_timeout": "5s"}),
        ("--statement-timeout=5s", {"statement_timeout": "5s"}),
        (' -csearch_path="dlt_cap",public', {"search_path": '"dlt_cap",public'}),
        ("-c a=1 --b=2 -c a=3", {"a": "3", "b": "2"}),
        ("-c a.b=c=d", {"a.b": "c=d"}),
        ("-c a=", {"a": ""}),
    ],
)
def test_options_set_settings(text: str, settings: dict[str, str]) -> None:
    assert parse_options(text) == settings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-c a", "-c a requires a value"),
        ("-c", "-c  requires a value"),
        ("--a", "--a requires a value"),
        ("-z", "invalid command-line argument for server process: -z"),
        ("plain", "invalid command-line argument for server process: plain"),
        ("--", "invalid command-line argument for server process: --"),
    ],
)
def test_bad_options_are_named(text: str, words: str) -> None:
    with pytest.raises(SqlSyntaxError) as caught:
        parse_options(text)
    assert caught.value.message == words
