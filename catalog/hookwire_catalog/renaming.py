"""RENAME TO, SET SCHEMA, SWAP WITH: new names, and the views that must follow them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from hookwire_catalog.edits import (
    Context,
    Edit,
    check_kind,
    check_new_relation,
    check_new_schema_name,
    check_not_system,
)
from hookwire_catalog.errors import DuplicateSchema, FeatureNotSupported, WrongObjectType
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import CatalogObject, Schema, View
from hookwire_catalog.snapshot import Snapshot, Stored, kind_of
from hookwire_catalog.statements import (
    QualifiedName,
    RenameRelation,
    RenameSchema,
    SetRelationSchema,
    SwapSchemas,
)
from hookwire_catalog.viewtext import references, rename


def rename_relation(snapshot: Snapshot, statement: RenameRelation, context: Context) -> Edit:
    found = _relation(snapshot, statement, context)
    if isinstance(found, Edit):
        return found
    name = dataclasses.replace(found.name, name=statement.new_name)
    return _moved(snapshot, found, name)


def set_relation_schema(snapshot: Snapshot, statement: SetRelationSchema, context: Context) -> Edit:
    found = _relation(snapshot, statement, context)
    if isinstance(found, Edit):
        return found
    check_not_system(statement.schema)
    snapshot.schema(statement.schema)
    if statement.schema == found.name.schema:
        return Edit()
    return _moved(snapshot, found, dataclasses.replace(found.name, schema=statement.schema))


def _relation(
    snapshot: Snapshot, statement: RenameRelation | SetRelationSchema, context: Context
) -> CatalogObject | Edit:
    parts, position = statement.name.parts, statement.name.position
    known = snapshot.lookup(parts, context.search_path)
    if known is None and context.find_table(parts) is not None:
        raise WrongObjectType(f'"{parts[-1]}" is not a {statement.kind}')
    if known is None and statement.if_exists:
        return Edit(notices=(notice(f'relation "{statement.name}" does not exist, skipping'),))
    found = snapshot.resolve(parts, context.search_path, position=position)
    if statement.kind != "table":  # ALTER TABLE takes every relation
        check_kind(found, statement.kind)
    return found


def _moved(snapshot: Snapshot, thing: CatalogObject, name: ObjectName) -> Edit:
    check_new_relation(snapshot, name, renamed=thing.id)
    return Edit(replaced=_renamed(snapshot, {thing.id: name}))


def rename_schema(snapshot: Snapshot, statement: RenameSchema, _: Context) -> Edit:
    schema = _schema(snapshot, statement.name)
    if statement.new_name in snapshot.schemas:
        raise DuplicateSchema(f'schema "{statement.new_name}" already exists')
    others = Snapshot({}, {}, 0).changed(
        added=[s for s in snapshot.schemas.values() if s is not schema]
    )
    check_new_schema_name(others, statement.new_name)
    return _renamed_schemas(snapshot, {schema.name: statement.new_name})


def swap_schemas(snapshot: Snapshot, statement: SwapSchemas, _: Context) -> Edit:
    one, other = _schema(snapshot, statement.name), _schema(snapshot, statement.other)
    if one is other:
        raise DuplicateSchema(f'schema "{other.name}" already exists')
    return _renamed_schemas(snapshot, {one.name: other.name, other.name: one.name})


def _schema(snapshot: Snapshot, name: QualifiedName) -> Schema:
    check_not_system(name.parts[0], name.position)
    return snapshot.schema(name.parts[0], position=name.position)


def _renamed_schemas(snapshot: Snapshot, names: Mapping[str, str]) -> Edit:
    moved = {
        thing.id: dataclasses.replace(thing.name, schema=names[thing.name.schema])
        for thing in snapshot.objects.values()
        if thing.name.schema in names
    }
    schemas: list[tuple[Stored, Stored]] = [
        (snapshot.schemas[old], dataclasses.replace(snapshot.schemas[old], name=new))
        for old, new in names.items()
    ]
    secrets: list[tuple[Stored, Stored]] = [
        (s, dataclasses.replace(s, name=dataclasses.replace(s.name, schema=names[s.name.schema])))
        for s in snapshot.secrets.values()
        if s.name.schema in names
    ]
    return Edit(replaced=(*schemas, *secrets, *_renamed(snapshot, moved)))


def _renamed(
    snapshot: Snapshot, names: Mapping[int, ObjectName]
) -> tuple[tuple[Stored, Stored], ...]:
    """The objects with new names, and the views whose queries name them."""
    replaced: list[tuple[Stored, Stored]] = []
    for thing in snapshot.objects.values():
        new = thing
        if isinstance(thing, View) and not thing.depends_on.isdisjoint(names):
            new = dataclasses.replace(thing, query=_followed(snapshot, thing, names))
        if thing.id in names:
            new = dataclasses.replace(new, name=names[thing.id])
        if new is not thing:
            replaced.append((thing, new))
    return tuple(replaced)


def _followed(snapshot: Snapshot, view: View, names: Mapping[int, ObjectName]) -> str:
    """The view's query with the new names. Where its text does not show every dependency, it is
    left alone and the rename refused: a view must never come to read another relation."""

    def find(parts: tuple[str, ...]) -> CatalogObject | None:
        if len(parts) < 2:
            return None
        return snapshot.find(ObjectName(DEFAULT_DATABASE, parts[-2], parts[-1]))

    def new_name(parts: tuple[str, ...]) -> ObjectName | None:
        found = find(parts)
        return None if found is None else names.get(found.id)

    named = {found.id for parts in references(view.query) if (found := find(parts)) is not None}
    followed = rename(view.query, new_name)
    if followed is None or named != view.depends_on:
        moved = next(snapshot.objects[i] for i in sorted(view.depends_on) if i in names)
        raise FeatureNotSupported(
            f"cannot rename {kind_of(moved)} {moved.name} because {kind_of(view)} {view.name}"
            " depends on it",
            detail="The view's query names it in a way that cannot be followed.",
            hint="Drop the view, rename, and create the view again.",
        )
    return followed
