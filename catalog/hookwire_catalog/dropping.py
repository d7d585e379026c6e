"""DROP SOURCE, VIEW and SCHEMA: what they take with them."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.edits import Context, Edit, check_kind, check_not_system
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    InvalidSchemaName,
    UndefinedTable,
)
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.notices import Notice, notice
from hookwire_catalog.objects import CatalogObject, Schema
from hookwire_catalog.snapshot import Snapshot, check_database, kind_of
from hookwire_catalog.statements import DropRelations, DropSchema, QualifiedName

_CASCADE_HINT = "Use DROP ... CASCADE to drop the dependent objects too."


def drop_relations(snapshot: Snapshot, statement: DropRelations, context: Context) -> Edit:
    targets: dict[int, CatalogObject] = {}
    notices: list[Notice] = []
    for name in statement.names:
        found = _relation(snapshot, statement, name, context)
        if isinstance(found, Notice):
            notices.append(found)
        else:
            targets[found.id] = found
    shown = [f"{kind_of(t)} {snapshot.shown(t, context.search_path)}" for t in targets.values()]
    taken, details = _dependents(snapshot, list(targets.values()), context)
    notices += _allow(shown, details, cascade=statement.cascade, taken=taken, context=context,
                      snapshot=snapshot)  # fmt: skip
    removed = (*targets.values(), *taken)
    return Edit(removed=removed, notices=tuple(notices), cascade=statement.cascade)


def _relation(
    snapshot: Snapshot, statement: DropRelations, name: QualifiedName, context: Context
) -> CatalogObject | Notice:
    check_database(name.parts)
    if len(name.parts) > 1:
        check_not_system(name.parts[-2], name.position)
    found = snapshot.lookup(name.parts, context.search_path)
    if found is not None:
        check_kind(found, statement.kind, hint=True)
        return found
    if len(name.parts) > 1 and name.parts[-2] not in snapshot.schemas:
        message = f'schema "{name.parts[-2]}" does not exist'
        if not statement.if_exists:
            raise InvalidSchemaName(message, position=name.position)
    else:
        shown = name.parts[-1]
        message = f'{statement.kind} "{shown}" does not exist'
        if not statement.if_exists:
            raise UndefinedTable(message, position=name.position)
    return notice(f"{message}, skipping")


def drop_schemas(snapshot: Snapshot, statement: DropSchema, context: Context) -> Edit:
    schemas: dict[int, Schema] = {}
    notices: list[Notice] = []
    for name in statement.names:
        check_not_system(name.parts[0], name.position)
        found = snapshot.schemas.get(name.parts[0])
        if found is not None:
            schemas[found.id] = found
        elif statement.if_exists:
            notices.append(notice(f'schema "{name}" does not exist, skipping'))
        else:
            snapshot.schema(name.parts[0], position=name.position)
    inside = [o for schema in schemas.values() for o in snapshot.objects_in(schema.name)]
    details = [
        f"{kind_of(o)} {snapshot.shown(o, context.search_path)} depends on schema"
        f" {quote_identifier(o.name.schema)}"
        for o in inside
    ]
    outside, more = _dependents(snapshot, inside, context)
    taken = [*inside, *outside]
    shown = [f"schema {quote_identifier(schema.name)}" for schema in schemas.values()]
    notices += _allow(shown, details + more, cascade=statement.cascade, taken=taken,
                      context=context, snapshot=snapshot)  # fmt: skip
    removed = (*taken, *schemas.values())
    return Edit(removed=removed, notices=tuple(notices), cascade=statement.cascade)


def _dependents(
    snapshot: Snapshot, targets: Sequence[CatalogObject], context: Context
) -> tuple[list[CatalogObject], list[str]]:
    """The views that read `targets`, and for each the sentence that says so."""
    found: list[CatalogObject] = []
    details: list[str] = []
    for view, depended in snapshot.dependents(t.id for t in targets):
        on = snapshot.objects[depended]
        found.append(view)
        details.append(
            f"view {snapshot.shown(view, context.search_path)} depends on"
            f" {kind_of(on)} {snapshot.shown(on, context.search_path)}"
        )
    return found, details


def _allow(
    targets: list[str],
    details: list[str],
    *,
    cascade: bool,
    taken: Sequence[CatalogObject],
    snapshot: Snapshot,
    context: Context,
) -> list[Notice]:
    """The notice about what goes as well; without CASCADE, nothing may (2BP01)."""
    if not details:
        return []
    if not cascade:
        what = (
            f"{targets[0]} because other objects depend on it"
            if len(targets) == 1
            else "desired object(s) because other objects depend on them"
        )
        raise DependentObjectsStillExist(
            f"cannot drop {what}", detail="\n".join(details), hint=_CASCADE_HINT
        )
    gone = [
        f"drop cascades to {kind_of(t)} {snapshot.shown(t, context.search_path)}" for t in taken
    ]
    if len(gone) == 1:
        return [notice(gone[0])]
    return [Notice("NOTICE", f"drop cascades to {len(gone)} other objects", detail="\n".join(gone))]
