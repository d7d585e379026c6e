"""The work that a long statement takes: ours grows with its length, DuckDB's does not."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from hookwire_catalog.split import split_statements
from hookwire_engine.dialect import translate
from hookwire_engine.dialect.columns import MANY
from hookwire_engine.safety import rules
from support.dialect import Tables, one, relation_of
from support.steps import steps

LISTS: dict[str, tuple[str, Callable[[int], str]]] = {
    "numbers in IN": ("SELECT 1 IN ({})", str),
    "texts in IN": ("SELECT 'a' IN ({})", lambda i: f"'name {i}'"),
    "parameters in IN": ("SELECT 1 IN ({})", lambda i: f"${i + 1}"),
    "VALUES": ("VALUES {}", lambda i: f"({i}, 'name {i}', {i}.5, NULL, true)"),
    "rows of an INSERT": ("INSERT INTO t VALUES {}", lambda i: f"({i}, 'name {i}', '{i}.5')"),
    "parameters of INSERT": ("INSERT INTO t VALUES {}", lambda i: f"(${i * 2 + 1}, ${i * 2 + 2})"),
}  # fmt: skip
TABLE = "CREATE TABLE t (a int, b text, c numeric)"


def text(shape: str, items: int) -> str:
    sql, item = LISTS[shape]
    return sql.format(", ".join(map(item, range(items))))


def translated(sql: str) -> str:
    (statement,) = split_statements(sql)
    rules.check(statement)
    relation = relation_of(one(TABLE))
    made = translate(statement, Tables({relation.name: relation})).sql
    rules.check_sql(made)
    return made


@pytest.mark.parametrize("shape", LISTS)
def test_our_steps_grow_with_the_length(shape: str) -> None:
    translated(text(shape, MANY))  # what is kept from the first time on is there
    once, twice = (steps(translated, text(shape, items)) for items in (MANY, 2 * MANY))
    assert twice <= 2 * once + 1000


@pytest.mark.parametrize("shape", LISTS)
def test_what_duckdb_reads_does_not_grow(shape: str) -> None:
    once, twice = (duckdb.tokenize(translated(text(shape, n))) for n in (MANY, 2 * MANY))
    assert len(once) == len(twice) < 200
