"""POSTs the events over real HTTP, and shows how far it has got."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException
from typing import TextIO

from hookwire.demo.events import Event
from hookwire.exits import ExitError

CONNECTIONS = 4
TIMEOUT_S = 30.0


def path(source: str) -> str:
    return f"/api/webhook/hookwire/public/{source}"


class Progress:
    """One line that is written over on a terminal; a line for every quarter elsewhere."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._stream = stream
        self._on_terminal = stream.isatty()
        self.sent = 0
        self.bytes = 0

    def add(self, size: int) -> None:
        self.sent += 1
        self.bytes += size
        line = f"  sent {self.sent} of {self._total} events, {megabytes(self.bytes)}"
        if self._on_terminal:
            end = "\n" if self.sent == self._total else ""
            self._stream.write(f"\r{line}{end}")
        elif self.sent == self._total or self.sent % -(-self._total // 4) == 0:
            self._stream.write(f"{line}\n")
        self._stream.flush()


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


async def send(address: tuple[str, int], events: Iterable[Event], progress: Progress) -> None:
    """Returns when every event was answered 200. Raises ExitError."""
    waiting = iter(events)
    try:
        async with asyncio.TaskGroup() as senders:
            for _ in range(CONNECTIONS):
                senders.create_task(_send_some(address, waiting, progress))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _send_some(address: tuple[str, int], events: Iterator[Event], progress: Progress) -> None:
    """One keep-alive connection; the senders share the events."""
    connection = HTTPConnection(*address, timeout=TIMEOUT_S)
    try:
        for event in events:
            await asyncio.to_thread(_post, connection, event)
            progress.add(len(event.body))
    finally:
        connection.close()


def _post(connection: HTTPConnection, event: Event) -> None:
    try:
        connection.request("POST", path(event.source), event.body, dict(event.headers))
        answer = connection.getresponse()
        said = answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        raise ExitError(f"POST {path(event.source)} failed: {error}") from None
    if answer.status != 200:
        raise ExitError(f"POST {path(event.source)} was answered {answer.status}: {said}")
