"""A real PostgreSQL in a temporary cluster, to compare ourselves with.

`PostgresServer` makes a cluster with initdb in a new folder under the system's temporary folder,
starts it on a free loopback port (and on a Unix socket in that folder), and removes both on exit.
PostgreSQL refuses to run as root, so under root its programs run as the user `postgres`.

    with PostgresServer() as server:
        asyncpg.connect(server.dsn)

A test folder gets the fixture by importing it in its conftest.py:

    from support.postgres import postgres
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from support.programs import need

SUPERUSER = "postgres"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "50",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


def find_program(name: str) -> str | None:
    """The path of one of PostgreSQL's server programs: on PATH, or where Debian puts them."""
    found = shutil.which(name)
    if found is not None:
        return os.path.realpath(found)
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else None


def program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed: apt-get install postgresql")
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    assert isinstance(port, int)
    return port


class PostgresServer:
    """One temporary PostgreSQL cluster; trusts every local connection."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings = SETTINGS | dict(settings or {})
        self.host = "127.0.0.1"
        self.port = 0
        self.folder = Path()

    @property
    def dsn(self) -> str:
        return f"postgresql://{SUPERUSER}@{self.host}:{self.port}/postgres"

    def new_database(self, name: str) -> str:
        """Create a database that no other test sees, from a clean template; its DSN."""
        self.psql(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.dsn.removesuffix("/postgres") + f"/{name}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def psql(self, sql: str, *arguments: str) -> str:
        """What psql prints for `sql`: unaligned, tuples only; raises on the first error."""
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *arguments, self.dsn]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=True)
        return done.stdout

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hookwire-pg-"))
        try:
            self._create()
            self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _create(self) -> None:
        if os.geteuid() == 0:
            owner = pwd.getpwnam(SUPERUSER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb", "-D", str(self.data), "-U", SUPERUSER, "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def _start(self) -> None:
        self.port = _free_port()
        settings = self.settings | {
            "listen_addresses": self.host,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
        }
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        with (self.data / "postgresql.conf").open("a") as config:
            config.writelines(lines)
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log)

    def restart(self) -> None:
        """For settings that are read at start."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "restart", "-w", "-m", "fast", "-D", str(self.data), "-l", log)

    def _run(self, name: str, *arguments: str) -> None:
        user = SUPERUSER if os.geteuid() == 0 else None
        done = subprocess.run(
            [program(name), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
        if done.returncode:
            raise RuntimeError(f"{name} exited with {done.returncode}: {done.stderr}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole test run; make your own names in it."""
    need("psql", shutil.which)
    need("initdb", find_program)
    with PostgresServer() as server:
        yield server
