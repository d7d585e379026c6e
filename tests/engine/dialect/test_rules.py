"""Every rule is needed, and does what it says."""

from __future__ import annotations

import duckdb
import pytest

from hookwire_engine.dialect.rules import RULES, Rule
from support.dialect import Answer, Pair, Translated, comparable

IDS = [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_example_gives_the_answer_of_postgres(pair: Pair, rule: Rule) -> None:
    expected, found = pair.postgres.answer(rule.example), pair.translated.answer(rule.example)
    assert comparable(found) == comparable(expected)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_duckdb_alone_gives_another(pair: Pair, rule: Rule) -> None:
    expected, alone = pair.postgres.answer(rule.example), bare(pair.translated, rule.example)
    assert alone != expected
    if expected.sqlstate:
        assert alone is not None


def bare(translated: Translated, sql: str) -> Answer | None:
    """DuckDB's own answer; None for an error."""
    try:
        return translated.read(sql, None)
    except duckdb.Error:
        return None


def test_names_are_unique() -> None:
    assert len(set(IDS)) == len(IDS)
