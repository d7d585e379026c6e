"""Statements by topic: PostgreSQL's names, types, values and errors, and ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.dialect import Pair, comparable, lines

FOLDER = Path(__file__).parent / "statements"
TOPICS = ("names", "types", "json", "queries", "errors", "more", "hooks")
CASES = [pytest.param(sql, id=f"{topic}:{sql[:60]}") for topic in TOPICS
         for sql in lines(FOLDER / f"{topic}.sql")]  # fmt: skip


@pytest.mark.parametrize("sql", CASES)
def test_answer_is_that_of_postgres(pair: Pair, sql: str) -> None:
    expected, found = pair.postgres.answer(sql), pair.translated.answer(sql)
    if expected.position is None:
        # A fault that shows at run time: PostgreSQL has no place for it.
        found = replace(found, position=None)
    assert comparable(found) == comparable(expected)


def test_a_stored_body_comes_back_as_it_was_sent(pair: Pair) -> None:
    raw = '{"b":1,  "a":2,"a":3, "n":1.50}'
    pair.translated.execute("begin")
    pair.translated.execute(f"insert into hookwire.public.hook (id, body) values (99, '{raw}')")
    found = pair.translated.answer("select body, body->'n', body->>'n' from hook where id = 99")
    pair.translated.execute("rollback")
    assert found.rows == ((raw, "1.50", "1.50"),)
