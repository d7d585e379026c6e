"""A result read off a bare socket as fast as it comes: the server's own speed."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

END = b"Z\x00\x00\x00\x05I"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Drained:
    """One result: seconds to its first row and to its end, and its size."""

    first_row: float
    seconds: float
    size: int


def _login(connection: socket.socket, user: str, database: str) -> None:
    pairs = f"user\x00{user}\x00database\x00{database}\x00\x00".encode()
    connection.sendall(struct.pack("!ii", len(pairs) + 8, 196608) + pairs)
    seen = b""
    while not seen.endswith(END):
        chunk = connection.recv(CHUNK)
        if not chunk:
            raise ConnectionError(f"the server refused the session: {seen!r}")
        seen += chunk


def drain(dsn: str, sql: str) -> Drained:
    """Run a statement by the simple protocol and throw its rows away."""
    parts = urlsplit(dsn)
    assert parts.hostname and parts.port and parts.username
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        _login(connection, parts.username, parts.path[1:])
        body = sql.encode() + b"\x00"
        started = time.perf_counter()
        connection.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
        return _read(connection, started)


def _read(connection: socket.socket, started: float) -> Drained:
    """Read to ReadyForQuery, whose bytes the text format of our columns cannot hold."""
    buffer = bytearray(CHUNK)
    first_row, size, tail = 0.0, 0, b""
    while not tail.endswith(END):
        got = connection.recv_into(buffer)
        if not got:
            raise ConnectionError("the server hung up in the middle of a result")
        if not first_row:
            if buffer[:1] == b"E":
                raise RuntimeError(bytes(buffer[:got]))
            # RowDescription comes first; a row is there when more than it has arrived.
            (described,) = struct.unpack_from("!i", buffer, 1)
            if size + got > described + 1:
                first_row = time.perf_counter() - started
        size += got
        tail = (tail + bytes(buffer[max(0, got - len(END)) : got]))[-len(END) :]
    return Drained(first_row, time.perf_counter() - started, size)
