"""Functions that do something for their session: the same here as on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from support.both import Connect


def one(connection: psycopg.Connection[Any], sql: str, *parameters: Any) -> Any:
    row = connection.execute(sql, parameters or None).fetchone()
    assert row is not None
    return row[0]


def background(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """`act` on a thread; its result or its exception is put into the list."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(act())
        except psycopg.Error as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result


def until_waiting(connection: psycopg.Connection[Any], pid: int) -> None:
    """Until the session `pid` runs a statement about a lock."""
    while not one(
        connection,
        "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        " AND query LIKE '%%advisory%%'",
        pid,
    ):
        pass


# Settings.


def test_set_config_takes_parameters(connect: Connect) -> None:
    connection = connect()
    sql = "SELECT set_config(%s, %s, %s)"
    assert one(connection, sql, "application_name", "told", False) == "told"
    assert one(connection, "SHOW application_name") == "told"
    with connection.transaction():
        assert one(connection, sql, "application_name", "local", True) == "local"
        assert one(connection, "SHOW application_name") == "local"
    assert one(connection, "SHOW application_name") == "told"
    assert one(connection, "SELECT set_config('my.own', NULL, NULL)") == ""


@pytest.mark.parametrize(
    ("name", "value", "sqlstate"),
    [("no_such", "1", "42704"), ("statement_timeout", "x", "22023"), (None, "x", "22004")],
)
def test_set_config_refuses(connect: Connect, name: str, value: str, sqlstate: str) -> None:
    with pytest.raises(psycopg.Error) as caught:
        connect().execute("SELECT set_config(%s, %s, false)", (name, value))
    assert caught.value.sqlstate == sqlstate


def test_set_config_of_every_row(connect: Connect) -> None:
    connection = connect()
    sql = "SELECT set_config('my.' || n, n || '!', false) FROM (VALUES ('a'), ('b')) v (n)"
    assert connection.execute(sql).fetchall() == [("a!",), ("b!",)]
    assert one(connection, "SHOW my.b") == "b!"


# Advisory locks.


def test_a_lock_keeps_others_out_until_given_back_as_often_as_taken(connect: Connect) -> None:
    mine, other = connect(), connect()
    assert one(mine, "SELECT pg_advisory_lock(1)") == ""
    assert one(mine, "SELECT pg_try_advisory_lock(1)") is True
    assert one(other, "SELECT pg_try_advisory_lock(%s)", 1) is False
    assert one(other, "SELECT pg_try_advisory_lock_shared(1)") is False
    assert one(other, "SELECT pg_try_advisory_lock(2)") is True
    assert one(other, "SELECT pg_try_advisory_lock(0, 1)") is True
    assert one(mine, "SELECT pg_advisory_unlock(1)") is True
    assert one(other, "SELECT pg_try_advisory_lock(1)") is False
    assert one(mine, "SELECT pg_advisory_unlock(%s::bigint)", 1) is True
    assert one(other, "SELECT pg_try_advisory_lock(1)") is True


def test_giving_back_what_one_has_not_warns(connect: Connect) -> None:
    connection = connect()
    warnings: list[str | None] = []
    connection.add_notice_handler(lambda diagnostic: warnings.append(diagnostic.message_primary))
    assert one(connection, "SELECT pg_advisory_unlock(5)") is False
    assert one(connection, "SELECT pg_advisory_unlock_shared(5, 6)") is False
    assert warnings == [
        "you don't own a lock of type ExclusiveLock",
        "you don't own a lock of type ShareLock",
    ]


def test_shared_locks_let_each_other_in(connect: Connect) -> None:
    mine, other = connect(), connect()
    assert one(mine, "SELECT pg_advisory_lock_shared(1, 2)") == ""
    assert one(other, "SELECT pg_try_advisory_lock_shared(1, 2)") is True
    assert one(other, "SELECT pg_try_advisory_lock(1, 2)") is False
    assert one(mine, "SELECT pg_advisory_unlock_all()") == ""
    assert one(other, "SELECT pg_try_advisory_lock(1, 2)") is True


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_a_lock_of_the_transaction_goes_with_it(connect: Connect, end: str) -> None:
    mine, other = connect(), connect()
    mine.execute("BEGIN")
    assert one(mine, "SELECT pg_advisory_xact_lock(3)") == ""
    assert one(mine, "SELECT pg_try_advisory_xact_lock_shared(4)") is True
    assert one(mine, "SELECT pg_advisory_unlock(3)") is False
    assert one(other, "SELECT pg_try_advisory_xact_lock(3)") is False
    mine.execute(end)
    assert one(other, "SELECT pg_try_advisory_xact_lock(3)") is True
    assert one(mine, "SELECT pg_try_advisory_lock(3)") is True


def test_a_failed_transaction_holds_no_lock(connect: Connect) -> None:
    mine, other = connect(), connect()
    mine.execute("BEGIN")
    mine.execute("SELECT pg_advisory_xact_lock(3)")
    with pytest.raises(psycopg.errors.DivisionByZero):
        mine.execute("SELECT 1 / 0")
    assert one(other, "SELECT pg_try_advisory_lock(3)") is True


def test_a_session_that_ends_holds_no_lock(connect: Connect) -> None:
    mine, other = connect(), connect()
    mine.execute("SELECT pg_advisory_lock(9)")
    mine.close()
    assert one(other, "SELECT pg_advisory_lock(9)") == ""


def test_who_waits_gets_the_lock_when_it_is_given_back(connect: Connect) -> None:
    mine, other = connect(), connect()
    pid = one(other, "SELECT pg_backend_pid()")
    mine.execute("SELECT pg_advisory_lock(7)")
    thread, result = background(lambda: one(other, "SELECT pg_advisory_lock(%s)", 7))
    until_waiting(mine, pid)
    assert not result
    mine.execute("SELECT pg_advisory_unlock(7)")
    thread.join()
    assert result == [""]


def test_many_may_wait(connect: Connect) -> None:
    """More than there are threads for statements."""
    holder = connect()
    holder.execute("SELECT pg_advisory_lock(7)")
    others = [connect() for _ in range(24)]
    waiting = [
        background(lambda c=c: one(c, "SELECT pg_advisory_xact_lock(7)"))  # type: ignore[misc]
        for c in others
    ]
    for other in others:
        until_waiting(holder, other.info.backend_pid)
    assert one(holder, "SELECT pg_advisory_unlock(7)") is True
    for thread, result in waiting:
        thread.join()
        assert result == [""]


def test_two_that_wait_for_each_other_are_found(connect: Connect) -> None:
    """PostgreSQL refuses whoever notices first; that one gives way."""
    mine, other, third = connect(), connect(), connect()

    def lock(connection: psycopg.Connection[Any], key: int) -> str:
        try:
            return str(one(connection, "SELECT pg_advisory_lock(%s)", key))
        except psycopg.errors.DeadlockDetected:
            connection.execute("SELECT pg_advisory_unlock_all()")
            return "refused"

    lock(mine, 1)
    lock(other, 2)
    thread, result = background(lambda: lock(other, 1))
    until_waiting(third, other.info.backend_pid)
    answer = lock(mine, 2)
    thread.join()
    assert sorted([answer, *result]) == ["", "refused"]


@pytest.mark.parametrize("timeout", ["lock_timeout", "statement_timeout"])
def test_a_wait_has_a_limit(connect: Connect, timeout: str) -> None:
    mine, other = connect(), connect()
    mine.execute("SELECT pg_advisory_lock(1)")
    other.execute(f"SET {timeout} = 50")
    with pytest.raises(psycopg.Error) as caught:
        other.execute("SELECT pg_advisory_lock(1)")
    states = {"lock_timeout": "55P03", "statement_timeout": "57014"}
    assert caught.value.sqlstate == states[timeout]
    assert one(other, "SELECT pg_try_advisory_lock(1)") is False


# Other sessions.


def test_cancel_another_sessions_statement(connect: Connect) -> None:
    mine, other = connect(), connect()
    mine.execute("SELECT pg_advisory_lock(1)")
    thread, result = background(lambda: one(other, "SELECT pg_advisory_lock(1)"))
    until_waiting(mine, other.info.backend_pid)
    assert one(mine, "SELECT pg_cancel_backend(%s)", other.info.backend_pid) is True
    thread.join()
    assert isinstance(result[0], psycopg.errors.QueryCanceled)
    assert one(other, "SELECT 1") == 1


@pytest.mark.parametrize("busy", [False, True])
def test_terminate_another_session(connect: Connect, busy: bool) -> None:
    mine, other = connect(), connect()
    mine.execute("SELECT pg_advisory_lock(1)")
    pid = other.info.backend_pid
    if busy:
        thread, result = background(lambda: one(other, "SELECT pg_advisory_lock(1)"))
        until_waiting(mine, pid)
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s"
    assert one(mine, sql, pid) is True
    if busy:
        thread.join()
        assert isinstance(result[0], psycopg.errors.AdminShutdown)
    else:
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT 1").fetchall()
    while one(mine, "SELECT count(*) FROM pg_stat_activity WHERE pid = %s", pid):
        pass


@pytest.mark.parametrize("function", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_session_that_is_not_there(connect: Connect, function: str) -> None:
    connection = connect()
    warnings: list[str | None] = []
    connection.add_notice_handler(lambda diagnostic: warnings.append(diagnostic.message_primary))
    assert one(connection, f"SELECT {function}(2147483647)") is False
    assert one(connection, f"SELECT {function}(NULL)") is None
    assert warnings == ["PID 2147483647 is not a PostgreSQL backend process"]


def test_pg_notify_tells_who_listens_when_it_is_committed(connect: Connect) -> None:
    mine, other = connect(), connect()
    other.execute("LISTEN news")
    mine.execute("BEGIN")
    assert one(mine, "SELECT pg_notify('news', %s)", "first") == ""
    mine.execute("ROLLBACK")
    mine.execute("BEGIN")
    mine.execute("SELECT pg_notify('news', x) FROM (VALUES ('a'), ('b'), ('a')) v (x)")
    mine.execute("SELECT pg_notify('other', 'b')")
    mine.execute("COMMIT")
    mine.execute("SELECT pg_notify('news', NULL)")
    found = [(n.channel, n.payload, n.pid) for n in other.notifies(timeout=60, stop_after=3)]
    pid = mine.info.backend_pid
    assert found == [("news", "a", pid), ("news", "b", pid), ("news", "", pid)]


@pytest.mark.parametrize(
    ("channel", "payload"), [("", "x"), (None, "x"), ("x" * 64, "x"), ("x", "y" * 8000)]
)
def test_pg_notify_refuses(connect: Connect, channel: str | None, payload: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        connect().execute("SELECT pg_notify(%s, %s)", (channel, payload))
