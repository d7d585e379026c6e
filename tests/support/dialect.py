"""The same statement on PostgreSQL 15 and, translated, on DuckDB: names, types and values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import LiteralString

import duckdb
import psycopg
import pyarrow as pa
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import Statement, split_statements
from hookwire_catalog.types import TEXT, Column, ResultColumn
from hookwire_engine import duck
from hookwire_engine.dialect import nodes, translate
from hookwire_engine.dialect.parse import parse
from hookwire_engine.dialect.resolve.casts import resolved_type
from hookwire_engine.dialect.values import OutputColumn, Relation, Translation
from hookwire_engine.functions import library
from hookwire_engine.storage.database import Database
from hookwire_pgwire.values import Rendering, encode_rows
from support.postgres import PostgresServer

SETUP = """
create table ev (id int primary key, body jsonb, ts timestamptz, tsn timestamp, n numeric(10,2),
  d float8, s text, arr int[], b bytea, dt date, i2 smallint, big bigint, f4 real, flag bool,
  u uuid, v varchar(10), j json, iv interval, t time);
insert into ev values
 (1, '{"a": "b", "o": {"x": [10, 20, {"y": "z"}]}, "n": null, "t": true, "f": 1.5, "k": 1}',
  '2024-03-10 12:34:56.789+00', '2024-03-10 12:34:56.789', 12.50, 1.5, 'Alpha', '{1,2,3}',
  '\\xdeadbeef', '2024-03-10', 7, 9000000000, 1.25, true,
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'one', '{"a": 1}', '1 day 02:03:04', '12:34:56'),
 (2, '{"a": "c", "k": 2}', '2024-07-01 00:00:00+00', '2024-07-01 00:00:00', -3.14, 0, 'beta', '{}',
  '\\x', '2024-07-01', -3, -1, -0.5, false, null, 'two', '[1, 2]', '-3 mons', '00:00:00'),
 (3, '[1, 2, 3]', null, null, null, null, 'Gamma', null, null, null, null, null, null, null, null,
  null, null, null, null),
 (4, '"str"', '1999-12-31 23:59:59+00', '1999-12-31 23:59:59', 0.00, -2.5e10, null, '{4,null}',
  '\\x00ff', '1999-12-31', 0, 0, 100, true, null, '', 'null', '1 year', '23:59:59.5'),
 (5, '{"a": "b", "tags": ["p", "q"], "b": {"c": "d"}}', '2000-02-29 00:00:00+00',
  '2000-02-29 00:00:00', 100.00, 3.25, 'delta', '{9}', '\\x61', '2000-02-29', 32767,
  9223372036854775807, 3.5, false, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', 'five', '"x"',
  '00:00:01.5', '06:00:00');
create table dep (ev_id int, name text, amount numeric(12,3), qty int);
insert into dep values (1, 'x', 10.500, 2), (1, 'y', 20.250, 1), (2, 'x', 0.125, 10),
 (9, 'z', 5.000, 0), (null, 'w', null, null);
create table "Odd Name" ("Id" int, "select" text, low int);
insert into "Odd Name" values (1, 'kw', 3), (2, null, 4);
create table hook (id int, body jsonb, headers hstore, received_at timestamptz);
insert into hook values
 (1, '{"action": "opened", "n": 1, "user": {"login": "ann"}}', 'x-kind=>push,content-type=>"a/b"',
  '2026-01-01 10:00:00+00'),
 (2, '{"action": "closed", "n": 2.50, "user": {"login": "bob"}, "tags": ["x", "y"]}',
  '"x-kind"=>NULL',
  '2026-01-02 10:00:00+00'),
 (3, '[1, "two", null]', '', '2026-01-03 10:00:00+00');
create table pay (id int, body jsonb, txt text);
insert into pay values (1, '{"n": 19.99, "q": 3}', '2024-01-01'), (2, '{"n": "7", "q": 4}', '5'),
 (3, '{"q": null}', null);
"""


@dataclass
class Tables:
    """An Environment over the tables of SETUP; the session's answers are fixed."""

    relations: dict[str, Relation] = field(default_factory=dict)
    search_path: Sequence[str] = ("public",)
    current_schema: str | None = "public"
    user: str = "hookwire"
    database: str = "hookwire"

    def relation(self, parts: Sequence[str], wants: str = "r") -> Relation | None:
        if len(parts) > 1 and parts[-2] != "public":
            return None
        return self.relations.get(parts[-1])

    def creates(self, schema: str | None) -> None:
        """Everybody may."""

    def owns(self, kind: str, parts: Sequence[str]) -> None:
        """Everybody does."""

    def enum(self, parts: Sequence[str]) -> str | None:
        return 'hookwire."public"."mood"' if parts[-1] == "mood" else None

    def function(self, parts: Sequence[str]) -> str | None:
        return 'hookwire."public"."add_two"' if parts[-1] == "add_two" else None

    def session_value(self, name: str, arguments: Sequence[str | None]) -> str | None:
        return {
            "now": "2026-01-02 03:04:05.678+00",
            "current_user": "hookwire",
            "session_user": "hookwire",
            "current_schema": "public",
            "current_database": "hookwire",
            "current_setting": "UTC",
        }.get(name)


def lines(path: Path) -> list[str]:
    """The statements of a file, one a line; `--` begins a comment line."""
    found = path.read_text().splitlines()
    return [line for line in found if line.strip() and not line.startswith("--")]


def one(sql: str) -> Statement:
    (statement,) = split_statements(sql)
    return statement


def relation_of(statement: Statement) -> Relation:
    tree = parse(statement)
    assert isinstance(tree, nodes.CreateTable)
    columns: list[Column] = []
    typmods: list[int] = []
    for column in tree.columns:
        type_, typmod = resolved_type(column.type)
        assert type_ is not None
        columns.append(Column(column.name, type_))
        typmods.append(typmod)
    name = tree.parts[-1]
    target = f'hookwire.public."{name}"'
    keyed = (c.name for c in tree.columns for i in c.constraints if i.kind == "primary key")
    return Relation(
        "public", name, tuple(columns), target, typmods=tuple(typmods), key=tuple(keyed)
    )


@dataclass(frozen=True)
class Answer:
    """What a statement gave: columns as (name, type), rows as PostgreSQL's text; or an error."""

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    sqlstate: str = ""
    message: str = ""
    position: int | None = None


def relations() -> dict[str, Relation]:
    """The tables of SETUP by name."""
    found = [s for s in split_statements(SETUP) if s.words(1) == ("create",)]
    return {relation.name: relation for relation in map(relation_of, found)}


DIGITS = 12
"""Decimals of a numeric that are compared: trailing zeros and the last digits of a quotient may
differ (docs/compatibility.md)."""


def comparable(answer: Answer) -> Answer:
    """The answer with its numerics rounded."""
    rows = tuple(
        tuple(_cell(type_, value) for (_, type_), value in zip(answer.columns, row, strict=True))
        for row in answer.rows
    )
    return replace(answer, rows=rows)


def _cell(type_: str, value: str | None) -> str | None:
    if value is None or "numeric" not in type_:
        return value
    return rounded_numbers(value)


def rounded_numbers(text: str) -> str:
    """The text of a numeric or of an array of them, with DIGITS decimals at most."""
    return re.sub(r"-?[0-9]+(?:[.][0-9]+)?", _rounded, text)


def _rounded(found: re.Match[str]) -> str:
    with localcontext(prec=60):
        return str(round(Decimal(found[0]), DIGITS).normalize())


class Translated:
    """DuckDB behind the dialect, with a session's settings."""

    def __init__(self) -> None:
        self.database = Database(None, prepare=library.install)
        self.cursor = self.database.session_cursor()
        self.cursor.execute("CREATE SCHEMA IF NOT EXISTS hookwire.public")
        self.cursor.execute("SET search_path = 'hookwire.public'")
        self.tables = Tables(relations())
        for statement in split_statements(SETUP):
            self.run(translate(statement, self.tables))

    def run(self, made: Translation) -> None:
        for sql in (*made.before, made.sql, *made.after):
            self.cursor.execute(sql)

    def translate(self, sql: str, oids: Sequence[int] = ()) -> Translation:
        return translate(one(sql), self.tables, oids)

    def answer(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        try:
            made = self.translate(sql)
        except SqlError as error:
            return Answer(sqlstate=error.sqlstate, message=error.message, position=error.position)
        try:
            return self._run(made, parameters)
        except duckdb.Error as error:
            told = duck.to_sql_error(error, sql=made.sql, positions=made.positions)
            return Answer(sqlstate=told.sqlstate, message=told.message, position=told.position)
        except SqlError as told:
            return Answer(sqlstate=told.sqlstate, message=told.message)

    def _run(self, made: Translation, parameters: Sequence[object]) -> Answer:
        if "RETURNING" in made.sql or made.columns is None:
            return self._changed(made, parameters)
        return self.read(made.sql, made.columns, parameters)

    def read(
        self, sql: str, told: Sequence[OutputColumn] | None, parameters: Sequence[object] = ()
    ) -> Answer:
        """What DuckDB answers to `sql`, whose columns are `told` or else what DuckDB says."""
        bound = self.cursor.sql(sql, params=list(parameters) or None)
        if told == ():
            return Answer((), tuple(() for _ in bound.fetchall()))
        if sql.startswith("EXPLAIN"):
            return Answer()
        columns: list[ResultColumn] = []
        parts: list[str] = []
        for number, (name, type_) in enumerate(zip(bound.columns, bound.types, strict=True)):
            natural, typmod = duck.pg_type(type_)
            column = ResultColumn(name, natural, typmod)
            if told is not None:
                known = told[number]
                column = ResultColumn(known.name, known.type or natural, known.typmod)
            wrap = duck.wire_expression(type_)
            columns.append(column)
            parts.append(wrap(f"c{number}") if wrap else f"c{number}")
        names = ", ".join(f"c{number}" for number in range(len(parts)))
        wrapped = f"SELECT {', '.join(parts)} FROM ({sql}) AS q({names})"
        table = self.cursor.sql(wrapped, params=list(parameters) or None).to_arrow_table()
        return Answer(tuple((c.name, c.type.name) for c in columns), tuple(_texts(table, columns)))

    def _changed(self, made: Translation, parameters: Sequence[object]) -> Answer:
        """A statement that changes rows is no part of another."""
        for extra in made.before:
            self.cursor.execute(extra)
        done = self.cursor.execute(made.sql, list(parameters) or None)
        for extra in made.after:
            self.cursor.execute(extra)
        if made.columns is None:
            return Answer()
        names = [f"c{number}" for number in range(len(made.columns))]
        columns = [ResultColumn(c.name, c.type or TEXT, c.typmod) for c in made.columns]
        rows = done.fetchall()
        arrays = [
            pa.array([row[i] for row in rows], type=_arrow(done.description[i][1]))
            for i in range(len(names))
        ]
        table = pa.Table.from_arrays(arrays, names=names)
        return Answer(tuple((c.name, c.type.name) for c in columns), tuple(_texts(table, columns)))

    def execute(self, sql: str) -> None:
        self.cursor.execute(sql)

    def close(self) -> None:
        self.cursor.close()
        self.database.close()


def _arrow(duckdb_type: object) -> pa.DataType:
    """The Arrow type that DuckDB gives for one of its own."""
    with duckdb.connect() as connection:
        made = connection.sql(f"SELECT CAST(NULL AS {duckdb_type}) AS x").to_arrow_table()
    return made.schema.field(0).type


def _texts(table: pa.Table, columns: Sequence[ResultColumn]) -> Iterator[tuple[str | None, ...]]:
    for batch in table.to_batches():
        data = bytes(encode_rows(batch, columns, [0] * len(columns), Rendering()))
        yield from _rows(data)


def _rows(data: bytes) -> Iterator[tuple[str | None, ...]]:
    """DataRow messages (PostgreSQL 55.7) to texts."""
    at = 0
    while at < len(data):
        count = int.from_bytes(data[at + 5 : at + 7], "big")
        place = at + 7
        values: list[str | None] = []
        for _ in range(count):
            size = int.from_bytes(data[place : place + 4], "big", signed=True)
            place += 4
            values.append(None if size < 0 else data[place : place + size].decode())
            place += max(size, 0)
        yield tuple(values)
        at = place


class Oracle:
    """PostgreSQL with the same tables."""

    def __init__(self, server: PostgresServer) -> None:
        self.connection = psycopg.connect(server.dsn, autocommit=True)
        self.connection.execute("drop schema public cascade; create schema public")
        self.connection.execute("create extension hstore")
        self.connection.execute(SETUP)
        rows = self.connection.execute("select oid, typname::text from pg_type").fetchall()
        self.types: dict[int, str] = dict(rows)

    def answer(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        cursor = (
            psycopg.ClientCursor(self.connection)
            if not parameters
            else (psycopg.RawCursor(self.connection))
        )
        try:
            cursor.execute(sql.encode(), list(parameters) or None)
        except psycopg.Error as error:
            place = error.diag.statement_position
            return Answer(
                sqlstate=error.sqlstate or "", message=error.diag.message_primary or "",
                position=int(place) if place else None,
            )  # fmt: skip
        if cursor.description is None:
            return Answer()
        result = cursor.pgresult
        assert result is not None
        columns = tuple((c.name, self.types[c.type_code]) for c in cursor.description)
        rows = tuple(
            tuple(_decoded(result.get_value(row, column)) for column in range(result.nfields))
            for row in range(result.ntuples)
        )
        return Answer(columns, rows)

    def execute(self, sql: LiteralString) -> None:
        self.connection.execute(sql)

    def close(self) -> None:
        self.connection.close()


def _decoded(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@dataclass
class Pair:
    postgres: Oracle
    translated: Translated


@pytest.fixture(scope="session")
def translated() -> Iterator[Translated]:
    made = Translated()
    yield made
    made.close()


@pytest.fixture(scope="session")
def pair(postgres: PostgresServer, translated: Translated) -> Iterator[Pair]:
    oracle = Oracle(postgres)
    yield Pair(oracle, translated)
    oracle.close()
