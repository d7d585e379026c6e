"""Much data and a client that takes it slowly, or gives it fast: memory stays flat, others work.

`pytest tests/e2e/test_slow_readers.py --stream-rows 10000000` is the long run.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from struct import pack

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.idle_clients import resident_kb
from support.wire import bind, execute, parse, query, startup, sync

WIDTH = 200
ALLOWED_MIB = 200
"""A batch, its encoded form, and what DuckDB prepares ahead; far below what is streamed."""

ROWS = f"SELECT n, repeat('x', {WIDTH}) AS x FROM generate_series(1, {{}}) AS g(n)"
READY = b"Z\0\0\0\5"


class Reader:
    """Reads an answer piece by piece, and looks at the server and at others as it goes."""

    def __init__(self, server: HookwireProcess) -> None:
        self.server = server
        self.plug = socket.create_connection(server.sql_address, timeout=60)
        self.plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262_144)
        self.plug.sendall(startup({"user": "hookwire", "database": "hookwire"}))
        self._to_ready(lambda: None)
        self.before = resident_kb(server.pid)
        self.most = self.before

    def ask(self, *messages: bytes, look_every: int) -> int:
        """The size of the answer; every so many bytes another client asks something."""
        self.plug.sendall(b"".join(messages))
        self.most = self.before = resident_kb(self.server.pid)
        return self._to_ready(self._look, look_every)

    def _to_ready(self, look: Callable[[], None], every: int = 1 << 62) -> int:
        size, next_look, tail = 0, 0, b""
        while tail[-6:-1] != READY:
            data = self.plug.recv(1 << 20)
            assert data, "the server has gone"
            size += len(data)
            tail = (tail + data[-6:])[-6:]
            if size >= next_look:
                next_look = size + every
                look()
        return size

    def _look(self) -> None:
        assert self.server.psql("SELECT count(*) FROM pg_class WHERE relname = 'none'") == "0"
        self.most = max(self.most, resident_kb(self.server.pid))

    @property
    def grown_mib(self) -> float:
        return (self.most - self.before) / 1024


@pytest.mark.timeout(0)
@pytest.mark.parametrize("way", ["query", "portal", "cursor", "copy"])
def test_streaming_to_a_slow_reader(hookwire: HookwireProcess, stream_rows: int, way: str) -> None:
    reader = Reader(hookwire)
    sql = ROWS.format(stream_rows)
    messages = {
        "query": [query(sql)],
        "portal": [parse("", sql), bind("", "", []), execute("", 0), sync()],
        "cursor": [query(f"BEGIN; DECLARE c CURSOR FOR {sql}; FETCH ALL FROM c; COMMIT")],
        "copy": [query(f"COPY ({sql}) TO STDOUT")],
    }[way]
    whole = stream_rows * WIDTH
    size = reader.ask(*messages, look_every=whole // 20)
    reader.plug.close()
    assert size > whole
    assert reader.grown_mib < ALLOWED_MIB < whole / 2**20 * 1.1


@pytest.mark.timeout(0)
def test_copying_in_from_a_fast_client(hookwire: HookwireProcess, stream_rows: int) -> None:
    """The client is held back by the pace of the store."""
    hookwire.psql("CREATE TABLE copied (n int, x text)")
    line = "x" * WIDTH
    most = before = resident_kb(hookwire.pid)
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        with connection.cursor().copy("COPY copied FROM STDIN") as copy:
            for first in range(0, stream_rows, 1000):
                rows = range(first, min(first + 1000, stream_rows))
                copy.write("".join(f"{n}\t{line}\n" for n in rows))
                if first % 50_000 == 0:
                    most = max(most, resident_kb(hookwire.pid))
        found = connection.execute("SELECT count(*), sum(n) FROM copied").fetchone()
    assert found == (stream_rows, stream_rows * (stream_rows - 1) // 2)
    assert (most - before) / 1024 < COPIED_MIB


COPIED_MIB = 500
"""With what DuckDB keeps of a transaction before it is committed."""


def test_a_message_that_is_too_long_is_refused_before_it_is_there(
    hookwire: HookwireProcess,
) -> None:
    reader = Reader(hookwire)
    reader.plug.sendall(b"Q" + pack("!i", 1 << 30))
    answer = reader.plug.recv(65_536)
    assert b"FATAL" in answer and b"08P01" in answer and b"invalid message length" in answer
    assert reader.plug.recv(1) == b""
    reader.plug.close()
