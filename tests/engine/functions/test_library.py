"""The library as a whole: installing, names, tables of types, errors, the reference page."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import duckdb
import pytest

from hookwire_catalog.errors import InvalidParameterValue, SqlError
from hookwire_catalog.types import BY_NAME
from hookwire_engine.functions import registry
from hookwire_engine.functions.casts import CastContext, cast_context
from hookwire_engine.functions.chapters import CHAPTERS
from hookwire_engine.functions.faults import Fault, error_sql, read_fault
from hookwire_engine.functions.library import UNSUPPORTED, install, macros, udfs
from hookwire_engine.functions.reference import reference_page
from hookwire_engine.functions.resolution import POLYMORPHIC, common_type
from hookwire_engine.functions.signatures import SCHEMA

PSEUDO = POLYMORPHIC | {"record", "jsonpath"}


@pytest.fixture(scope="module")
def fresh() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    install(connection)
    return connection


def test_install_twice_is_one(fresh: duckdb.DuckDBPyConnection) -> None:
    count = "SELECT count(*) FROM duckdb_functions() WHERE schema_name = 'hw'"
    before = fresh.execute(count).fetchall()
    install(fresh)
    install(fresh.cursor())
    assert fresh.execute(count).fetchall() == before


def test_other_cursors_see_it_and_views_may_use_it(fresh: duckdb.DuckDBPyConnection) -> None:
    fresh.execute("ATTACH ':memory:' AS other")
    cursor = fresh.cursor()
    cursor.execute("USE other")
    cursor.execute("CREATE VIEW v AS SELECT memory.hw.jsonb_get_text('{\"a\": 1.50}', 'a') AS x")
    assert cursor.execute("SELECT x FROM v").fetchall() == [("1.50",)]


def test_every_target_exists(fresh: duckdb.DuckDBPyConnection) -> None:
    ours = {macro.name for macro in macros()}
    theirs = {
        row[0] for row in fresh.execute("SELECT function_name FROM duckdb_functions()").fetchall()
    }
    for chapter in CHAPTERS:
        targets = [t for f in chapter.functions for t in (f.target, f.raw, f.literal)]
        targets += [t for operator in chapter.operators for t in (operator.target, operator.raw)]
        for target in targets:
            schema, _, name = (target or f"{SCHEMA}.like").rpartition(".")
            assert name in (ours if schema == SCHEMA else theirs), target


def test_types_are_known() -> None:
    for chapter in CHAPTERS:
        for entry in chapter.functions:
            for name in (*entry.arguments, entry.returns, *(type_ for _, type_ in entry.columns)):
                assert name in BY_NAME or name in PSEUDO, f"{entry.name}: {name}"
        for operator in chapter.operators:
            for used in (operator.left, operator.right, operator.returns):
                assert used is None or used in BY_NAME or used in PSEUDO, operator


def test_overloads_differ_in_their_arguments() -> None:
    seen = Counter(
        (entry.name, entry.arguments, entry.kind, entry.within_group)
        for chapter in CHAPTERS
        for entry in chapter.functions
    )
    assert [key for key, count in seen.items() if count > 1] == []


def test_names_in_sql_are_private() -> None:
    """A macro's inner names must not be those of a caller's columns: all begin with `_`."""
    for macro in macros():
        for parameters, _ in macro.bodies:
            assert all(name.strip().startswith("_") for name in parameters.split(",") if name)
        for _, body in macro.bodies:
            assert all(name.startswith("_") for name in re.findall(r"lambda (\w+):", body)), macro


def test_python_functions_are_told_by_their_prefix() -> None:
    assert all(udf.name.startswith("hw_") for udf in udfs())


def test_unsupported_names_are_not_there() -> None:
    assert UNSUPPORTED
    assert [name for name in UNSUPPORTED if registry.functions(name)] == []


def test_a_fault_comes_out_of_duckdb_as_it_went_in(fresh: duckdb.DuckDBPyConnection) -> None:
    for statement in (
        "SELECT memory.hw.split_part('a', ',', 0)",
        "SELECT memory.hw.regexp_match('a', 'a', 'g')",
    ):
        with pytest.raises(duckdb.Error) as raised:
            fresh.execute(statement).fetchall()
        fault = read_fault(str(raised.value))
        assert isinstance(fault, InvalidParameterValue)
    assert fault is not None and fault.hint == "Use the regexp_matches function instead."


def test_faults_of_states_without_a_class() -> None:
    fault = read_fault(str(Fault("2201B", "bad: 'x'")))
    assert isinstance(fault, SqlError)
    assert (fault.sqlstate, fault.message, fault.hint) == ("2201B", "bad: 'x'", None)
    assert read_fault("Invalid Input Error: something else") is None
    assert error_sql("22023", "'x'").startswith("error(")


RESOLVED = [
    ("length", ["unknown"], "char_length"),
    ("length", ["bytea"], "length_bytea"),
    ("round", ["float8"], "round_float8"),
    ("round", ["int4"], "round_float8"),
    ("substring", ["unknown", "unknown"], "substring_regex"),
    ("substring", ["text", "int4"], "substr_from"),
    ("to_char", ["date", "unknown"], "to_char_timestamptz"),
    ("sum", ["int2"], "sum"),
    ("concat", ["int4", "bool", "unknown"], "concat"),
    ("jsonb_extract_path", ["jsonb", "unknown", "unknown"], "jsonb_path"),
    ("array_append", ["_int4", "int4"], "array_append"),
    ("array_append", ["_text", "int4"], None),
    ("length", ["int4"], None),
    ("no_such_function", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "types", "target"), RESOLVED)
def test_functions_resolve_as_in_postgresql(
    name: str, types: list[str], target: str | None
) -> None:
    entry = registry.resolve_function(name, types)
    assert (None if entry is None else entry.target.rpartition(".")[2]) == target


OPERATORS = [
    ("+", "int4", "int8", "int8"), ("+", "unknown", "int4", "int4"), ("/", "int4", "numeric",
    "numeric"),
    ("||", "unknown", "unknown", "text"), ("||", "jsonb", "unknown", "jsonb"), ("-", "date",
    "date", "int4"),
    ("->", "jsonb", "unknown", "jsonb"), ("->", "jsonb", "int4", "jsonb"), ("->", "hstore",
    "unknown", "text"),
    ("=", "text", "unknown", "bool"), ("=", "text", "int4", None), ("+", "text", "int4", None),
    ("@>", "jsonb", "unknown", "bool"), ("||", "text", "int4", "text"), ("||", "_int4", "int4",
    "anycompatiblearray"),
    ("~", "varchar", "unknown", "bool"), ("=", "varchar", "varchar", "bool"), ("-", None, "int4",
    "int4"),
    ("^", "int4", "int4", "float8"), ("<", "timestamp", "date", "bool"), ("+", "date",
    "interval", "timestamp"),
]  # fmt: skip


@pytest.mark.parametrize(("symbol", "left", "right", "returns"), OPERATORS)
def test_operators_resolve_as_in_postgresql(
    symbol: str, left: str | None, right: str, returns: str | None
) -> None:
    entry = registry.resolve_operator(symbol, left, right)
    assert (None if entry is None else entry.returns) == returns


def test_common_types() -> None:
    assert common_type(["int4", "unknown", "numeric"]) == "numeric"
    assert common_type(["unknown", "unknown"]) == "text"
    assert common_type(["int4", "text"]) is None
    assert common_type(["float8", "numeric"]) == "float8"


def test_casts() -> None:
    assert cast_context("int4", "numeric") is CastContext.IMPLICIT
    assert cast_context("numeric", "int4") is CastContext.ASSIGNMENT
    assert cast_context("int4", "bool") is CastContext.EXPLICIT
    assert cast_context("int4", "text") is CastContext.ASSIGNMENT
    assert cast_context("text", "int4") is CastContext.EXPLICIT
    assert cast_context("bool", "date") is None
    assert cast_context("_int4", "_int8") is CastContext.IMPLICIT


def test_sequences(fresh: duckdb.DuckDBPyConnection, pg: Any) -> None:
    """DuckDB's sequence functions are those that are named as targets."""
    calls = (
        "nextval('counted')", "currval('counted')", "setval('counted', 10)", "nextval('counted')",
        "setval('counted', 5, false)", "nextval('counted')", "setval('counted', 3, true)",
        "nextval('counted')",
    )  # fmt: skip
    answers = []
    for connection in (fresh, pg):
        connection.execute("CREATE SEQUENCE counted")
        answers.append([connection.execute(f"SELECT {call}").fetchall() for call in calls])
    pg.execute("DROP SEQUENCE counted")
    assert answers[0] == answers[1]
    for name in ("nextval", "currval", "setval"):
        assert {entry.target for entry in registry.functions(name)} == {name}


def test_the_reference_page_lists_everything() -> None:
    page = reference_page()
    for chapter in CHAPTERS:
        assert f"## {chapter.title} ({chapter.section})" in page
        assert all(f"- {note}" in page for note in chapter.notes)
        assert all(f"`{entry.name}(" in page for entry in chapter.functions)
    assert all(f"`{name}` is not there" in page for name in UNSUPPORTED)
