"""Kinds of statements, and what is counted."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from hookwire_catalog.split import split_statements
from hookwire_pgwire.metrics import KINDS, SqlMetrics, kind_of


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", "select"),
        ("/* c */ with a as (select 1) select 2", "select"),
        ("(SELECT 1)", "other"),
        ("insert into t values (1)", "insert"),
        ("Update t set a = 1", "update"),
        ("DELETE FROM t", "delete"),
        ("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON", "ddl"),
        ("SHOW SOURCES", "show"),
        ("SET a = 1", "set"),
        ("BEGIN", "transaction"),
        ("nonsense", "other"),
    ],
)
def test_the_first_word_tells_the_kind(sql: str, kind: str) -> None:
    assert kind_of(split_statements(sql)[0]) == kind
    assert kind in KINDS


def test_an_empty_query_is_of_some_kind() -> None:
    assert kind_of(None) == "other"


def test_statements_are_counted_by_kind_and_outcome() -> None:
    registry = CollectorRegistry()
    metrics = SqlMetrics(registry)
    metrics.observe("select", "00000", 0.1)
    metrics.observe("select", "00000", 0.2)
    metrics.observe("select", "42P01", 0.3)

    def statements(sqlstate: str) -> float | None:
        labels = {"kind": "select", "sqlstate": sqlstate}
        return registry.get_sample_value("hookwire_sql_statements_total", labels)

    assert (statements("00000"), statements("42P01"), statements("22P02")) == (2, 1, None)
    assert registry.get_sample_value("hookwire_sql_statement_seconds_count") == 3
