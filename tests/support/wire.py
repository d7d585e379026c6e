"""Message-level conversations with a PostgreSQL server over a bare socket.

A script is a text file: `>` lines are messages to the server, `<` lines the answers, each a
message name and JSON arguments; `#` lines say what it shows. Consecutive `>` lines are sent in
one write, so that pipelining is what it says. What differs between servers by right (process
ids, table oids, the wording of errors) is left out of the answers.

`PYTHONPATH=tests python -m support.wire record HOST:PORT FILE...` writes the answers of a server
into scripts; a step ends at a blank line.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TIMEOUT_SECONDS = 20
QUIET_SECONDS = 0.5
PROTOCOL_3_0 = 196608


def _text(value: str) -> bytes:
    return value.encode() + b"\x00"


def _message(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack("!i", len(payload) + 4) + payload


def _shorts(values: Sequence[int]) -> bytes:
    return struct.pack(f"!h{len(values)}h", len(values), *values)


def _value(value: str | None) -> bytes:
    if value is None:
        return struct.pack("!i", -1)
    raw = bytes.fromhex(value[2:]) if value.startswith("\\x") else value.encode()
    return struct.pack("!i", len(raw)) + raw


def query(sql: str) -> bytes:
    return _message(b"Q", _text(sql))


def parse(name: str, sql: str, types: Sequence[int] = ()) -> bytes:
    oids = struct.pack(f"!h{len(types)}I", len(types), *types)
    return _message(b"P", _text(name) + _text(sql) + oids)


def bind(
    portal: str,
    statement: str,
    values: Sequence[str | None] = (),
    formats: Sequence[int] = (),
    results: Sequence[int] = (),
) -> bytes:
    """Bind values given as text, or as `\\x` and hexadecimal digits."""
    head = _text(portal) + _text(statement) + _shorts(formats)
    body = struct.pack("!h", len(values)) + b"".join(map(_value, values))
    return _message(b"B", head + body + _shorts(results))


def execute(portal: str = "", rows: int = 0) -> bytes:
    return _message(b"E", _text(portal) + struct.pack("!i", rows))


def describe(kind: str, name: str = "") -> bytes:
    return _message(b"D", kind.encode() + _text(name))


def close(kind: str, name: str = "") -> bytes:
    return _message(b"C", kind.encode() + _text(name))


def sync() -> bytes:
    return _message(b"S", b"")


def flush() -> bytes:
    return _message(b"H", b"")


def terminate() -> bytes:
    return _message(b"X", b"")


def startup(parameters: dict[str, str], version: int = PROTOCOL_3_0) -> bytes:
    pairs = b"".join(_text(name) + _text(value) for name, value in parameters.items())
    payload = struct.pack("!i", version) + pairs + b"\x00"
    return struct.pack("!i", len(payload) + 4) + payload


def copy_data(data: str) -> bytes:
    """Text, or `\\x` and hexadecimal digits."""
    raw = bytes.fromhex(data[2:]) if data.startswith("\\x") else data.encode()
    return _message(b"d", raw)


def copy_done() -> bytes:
    return _message(b"c", b"")


def copy_fail(reason: str) -> bytes:
    return _message(b"f", _text(reason))


FRONTEND: dict[str, Callable[..., bytes]] = {
    "Query": query,
    "Parse": parse,
    "Bind": bind,
    "Execute": execute,
    "Describe": describe,
    "Close": close,
    "Sync": sync,
    "Flush": flush,
    "Terminate": terminate,
    "CopyData": copy_data,
    "CopyDone": copy_done,
    "CopyFail": copy_fail,
}


class Payload:
    """Reads the fields of a message one after another."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("!" + layout, self.content, self.position)
        self.position += struct.calcsize("!" + layout)
        return values

    def text(self) -> str:
        end = self.content.index(b"\x00", self.position)
        value = self.content[self.position : end].decode()
        self.position = end + 1
        return value

    def raw(self, length: int) -> bytes:
        value = self.content[self.position : self.position + length]
        self.position += length
        return value


def _fields(payload: Payload) -> dict[str, str]:
    fields = {}
    while kind := payload.raw(1).strip(b"\x00").decode():
        fields[kind] = payload.text()
    return fields


def _report(payload: Payload) -> list[Any]:
    """Severity and code of an error or notice; the words are each server's own."""
    fields = _fields(payload)
    return [fields["V"], fields["C"]]


def _row_description(payload: Payload) -> list[Any]:
    """Name, type oid, type size, type modifier and format of each column."""
    columns = []
    for _ in range(payload.take("h")[0]):
        name = payload.text()
        _table, _attribute, oid, size, modifier, form = payload.take("IhIhih")
        columns.append([name, oid, size, modifier, form])
    return columns


def _cell(payload: Payload) -> str | None:
    (length,) = payload.take("i")
    return None if length < 0 else _shown(payload.raw(length))


def _shown(raw: bytes) -> str:
    """Text, or hexadecimal digits for what is none."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "\\x" + raw.hex()
    return text if text.isprintable() or "\n" in text else "\\x" + raw.hex()


def _data_row(payload: Payload) -> list[Any]:
    return [_cell(payload) for _ in range(payload.take("h")[0])]


def _parameter_description(payload: Payload) -> list[Any]:
    return list(payload.take(f"{payload.take('h')[0]}I"))


def _copy_response(payload: Payload) -> list[Any]:
    """The format of the whole and of each column."""
    (form,) = payload.take("b")
    return [form, list(payload.take(f"{payload.take('h')[0]}h"))]


def _negotiation(payload: Payload) -> list[Any]:
    version, count = payload.take("ii")
    return [version & 0xFFFF, [payload.text() for _ in range(count)]]


BACKEND: dict[bytes, tuple[str, Callable[[Payload], list[Any]]]] = {
    b"R": ("Authentication", lambda p: list(p.take("i"))),
    b"S": ("ParameterStatus", lambda p: [p.text(), p.text()]),
    b"K": ("BackendKeyData", lambda p: list(p.take("ii"))),
    b"Z": ("ReadyForQuery", lambda p: [p.raw(1).decode()]),
    b"T": ("RowDescription", _row_description),
    b"D": ("DataRow", _data_row),
    b"C": ("CommandComplete", lambda p: [p.text()]),
    b"I": ("EmptyQueryResponse", lambda p: []),
    b"E": ("ErrorResponse", _report),
    b"N": ("NoticeResponse", _report),
    b"1": ("ParseComplete", lambda p: []),
    b"2": ("BindComplete", lambda p: []),
    b"3": ("CloseComplete", lambda p: []),
    b"n": ("NoData", lambda p: []),
    b"t": ("ParameterDescription", _parameter_description),
    b"s": ("PortalSuspended", lambda p: []),
    b"v": ("NegotiateProtocolVersion", _negotiation),
    b"H": ("CopyOutResponse", _copy_response),
    b"G": ("CopyInResponse", _copy_response),
    b"d": ("CopyData", lambda p: [_shown(p.content)]),
    b"c": ("CopyDone", lambda p: []),
    b"A": ("NotificationResponse", lambda p: [p.take("i") and p.text(), p.text()]),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of the server: its name and what it says."""

    name: str
    values: list[Any]

    def __str__(self) -> str:
        return " ".join([self.name, *(json.dumps(v, ensure_ascii=False) for v in self.values)])


class WireClient:
    """A bare connection; `login` makes it a session."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=TIMEOUT_SECONDS)
        self.buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, *messages: bytes) -> None:
        self.socket.sendall(b"".join(messages))

    def login(self, user: str, database: str, **settings: str) -> list[Answer]:
        self.send(startup({"user": user, "database": database, **settings}))
        return self.until("ReadyForQuery", "ErrorResponse")

    def receive(self) -> Answer | None:
        """The next message, or None at the end of the stream."""
        head = self._take(5)
        if not head:
            return None
        (length,) = struct.unpack("!i", head[1:])
        name, decode = BACKEND[head[:1]]
        return Answer(name, decode(Payload(self._take(length - 4))))

    def _take(self, length: int) -> bytes:
        """That many bytes, or fewer where the stream ends."""
        while len(self.buffer) < length and (chunk := self.socket.recv(65536)):
            self.buffer += chunk
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def quiet(self) -> bool:
        """Whether the server says nothing more for a while."""
        return not (self.buffer or select.select([self.socket], [], [], QUIET_SECONDS)[0])

    def until(self, *names: str) -> list[Answer]:
        """The messages up to one of the given kind, or to the end of the stream."""
        answers = []
        while answer := self.receive():
            answers.append(answer)
            if answer.name in names:
                break
        return answers

    def ask(self, *messages: bytes) -> list[str]:
        """Send messages of which the last is a Query or Sync; the answers as text."""
        self.send(*messages)
        return [str(answer) for answer in self.until("ReadyForQuery")]


@dataclass(frozen=True, slots=True)
class Step:
    """Messages sent in one write, and what the server answers."""

    sent: tuple[str, ...]
    answers: tuple[str, ...]


def encode(line: str) -> bytes:
    """A message from its line: a name and JSON arguments."""
    name, _, rest = line.partition(" ")
    decoder, arguments = json.JSONDecoder(), []
    while rest := rest.strip():
        argument, end = decoder.raw_decode(rest)
        arguments.append(argument)
        rest = rest[end:]
    return FRONTEND[name](*arguments)


def read_script(path: Path) -> list[Step]:
    steps: list[Step] = []
    sent: list[str] = []
    answers: list[str] = []
    for line in [*path.read_text().splitlines(), "> Terminate"]:
        if line.startswith("> "):
            if answers:
                steps.append(Step(tuple(sent), tuple(answers)))
                sent, answers = [], []
            sent.append(line[2:])
        elif line.startswith("< "):
            answers.append(line[2:])
    assert not sent[:-1], f"{path.name} ends with messages and no answers"
    return steps


def play(client: WireClient, steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """Run a script; yields what the server answered beside what it should have."""
    for step in steps:
        client.send(*map(encode, step.sent))
        for expected in step.answers:
            yield str(client.receive()), expected
    client.send(terminate())
    yield str(client.receive()), "None"


def _record_step(client: WireClient, sent: Sequence[str]) -> list[str]:
    client.send(*map(encode, sent))
    wanted = sum(line.split()[0] in ("Query", "Sync") for line in sent)
    answers: list[Answer] = []
    while sum(answer.name == "ReadyForQuery" for answer in answers) < wanted:
        answer = client.receive()
        assert answer is not None, f"the server hung up after {sent}"
        answers.append(answer)
    while not client.quiet():
        answer = client.receive()
        assert answer is not None
        answers.append(answer)
    return [str(answer) for answer in answers]


def record(path: Path, client: WireClient) -> None:
    """Write a server's answers into a script, in place of those it had."""
    lines: list[str] = []
    sent: list[str] = []
    kept = [line for line in path.read_text().splitlines() if line[:2] != "< "]
    for line, following in zip(kept, [*kept[1:], ""], strict=True):
        lines.append(line)
        if line.startswith("> "):
            sent.append(line[2:])
            if not following.startswith("> "):
                lines += ["< " + answer for answer in _record_step(client, sent)]
                sent = []
    path.write_text("\n".join(lines) + "\n")


def main(arguments: Sequence[str]) -> None:
    verb, address, *paths = arguments
    assert verb == "record"
    host, _, port = address.rpartition(":")
    for path in map(Path, paths):
        with WireClient((host, int(port))) as client:
            client.login("postgres", "postgres")
            record(path, client)


if __name__ == "__main__":
    main(sys.argv[1:])
