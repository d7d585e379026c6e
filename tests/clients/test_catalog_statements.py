"""What clients ask of the catalogs, on PostgreSQL 15 and here, over the same few objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import TupleRow

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

FIXTURE = """
CREATE SCHEMA looked_at;
CREATE TABLE looked_at.pairs (a int, b int, c text, PRIMARY KEY (a, b), UNIQUE (c));
CREATE TABLE looked_at.names (id int, name text);
INSERT INTO looked_at.names VALUES (1, 'one'), (2, 'two');
CREATE TYPE looked_at.mood AS ENUM ('ok', 'sad');
"""
KEYS = "FROM pg_index WHERE indrelid = 'looked_at.pairs'::regclass"
PROCEDURES = "FROM pg_proc WHERE proname = 'date_trunc'"
STATEMENTS = [
    f"SELECT indkey, indoption, pg_typeof(indkey)::text, indkey[0], indkey[1] {KEYS} ORDER BY 1",
    f"SELECT unnest(indkey) {KEYS} ORDER BY 1",
    f"SELECT indkey::text, string_to_array(indkey::text, ' ')::int[] {KEYS} ORDER BY 1",
    f"SELECT generate_subscripts(indkey, 1) {KEYS} ORDER BY 1",
    f"SELECT array_lower(indkey, 1), array_upper(indkey, 1), array_length(indkey, 1) {KEYS}"
    " ORDER BY 2",
    f"SELECT array_to_string(indkey, ','), 2 = ANY(indkey), array_position(indkey, 2::int2) {KEYS}"
    " ORDER BY 1",
    f"SELECT indkey {KEYS} UNION ALL SELECT '7'::int2vector ORDER BY 1",
    f"SELECT coalesce(indkey, '0'), max(indkey::text) {KEYS} GROUP BY 1 ORDER BY 1",
    f"SELECT (information_schema._pg_expandarray(indkey)).n {KEYS} ORDER BY 1",
    f"SELECT proargtypes::text, oidvectortypes(proargtypes) {PROCEDURES}"
    " AND proargtypes = '25 1114'::oidvector",
    "SELECT ARRAY['looked_at.names'::regclass, 'pg_class'::regclass], ARRAY[23, 25]::regtype[]",
    "SELECT ARRAY[23, 25]::regtype[]::text, '{}'::regtype[], NULL::regtype[]",
    "INSERT INTO looked_at.names VALUES (3, 'x') RETURNING 'looked_at.names'::regclass, id",
    "INSERT INTO looked_at.names AS n VALUES (3, 'x') RETURNING n.id + 1, upper(name)",
    "INSERT INTO looked_at.names VALUES (3, 'x')"
    " RETURNING (SELECT relname FROM pg_class WHERE oid = 'looked_at.names'::regclass)",
    "UPDATE looked_at.names SET name = 'y' WHERE id = 1 RETURNING 'pg_type'::regclass::text, name",
    "SELECT name, statement, parameter_types, from_sql FROM pg_prepared_statements",
    "SELECT name, is_holdable, is_binary, is_scrollable FROM pg_cursors WHERE name <> ''",
    "DELETE FROM looked_at.names WHERE id = 2 RETURNING 'pg_type'::regclass, name || '!'",
]


@pytest.fixture(scope="module")
def sides(
    postgres: PostgresServer, hookwire: HookwireProcess
) -> Iterator[list[psycopg.Connection[TupleRow]]]:
    dsns = (postgres.new_database("asked_by_clients"), hookwire.sql_dsn)
    connections = [psycopg.connect(dsn) for dsn in dsns]
    for connection in connections:
        connection.execute(FIXTURE)
        connection.commit()
    yield connections
    for connection in connections:
        connection.close()


def _answer(connection: psycopg.Connection[TupleRow], sql: str) -> Any:
    try:
        connection.execute("PREPARE prepared_here(int, text) AS SELECT $1 + 1, $2")
        connection.execute("DECLARE declared_here CURSOR FOR SELECT 1")
        cursor = connection.execute(sql.encode())
        described = [(c.name, c.type_code) for c in cursor.description or ()]
        return described, cursor.fetchall(), cursor.statusmessage
    finally:
        connection.rollback()
        connection.execute("DEALLOCATE ALL")


@pytest.mark.parametrize("sql", STATEMENTS)
def test_answers_are_those_of_postgres(
    sides: list[psycopg.Connection[TupleRow]], sql: str
) -> None:
    postgres, hookwire = sides
    assert _answer(hookwire, sql) == _answer(postgres, sql)
