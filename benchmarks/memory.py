"""The most memory that the server takes for many large posts at once to a source with a check.

    python -m benchmarks.memory [--posts N] [--megabytes M]

The check, `length(repeat(body, 20)) >= 0`, asks for twenty times the body, far over its budget, so
that every request is refused with 401, or with 503 where bodies in flight have used up theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import ROOT, measure
from support.hookwire_process import HookwireProcess, webhook_path

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_mib(pid: int) -> float:
    """The largest resident set of the process so far."""
    found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


async def _post(address: tuple[str, int], path: str, body: bytes) -> int:
    """The status; 0 when the server cut the connection before it was read."""
    reader, writer = await asyncio.open_connection(*address)
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        line = await reader.readline()
        return int(line.split()[1]) if line else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


async def _posts(address: tuple[str, int], path: str, body: bytes, count: int) -> Counter[int]:
    return Counter(await asyncio.gather(*(_post(address, path, body) for _ in range(count))))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--posts", type=int, default=150, help="at once (150)")
    parser.add_argument("--megabytes", type=int, default=5, help="size of each (5)")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    size = options.megabytes * 1_000_000
    with (
        tempfile.TemporaryDirectory(prefix="hookwire-bench-") as name,
        HookwireProcess(Path(name) / "hookwire-data") as server,
    ):
        server.psql(
            "CREATE SOURCE large FROM WEBHOOK BODY FORMAT TEXT"
            " CHECK (WITH (BODY) length(repeat(body, 20)) >= 0)"
            f" WITH (max_body_bytes = {size})"
        )
        before = peak_mib(server.pid)
        path = webhook_path("large")
        statuses = asyncio.run(_posts(server.http_address, path, b"x" * size, options.posts))
        after = peak_mib(server.pid)
    told = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    print(f"\n{options.posts} posts of {options.megabytes} MB at once; answers {told}")
    print(f"peak resident memory: {before:.0f} MiB before, {after:.0f} MiB after")
    content = {"machine": measure.machine(), "statuses": dict(statuses)}
    content |= {"before_mib": before, "peak_mib": after}
    print(f"Written to {measure.write_results('memory', content).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
