"""A network of our own, whose one cable, the loopback device, can be pulled (Linux, as root).

in_own_network(test)        runs `test` on a thread in a new network namespace
pull(), plug_in()           what is sent on it vanishes; and arrives again
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

CLONE_NEWNET = 0x4000_0000


def in_own_network(test: Callable[[], None]) -> None:
    """Processes and sockets that `test` makes belong to the new network. Raises what it raises."""
    if shutil.which("ip") is None or shutil.which("ss") is None:
        pytest.skip("ip and ss are not installed: apt-get install iproute2")

    def enter() -> bool:
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            return False
        plug_in()
        return True

    with ThreadPoolExecutor(1) as thread:
        if not thread.submit(enter).result():
            pytest.skip(f"no network of our own: {os.strerror(ctypes.get_errno())}")
        thread.submit(test).result()


def pull() -> None:
    subprocess.run(["ip", "link", "set", "lo", "down"], check=True)


def plug_in() -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def peers(port: int) -> int:
    """How many connections the listener on `port` believes in."""
    return len(_established(port))


def unacknowledged(port: int) -> int:
    """How many bytes it has sent that nobody has said to have."""
    return sum(int(line.split()[1]) for line in _established(port))


def _established(port: int) -> list[str]:
    command = ["ss", "-Htn", "state", "established", f"sport = :{port}"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()
