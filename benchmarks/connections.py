"""What an idle connection costs in memory, beside PostgreSQL 15, whose backends are processes.

    python -m benchmarks.connections [--clients N]

Clients log in, then each runs one statement after the other and is quiet. Memory is the
proportional set (PSS) of all processes of a server together, less what it was with one client that
had run the statements, for each further client. Pages that processes share are counted once.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import ROOT, measure
from support.hookwire_process import HookwireProcess
from support.idle_clients import IdleClients, allow_sockets, memory_kb
from support.postgres import SUPERUSER, PostgresServer

STATEMENTS = ("SELECT 1", "SELECT count(*) FROM pg_class")
QUIET_SECONDS = 6.0


def _cost(clients: IdleClients, count: int, processes: Callable[[], Iterable[int]]) -> list[float]:
    """KB for each client: logged in, after each statement, and later."""
    clients.connect(1)
    for sql in STATEMENTS:
        clients.run(sql)
    before = memory_kb(processes())
    clients.connect(count)
    found = [memory_kb(processes())]
    for sql in STATEMENTS:
        clients.run(sql)
        found.append(memory_kb(processes()))
    time.sleep(QUIET_SECONDS)
    found.append(memory_kb(processes()))
    return [(total - before) / count for total in found]


def _family(pid: int) -> list[int]:
    """A process and its children."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [pid, *map(int, listed.stdout.split())]


def _ours(count: int) -> list[float]:
    with (
        tempfile.TemporaryDirectory(prefix="hookwire-bench-") as name,
        HookwireProcess(
            Path(name) / "hookwire-data", "--max-connections", str(count + 10)
        ) as server,
        IdleClients(server.sql_address, "hookwire", "hookwire") as clients,
    ):
        return _cost(clients, count, lambda: [server.pid])


def _theirs(count: int) -> list[float]:
    with (
        PostgresServer({"max_connections": str(count + 10)}) as server,
        IdleClients((server.host, server.port), SUPERUSER, SUPERUSER) as clients,
    ):
        pid = int((server.data / "postmaster.pid").read_text().split()[0])
        return _cost(clients, count, lambda: _family(pid))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.connections", description=__doc__)
    parser.add_argument("--clients", type=int, default=1000, help="at once (1000)")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if not allow_sockets(options.clients):
        raise SystemExit(f"{options.clients} sockets are more than `ulimit -Hn` allows")
    ours, theirs = _ours(options.clients), _theirs(options.clients)
    moments = ["logged in", *(f"after {sql}" for sql in STATEMENTS), f"{QUIET_SECONDS:.0f} s later"]
    print(f"\nKB for each of {options.clients} idle connections")
    for moment, one, other in zip(moments, ours, theirs, strict=True):
        ratio = f"1 : {other / one:.0f}" if one > 0 else "-"
        print(f"{moment:40} {one:8.1f} {other:10.1f}   {ratio}")
    content = {"machine": measure.machine(), "clients": options.clients, "moments": moments}
    content |= {"hookwire_kb": ours, "postgresql_kb": theirs}
    print(f"Written to {measure.write_results('connections', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
