"""Any bytes, sent to a running door: HTTP comes back, or the end. Nothing hangs, no 200 lies."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_catalog.objects import SourceOptions
from hookwire_engine.append.recipes.values import ACCEPTED, FAILED, Outcome
from hookwire_engine.append.request import WebhookRequest
from hookwire_http import HttpServer
from support.http_raw import PATIENCE_S, Reply, parse_replies, running
from support.memory_engine import MemoryEngine
from support.scripted_intake import Script

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "http.md"
DOCUMENTED = {int(status) for status in re.findall(r"\b([2-5]\d\d)\b", PAGE.read_text())} - {500}
PATH = b"/api/webhook/hookwire/public/github"


def judge(request: WebhookRequest) -> Outcome:
    return FAILED if dict(request.headers).get("x-signature") == "bad" else ACCEPTED


class Door:
    """A server on a loop of its own, in a thread of its own."""

    def __init__(self, lane: bool) -> None:
        self.engine = MemoryEngine()
        self._lane = lane
        self._started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, HttpServer]] = (
            Future()
        )
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        options = SourceOptions(max_body_bytes=1000)
        self.engine.script(self.engine.create("github", options=options), Script(judge=judge))
        end = asyncio.Event()
        limits = {"request_timeout_s": 0.1, "keep_alive_s": 0.1, "linger_s": 0.05}
        async with running(self.engine, lane=self._lane, **limits) as server:
            self._started.set_result((asyncio.get_running_loop(), end, server))
            await end.wait()

    def __enter__(self) -> Door:
        self._thread.start()
        self._loop, self._end, self._server = self._started.result(PATIENCE_S)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(PATIENCE_S)

    def send(self, pieces: list[bytes], *, half_close: bool) -> list[Reply]:
        """The replies until the server closes; raises TimeoutError if it never does."""
        address = ("127.0.0.1", self._server.port)
        received = b""
        with socket.create_connection(address, timeout=PATIENCE_S) as client:
            try:
                for piece in pieces:
                    client.sendall(piece)
                if half_close:
                    client.shutdown(socket.SHUT_WR)
                while data := client.recv(65536):
                    received += data
            except ConnectionError:
                pass  # it closed while we were still sending
        return parse_replies(received)


@pytest.fixture(scope="module", params=["lane", "full stack"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    with Door(request.param == "lane") as door:
        yield door


methods = st.sampled_from([b"POST"] * 6 + [b"PUT", b"GET", b"OPTIONS", b"DELETE", b"post", b"B@D"])
targets = st.sampled_from([PATH] * 8 + [PATH + b"?a=%zz", PATH + b"x", b"/", b"*", b"/api/livez",
    b"/api/webhook/%ff", b"http://h" + PATH, b"/api/webhook/" + b"a" * 3000, b"//api/webhook/x",
    PATH + b"#x", PATH + b"\\", b"/api/webhook/a b"])  # fmt: skip
versions = st.sampled_from([b"HTTP/1.1"] * 12 + [b"HTTP/1.0", b"HTTP/1.2", b"HTTP/3", b"http/1.1"])
fields = st.sampled_from([b"Host: a", b"Host:", b"Content-Length: 5", b"Content-Length: -1",
    b"Content-Length: 99999999999999999999", b"Content-Length: 2000", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: x", b"Content-Encoding: gzip",
    b"Content-Encoding: br", b"Content-Encoding: zstd", b"Content-Encoding: x", b"Origin: x",
    b"Connection: close", b"Connection: keep-alive, x", b"Expect: 100-continue", b"Expect: x",
    b"Accept: application/json", b"Accept: q=,;;q=x", b"X-Signature: bad", b"X-Signature: \xff",
    b"X-Forwarded-For: ,,[", b"Forwarded: for=\"", b"Trailer: x", b"TE: trailers", b" folded",
    b"no colon", b": no name", b"a b: c", b"X: \x00", b"Upgrade: websocket", b"A: " + b"a" * 9000,
    b"WebHook-Request-Origin: x", b"Access-Control-Request-Method: POST"])  # fmt: skip
bodies = st.sampled_from([b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n",
    b"5;x=\"\r\nhello\r\n0\r\nA: b\r\n\r\n", b"-1\r\n", b"x" * 1001, b"\x1f\x8b\x08"])  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    body = draw(bodies | st.binary(max_size=30))
    line = b" ".join([draw(methods), draw(targets), draw(versions)])
    usual = [b"Host: a", b"Content-Length: %d" % len(body)] if draw(st.booleans()) else []
    lines = [line, *usual, *draw(st.lists(fields, max_size=4)), b"", b""]
    raw = bytearray(draw(st.sampled_from([b"\r\n"] * 8 + [b"\n"])).join(lines) + body)
    if raw and draw(st.integers(0, 3)) == 0:
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


@st.composite
def conversations(draw: st.DrawFn) -> list[bytes]:
    """Some requests one behind the other, in pieces."""
    raw = b"".join(draw(st.lists(requests(), min_size=1, max_size=3))) or b"\n"
    cut = draw(st.integers(0, len(raw)))
    return [piece for piece in (raw[:cut], raw[cut:]) if piece]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pieces=conversations(), half_close=st.integers(0, 24).map(bool))
def test_any_bytes(door: Door, pieces: list[bytes], half_close: bool) -> None:
    stored = len(door.engine.stored)
    replies = door.send(pieces, half_close=half_close)
    assert {reply.status for reply in replies} <= DOCUMENTED
    accepted = [r for r in replies if r.status == 200 and "content-type" not in r.headers]
    assert len(accepted) <= len(door.engine.stored) - stored
    for reply in replies:
        if reply.status >= 400 and reply.body:
            assert reply.headers["content-type"].startswith(("text/plain", "application/problem"))
