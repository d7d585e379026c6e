"""Messages of clients: every field, and every way in which bytes can be wrong."""

from __future__ import annotations

from struct import pack

import pytest

from hookwire_catalog.errors import CharacterNotInRepertoire, ProtocolViolation
from hookwire_pgwire.messages import (
    DECODERS,
    SMALL_MESSAGE_BYTES,
    Bind,
    Close,
    CopyData,
    CopyDone,
    CopyFail,
    Describe,
    Execute,
    Flush,
    FunctionCall,
    Message,
    Parse,
    Query,
    Sync,
    Terminate,
)


def decode(kind: str, payload: bytes) -> Message:
    return DECODERS[ord(kind)][0](payload)


GOOD: list[tuple[str, bytes, Message]] = [
    ("Q", b"SELECT 1\0", Query("SELECT 1")),
    ("Q", b"\0", Query("")),
    ("Q", "SELECT 'é'\0".encode(), Query("SELECT 'é'")),
    ("P", b"s\0SELECT $1\0\0\1\0\0\0\x17", Parse("s", "SELECT $1", (23,))),
    ("P", b"\0SELECT 1\0\0\0", Parse("", "SELECT 1", ())),
    ("P", b"\0x\0\0\1\xff\xff\xff\xff", Parse("", "x", (4294967295,))),
    ("B", b"p\0s\0" + pack("!hhhi2shhh", 1, 1, 1, 2, b"ab", 2, 0, 1),
     Bind("p", "s", (1,), (b"ab",), (0, 1))),
    ("B", b"\0\0" + pack("!hhiih", 0, 2, -1, 0, 0), Bind("", "", (), (None, b""), ())),
    ("D", b"Ss\0", Describe("S", "s")),
    ("D", b"P\0", Describe("P", "")),
    ("C", b"Pp\0", Close("P", "p")),
    ("E", b"p\0" + pack("!i", 7), Execute("p", 7)),
    ("E", b"\0" + pack("!i", -1), Execute("", -1)),
    ("H", b"", Flush()),
    ("S", b"", Sync()),
    ("X", b"", Terminate()),
    ("F", b"anything", FunctionCall()),
    ("d", b"anything", CopyData(b"anything")),
    ("c", b"", CopyDone()),
    ("f", b"why\0", CopyFail("why")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "payload", "expected"), GOOD)
def test_every_message_is_decoded(kind: str, payload: bytes, expected: Message) -> None:
    message = decode(kind, payload)
    assert message == expected
    assert type(message) is type(expected)


WITH_PAYLOAD = [case for case in GOOD if case[0] in "QPBDCE"]


@pytest.mark.parametrize(("kind", "payload", "_"), WITH_PAYLOAD)
def test_every_truncation_is_a_protocol_violation(kind: str, payload: bytes, _: Message) -> None:
    for end in range(len(payload)):
        with pytest.raises((ProtocolViolation, CharacterNotInRepertoire)):
            decode(kind, payload[:end])


@pytest.mark.parametrize(("kind", "payload", "_"), [*WITH_PAYLOAD, ("H", b"", 0), ("S", b"", 0)])
def test_a_byte_too_many_is_a_protocol_violation(kind: str, payload: bytes, _: object) -> None:
    with pytest.raises(ProtocolViolation, match="invalid message format"):
        decode(kind, payload + b"x")


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("Q", b"no zero", "invalid string in message"),
        ("P", b"\0\0\xff\xff", "insufficient data left in message"),
        ("B", b"\0\0\xff\xff", "insufficient data left in message"),
        ("B", b"\0\0\0\0\xff\xff", "insufficient data left in message"),
        ("B", b"\0\0" + pack("!hhih", 0, 1, -2, 0), "insufficient data left in message"),
        ("B", b"\0\0" + pack("!hhih", 0, 1, 2**31 - 1, 0), "insufficient data left in message"),
        ("D", b"Xs\0", "invalid DESCRIBE message subtype 88"),
        ("C", b"Xs\0", "invalid CLOSE message subtype 88"),
        ("D", b"", "insufficient data left in message"),
    ],
)
def test_lies_are_told_apart_in_postgresqls_words(kind: str, payload: bytes, words: str) -> None:
    with pytest.raises(ProtocolViolation) as caught:
        decode(kind, payload)
    assert caught.value.message == words


def test_text_that_is_not_utf8_is_named() -> None:
    with pytest.raises(CharacterNotInRepertoire) as caught:
        decode("Q", b"SELECT '\xc3\x28'\0")
    assert caught.value.message == 'invalid byte sequence for encoding "UTF8": 0xc3'


def test_a_message_without_values_may_not_be_long() -> None:
    short = {chr(kind) for kind, (_, limit) in DECODERS.items() if limit == SMALL_MESSAGE_BYTES}
    assert short == set("DECHSXcf")
