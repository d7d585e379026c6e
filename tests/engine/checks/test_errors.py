"""What CREATE SOURCE says to a check that cannot be: code, place, words."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.checks import compile_check

ERRORS = [
    ("length(body)", "42804", 1, "argument of CHECK must be type boolean, not type integer"),
    ("body and true", "42804", 1, "argument of AND must be type boolean, not type text"),
    ("nothing = 'a'", "42703", 1, 'column "nothing" does not exist'),
    ("CHECK (WITH (HEADERS) body = 'a')", "42703", 23, 'column "body" does not exist'),
    ("CHECK (WITH (BODY AS x, HEADERS AS x) x = 'a')", "42702", 39,
     'column reference "x" is ambiguous'),
    ("1 = 1", "42P10", 3, "expression provided in CHECK does not reference any inputs"),
    ("body = (select 'a')", "0A000", 9, "cannot use subquery in CHECK"),
    ("exists (select 1)", "0A000", 1, "cannot use subquery in CHECK"),
    ("count(body) = 1", "0A000", 1, "aggregate functions are not allowed in CHECK"),
    ("random() < length(body)", "0A000", 1, "functions in CHECK must be deterministic"),
    ("sqrt(length(body) * 1.0) = 1", "0A000", 1, "sqrt of numeric is not supported in CHECK"),
    ("to_char(now(), 'YYYY WW') = body", "0A000", 16,
     '"WW" is not supported in a template of CHECK'),
    ("to_char(length(body), '999') = ''", "42883", 1,
     "function to_char(integer, unknown) does not exist"),
    ("extract(julian from now()) = length(body)", "0A000", 9,
     'unit "julian" is not supported in CHECK'),
    ("jsonb_build_object(body) = '{}'", "22023", 1,
     "argument list must have even number of elements"),
    ("jsonb_build_object(true, body) = '{}'", "0A000", 20,
     "keys of type boolean are not supported in CHECK"),
    ("format('%s', body) = ''", "42883", 1, "function format(unknown, text) does not exist"),
    ("body = $1", "0A000", 8, "parameters are not allowed in CHECK"),
    ("nosuch(body)", "42883", 1, "function nosuch(text) does not exist"),
    ("body + 1 = 2", "42883", 6, "operator does not exist: text + integer"),
    ("body = SECRET t", "42704", 15, 'secret "t" does not exist'),
    ("body::nosuch = 'a'", "42704", 7, 'type "nosuch" does not exist'),
    ("body = ", "42601", 8, "syntax error at end of input"),
    ("body = = 'a'", "42601", 8, 'syntax error at or near "="'),
    ("length(body) = 'x'", "22P02", 16, 'invalid input syntax for type integer: "x"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sqlstate", "position", "message"), ERRORS)
def test_error(text: str, sqlstate: str, position: int, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        compile_check(text, {"s": "s"})
    error = caught.value
    assert (error.sqlstate, error.position, error.message) == (sqlstate, position, message)
