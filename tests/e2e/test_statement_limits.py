"""How much one statement may have, beside PostgreSQL: parameters, columns, depth, length."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

MOST_PARAMETERS = 65_535


def _numbered(count: int) -> str:
    return ",".join(f"${n}" for n in range(1, count + 1))


def _outcome(connection: psycopg.Connection, sql: str, parameters: int = 0) -> tuple[str, str]:
    """SQLSTATE and message, or the first value."""
    values: list[bytes | None] = [b"1"] * parameters
    done = connection.pgconn.exec_params(sql.encode(), values)
    if done.status == psycopg.pq.ExecStatus.TUPLES_OK:
        return "00000", (done.get_value(0, 0) or b"").decode()
    fields = psycopg.pq.DiagnosticField
    told = [done.error_field(f) for f in (fields.SQLSTATE, fields.MESSAGE_PRIMARY)]
    return (told[0] or b"").decode(), (told[1] or b"").decode()


@pytest.fixture(scope="module")
def servers(
    hookwire: HookwireProcess, postgres: PostgresServer
) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    with (
        psycopg.connect(hookwire.sql_dsn, autocommit=True) as ours,
        psycopg.connect(postgres.dsn, autocommit=True) as theirs,
    ):
        yield ours, theirs


ALIKE = {
    "parameters": (f"SELECT 1 WHERE 1 IN ({_numbered(MOST_PARAMETERS)})", MOST_PARAMETERS),
    "columns": ("SELECT " + ",".join(["1"] * 1664), 0),
    "too many columns": ("SELECT " + ",".join(["1"] * 1665), 0),
    "far too many columns": ("SELECT " + ",".join(["1"] * 40_000), 0),
    "a long list": (f"SELECT 1 WHERE 9999 IN ({','.join(map(str, range(10_000)))})", 0),
    "a deep sum": ("SELECT " + "+".join(["1"] * 50_000), 0),
    "a long literal": (f"SELECT length('{'x' * 4_000_000}')", 0),
    "a name that is too long": (f"SELECT 1 AS {'x' * 70}", 0),
}


@pytest.mark.parametrize("what", ALIKE)
def test_as_postgresql(servers: tuple[psycopg.Connection, psycopg.Connection], what: str) -> None:
    ours, theirs = servers
    sql, parameters = ALIKE[what]
    assert _outcome(ours, sql, parameters) == _outcome(theirs, sql, parameters)
    assert _outcome(ours, "SELECT 7") == ("00000", "7")


TOO_DEEP = {
    "brackets": "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "queries": "SELECT * FROM (" * 3000 + "SELECT 1 a" + ") t" * 3000,
    "negations": "SELECT " + "NOT " * 50_000 + "true",
}


@pytest.mark.parametrize("what", TOO_DEEP)
def test_what_is_nested_too_deep(
    servers: tuple[psycopg.Connection, psycopg.Connection], what: str
) -> None:
    """PostgreSQL's parser runs out of its memory there (42601) before its stack ends (54001)."""
    ours, _ = servers
    assert _outcome(ours, TOO_DEEP[what]) == ("54001", "stack depth limit exceeded")
    assert _outcome(ours, "SELECT 7") == ("00000", "7")


def test_a_statement_may_have_16_million_characters(
    servers: tuple[psycopg.Connection, psycopg.Connection],
) -> None:
    ours, _ = servers
    sqlstate, message = _outcome(ours, f"SELECT length('{'x' * (1 << 24)}')")
    assert (sqlstate, message) == ("54000", "a statement may have 16777216 characters")
