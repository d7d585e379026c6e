"""SQLAlchemy 2 on psycopg, psycopg2 and asyncpg: reflection, beside PostgreSQL 15."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.alchemy import DRIVERS, run
from support.client_features import client_feature
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

sqlalchemy: Any = pytest.importorskip("sqlalchemy")
reflection: Any = pytest.importorskip("sqlalchemy.engine.reflection")

FIXTURE = """
CREATE SCHEMA seen;
COMMENT ON SCHEMA seen IS 'what is looked at';
CREATE TABLE seen.items (id int4 PRIMARY KEY, name text NOT NULL DEFAULT 'none',
  price numeric(10,2), added timestamptz DEFAULT now(), tags text[], small varchar(20),
  UNIQUE (name));
COMMENT ON TABLE seen.items IS 'things';
COMMENT ON COLUMN seen.items.name IS 'what it is called';
CREATE TABLE seen.orders (id int8 PRIMARY KEY, item int4 REFERENCES seen.items (id),
  qty int CHECK (qty > 0), a int, b int, UNIQUE (a, b));
CREATE INDEX orders_qty ON seen.orders (qty);
CREATE TYPE seen.mood AS ENUM ('ok', 'sad');
CREATE SEQUENCE seen.numbers;
CREATE VIEW seen.cheap AS SELECT id, name FROM seen.items WHERE price < 10;
"""
OF_TABLES = [
    *("get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes"),
    *("get_unique_constraints", "get_check_constraints", "get_table_comment"),
    *("get_table_options", "has_table"),
]
OF_SCHEMAS = [
    *("get_table_names", "get_view_names", "get_materialized_view_names", "get_sequence_names"),
    *("get_enums", "get_domains", "get_foreign_table_names"),
]
MULTI = [
    *("get_multi_columns", "get_multi_pk_constraint", "get_multi_foreign_keys"),
    *("get_multi_indexes", "get_multi_unique_constraints", "get_multi_check_constraints"),
    *("get_multi_table_comment", "get_multi_table_options"),
]


@pytest.fixture(scope="module")
def dsns(postgres: PostgresServer, hookwire: HookwireProcess) -> tuple[str, str]:
    dsn = postgres.new_database("reflected")
    run(dsn, "psycopg", lambda c: c.exec_driver_sql(FIXTURE))
    run(hookwire.sql_dsn, "psycopg", lambda c: c.exec_driver_sql(FIXTURE))
    return dsn, hookwire.sql_dsn


def _told(value: Any) -> Any:
    """An answer in a form that compares: types by their words, lists of names sorted."""
    if isinstance(value, dict):
        return {str(key): _told(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_told, value), key=str)
    return str(value) if isinstance(value, sqlalchemy.types.TypeEngine) else value


def _of_tables(connection: Any) -> dict[str, Any]:
    inspector = sqlalchemy.inspect(connection)
    return {
        f"{method} {table}": _told(getattr(inspector, method)(table, schema="seen"))
        for method in OF_TABLES
        for table in ("items", "orders", "cheap")
    }


def _of_schemas(connection: Any) -> dict[str, Any]:
    inspector = sqlalchemy.inspect(connection)
    found = {name: _told(getattr(inspector, name)(schema="seen")) for name in OF_SCHEMAS}
    found |= {
        name: getattr(inspector, name)("numbers", schema="seen") for name in ("has_sequence",)
    }
    found["has_index"] = inspector.has_index("orders", "orders_qty", schema="seen")
    found["default"] = inspector.default_schema_name
    return found | {"has_schema": inspector.has_schema("seen")}


def _multi(connection: Any) -> dict[str, Any]:
    inspector = sqlalchemy.inspect(connection)
    everything = {
        "kind": reflection.ObjectKind.ANY,
        "scope": reflection.ObjectScope.ANY,
        "schema": "seen",
    }
    return {name: _told(dict(getattr(inspector, name)(**everything))) for name in MULTI}


def _metadata(connection: Any) -> dict[str, Any]:
    metadata = sqlalchemy.MetaData()
    metadata.reflect(connection, schema="seen", views=True)
    return {
        name: [(c.name, str(c.type), c.nullable, c.primary_key, c.comment) for c in table.columns]
        for name, table in sorted(metadata.tables.items())
    }


@client_feature("SQLAlchemy 2", "reflection, on psycopg, psycopg2 and asyncpg")
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("look", [_of_tables, _of_schemas, _multi, _metadata])
def test_reflection_is_that_of_postgres(
    dsns: tuple[str, str], driver: str, look: Callable[[Any], Any]
) -> None:
    expected, found = (run(dsn, driver, look) for dsn in dsns)
    assert found == expected
    assert found


@client_feature("SQLAlchemy 2", "reflection, on psycopg, psycopg2 and asyncpg")
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_source_reflects_as_a_table(hookwire: HookwireProcess, driver: str) -> None:
    hookwire.psql(
        "CREATE SOURCE IF NOT EXISTS reflected FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS"
        " INCLUDE RECEIVED_AT; COMMENT ON SOURCE reflected IS 'from outside'"
    )

    def look(connection: Any) -> Any:
        inspector = sqlalchemy.inspect(connection)
        columns = [(c["name"], str(c["type"]), c["nullable"])
                   for c in inspector.get_columns("reflected")]  # fmt: skip
        return columns, inspector.get_table_comment("reflected")["text"]

    columns, comment = run(hookwire.sql_dsn, driver, look)
    assert columns == [
        ("body", "JSONB", False),
        ("headers", "HSTORE", False),
        ("received_at", "TIMESTAMP", False),
    ]
    assert comment == "from outside"


@client_feature("SQLAlchemy 2", "reflection, on psycopg, psycopg2 and asyncpg")
def test_a_views_definition(dsns: tuple[str, str]) -> None:
    def look(connection: Any) -> Any:
        return sqlalchemy.inspect(connection).get_view_definition("cheap", schema="seen")

    assert run(dsns[1], "psycopg", look) == " SELECT id, name FROM seen.items WHERE price < 10;"
