"""Where the time of a small statement goes, in microseconds a statement.

    python -m benchmarks.breakdown [--count N]

The whole is what one client of pgbench sees of a prepared statement. Encoding, the session with
its way to a worker, and DuckDB's run are timed by themselves in the same process; what is left is
the protocol, the sockets and the client. What a new text costs before is apart: it is split,
translated and bound once, and then kept.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from benchmarks import ROOT, measure
from benchmarks.statements import FILL, ROWS, SCRIPTS, pgbench
from hookwire_engine.engine import Engine
from hookwire_engine.query.session import Prepared, Session
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.server import SqlServer
from hookwire_pgwire.values import Rendering, encode_rows
from support.engine_session import run, running, session

STATEMENTS: dict[str, tuple[str, tuple[object, ...]]] = {
    "SELECT 1": ("SELECT 1", ()),
    "lookup": ("SELECT name, amount FROM items WHERE id = $1", (ROWS // 2,)),
}
SECONDS = 2
REPEATS = 5


async def _microseconds(count: int, call: Callable[[int], Awaitable[object]]) -> float:
    """The median of some repeats, per call."""
    found, number = [], 0
    for _ in range(REPEATS):
        started = time.perf_counter()
        for _ in range(count):
            number += 1
            await call(number)
        found.append((time.perf_counter() - started) / count * 1e6)
    return statistics.median(found)


async def _answer(one: Session, prepared: Prepared, parameters: tuple[object, ...]) -> Any:
    portal = await one.bind(prepared, parameters)
    batch = await portal.next_batch(256)
    await portal.next_batch(256)
    await one.sync()
    return batch


async def _prepared(one: Session, sql: str) -> Prepared:
    (statement,) = one.statements(sql)
    prepared = await one.prepare(statement)
    await one.sync()
    return prepared


async def _whole(engine: Engine, script: str) -> float:
    server = SqlServer(SqlServerConfig("127.0.0.1", 0), CollectorRegistry())
    host, port = await server.start()
    server.serve(engine)
    dsn = f"postgresql://hookwire@{host}:{port}/hookwire"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        arguments = (dsn, Path(file.name), "prepared", 1, SECONDS)
        runs = [await asyncio.to_thread(pgbench, *arguments) for _ in range(3)]
    await server.drain(0)
    return 1e6 / statistics.median(runs)


async def _layers(
    engine: Engine, name: str, sql: str, parameters: tuple[object, ...], count: int
) -> dict[str, float]:
    one = session(engine)
    prepared = await _prepared(one, sql)
    made = prepared.plan
    assert made is not None and made.columns is not None
    columns, formats = made.columns, [0] * len(made.columns)
    for _ in range(3):
        batch = await _answer(one, prepared, parameters)

    async def encode(_: int) -> None:
        encode_rows(batch, columns, formats, Rendering())

    async def engine_alone(_: int) -> None:
        await _answer(one, prepared, parameters)

    async def duckdb_run(_: int) -> None:
        if not made.constant:
            one.work.cursor.few(made.sql, parameters, made.habit)

    async def new_plan(_: int) -> None:
        """As for a text that was never seen: translated and bound."""
        await one.executor.plan(prepared.statement, ())
        await one.sync()

    async def bind_in_duckdb(_: int) -> None:
        one.work.cursor.describe(made.sql, len(made.parameters))

    found = {"whole": await _whole(engine, SCRIPTS[name])}
    found["encode"] = await _microseconds(count, encode)
    found["DuckDB run"] = await _microseconds(count, duckdb_run)
    found["session"] = await _microseconds(count, engine_alone) - found["DuckDB run"]
    found["protocol, client"] = found["whole"] - sum(list(found.values())[1:])
    found["new: DuckDB bind"] = await _microseconds(count // 5, bind_in_duckdb)
    whole = await _microseconds(count // 5, new_plan)
    found["new: dialect, hop"] = whole - found["new: DuckDB bind"]
    return found


async def _report(count: int) -> dict[str, dict[str, float]]:
    async with running() as engine:
        for sql in FILL.split(";"):
            await run(session(engine), sql.strip())
        return {
            name: await _layers(engine, name, *statement, count)
            for name, statement in STATEMENTS.items()
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.breakdown", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="calls in a repeat (1000)")
    options = parser.parse_args()
    found = asyncio.run(_report(options.count))
    print("\nMicroseconds a statement, medians; one client.\n")
    layers = list(next(iter(found.values())))
    rows = [[name, *(f"{times[layer]:.0f}" for layer in layers)] for name, times in found.items()]
    measure.print_table(["statement", *layers], rows)
    content = {"machine": measure.machine(), "microseconds": found}
    print(f"Written to {measure.write_results('breakdown', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
