"""DROP SOURCE, VIEW and SCHEMA: what they take with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hookwire_catalog.edits import Context, Edit, check_kind, check_not_system
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    InvalidSchemaName,
    UndefinedTable,
    WrongObjectType,
)
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.notices import Notice, notice
from hookwire_catalog.objects import CatalogObject, PlainObject, Schema, Secret
from hookwire_catalog.secrets import resolve
from hookwire_catalog.snapshot import Snapshot, check_database, kind_of
from hookwire_catalog.statements import DropRelations, DropSchema, DropSecrets, QualifiedName

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
    if context.find_table(name.parts) is not None:
        raise WrongObjectType(
            f'"{name.parts[-1]}" is not a {statement.kind}',
            hint="Use DROP TABLE to remove a table.",
        )
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


def drop_secrets(snapshot: Snapshot, statement: DropSecrets, context: Context) -> Edit:
    """With CASCADE the sources that use them go as well: without its check, a source would take
    what anybody sends."""
    targets: dict[int, Secret] = {}
    notices: list[Notice] = []
    for name in statement.names:
        if statement.if_exists and snapshot.lookup_secret(name.parts, context.search_path) is None:
            notices.append(notice(f'secret "{name}" does not exist, skipping'))
        else:
            found = resolve(snapshot, name, context)
            targets[found.id] = found
    shown = [f"secret {snapshot.shown(t, context.search_path)}" for t in targets.values()]
    taken, details = _dependents(snapshot, list(targets.values()), context)
    notices += _allow(shown, details, cascade=statement.cascade, taken=taken, context=context,
                      snapshot=snapshot)  # fmt: skip
    removed = (*targets.values(), *taken)
    return Edit(removed=removed, notices=tuple(notices), cascade=statement.cascade)


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
    inside: list[CatalogObject | Secret] = []
    for schema in schemas.values():
        inside += [*snapshot.objects_in(schema.name), *snapshot.secrets_in(schema.name)]
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
    removed = (*taken, *_plain_in(snapshot, schemas.values()), *schemas.values())
    return Edit(removed=removed, notices=tuple(notices), cascade=statement.cascade)


def _plain_in(snapshot: Snapshot, schemas: Iterable[Schema]) -> list[PlainObject]:
    """The rights on what only DuckDB knows and drops with these schemas."""
    names = {schema.name for schema in schemas}
    return [thing for thing in snapshot.plain.values() if thing.name.schema in names]


def drop_things(
    snapshot: Snapshot,
    targets: Sequence[CatalogObject | Secret | Schema],
    context: Context,
    *,
    cascade: bool,
) -> Edit:
    """All of `targets` at once, with what depends on them if `cascade`."""
    schemas = [t for t in targets if isinstance(t, Schema)]
    things = [t for t in targets if not isinstance(t, Schema)]
    named = {(type(t), t.id) for t in things}
    inside: list[CatalogObject | Secret] = []
    for schema in schemas:
        found = [*snapshot.objects_in(schema.name), *snapshot.secrets_in(schema.name)]
        inside += [t for t in found if (type(t), t.id) not in named]
    details = [
        f"{kind_of(o)} {snapshot.shown(o, context.search_path)} depends on schema"
        f" {quote_identifier(o.name.schema)}"
        for o in inside
    ]
    everything = [*things, *inside]
    taken, more = _dependents(snapshot, everything, context)
    shown = [f"{kind_of(t)} {snapshot.shown(t, context.search_path)}" for t in things]
    shown += [f"schema {quote_identifier(schema.name)}" for schema in schemas]
    notices = _allow(shown, details + more, cascade=cascade, taken=[*inside, *taken],
                     context=context, snapshot=snapshot)  # fmt: skip
    removed = (*everything, *taken, *_plain_in(snapshot, schemas), *schemas)
    return Edit(removed=removed, notices=tuple(notices), cascade=cascade)


def _dependents(
    snapshot: Snapshot, targets: Sequence[CatalogObject | Secret], context: Context
) -> tuple[list[CatalogObject], list[str]]:
    """What depends on `targets`, and for each the sentence that says so."""
    found: list[CatalogObject] = []
    details: list[str] = []
    for thing, depended in snapshot.dependents(t.id for t in targets):
        on = snapshot.secrets.get(depended) or snapshot.objects[depended]
        found.append(thing)
        details.append(
            f"{kind_of(thing)} {snapshot.shown(thing, context.search_path)} depends on"
            f" {kind_of(on)} {snapshot.shown(on, context.search_path)}"
        )
    return found, details


def _allow(
    targets: list[str],
    details: list[str],
    *,
    cascade: bool,
    taken: Sequence[CatalogObject | Secret],
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
