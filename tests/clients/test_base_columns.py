"""Which column of which table a result's column is, as RowDescription tells it."""

from __future__ import annotations

import psycopg
import pytest

from support.both import Connect, both_dsn, connect

__all__ = ["both_dsn", "connect"]

QUERIES = [
    ("SELECT b, a AS renamed, a + 0, b || '' FROM based.t", [("t", 2), ("t", 1), None, None]),
    ("SELECT * FROM based.t JOIN based.u ON t.a = u.a", [("t", 1), ("t", 2), ("u", 1)]),
    ("SELECT x.b FROM (SELECT b FROM based.t) AS x", [("t", 2)]),
    ("WITH w(c) AS (SELECT a FROM based.t) SELECT c, count(*) FROM w GROUP BY c", [("t", 1), None]),
    ("SELECT * FROM based.v", [("v", 1)]),
    ("SELECT a FROM based.t UNION SELECT a FROM based.u", [None]),
    ("SELECT b::varchar, max(a), (SELECT a FROM based.u) FROM based.t GROUP BY b", [None] * 3),
    ("SELECT a FROM based.t ORDER BY a LIMIT 1", [("t", 1)]),
    ("SELECT relname FROM pg_class", [("pg_class", 2)]),
    ("VALUES (1)", [None]),
    ("INSERT INTO based.t VALUES (1, 'x') RETURNING b, a", [("t", 2), ("t", 1)]),
]


@pytest.fixture
def connection(connect: Connect) -> psycopg.Connection[tuple[object, ...]]:
    made = connect()
    made.execute(
        "DROP SCHEMA IF EXISTS based CASCADE; CREATE SCHEMA based;"
        "CREATE TABLE based.t (a int, b text); CREATE TABLE based.u (a int);"
    )
    made.execute("CREATE VIEW based.v AS SELECT a FROM based.t")
    return made


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_origin(
    connection: psycopg.Connection[tuple[object, ...]],
    query: str,
    expected: list[tuple[str, int] | None],
) -> None:
    names = {0: "", **dict(connection.execute("SELECT oid, relname FROM pg_class").fetchall())}  # type: ignore[arg-type]
    result = connection.execute(query).pgresult
    assert result is not None
    found = [
        (names[result.ftable(i)], result.ftablecol(i)) if result.ftable(i) else None
        for i in range(result.nfields)
    ]
    assert found == expected
