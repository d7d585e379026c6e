"""What a flood of one source does to another: p99 of the quiet one, alone and under the flood.

    python -m benchmarks.flood [--short] [--seconds S] [--runs N] [--limit N]

One source may take LIMIT requests a second and gets ten times as many. The other gets a steady 200
a second. Both come from generators with a process each, which on a small machine take CPU from the
server: the ratio has their share in it.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import ROOT, measure, paced, payload
from benchmarks.paced import Paced
from support.hookwire_process import HookwireProcess, webhook_path

TIMES = 10
QUIET_RATE = 200
QUIET_CONNECTIONS = 8
FLOOD_CONNECTIONS = 32
LEAD_S = 0.5
"""The flood begins before and ends after what is measured."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to send, and what."""

    quiet: str
    flooded: str
    limit: int
    body_file: Path


def alone(sources: Sources, seconds: float) -> Paced:
    return paced.finish(
        paced.start(sources.quiet, QUIET_RATE, QUIET_CONNECTIONS, seconds, sources.body_file)
    )


def under_flood(sources: Sources, seconds: float, floods: list[Paced]) -> Paced:
    rate, length = TIMES * sources.limit, seconds + 4 * LEAD_S
    flood = paced.start(sources.flooded, rate, FLOOD_CONNECTIONS, length, sources.body_file)
    with contextlib.suppress(subprocess.TimeoutExpired):
        flood.wait(LEAD_S)
    found = alone(sources, seconds)
    floods.append(paced.finish(flood))
    return found


def _row(name: str, runs: list[Paced]) -> list[str]:
    return [
        name,
        measure.spread([run.per_second for run in runs]).show(",.0f"),
        measure.spread([run.p50_ms for run in runs]).show(".2f"),
        measure.spread([run.p99_ms for run in runs]).show(".2f"),
        ", ".join(f"{status}: {count:,}" for status, count in _statuses(runs).items()),
    ]


def _statuses(runs: list[Paced]) -> dict[str, int]:
    statuses = sorted({status for run in runs for status in run.statuses})
    return {status: sum(run.statuses.get(status, 0) for run in runs) for status in statuses}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("--short", action="store_true", help="runs of 2 s")
    parser.add_argument("--seconds", type=float, help="length of a run (default 8, short 2)")
    parser.add_argument("--runs", type=int, default=3, help="counted runs after the warm-up")
    parser.add_argument("--limit", type=int, default=500, help="of the flooded source (500)")
    parsed = parser.parse_args()
    parsed.seconds = parsed.seconds or (2.0 if parsed.short else 8.0)
    return parsed


def main() -> None:
    options = arguments()
    machine = measure.machine()
    print(f"\nA source limited to {options.limit} requests/s gets {TIMES * options.limit}/s;")
    print(f"another gets {QUIET_RATE}/s. {options.runs} runs of {options.seconds:g} s after a")
    print("warm-up; median (lowest to highest). Latency counts from when a request was due.\n")
    with tempfile.TemporaryDirectory(prefix="hookwire-bench-") as name:
        body_file = Path(name) / "body.json"
        body_file.write_text(payload.push_event())
        with HookwireProcess(Path(name) / "hookwire-data") as server:
            made = "CREATE SOURCE {} FROM WEBHOOK BODY FORMAT JSON INCLUDE RECEIVED_AT"
            server.psql(made.format("quiet"))
            limited = f" WITH (max_requests_per_second = {options.limit})"
            server.psql(made.format("flooded") + limited)
            quiet, flooded = (server.http_url + webhook_path(s) for s in ("quiet", "flooded"))
            sources = Sources(quiet, flooded, options.limit, body_file)
            floods: list[Paced] = []
            calm, stormy = measure.repeat(
                options.runs,
                [
                    partial(alone, sources, options.seconds),
                    partial(under_flood, sources, options.seconds, floods),
                ],
            )
    rows = [_row("quiet, alone", calm), _row("quiet, under flood", stormy)]
    rows.append(_row("the flood", floods))
    measure.print_table(["source", "requests/s", "p50 ms", "p99 ms", "answers"], rows)
    pairs = zip(calm, stormy, strict=True)
    ratio = measure.spread([under.p99_ms / alone.p99_ms for alone, under in pairs])
    print(f"p99 under flood / alone: {ratio.show('.2f')}")
    content = {"machine": machine, "limit": options.limit, "p99_ratio": ratio}
    content |= {"alone": calm, "under_flood": stormy, "flood": floods}
    print(f"Written to {measure.write_results('flood', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
