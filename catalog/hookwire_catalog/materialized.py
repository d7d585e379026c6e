"""REFRESH MATERIALIZED VIEW: what the catalog keeps of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hookwire_catalog.edits import Context, Edit
from hookwire_catalog.errors import FeatureNotSupported, WrongObjectType
from hookwire_catalog.objects import CatalogObject, View
from hookwire_catalog.snapshot import Snapshot, kind_of
from hookwire_catalog.statements import RefreshView


def refresh(snapshot: Snapshot, statement: RefreshView, context: Context) -> Edit:
    """The rows are for whoever has a database; here only whether there are any is kept."""
    view = target(snapshot, statement, context)
    if statement.concurrently and not view.populated:
        raise FeatureNotSupported(
            "CONCURRENTLY cannot be used when the materialized view is not populated"
        )
    if view.populated == statement.with_data:
        return Edit()
    return Edit(replaced=((view, dataclasses.replace(view, populated=statement.with_data)),))


def target(snapshot: Snapshot, statement: RefreshView, context: Context) -> View:
    """Raises UndefinedTable, InvalidSchemaName, or what PostgreSQL raises for another kind of
    relation: 42809 for a view and 0A000 for a table."""
    name = statement.name
    found: CatalogObject | None = snapshot.lookup(name.parts, context.search_path)
    if found is None and context.find_table(name.parts) is not None:
        raise FeatureNotSupported(_not_one(name.parts))
    if found is None:
        if len(name.parts) > 1:
            snapshot.schema(name.parts[-2], position=name.position)
        found = snapshot.resolve(name.parts, context.search_path, position=name.position)
    if not isinstance(found, View):
        raise FeatureNotSupported(_not_one(name.parts))
    if kind_of(found) == "view":
        raise WrongObjectType(f'"{name.parts[-1]}" is not a table or materialized view')
    return found


def _not_one(parts: Sequence[str]) -> str:
    return f'"{parts[-1]}" is not a materialized view'
