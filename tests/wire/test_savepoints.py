"""Savepoints as drivers use them, with the same answers on PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from support.both import Connect

Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(connect: Connect) -> Connection:
    made = connect()
    made.execute(
        "DROP SCHEMA IF EXISTS saved CASCADE; CREATE SCHEMA saved; SET search_path = saved"
    )
    made.execute("CREATE TABLE t (id serial PRIMARY KEY, a int UNIQUE, b text DEFAULT 'b')")
    return made


def rows(connection: Connection, sql: str) -> list[Any]:
    return connection.execute(sql).fetchall()


ERRORS = {
    "SELEC": "42601",
    "SELECT nosuch": "42703",
    "SELECT * FROM nosuch": "42P01",
    "SELECT 1 / 0": "22012",
    "SELECT 'x'::text::int": "22P02",
    "SELECT (SELECT a FROM t)": "21000",
    "INSERT INTO t (a) VALUES (1)": "23505",
    "INSERT INTO t (a) SELECT a FROM t": "23505",
    "INSERT INTO t (id) VALUES (NULL)": "23502",
    "INSERT INTO nosuch VALUES (1)": "42P01",
    "CREATE TABLE t (a int)": "42P07",
    "DROP TABLE nosuch": "42P01",
    "RELEASE nosuch": "3B001",
    "SET nosuch = 1": "42704",
}


@pytest.mark.parametrize("written", [False, True], ids=["after reads", "after writes"])
@pytest.mark.parametrize("sql", ERRORS)
def test_an_error_is_undone_by_going_back(connection: Connection, sql: str, written: bool) -> None:
    connection.execute("INSERT INTO t (a) VALUES (1), (2)")
    connection.execute("BEGIN")
    if written:
        found = rows(connection, "INSERT INTO t (a, b) VALUES (7, 'seven') RETURNING id, b AS id")
        assert found == [(3, "seven")]
        connection.execute("UPDATE t SET b = b || '!' WHERE a <> 2")
        connection.execute("DELETE FROM t WHERE a = 2")
    before = rows(connection, "SELECT * FROM t ORDER BY id")
    connection.execute("SAVEPOINT s")
    for _ in range(2):
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(sql.encode())
        assert caught.value.sqlstate == ERRORS[sql]
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.execute("ROLLBACK TO s")
        assert rows(connection, "SELECT * FROM t ORDER BY id") == before
    connection.execute("INSERT INTO t (a) VALUES (9)")
    connection.execute("COMMIT")
    assert rows(connection, "SELECT a FROM t ORDER BY id") == [(r[1],) for r in before] + [(9,)]


def test_writes_are_undone_and_ids_that_were_told_stay(connection: Connection) -> None:
    connection.execute("BEGIN")
    ids = [i for (i,) in rows(connection, "INSERT INTO t (a) VALUES (1), (2), (3) RETURNING id")]
    connection.execute("SAVEPOINT s")
    assert rows(connection, "INSERT INTO t (a) VALUES (4) RETURNING id") == [(4,)]
    connection.execute("UPDATE t SET a = a + 100")
    connection.execute("DELETE FROM t WHERE a = 101")
    connection.execute("ROLLBACK TO SAVEPOINT s")
    assert rows(connection, "SELECT id, a FROM t ORDER BY a") == [*zip(ids, (1, 2, 3), strict=True)]
    # A number of a sequence is not given twice.
    assert rows(connection, "INSERT INTO t (a) VALUES (5) RETURNING id") == [(5,)]
    connection.execute("ROLLBACK")
    assert rows(connection, "SELECT count(*) FROM t") == [(0,)]


def test_objects_made_before_stay_and_those_made_after_go(connection: Connection) -> None:
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE made (id serial, x text)")
    connection.execute("INSERT INTO made (x) VALUES ('a'), ('b')")
    connection.execute("COMMENT ON TABLE made IS 'commented'")
    connection.execute("CREATE VIEW seen AS SELECT x FROM made")
    connection.execute("SAVEPOINT s")
    connection.execute("DROP VIEW seen")
    connection.execute("ALTER TABLE made ADD COLUMN y int")
    connection.execute("CREATE TABLE later (a int)")
    connection.execute("ROLLBACK TO s")
    assert rows(connection, "INSERT INTO made (x) VALUES ('c') RETURNING *") == [(3, "c")]
    assert rows(connection, "SELECT * FROM seen ORDER BY x") == [("a",), ("b",), ("c",)]
    assert rows(connection, "SELECT obj_description('made'::regclass)") == [("commented",)]
    assert rows(connection, "SELECT to_regclass('later')") == [(None,)]
    connection.execute("COMMIT")
    assert rows(connection, "SELECT * FROM seen ORDER BY x") == [("a",), ("b",), ("c",)]


def test_nested_savepoints(connection: Connection) -> None:
    connection.execute("BEGIN; INSERT INTO t (a) VALUES (1); SAVEPOINT outside")
    connection.execute("INSERT INTO t (a) VALUES (2); SAVEPOINT inside")
    connection.execute("INSERT INTO t (a) VALUES (3)")
    connection.execute("ROLLBACK TO inside")
    assert rows(connection, "SELECT a FROM t ORDER BY a") == [(1,), (2,)]
    connection.execute("RELEASE inside")
    connection.execute("ROLLBACK TO outside")
    assert rows(connection, "SELECT a FROM t ORDER BY a") == [(1,)]
    with pytest.raises(psycopg.errors.InvalidSavepointSpecification):
        connection.execute("ROLLBACK TO inside")
    connection.execute("ROLLBACK TO outside; COMMIT")
    assert rows(connection, "SELECT a FROM t ORDER BY a") == [(1,)]


def test_settings_go_back_and_the_client_is_told(connection: Connection) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "BEGIN; SET TimeZone = 'Europe/Rome'; SAVEPOINT s; SET TimeZone = 'Asia/Tokyo'"
    )
    assert connection.info.parameter_status("TimeZone") == "Asia/Tokyo"
    connection.execute("ROLLBACK TO s")
    assert connection.info.parameter_status("TimeZone") == "Europe/Rome"
    assert rows(connection, "SHOW TimeZone") == [("Europe/Rome",)]
    connection.execute("COMMIT")
    assert rows(connection, "SHOW TimeZone") == [("Europe/Rome",)]


def test_cursors_made_before_go_on_and_those_made_after_go(connection: Connection) -> None:
    connection.execute(
        "BEGIN; DECLARE early CURSOR FOR SELECT n FROM generate_series(1, 9000) g(n)"
    )
    assert rows(connection, "FETCH 2 FROM early") == [(1,), (2,)]
    connection.execute("SAVEPOINT s; DECLARE late CURSOR FOR SELECT 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1 / 0")
    connection.execute("ROLLBACK TO s")
    assert rows(connection, "FETCH 2 FROM early") == [(3,), (4,)]
    assert len(rows(connection, "FETCH ALL FROM early")) == 8996
    with pytest.raises(psycopg.errors.InvalidCursorName):
        connection.execute("FETCH late")
    connection.execute("ROLLBACK")


def test_locks_and_notifications_go_back(connect: Connect, connection: Connection) -> None:
    connection.execute("BEGIN; LISTEN heard; NOTIFY heard, 'kept'; SELECT pg_advisory_xact_lock(1)")
    connection.execute("SAVEPOINT s; NOTIFY heard, 'gone'; SELECT pg_advisory_xact_lock(2)")
    connection.execute("ROLLBACK TO s")
    other = connect()
    free = "SELECT pg_try_advisory_lock(1), pg_try_advisory_lock(2)"
    assert rows(other, free) == [(False, True)]
    connection.execute("COMMIT")
    heard = [n.payload for n in connection.notifies(timeout=5, stop_after=1)]
    assert heard == ["kept"]


def test_transaction_blocks_of_psycopg_nest(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("INSERT INTO t (a) VALUES (1)")
        for number in (1, 2, 1, 3):
            try:
                with connection.transaction():
                    connection.execute("INSERT INTO t (a) VALUES (%s)", (number,))
            except psycopg.errors.UniqueViolation:
                pass
    assert rows(connection, "SELECT a FROM t ORDER BY a") == [(1,), (2,), (3,)]
