"""What runs and fails tells its cause, and leaves the session and the server usable."""

from __future__ import annotations

import psycopg
import pytest

from support.hookwire_process import HookwireProcess

FAILING = [
    ("SELECT regexp_matches(repeat('a', 9), '(a*)*(a*)*b')", "0A000"),
    ("SELECT 1e100000::numeric", "0A000"),
    ("SELECT ('{' || repeat('{', 300000))::int[]", "0A000"),
    ("SELECT jsonb_path_query('[1]', ('$' || repeat('[*]', 100000))::jsonpath)", "54001"),
    ("SELECT (repeat('{\"a\":', 1000000) || '1' || repeat('}', 1000000))::jsonb", "54001"),
    ("SELECT pg_sleep(100)", "57014"),
    ("SELECT count(*) FROM generate_series(1, 1000000000000000000)", "57014"),
    (
        "WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a + 1 FROM r) SELECT count(*) FROM r",
        "57014",
    ),
    ("SELECT levenshtein(repeat('a', 100000), repeat('b', 100000))", "57014"),
    ("CREATE TYPE memory.main.t AS ENUM ('a')", "0A000"),
    ("CREATE SEQUENCE memory.main.s", "0A000"),
    ("DROP SEQUENCE memory.main.s", "0A000"),
]


@pytest.mark.parametrize(("sql", "state"), FAILING)
def test_the_cause_is_told(hookwire: HookwireProcess, sql: str, state: str) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '1s'")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(sql.encode())
        assert refused.value.sqlstate == state
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_without_the_schema_public(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        try:
            assert connection.execute("SELECT upper('a')").fetchall() == [("A",)]
            with pytest.raises(psycopg.errors.InvalidSchemaName):
                connection.execute("CREATE TABLE t (a int)")
        finally:
            connection.execute("CREATE SCHEMA public")
        assert hookwire.psql("SELECT count(*) FROM pg_class WHERE relname = 't'") == "0"
