"""A real Hookwire server in a child process, as a person would start it.

`HookwireProcess` runs `python -m hookwire serve` on free ports against a data directory, waits
for the ready lines by reading the child's pipe, and can be killed, drained and started again on
the same directory. Everything a test learns about the server, it learns from outside.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from support.load import Reply

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
READY = re.compile(
    r"hookwire (?P<version>\S+) ready\n"
    r" *SQL +(?P<dsn>postgresql://\S+)\n"
    r" *HTTP +(?P<url>http://\S+)\n"
)


class HookwireExitedError(Exception):
    """The server ended before it was ready."""

    def __init__(self, exit_code: int, stdout: str, stderr: str) -> None:
        super().__init__(f"hookwire serve exited with {exit_code}\n{stdout}\n{stderr}")
        self.exit_code = exit_code
        self.stdout = stdout
        self.stderr = stderr


class PsqlError(Exception):
    """psql reported an error; the message is what it wrote to stderr."""


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which `python -m hookwire` is this checkout."""
    parts = (".", "pgwire", "http", "engine", "catalog")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOOKWIRE_")}
    environment["PYTHONPATH"] = os.pathsep.join(str(ROOT / part) for part in parts)
    environment["PYTHONUNBUFFERED"] = "1"
    return environment | dict(extra or {})


def webhook_path(name: str, schema: str = "public", database: str = "hookwire") -> str:
    """The path of a source's URL, each segment percent-encoded."""
    segments = (quote(part, safe="") for part in (database, schema, name))
    return "/api/webhook/" + "/".join(segments)


class HookwireProcess:
    """`hookwire serve` on a data directory; `start` as often as you like."""

    def __init__(
        self,
        data_dir: Path | str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        log_path: Path | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.arguments = arguments
        self.environment = child_environment(environment)
        default_log = Path(data_dir).with_name(Path(data_dir).name + ".log")
        self.log_path = log_path or default_log
        self.sql_dsn = ""
        self.http_url = ""
        self.version = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server was never started"
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def sql_address(self) -> tuple[str, int]:
        parts = urlsplit(self.sql_dsn)
        assert parts.hostname is not None and parts.port is not None
        return parts.hostname, parts.port

    @property
    def http_address(self) -> tuple[str, int]:
        parts = urlsplit(self.http_url)
        assert parts.hostname is not None and parts.port is not None
        return parts.hostname, parts.port

    def start(self) -> Self:
        """Start the server and return once both doors are open."""
        self._spawn()
        ready = self._read_ready()
        self.version, self.sql_dsn, self.http_url = ready["version"], ready["dsn"], ready["url"]
        return self

    def start_and_kill_after(self, seconds: float) -> None:
        """Start the server and kill it a moment later, wherever its start has got to."""
        self._spawn()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill9()

    def _spawn(self) -> None:
        assert not self.running, "the server is running already"
        command = [sys.executable, "-m", "hookwire", "serve", "--data-dir", str(self.data_dir)]
        command += ["--sql-port", "0", "--http-port", "0", *self.arguments]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.log_path.parent,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def _read_ready(self) -> re.Match[str]:
        stdout = self.process.stdout
        assert stdout is not None
        deadline = time.monotonic() + READY_SECONDS
        seen = b""
        while not (match := READY.search(seen.decode("utf-8", "replace"))):
            readable, _, _ = select.select([stdout], [], [], max(0, deadline - time.monotonic()))
            if not readable:
                self.kill9()
                raise HookwireExitedError(-1, seen.decode(), f"not ready in {READY_SECONDS} s")
            chunk = os.read(stdout.fileno(), 4096)
            if not chunk:
                raise HookwireExitedError(self._reap(), seen.decode(), self.log())
            seen += chunk
        return match

    def _reap(self) -> int:
        code = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def log(self) -> str:
        """Everything the server wrote to stderr, over all its starts."""
        return self.log_path.read_text(errors="replace")

    def hang_up(self, told: str) -> None:
        """SIGHUP, until the log tells what came of it."""
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + READY_SECONDS / 2
        while told not in self.log():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.01)

    def kill9(self) -> None:
        """End the server the hard way; it gets no chance to save anything."""
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def terminate(self, signal_number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the server to drain and end; its exit code."""
        self.process.send_signal(signal_number)
        return self._reap()

    def wait(self) -> int:
        """Wait until the server ends by itself; its exit code."""
        return self._reap()

    def close(self) -> None:
        """End the server however it stands; for the end of a test."""
        if self.running:
            self.kill9()

    def __enter__(self) -> Self:
        return self if self.running else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str = b"",
        headers: Sequence[tuple[str, str | bytes]] = (),
    ) -> Reply:
        """One HTTP request on a connection of its own, with no header of the client's making."""
        payload = body.encode() if isinstance(body, str) else body
        connection = HTTPConnection(*self.http_address, timeout=30)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value if isinstance(value, bytes) else value.encode())
            if payload or method in ("POST", "PUT"):
                connection.putheader("Content-Length", str(len(payload)))
            connection.endheaders(payload)
            answer = connection.getresponse()
            answer_headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, answer_headers, answer.read())
        finally:
            connection.close()

    def post(
        self, path: str, body: bytes | str = b"", headers: Sequence[tuple[str, str | bytes]] = ()
    ) -> Reply:
        """POST to a path; see `webhook_path`."""
        return self.request("POST", path, body, headers)

    def psql(self, sql: str, *arguments: str) -> str:
        """What the real psql prints for a script, unaligned and without headings."""
        return run_psql(self.sql_dsn, sql, *arguments)


def run_psql(dsn: str, sql: str, *arguments: str) -> str:
    """Run a script with psql, stopping at the first error."""
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments, "-f", "-", dsn]
    done = subprocess.run(
        command,
        input=sql.encode(),
        capture_output=True,
        timeout=60,
        env=dict(os.environ, PGCLIENTENCODING="UTF8", LC_ALL="C.UTF-8"),
        check=False,
    )
    if done.returncode != 0:
        raise PsqlError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8").removesuffix("\n")


def psql_notices(dsn: str, sql: str) -> str:
    """What psql writes to stderr for a script that succeeds: notices and warnings."""
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", dsn]
    done = subprocess.run(command, input=sql.encode(), capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise PsqlError(done.stderr.decode("utf-8", "replace").strip())
    return done.stderr.decode("utf-8").strip()
