"""What read_plain makes of DuckDB's own catalog."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from hookwire_catalog import types
from hookwire_engine.system.declared import Declared, comment_of, split_comment
from hookwire_engine.system.plain import read_plain
from hookwire_engine.system.spelling import pg_expression, pg_type
from hookwire_engine.system.values import PlainColumn, PlainConstraint, PlainTable


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        made.execute("ATTACH ':memory:' AS hookwire")
        made.execute("CREATE SCHEMA hookwire.public; CREATE SCHEMA hookwire.hookwire_internal")
        made.execute("SET search_path = 'hookwire.public'")
        yield made


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, PlainTable]:
    return {table.name: table for table in read_plain(connection).tables}


def columns(table: PlainTable) -> dict[str, PlainColumn]:
    return {column.name: column for column in table.columns}


def test_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    found = read_plain(connection)
    assert found == type(found)()


def test_internal_tables_and_views_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE hookwire.hookwire_internal.s1 (c0 integer)")
    connection.execute("CREATE VIEW source AS SELECT c0 AS body FROM hookwire.hookwire_internal.s1")
    connection.execute("CREATE TABLE plain (a integer)")
    assert list(tables(connection)) == ["plain"]


def test_a_transaction_sees_its_own_tables(connection: duckdb.DuckDBPyConnection) -> None:
    with connection.cursor() as other:
        connection.execute("BEGIN; CREATE TABLE mine (a integer)")
        assert list(tables(connection)) == ["mine"]
        assert list(tables(other)) == []
        connection.execute("ROLLBACK")
    assert list(tables(connection)) == []


def test_temporary_tables_belong_to_their_session(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TEMP TABLE t (a integer)")
    (found,) = read_plain(connection).tables
    assert (found.schema, found.name, found.temporary) == ("pg_temp", "t", True)
    assert read_plain(connection, temporary=False).tables == ()
    with connection.cursor() as other:
        assert read_plain(other).tables == ()


@pytest.mark.parametrize(
    ("duckdb_type", "expected", "typmod"),
    [
        ("BOOLEAN", types.BOOL, -1),
        ("TINYINT", types.INT2, -1),
        ("UINTEGER", types.INT8, -1),
        ("HUGEINT", types.NUMERIC, -1),
        ("DECIMAL(12,2)", types.NUMERIC, (12 << 16 | 2) + 4),
        ("VARCHAR", types.TEXT, -1),
        ("JSON", types.JSONB, -1),
        ("TIMESTAMP WITH TIME ZONE", types.TIMESTAMPTZ, -1),
        ("TIMESTAMP_NS", types.TIMESTAMP, -1),
        ("MAP(VARCHAR, VARCHAR)", types.HSTORE, -1),
        ("MAP(INTEGER, VARCHAR)", types.JSONB, -1),
        ("STRUCT(a INTEGER)", types.JSONB, -1),
        ("INTEGER[]", types.array_of(types.INT4), -1),
        ("INTEGER[3]", types.array_of(types.INT4), -1),
        ("VARCHAR[][]", types.array_of(types.TEXT), -1),
        ("DECIMAL(5,1)[]", types.array_of(types.NUMERIC), (5 << 16 | 1) + 4),
        ("ENUM('a', 'b')", types.TEXT, -1),
    ],
)
def test_types(duckdb_type: str, expected: types.PgType, typmod: int) -> None:
    assert pg_type(duckdb_type) == (expected, typmod)


def test_columns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TYPE mood AS ENUM ('sad', 'it''s ok')")
    connection.execute(
        'CREATE TABLE t (a integer NOT NULL DEFAULT 3, "Odd ""name" mood, moods mood[],'
        " g integer GENERATED ALWAYS AS (a + 1), other ENUM('x'))"
    )
    connection.execute("COMMENT ON COLUMN t.a IS 'the first'")
    found = columns(tables(connection)["t"])
    assert list(found) == ["a", 'Odd "name', "moods", "g", "other"]
    assert (found["a"].nullable, found["a"].default, found["a"].comment) == (
        False, "3", "the first",
    )  # fmt: skip
    assert found['Odd "name'].enum == found["moods"].enum == ("public", "mood")
    assert found["other"].enum is None
    assert found["g"].default is None
    assert found["g"].generated is not None and "a + 1" in found["g"].generated
    (enum,) = read_plain(connection).enums
    assert enum.labels == ("sad", "it's ok")


def test_constraints_have_postgres_names(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE t (k integer UNIQUE)")
    connection.execute(
        "CREATE TABLE c (a integer CHECK (a > 0) CHECK (a < 9), b integer REFERENCES t (k),"
        " PRIMARY KEY (b, a), UNIQUE (a), CHECK (a < b))"
    )
    found = [c for c in read_plain(connection).constraints if c.table == "c"]
    assert [(c.name, c.kind, c.columns) for c in sorted(found, key=lambda c: c.name)] == [
        ("c_a_check", "c", ("a",)),
        ("c_a_check1", "c", ("a",)),
        ("c_a_key", "u", ("a",)),
        ("c_b_fkey", "f", ("b",)),
        ("c_check", "c", ("a", "b")),
        ("c_pkey", "p", ("b", "a")),
    ]
    foreign = next(c for c in found if c.kind == "f")
    assert (foreign.target, foreign.target_columns) == (("public", "t"), ("k",))


def test_declarations_are_kept_in_comments(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE t (a varchar, n integer CHECK (n > 0) CHECK (n < 9))")
    names = (("c", ("n",), "positive"),)
    for what, comment in (
        ("COLUMN t.a", comment_of("its name", Declared(types.VARCHAR.oid, 104))),
        ("TABLE t", comment_of(None, Declared(constraints=names))),
    ):
        connection.execute(f"COMMENT ON {what} IS '{comment}'")
    connection.execute("ALTER TABLE t RENAME TO u")
    found = tables(connection)["u"]
    assert found.comment is None
    assert found.columns[0] == PlainColumn("a", types.VARCHAR, 104, comment="its name")
    constraints = read_plain(connection).constraints
    assert [c.name for c in constraints] == ["positive", "u_n_check"]
    assert isinstance(constraints[0], PlainConstraint)


@pytest.mark.parametrize("comment", [None, "", "plain words", "with ' and \x1e"])
def test_a_comment_without_declarations_is_the_users(comment: str | None) -> None:
    assert split_comment(comment) == (comment, Declared())
    again = split_comment(comment_of(comment, Declared(25, -1)))
    assert again == (comment or None, Declared(25, -1))


def test_indexes_and_sequences(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute('CREATE TABLE t (a integer, "B b" text)')
    connection.execute("CREATE UNIQUE INDEX i ON t (\"B b\", (a + 1), ((\"B b\" || 'it''s')))")
    connection.execute("CREATE SEQUENCE s START 5 INCREMENT 2 MAXVALUE 100 CYCLE")
    (index,) = read_plain(connection).indexes
    assert (index.name, index.table, index.unique) == ("i", "t", True)
    assert index.keys[0] == "B b"
    assert "a + 1" in index.keys[1]
    assert "'it''s'" in index.keys[2]
    (sequence,) = read_plain(connection).sequences
    assert (sequence.start, sequence.increment, sequence.maximum, sequence.cycle) == (
        5,
        2,
        100,
        True,
    )
    assert sequence.last_value is None
    connection.execute("SELECT nextval('s')").fetchall()
    assert read_plain(connection).sequences[0].last_value == 5


def test_macros(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE MACRO add_two(a integer, b) AS a + b")
    connection.execute("CREATE MACRO rows_of(n) AS TABLE SELECT n AS x")
    one, two = read_plain(connection).macros
    assert (one.name, one.parameters, one.types, one.table) == (
        "add_two", ("a", "b"), (types.INT4, None), False,
    )  # fmt: skip
    assert (two.name, two.table) == ("rows_of", True)


@pytest.mark.parametrize(
    ("duckdb_text", "type_", "expected"),
    [
        ("'new'", types.TEXT, "'new'::text"),
        ("CAST('new' AS VARCHAR)", types.VARCHAR, "'new'::character varying"),
        ("CAST('2020-01-01' AS DATE)", types.DATE, "'2020-01-01'::date"),
        ("CAST(0 AS DECIMAL(12, 2))", types.NUMERIC, "0"),
        ("CAST('1.5' AS DECIMAL(2, 1))", types.NUMERIC, "1.5"),
        ('nextval(\'hookwire."public"."s_id_seq"\')', types.INT4, "nextval('s_id_seq'::regclass)"),
        ('nextval(\'hookwire."x"."A b"\')', types.INT4, "nextval('x.\"A b\"'::regclass)"),
        ("CAST(CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(5, 2))", types.NUMERIC, "1"),
        (
            "CAST(f(CAST(1 AS INTEGER)) AS INTEGER)",
            types.INT4,
            "CAST(f(CAST(1 AS INTEGER)) AS INTEGER)",
        ),
        ("uuid()", types.UUID, "gen_random_uuid()"),
        ("now()", types.TIMESTAMPTZ, "now()"),
        ("(memory.hw.char_length(k) <= 5)", None, "(char_length(k) <= 5)"),
    ],
)
def test_expressions(duckdb_text: str, type_: types.PgType | None, expected: str) -> None:
    assert pg_expression(duckdb_text, type_) == expected
