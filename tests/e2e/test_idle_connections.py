"""A thousand clients that are connected and quiet."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from support.hookwire_process import HookwireProcess
from support.idle_clients import IdleClients, allow_sockets, resident_kb

CLIENTS = 1000
LIMIT_KB = 50
PATIENCE_SECONDS = 60


def _settled(server: HookwireProcess, before: int) -> float:
    """KB for each client, once what was given back is back or time is up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        each = (resident_kb(server.pid) - before) / CLIENTS
        if each < LIMIT_KB or time.monotonic() > deadline:
            return each
        time.sleep(0.2)


def test_each_costs_less_than_50_kb(make_hookwire: Callable[..., HookwireProcess]) -> None:
    if not allow_sockets(CLIENTS):
        pytest.skip(f"this process may not have {CLIENTS} sockets")
    server = make_hookwire("--max-connections", str(CLIENTS + 10)).start()
    with IdleClients(server.sql_address, "hookwire", "hookwire") as clients:
        clients.connect(1)
        clients.run("SELECT count(*) FROM pg_class")
        before = resident_kb(server.pid)
        clients.connect(CLIENTS)
        assert (resident_kb(server.pid) - before) / CLIENTS < LIMIT_KB
        for sql in ("SELECT 1", "SELECT count(*) FROM pg_class"):
            clients.run(sql)
            assert _settled(server, before) < LIMIT_KB
        clients.run("SELECT 1")
        assert server.psql("SELECT count(*) FROM pg_stat_activity") == str(CLIENTS + 2)
