"""The types of parameters that the client left open, next to what PostgreSQL makes of them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import INT4, TEXT
from support.dialect import Pair, Translated, lines

STATEMENTS = lines(Path(__file__).parent / "statements" / "parameters.sql")


def prepared(connection: psycopg.Connection, sql: str) -> list[int] | str:
    """The OIDs that PostgreSQL infers, or its SQLSTATE."""
    raw = connection.pgconn
    made = raw.prepare(b"", sql.encode())
    if made.status == psycopg.pq.ExecStatus.FATAL_ERROR:
        state = made.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
        return (state or b"").decode()
    described = raw.describe_prepared(b"")
    return [described.param_type(i) for i in range(described.nparams)]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_types_are_inferred_as_postgres_does(pair: Pair, sql: str) -> None:
    expected = prepared(pair.postgres.connection, sql)
    try:
        found: list[int] | str = [t.oid for t in pair.translated.translate(sql).parameters]
    except SqlError as error:
        found = error.sqlstate
    assert found == expected


def test_a_type_that_the_client_gives_is_kept(translated: Translated) -> None:
    made = translated.translate("select $1", (INT4.oid,))
    assert made.parameters == (INT4,)
    assert made.columns is not None
    assert made.columns[0].type is INT4


def test_oid_0_and_unknown_are_inferred(translated: Translated) -> None:
    assert translated.translate("select $1 || 'x'", (0,)).parameters == (TEXT,)
    assert translated.translate("select $1 || 'x'", (705,)).parameters == (TEXT,)


def test_each_place_is_cast_to_its_type(translated: Translated) -> None:
    sql = translated.translate("select id from ev where id = $1 or s = $2").sql
    assert "CAST($1 AS INTEGER)" in sql
    assert "CAST($2 AS VARCHAR)" in sql
