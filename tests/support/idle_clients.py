"""Many clients that say little: bare sockets, and the memory of the server's processes."""

from __future__ import annotations

import re
import resource
import socket
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from support.wire import query, startup


def memory_kb(processes: Iterable[int]) -> int:
    """What the processes take together, in KB: pages that they share are counted once (PSS)."""
    total = 0
    for pid in processes:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        assert found is not None
        total += int(found[1])
    return total


def resident_kb(pid: int) -> int:
    """The resident set of one process, in KB."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found is not None
    return int(found[1])


def allow_sockets(count: int) -> bool:
    """Raise this process's limit of open files for `count` sockets; False if it may not be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, count + 200)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return True


class IdleClients:
    """Logged-in sessions, each on a socket of its own."""

    def __init__(self, address: tuple[str, int], user: str, database: str) -> None:
        self._address = address
        self._login = startup({"user": user, "database": database})
        self._sockets: list[socket.socket] = []

    def connect(self, count: int) -> None:
        for _ in range(count):
            plug = socket.create_connection(self._address, timeout=60)
            self._sockets.append(plug)
            plug.sendall(self._login)
            _until_ready(plug)

    def run(self, sql: str) -> None:
        """The statement on each session, one after another."""
        for plug in self._sockets:
            plug.sendall(query(sql))
            answer = _until_ready(plug)
            assert not answer.startswith(b"E"), answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for plug in self._sockets:
            plug.close()


def _until_ready(plug: socket.socket) -> bytes:
    answer = b""
    while answer[-6:-1] != b"Z\0\0\0\5":
        more = plug.recv(65_536)
        assert more, answer
        answer += more
    return answer
