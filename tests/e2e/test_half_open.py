"""Clients that vanish without a word, or stop reading: found and ended, and in nobody's way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from support.hookwire_process import HookwireProcess, webhook_path
from support.own_network import in_own_network, peers, plug_in, pull, unacknowledged
from support.postgres import PostgresServer
from support.wire import query, startup

ENDLESS = "SELECT repeat('x', 1000) FROM generate_series(1, 100000000)"
PATIENCE_SECONDS = 30


class Stalled:
    """A session that asks for much, and reads nothing of it."""

    def __init__(self, server: HookwireProcess, *settings: str) -> None:
        self.plug = socket.create_connection(server.sql_address, timeout=30)
        self.plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        self.say(startup({"user": "hookwire", "database": "hookwire"}))
        self.pid = int(self.ask("SELECT pg_backend_pid()"))
        for setting in settings:
            self.ask(setting)

    def say(self, message: bytes) -> bytes:
        self.plug.sendall(message)
        answer = b""
        while answer[-6:-1] != b"Z\0\0\0\5":
            answer += self.plug.recv(65_536)
        return answer

    def ask(self, sql: str) -> str:
        """The one value of a row, if there is one."""
        answer = self.say(query(sql))
        assert not answer.startswith(b"E"), answer
        at = answer.find(b"D\0\0")
        return answer[at + 11 : answer.index(b"C\0\0", at)].decode() if at >= 0 else ""

    def stall(self) -> None:
        self.plug.sendall(query(ENDLESS))
        self.plug.recv(1)


@pytest.fixture(scope="module")
def server(hookwire: HookwireProcess) -> Iterator[HookwireProcess]:
    hookwire.psql("CREATE SOURCE hooks FROM WEBHOOK BODY FORMAT TEXT")
    yield hookwire


def _until(reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _lives(server: HookwireProcess, pid: int, state: str = "%") -> bool:
    wanted = f"pid = {pid} AND state LIKE '{state}'"
    return server.psql(f"SELECT count(*) FROM pg_stat_activity WHERE {wanted}") == "1"


def _ends(server: HookwireProcess, pid: int) -> bool:
    return _until(lambda: not _lives(server, pid))


def _works(server: HookwireProcess) -> None:
    """Others write and read as if there were nobody else."""
    before = int(server.psql("SELECT count(*) FROM hooks"))
    assert server.post(webhook_path("hooks"), b"hello").status == 200
    assert server.psql("SELECT count(*) FROM hooks") == str(before + 1)
    assert server.psql("CREATE TABLE aside AS SELECT 1 AS a; SELECT a FROM aside; DROP TABLE aside")


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "being sent something"])
def test_a_client_that_vanished_is_found(
    make_hookwire: Callable[..., HookwireProcess], busy: bool
) -> None:
    timers = {
        False: ["idle = 1", "interval = 1", "count = 2"],
        True: ["idle = 1000"],
    }[busy]
    settings = [f"SET tcp_keepalives_{timer}" for timer in timers]
    settings += ["SET tcp_user_timeout = '1s'"] * busy

    def test() -> None:
        server = make_hookwire().start()
        _, port = server.sql_address
        vanished, believed = Stalled(server, *settings, "SELECT 1"), Stalled(server)
        assert peers(port) == 2
        assert _until(lambda: unacknowledged(port) == 0)
        if busy:
            vanished.plug.sendall(query("SELECT pg_sleep(1)"))
            assert _until(lambda: _lives(server, vanished.pid, "active"))
        pull()
        try:
            assert _until(lambda: peers(port) == 1)
        finally:
            plug_in()
        assert _ends(server, vanished.pid)
        assert _lives(server, believed.pid)
        assert believed.ask("SELECT 1") == "1"
        vanished.plug.close()
        believed.plug.close()

    in_own_network(test)


def test_a_client_that_takes_nothing_is_in_nobodys_way(server: HookwireProcess) -> None:
    clients = [Stalled(server) for _ in range(20)]
    for client in clients:
        client.stall()
    _works(server)
    for client in clients:
        assert _lives(server, client.pid)
        client.plug.close()
    for client in clients:
        assert _ends(server, client.pid)


def test_a_client_that_takes_nothing_can_be_ended(server: HookwireProcess) -> None:
    client = Stalled(server)
    client.stall()
    assert server.psql(f"SELECT pg_terminate_backend({client.pid})") == "t"
    assert _ends(server, client.pid)
    client.plug.close()


def test_a_stopped_psql_goes_on_where_it_was(server: HookwireProcess) -> None:
    psql = subprocess.Popen(
        ["psql", "-XAtq", "-c", "SELECT repeat('x', 100), n FROM generate_series(1, 1000000) g(n)",
         server.sql_dsn],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert psql.stdout is not None
    os.kill(psql.pid, signal.SIGSTOP)
    try:
        _works(server)
    finally:
        os.kill(psql.pid, signal.SIGCONT)
    lines = psql.stdout.read().splitlines()
    psql.stdout.close()
    assert psql.wait() == 0
    assert len(lines) == 1_000_000
    assert lines[-1] == b"x" * 100 + b"|1000000"


@pytest.mark.parametrize(
    "sent", [b"", b"\0", b"\0\0\0\x08\x04\xd2\x16\x2f", b"\0\0\1\0\0\3\0\0user"]
)
def test_a_greeting_that_never_ends_holds_nobody_up(server: HookwireProcess, sent: bytes) -> None:
    plugs = [socket.create_connection(server.sql_address) for _ in range(50)]
    for plug in plugs:
        plug.sendall(sent)
    _works(server)
    for plug in plugs:
        plug.close()


def test_the_settings_are_postgresqls(server: HookwireProcess, postgres: PostgresServer) -> None:
    script = """
        SET tcp_keepalives_count = 7;
        SET tcp_keepalives_idle = '2h';
        SET tcp_keepalives_interval = '3000ms';
        SET tcp_user_timeout = '1.5s';
        SHOW tcp_keepalives_count;
        SHOW tcp_keepalives_idle;
        SHOW tcp_keepalives_interval;
        SHOW tcp_user_timeout;
        SET client_connection_check_interval = 2000;
        SHOW client_connection_check_interval;
    """
    assert server.psql(script) == postgres.psql(script).strip() == "7\n7200\n3\n1500\n2s"
