"""SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the server's side. No I/O (RFC 5802, RFC 7677; 55.3.1).

    AuthenticationSASL            mechanisms, the one with channel binding first
    SASLInitialResponse           client-first-message: n,,n=,r=<client nonce>
    AuthenticationSASLContinue    server-first-message: r=<both nonces>,s=<salt>,i=<iterations>
    SASLResponse                  client-final-message: c=<binding>,r=<both nonces>,p=<proof>
    AuthenticationSASLFinal       server-final-message: v=<server signature>

The user's name is that of the startup packet; the one in the messages is ignored, as in PostgreSQL.
A name without a password goes through the same exchange with a salt made from the name, and fails
at its end.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from struct import Struct

from hookwire_catalog.errors import ProtocolViolation, SqlError
from hookwire_catalog.scram import ITERATIONS, KEY_BYTES, SALT_BYTES, Verifier, digest
from hookwire_pgwire import replies
from hookwire_pgwire.auth import Accepted, Challenge, Login, Step, wrong_password

PLAIN, PLUS = "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"
BINDING = "tls-server-end-point"
SASL, CONTINUE, FINAL = 10, 11, 12
NONCE_BYTES = 18

MOCK_KEY_BYTES = 32
MOCK_KEY = secrets.token_bytes(MOCK_KEY_BYTES)
"""Of this process, for a server that keeps none."""

_LENGTH = Struct("!i")


def _malformed(detail: str) -> SqlError:
    return ProtocolViolation("malformed SCRAM message", detail=detail)


def _mock(key: bytes, name: str) -> Verifier:
    """What nobody knows the password of, with the same salt for a name as long as the key is."""
    salt = digest(key, name.encode("utf-8", "surrogateescape"))[:SALT_BYTES]
    return Verifier(
        ITERATIONS, salt, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    )


class ScramExchange:
    """`mock_key` makes the salts of names without a password; it should stay as long as the salts
    of the others. `nonce` is the server's part, given for tests only."""

    def __init__(
        self, login: Login, mock_key: bytes = MOCK_KEY, *, nonce: str | None = None
    ) -> None:
        self._login = login
        self._nonce = nonce or b64encode(secrets.token_bytes(NONCE_BYTES)).decode()
        known = login.verifier
        self._doomed = known is None
        self._verifier = known or _mock(mock_key, login.request.user)
        self._header = ""
        self._client_first = ""
        self._server_first = ""
        self._bound = False

    def begin(self) -> Step:
        offered = [PLUS, PLAIN] if self._login.tls is not None else [PLAIN]
        names = b"".join(name.encode() + b"\0" for name in offered)
        return Challenge(replies.authentication_request(SASL, names + b"\0"))

    def respond(self, data: bytes) -> Step:
        if not self._server_first:
            return self._first(*_initial_response(data))
        return self._final(_text(data))

    # client-first-message

    def _first(self, mechanism: str, message: str) -> Step:
        tls = self._login.tls
        if mechanism not in (PLAIN, PLUS) or (mechanism == PLUS and tls is None):
            raise ProtocolViolation("client selected an invalid SASL authentication mechanism")
        self._bound = mechanism == PLUS
        flag, _, rest = message.partition(",")
        identity, comma, bare = rest.partition(",")
        self._check_flag(flag)
        if identity:
            raise _malformed("An authorization identity is not supported.")
        if not comma:
            raise _malformed("Comma expected.")
        nonce = _attributes(bare, "n", "r")[1]
        if not nonce or not all(33 <= ord(c) <= 126 for c in nonce):
            raise _malformed("Non-printable characters in the nonce.")
        self._header = f"{flag},{identity},"
        self._client_first = bare
        self._nonce = nonce + self._nonce
        salt = b64encode(self._verifier.salt).decode()
        self._server_first = f"r={self._nonce},s={salt},i={self._verifier.iterations}"
        return Challenge(replies.authentication_request(CONTINUE, self._server_first.encode()))

    def _check_flag(self, flag: str) -> None:
        if self._bound and flag != f"p={BINDING}":
            raise _malformed(
                "The client selected SCRAM-SHA-256-PLUS, but its message has no channel binding"
                f" of type {BINDING}."
            )
        if not self._bound and flag == "y" and self._login.tls is not None:
            raise ProtocolViolation(
                "SCRAM channel binding negotiation error",
                detail="The client supports SCRAM channel binding but thinks the server does not."
                "  However, this server does support channel binding.",
            )
        if not self._bound and flag not in ("n", "y"):
            raise _malformed("Unexpected channel-binding flag.")

    # client-final-message

    def _final(self, message: str) -> Step:
        without_proof, comma, proof = message.rpartition(",p=")
        if not comma:
            raise _malformed("A proof is missing.")
        binding, nonce = _attributes(without_proof, "c", "r")
        expected = self._header.encode()
        if self._bound:
            assert self._login.tls is not None
            expected += self._login.tls.end_point
        if not hmac.compare_digest(_decoded(binding), expected):
            raise ProtocolViolation("SCRAM channel binding check failed")
        if not hmac.compare_digest(nonce.encode(), self._nonce.encode()):
            raise ProtocolViolation("invalid SCRAM response", detail="Nonce does not match.")
        signed = f"{self._client_first},{self._server_first},{without_proof}".encode()
        if not self._proves(_decoded(proof), signed) or self._doomed:
            raise wrong_password(self._login)
        signature = b64encode(digest(self._verifier.server_key, signed))
        return Accepted(replies.authentication_request(FINAL, b"v=" + signature))

    def _proves(self, proof: bytes, signed: bytes) -> bool:
        if len(proof) != KEY_BYTES:
            raise _malformed("Malformed proof in client-final-message.")
        signature = digest(self._verifier.stored_key, signed)
        client_key = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
        stored = hashlib.sha256(client_key).digest()
        return hmac.compare_digest(stored, self._verifier.stored_key)


def _initial_response(data: bytes) -> tuple[str, str]:
    """The mechanism and the message of a SASLInitialResponse."""
    name, end, rest = data.partition(b"\0")
    if not end or len(rest) < _LENGTH.size:
        raise ProtocolViolation("invalid SASL response packet")
    (length,) = _LENGTH.unpack_from(rest)
    message = rest[_LENGTH.size :]
    if length != len(message):
        raise ProtocolViolation("invalid SASL response packet")
    return _text(name), _text(message)


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise _malformed("The message is not UTF-8.") from None
    if "\0" in text:
        raise _malformed("Message length does not match input length.")
    return text


def _attributes(text: str, *names: str) -> list[str]:
    """The values of the first attributes, which must have these names in this order.

    Extensions behind them are ignored; a mandatory one (m=) stands before them (RFC 5802, 5.1).
    """
    parts = text.split(",")
    values = []
    for position, name in enumerate(names):
        part = parts[position] if position < len(parts) else ""
        if part[:2] != f"{name}=":
            raise _malformed(f'Attribute "{name}" expected.')
        values.append(part[2:])
    return values


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("A value is not in base64.") from None
