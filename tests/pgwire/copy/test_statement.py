"""The COPY statement and its options, beside what PostgreSQL says of them."""

from __future__ import annotations

import psycopg
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_pgwire.copy.options import layout_of
from hookwire_pgwire.copy.statement import CopyStatement, parse_copy
from hookwire_pgwire.parts import made

BOTH_WAYS = [
    "(FORMAT 'text')", "(FORMAT binary)", "(FORMAT CSV)", '(FORMAT "csv")', "(FORMAT xml)",
             "(FORMAT)",
    "(FORMAT text, FORMAT csv)", "(NONSENSE)", "(NONSENSE 1)", "()", "(FORMAT csv",
             "(DELIMITER '')",
    "(DELIMITER 'ab')", "(DELIMITER 'ü')", "(DELIMITER 'a')", "(DELIMITER E'\\n')",
             "(DELIMITER E'\\\\')",
    "(DELIMITER 'N')", "(FORMAT csv, DELIMITER 'a')", "(NULL E'a\\nb')",
             "(DELIMITER ',', NULL 'a,b')",
    "(FORMAT binary, DELIMITER ',')", "(FORMAT binary, NULL 'x')", "(FORMAT binary, HEADER)",
             "(DELIMITER 5)",
    "(QUOTE 'x')", "(ESCAPE 'x')", "(FORMAT csv, QUOTE '')", "(FORMAT csv, QUOTE 'ab')",
    "(FORMAT csv, DELIMITER '\"')", "(FORMAT csv, ESCAPE 'ab')", "(FORMAT csv, NULL 'a\"b')",
    "(FORCE_QUOTE *)", "(FORCE_QUOTE (a))", "(FORMAT csv, FORCE_QUOTE (a))",
             "(FORMAT csv, FORCE_NOT_NULL (a))",
    "(FORMAT csv, FORCE_NULL (a))", "(FORCE_NOT_NULL (a))", "(FORCE_NULL (a))",
             "(FORMAT csv, FORCE_QUOTE 1)",
    "(HEADER)", "(HEADER true)", "(HEADER 1)", "(HEADER off)", "(HEADER maybe)", "(HEADER match)",
             "(HEADER 2)",
    "(ENCODING 'utf8')", "(FREEZE false)", "(FREEZE perhaps)", "WITH (FORMAT csv)", "CSV", "BINARY",
             "HEADER",
    "CSV HEADER", "CSV HEADER DELIMITER ';'", "DELIMITER AS ';'", "NULL AS ''",
             "CSV QUOTE AS 'x' ESCAPE 'y'",
    "WITH CSV FORCE QUOTE a", "WITH CSV FORCE QUOTE *", "CSV FORCE NOT NULL a", "CSV FORCE NULL a",
    "CSV CSV", "WITH", "WITH NONSENSE", "DELIMITER 5", "CSV,HEADER", "FORMAT csv",
             "ENCODING 'UTF8' CSV",
]  # fmt: skip
SHAPES = [
    "COPY t TO STDOUT", "COPY t (a) TO STDOUT", "COPY t (a, b) FROM STDIN",
          "copy public.t to stdout",
    'COPY "t" TO STDOUT', "COPY t FROM STDOUT", "COPY t TO STDIN", "COPY (SELECT 1) TO STDOUT",
    "COPY (SELECT (1)) TO STDOUT", "COPY (VALUES (1), (2)) TO STDOUT", "COPY (SELECT 1) FROM STDIN",
          "COPY",
    "COPY t", "COPY t TO", "COPY t () TO STDOUT", "COPY t (a TO STDOUT",
          "COPY t STDOUT",
    "COPY BINARY t TO STDOUT", "COPY t TO STDOUT extra", "COPY t TO STDOUT (FORMAT csv) extra",
    "COPY t(a,) TO STDOUT", "COPY select TO STDOUT",
          "COPY t TO STDOUT WHERE a > 1",
]  # fmt: skip


def _ours(sql: str) -> tuple[str, str] | None:
    """The refusal, None if it is understood."""
    try:
        parsed = parse_copy(made(sql))
        assert parsed is not None
        layout_of(parsed.options, incoming=parsed.incoming)
    except SqlError as error:
        return error.sqlstate, error.message
    return None


def _theirs(database: psycopg.Connection, sql: str) -> tuple[str, str] | None:
    found = database.pgconn.exec_(sql.encode())
    try:
        if found.status != psycopg.pq.ExecStatus.FATAL_ERROR:
            return None
        fields = psycopg.pq.DiagnosticField
        parts = (found.error_field(f) or b"" for f in (fields.SQLSTATE, fields.MESSAGE_PRIMARY))
        state, message = (part.decode() for part in parts)
        return state, message
    finally:
        if found.status == psycopg.pq.ExecStatus.COPY_IN:
            database.pgconn.put_copy_end(b"enough")
            _finish(database)
        elif found.status == psycopg.pq.ExecStatus.COPY_OUT:
            while database.pgconn.get_copy_data(0)[0] > 0:
                pass
            _finish(database)


def _finish(database: psycopg.Connection) -> None:
    while database.pgconn.get_result() is not None:
        pass


@pytest.fixture(scope="module", autouse=True)
def _table(database: psycopg.Connection) -> None:
    database.execute("CREATE TABLE t (a int, b text)")


@pytest.mark.parametrize("way", ["TO STDOUT", "FROM STDIN"])
@pytest.mark.parametrize("options", BOTH_WAYS)
def test_options(database: psycopg.Connection, options: str, way: str) -> None:
    sql = f"COPY t {way} {options}"
    assert _ours(sql) == _theirs(database, sql)


@pytest.mark.parametrize("sql", SHAPES)
def test_shapes(database: psycopg.Connection, sql: str) -> None:
    assert _ours(sql) == _theirs(database, sql)


@pytest.mark.parametrize("sql", ["COPY () TO STDOUT", "COPY (SELECT 1 TO STDOUT"])
def test_parentheses_without_a_query(sql: str) -> None:
    refusal = _ours(sql)
    assert refusal is not None and refusal[0] == "42601"


def _parsed(sql: str) -> CopyStatement:
    found = parse_copy(made(sql))
    assert found is not None
    return found


def test_what_is_copied() -> None:
    query = _parsed("COPY  (SELECT a FROM t) TO STDOUT")
    assert (query.query.text, query.query.start, query.written) == ("SELECT a FROM t", 7, True)
    table = _parsed('COPY Public."T" (a, "B") TO STDOUT')
    assert (table.query.text, table.written) == ('SELECT a, "B" FROM public."T"', False)
    filled = _parsed("COPY t (b) FROM STDIN CSV")
    assert (filled.incoming, filled.table, filled.columns) == (True, "t", ("b",))


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "COPY t TO '/tmp/file'", "COPY t FROM '/tmp/file'", "COPY t TO PROGRAM 'cat'"],
)
def test_what_is_none_of_the_doors_business(sql: str) -> None:
    assert parse_copy(made(sql)) is None


def test_an_encoding_has_many_spellings_and_must_be_one() -> None:
    for text in ("'latin1'", "'iso-8859-1'", '"LATIN1"'):
        options = _parsed(f"COPY t TO STDOUT (ENCODING {text})").options
        assert layout_of(options, incoming=False).encoding == "LATIN1"
    assert _parsed("COPY t TO STDOUT ENCODING 'win1252'").options.encoding == "WIN1252"
    with pytest.raises(SqlError, match="must be a valid encoding name") as caught:
        _parsed("COPY t TO STDOUT (ENCODING 'nonsense')")
    assert caught.value.sqlstate == "22023"


def test_rows_are_not_filtered_on_their_way_in() -> None:
    with pytest.raises(SqlError, match="COPY FROM with WHERE is not supported"):
        _parsed("COPY t FROM STDIN WHERE a > 1")
