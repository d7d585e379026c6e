"""Small statements: Hookwire beside PostgreSQL 15, with pgbench as the client.

    python -m benchmarks.statements [--short] [--runs N] [--seconds S]

SELECT 1 and the lookup of a row by its key, by one client and by sixteen, in pgbench's three
modes: simple Query messages, Parse and Bind each time (extended), Parse once (prepared).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import ROOT, measure
from benchmarks.ingest import DURABLE
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

ROWS = 100_000
FILL = f"""
CREATE TABLE items (id bigint PRIMARY KEY, name text, amount double precision);
INSERT INTO items SELECT i, 'name of ' || i::text, i / 7.0::double precision
FROM generate_series(1, {ROWS}) AS g(i)
"""
SCRIPTS = {
    "SELECT 1": "SELECT 1;\n",
    "lookup": f"\\set id random(1, {ROWS})\nSELECT name, amount FROM items WHERE id = :id;\n",
}
MODES = ("simple", "extended", "prepared")
CLIENTS = (1, 16)
_TPS = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: ([0-9]+)", re.MULTILINE)


def pgbench(dsn: str, script: Path, mode: str, clients: int, seconds: int) -> float:
    """Statements a second, without the time to connect."""
    parts = urlsplit(dsn)
    command = ["pgbench", "-n", "-M", mode, "-c", str(clients), "-T", str(seconds)]
    command += ["-f", str(script), "-h", str(parts.hostname), "-p", str(parts.port)]
    command += ["-U", str(parts.username), parts.path[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found, failed = _TPS.search(done.stdout), _FAILED.search(done.stdout)
    if done.returncode or found is None or (failed is not None and failed[1] != "0"):
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])


def _compare(dsns: dict[str, str], folder: Path, options: argparse.Namespace) -> list[Any]:
    figures, table = [], []
    for what, text in SCRIPTS.items():
        script = folder / f"{what.replace(' ', '_')}.sql"
        script.write_text(text)
        for mode in options.modes:
            for clients in options.clients:
                turns = [
                    partial(pgbench, dsn, script, mode, clients, options.seconds)
                    for dsn in dsns.values()
                ]
                found = [measure.spread(tps) for tps in measure.repeat(options.runs, turns)]
                ratio = found[-1].median / found[0].median
                case = {"statement": what, "mode": mode, "clients": clients}
                for name, tps in zip(dsns, found, strict=True):
                    figures.append(case | {"name": name, "tps": tps})
                figures[-1]["ratio"] = ratio
                shown = [tps.show(",.0f") for tps in found]
                table.append([what, mode, str(clients), *shown, f"{ratio:.2f}x"])
    measure.print_table(["statement", "mode", "clients", *dsns, "ratio"], table)
    return figures


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statements", description=__doc__)
    parser.add_argument("--short", action="store_true", help="runs of a second, prepared only")
    parser.add_argument("--runs", type=int, default=3, help="counted runs after the warm-up")
    parser.add_argument("--seconds", type=int, help="length of a run (3)")
    parser.add_argument("--modes", nargs="+", choices=MODES, help="all, or with --short prepared")
    parser.add_argument("--clients", nargs="+", type=int, default=CLIENTS)
    parsed = parser.parse_args()
    parsed.seconds = parsed.seconds or (1 if parsed.short else 3)
    parsed.modes = parsed.modes or (MODES[-1:] if parsed.short else MODES)
    return parsed


def main() -> None:
    options = arguments()
    content: dict[str, Any] = {"machine": measure.machine(), "seconds": options.seconds}
    with tempfile.TemporaryDirectory(prefix="hookwire-bench-") as name:
        folder = Path(name)
        print(f"\nStatements a second by pgbench, runs of {options.seconds} s,")
        print(f"median of {options.runs} after a warm-up (lowest to highest).\n", flush=True)
        with PostgresServer(DURABLE) as postgres, HookwireProcess(folder / "data") as process:
            postgres.psql(FILL)
            postgres.psql("VACUUM ANALYZE items")
            process.psql(FILL)
            dsns = {"PostgreSQL 15": postgres.dsn, "Hookwire": process.sql_dsn}
            content["figures"] = _compare(dsns, folder, options)
    print(f"Written to {measure.write_results('statements', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
