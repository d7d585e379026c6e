"""COPY FROM STDIN: what PostgreSQL makes of the data, and what it says of bad data."""

from __future__ import annotations

import random
from typing import Any

import psycopg
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire.copy.incoming import copy_in
from hookwire_pgwire.copy.options import layout_of
from hookwire_pgwire.copy.statement import parse_copy
from hookwire_pgwire.parts import made
from hookwire_pgwire.values import Rendering
from support.memory_transport import frames

RANDOM = random.Random(20)
COLUMNS = [ResultColumn("a", types.TEXT), ResultColumn("b", types.TEXT)]
NUMBERS = [ResultColumn("a", types.INT4), ResultColumn("b", types.TEXT)]


@pytest.fixture(scope="module", autouse=True)
def _tables(database: psycopg.Connection) -> None:
    database.execute("CREATE TABLE incoming (n serial, a text, b text)")
    database.execute("CREATE TABLE numbers (n serial, a int4, b text)")


def _theirs(
    database: psycopg.Connection, options: str, data: list[bytes], table: str = "incoming"
) -> Any:
    """The rows, or SQLSTATE and message of the refusal."""
    database.execute(f"TRUNCATE {table}".encode())
    try:
        with database.cursor().copy(f"COPY {table} (a, b) FROM STDIN {options}".encode()) as copy:
            for part in data:
                copy.write(part)
    except psycopg.Error as error:
        return error.sqlstate, error.diag.message_primary
    rows = database.execute(f"SELECT a, b FROM {table} ORDER BY n".encode()).fetchall()
    return [list(row) for row in rows]


def _ours(options: str, data: list[bytes], columns: list[ResultColumn] = COLUMNS) -> Any:
    parsed = parse_copy(made(f"COPY incoming (a, b) FROM STDIN {options}"))
    assert parsed is not None
    stream = copy_in("incoming", columns, layout_of(parsed.options, incoming=True), Rendering())
    rows = []
    try:
        for part in data:
            rows += list(stream.feed(part))
        rows += list(stream.finish())
    except SqlError as error:
        return error.sqlstate, error.message
    return rows


TEXT = [
    b"", b"\n", b"x\ty\n", b"x\ty", b"\\N\t\\N\n", b"\\\\N\tN\n", b"a\\tb\tc\\nd\n",
        b"\\x41\\x4\t\\101\\0601\n",
    b"a\\\tb\tc\n", b"a\\\nb\tc\n", b"a\\\\\tb\nc\td\n", b"x\ty\r\nz\tw\r\n", b"x\ty\rz\tw\r",
        b"x\ty\n\\.\nz\tw\n",
    b"x\ty\n\\.\n", b"\t\n", b"\\\t\t\n", b"\\q\\'\t\\b\\f\\v\\r\n", b"x\n", b"x\ty\tz\n",
        b"x\ty\nz\n", b"x\ty\rz\tw\n",
    b"x\ty\nz\rw\tv\n", b"\xff\ty\n", b"x\t\\\n", b"x\ty\\",
        b"na\xc3\xafve\t\xe4\xb8\xad\n", b"x\ty\n\n",
    b"x\\.\t\\.y\n", b"x\ty\r\nz\\\r\nw\tv\r\n", b"x;y\n", b"NULL\t\n", b"a\x00b\tc\n",
]  # fmt: skip
TEXT_OPTIONS = ["", "(DELIMITER ';')", "(NULL 'NULL')", "(NULL '')", "(HEADER)", "(HEADER match)"]
CSV = [
    b"", b"\n", b"x,y\n", b"x,y", b",\n", b'"",""\n', b'"a,b","c\nd"\n', b'"a""b",\'c\'\n',
       b'a"b,c"d,e\n', b'x,"y\n',
    b'"x"y,"z"\n', b'x,y\r\n"z\r\nw",v\r\n', b"x,y\rz,w\r", b"x,y\n\\.\nz,w\n", b'"\\.",y\n',
       b"x\n", b"x,y,z\n",
    b"NULL,null\n", b'"NULL","null"\n', b'"a\\"b",c\n', b"a\\,b\n", b'"a\\\\b","c\\d"\n',
       b"x, y \n", b'x,"\n\n"\n',
    b"x;y\n", b"\xff,y\n", b'"x","y"\n"z"', b'x"\n",y\n', b"a,b\nx,y\n", b"a,c\nx,y\n", b"a\nx,y\n",
       b',"b"\n',
    b"'a,b',''\n", b"a,b\n", b'""""\n', b'"""",""""""\n', b'x,y\n"\\."\n',
]  # fmt: skip
CSV_OPTIONS = ["CSV", "CSV HEADER", "(FORMAT csv, HEADER match)", "(FORMAT csv, NULL 'NULL')",
               "(FORMAT csv, DELIMITER ';')", "(FORMAT csv, ESCAPE '\\')",
               "(FORMAT csv, QUOTE '''')",
               "(FORMAT csv, FORCE_NOT_NULL (a))", "(FORMAT csv, FORCE_NULL (a, b))",
               "(FORMAT csv, NULL 'NULL', FORCE_NULL (b), FORCE_NOT_NULL (a))"]  # fmt: skip


def _pieces(data: bytes) -> list[list[bytes]]:
    """The data in one message, in messages of a byte, and cut at random."""
    at = sorted(RANDOM.choices(range(len(data) + 1), k=3))
    cut = [data[: at[0]], data[at[0] : at[1]], data[at[1] : at[2]], data[at[2] :]]
    return [[data], [data[i : i + 1] for i in range(len(data))], cut]


@pytest.mark.parametrize("options", TEXT_OPTIONS)
@pytest.mark.parametrize("data", TEXT)
def test_text(database: psycopg.Connection, data: bytes, options: str) -> None:
    theirs = _theirs(database, options, [data])
    for pieces in _pieces(data):
        assert _ours(options, pieces) == theirs


@pytest.mark.parametrize("options", CSV_OPTIONS)
@pytest.mark.parametrize("data", CSV)
def test_csv(database: psycopg.Connection, data: bytes, options: str) -> None:
    theirs = _theirs(database, options, [data])
    for pieces in _pieces(data):
        assert _ours(options, pieces) == theirs


HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
ROW = b"\0\2\0\0\0\4\0\0\0\7\0\0\0\1x"
END = b"\xff\xff"
BINARY = [
    b"", HEAD + END, HEAD + ROW + END, HEAD + ROW, HEAD + ROW * 3 + END,
          HEAD + b"\0\2" + b"\xff" * 8 + END,
    b"PGCOPX", b"PGCOPY\n\xff\r\n\0" + b"\0\1\0\0" + bytes(4),
          b"PGCOPY\n\xff\r\n\0" + bytes(4) + b"\xff" * 4,
    b"PGCOPY\n\xff\r\n\0" + bytes(4) + b"\0\0\0\2ab" + ROW + END, HEAD + b"\0\1" + ROW + END,
          HEAD[:15],
    HEAD + b"\0\2\xff\xff\xff\xfe", HEAD + b"\0\2\0\0\0\3\0\0\7" + b"\xff" * 4 + END,
          HEAD + ROW[:9],
    HEAD + b"\0\2\0\0\0\5\0\0\0\0\7" + b"\xff" * 4 + END, HEAD + ROW + END + ROW,
    HEAD + b"\0\2\0\0\0\4\0\0\0\7\0\0\0\1\xff" + END,
]  # fmt: skip


@pytest.mark.parametrize("data", BINARY)
def test_binary(database: psycopg.Connection, data: bytes) -> None:
    theirs = _theirs(database, "BINARY", [data], "numbers")
    for pieces in _pieces(data):
        assert _ours("BINARY", pieces, NUMBERS) == theirs


def test_an_escape_that_makes_no_character(database: psycopg.Connection) -> None:
    data = b"a\\xff\tb\n"
    assert _ours("", [data]) == _theirs(database, "", [data])


def test_what_copy_sends_it_also_takes(database: psycopg.Connection) -> None:
    nasty = [
        "",
        "\\N",
        "\\.",
        '"',
        "a,b",
        "tab\t",
        "new\nline",
        "cr\r",
        "crlf\r\n",
        "back\\slash",
        "ü",
        "NULL",
        " ",
    ]
    rows = [[RANDOM.choice([*nasty, None]) for _ in range(2)] for _ in range(300)]
    database.execute("TRUNCATE incoming")
    database.cursor().executemany("INSERT INTO incoming (a, b) VALUES (%s, %s)", rows)
    for options in [
        "",
        "CSV",
        "(FORMAT csv, HEADER)",
        "(FORMAT csv, QUOTE '''', ESCAPE '\\')",
        "BINARY",
    ]:
        with database.cursor().copy(
            f"COPY (SELECT a, b FROM incoming ORDER BY n) TO STDOUT {options}".encode()
        ) as copy:
            data = [bytes(part) for part in copy]
        assert _ours(options, data) == rows


def test_the_place_of_a_bad_value() -> None:
    parsed = parse_copy(made("COPY numbers FROM STDIN"))
    assert parsed is not None
    stream = copy_in("numbers", NUMBERS, layout_of(parsed.options, incoming=True), Rendering())
    with pytest.raises(SqlError) as caught:
        list(stream.feed(b"1\tx\n2\ty\nthree\tz\n"))
    assert caught.value.message == 'invalid input syntax for type integer: "three"'
    assert caught.value.context == 'COPY numbers, line 3, column a: "three"'
    with pytest.raises(SqlError) as caught:
        list(
            copy_in("t", NUMBERS, layout_of(parsed.options, incoming=True), Rendering()).feed(
                b"1\n"
            )
        )
    assert caught.value.context == "COPY t, line 1"


def test_the_response_describes_the_columns() -> None:
    for options, form in (("", 0), ("CSV", 0), ("BINARY", 1)):
        parsed = parse_copy(made(f"COPY t FROM STDIN {options}"))
        assert parsed is not None
        stream = copy_in("t", COLUMNS, layout_of(parsed.options, incoming=True), Rendering())
        assert frames(stream.begin()) == [(b"G", bytes([form, 0, 2, 0, form, 0, form]))]
