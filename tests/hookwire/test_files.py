"""The limit of open files: raised as far as it goes, and a plain sentence where that is too low."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from support.hookwire_process import HookwireProcess, child_environment


def test_a_limit_that_is_too_low_for_the_sessions_ends_the_start(tmp_path: Path) -> None:
    command = f"ulimit -n 256; exec {sys.executable} -m hookwire serve --sql-port 0 --http-port 0"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert (
        "max_connections 100 needs 300 open files, and this process may have 256: raise the limit"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "hookwire-data").exists()


def test_the_soft_limit_is_raised(make_hookwire: Callable[..., HookwireProcess]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server = make_hookwire().start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limits = Path(f"/proc/{server.pid}/limits").read_text().splitlines()
    (line,) = (line for line in limits if line.startswith("Max open files"))
    assert int(line.split()[3]) == min(hard, 100 + 300 + 4096)
