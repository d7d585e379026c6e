"""The run of a server in its process: signals and exit codes beyond those of tests/e2e."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from support.hookwire_process import HookwireProcess, child_environment

ENDLESS = (
    "SELECT count(*) FROM generate_series(1, 1000000) AS a(i),"
    " generate_series(1, 1000000) AS b(j) WHERE (i * j) % 7 = 3"
)
PATIENCE = 600


def until_logged(hookwire: HookwireProcess, word: str) -> None:
    """Until the server has logged it; it must still run then."""
    for _ in range(PATIENCE):
        if word in hookwire.log():
            return
        with pytest.raises(subprocess.TimeoutExpired):
            hookwire.process.wait(0.1)
    pytest.fail(f"{word!r} is not in the log")


def test_a_second_signal_ends_it_at_once(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire("--grace-period", "3600").start()
    with psycopg.connect(hookwire.sql_dsn) as connection:
        connection.pgconn.send_query(ENDLESS.encode())
        connection.pgconn.flush()
        hookwire.process.send_signal(signal.SIGTERM)
        until_logged(hookwire, "draining signal=SIGTERM")
        assert hookwire.terminate() == 128 + signal.SIGTERM
        connection.pgconn.finish()


WORK = """
import asyncio, sys
from hookwire.config import Config
from hookwire.exits import DataDirectoryError
from hookwire.runner import run
from hookwire import logs

async def work(app):
    {work}

logs.configure("text", "warning")
config = Config(data_dir=None, sql_port=0, http_port=0)
code = run(config, work)
print(code)
"""


def ran(work: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WORK.format(work=work)],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_work_that_ends_ends_the_server_well() -> None:
    done = ran("assert app.http_url.startswith('http://127.0.0.1:')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_work_that_gives_up_gives_the_exit_code() -> None:
    done = ran("raise DataDirectoryError('no good')")
    assert (done.returncode, done.stdout) == (0, "4\n")
    assert done.stderr.endswith("ERROR hookwire.runner: no good\n")
    assert done.stderr.count("\n") == 1


def test_a_fault_of_ours_is_a_traceback() -> None:
    done = ran("1 / 0")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("ZeroDivisionError: division by zero")


def test_the_lock_of_a_failed_start_is_gone(tmp_path: Path) -> None:
    """A start that fails after the lock leaves nothing that hinders the next."""
    damaged = tmp_path / "data" / "hookwire.duckdb"
    damaged.parent.mkdir()
    damaged.write_bytes(b"no database" * 1000)
    command = [sys.executable, "-m", "hookwire", "serve", "--data-dir", str(damaged.parent)]
    command += ["--sql-port", "0", "--http-port", "0"]
    done = subprocess.run(
        command, env=child_environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert "hookwire.duckdb" in done.stderr
    damaged.unlink()
    with HookwireProcess(damaged.parent) as hookwire:
        assert hookwire.request("GET", "/api/readyz").status == 200
