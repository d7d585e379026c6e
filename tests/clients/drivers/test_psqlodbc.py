"""psqlODBC, through pyodbc and isql: the same calls on PostgreSQL 15 and here."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyodbc
import pytest

from support.client_features import client_feature
from support.client_programs import Shop
from support.programs import existing, need

DRIVER = "/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so"

Ask = Callable[[pyodbc.Connection], Any]
Both = Callable[..., Any]


def _source(address: tuple[str, int], *options: str) -> str:
    host, port = address
    parts = [f"Driver={DRIVER}", f"Server={host}", f"Port={port}", "Database=hookwire"]
    return ";".join([*parts, "Uid=hookwire", *options])


@pytest.fixture
def both(shop: Shop) -> Iterator[Both]:
    """Asks both servers over ODBC; their answers must be the same."""
    need(DRIVER, existing, "odbc-postgresql")
    opened: list[pyodbc.Connection] = []

    def asked(ask: Ask, *options: str, autocommit: bool = True) -> Any:
        answers = []
        for address in shop.sides.values():
            connection = pyodbc.connect(_source(address, *options), autocommit=autocommit)
            opened.append(connection)
            answers.append(ask(connection))
        expected, got = answers
        assert got == expected
        return got

    yield asked
    for connection in opened:
        connection.close()


def _rows(cursor: pyodbc.Cursor) -> tuple[list[str], list[tuple[Any, ...]]]:
    return [column[0] for column in cursor.description], [tuple(row) for row in cursor]


def _error(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(pyodbc.Error) as caught:
        call()
    state, text = caught.value.args
    return state, text.split(";\n")[0]


@client_feature("psqlODBC", "`SQLTables`, `SQLColumns`")
def test_relations(both: Both) -> None:
    _, tables = both(lambda c: _rows(c.cursor().tables(schema="shop")))
    assert {row[2] for row in tables} == {"customers", "events", "lines", "orders", "totals"}
    both(lambda c: _rows(c.cursor().tables(table="ord%", tableType="TABLE")))

    def columns(connection: pyodbc.Connection, table: str) -> list[tuple[Any, ...]]:
        """All but the OIDs of type and table, which psqlODBC adds."""
        rows = connection.cursor().columns(schema="shop", table=table).fetchall()
        return [(*row[:19], *row[20:22], *row[23:]) for row in rows if row[3] != "received_at"]

    found = both(lambda c: columns(c, "customers"))
    assert [row[3] for row in found][:3] == ["id", "name", "email"]
    for table in ("events", "orders", "lines", "totals"):
        both(lambda c, table=table: columns(c, table))


@client_feature("psqlODBC", "`SQLPrimaryKeys`, `SQLForeignKeys`, `SQLStatistics`")
def test_keys(both: Both) -> None:
    _, keys = both(lambda c: _rows(c.cursor().primaryKeys(schema="shop", table="lines")))
    assert [row[3:5] for row in keys] == [("order_id", 1), ("line", 2)]
    both(lambda c: _rows(c.cursor().foreignKeys(foreignSchema="shop", foreignTable="orders")))
    both(lambda c: _rows(c.cursor().foreignKeys(schema="shop", table="customers")))
    both(lambda c: _rows(c.cursor().rowIdColumns(schema="shop", table="customers")))

    def statistics(connection: pyodbc.Connection) -> list[tuple[Any, ...]]:
        rows = connection.cursor().statistics(schema="shop", table="orders").fetchall()
        return [tuple(row[:10]) for row in rows]

    assert [row[8] for row in both(statistics)][-2:] == ["id", "customer_id"]


@client_feature("psqlODBC", "`SQLGetTypeInfo`, `SQLProcedures`")
def test_types(both: Both) -> None:
    _, types = both(lambda c: _rows(c.cursor().getTypeInfo()))
    assert {"int4", "text", "numeric", "timestamptz"} <= {row[0] for row in types}
    both(lambda c: _rows(c.cursor().procedures(schema="shop")))
    both(lambda c: (c.getinfo(pyodbc.SQL_DBMS_NAME), c.getinfo(pyodbc.SQL_IDENTIFIER_QUOTE_CHAR)))


VALUES: list[tuple[str, Any]] = [
    ("int4", -7),
    ("int8", 2**62),
    ("float8", 0.1),
    ("numeric(12,4)", Decimal("12345678.9012")),
    ("bool", True),
    ("text", "ü ' \\ \" 漢"),
    ("varchar(20)", "varchar"),
    ("bytea", b"\x00\x01\xff"),
    ("date", datetime.date(2024, 2, 29)),
    ("time", datetime.time(23, 59, 58)),
    ("timestamp", datetime.datetime(2026, 1, 2, 3, 4, 5, 678000)),
    ("uuid", uuid.UUID(int=255)),
    ("text", None),
]


@client_feature("psqlODBC", "parameters and results of all types, server-side and client-side")
@pytest.mark.parametrize("prepare", ["UseServerSidePrepare=1", "UseServerSidePrepare=0"])
@pytest.mark.parametrize(("type_", "value"), VALUES)
def test_values(both: Both, prepare: str, type_: str, value: Any) -> None:
    def ask(connection: pyodbc.Connection) -> list[Any]:
        cursor = connection.cursor()
        return [cursor.execute(f"SELECT ?::{type_} AS v", value).fetchval() for _ in range(2)]

    both(ask, prepare)


@client_feature("psqlODBC", "reading sources and tables")
def test_reading(both: Both) -> None:
    query = "SELECT body, headers, kind FROM shop.events WHERE kind = ? ORDER BY body->>'n'"
    names, rows = both(lambda c: _rows(c.cursor().execute(query, "push")))
    assert (names, len(rows)) == (["body", "headers", "kind"], 3)
    both(lambda c: _rows(c.cursor().execute("SELECT * FROM shop.customers ORDER BY id")))
    both(lambda c: c.cursor().execute("SELECT * FROM shop.customers").description)


@client_feature("psqlODBC", "`UseDeclareFetch`")
def test_declare_fetch(both: Both) -> None:
    def ask(connection: pyodbc.Connection) -> tuple[int, int, list[tuple[Any, ...]]]:
        cursor = connection.cursor()
        cursor.execute("SELECT g FROM generate_series(1, 1000) AS g ORDER BY g")
        first = cursor.fetchmany(150)
        rest = cursor.fetchall()
        cursor.execute("SELECT id FROM shop.customers WHERE id > ? ORDER BY id", 1)
        return len(first), sum(row[0] for row in rest), [tuple(row) for row in cursor]

    options = ("UseDeclareFetch=1", "Fetch=100")
    assert both(ask, *options) == (150, 500500 - 150 * 151 // 2, [(2,), (3,)])
    both(ask, *options, autocommit=False)


@client_feature("psqlODBC", "errors")
def test_errors(both: Both) -> None:
    statements = [
        "SELECT * FROM shop.missing",
        "SELECT nowhere FROM shop.orders",
        "SELEC 1",
        "SELECT 1 / 0",
        "INSERT INTO shop.customers (id, name) VALUES (1, 'x')",
    ]

    def ask(connection: pyodbc.Connection) -> list[tuple[str, str]]:
        return [_error(partial(connection.execute, sql)) for sql in statements]

    assert [state for state, _ in both(ask)] == ["42P01", "42703", "42601", "22012", "23505"]


@client_feature("psqlODBC", "transactions, `executemany`")
def test_transactions(both: Both) -> None:
    def ask(connection: pyodbc.Connection) -> list[int]:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE shop.by_odbc (id int, name text)")
        connection.commit()
        rows = [(i, f"n{i}") for i in range(9)]
        cursor.executemany("INSERT INTO shop.by_odbc VALUES (?, ?)", rows)
        counts = [cursor.execute("SELECT count(*) FROM shop.by_odbc").fetchval()]
        connection.rollback()
        counts.append(cursor.execute("SELECT count(*) FROM shop.by_odbc").fetchval())
        cursor.execute("INSERT INTO shop.by_odbc VALUES (1, NULL), (2, 'two')")
        counts.append(cursor.rowcount)
        connection.commit()
        cursor.execute("DROP TABLE shop.by_odbc")
        connection.commit()
        return counts

    assert both(ask, "Protocol=7.4-1", autocommit=False) == [9, 0, 2]


@client_feature("psqlODBC", "statement-level rollback (`Protocol=7.4-2`)")
def test_statement_rollback(both: Both) -> None:
    """A savepoint around each statement: an error leaves the transaction usable."""

    def ask(connection: pyodbc.Connection) -> tuple[str, int]:
        cursor = connection.cursor()
        cursor.execute("SELECT 1").fetchall()
        state, _ = _error(lambda: cursor.execute("SELECT * FROM shop.missing"))
        return state, cursor.execute("SELECT count(*) FROM shop.customers").fetchval()

    assert both(ask, "Protocol=7.4-2", autocommit=False) == ("42P01", 3)


@client_feature("psqlODBC", "isql")
def test_isql(shop: Shop, tmp_path: Path) -> None:
    need("isql", shutil.which, "unixodbc")
    printed = []
    for name, address in shop.sides.items():
        script = "SELECT id, name, born FROM shop.customers ORDER BY id\n"
        done = subprocess.run(
            ["isql", "-v", "-b", "-k", _source(address)],
            input=script, capture_output=True, text=True, cwd=tmp_path, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    assert "Grace" in printed[1]
