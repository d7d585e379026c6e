"""The fast lane: a connection that serves plain webhook POSTs itself.

Anything else is handed over, bytes and all, to Hypercorn for the rest of the connection's life, so
that there is one place that knows the rest of HTTP. States of a connection:

    expecting (a PROXY header) -> idle | closed
    idle -> gathering (an unfinished request is in the buffer) -> busy (in the engine) -> idle
    idle, gathering -> handed over | closed

One request at a time: what a client pipelines waits in the buffer, which is bounded by not reading
on. A connection never holds more than one lane body and one head beyond that bound.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from hookwire_engine.append.intake import Intake
from hookwire_engine.append.request import WebhookRequest
from hookwire_http import proxy_protocol, responses
from hookwire_http.config import LANE_BODY_BYTES, LANE_BUFFER_BYTES, MAX_HEAD_BYTES, HttpConfig
from hookwire_http.exchange import Exchange
from hookwire_http.metrics import NO_SOURCE
from hookwire_http.proxy_protocol import ProxyHeader
from hookwire_http.recogniser import PlainHead, recognise
from hookwire_http.responses import ACCEPTED, Answer
from hookwire_http.webhook import WebhookDoor
from hookwire_http.wire import Renderer

log = logging.getLogger("hookwire.http")

_START = b"POST /api/webhook/"
_HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Taken:
    """A connection the lane gives away, as it stands."""

    transport: asyncio.Transport
    data: bytes
    eof: bool
    writing_paused: bool
    remote_address: str | None


@dataclass(slots=True)
class LaneContext:
    """What all lanes share."""

    door: WebhookDoor
    config: HttpConfig
    loop: asyncio.AbstractEventLoop
    hand_over: Callable[[Taken], None]
    closed: Callable[[Lane], None]
    renderer: Renderer = field(default_factory=Renderer)


class Lane(asyncio.Protocol):
    """One connection. `_take` reads the bytes, `_submit` and `_reply` frame the engine's work."""

    __slots__ = (
        "_admitted", "_begun", "_buffer", "_busy", "_close", "_context", "_deadline", "_door",
        "_eof", "_gone", "_head", "_head_bytes", "_head_size", "_introduces", "_last_head",
        "_needed", "_reading", "_remote", "_reserved", "_searched", "_taking", "_transport",
        "_writing_paused",
    )  # fmt: skip

    _transport: asyncio.Transport

    def __init__(self, context: LaneContext) -> None:
        self._context = context
        self._door = context.door
        self._remote: str | None = None
        self._buffer = bytearray()
        self._last_head: PlainHead | None = None
        self._head_bytes = b""
        self._busy = self._taking = self._close = self._eof = self._gone = False
        self._reading, self._writing_paused = True, False
        self._introduces: bool | None = False
        self._reserved = 0
        self._deadline = context.loop.time() + context.config.keep_alive_s
        self._rest()

    def _rest(self) -> None:
        """Between requests."""
        self._head: PlainHead | None = None
        self._admitted: Intake | None = None
        self._begun = False
        self._head_size = self._needed = self._searched = 0

    # The transport's calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        peer = transport.get_extra_info("peername")
        self._remote = peer[0] if isinstance(peer, tuple) else None
        self._introduces = self._door.introduces(self._remote)
        if self._introduces is not False:
            self._deadline = self._context.loop.time() + self._context.config.request_timeout_s
        elif not self._context.config.lane:
            self._hand_over(b"")

    def data_received(self, data: bytes) -> None:
        if self._introduces is not False:
            data = self._introduce(data)
            if not data:
                return
        if self._busy or self._buffer:
            self._buffer += data
            self._advance()
            return
        used = self._take(data)
        if used < len(data):
            self._buffer += data[used:]
            if used:
                self._advance()

    def eof_received(self) -> bool:
        """Keep the connection half open while an answer is due."""
        self._eof = True
        return self._busy

    def pause_writing(self) -> None:
        self._writing_paused = True
        self._deadline = self._context.loop.time() + self._context.config.request_timeout_s

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._deadline = self._context.loop.time() + self._context.config.keep_alive_s
        self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = True
        self._release()
        self._buffer.clear()
        self._context.closed(self)

    # Bytes to requests.

    def _introduce(self, data: bytes) -> bytes:
        """What follows the PROXY header, for the lane to serve; without one the connection ends.

        A server that starts does not know yet whom to believe: there it ends with one.
        """
        self._buffer += data
        try:
            header = proxy_protocol.parse(self._buffer)
        except ValueError as error:
            if self._introduces:
                log.info("closed a connection from the proxy %s: %s", self._remote, error)
                self._end()
                return b""
            header = ProxyHeader(None, 0)
        if header is None:
            return b""
        if header.size and not self._introduces:
            self._end()
            return b""
        self._introduces = False
        self._remote = header.address or self._remote
        self._deadline = self._context.loop.time() + self._context.config.keep_alive_s
        rest = bytes(self._buffer[header.size :])
        self._buffer.clear()
        if not self._context.config.lane:
            self._hand_over(rest)
            return b""
        return rest

    def _advance(self) -> None:
        """Take requests from the buffer as far as that is allowed now."""
        while not (self._busy or self._writing_paused or self._gone):
            if not self._buffer or len(self._buffer) < self._needed:
                break
            used = self._take(self._buffer)
            del self._buffer[:used]
            if not used:
                break
        if self._gone:
            return
        if self._eof and not self._busy:
            self._end()
            return
        blocked = self._busy or self._writing_paused
        self._read(not (blocked and len(self._buffer) > LANE_BUFFER_BYTES))

    def _read(self, reading: bool) -> None:
        if reading is self._reading:
            return
        self._reading = reading
        if reading:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _take(self, data: bytes | bytearray) -> int:
        """Serve the request at the start of `data`; how many bytes are done with (0: not yet)."""
        head = self._head
        if head is None:
            end = data.find(_HEAD_END, self._searched)
            if end < 0:
                return self._await_head(data)
            head = self._recognise(bytes(data[:end]))
            if head is None or self._door.draining or head.length > LANE_BODY_BYTES:
                return self._hand_over(data)
            self._head_size = end + len(_HEAD_END)
        intake = self._door.find(head.address)
        if intake is None or head.length > intake.max_body_bytes:
            return self._hand_over(data)
        total = self._head_size + head.length
        if len(data) < total:
            return self._await_body(data, head, intake, total)
        body = bytes(data[self._head_size : total])
        self._taking = True
        self._submit(head, intake, body)
        self._release()
        self._taking = False
        return total

    def _recognise(self, head: bytes) -> PlainHead | None:
        """A sender often repeats its last head byte for byte."""
        if head != self._head_bytes:
            self._head_bytes = head
            self._last_head = recognise(head) if len(head) <= MAX_HEAD_BYTES else None
        return self._last_head

    def _await_head(self, data: bytes | bytearray) -> int:
        if len(data) > MAX_HEAD_BYTES or not _START.startswith(bytes(data[: len(_START)])):
            return self._hand_over(data)
        self._searched = max(0, len(data) - len(_HEAD_END) + 1)
        self._begin()
        return 0

    def _await_body(
        self, data: bytes | bytearray, head: PlainHead, intake: Intake, total: int
    ) -> int:
        """Only an admitted request is waited for: the full stack refuses without its body."""
        if self._head is None:
            if not self._door.budget.reserve(head.length):
                return self._hand_over(data)
            self._reserved = head.length
            if self._door.admit(intake, self._sender(head)) is not None:
                return self._hand_over(data)
            self._head, self._needed, self._admitted = head, total, intake
        self._begin()
        return 0

    def _begin(self) -> None:
        """A request has begun and must be complete by then, however it dribbles in."""
        if not self._begun:
            self._begun = True
            self._deadline = self._context.loop.time() + self._context.config.request_timeout_s

    def _release(self) -> None:
        if self._reserved:
            self._door.budget.release(self._reserved)
            self._reserved = 0

    def _hand_over(self, data: bytes | bytearray) -> int:
        """Give the connection to the full stack; nothing is called here again."""
        self._release()
        self._read(True)
        self._gone = True
        self._context.hand_over(
            Taken(self._transport, bytes(data), self._eof, self._writing_paused, self._remote)
        )
        self._context.closed(self)
        return len(data)

    # Requests to answers.

    def _submit(self, head: PlainHead, intake: Intake, body: bytes) -> None:
        door, admitted = self._door, self._admitted is intake
        self._rest()
        self._busy = True
        self._close = head.close
        request = WebhookRequest(
            headers=head.headers,
            body=body,
            received_at_us=time.time_ns() // 1000,
            method="POST",
            path=head.path,
            query=head.query,
            remote_address=self._sender(head),
            repeated_headers=head.repeated,
        )
        unknown = door.metrics.of(NO_SOURCE)
        exchange = Exchange(
            time.perf_counter(), unknown, head.accept, self._reply, door.engine.ledger, request
        )
        refusal = door.enter()
        if refusal is not None:
            self._answer(exchange.refusal(refusal))
            return
        refusal = None if admitted else door.admit(intake, request.remote_address)
        if refusal is None:
            door.submit(intake, request, exchange)
        else:
            exchange.found(intake, door.metrics.of(intake.source.id))
            self._reply(exchange.refusal(refusal))

    def _sender(self, head: PlainHead) -> str | None:
        return self._door.sender(self._remote, head.headers)

    def _reply(self, answer: Answer) -> None:
        """The door is done with the request; perhaps still inside `_submit`."""
        self._door.budget.leave()
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        self._busy = False
        if self._gone or self._transport.is_closing():
            return
        close = self._close or self._door.draining
        # Before the write, in which `pause_writing` may set a nearer one.
        self._deadline = self._context.loop.time() + self._context.config.keep_alive_s
        if answer is ACCEPTED and not close:
            self._transport.write(self._context.renderer.accepted())
        else:
            self._transport.write(self._context.renderer.render(answer, close=close))
        if close:
            self._end()
            return
        if not self._taking and (self._buffer or self._eof):
            self._advance()

    def _end(self) -> None:
        """Close once what was written is sent; what the client sends from here on is not read."""
        self._gone = True
        self._buffer.clear()
        self._transport.close()

    # Time.

    def expire(self, now: float) -> None:
        """Called now and then: end what took too long."""
        if self._gone or self._busy or now < self._deadline:
            return
        if self._writing_paused:
            self.abort()
            return
        if self._head is not None:
            timeout = responses.answer(responses.TIMEOUT, self._head.accept)
            self._transport.write(self._context.renderer.render(timeout, close=True))
        self._end()

    def drain(self) -> None:
        """Close if nothing has begun; otherwise the next answer closes."""
        if not self._busy and not self._begun:
            self._end()

    def abort(self) -> None:
        self._gone = True
        self._transport.abort()
