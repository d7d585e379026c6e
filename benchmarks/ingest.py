"""Durable webhook intake: Hookwire beside FastAPI + uvicorn + asyncpg + PostgreSQL 15.

    python -m benchmarks.ingest [--short] [--seconds S] [--runs N] [--connections 1,16,64,256]

Both store every body durably (fdatasync, or fsync with synchronous_commit on) before they answer
200; after each contestant's runs its rows are counted, and must be as many as the 200s.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import ROOT, load, measure, payload
from benchmarks.load import Load
from support.hookwire_process import HookwireProcess, run_psql, webhook_path
from support.postgres import PostgresServer

# PostgreSQL as it comes: PostgresServer's own settings are for tests and trade durability away.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
}
POOL_SIZE = 10  # asyncpg's default; 20 and 40 made the peer slower
READY_SECONDS = 30


@dataclass(slots=True)
class Contestant:
    """A running server to POST to, and how to count what it stored."""

    name: str
    url: str
    dsn: str
    acknowledged: int = 0
    in_flight: int = 0

    def post(self, connections: int, seconds: float, body_file: Path) -> Load:
        found = load.run_load(self.url, connections, seconds, body_file)
        self.acknowledged += found.requests - found.not_2xx
        self.in_flight += connections
        return found

    def check(self) -> str:
        """Hold the rows against the 200s; requests cut off at the end of a run may be rows too."""
        rows = int(run_psql(self.dsn, "SELECT count(*) FROM events"))
        if self.acknowledged <= rows <= self.acknowledged + self.in_flight:
            return "every 200 is a row"
        return f"WRONG: {self.acknowledged} acknowledged, {rows} rows"


@contextlib.contextmanager
def hookwire(folder: Path) -> Iterator[Contestant]:
    with HookwireProcess(folder / "hookwire-data") as process:
        process.psql("CREATE SOURCE events FROM WEBHOOK BODY FORMAT JSON INCLUDE RECEIVED_AT")
        yield Contestant("Hookwire", process.http_url + webhook_path("events"), process.sql_dsn)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    assert isinstance(port, int)
    return port


def _wait_until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    """Knock until the peer answers; uvicorn has no ready line that can be relied on."""
    for _ in range(READY_SECONDS * 10):
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(urllib.request.Request(url, b"1", method="POST")).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise RuntimeError(f"the peer exited with {process.wait(0.1)}")
    raise RuntimeError(f"the peer did not serve within {READY_SECONDS} s")


@contextlib.contextmanager
def fastapi() -> Iterator[Contestant]:
    """FastAPI on uvicorn (uvloop, httptools) with asyncpg and PostgreSQL."""
    with PostgresServer(DURABLE) as postgres:
        postgres.psql(
            "CREATE TABLE events (id bigserial PRIMARY KEY, body jsonb NOT NULL,"
            " received_at timestamptz NOT NULL DEFAULT now())"
        )
        port = str(_free_port())
        command = [sys.executable, "-m", "uvicorn", "peers.fastapi_app:app", "--port", port]
        command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        command += ["--log-level", "warning"]
        environment = dict(os.environ, PEER_DSN=postgres.dsn, PEER_POOL_SIZE=str(POOL_SIZE))
        peer = subprocess.Popen(command, cwd=ROOT / "benchmarks", env=environment)
        try:
            contestant = Contestant("FastAPI", f"http://127.0.0.1:{port}/events", postgres.dsn)
            _wait_until_served(contestant.url, peer)
            contestant.acknowledged = int(run_psql(postgres.dsn, "SELECT count(*) FROM events"))
            yield contestant
        finally:
            peer.terminate()
            peer.wait()


def _summary(loads: list[Load]) -> dict[str, Any]:
    return {
        "per_second": measure.spread([found.per_second for found in loads]),
        "p50_ms": measure.spread([found.p50_ms for found in loads]),
        "p99_ms": measure.spread([found.p99_ms for found in loads]),
        "not_2xx": sum(found.not_2xx for found in loads),
        "socket_errors": sum(found.socket_errors for found in loads),
        "runs": loads,
    }


def _row(connections: int, name: str, found: dict[str, Any], ratio: float | None) -> list[str]:
    return [
        str(connections),
        name,
        found["per_second"].show(",.0f"),
        f"{ratio:.2f}x" if ratio else "1",
        found["p50_ms"].show(".2f"),
        found["p99_ms"].show(".2f"),
        str(found["not_2xx"] + found["socket_errors"]),
    ]


def _compare(
    contestants: list[Contestant], counts: list[int], seconds: float, runs: int, body_file: Path
) -> list[dict[str, Any]]:
    table, figures = [], []
    for connections in counts:
        turns = [partial(c.post, connections, seconds, body_file) for c in contestants]
        found = [_summary(loads) for loads in measure.repeat(runs, turns)]
        ratios = [
            None,
            *(f["per_second"].median / found[0]["per_second"].median for f in found[1:]),
        ]
        for contestant, summary, ratio in zip(contestants, found, ratios, strict=True):
            table.append(_row(connections, contestant.name, summary, ratio))
            figures.append(
                {"connections": connections, "name": contestant.name, "ratio": ratio, **summary}
            )
    headings = ["connections", "server", "requests/s", "ratio", "p50 ms", "p99 ms", "errors"]
    measure.print_table(headings, table)
    return figures


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--short", action="store_true", help="1 s runs at 1 and 64 connections")
    parser.add_argument("--seconds", type=float, help="length of a run (default 4, short 1)")
    parser.add_argument("--runs", type=int, default=3, help="counted runs after the warm-up")
    parser.add_argument("--connections", help="how many, comma-separated (default 1,16,64,256)")
    parsed = parser.parse_args()
    parsed.seconds = parsed.seconds or (1.0 if parsed.short else 4.0)
    parsed.connections = parsed.connections or ("1,64" if parsed.short else "1,16,64,256")
    return parsed


def main() -> None:
    options = arguments()
    counts = [int(count) for count in options.connections.split(",")]
    content: dict[str, Any] = {"machine": measure.machine(), "generator": load.generator()}
    content["fdatasync_seconds"] = floor = measure.fdatasync_seconds()
    print(f"\nDurable intake of {payload.SIZE} byte JSON, no check of a signature on either side.")
    print(
        f"Load by {load.generator()}; {options.runs} runs of {options.seconds:g} s after a warm-up;"
    )
    print(f"median (lowest to highest). One fdatasync here: {1000 * floor.median:.3f} ms.\n")
    with (
        tempfile.TemporaryDirectory(prefix="hookwire-bench-") as name,
        contextlib.ExitStack() as up,
    ):
        body_file = Path(name) / "body.json"
        body_file.write_text(payload.push_event())
        contestants = []
        try:
            contestants.append(up.enter_context(fastapi()))
        except (OSError, RuntimeError) as error:
            content["peer_failed"] = str(error)
            print(f"The peer could not run: {error}\nThere is no ratio in this run.\n")
        contestants.append(up.enter_context(hookwire(Path(name))))
        content["figures"] = _compare(contestants, counts, options.seconds, options.runs, body_file)
        content["checks"] = {c.name: c.check() for c in contestants}
        for contestant, said in content["checks"].items():
            print(f"{contestant}: {said}")
    print(f"Written to {measure.write_results('ingest', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
