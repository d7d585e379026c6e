"""A catalog that DDL is run on as the engine does it, for tests of Catalog.apply."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import cast

import pytest

from hookwire_catalog import types
from hookwire_catalog.catalog import Catalog, Change
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import CatalogObject, View, WebhookSource
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import CatalogStatement
from hookwire_catalog.types import Column
from hookwire_catalog.viewtext import qualify

SOURCE = "CREATE SOURCE {} FROM WEBHOOK BODY FORMAT TEXT"
A = (Column("a", types.TEXT),)


class CatalogSession:
    """Runs DDL as the engine does, with a binder that believes the text of a query."""

    def __init__(self, *script: str, search_path: tuple[str, ...] = ("public",)) -> None:
        self.catalog = Catalog.empty()
        self.search_path = search_path
        self.ids: Iterator[str] = map("id{:014d}".format, itertools.count())
        self.run(*script)

    def run(self, *script: str, columns: tuple[Column, ...] = A) -> Change:
        change = Change(self.catalog)
        for sql in script:
            (statement,) = split_statements(sql)
            parsed = cast(CatalogStatement, parse_statement(statement))
            change = self.catalog.apply(
                parsed,
                new_external_id=lambda: next(self.ids),
                search_path=self.search_path,
                columns=columns,
                depends_on=self.depends_on(getattr(parsed, "query", "")),
                find_table=self.find_table,
            )
            self.catalog = change.catalog
        return change

    def depends_on(self, query: str) -> frozenset[int]:
        found: set[int] = set()

        def find(parts: tuple[str, ...]) -> ObjectName | None:
            thing = self.catalog.lookup(parts, self.search_path)
            if thing is None:
                return None
            found.add(thing.id)
            return thing.name

        qualify(query, find)
        return frozenset(found)

    def find_table(self, parts: tuple[str, ...]) -> ObjectName | None:
        """Plain tables: those of the schema `plain`, whose names all begin with `table`."""
        if parts[-1].startswith("table"):
            return ObjectName("hookwire", "plain", parts[-1])
        return None

    def refused(self, sql: str, columns: tuple[Column, ...] = A) -> SqlError:
        before = self.catalog
        with pytest.raises(SqlError) as raised:
            self.run(sql, columns=columns)
        assert self.catalog is before
        return raised.value

    def find(self, schema: str, name: str) -> CatalogObject | None:
        return self.catalog.find(ObjectName("hookwire", schema, name))

    def source(self, schema: str, name: str) -> WebhookSource:
        found = self.find(schema, name)
        assert isinstance(found, WebhookSource)
        return found

    def view(self, schema: str, name: str) -> View:
        found = self.find(schema, name)
        assert isinstance(found, View)
        return found

    @property
    def names(self) -> set[str]:
        return {str(thing.name) for thing in self.catalog.objects.values()}


class Suspicious(CatalogSession):
    """Its binder finds more in a query than the text shows."""

    def depends_on(self, query: str) -> frozenset[int]:
        return frozenset(self.catalog.objects)


def told(change: Change) -> list[tuple[str, str, str | None]]:
    return [(n.sqlstate, n.message, n.detail) for n in change.notices]


def said(error: SqlError) -> tuple[str, str]:
    return error.sqlstate, error.message
