"""No text means one thing to our lexer and another to DuckDB's such that a forbidden call runs.

Texts are made of the pieces in which SQL lexers differ, with a call among them that leaves a
trace. They run on a DuckDB without any lock: what leaves the trace must have been refused.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.safety.rules import check, check_sql

CANARY = "canary-7f3a"
PIECES = [
    "'", "''", '"', '""', "`", "\\", "\\'", "$$", "$a$", "$", "E'", "e'\\''", "U&'", 'U&"', "x'",
    "b'", "--", "-- '\n", "\n", "\r", "/*", "*/", "/**/", "/* ' */", "(", ")", "[", "]", "{", "}",
    ";", ",", ".", "::", " ", "\t", "\v", "\f", "\u00a0", "\u2003", "\u200b", "\ufeff", "é",
    "\u017f",
    "select ", "1", " as ", "a", " from ", " union all ", "*", "+", "-", "||", "#", "?", "@", "$1",
    "null", "(select 1)", "with x as (", "0x", "1e", "_", "N'", "from t ", "t", ":=", "=>", ":a",
]  # fmt: skip
CALLS = [
    "{f}({c})", '"{f}"({c})', "{f} ({c})", "{f}/**/({c})", "{f}--\n({c})", "{F}({c})", "`{f}`({c})",
    "{f}\u00a0({c})", "{f}\u2003({c})", "system.main.{f}({c})", "{f}(array[{c}])", "{f}\v({c})",
    "U&\"read\\005ftext\"({c})", "{f}\ufeff({c})", "{f}\u200b({c})", "\u00a0{f}({c})",
]  # fmt: skip


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    descriptor, path = tempfile.mkstemp(suffix=".csv")
    os.write(descriptor, f"a\n{CANARY}\n".encode())
    os.close(descriptor)
    yield path
    os.unlink(path)


@pytest.fixture(scope="module")
def unlocked() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def reaches(unlocked: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether DuckDB, given this text, reads the file."""
    try:
        result = unlocked.execute(sql)
        return result is not None and CANARY in str(result.fetchall())
    except (duckdb.Error, ValueError, RuntimeError):
        return False


def passes_as_statement(sql: str) -> bool:
    try:
        for statement in split_statements(sql):
            check(statement)
    except SqlError:
        return False
    return True


def passes_as_text(sql: str, passed_on: bool) -> bool:
    try:
        check_sql(sql, passed_on=passed_on)
    except SqlError:
        return False
    return True


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A query around a call that reads the canary (its path is put in for `{c}`)."""
    some = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
    call = draw(st.sampled_from(CALLS)).replace("{f}", "read_text").replace("{F}", "READ_TEXT")
    shape = draw(
        st.sampled_from(
            ["select {a} content from {b} {call} {c2}", "{a} from {call} {b}",
             "select * from {call}", "select {a}, * from {b}{call}{c2}",
             "{a} select * from {b} {call} {c2}",
             "with x as (select {a}) select * from x, {call} {b}",
             "select '{a}' , * from {call} --{b}", "select $$ {a} $$, * from {b} {call}"]
        )
    )  # fmt: skip
    parts = {"{a}": draw(some), "{b}": draw(some), "{c2}": draw(some), "{call}": call}
    for name, text in parts.items():
        shape = shape.replace(name, text)
    return shape


@given(text=texts())
@example(text="select * from read_text\u00a0({c})")
@example(text="select * from `read_text`({c})")
@example(text="select U&'\\0027' , * from read_text({c}) -- '")
@example(text="select E'\\'' , * from read_text({c}) -- '")
@example(text="select '\\' , * from read_text({c}) -- '")
@example(text="select $a$ $$ $a$, * from read_text({c}) -- $$")
@example(text="select /* /* */ */ * from read_text({c})")
@settings(max_examples=1500, deadline=None)
def test_what_reads_is_refused(
    canary: str, unlocked: duckdb.DuckDBPyConnection, text: str
) -> None:
    sql = text.replace("{c}", f"'{canary}'")
    if reaches(unlocked, sql):
        assert not passes_as_statement(sql)
        assert not passes_as_text(sql, passed_on=True)
        assert not passes_as_text(sql, passed_on=False)


def test_the_fuzzer_reaches_the_file_often(
    canary: str, unlocked: duckdb.DuckDBPyConnection
) -> None:
    """So that the test above is one that can fail."""
    calls = [call.replace("{f}", "read_text").replace("{F}", "READ_TEXT") for call in CALLS]
    reached = [
        reaches(unlocked, f"select * from {call}".replace("{c}", f"'{canary}'")) for call in calls
    ]
    assert sum(reached) >= len(calls) - 1
