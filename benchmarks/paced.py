"""POSTs at a steady rate, whatever the server does: what senders do that know nothing of it.

    python -m benchmarks.paced URL RATE CONNECTIONS SECONDS BODY_FILE

A latency counts from when the request was due, so that a server that stalls is not spared the
requests it held up. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import ROOT

TICK_S = 0.001


@dataclass(frozen=True, slots=True)
class Paced:
    """What one run found; `statuses` counts the answers."""

    seconds: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]

    @property
    def per_second(self) -> float:
        return sum(self.statuses.values()) / self.seconds


def start(
    url: str, rate: float, connections: int, seconds: float, body_file: Path
) -> subprocess.Popen[str]:
    """Begin a run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.paced", url, str(rate), str(connections)]
    command += [str(seconds), str(body_file)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> Paced:
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the generator exited with {process.returncode}")
    return Paced(**json.loads(output.splitlines()[-1]))


class Sender(asyncio.Protocol):
    """One connection, one request at a time; takes what is due as soon as it is free."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._buffer = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._run.free.append(self)

    def send(self, due: float) -> None:
        self._due = due
        self._transport.write(self._run.request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _content_length(head):
            return
        self._buffer = b""
        self._run.answered(self, head[9:12].decode(), time.perf_counter() - self._due)

    def connection_lost(self, error: Exception | None) -> None:
        self._run.lost += not self._run.ended


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


class Run:
    """Requests that are due, and the connections that are free."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.free: list[Sender] = []
        self.due: deque[float] = deque()
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.lost = 0
        self.ended = False

    def answered(self, sender: Sender, status: str, seconds: float) -> None:
        self.latencies.append(seconds)
        self.statuses[status] += 1
        if self.due:
            sender.send(self.due.popleft())
        else:
            self.free.append(sender)

    def enqueue(self, due: float) -> None:
        if self.free:
            self.free.pop().send(due)
        else:
            self.due.append(due)

    async def pace(self, rate: float, seconds: float) -> None:
        started, sent = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - started) < seconds:
            while sent < elapsed * rate:
                self.enqueue(started + sent / rate)
                sent += 1
            await asyncio.sleep(TICK_S)


async def generate(url: str, rate: float, connections: int, seconds: float, body: bytes) -> Paced:
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    run, loop = Run(head.encode() + body), asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: Sender(run), parts.hostname, parts.port)
        for _ in range(connections)
    ]
    await run.pace(rate, seconds)
    run.ended = True
    for transport, _ in opened:
        transport.close()
    if run.lost:
        raise ConnectionError(f"{run.lost} connections were closed")
    cuts = [1000 * cut for cut in statistics.quantiles(run.latencies, n=100)]
    return Paced(seconds, cuts[49], cuts[98], dict(run.statuses))


def main() -> None:
    url, rate, connections, seconds, body_file = sys.argv[1:]
    body = Path(body_file).read_bytes()
    found = generate(url, float(rate), int(connections), float(seconds), body)
    print(json.dumps(asdict(asyncio.run(found))))


if __name__ == "__main__":
    main()
