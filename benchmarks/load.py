"""Load on an HTTP address: with wrk where it is installed, else with a small generator of ours.

Ours runs in a process of its own (`python -m benchmarks.load URL CONNECTIONS SECONDS BODY_FILE`)
and prints what wrk's script prints. It is slower than wrk, so which one ran is in the results.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import ROOT

SCRIPT = ROOT / "benchmarks" / "post.lua"


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of load found."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    not_2xx: int
    socket_errors: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def generator() -> str:
    """The name of the load generator in use."""
    return "wrk" if shutil.which("wrk") else "benchmarks.load"


def run_load(url: str, connections: int, seconds: float, body_file: Path) -> Load:
    """Load a URL for a while and wait for the figures."""
    if shutil.which("wrk"):
        whole = str(max(1, round(seconds)))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{whole}s", "-s", str(SCRIPT), url]
    else:
        command = [sys.executable, "-m", "benchmarks.load", url, str(connections), str(seconds)]
        command.append(str(body_file))
    environment = dict(os.environ, HOOKWIRE_BENCH_BODY=str(body_file))
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return Load(**json.loads(done.stdout.splitlines()[-1]))


class Connection(asyncio.Protocol):
    """Sends the request again as soon as the last one is answered."""

    def __init__(self, request: bytes, deadline: float, latencies: list[float]) -> None:
        self.request = request
        self.deadline = deadline
        self.latencies = latencies
        self.not_2xx = 0
        self.started = 0.0
        self.buffer = b""
        self.finished: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.started = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _content_length(head):
            return
        now = time.perf_counter()
        self.latencies.append(now - self.started)
        self.not_2xx += not head.startswith(b"HTTP/1.1 2")
        self.buffer = b""
        if now < self.deadline:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_result(time.perf_counter() >= self.deadline)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _generate(url: str, connections: int, seconds: float, body: bytes) -> Load:
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    host, port = parts.hostname, parts.port
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    request, latencies = head.encode() + body, list[float]()
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    opened = []
    for _ in range(connections):
        _, protocol = await loop.create_connection(
            lambda: Connection(request, started + seconds, latencies), host, port
        )
        opened.append(protocol)
    ended_well = await asyncio.gather(*(protocol.finished for protocol in opened))
    took = time.perf_counter() - started
    cuts = [1000 * cut for cut in statistics.quantiles(latencies, n=100)]
    return Load(
        requests=len(latencies),
        seconds=took,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        max_ms=1000 * max(latencies),
        not_2xx=sum(protocol.not_2xx for protocol in opened),
        socket_errors=ended_well.count(False),
    )


def main() -> None:
    url, connections, seconds, body_file = sys.argv[1:]
    body = Path(body_file).read_bytes()
    load = asyncio.run(_generate(url, int(connections), float(seconds), body))
    print(json.dumps(asdict(load)))


if __name__ == "__main__":
    main()
