"""Start, drain, refuse: exit codes, and nothing lost when the server is asked to stop."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from support.hookwire_process import (
    HookwireExitedError,
    HookwireProcess,
    child_environment,
    webhook_path,
)
from support.load import HttpClient, Outcome, UnansweredError, clients


async def _load_and_terminate(
    hookwire: HookwireProcess, how: signal.Signals, after: int
) -> Outcome:
    """Load the server from 16 connections and ask it to stop after some answers."""
    outcome = Outcome()
    loop = asyncio.get_running_loop()

    async def sender(client: HttpClient, name: str) -> None:
        number = 0
        while True:
            body = f"{name}-{(number := number + 1)}"
            try:
                reply = await client.post(webhook_path("drained"), body.encode())
            except UnansweredError:
                outcome.in_doubt.append(body)
                return
            if reply.status != 200:
                outcome.refused[reply.status] += 1
                assert int(reply.headers["retry-after"]) >= 0
                continue
            outcome.acknowledged.append(body)
            if len(outcome.acknowledged) == after:
                loop.call_soon(hookwire.process.send_signal, how)

    async with clients(hookwire.http_address, 16) as senders, asyncio.TaskGroup() as group:
        for number, client in enumerate(senders):
            group.create_task(sender(client, f"client{number}"))
    return outcome


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_drain_under_load_loses_nothing_and_exits_0(
    make_hookwire: Callable[..., HookwireProcess], how: signal.Signals
) -> None:
    hookwire = make_hookwire().start()
    hookwire.psql("CREATE SOURCE drained FROM WEBHOOK BODY FORMAT TEXT")
    outcome = asyncio.run(_load_and_terminate(hookwire, how, after=2000))
    assert hookwire.wait() == 0
    assert set(outcome.refused) <= {503}
    hookwire.start()
    stored = hookwire.psql("SELECT body FROM drained").splitlines()
    assert len(stored) == len(set(stored))
    assert set(outcome.acknowledged) <= set(stored)
    assert set(stored) <= set(outcome.acknowledged) | set(outcome.in_doubt)


def test_a_drain_ends_idle_and_busy_sessions(
    make_hookwire: Callable[..., HookwireProcess],
) -> None:
    hookwire = make_hookwire("--grace-period", "1").start()
    with psycopg.connect(hookwire.sql_dsn) as idle, psycopg.connect(hookwire.sql_dsn) as open_one:
        open_one.execute("CREATE SOURCE never FROM WEBHOOK BODY FORMAT TEXT")
        assert hookwire.terminate() == 0
        for connection in (idle, open_one):
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
    hookwire.start()
    assert hookwire.psql("SHOW SOURCES") == ""


def test_a_second_server_on_the_same_data_is_refused(
    make_hookwire: Callable[..., HookwireProcess], tmp_path: Path
) -> None:
    first = make_hookwire().start()
    second = HookwireProcess(first.data_dir, log_path=tmp_path / "second.log")
    with pytest.raises(HookwireExitedError) as refused:
        second.start()
    assert refused.value.exit_code == 3
    said = refused.value.stderr.strip()
    assert str(first.data_dir) in said and "another" in said
    assert "Traceback" not in said
    first.psql("CREATE SOURCE unharmed FROM WEBHOOK BODY FORMAT TEXT")
    assert first.post(webhook_path("unharmed"), "x").status == 200
    first.kill9()
    with second:
        assert second.psql("SELECT body FROM unharmed") == "x"


def _serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hookwire", "serve", *arguments]
    return subprocess.run(
        command, env=child_environment(), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sql-port", "70000"], "sql-port"),
        (["--http-port", "many"], "http-port"),
        (["--no-such-flag"], "no-such-flag"),
        (["--grace-period", "-1"], "grace-period"),
        (["--host", "0.0.0.0"], "0.0.0.0"),
    ],
)
def test_bad_configuration_exits_2_and_says_which(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = _serve("--data-dir", str(tmp_path / "data"), *arguments)
    assert done.returncode == 2, done
    assert said in done.stderr.replace("_", "-")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_named(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire().start()
    port = str(hookwire.sql_address[1])
    done = _serve("--data-dir", f"{hookwire.data_dir}-2", "--sql-port", port, "--http-port", "0")
    assert done.returncode in (1, 2), done
    assert port in done.stderr and "Traceback" not in done.stderr


def test_readiness_and_liveness(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire().start()
    assert hookwire.request("GET", "/api/livez").status == 200
    assert hookwire.request("GET", "/api/readyz").status == 200
    hookwire.psql("CREATE SOURCE measured FROM WEBHOOK BODY FORMAT JSON")
    for body in ("1", "2", "{bad"):
        hookwire.post(webhook_path("measured"), body)
    metrics = hookwire.request("GET", "/metrics").text.splitlines()
    assert 'mz_webhook_source_requests_total{status="success"} 2.0' in metrics
    assert 'mz_webhook_source_requests_total{status="failure"} 1.0' in metrics
