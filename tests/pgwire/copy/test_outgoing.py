"""COPY TO STDOUT, message by message, beside PostgreSQL's."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import UndefinedColumn, UndefinedFunction
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire.copy.options import layout_of
from hookwire_pgwire.copy.outgoing import CopyOut
from hookwire_pgwire.copy.statement import parse_copy
from hookwire_pgwire.parts import made
from hookwire_pgwire.values import Rendering
from support.memory_transport import frames

RANDOM = random.Random(20)
TEXTS = ["", "a", "\\N", "\\.", "NULL", '"', '""', "'", "a,b", "a;b", "tab\t", "new\nline", "cr\r",
         "\b\f\v\x01",
         "back\\slash", "naïve 中文", "x" * 300, 'y"' * 100, " pad ", "%", "N", "#",
         None]  # fmt: skip
COLUMNS: dict[str, tuple[types.PgType, Any, Any]] = {
    "t": (types.TEXT, pa.string(), lambda: RANDOM.choice(TEXTS)),
    "i": (types.INT4, pa.int32(), lambda: RANDOM.choice([None, 0, -5, 2**31 - 1])),
    "f": (types.FLOAT8, pa.float64(), lambda: RANDOM.choice([None, 0.1, -1e300, float("inf")])),
    "b": (types.BOOL, pa.bool_(), lambda: RANDOM.choice([None, True, False])),
    "m": (types.TIMESTAMP, pa.timestamp("us"), lambda: RANDOM.choice([None, _moment()])),
    "j": (types.JSON, pa.string(), lambda: RANDOM.choice([None, '{"a": "b\\\\"}', "[1, 2]"])),
    "o": (types.BYTEA, pa.binary(), lambda: RANDOM.choice([None, b"", b"\0\\,"])),
    "l": (types.array_of(types.TEXT), pa.list_(pa.string()),
          lambda: RANDOM.choice([None, [], ["a,b", 'q"', None]])),
}  # fmt: skip
OPTIONS = [
    "", "(FORMAT csv)", "(FORMAT csv, HEADER)", "(FORMAT text, HEADER true)", "(FORMAT binary)",
    "(DELIMITER ';')", "(DELIMITER 'N', NULL 'nil')", "(DELIMITER '%', NULL 'NULL')", "(NULL '')",
           "CSV HEADER",
    "WITH CSV DELIMITER ';' QUOTE '''' ESCAPE '%' NULL 'NULL'", "(FORMAT csv, FORCE_QUOTE *)",
           "BINARY",
    "(FORMAT csv, FORCE_QUOTE (t, i), HEADER)", "(FORMAT csv, NULL '\\N')",
           "(FORMAT csv, QUOTE '#')",
    "(FORMAT csv, DELIMITER '-')", "(FORMAT csv, NULL '0')", "(FORMAT csv, ESCAPE '\\')",
    "(FORMAT csv, DELIMITER E'\\t')", "WITH DELIMITER AS '|' NULL AS 'nil'", "(ENCODING 'UTF8')",
    "(FORMAT csv, QUOTE '5')",
]  # fmt: skip


def _moment() -> datetime:
    return datetime(2024, 1, 1) + timedelta(microseconds=RANDOM.randrange(10**13))


ROWS = [[make() for _, _, make in COLUMNS.values()] for _ in range(300)]


@pytest.fixture(scope="module")
def table(database: psycopg.Connection) -> str:
    described = ", ".join(f"{name} {type_.display}" for name, (type_, _, _) in COLUMNS.items())
    database.execute(f"CREATE TABLE outgoing (n serial, {described})".encode())
    names = ", ".join(COLUMNS)
    cursor = database.cursor()
    cursor.executemany(
        f"INSERT INTO outgoing ({names}) VALUES ({', '.join(['%s'] * len(COLUMNS))})".encode(), ROWS
    )
    return "outgoing"


def _theirs(database: psycopg.Connection, query: str, options: str) -> list[bytes]:
    with database.cursor().copy(f"COPY ({query}) TO STDOUT {options}".encode()) as copy:
        return [bytes(message) for message in copy]


def _ours(names: list[str], rows: list[list[Any]], options: str, sizes: list[int]) -> list[bytes]:
    statement = parse_copy(made(f"COPY (SELECT) TO STDOUT {options}"))
    assert statement is not None
    columns = [ResultColumn(name, COLUMNS[name][0]) for name in names]
    out = CopyOut(columns, layout_of(statement.options, incoming=False), Rendering())
    places = [list(COLUMNS).index(name) for name in names]
    arrays = [pa.array([row[p] for row in rows], COLUMNS[n][1])
              for n, p in zip(names, places, strict=True)]  # fmt: skip
    batch = pa.record_batch(arrays, names)
    stream, at = out.begin(), 0
    for size in sizes:
        stream += bytes(out.rows(batch.slice(at, size)))
        at += size
    kinds, payloads = zip(*frames(stream + out.end()), strict=True)
    assert kinds[0] == b"H" and kinds[-1] == b"c" and set(kinds[1:-1]) <= {b"d"}
    binary = statement.options.format == "binary"
    assert payloads[0] == bytes([binary, 0, len(names)]) + bytes([0, binary]) * len(names)
    return list(payloads[1:-1])


@pytest.mark.parametrize("options", OPTIONS)
def test_all_types(database: psycopg.Connection, table: str, options: str) -> None:
    names = list(COLUMNS)
    theirs = _theirs(database, f"SELECT {', '.join(names)} FROM {table} ORDER BY n", options)
    assert _ours(names, ROWS, options, [256, 44]) == theirs
    assert _ours(names, ROWS, options, [1, 2, 0, 61, 200, 36]) == theirs


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", COLUMNS)
def test_one_column(database: psycopg.Connection, table: str, name: str, options: str) -> None:
    options = options.replace("(t, i)", f"({name})")
    theirs = _theirs(database, f"SELECT {name} FROM {table} ORDER BY n", options)
    assert _ours([name], ROWS, options, [300]) == theirs


@pytest.mark.parametrize("options", OPTIONS)
def test_no_rows(database: psycopg.Connection, table: str, options: str) -> None:
    names = list(COLUMNS)
    theirs = _theirs(database, f"SELECT {', '.join(names)} FROM {table} WHERE false", options)
    assert _ours(names, [], options, []) == theirs
    assert _ours(names, [], options, [0]) == theirs


def test_names_are_quoted_in_a_header(database: psycopg.Connection) -> None:
    for options in ("(FORMAT csv, HEADER)", "(HEADER)"):
        names = ("a,b", 'q"', "t\tab")
        quoted = ("".join(('"', name.replace('"', '""'), '"')) for name in names)
        query = "SELECT " + ", ".join(f"{n} AS {name}" for n, name in enumerate(quoted, 1))
        theirs = _theirs(database, query, options)
        columns = [ResultColumn(name, types.INT4) for name in names]
        statement = parse_copy(made(f"COPY t TO STDOUT {options}"))
        assert statement is not None
        out = CopyOut(columns, layout_of(statement.options, incoming=False), Rendering())
        batch = pa.record_batch([pa.array([n], pa.int32()) for n in (1, 2, 3)], ["a", "b", "c"])
        stream = out.begin() + bytes(out.rows(batch))
        assert [payload for _, payload in frames(stream)][1:] == theirs


def test_a_column_to_quote_must_be_there() -> None:
    statement = parse_copy(made("COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE (x))"))
    assert statement is not None
    with pytest.raises(UndefinedColumn, match='column "x" does not exist'):
        CopyOut([], layout_of(statement.options, incoming=False), Rendering())


def test_a_type_without_a_binary_form_is_refused() -> None:
    statement = parse_copy(made("COPY t TO STDOUT (FORMAT binary)"))
    assert statement is not None
    columns = [ResultColumn("r", types.REGCLASS)]
    out = CopyOut(columns, layout_of(statement.options, incoming=False), Rendering())
    with pytest.raises(UndefinedFunction, match="no binary output function available"):
        out.rows(pa.record_batch([pa.array(["pg_class"])], ["r"]))


def test_rows_without_columns() -> None:
    statement = parse_copy(made("COPY (SELECT) TO STDOUT"))
    assert statement is not None
    out = CopyOut([], layout_of(statement.options, incoming=False), Rendering())
    batch = pa.RecordBatch.from_struct_array(pa.array([{}] * 3, pa.struct([])))
    assert bytes(out.rows(batch)) == b"d\0\0\0\5\n" * 3
