"""What only DuckDB has goes to DuckDB: the answer is the one that it gives by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwire_catalog.errors import SqlError
from support.dialect import Translated, lines

STATEMENTS = lines(Path(__file__).parent / "statements" / "duckdb.sql")


@pytest.mark.parametrize("sql", STATEMENTS)
def test_answer_is_that_of_duckdb(translated: Translated, sql: str) -> None:
    bare = translated.cursor.sql(sql)
    expected = (bare.columns, sorted(bare.fetchall(), key=repr))
    made = translated.translate(sql)
    ours = translated.cursor.sql(made.sql)
    names = ours.columns if made.columns is None else [column.name for column in made.columns]
    assert (names, sorted(ours.fetchall(), key=repr)) == expected


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("select * from read_csv('/etc/passwd')", "42501"),
        ("select * from duckdb_secrets()", "42501"),
        ("select * from duckdb_settings()", "42501"),
        ("select * from glob('/*')", "42501"),
        ("select read_text('/etc/passwd')", "42883"),
        ("select getenv('HOME')", "42883"),
        ("from '/etc/passwd'", "42501"),
        ("select * from '/etc/passwd'", "42501"),
        ("pivot '/etc/passwd.csv' on a", "42501"),
        ("summarize select * from read_csv('/etc/passwd')", "42501"),
        ("select * exclude (a) from read_json('x')", "42501"),
        ("select query('select 1')", "42883"),
        ("select * from query('select 1')", "42501"),
        ("summarize nosuch", "42P01"),
        ("pivot nosuch on a", "42P01"),
        ("select * from hookwire_internal.meta", "42P01"),
        ("summarize hookwire_internal.meta", "42P01"),
    ],
)
def test_what_reaches_beyond_the_tables_is_refused(
    translated: Translated, sql: str, sqlstate: str
) -> None:
    with pytest.raises(SqlError) as caught:
        translated.translate(sql)
    assert caught.value.sqlstate == sqlstate


def test_names_in_passed_statements_are_resolved(translated: Translated) -> None:
    made = translated.translate("summarize public.dep")
    assert made.sql == 'summarize hookwire.public."dep"'
    assert made.columns is None


def test_a_parameter_in_a_passed_statement(translated: Translated) -> None:
    sql = "select * from (pivot dep on name in ('x') using sum(qty)) where ev_id = $1"
    assert "CAST($1 AS INTEGER)" in translated.translate(sql, (23,)).sql
