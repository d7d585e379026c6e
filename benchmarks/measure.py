"""Medians with their spread, tables, and the JSON file that each benchmark leaves."""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import ROOT

RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several runs, and the lowest and highest of them."""

    median: float
    low: float
    high: float
    runs: int

    def show(self, layout: str) -> str:
        width = f"{self.low:{layout}} to {self.high:{layout}}"
        return f"{self.median:{layout}} ({width})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values), len(values))


def repeat(
    runs: int, contestants: Sequence[Callable[[], Any]], *, warm_up: bool = True
) -> list[list[Any]]:
    """Run contestants in turn, so that a drift of the machine meets all of them alike."""
    if warm_up:
        for contestant in contestants:
            contestant()
    rounds = [[contestant() for contestant in contestants] for _ in range(runs)]
    return [list(column) for column in zip(*rounds, strict=True)]


def fdatasync_seconds(writes: int = 300) -> Spread:
    """What one durable 2 KB append costs here: the floor under every figure of ingest."""
    times = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(writes):
            started = time.perf_counter()
            os.write(file.fileno(), b"x" * 2048)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    return spread(times)


def machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "load_average_before": os.getloadavg()[0],
    }


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in the form that a README takes."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = (
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join([first, *rest]) + " |"

    print(line(headings))
    print("|-" + "-|-".join("-" * width for width in widths) + "-|")
    for row in rows:
        print(line(row))
    print(flush=True)


def write_results(name: str, content: dict[str, Any]) -> Path:
    """Write a benchmark's figures to benchmarks/results/; spreads become objects."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{time.strftime('%Y%m%dT%H%M%S')}.json"
    path.write_text(json.dumps(content, indent=2, default=asdict) + "\n")
    return path
