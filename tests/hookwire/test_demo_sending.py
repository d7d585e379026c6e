"""Sending the events to a real HTTP door, whose engine is a list."""

from __future__ import annotations

import asyncio
import io
import socket

import pytest

from hookwire.demo.events import Event
from hookwire.demo.sending import CONNECTIONS, Progress, send
from hookwire.exits import ExitError
from hookwire_catalog.objects import BodyFormat
from support.http_raw import running
from support.memory_engine import MemoryEngine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def some(count: int, source: str = "events") -> list[Event]:
    return [Event(source, (("X-Number", str(n)),), b"%d" % n) for n in range(count)]


def sent(events: list[Event], stream: io.StringIO) -> MemoryEngine:
    """What arrived of these at a door that has one source, `events`."""

    async def run() -> MemoryEngine:
        engine = MemoryEngine()
        engine.create("events", BodyFormat.JSON)
        async with running(engine) as server:
            progress = Progress(len(events), stream)
            await send(("127.0.0.1", server.port), events, progress)
            assert progress.sent == len(events)
        return engine

    return asyncio.run(run())


def test_each_event_arrives_once_with_its_headers() -> None:
    engine = sent(some(50), io.StringIO())
    requests = [stored.request for stored in engine.stored]
    assert sorted(int(request.body) for request in requests) == list(range(50))
    for request in requests:
        assert dict(request.headers)["x-number"].encode() == request.body
        assert request.method == "POST"


def test_a_few_lines_where_no_terminal_is() -> None:
    stream = io.StringIO()
    sent(some(50), stream)
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == [
        *("  sent 13 of 50 events", "  sent 26 of 50 events"),
        *("  sent 39 of 50 events", "  sent 50 of 50 events"),
    ]


def test_one_line_on_a_terminal() -> None:
    stream = Terminal()
    sent(some(50), stream)
    shown = stream.getvalue()
    assert shown.count("\n") == 1 and shown.endswith("\n")
    assert shown.count("\r") == 50
    widths = [len(state) for state in shown.rstrip("\n").split("\r")[1:]]
    assert widths == sorted(widths), "a shorter line would leave the end of a longer one"


def test_fewer_events_than_connections() -> None:
    assert len(sent(some(CONNECTIONS - 1), io.StringIO()).stored) == CONNECTIONS - 1


def test_a_refusal_ends_it_with_what_the_server_said() -> None:
    with pytest.raises(ExitError) as refused:
        sent(some(3, source="nowhere"), io.StringIO())
    path = "/api/webhook/hookwire/public/nowhere"
    assert str(refused.value) == f"POST {path} was answered 404: no webhook source at {path}"


def test_a_server_that_is_not_there_ends_it() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = listener.getsockname()
        with pytest.raises(ExitError, match=r"failed: .*[Rr]efused"):
            asyncio.run(send(address, some(1), Progress(1, io.StringIO())))
