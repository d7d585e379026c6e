from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import CharacterNotInRepertoire, SqlError
from hookwire_catalog.lexer import tokenize

PIECES = st.sampled_from(
    [
        "a", "é", "😀", "''", "\\\\", "\\'", "\\n", "\\t", "\\b", "\\f", "\\r", "\\v", "\\q",
        "\\x41",
        "\\x4", "\\xz", "\\101", "\\7", "\\8", "\\u00e9", "\\U0001f600", "\\ud83d\\ude00", "\n",
        "\\xc3\\xa9", "\\303\\251", "\\xe5\\x92\\x8c", "'\n'", "' --x'\n '",
        "\\ud83d\\U0000de00",
    ]
)  # fmt: skip
BAD_PIECES = st.sampled_from(
    ["\\0", "\\400", "\\x0", "\\xff", "\\xc3", "\\u12", "\\u0000", "\\U00110000", "\\ud83d",
     "\\ude00", "\\U123"]
)  # fmt: skip
UNICODE_PIECES = st.sampled_from(
    ["a", "''", "\\\\", "\\0041", "\\+01f600", "\\d83d\\de00", "\\+00d83d\\de00", "é"]
)
BAD_UNICODE_PIECES = st.sampled_from(
    ["\\zz", "\\41", "\\0000", "\\+110000", "\\d83d", "\\de00", "\\+12", "\\"]
)

Oracle = psycopg.Connection[Any]
ONCE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def value(sql: str) -> str:
    return tokenize(sql)[-1].value


def asked(oracle: Oracle, literal: str) -> object:
    row = oracle.execute(f"SELECT {literal}").fetchone()
    assert row is not None
    return row[0]


@ONCE
@given(pieces=st.lists(PIECES))
def test_escapes_mean_what_they_mean_to_postgresql(oracle: Oracle, pieces: list[str]) -> None:
    literal = "E'" + "".join(pieces) + "'"
    assert value(literal) == asked(oracle, literal)


@ONCE
@given(pieces=st.lists(UNICODE_PIECES))
def test_unicode_escapes_mean_what_they_mean_to_postgresql(
    oracle: Oracle, pieces: list[str]
) -> None:
    literal = "U&'" + "".join(pieces) + "'"
    assert value(literal) == asked(oracle, literal)


@pytest.mark.parametrize(
    "literal",
    ["'it''s'", "'a\\'", "'a'\n'b'", "'a' -- it's\n'b'", "N'x'", "e'\\''", "''", "$$a''\\n$$",
     "'a' \n\n 'b'\n'c'"],
)  # fmt: skip
def test_plain_strings(oracle: Oracle, literal: str) -> None:
    assert value(literal) == asked(oracle, literal)


@ONCE
@given(st.lists(PIECES, max_size=2), BAD_PIECES, st.lists(st.sampled_from(["a", "\\n", "''"])))
def test_bad_escapes_are_refused_as_postgresql_does(
    refusal: Callable[[str], tuple[object, ...] | None],
    before: list[str],
    bad: str,
    after: list[str],
) -> None:
    sql = "SELECT E'" + "".join([*before, bad, *after]) + "'"
    check_refused(sql, refusal)


@ONCE
@given(st.lists(UNICODE_PIECES.filter(lambda p: p != "''"), max_size=2), BAD_UNICODE_PIECES,
       st.lists(st.sampled_from(["x", "é", "''", " "])))  # fmt: skip
def test_bad_unicode_escapes_are_refused_as_postgresql_does(
    refusal: Callable[[str], tuple[object, ...] | None],
    before: list[str],
    bad: str,
    after: list[str],
) -> None:
    sql = "SELECT U&'" + "".join([*before, bad, *after]) + "'"
    check_refused(sql, refusal)


def check_refused(sql: str, refusal: Callable[[str], tuple[object, ...] | None]) -> None:
    said = refusal(sql)
    if said is None:
        value(sql)  # what follows completed the escape
        return
    with pytest.raises(SqlError) as raised:
        value(sql)
    error = raised.value
    assert (error.sqlstate, error.message, error.position, None, error.hint) == said


def test_quoted_identifiers_have_unicode_escapes_too() -> None:
    with pytest.raises(SqlError) as raised:
        value('select U&"a\\zz"')
    assert raised.value.position == len('select U&"a') + 1


def test_invalid_bytes_are_shown() -> None:
    with pytest.raises(CharacterNotInRepertoire) as raised:
        value("E'\\xf0\\x9f\\x98'")
    assert raised.value.message == 'invalid byte sequence for encoding "UTF8": 0xf0 0x9f 0x98'
