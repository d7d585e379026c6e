"""CREATE SOURCE, VIEW, SCHEMA and COMMENT ON: what they change."""

from __future__ import annotations

import dataclasses

from hookwire_catalog.edits import (
    Context,
    Edit,
    check_kind,
    check_new_relation,
    check_new_schema_name,
    check_not_system,
)
from hookwire_catalog.errors import (
    DuplicateColumn,
    DuplicateObject,
    DuplicateSchema,
    InternalError,
    InvalidTableDefinition,
    SqlSyntaxError,
    UndefinedColumn,
    UndefinedObject,
    WrongObjectType,
)
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import CatalogObject, Schema, View, WebhookSource
from hookwire_catalog.role_names import role_named
from hookwire_catalog.secrets import resolve, validation_of
from hookwire_catalog.snapshot import Snapshot
from hookwire_catalog.statements import CommentOn, CreateSchema, CreateView, CreateWebhookSource
from hookwire_catalog.types import Column
from hookwire_catalog.viewtext import qualify

_ID_ATTEMPTS = 100


def create_source(snapshot: Snapshot, statement: CreateWebhookSource, context: Context) -> Edit:
    name = _target(snapshot, statement.name.parts, context, statement.name.position)
    if statement.if_not_exists and snapshot.find(name) is not None:
        message = f'relation "{name.name}" already exists, skipping'
        return Edit(notices=(notice(message, "42P07"),))
    check_new_relation(snapshot, name, position=statement.name.position)
    source = WebhookSource(
        id=snapshot.next_id,
        name=name,
        body_format=statement.body_format,
        external_id=_external_id(snapshot, statement, context),
        include_headers=statement.include_headers,
        mapped_headers=statement.mapped_headers,
        attributes=statement.attributes,
        options=statement.options,
        cluster=statement.cluster,
        external_id_given=statement.external_id is not None,
        validation=validation_of(snapshot, statement.validation, context),
        owner=context.role,
    )
    return Edit(added=(source,))


def _target(
    snapshot: Snapshot, parts: tuple[str, ...], context: Context, position: int
) -> ObjectName:
    if len(parts) > 1:
        check_not_system(parts[-2], position)
    return snapshot.target(parts, context.search_path, position=position)


def _external_id(snapshot: Snapshot, statement: CreateWebhookSource, context: Context) -> str:
    given = statement.external_id
    if given is None:
        return free_external_id(snapshot, context)
    check_external_id(snapshot, given)
    return given


def free_external_id(snapshot: Snapshot, context: Context) -> str:
    for _ in range(_ID_ATTEMPTS):
        made = context.new_external_id()
        if snapshot.webhook_by_external_id(made) is None:
            return made
    raise InternalError("no free external id found")


def check_external_id(snapshot: Snapshot, given: str) -> None:
    """Raises DuplicateObject (42710) for one that a source has."""
    owner = snapshot.webhook_by_external_id(given)
    if owner is not None:
        raise DuplicateObject(
            f'external id "{given}" already exists', detail=f"It belongs to source {owner.name}."
        )


def create_schema(snapshot: Snapshot, statement: CreateSchema, context: Context) -> Edit:
    name = statement.name.parts[0]
    if name in snapshot.schemas:
        if statement.if_not_exists:
            message = f'schema "{name}" already exists, skipping'
            return Edit(notices=(notice(message, "42P06"),))
        raise DuplicateSchema(f'schema "{name}" already exists', position=statement.name.position)
    check_new_schema_name(snapshot, name, statement.name.position)
    owner = context.role
    if statement.owner is not None:
        owner = role_named(snapshot, statement.owner, context).id
    return Edit(added=(Schema(snapshot.next_id, DEFAULT_DATABASE, name, owner=owner),))


def create_view(snapshot: Snapshot, statement: CreateView, context: Context) -> Edit:
    """The query is kept with the schema of every relation of ours written out, so that it means
    the same under every search path, and renames can be followed."""
    name = _target(snapshot, statement.name.parts, context, statement.name.position)
    columns = _view_columns(statement, context.columns)
    old = snapshot.find(name)
    if statement.if_not_exists and (old or context.find_table((name.schema, name.name))):
        return Edit(notices=(notice(f'relation "{name.name}" already exists, skipping', "42P07"),))

    def find(parts: tuple[str, ...]) -> ObjectName | None:
        found = snapshot.lookup(parts, context.search_path)
        return context.find_table(parts) if found is None else found.name

    query = qualify(statement.query, find)
    if old is not None and statement.or_replace:
        check_kind(old, "view")
        assert isinstance(old, View)
        _check_replaceable(old, columns)
        _check_acyclic(snapshot, old, context.depends_on)
        new = dataclasses.replace(old, query=query, columns=columns, depends_on=context.depends_on)
        return Edit(replaced=((old, new),))
    check_new_relation(snapshot, name, position=statement.name.position)
    view = View(
        snapshot.next_id, name, query, columns, context.depends_on, owner=context.role,
        materialized=statement.materialized, populated=statement.with_data,
    )  # fmt: skip
    return Edit(added=(view,))


def _view_columns(statement: CreateView, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    if len(statement.columns) > len(columns):
        raise SqlSyntaxError(
            "too many column names were specified"
            if statement.materialized
            else "CREATE VIEW specifies more column names than columns"
        )
    names = (*statement.columns, *(c.name for c in columns[len(statement.columns) :]))
    for index, name in enumerate(names):
        if name in names[:index]:
            raise DuplicateColumn(f'column "{name}" specified more than once')
    return tuple(dataclasses.replace(c, name=n) for c, n in zip(columns, names, strict=True))


def _check_replaceable(old: View, columns: tuple[Column, ...]) -> None:
    """New columns may only come after those that dependents know (PostgreSQL, CREATE VIEW)."""
    if len(columns) < len(old.columns):
        raise InvalidTableDefinition("cannot drop columns from view")
    for before, after in zip(old.columns, columns, strict=False):
        if before.name != after.name:
            raise InvalidTableDefinition(
                f'cannot change name of view column "{before.name}" to "{after.name}"',
                hint="Drop the view and create it anew.",
            )
        if before.type.oid != after.type.oid:
            raise InvalidTableDefinition(
                f'cannot change data type of view column "{before.name}"'
                f" from {before.type.display} to {after.type.display}"
            )


def _check_acyclic(snapshot: Snapshot, old: View, depends_on: frozenset[int]) -> None:
    if old.id in depends_on or depends_on & {v.id for v, _ in snapshot.dependents([old.id])}:
        raise InvalidTableDefinition(
            f'infinite recursion detected in rules for relation "{old.name.name}"'
        )


# COMMENT ON


def comment_on(snapshot: Snapshot, statement: CommentOn, context: Context) -> Edit:
    parts, position = statement.name.parts, statement.name.position
    if statement.kind == "schema":
        schema = snapshot.schema(parts[0], position=position)
        return Edit(replaced=((schema, dataclasses.replace(schema, comment=statement.comment)),))
    if statement.kind == "role":
        role = snapshot.role(parts[0])
        if role is None:
            raise UndefinedObject(f'role "{parts[0]}" does not exist', position=position)
        return Edit(replaced=((role, dataclasses.replace(role, comment=statement.comment)),))
    if statement.kind == "secret":
        secret = resolve(snapshot, statement.name, context)
        return Edit(replaced=((secret, dataclasses.replace(secret, comment=statement.comment)),))
    if statement.column is None and context.find_table(parts) is not None:
        raise WrongObjectType(f'"{parts[-1]}" is not a {statement.kind}')
    thing = snapshot.resolve(parts, context.search_path, position=position)
    if statement.column is not None:
        return Edit(replaced=((thing, _with_column_comment(thing, statement)),))
    check_kind(thing, statement.kind)
    return Edit(replaced=((thing, dataclasses.replace(thing, comment=statement.comment)),))


def _with_column_comment(thing: CatalogObject, statement: CommentOn) -> CatalogObject:
    column = statement.column
    if column not in {c.name for c in thing.columns}:
        raise UndefinedColumn(
            f'column "{column}" of relation "{statement.name}" does not exist',
            position=statement.name.position,
        )
    comments = dict(thing.column_comments)
    comments.pop(column, None)
    if statement.comment is not None:
        comments[column] = statement.comment
    return dataclasses.replace(thing, column_comments=tuple(sorted(comments.items())))
