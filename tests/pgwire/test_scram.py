"""The server's side of SCRAM, message by message (RFC 5802, RFC 7677, PostgreSQL 55.3)."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import InvalidPassword, ProtocolViolation, SqlError
from hookwire_catalog.roles import LoginRole
from hookwire_catalog.scram import build_verifier, digest, salted_password
from hookwire_engine.system.values import Encryption
from hookwire_pgwire.auth import Accepted, Challenge, Login
from hookwire_pgwire.scram import PLAIN, PLUS, ScramExchange
from hookwire_pgwire.startup import SessionRequest
from hookwire_pgwire.tls_info import TlsInfo

# The example of RFC 7677, section 3.
RFC_SALT = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
RFC_CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
RFC_SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
RFC_SERVER_FIRST = (
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
)
RFC_CLIENT_FINAL = (
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
RFC_SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

TLS = TlsInfo(Encryption("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256), b"end point hash")
REQUEST = SessionRequest("user", "hookwire", {})
USER = LoginRole("user", login=True, superuser=False, verifier=build_verifier("pencil", RFC_SALT))


def initial(message: str, mechanism: str = PLAIN) -> bytes:
    data = message.encode()
    return mechanism.encode() + b"\0" + pack("!i", len(data)) + data


def sent(step: object, code: int) -> str:
    """The SASL data of an Authentication* message."""
    message = step.message if isinstance(step, Challenge) else b""
    message = step.last if isinstance(step, Accepted) else message
    assert message[:1] + message[5:9] == b"R" + pack("!i", code)
    assert int.from_bytes(message[1:5], "big") == len(message) - 1
    return message[9:].decode()


class Client:
    """A client that knows a password."""

    def __init__(self, password: str, header: str = "n,,", binding: bytes = b"") -> None:
        self.password, self.header, self.binding = password, header, binding
        self.first = "n=,r=abc"

    def final(self, server_first: str, *, nonce: str | None = None) -> str:
        parts = dict(part.split("=", 1) for part in server_first.split(","))
        bound = b64encode(self.header.encode() + self.binding).decode()
        without = f"c={bound},r={nonce or parts['r']}"
        salted = salted_password(self.password, b64decode(parts["s"]), int(parts["i"]))
        key = digest(salted, b"Client Key")
        stored = hashlib.sha256(key).digest()
        signature = digest(stored, f"{self.first},{server_first},{without}".encode())
        proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        return f"{without},p={b64encode(proof).decode()}"


def run(login: Login, client: Client, mechanism: str = PLAIN) -> object:
    exchange = ScramExchange(login)
    exchange.begin()
    step = exchange.respond(initial(client.header + client.first, mechanism))
    return exchange.respond(client.final(sent(step, 11)).encode())


def test_the_example_of_rfc_7677() -> None:
    exchange = ScramExchange(Login(REQUEST, role=USER), nonce=RFC_SERVER_NONCE)
    assert sent(exchange.begin(), 10) == f"{PLAIN}\0\0"
    assert sent(exchange.respond(initial(RFC_CLIENT_FIRST)), 11) == RFC_SERVER_FIRST
    assert sent(exchange.respond(RFC_CLIENT_FINAL.encode()), 12) == RFC_SERVER_FINAL


def test_channel_binding_is_offered_over_tls_and_checked() -> None:
    login = Login(REQUEST, role=USER, tls=TLS)
    assert sent(ScramExchange(login).begin(), 10) == f"{PLUS}\0{PLAIN}\0\0"
    header = "p=tls-server-end-point,,"
    assert isinstance(run(login, Client("pencil", header, TLS.end_point), PLUS), Accepted)
    with pytest.raises(ProtocolViolation, match="channel binding check failed"):
        run(login, Client("pencil", header, b"of somebody in between"), PLUS)
    assert isinstance(run(login, Client("pencil")), Accepted)


def test_a_client_that_was_told_there_is_no_binding_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="negotiation error"):
        run(Login(REQUEST, role=USER, tls=TLS), Client("pencil", "y,,"))
    assert isinstance(run(Login(REQUEST, role=USER), Client("pencil", "y,,")), Accepted)


@pytest.mark.parametrize("role", [USER, None, LoginRole("user", login=True, superuser=True)])
def test_a_wrong_password_and_an_unknown_name_look_alike(role: LoginRole | None) -> None:
    with pytest.raises(InvalidPassword, match='failed for user "user"'):
        run(Login(REQUEST, role=role), Client("pencil " if role is USER else "pencil"))


def test_an_unknown_name_has_the_same_salt_every_time() -> None:
    def salt(name: str, *key: bytes) -> str:
        exchange = ScramExchange(Login(SessionRequest(name, "hookwire", {})), *key)
        return sent(exchange.respond(initial("n,,n=,r=abc")), 11).split(",")[1]

    assert salt("ghost") == salt("ghost") != salt("spirit")
    assert salt("ghost", b"1") == salt("ghost", b"1") != salt("ghost", b"2")


FIRST, FINAL = "n,,n=,r=abc", "c=biws,r={nonce},p=" + "A" * 43 + "="


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SCRAM-SHA-256",
        b"SCRAM-SHA-256\0\0\0\0\x09abc",
        initial(FIRST, "SCRAM-SHA-1"),
        initial(FIRST, PLUS),
        initial("p=tls-unique,,n=,r=abc"),
        initial("x,,n=,r=abc"),
        initial("n,a=root,n=,r=abc"),
        initial("n,,m=ext,n=,r=abc"),
        initial("n,,n=,r="),
        initial("n,,n=,r=a\x07c"),
        initial("n,,r=abc"),
        initial("n"),
        initial("n,,n=\0,r=abc"),
        PLAIN.encode() + b"\0" + pack("!i", 2) + b"\xff\xfe",
    ],
)
def test_a_malformed_first_message_is_a_protocol_violation(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        ScramExchange(Login(REQUEST, role=USER)).respond(data)


@pytest.mark.parametrize(
    "final",
    [
        "",
        "c=biws,r={nonce}",
        "c=eSws,r={nonce},p=" + "A" * 43 + "=",
        "c=biws,r=abc,p=" + "A" * 43 + "=",
        "c=biws,r={nonce},p=AAAA",
        "c=biws,r={nonce},p=!",
        "r={nonce},c=biws,p=" + "A" * 43 + "=",
        "c=\xe9,r={nonce},p=" + "A" * 43 + "=",
    ],
)
def test_a_malformed_final_message_is_a_protocol_violation(final: str) -> None:
    exchange = ScramExchange(Login(REQUEST, role=USER))
    nonce = sent(exchange.respond(initial(FIRST)), 11).split(",")[0][2:]
    with pytest.raises(ProtocolViolation):
        exchange.respond(final.format(nonce=nonce).encode())


@given(st.lists(st.binary(max_size=80) | st.text(max_size=40).map(initial), max_size=3))
def test_whatever_is_sent_is_refused_with_an_error_of_the_protocol(messages: list[bytes]) -> None:
    exchange = ScramExchange(Login(REQUEST, role=USER))
    for message in messages:
        try:
            step = exchange.respond(message)
        except SqlError as error:
            assert error.sqlstate in ("08P01", "28P01")
            return
        assert isinstance(step, Challenge)
