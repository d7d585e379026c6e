"""Long statements: Hookwire beside PostgreSQL 15, by psycopg.

    python -m benchmarks.long_statements [--short] [--runs N]

A statement of 100,000 literals in IN, an INSERT of 50,000 rows of VALUES, an INSERT of 65,535
parameters, and a short statement whose text is new each time.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import ROOT, measure
from benchmarks.ingest import DURABLE
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

PARAMETERS = 65_535
"""What the protocol can number."""

NEW_TEXTS = 200

Execute = Callable[[str, Sequence[object]], Any]
Workload = Callable[[Execute], None]


def members(execute: Execute, items: int) -> None:
    execute(f"SELECT count(*) FROM t WHERE a IN ({', '.join(map(str, range(items)))})", ())


def value_rows(execute: Execute, rows: int) -> None:
    listed = ", ".join(f"({i}, 'name {i}', {i}.5)" for i in range(rows))
    execute(f"INSERT INTO t VALUES {listed}", ())


def parameters(execute: Execute) -> None:
    rows = ", ".join(f"(${2 * i + 1}, ${2 * i + 2})" for i in range(PARAMETERS // 2))
    values = [value for i in range(PARAMETERS // 2) for value in (i, f"name {i}")]
    execute(f"INSERT INTO t (a, b) VALUES {rows}", values)


_NEW = itertools.count()


def new_texts(execute: Execute) -> None:
    for _ in range(NEW_TEXTS):
        number = next(_NEW)
        execute(f"SELECT a, b AS b{number} FROM t WHERE a = {number} AND b <> 'x'", ())


def seconds(dsn: str, work: Workload) -> float:
    """One run of `work` on an empty table, without the connection."""
    with psycopg.connect(dsn, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute("CREATE TABLE t (a int, b text, c numeric)")

        def execute(sql: str, values: Sequence[object]) -> None:
            connection.execute(sql.encode(), values or None)

        started = time.perf_counter()
        work(execute)
        return time.perf_counter() - started


def workloads(short: bool) -> dict[str, Workload]:
    items, rows = (10_000, 5_000) if short else (100_000, 50_000)
    return {
        f"IN of {items:,} literals": partial(members, items=items),
        f"INSERT of {rows:,} rows of VALUES": partial(value_rows, rows=rows),
        f"INSERT of {PARAMETERS - 1:,} parameters": parameters,
        f"{NEW_TEXTS} new short texts": new_texts,
    }


def _compare(dsns: dict[str, str], runs: int, short: bool) -> list[dict[str, Any]]:
    figures, table = [], []
    for what, work in workloads(short).items():
        turns = [partial(seconds, dsn, work) for dsn in dsns.values()]
        found = [measure.spread(times) for times in measure.repeat(runs, turns)]
        ratio = found[1].median / found[0].median
        for name, spread in zip(dsns, found, strict=True):
            figures.append({"statement": what, "name": name, "seconds": spread})
        figures[-1]["ratio"] = ratio
        table.append([what, *(spread.show(".3f") for spread in found), f"{ratio:.1f}x"])
    measure.print_table(["statement", *dsns, "ratio"], table)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.long_statements", description=__doc__
    )
    parser.add_argument("--short", action="store_true", help="a tenth of the length")
    parser.add_argument("--runs", type=int, default=3, help="counted runs after the warm-up")
    options = parser.parse_args()
    content: dict[str, Any] = {"machine": measure.machine()}
    print(f"\nSeconds, median of {options.runs} runs after a warm-up.\n", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="hookwire-bench-") as folder,
        PostgresServer(DURABLE) as postgres,
        HookwireProcess(Path(folder) / "data") as process,
    ):
        dsns = {"PostgreSQL 15": postgres.dsn, "Hookwire": process.sql_dsn}
        content["figures"] = _compare(dsns, options.runs, options.short)
    print(f"Written to {measure.write_results('long_statements', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
