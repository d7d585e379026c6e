"""Arbitrary bytes in arbitrary pieces: only documented errors, and a buffer that stays bounded."""

from __future__ import annotations

import random
from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import SqlError
from hookwire_pgwire.faults import FatalError
from hookwire_pgwire.protocol import INPUT_BYTES, ServerProtocol, State
from hookwire_pgwire.startup import StartupMessage
from support.wire import bind, close, describe, execute, flush, parse, query, startup, sync

MAX_MESSAGE = 4_000
STARTUPS = st.sampled_from(
    [
        startup({"user": "ann"}),
        startup({"user": "ann", "_pq_.x": "1"}, 3 << 16 | 9),
        pack("!ii", 8, 80877103) + startup({"user": "ann"}),
        pack("!iiii", 16, 80877102, 1, 2),
    ]
)
NAMES = st.sampled_from(["", "s", "p"])
MESSAGES = st.one_of(
    st.text(max_size=20).filter(lambda text: "\0" not in text and text.isprintable()).map(query),
    st.builds(parse, NAMES, st.just("SELECT $1"), st.lists(st.integers(0, 3000), max_size=3)),
    st.builds(bind, NAMES, NAMES, st.lists(st.sampled_from([None, "a", "bc"]), max_size=3)),
    st.builds(execute, NAMES, st.integers(-1, 5)),
    st.builds(describe, st.sampled_from("SPX"), NAMES),
    st.builds(close, st.sampled_from("SP"), NAMES),
    st.just(flush()),
    st.just(sync()),
    st.builds(lambda kind, rest: bytes([kind]) + pack("!i", len(rest) + 4) + rest,
              st.sampled_from(b"QPBDECHSFdcf"), st.binary(max_size=40)),
    st.binary(max_size=40),
)  # fmt: skip
STREAMS = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda head, rest: head + b"".join(rest), STARTUPS, st.lists(MESSAGES, max_size=12)),
)


def drive(protocol: ServerProtocol, stream: bytes, cuts: random.Random) -> list[object]:
    """Feed a stream in pieces and answer as a connection would; what came out."""
    seen: list[object] = []
    while stream and protocol.wants_data:
        size = cuts.randint(1, 50)
        protocol.receive_data(stream[:size])
        stream = stream[size:]
        answer(protocol, seen, cuts)
    return seen


def answer(protocol: ServerProtocol, seen: list[object], cuts: random.Random) -> None:
    while True:
        try:
            message = protocol.next_message()
        except FatalError as fatal:
            assert protocol.state is State.CLOSED
            assert protocol.fatal(fatal.error).startswith(b"E")
            seen.append(fatal.error.sqlstate)
            return
        except SqlError as error:
            assert protocol.state in (State.QUERY, State.EXTENDED)
            protocol.error(error)
            seen.append(error.sqlstate)
        else:
            if message is None:
                return
            seen.append(message)
            if isinstance(message, StartupMessage):
                protocol.negotiate(message)
                protocol.authenticated((), 1, b"1234", "I")
            elif protocol.state is State.EXTENDED and cuts.random() < 0.2:
                protocol.error(SqlError("made up"))
        if protocol.state is State.QUERY:
            protocol.ready("I")


@given(STREAMS, st.integers())
def test_nothing_but_documented_errors(stream: bytes, seed: int) -> None:
    protocol = ServerProtocol(max_message_bytes=MAX_MESSAGE)
    seen = drive(protocol, stream, random.Random(seed))
    states = {entry for entry in seen if isinstance(entry, str)}
    assert states <= {"08P01", "0A000", "22021"}


@given(STREAMS, st.integers(), st.integers())
def test_how_the_bytes_are_cut_makes_no_difference(stream: bytes, one: int, other: int) -> None:
    """With no made-up errors, two ways of cutting give the same messages."""
    runs = []
    for seed in (one, other):
        protocol = ServerProtocol(max_message_bytes=MAX_MESSAGE)
        cuts = random.Random(seed)
        seen: list[object] = []
        rest = stream
        while rest and protocol.wants_data:
            size = cuts.randint(1, 50)
            protocol.receive_data(rest[:size])
            rest = rest[size:]
            answer(protocol, seen, Never())
        runs.append(seen)
    assert runs[0] == runs[1]


class Never(random.Random):
    """Chooses no made-up error."""

    def random(self) -> float:
        return 1.0


@given(st.lists(st.binary(min_size=1, max_size=5000), max_size=200))
def test_the_buffer_is_bounded_while_nobody_asks_for_messages(pieces: list[bytes]) -> None:
    protocol = ServerProtocol(max_message_bytes=MAX_MESSAGE)
    protocol.receive_data(startup({"user": "ann"}))
    protocol.next_message()
    protocol.authenticated((), 1, b"1234", "I")
    taken = 0
    for piece in pieces * 20:
        if not protocol.wants_data:
            break
        protocol.receive_data(piece)
        taken += len(piece)
    assert taken <= INPUT_BYTES + 5000
