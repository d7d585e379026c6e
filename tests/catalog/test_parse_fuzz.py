"""Whatever comes over the wire, parsing ends in a value, in None or in a SqlError."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_catalog.viewtext import qualify, references, rename

WORDS = st.sampled_from(
    """create or replace source schema view table drop alter comment on column is null show columns
    from in cluster webhook body format text bytes json array form include headers header
    received_at
    request_id method as with check validate stripe subsource deduplicate by if not exists rename to
    set swap cascade restrict sources views objects schemas databases all settings transaction
    isolation level read only write committed serializable deferrable session local characteristics
    time zone names role authorization default reset discard plans temp deallocate prepare listen
    unlisten notify close begin start commit end rollback abort work savepoint release and no chain
    prepared like where select union except values lateral join pivot on using recursive extract
    distinct options max_body_bytes external_id response_body response_status secret owner pause
    add retire previous decode convert_to cast bytea
    variable global snapshot interval off true s t public hookwire search_path datestyle timezone
    client_encoding statement_timeout""".split()
)
OTHERS = st.sampled_from(
    ["'x'", "E'\\n'", "E'\\ud800'", "U&'\\zz'", "''", "$$x$$", '"Q"', '""', "1", "-", "1.5",
     "99999999",
     "=", "=>", ",", ".", "(", ")", "*", ";", "[", "{", "::", "$1", "--\n", "/*", "b'1'", "'1 kB'",
     "'Abc-_0123456789012345'", "é", "\x00", "\\"]
)  # fmt: skip
STARTS = st.sampled_from(
    ["", "create source s from webhook body format json ", "create view v as ", "show ", "set ",
     "alter source s ", "create secret s as ", "alter secret s ",
     "create source s from webhook body format text check (with (",
     "create source s from webhook body format text validate github (secret s, ",
     "comment on ", "begin ", "drop ",
     "create source s from webhook body format text with ( "]
)  # fmt: skip
SCRIPTS = st.builds(
    lambda start, words: start + " ".join(words), STARTS, st.lists(st.one_of(WORDS, OTHERS))
)


def check(sql: str) -> None:
    try:
        statements = split_statements(sql)
    except SqlError:
        return
    for statement in statements:
        try:
            parse_statement(statement)
        except SqlError as error:
            assert error.message
            assert error.position is None or 1 <= error.position <= len(statement.text) + 1


@settings(max_examples=1500, deadline=None)
@given(SCRIPTS)
def test_words_of_the_grammar_in_any_order(sql: str) -> None:
    check(sql)


@given(st.text())
def test_any_text(sql: str) -> None:
    check(sql)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(WORDS, OTHERS)).map(" ".join))
def test_any_text_as_the_query_of_a_view(sql: str) -> None:
    try:
        named = references(sql)
    except SqlError:
        return
    assert all(1 <= len(parts) <= 3 for parts in named)
    assert qualify(sql, lambda parts: None) == sql
    assert rename(sql, lambda parts: None) == sql


@pytest.mark.parametrize(
    "sql",
    [
        "select 1", "insert into t values (1)", "create table t (a int)", "explain select 1",
        "create table t as select 1",
        "create table a.b c d e f g h i j k l m n from webhook",
        "create table from_webhook (a int)", "create table t",
        "copy t to stdout", "drop table t", "create index i on t (a)", "alter table t add a int",
        "set variable x = 1", "reset variable x", "create temp table t (a int)", "create", "drop",
        "alter", "create or replace table t (a int)", "create temp", "'create'",
    ],
)  # fmt: skip
def test_what_is_not_ours_is_left_alone(sql: str) -> None:
    (statement,) = split_statements(sql)
    assert parse_statement(statement) is None
