"""A statement that takes all memory loses, and nobody else does."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator

import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path

ROOM = 900_000_000
"""Bytes for the whole server, so that the test is over soon."""

GREEDY = [
    "SELECT sum(length(repeat('x', 5000000 + g::int))) FROM generate_series(1, 2048) g",
    "SELECT sum(length(lpad('x', 5000000 + g::int))) FROM generate_series(1, 2048) g",
    "SELECT count(replace(repeat('a', 10000 + g::int), 'a', repeat('b', 1000)))"
    " FROM generate_series(1, 2048) g",
    "SELECT length(repeat('x', 5000000 + g::int)) FROM generate_series(1, 2048) g",
    "CREATE TABLE greedy AS SELECT repeat('x', 5000000 + g::int) FROM generate_series(1, 2048) g",
    "COPY (SELECT repeat('x', 5000000 + g::int) FROM generate_series(1, 2048) g) TO STDOUT",
    "SELECT damerau_levenshtein(repeat('a', 20000), repeat('b', 20000))",
    "SELECT length(array_fill(1, ARRAY[1000000000])::text)",
    "SELECT len(range(1000000000))",
]


@pytest.fixture(scope="module")
def server(hookwire: HookwireProcess) -> Iterator[HookwireProcess]:
    pid = hookwire.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_DATA)
    resource.prlimit(pid, resource.RLIMIT_DATA, (ROOM, before[1]))
    yield hookwire


def test_the_server_limits_itself(hookwire: HookwireProcess) -> None:
    limit, _ = resource.prlimit(hookwire.process.pid, resource.RLIMIT_DATA)
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < limit <= max(machine * 0.8, 1 << 30)


def test_a_lower_limit_is_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    data = tmp_path_factory.mktemp("low") / "data"
    resource.setrlimit(resource.RLIMIT_DATA, (900 << 20, hard))
    try:
        server = HookwireProcess(data).start()
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    with server:
        assert resource.prlimit(server.process.pid, resource.RLIMIT_DATA)[0] == 900 << 20
        assert server.psql("SELECT 1") == "1"


@pytest.mark.parametrize("sql", GREEDY)
def test_the_statement_alone_is_refused(server: HookwireProcess, sql: str) -> None:
    with (
        psycopg.connect(server.sql_dsn, autocommit=True) as greedy,
        psycopg.connect(server.sql_dsn, autocommit=True) as other,
    ):
        other.execute("CREATE TEMP TABLE mine AS SELECT 7 AS a")
        other.execute("BEGIN")
        assert other.execute("SELECT a FROM mine").fetchall() == [(7,)]
        outcome = greedy.pgconn.exec_(sql.encode())
        if outcome.status == psycopg.pq.ExecStatus.COPY_OUT:
            while greedy.pgconn.get_copy_data(0)[0] > 0:
                pass
            results = greedy.pgconn.get_result()
            assert results is not None
            outcome = results
            greedy.pgconn.get_result()
        assert outcome.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"53200"
        assert greedy.execute("SELECT 1").fetchall() == [(1,)]
        assert other.execute("SELECT a FROM mine").fetchall() == [(7,)]


def test_webhooks_and_new_sessions_go_on_after_all_that(server: HookwireProcess) -> None:
    server.psql("CREATE SOURCE after FROM WEBHOOK BODY FORMAT TEXT")
    for number in range(20):
        assert server.post(webhook_path("after"), str(number)).status == 200
    opened = [psycopg.connect(server.sql_dsn) for _ in range(20)]
    for connection in opened:
        assert connection.execute("SELECT count(*) FROM after").fetchall() == [(20,)]
        connection.close()
    assert server.psql("SELECT to_regclass('greedy') IS NULL") == "t"
