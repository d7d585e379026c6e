"""Trust, cleartext passwords and what a role must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hookwire_catalog.errors import InvalidAuthorization, InvalidPassword, ProtocolViolation
from hookwire_catalog.roles import LoginRole
from hookwire_catalog.scram import build_verifier
from hookwire_pgwire.auth import (
    Accepted,
    Challenge,
    CleartextExchange,
    Login,
    TrustLoopback,
    check_role,
    is_loopback,
)
from hookwire_pgwire.startup import SessionRequest

REQUEST = SessionRequest("ann", "hookwire", {})
VERIFIER = build_verifier("secret", b"salt" * 4)
ANN = LoginRole("ann", login=True, superuser=False, verifier=VERIFIER)


@pytest.mark.parametrize("peer", [None, "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_any_name_is_believed_on_loopback(peer: str | None) -> None:
    assert is_loopback(peer)
    assert TrustLoopback().exchange(Login(REQUEST, peer)).begin() == Accepted()


@pytest.mark.parametrize("peer", ["192.0.2.1", "0.0.0.0", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_nobody_is_believed_from_elsewhere(peer: str) -> None:
    with pytest.raises(InvalidAuthorization, match="need authentication, and none is configured"):
        TrustLoopback().exchange(Login(REQUEST, peer))


def test_trust_asks_for_no_password() -> None:
    with pytest.raises(InvalidAuthorization):
        TrustLoopback().exchange(Login(REQUEST)).respond(b"secret\0")


def test_the_right_password_in_clear_text_is_accepted() -> None:
    exchange = CleartextExchange(Login(REQUEST, role=ANN))
    asked = exchange.begin()
    assert isinstance(asked, Challenge)
    assert asked.message == b"R\0\0\0\x08\0\0\0\x03"
    assert exchange.respond(b"secret\0") == Accepted()


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize(
    ("role", "password"),
    [
        (ANN, b"wrong\0"),
        (ANN, b"\0"),
        (ANN, b"secret \0"),
        (ANN, VERIFIER.encode() + b"\0"),
        (None, b"secret\0"),
        (LoginRole("ann", login=True, superuser=True), b"secret\0"),
        (LoginRole("ann", True, True, VERIFIER, valid_until=YESTERDAY), b"secret\0"),
        (LoginRole("ann", True, True, "md5abc"), b"secret\0"),
    ],
)
def test_every_other_is_refused_in_the_same_words(role: LoginRole | None, password: bytes) -> None:
    with pytest.raises(InvalidPassword) as caught:
        CleartextExchange(Login(REQUEST, role=role)).respond(password)
    assert caught.value.message == 'password authentication failed for user "ann"'
    assert caught.value.sqlstate == "28P01"


def test_a_password_ends_with_a_zero_byte() -> None:
    with pytest.raises(ProtocolViolation):
        CleartextExchange(Login(REQUEST, role=ANN)).respond(b"secret")


@pytest.mark.parametrize(
    ("role", "message"),
    [
        (None, 'role "ann" does not exist'),
        (LoginRole("ann", login=False, superuser=True), 'role "ann" is not permitted to log in'),
    ],
)
def test_a_role_must_be_there_and_may_log_in(role: LoginRole | None, message: str) -> None:
    with pytest.raises(InvalidAuthorization) as caught:
        check_role(Login(REQUEST, role=role))
    assert (caught.value.sqlstate, caught.value.message) == ("28000", message)
