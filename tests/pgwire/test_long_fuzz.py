"""Generated messages against the protocol, and against a whole connection.

`pytest tests/pgwire/test_long_fuzz.py --fuzz-messages 10000000` is the long run.
"""

from __future__ import annotations

import asyncio
from itertools import count
from random import Random

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import INT4
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.faults import FatalError
from hookwire_pgwire.messages import CopyData, CopyDone, CopyFail, Query
from hookwire_pgwire.protocol import INPUT_BYTES, ServerProtocol, State
from hookwire_pgwire.startup import StartupMessage
from support import wire_fuzz
from support.memory_transport import MemoryClient, fields, frames
from support.scripted_backend import ScriptedBackend, command, fails, rows

MAX_MESSAGE = 100_000
MESSAGES_EACH = 60
LARGEST_PIECE = 70_000


class Client:
    """Feeds one stream to a protocol and answers as a connection would."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.protocol = ServerProtocol(max_message_bytes=MAX_MESSAGE)
        self.taken = 0

    def run(self, messages: int) -> None:
        stream = wire_fuzz.stream(self.random, messages)
        for piece in wire_fuzz.pieces(self.random, stream):
            if not self.protocol.wants_data:
                break
            self.protocol.receive_data(piece)
            self._answer()
        # Nothing is left that could be taken, and what waits is a message in parts.
        assert len(self.protocol._buffer) <= max(INPUT_BYTES, MAX_MESSAGE) + LARGEST_PIECE
        assert self.taken <= len(stream)

    def _answer(self) -> None:
        protocol = self.protocol
        while True:
            try:
                message = protocol.next_message()
            except FatalError as fatal:
                assert protocol.state is State.CLOSED
                self._documented(fatal.error)
                assert not protocol.wants_data
                return
            except SqlError as error:
                self._documented(error)
                protocol.end_copy_in()
                protocol.error(error)
            else:
                if message is None:
                    return
                self.taken += 1
                self._carry_out(message)
            if protocol.state is State.QUERY:
                protocol.ready("I")

    def _carry_out(self, message: object) -> None:
        protocol, chance = self.protocol, self.random.random()
        if isinstance(message, StartupMessage):
            protocol.negotiate(message)
            protocol.authenticated((), 1, b"1234", "I")
        elif isinstance(message, Query) and (message.sql.startswith("COPY") or chance < 0.01):
            protocol.begin_copy_in()
        elif isinstance(message, CopyDone | CopyFail) or (
            isinstance(message, CopyData) and chance < 0.05
        ):
            protocol.end_copy_in()
        elif protocol.state is State.EXTENDED and chance < 0.2:
            protocol.error(SqlError("made up"))

    def _documented(self, error: SqlError) -> None:
        assert error.sqlstate in wire_fuzz.DOCUMENTED, error


@pytest.mark.timeout(0)
def test_the_protocol(fuzz_messages: int) -> None:
    taken = 0
    for seed in count():
        client = Client(seed)
        try:
            client.run(MESSAGES_EACH)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        taken += client.taken
        if taken >= fuzz_messages:
            return


SCRIPT = {
    "SELECT 1": rows([("a", INT4)], [(1,)]),
    "SELECT $1": rows([("a", INT4)], [(1,)], parameters=(INT4,)),
    "rows": rows([("a", INT4)], [(n,) for n in range(300)]),
    "SELEKT": fails(SqlError("made up")),
    "COPY t FROM STDIN": command("COPY 0"),
}
OF_STATEMENTS = {"26000", "34000", "42P03", "42P05", "55000", "25P02", "XX000", "22P02", "22003",
                 "42P01", "42883", "22P03"}  # fmt: skip
"""What statements and portals answer; XX000 is SqlError("made up")."""


def _check_answers(written: bytes) -> None:
    """What was written is whole messages, of which errors are documented ones."""
    if written[:1] == b"N":  # of SSLRequest, then of GSSENCRequest
        written = written.lstrip(b"N")
    for kind, payload in frames(written):
        if kind == b"E":
            told = fields(payload)
            assert told["C"] in wire_fuzz.DOCUMENTED | OF_STATEMENTS, told
            assert "internal error" not in told["M"], told


async def _connection(seed: int) -> None:
    random = Random(seed)
    config = SqlServerConfig(max_message_bytes=MAX_MESSAGE)
    client = MemoryClient(ScriptedBackend(SCRIPT), config=config)
    for piece in wire_fuzz.pieces(random, wire_fuzz.stream(random, 40)):
        if not client.transport.reading or client.transport.closing:
            break
        client.send(piece)
        await asyncio.sleep(0)
    client.connection.eof_received()
    await client.ended.wait()
    assert client.transport.closing
    _check_answers(bytes(client.transport.written))


@pytest.mark.timeout(0)
def test_a_connection(fuzz_messages: int) -> None:
    async def run() -> None:
        for seed in range(max(1, fuzz_messages // 400)):
            try:
                async with asyncio.timeout(20):
                    await _connection(seed)
            except BaseException as error:
                error.add_note(f"seed {seed}")
                raise

    asyncio.run(run())
