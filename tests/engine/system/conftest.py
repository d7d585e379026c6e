"""A DuckDB with the macros and the same plain tables as a PostgreSQL beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import psycopg
import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.objects import Schema
from hookwire_catalog.snapshot import PUBLIC
from hookwire_engine.functions.faults import read_fault
from hookwire_engine.system import functions, registry
from hookwire_engine.system.plain import read_plain
from hookwire_engine.system.values import View
from support.postgres import PostgresServer

# What both understand; the few that must be told apart follow.
SHARED = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE SEQUENCE ticket_seq START 100;
CREATE TABLE customers (
  id integer PRIMARY KEY,
  name text NOT NULL,
  email text UNIQUE,
  created_at timestamptz DEFAULT now(),
  balance numeric(12,2) DEFAULT 0 CHECK (balance >= 0),
  is_active boolean DEFAULT true,
  tags text[],
  state text DEFAULT 'new'
);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers(id),
  amount numeric(10,2) NOT NULL,
  order_date date,
  number bigint DEFAULT nextval('ticket_seq')
);
CREATE INDEX orders_customer_idx ON orders (customer_id);
CREATE UNIQUE INDEX "Odd idx" ON orders (order_date, customer_id);
CREATE TABLE all_types (
  c_bool boolean, c_int2 smallint, c_int4 integer, c_int8 bigint, c_float4 real,
  c_float8 double precision, c_numeric numeric(18,4), c_text text, c_bytea bytea, c_date date,
  c_time time, c_timestamp timestamp, c_timestamptz timestamptz, c_interval interval, c_uuid uuid,
  c_int4arr integer[], c_mood mood, c_moods mood[], "Odd ""name" text
);
CREATE TABLE pair (a integer, b integer, PRIMARY KEY (b, a), UNIQUE (a));
CREATE SCHEMA analytics;
CREATE TABLE analytics.page_views (ts timestamptz NOT NULL, pair_a integer, pair_b integer);
COMMENT ON TABLE customers IS 'people who buy';
COMMENT ON COLUMN customers.email IS 'contact address';
"""


@pytest.fixture(scope="session")
def oracle(postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    """A PostgreSQL database with the plain tables."""
    with psycopg.connect(postgres.new_database("system_relations"), autocommit=True) as connection:
        connection.execute(SHARED)
        yield connection


@pytest.fixture(scope="session")
def root() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the macros, and the plain tables in its schema `public`."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("ATTACH ':memory:' AS hookwire")
        functions.install(connection)
        connection.execute("CREATE SCHEMA hookwire.public; SET search_path = 'hookwire.public'")
        for statement in SHARED.split(";\n"):
            connection.execute(statement.replace("SCHEMA analytics", "SCHEMA hookwire.analytics"))
        yield connection


@pytest.fixture
def cursor(root: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with root.cursor() as connection:
        yield connection


@pytest.fixture(scope="session")
def view(root: duckdb.DuckDBPyConnection) -> View:
    """What a session sees."""
    schemas = (PUBLIC, Schema(2, "hookwire", "analytics"))
    catalog = Catalog.of(schemas, next_id=3)
    return View(catalog, read_plain(root))


Run = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def run(root: duckdb.DuckDBPyConnection, view: View) -> Iterator[Run]:
    """Runs SQL of DuckDB's with every system relation registered; faults come as SqlErrors."""
    with root.cursor() as connection:
        tables = registry.tables(registry.RELATIONS, view, registry.Cache())
        for name, table in tables.items():
            connection.register(name, table)

        def execute(sql: str, *parameters: object) -> list[tuple[object, ...]]:
            try:
                return connection.execute(sql, list(parameters)).fetchall()
            except duckdb.Error as error:
                raise read_fault(str(error)) or error from None

        yield execute
