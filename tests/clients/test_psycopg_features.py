"""psycopg 3: server-side cursors, COPY, notifications, adapters, prepared statements."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types import TypeInfo
from psycopg.types.enum import EnumInfo
from psycopg.types.hstore import register_hstore
from psycopg.types.json import Jsonb

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path


@pytest.fixture
def connection(hookwire: HookwireProcess) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        yield connection


@client_feature("psycopg 3", "server-side cursors, text and binary, `WITH HOLD`")
@pytest.mark.parametrize("binary", [False, True])
def test_server_cursors(connection: psycopg.Connection[Any], binary: bool) -> None:
    query = "SELECT i, i::text, now() FROM generate_series(1, %s) AS g(i)"
    with connection.transaction(), connection.cursor("numbers", binary=binary) as cursor:
        cursor.itersize = 10
        cursor.execute(query, [95])
        assert [row[:2] for row in cursor.fetchmany(2)] == [(1, "1"), (2, "2")]
        open_now = connection.execute("SELECT name FROM pg_cursors WHERE name = 'numbers'")
        assert open_now.fetchall() == [("numbers",)]
        assert [row[0] for row in cursor] == list(range(3, 96))
    with connection.cursor("held", withhold=True) as held:
        held.execute("SELECT i FROM generate_series(1, 3) AS g(i)")
        assert held.fetchall() == [(1,), (2,), (3,)]


@client_feature("psycopg 3", "`COPY`, text and binary, both ways")
def test_copy(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TABLE copied3 (a int, b text, c timestamptz)")
    at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    cursor = connection.cursor()
    with cursor.copy("COPY copied3 FROM STDIN") as copy:
        for number in range(5):
            copy.write_row((number, f"r\t{number}" if number else None, at))
    with cursor.copy("COPY copied3 (a, b, c) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "text", "timestamptz"])
        for number in range(5, 8):
            copy.write_row((number, "b", at))
    with cursor.copy("COPY (SELECT a, b FROM copied3 ORDER BY a) TO STDOUT") as copy:
        copy.set_types(["int4", "text"])
        assert [*copy.rows()][::4] == [(0, None), (4, "r\t4")]
    query = "COPY (SELECT a, c FROM copied3 WHERE a < %s ORDER BY a) TO STDOUT (FORMAT BINARY)"
    with cursor.copy(query, [2]) as copy:
        copy.set_types(["int4", "timestamptz"])
        assert list(copy.rows()) == [(0, at), (1, at)]


@client_feature("psycopg 3", "`COPY`, text and binary, both ways")
def test_a_bad_row_undoes_the_copy(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TABLE spoilt (a int)")
    refused = pytest.raises(psycopg.errors.InvalidTextRepresentation, match='integer: "x"')
    with refused, connection.cursor().copy("COPY spoilt FROM STDIN") as copy:
        copy.write("1\nx\n")
    assert connection.execute("SELECT count(*) FROM spoilt").fetchone() == (0,)


@client_feature("psycopg 3", "`notifies()`")
def test_notifies(connection: psycopg.Connection[Any]) -> None:
    connection.execute("LISTEN told3")
    connection.execute("SELECT pg_notify('told3', 'one')")
    connection.execute("NOTIFY told3")
    told = connection.notifies(timeout=20, stop_after=2)
    assert [(n.channel, n.payload) for n in told] == [("told3", "one"), ("told3", "")]


@client_feature("psycopg 3", "adapters, text and binary")
@pytest.mark.parametrize("binary", [False, True])
def test_values_there_and_back(connection: psycopg.Connection[Any], binary: bool) -> None:
    values: list[Any] = [
        *(1, 2**40, 1.5, "it's", True, b"\0\xff", dt.date(2024, 1, 2), dt.time(1, 2, 3)),
        *(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.timedelta(5, 6)),
        *(uuid.UUID(int=1), Decimal("1.5"), [1, 2], [dt.date(2024, 1, 1)]),
        ipaddress.ip_address("10.0.0.1"),
    ]
    for value in values:
        cursor = connection.cursor(binary=binary)
        assert cursor.execute("SELECT %s", [value]).fetchone() == (value,)
        assert cursor.execute("SELECT %t", [value]).fetchone() == (value,)
    assert connection.execute("SELECT %s", [Jsonb({"a": [1]})]).fetchone() == ({"a": [1]},)
    both = connection.execute("SELECT %b::int4 + %b::int8", [1, 2], binary=binary)
    assert both.fetchone() == (3,)


@client_feature("psycopg 3", "`register_hstore`")
def test_headers_are_a_dictionary(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    hookwire.psql("CREATE SOURCE headed3 FROM WEBHOOK BODY FORMAT TEXT INCLUDE HEADERS ('x-a')")
    hookwire.post(webhook_path("headed3"), "x", [("X-A", "1")])
    info = TypeInfo.fetch(connection, "hstore")
    assert info is not None
    register_hstore(info, connection)
    query = "SELECT headers, %s::hstore FROM headed3"
    assert connection.execute(query, [{"k": None}]).fetchone() == ({"x-a": "1"}, {"k": None})


@client_feature("psycopg 3", "labels of enums")
def test_enum_info(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TYPE colour3 AS ENUM ('red', 'green')")
    info = EnumInfo.fetch(connection, "colour3")
    assert info is not None and list(info.labels) == ["red", "green"]


@client_feature("psycopg 3", "`prepare_threshold`, `pg_prepared_statements`")
def test_prepared_statements_are_listed(connection: psycopg.Connection[Any]) -> None:
    connection.prepare_threshold = 2
    for number in range(5):
        assert connection.execute("SELECT %s::int4 + 1", [number]).fetchone() == (number + 1,)
    query = "SELECT statement, parameter_types, from_sql FROM pg_prepared_statements"
    listed = connection.execute(query, prepare=False).fetchall()
    assert listed == [("SELECT $1::int4 + 1", ["smallint"], False)]
    connection.execute("DEALLOCATE ALL")
    assert connection.execute(query, prepare=False).fetchall() == []


@client_feature("psycopg 3", "`executemany` with `RETURNING`, several statements, `sql`")
def test_many_and_several(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE TABLE many3 (a int)")
    cursor = connection.cursor()
    insert = "INSERT INTO many3 VALUES (%s) RETURNING a * 2"
    cursor.executemany(insert, [(n,) for n in range(4)], returning=True)
    assert [result.fetchone() for result in cursor.results()] == [(0,), (2,), (4,), (6,)]
    cursor.execute("SELECT 1; SELECT 2")
    assert (cursor.fetchone(), cursor.nextset(), cursor.fetchone()) == ((1,), True, (2,))
    names = sql.SQL("SELECT {} FROM {} ORDER BY 1 DESC LIMIT {}").format(
        sql.Identifier("a"), sql.Identifier("public", "many3"), sql.Literal(1)
    )
    assert connection.execute(names).fetchone() == (3,)


@client_feature("psycopg 3", "two-phase commit is refused")
def test_two_phase_commit_is_refused_as_by_postgres(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn) as connection:
        connection.tpc_begin(connection.xid(1, "a", "b"))
        connection.execute("SELECT 1")
        with pytest.raises(psycopg.Error, match="prepared transactions are disabled"):
            connection.tpc_prepare()
        connection.close()
