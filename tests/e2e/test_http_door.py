"""The webhook door as senders meet it: limits, methods, odd bytes, broken connections."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from support.hookwire_process import HookwireProcess, webhook_path

LIMIT = 16384


@pytest.fixture(scope="module")
def door(hookwire: HookwireProcess) -> HookwireProcess:
    hookwire.psql(
        "CREATE SOURCE texts FROM WEBHOOK BODY FORMAT TEXT"
        " INCLUDE HEADERS INCLUDE HEADER 'X-Odd' AS odd;"
        'CREATE SOURCE "Mixed Case/% ü" FROM WEBHOOK BODY FORMAT TEXT;'
        "CREATE SOURCE jsons FROM WEBHOOK BODY FORMAT JSON;"
        "CREATE SOURCE arrays FROM WEBHOOK BODY FORMAT JSON ARRAY"
    )
    return hookwire


@pytest.fixture
def raw(door: HookwireProcess) -> Iterator[socket.socket]:
    """A bare connection to the HTTP door."""
    with socket.create_connection(door.http_address, timeout=20) as connection:
        yield connection


def _count(door: HookwireProcess, source: str) -> int:
    return int(door.psql(f"SELECT count(*) FROM {source}"))


def _status(raw: socket.socket) -> int:
    with raw.makefile("rb") as reader:
        return int(reader.readline().split()[1])


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_other_methods_are_405_with_allow(door: HookwireProcess, method: str) -> None:
    reply = door.request(method, webhook_path("texts"), b"x")
    assert reply.status == 405
    assert {"POST", "PUT"} <= {word.strip() for word in reply.headers["allow"].split(",")}


def test_put_is_a_post(door: HookwireProcess) -> None:
    before = _count(door, "texts")
    assert door.request("PUT", webhook_path("texts"), b"put").status == 200
    assert _count(door, "texts") == before + 1


@pytest.mark.parametrize(
    "path",
    [
        webhook_path("no_such_source"),
        webhook_path("TEXTS"),
        webhook_path("texts", schema="nowhere"),
        webhook_path("texts", database="elsewhere"),
        "/api/webhook/hookwire/public",
        "/api/webhook/hookwire/public/texts/more",
        "/api/webhook/unknownexternalid",
        "/api/webhook/hookwire/public/" + "x" * 5000,
        "/api/webhook/hookwire/public/%ff%fe",
    ],
)
def test_unknown_places_are_404(door: HookwireProcess, path: str) -> None:
    assert door.post(path, "x").status == 404


def test_names_are_percent_decoded_and_taken_verbatim(door: HookwireProcess) -> None:
    assert door.post(webhook_path("Mixed Case/% ü"), "x").status == 200
    assert door.psql('SELECT body FROM "Mixed Case/% ü"') == "x"


def test_the_body_limit_is_to_the_byte(door: HookwireProcess) -> None:
    before = _count(door, "texts")
    assert door.post(webhook_path("texts"), "x" * LIMIT).status == 200
    reply = door.post(webhook_path("texts"), "x" * (LIMIT + 1))
    assert reply.status == 413
    assert "max_body_bytes" in reply.text
    assert _count(door, "texts") == before + 1


def test_a_huge_body_is_refused_without_being_read(raw: socket.socket) -> None:
    head = f"POST {webhook_path('texts')} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n"
    raw.sendall(head.encode() + b"x" * 1000)
    assert _status(raw) == 413


def test_a_chunked_body_is_limited_while_it_streams(raw: socket.socket) -> None:
    head = f"POST {webhook_path('texts')} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    raw.sendall(head.encode() + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 5)
    assert _status(raw) == 413


def test_a_chunked_body_is_one_row(door: HookwireProcess, raw: socket.socket) -> None:
    head = f"POST {webhook_path('texts')} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    raw.sendall(head.encode() + b"6\r\nchunky\r\n5\r\n body\r\n0\r\n\r\n")
    assert _status(raw) == 200
    assert door.psql("SELECT count(*) FROM texts WHERE body = 'chunky body'") == "1"


def test_pipelined_requests_are_answered_in_order(
    door: HookwireProcess, raw: socket.socket
) -> None:
    def request(body: bytes, source: str) -> bytes:
        path = webhook_path(source)
        return b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (
            path.encode(),
            len(body),
            body,
        )

    wanted = [(b"1", "jsons", 200), (b"{", "jsons", 400), (b"x", "nowhere", 404)] * 5
    raw.sendall(b"".join(request(body, source) for body, source, _ in wanted))
    statuses = []
    with raw.makefile("rb") as reader:
        for _ in wanted:
            statuses.append(int(reader.readline().split()[1]))
            length = 0
            while (line := reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            reader.read(length)
    assert statuses == [status for _, _, status in wanted]


def test_bad_utf8_is_400_for_text(door: HookwireProcess) -> None:
    before = _count(door, "texts")
    for body in (b"\xff", b"ok\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\x80abc"):
        reply = door.post(webhook_path("texts"), body)
        assert (reply.status, reply.headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert _count(door, "texts") == before


def test_odd_header_values(door: HookwireProcess) -> None:
    """UTF-8 where it is UTF-8, latin-1 where it is not, repeated lines joined, empty is empty."""
    cases = [
        ("utf-8", [("X-Odd", "naïve 中文 😀".encode())], "naïve 中文 😀"),
        ("latin-1", [("X-Odd", b"caf\xe9")], "café"),
        ("empty", [("X-Odd", b"")], ""),
        ("repeated", [("X-Odd", b"a"), ("x-odd", b"b"), ("X-ODD", b"")], "a, b, "),
        ("quotes", [("X-Odd", rb"""a=>"b",\'c' => NULL""")], r"""a=>"b",\'c' => NULL"""),
        ("absent", [], None),
    ]
    for name, headers, expected in cases:
        assert door.post(webhook_path("texts"), name, [*headers]).status == 200
        script = "SELECT odd IS NULL, odd, headers->'x-odd' IS NOT DISTINCT FROM odd FROM texts"
        row = door.psql(f"{script} WHERE body = '{name}'", "-F", "\x1f").split("\x1f")
        assert row == ["t" if expected is None else "f", expected or "", "t"], name


def test_batches(door: HookwireProcess) -> None:
    for body, rows in [("[]", 0), ("[1,[2]]", 2), ("", 0), ("{}{}", 2), ("[1] [2,3]\n4", 4)]:
        before = _count(door, "arrays")
        assert door.post(webhook_path("arrays"), body).status == 200
        assert _count(door, "arrays") == before + rows, body
    before = _count(door, "arrays")
    assert door.post(webhook_path("arrays"), json.dumps([1, 2, 3])[:-1]).status == 400
    assert _count(door, "arrays") == before


def test_disconnects_mid_request_leave_no_row_or_exactly_one(door: HookwireProcess) -> None:
    """A request that never arrived whole leaves none; one that did may leave one."""
    body = json.dumps({"marker": "x" * 3000}).encode()
    path = webhook_path("jsons")
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    before = _count(door, "jsons")
    whole = head + body
    for cut in (1, 10, len(head) - 2, len(head), len(head) + 1, len(whole) - 1):
        with socket.create_connection(door.http_address) as connection:
            connection.sendall(whole[:cut])
    assert door.post(path, "1").status == 200
    assert _count(door, "jsons") == before + 1
    for _ in range(20):
        with socket.create_connection(door.http_address) as connection:
            connection.sendall(whole)
    assert door.post(path, "2").status == 200
    assert before + 2 <= _count(door, "jsons") <= before + 22


def test_errors_are_problem_documents_for_who_asks(door: HookwireProcess) -> None:
    headers = [("Accept", "application/json")]
    reply = door.post(webhook_path("nowhere"), "x", headers)
    assert reply.status == 404
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert json.loads(reply.body)["status"] == 404


def test_garbage_on_the_port_is_answered_or_closed(door: HookwireProcess) -> None:
    for garbage in (
        b"\x00" * 100,
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00" * 20,
        b"POST / HTTP/9\r\n\r\n",
    ):
        with socket.create_connection(door.http_address, timeout=20) as connection:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(4096)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert door.post(webhook_path("texts"), "still here").status == 200
