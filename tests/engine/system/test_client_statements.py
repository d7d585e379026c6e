"""Catalog statements that real clients sent, on PostgreSQL 15 and here, over the same fixture.

OIDs of users' objects differ and are compared by what they stand for; so are owners.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from asyncpg.introspection import INTRO_LOOKUP_TYPES

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import Schema
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.split import split_statements
from hookwire_catalog.types import INT8, NUMERIC, VARCHAR, Column
from hookwire_engine.dialect import translate
from hookwire_engine.functions import library
from hookwire_engine.query.names import Names
from hookwire_engine.system import functions, registry
from hookwire_engine.system.declared import Declared, comment_of
from hookwire_engine.system.plain import read_plain
from hookwire_engine.system.values import PlainObjects, View
from support.postgres import PostgresServer

DATA = Path(__file__).parents[2] / "data" / "clients"

# The fixture as DuckDB is told it; what it would forget is in comments.
TABLES = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE github_events (body json NOT NULL, headers json,
  received_at timestamptz NOT NULL DEFAULT '2026-01-01 00:00:00+00');
COMMENT ON TABLE github_events IS 'webhook source collection';
COMMENT ON COLUMN github_events.body IS 'request body';
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, email text UNIQUE,
  created_at timestamptz DEFAULT now(), balance numeric(12,2) DEFAULT 0,
  is_active boolean DEFAULT true, tags text[], meta json, CHECK (balance >= 0));
COMMENT ON COLUMN customers.email IS 'contact address';
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers(id),
  amount numeric(10,2) NOT NULL, status text DEFAULT 'new', order_date date, note text);
CREATE INDEX orders_customer_idx ON orders (customer_id);
CREATE TABLE all_types (c_bool boolean, c_int2 smallint, c_int4 integer, c_int8 bigint,
  c_float4 real, c_float8 double precision, c_numeric numeric(18,4), c_text text, c_varchar text,
  c_char text, c_bytea bytea, c_date date, c_time time, c_timestamp timestamp,
  c_timestamptz timestamptz, c_interval interval, c_uuid uuid, c_json json, c_jsonb json,
  c_int4arr integer[], c_textarr text[], c_mood mood);
CREATE SCHEMA hookwire.analytics;
CREATE TABLE analytics.page_views (ts timestamptz NOT NULL, url text, user_id integer,
  ms double precision);
CREATE SEQUENCE ticket_seq START 100;
CREATE MACRO add_two(a integer, b integer) AS a + b
"""
DECLARED = {
    "COLUMN customers.name": (None, Declared(1043, 104)),
    "COLUMN all_types.c_varchar": (None, Declared(1043, 24)),
    "COLUMN all_types.c_char": (None, Declared(1042, 8)),
    "COLUMN all_types.c_json": (None, Declared(114)),
    "TABLE customers": (
        "people who buy", Declared(constraints=(("c", ("balance",), "balance_nonneg"),)),
    ),
}  # fmt: skip
SUMMARY = UserView(
    3,
    ObjectName("hookwire", "public", "order_summary"),
    "SELECT c.name, count(*) AS n, sum(o.amount) AS total FROM public.orders o"
    " JOIN public.customers c ON c.id = o.customer_id GROUP BY c.name",
    (Column("name", VARCHAR), Column("n", INT8), Column("total", NUMERIC)),
)
CATALOG = Catalog.of((PUBLIC, Schema(2, "hookwire", "analytics"), SUMMARY), next_id=4)
SESSION_VALUES = {
    "current_database": "hookwire",
    "current_user": "hookwire",
    "current_schema": "public",
    "current_schemas": "{pg_catalog,public}",
    "current_setting": "160000",
    "pg_my_temp_schema": "0",
}


@dataclass(frozen=True)
class Statement:
    id: int
    client: str
    purpose: str
    sql: str


def statements() -> list[Statement]:
    lines = (DATA / "catalog_statements.jsonl").read_text().splitlines()
    return [Statement(**json.loads(line)) for line in lines]


Answer = tuple[list[str], list[tuple[Any, ...]]]
Ask = Callable[..., Answer]
"""Column names and rows; the statement's text, then its parameters."""


@dataclass(frozen=True)
class Side:
    """One of the two servers; `oids` are those of users' objects, by `rel:name` and so on."""

    ask: Ask
    oids: Mapping[str, int]

    def answer(self, template: str) -> Answer:
        sql = re.sub(r"\{\{(.*?)\}\}", lambda found: str(self.oids[found[1]]), template)
        names, rows = self.ask(sql)
        labels = {str(oid): name for name, oid in self.oids.items()}
        return names, [tuple(_shown(value, labels) for value in row) for row in rows]


def in_database(sql: str, database: str) -> Any:
    """The statement with the name of the database that it was captured in replaced."""
    return re.sub(r'(?<=")app(?=")|\bapp(?=\.)', database, sql)


OWNERS = {"postgres", "pg_database_owner", "system_clients"}


def _shown(value: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_shown(item, labels) for item in value]
    if value is None or isinstance(value, bool):
        return value
    text = labels.get(str(value), str(value))
    return "hookwire" if text in OWNERS else text


OIDS = """
SELECT 'rel:' || relname, oid FROM {0}pg_class{1} WHERE oid >= 16384
UNION ALL SELECT 'typ:' || typname, oid FROM {0}pg_type{1} WHERE oid >= 16384
UNION ALL SELECT 'nsp:' || nspname, oid FROM {0}pg_namespace{1} WHERE oid >= 16384 OR oid = 2200
UNION ALL SELECT 'fn:' || proname, oid FROM {0}pg_proc{1} WHERE oid >= 16396
"""
VECTORS = {22, 30}
"""OIDs of int2vector and oidvector, which psycopg leaves as text."""


@pytest.fixture(scope="module")
def there(postgres: PostgresServer) -> Iterator[Side]:
    with psycopg.connect(postgres.new_database("system_clients"), autocommit=True) as connection:
        fixture: Any = (DATA / "fixture.sql").read_text()
        connection.execute(fixture)

        def ask(sql: str) -> Answer:
            cursor = connection.execute(in_database(sql, "system_clients"))
            columns = cursor.description or ()
            vectors = {n for n, d in enumerate(columns) if d.type_code in VECTORS}
            rows = [
                tuple(v.split() if n in vectors and v else v for n, v in enumerate(row))
                for row in cursor.fetchall()
            ]
            return [d.name for d in columns], rows

        _, found = ask(OIDS.replace("oid FROM", "oid::int8 FROM").format("pg_catalog.", ""))
        yield Side(ask, dict(found))


@pytest.fixture(scope="module")
def here() -> Iterator[Side]:
    with duckdb.connect(":memory:") as root:
        root.execute("ATTACH ':memory:' AS hookwire; CREATE SCHEMA hookwire.public")
        library.install(root)
        functions.install(root)
        root.execute(
            "SET search_path = 'hookwire.public'; SET integer_division = true;"
            " SET default_null_order = 'nulls_last_on_asc_first_on_desc'"
        )
        for statement in TABLES.split(";\n"):
            root.execute(statement)
        for what, (comment, declared) in DECLARED.items():
            root.execute(f"COMMENT ON {what} IS '{comment_of(comment, declared)}'")
        yield _here(root)


def _here(root: duckdb.DuckDBPyConnection) -> Side:
    plain = read_plain(root)
    view = View(CATALOG, plain, session_id=1)
    for name, table in registry.tables(registry.RELATIONS, view, registry.Cache()).items():
        root.register(name, table)

    def ask(sql: str, *parameters: object) -> Answer:
        (statement,) = split_statements(in_database(sql, "hookwire"))
        made = translate(statement, _names(plain), ())
        columns = [column.name for column in made.columns or ()]
        return columns, root.execute(made.sql, parameters).fetchall()

    found = root.execute(OIDS.format('temp.main."pg_catalog.', '"')).fetchall()
    return Side(ask, dict(found))


def _names(plain: PlainObjects) -> Names:
    return Names(
        CATALOG, lambda: plain, ("public",), "hookwire", lambda name, _: SESSION_VALUES[name]
    )


# Statements whose answer here has all rows of PostgreSQL's and more: hstore, which is built in, the
# schemas mz_catalog, mz_internal and hookwire, and what PostgreSQL 16 added.
MORE = {
    3, 95, 97, 106, 107, 137, 138, 239, 242, 248, 249, 250, 251, 258, 262, 263, 264, 265, 267, 269,
    276, 277, 284, 305, 306, 753, 780, 783, 835, 837, 940, 944, 968, 969, 972, 975, 989, 1713,
}  # fmt: skip

DIFFERENT = {
    "sizes and counts are those of another engine": {2, 84, 87, 92, 105, 114, 294, 295, 966},
    "an expression is printed as DuckDB prints it": {8},
    "a view has the text that its user wrote": {54, 150},
    "columns of a view have no length and scale": {53, 57, 289, 785, 1737},
    "a view's plain tables are not kept": {992},
    "there is one database and no template": {104, 260, 752, 945, 971, 1714},
    "there are no predefined roles, and no superuser": {102, 103, 274, 970},
    "a schema has no grants": {96},
    "system relations have no indexes, TOAST tables and array types": {85, 286, 301, 747},
    "a function is a macro": {98, 101, 303, 981},
    "types, casts, operators and functions that do not work here are not shown": {
        116, 130, 153, 154, 155, 156, 300, 342, 377, 798, 946,
    },
    "there is no text search": {124, 125, 126, 127},
    "there is one encoding": {271},
    "there are other settings": {145, 146, 147, 228, 256, 257, 259, 296},
    "extensions have no members": {139},
    "there are no hidden columns like ctid": {746, 1042, 1047, 1052, 1062},
    "pg_attribute's columns are in the order of PostgreSQL 16": {792},
}  # fmt: skip
"""Reasons why rows differ; the statement must still run and have the same columns."""

EXCUSED = {number for numbers in DIFFERENT.values() for number in numbers}


@pytest.mark.parametrize("statement", statements(), ids=lambda s: f"{s.client} {s.id}")
def test_answer(there: Side, here: Side, statement: Statement) -> None:
    names, expected = there.answer(statement.sql)
    found_names, found = here.answer(statement.sql)
    assert found_names == names
    if statement.id in EXCUSED:
        return
    ours, theirs = Counter(map(repr, found)), Counter(map(repr, expected))
    assert not theirs - ours
    if statement.id not in MORE:
        assert not ours - theirs


def test_every_exception_is_of_a_statement() -> None:
    known = {statement.id for statement in statements()}
    assert known >= MORE | EXCUSED
    assert not MORE & EXCUSED


# What drivers ask before they decode a value of a type that they do not know.


def test_psycopg_finds_hstore(here: Side) -> None:
    """psycopg.types.TypeInfo.fetch(connection, "hstore")."""
    _, rows = here.ask(
        "SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype,"
        " typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid",
        "hstore",
    )
    assert rows == [("hstore", 16385, 16386, "hstore", ",")]


def test_asyncpg_introspects_types(here: Side) -> None:
    """connection.set_builtin_type_codec("hstore"), and the first value of an enum's array."""
    mood = here.oids["typ:mood"]
    names, rows = here.ask(INTRO_LOOKUP_TYPES, [16385, here.oids["typ:_mood"], 1700])
    found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    assert (found[16385]["ns"], found[16385]["name"], found[16385]["kind"]) == (
        "public", "hstore", "b",
    )  # fmt: skip
    assert found[here.oids["typ:_mood"]]["elemtype"] == mood
    assert found[mood]["kind"] == "e"
    assert found[1700]["name"] == "numeric"
