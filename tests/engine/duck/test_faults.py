"""Errors of the server and of our own code inside of DuckDB, and what none of them gives away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_engine.duck import position_of, to_sql_error
from hookwire_engine.functions.faults import Fault, error_sql

CONFLICT = ("40001", "could not serialize access due to concurrent update")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(tmp_path / "a.duckdb", config={"errors_as_json": True}) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)")
        connection.execute("INSERT INTO t VALUES (1, 1), (2, 2)")
        yield connection


def told(connection: duckdb.DuckDBPyConnection, sql: str) -> SqlError:
    with pytest.raises(duckdb.Error) as caught:
        connection.execute(sql).fetchall()
    return to_sql_error(caught.value, sql=sql)


def said(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, str]:
    error = told(connection, sql)
    return error.sqlstate, error.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("UPDATE t SET b = 5 WHERE a = 1", "UPDATE t SET b = 6 WHERE a = 1"),
        ("DELETE FROM t WHERE a = 1", "DELETE FROM t WHERE a = 1"),
        ("ALTER TABLE t ADD COLUMN c INTEGER", "ALTER TABLE t ADD COLUMN d INTEGER"),
        ("CREATE TABLE u (a INTEGER)", "CREATE TABLE u (a INTEGER)"),
    ],
)
def test_writers_in_each_others_way(
    root: duckdb.DuckDBPyConnection, first: str, second: str
) -> None:
    one, other = root.cursor(), root.cursor()
    for cursor in (one, other):
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM t").fetchall()
    one.execute(first)
    assert said(other, second) == CONFLICT


def test_conflicts_that_show_at_commit(root: duckdb.DuckDBPyConnection) -> None:
    one, other = root.cursor(), root.cursor()
    for cursor, row in ((one, "(3, 3)"), (other, "(3, 4)")):
        cursor.execute("BEGIN")
        cursor.execute(f"INSERT INTO t VALUES {row}")
    one.execute("COMMIT")
    assert said(other, "COMMIT") == ("23505", "duplicate key value violates unique constraint")

    one.execute("BEGIN")
    one.execute("INSERT INTO t VALUES (9, 9)")
    other.execute("DROP TABLE t")
    assert said(one, "COMMIT") == CONFLICT


def test_transaction_states(root: duckdb.DuckDBPyConnection) -> None:
    assert said(root, "COMMIT") == ("25P01", "there is no transaction in progress")
    root.execute("BEGIN")
    assert said(root, "BEGIN") == ("25001", "there is already a transaction in progress")
    said(root, "UPDATE t SET a = NULL")
    assert said(root, "SELECT 1") == (
        "25P02",
        "current transaction is aborted, commands ignored until end of transaction block",
    )
    root.execute("ROLLBACK")
    root.execute("BEGIN READ ONLY")
    assert told(root, "CREATE TABLE z (a INTEGER)").sqlstate == "25006"


def test_cancel(root: duckdb.DuckDBPyConnection) -> None:
    timer = threading.Timer(0.2, root.interrupt)
    timer.start()
    query = "SELECT count(*) FROM range(100000000000) a, range(100000) b"
    assert said(root, query) == ("57014", "canceling statement due to user request")
    timer.join()


def test_memory() -> None:
    with duckdb.connect(config={"memory_limit": "50MB", "temp_directory": ""}) as connection:
        error = told(connection, "SELECT list(range) FROM range(10000000)")
    assert (error.sqlstate, error.message) == ("53200", "out of memory")
    assert "temp" not in f"{error.detail}{error.hint}"


def test_our_functions_say_what_is_wrong(root: duckdb.DuckDBPyConnection) -> None:
    def refuse(value: int) -> int:
        raise Fault("22023", f"no \"{value}\", it's é", "Try another.")

    def leak(value: int) -> int:
        raise ValueError("secret-51c9")

    root.create_function("refuse", refuse, ["INTEGER"], "INTEGER")
    root.create_function("leak", leak, ["INTEGER"], "INTEGER")
    error = told(root, "SELECT refuse(7)")
    assert (error.sqlstate, error.message) == ("22023", 'no "7", it\'s é')
    assert error.hint == "Try another."
    assert said(root, "SELECT leak(7)") == ("XX000", "a function failed")
    raised = error_sql("22P02", "'not ' || 'this'")
    assert said(root, f"SELECT {raised}") == ("22P02", "not this")
    assert said(root, "SELECT error('boom')") == ("22023", "boom")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{folder}/none.csv')",
        "SELECT * FROM '{folder}/none.parquet'",
        "ATTACH '{folder}/none/x.duckdb'",
        "COPY t TO '{folder}/none/x.csv'",
        "INSTALL '{folder}/none'",
        "LOAD '{folder}/none'",
        "IMPORT DATABASE '{folder}/none'",
        "SELECT * FROM hookwire_internal.s5",
        "SELECT * FROM memory.hw.nothing",
        "SELECT memory.hw.nothing(1)",
        'SELECT * FROM temp.main."pg_catalog.pg_class"',
        "SELECT hw_nothing(1)",
        "PRAGMA nothing",
        "SET nothing = 1",
        "SELECT current_setting('nothing')",
    ],
)
@pytest.mark.parametrize("as_json", ["true", "false"])
def test_nothing_of_ours_is_told(
    root: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str, as_json: str
) -> None:
    root.execute(f"SET errors_as_json = {as_json}")
    error = told(root, sql.format(folder=tmp_path))
    words = f"{error.message} {error.detail} {error.hint}"
    ours = (str(tmp_path), "hookwire_internal", "memory", "hw.", "temp.main", "LINE", "uckdb", "{")
    assert not any(word in words for word in ours), words


def test_texts_without_json_say_the_same(root: duckdb.DuckDBPyConnection) -> None:
    statements = [
        "SELECT * FROM nope", "SELECT nope FROM t", "SELECT nope(1)", "SELECT 'x'::INTEGER",
        "SELECT a, count(*) FROM t", "INSERT INTO t VALUES (1, 1)",
        "SELECT 'x' + DATE '2020-01-01'", "SELECT sum(sum(a)) FROM t", "SELECT * FRM t t",
        "SELECT 2147483647::INTEGER + 1::INTEGER",
    ]  # fmt: skip
    with_json = [said(root, sql) for sql in statements]
    root.execute("SET errors_as_json = false")
    without = [said(root, sql) for sql in statements]
    assert [state for state, _ in without] == [state for state, _ in with_json]
    assert without[0] == ("42P01", 'relation "nope" does not exist')
    assert without[3] == ("22P02", 'invalid input syntax for type integer: "x"')


def test_places_are_characters_of_the_statement(root: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT 'é€😀', nope FROM t"
    with pytest.raises(duckdb.Error) as caught:
        root.execute(sql)
    assert position_of(caught.value, sql) == sql.index("nope")
    # The dialect wrote the statement `select nope` from its 8th character on.
    error = to_sql_error(caught.value, sql=sql, positions=((0, 0), (14, 7)))
    assert error.position == 8 + sql.index("nope") - 14
    assert to_sql_error(caught.value, sql=sql).position is None
    assert to_sql_error(caught.value).position is None
