"""Large results to clients: Hookwire beside PostgreSQL 15, both with the same rows.

    python -m benchmarks.results [--short] [--runs N] [--rows N] [--documents N]

One table of bigint, double, timestamp, varchar and bool, and one of 1.5 KB JSON documents (on
Hookwire a webhook source, on PostgreSQL a jsonb column), fetched whole by psql, by asyncpg, by
psycopg in the binary format, and drained from a bare socket.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import psycopg

from benchmarks import ROOT, measure, payload
from benchmarks.drain import drain
from benchmarks.ingest import DURABLE
from support.hookwire_process import HookwireProcess, run_psql, webhook_path
from support.postgres import PostgresServer

TYPED = """
CREATE TABLE typed (id bigint, amount double precision, at timestamp, name varchar, good bool);
INSERT INTO typed SELECT i, i / 7.0::double precision,
    timestamp '2024-01-01' + i * interval '1 second', 'name of ' || i::text, i % 3 = 0
FROM generate_series(1, {rows}) AS g(i)
"""
BATCH_BYTES = 1 << 20


def _fill_postgres(server: PostgresServer, rows: int, documents: int) -> None:
    server.psql(TYPED.format(rows=rows))
    server.psql("CREATE TABLE documents (body jsonb NOT NULL)")
    with (
        psycopg.connect(server.dsn) as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY documents FROM STDIN") as copy,
    ):
        for number in range(documents):
            copy.write_row([payload.push_event(number)])
    server.psql("VACUUM ANALYZE typed, documents")


def _fill_hookwire(process: HookwireProcess, rows: int, documents: int) -> None:
    process.psql(TYPED.format(rows=rows))
    process.psql(
        "CREATE SOURCE documents FROM WEBHOOK BODY FORMAT JSON"
        f" WITH (max_body_bytes = {2 * BATCH_BYTES})"
    )
    in_a_batch = BATCH_BYTES // payload.SIZE
    for start in range(0, documents, in_a_batch):
        batch = range(start, min(documents, start + in_a_batch))
        body = "\n".join(map(payload.push_event, batch))
        reply = process.post(webhook_path("documents"), body)
        if reply.status != 200:
            raise RuntimeError(f"a batch was refused: {reply}")


def by_psql(dsn: str, sql: str) -> float:
    """The whole process: start, connect, fetch, print unaligned to nowhere."""
    command = ["psql", "-X", "-q", "-A", "-t", "-o", os.devnull, "-c", sql, dsn]
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


def by_asyncpg(dsn: str, sql: str) -> float:
    async def fetch() -> float:
        connection = await asyncpg.connect(dsn)
        try:
            started = time.perf_counter()
            await connection.fetch(sql)
            return time.perf_counter() - started
        finally:
            await connection.close()

    return asyncio.run(fetch())


def by_psycopg_binary(dsn: str, sql: str) -> float:
    with psycopg.connect(dsn, autocommit=True) as connection:
        started = time.perf_counter()
        connection.cursor(binary=True).execute(sql).fetchall()
        return time.perf_counter() - started


def by_drain(dsn: str, sql: str) -> float:
    return drain(dsn, sql).seconds


def first_row(dsn: str, sql: str) -> float:
    return drain(dsn, sql).first_row


WAYS: dict[str, Callable[[str, str], float]] = {
    "raw drain": by_drain,
    "first row": first_row,
    "psql": by_psql,
    "asyncpg fetch": by_asyncpg,
    "psycopg binary": by_psycopg_binary,
}
RESULTS = {
    "typed": "SELECT id, amount, at, name, good FROM typed",
    "documents": "SELECT body FROM documents",
}


def _hold(dsns: dict[str, str], rows: int, documents: int) -> None:
    """Both servers must have the rows, or the comparison says nothing."""
    for name, dsn in dsns.items():
        counted = [run_psql(dsn, f"SELECT count(*) FROM {table}") for table in RESULTS]
        if counted != [str(rows), str(documents)]:
            raise RuntimeError(f"{name} has {counted} rows")


def _compare(dsns: dict[str, str], runs: int) -> list[dict[str, Any]]:
    figures, table = [], []
    for what, sql in RESULTS.items():
        for way, fetch in WAYS.items():
            turns = [partial(fetch, dsn, sql) for dsn in dsns.values()]
            found = [measure.spread(times) for times in measure.repeat(runs, turns)]
            ratio = found[-1].median / found[0].median if len(found) > 1 else None
            for name, seconds in zip(dsns, found, strict=True):
                figures.append({"result": what, "way": way, "name": name, "seconds": seconds})
            figures[-1]["ratio"] = ratio
            shown = f"{ratio:.2f}x" if ratio else "no peer"
            table.append([what, way, *(seconds.show(".3f") for seconds in found), shown])
    measure.print_table(["result", "way", *dsns, "ratio"], table)
    return figures


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a fifth of the rows")
    parser.add_argument("--runs", type=int, default=3, help="counted runs after the warm-up")
    parser.add_argument("--rows", type=int, help="typed rows (default 1,000,000)")
    parser.add_argument("--documents", type=int, help="JSON documents (default 200,000)")
    parsed = parser.parse_args()
    parsed.rows = parsed.rows or (200_000 if parsed.short else 1_000_000)
    parsed.documents = parsed.documents or (40_000 if parsed.short else 200_000)
    return parsed


def main() -> None:
    options = arguments()
    rows, documents = options.rows, options.documents
    content: dict[str, Any] = {"machine": measure.machine(), "rows": rows, "documents": documents}
    print(
        f"\n{rows:,} typed rows and {documents:,} JSON documents of {payload.SIZE} bytes; seconds,"
    )
    print(f"median of {options.runs} runs after a warm-up (lowest to highest).\n", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="hookwire-bench-") as folder,
        PostgresServer(DURABLE) as postgres,
        HookwireProcess(Path(folder) / "data") as process,
    ):
        _fill_postgres(postgres, rows, documents)
        _fill_hookwire(process, rows, documents)
        dsns = {"PostgreSQL 15": postgres.dsn, "Hookwire": process.sql_dsn}
        _hold(dsns, rows, documents)
        content["figures"] = _compare(dsns, options.runs)
    print(f"Written to {measure.write_results('results', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
