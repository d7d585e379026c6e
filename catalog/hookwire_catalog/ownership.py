"""OWNER TO, DROP OWNED BY, REASSIGN OWNED BY, and what hangs on a role."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hookwire_catalog import acl
from hookwire_catalog.dropping import drop_things
from hookwire_catalog.edits import Context, Edit, check_kind
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    InsufficientPrivilege,
    UndefinedTable,
    WrongObjectType,
)
from hookwire_catalog.grants import difference, find, name_of, owned, with_changed, word_for
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import (
    Database,
    PlainObject,
    Role,
    Schema,
    Secret,
    View,
    WebhookSource,
)
from hookwire_catalog.permissions import check_may_become
from hookwire_catalog.rights import Owned, check_may, check_owner
from hookwire_catalog.role_names import role_named
from hookwire_catalog.role_statements import AlterOwner, DropOwned, ReassignOwned, RoleName
from hookwire_catalog.snapshot import Snapshot


def alter_owner(snapshot: Snapshot, statement: AlterOwner, context: Context) -> Edit:
    """The new owner must be one that the current role may become, and may make such a thing."""
    relation = statement.kind in ("source", "view", "materialized view")
    kind = "table" if relation else statement.kind
    try:
        thing = find(snapshot, kind, statement.name, context)
    except UndefinedTable as error:
        if not statement.if_exists:
            raise
        return Edit(notices=(notice(f"{error.message}, skipping"),))
    if isinstance(thing, WebhookSource | View) and statement.kind != "table":
        check_kind(thing, statement.kind)
    elif isinstance(thing, PlainObject) and thing.kind != statement.kind:
        raise WrongObjectType(f'"{thing.name.name}" is not a {statement.kind}')
    new = role_named(snapshot, statement.owner, context)
    rights = snapshot.rights(context.role)
    check_owner(rights, thing, _word(thing), name_of(thing))
    if new.id == thing.owner:
        return Edit()
    if not rights.superuser:
        check_may_become(snapshot, context.role, new.id)
        _check_may_make(snapshot, thing, context.role, new)
    return difference(snapshot, with_changed(snapshot, thing, _owned_by(thing, new.id)))


def _word(thing: Owned) -> str:
    return "source" if isinstance(thing, WebhookSource) else word_for(thing)


def _owned_by(thing: Owned, owner: int) -> Owned:
    held = acl.with_owner(thing.acl, thing.owner, owner)
    return dataclasses.replace(thing, owner=owner, acl=held)


def _check_may_make(snapshot: Snapshot, thing: Owned, role: int, new: Role) -> None:
    if isinstance(thing, Schema):
        database = snapshot.database
        check_may(snapshot.rights(role), database, "C", "database", database.name)
    elif not isinstance(thing, Database):
        schema = snapshot.schemas[thing.name.schema]
        shown = quote_identifier(schema.name)
        check_may(snapshot.rights(new.id), schema, "C", "schema", shown)


def uses_of(snapshot: Snapshot, role: int) -> list[str]:
    """A sentence for each thing that belongs to the role or names it in its privileges."""
    found: list[str] = []
    for thing in owned(snapshot):
        shown = f"{_word(thing)} {name_of(thing)}"
        if thing.owner == role:
            found.append(f"owner of {shown}")
        elif acl.mentions(thing.acl, role):
            found.append(f"privileges for {shown}")
    return found


def reassign_owned(snapshot: Snapshot, statement: ReassignOwned, context: Context) -> Edit:
    roles = _acted_for(snapshot, statement.roles, context, "reassign")
    new = role_named(snapshot, statement.owner, context)
    if not snapshot.rights(context.role).is_in(new.id):
        raise InsufficientPrivilege(
            "permission denied to reassign objects",
            detail=f'Only roles with privileges of role "{new.name}" may reassign objects to it.',
        )
    after = snapshot
    for thing in owned(snapshot):
        if thing.owner in {role.id for role in roles}:
            after = with_changed(after, thing, _owned_by(thing, new.id))
    return difference(snapshot, after)


def _acted_for(
    snapshot: Snapshot, names: Sequence[RoleName], context: Context, doing: str
) -> list[Role]:
    """The roles, whose privileges the current one must have."""
    found = [role_named(snapshot, name, context) for name in names]
    for role in found:
        if role.id < 0:
            raise DependentObjectsStillExist(
                f"cannot {doing} objects owned by role {quote_identifier(role.name)} because they"
                " are required by the database system"
            )
        if not snapshot.rights(context.role).is_in(role.id):
            raise InsufficientPrivilege(
                f"permission denied to {doing} objects",
                detail=f'Only roles with privileges of role "{role.name}" may {doing} objects'
                " owned by it.",
            )
    return found


def drop_owned(snapshot: Snapshot, statement: DropOwned, context: Context) -> Edit:
    """What belongs to the roles goes, and what they were granted is revoked."""
    roles = {role.id for role in _acted_for(snapshot, statement.roles, context, "drop")}
    theirs = [thing for thing in owned(snapshot) if thing.owner in roles]
    kept = [t for t in theirs if isinstance(t, WebhookSource | View | Secret | Schema)]
    dropped = drop_things(snapshot, kept, context, cascade=statement.cascade)
    plain = [thing for thing in theirs if isinstance(thing, PlainObject)]
    gone = {(type(thing), thing.id) for thing in (*dropped.removed, *plain)}
    replaced: list[tuple[Owned, Owned]] = []
    for thing in owned(snapshot):
        left = thing.acl
        for role in roles:
            left = acl.without_role(left, role)
        if left != thing.acl and (type(thing), thing.id) not in gone:
            replaced.append((thing, dataclasses.replace(thing, acl=left)))
    return dataclasses.replace(
        dropped,
        removed=(*dropped.removed, *plain),
        replaced=tuple(replaced),
        dropped=tuple((thing.kind, thing.name) for thing in plain),
    )
