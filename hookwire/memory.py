"""The most memory that this process takes: one statement must not end the server for all.

DuckDB counts its hash tables and sorts against its own limit, but not the texts of the rows that
it is at: repeat(), string concatenation, replace(). Past the limit of the process an allocation
fails, the statement gets 53200, and everybody else goes on.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

SHARE = 0.8
"""Of the machine's memory, or of the cgroup's where that is less."""

LEAST = 1 << 30
"""Bytes; the interpreter, the stacks of its threads and DuckDB's start need some of it."""

ALLOCATORS = {
    # DuckDB's (jemalloc) would keep the address space that a failed statement has had, and the
    # rest of the process could not even start a thread.
    "DUCKDB_JE_MALLOC_CONF": "retain:false",
    # Arrow's (mimalloc) would claim a gigabyte at once.
    "MIMALLOC_ARENA_EAGER_COMMIT": "0",
}
"""What both read from the environment when they are loaded."""


def limit_memory() -> None:
    """Set the soft RLIMIT_DATA, unless it is lower. Linux; before DuckDB is loaded."""
    if sys.platform != "linux" or "_duckdb" in sys.modules:
        return
    import resource

    for name, value in ALLOCATORS.items():
        os.environ.setdefault(name, value)
    wanted = max(int(memory_of_machine() * SHARE), LEAST)
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    for limit in (soft, hard):
        if limit != resource.RLIM_INFINITY:
            wanted = min(wanted, limit)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def memory_of_machine() -> int:
    """Bytes that this process may use by the machine and its cgroups."""
    found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for path in _limits():
        with contextlib.suppress(OSError, ValueError):  # no such file, or "max"
            found = min(found, int(path.read_text()))
    return found


def _limits() -> list[Path]:
    root = Path("/sys/fs/cgroup")
    found = [root / "memory.max", root / "memory" / "memory.limit_in_bytes"]
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                found.append(root / line[3:].strip("/") / "memory.max")
    return found
