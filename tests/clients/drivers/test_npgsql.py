"""Npgsql, which has no runtime here: a session of its, recorded on the wire, sent again.

Each answer has the columns, the types and the fate that it has on PostgreSQL 15.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import pq
from psycopg.pq.abc import PGconn

from support.client_features import client_feature
from support.client_programs import Shop

SESSION = Path(__file__).parents[2] / "data" / "clients" / "npgsql_session.jsonl"
FIRST_OWN_OID = 16384

Answer = tuple[str, list[tuple[str, int]]]


def _statements() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SESSION.read_text().splitlines()]


def _answers(connection: PGconn, statement: dict[str, Any]) -> list[Answer]:
    """The state of each result of a statement, and its columns with their types."""
    sql = statement["sql"].encode()
    if statement["kind"] == "simple":
        connection.send_query(sql)
    else:
        connection.send_query_params(sql, [])
    found = []
    while (result := connection.get_result()) is not None:
        state = pq.ExecStatus(result.status).name
        error = result.error_field(pq.DiagnosticField.SQLSTATE)
        names = [(result.fname(i), result.ftype(i)) for i in range(result.nfields)]
        columns = [((name or b"").decode(), min(oid, FIRST_OWN_OID)) for name, oid in names]
        found.append((f"{state} {(error or b'').decode()}", columns))
    return found


@client_feature("Npgsql", "start-up, pool reset, schema collections, transactions")
def test_session(shop: Shop) -> None:
    sides = []
    for host, port in shop.sides.values():
        dsn = f"postgresql://hookwire@{host}:{port}/hookwire"
        with psycopg.connect(dsn, autocommit=True) as connection:
            sides.append([_answers(connection.pgconn, s) for s in _statements()])
    expected, got = sides
    assert len(expected) == 25
    for statement, one, other in zip(_statements(), expected, got, strict=True):
        assert other == one, statement["sql"]


@client_feature("Npgsql", "types of columns and tables at connect")
@pytest.mark.parametrize("name", ["int4", "_text", "jsonb", "hstore", "timestamptz"])
def test_types_at_connect(shop: Shop, name: str) -> None:
    """What Npgsql's mapping of types is built from, for types that our columns have."""
    query = _statements()[0]["sql"].split(";", 2)[1]
    rows = []
    for host, port in shop.sides.values():
        with psycopg.connect(f"postgresql://hookwire@{host}:{port}/hookwire") as connection:
            found = connection.execute(query.encode()).fetchall()
            rows.append([(row[0], *row[2:5]) for row in found if row[2] == name])
    assert rows[1] == rows[0] != []
