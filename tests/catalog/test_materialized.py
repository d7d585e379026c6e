"""Materialized views as values: parsed, applied and printed."""

from __future__ import annotations

import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import FeatureNotSupported, SqlError, WrongObjectType
from hookwire_catalog.objects import View
from hookwire_catalog.printer import create_view_sql
from hookwire_catalog.snapshot import kind_of
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import (
    CreateView,
    DropRelations,
    OurStatement,
    QualifiedName,
    RefreshView,
    RenameRelation,
    command_tag,
)
from hookwire_catalog.types import INT4, Column


def parse(sql: str) -> OurStatement:
    (statement,) = split_statements(sql)
    made = parse_statement(statement)
    assert made is not None
    return made


CREATED = [
    ("CREATE MATERIALIZED VIEW m AS SELECT 1", "SELECT 1", True),
    ("CREATE MATERIALIZED VIEW m AS SELECT 1 WITH DATA", "SELECT 1", True),
    ("create materialized view m as select 1  with  no data", "select 1", False),
    ("CREATE MATERIALIZED VIEW m AS SELECT 1 -- one\n WITH NO DATA", "SELECT 1", False),
    ("CREATE MATERIALIZED VIEW m AS SELECT 1 -- WITH NO DATA", "SELECT 1", True),
    ("CREATE MATERIALIZED VIEW m AS SELECT data FROM no", "SELECT data FROM no", True),
    ("CREATE MATERIALIZED VIEW m AS WITH data AS (SELECT 1) TABLE data",
     "WITH data AS (SELECT 1) TABLE data", True),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "query", "with_data"), CREATED)
def test_the_query_ends_before_with_data(sql: str, query: str, with_data: bool) -> None:
    made = parse(sql)
    assert isinstance(made, CreateView)
    assert (made.query, made.with_data, made.materialized) == (query, with_data, True)
    assert sql[made.query_start :].startswith(query)
    assert command_tag(made) == "CREATE MATERIALIZED VIEW"


def test_the_other_statements() -> None:
    refreshed = parse("REFRESH MATERIALIZED VIEW CONCURRENTLY a.m")
    assert refreshed == RefreshView(QualifiedName(("a", "m"), 40), concurrently=True)
    assert command_tag(refreshed) == "REFRESH MATERIALIZED VIEW"
    dropped = parse("DROP MATERIALIZED VIEW IF EXISTS m CASCADE")
    assert isinstance(dropped, DropRelations)
    assert (dropped.kind, dropped.if_exists, dropped.cascade) == ("materialized view", True, True)
    renamed = parse("ALTER MATERIALIZED VIEW m RENAME TO n")
    assert isinstance(renamed, RenameRelation)
    assert command_tag(renamed) == "ALTER MATERIALIZED VIEW"


def apply(catalog: Catalog, sql: str) -> Catalog:
    statement = parse(sql)
    change = catalog.apply(
        statement,  # type: ignore[arg-type]
        new_external_id=lambda: "x",
        columns=(Column("a", INT4),),
    )
    return change.catalog


def view(catalog: Catalog) -> View:
    found = catalog.lookup(("m",), ("public",))
    assert isinstance(found, View)
    return found


@pytest.mark.parametrize("data", ["", " WITH NO DATA"])
def test_what_is_printed_makes_the_same(data: str) -> None:
    made = view(apply(Catalog.empty(), f"CREATE MATERIALIZED VIEW m (b) AS SELECT 1 AS a{data}"))
    assert create_view_sql(made) == f"CREATE MATERIALIZED VIEW public.m (b) AS SELECT 1 AS a{data}"
    assert view(apply(Catalog.empty(), create_view_sql(made))) == made
    assert kind_of(made) == "materialized view"


def test_a_refresh_changes_the_catalog_only_when_there_were_no_rows() -> None:
    blank = apply(Catalog.empty(), "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA")
    assert not view(blank).populated
    with pytest.raises(FeatureNotSupported):
        apply(blank, "REFRESH MATERIALIZED VIEW CONCURRENTLY m")
    filled = apply(blank, "REFRESH MATERIALIZED VIEW m")
    assert view(filled).populated
    assert apply(filled, "REFRESH MATERIALIZED VIEW CONCURRENTLY m") is filled
    assert not view(apply(filled, "REFRESH MATERIALIZED VIEW m WITH NO DATA")).populated


def test_a_view_is_none() -> None:
    catalog = apply(Catalog.empty(), "CREATE VIEW m AS SELECT 1 AS a")
    for sql in ("DROP MATERIALIZED VIEW m", "REFRESH MATERIALIZED VIEW m",
                "ALTER MATERIALIZED VIEW m RENAME TO n",
                "COMMENT ON MATERIALIZED VIEW m IS 'x'"):  # fmt: skip
        with pytest.raises(WrongObjectType):
            apply(catalog, sql)
    with pytest.raises(SqlError) as raised:
        apply(catalog, "DROP MATERIALIZED VIEW m")
    assert raised.value.hint == "Use DROP VIEW to remove a view."
