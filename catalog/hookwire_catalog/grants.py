"""GRANT and REVOKE of privileges: what they change (PostgreSQL 5.7, aclchk.c)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hookwire_catalog import acl
from hookwire_catalog.edits import Context, Edit, is_system_schema
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InsufficientPrivilege,
    InvalidCatalogName,
    UndefinedTable,
    WrongObjectType,
)
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName, QualifiedName, quote_identifier
from hookwire_catalog.notices import Notice, warning
from hookwire_catalog.objects import AclItem, Database, PlainObject, Role, Schema, View
from hookwire_catalog.rights import Owned, acl_kind, acl_of
from hookwire_catalog.role_names import grantee_id, role_named
from hookwire_catalog.role_statements import Grant
from hookwire_catalog.secrets import resolve as resolve_secret
from hookwire_catalog.snapshot import Snapshot, kind_of


def grant(snapshot: Snapshot, statement: Grant, context: Context) -> Edit:
    """Of what is named, each object for itself."""
    grantees = [grantee_id(snapshot, name, context) for name in statement.grantees]
    notices: list[Notice] = []
    after = snapshot
    for thing in list(_things(snapshot, statement, context)):
        changed = _granted(snapshot, statement, context, thing, grantees, notices)
        after = with_changed(after, thing, changed)
    return difference(snapshot, after, tuple(notices))


def with_changed(snapshot: Snapshot, old: Owned, new: Owned) -> Snapshot:
    """Rights on a plain object get a row of their own when they are first changed."""
    if new == old:
        return snapshot
    if isinstance(new, PlainObject) and new.id == 0:
        return snapshot.changed(added=[dataclasses.replace(new, id=snapshot.next_id)])
    return snapshot.changed(replaced=[(old, new)])


def difference(before: Snapshot, after: Snapshot, notices: tuple[Notice, ...] = ()) -> Edit:
    """What leads from `before` to `after`, which has the same objects and new rights on them."""
    added: list[Owned] = []
    replaced: list[tuple[Owned, Owned]] = []
    known = {(type(thing), thing.id): thing for thing in owned(before)}
    for thing in owned(after):
        old = known.get((type(thing), thing.id))
        if old is None:
            added.append(thing)
        elif old is not thing:
            replaced.append((old, thing))
    return Edit(added=tuple(added), replaced=tuple(replaced), notices=notices)


def owned(snapshot: Snapshot) -> Iterator[Owned]:
    """Everything that has an owner and is kept."""
    yield snapshot.database
    yield from snapshot.schemas.values()
    yield from snapshot.objects.values()
    yield from snapshot.secrets.values()
    yield from snapshot.plain.values()


# What a statement names.


def _things(snapshot: Snapshot, statement: Grant, context: Context) -> Iterator[Owned]:
    for name in statement.names:
        if statement.whole_schema:
            yield from _in_schema(snapshot, statement.kind, name, context)
        else:
            yield find(snapshot, statement.kind, name, context)


def _in_schema(
    snapshot: Snapshot, kind: str, name: QualifiedName, context: Context
) -> Iterator[Owned]:
    schema = snapshot.schema(name.parts[0])
    if kind == "table":
        yield from snapshot.objects_in(schema.name)
    for found, plain in context.plain():
        if found == kind and plain.schema == schema.name:
            yield snapshot.plain_object(kind, plain)


def find(snapshot: Snapshot, kind: str, name: QualifiedName, context: Context) -> Owned:
    """Raises as PostgreSQL does for what does not exist."""
    if kind == "schema":
        return snapshot.schema(name.parts[0])
    if kind == "database":
        if name.parts[0] != snapshot.database.name:
            raise InvalidCatalogName(f'database "{name}" does not exist')
        return snapshot.database
    if kind == "secret":
        return resolve_secret(snapshot, name, context)
    found = snapshot.lookup(name.parts, context.search_path)
    if found is not None:
        if kind == "sequence":
            raise WrongObjectType(f'"{name.parts[-1]}" is not a sequence')
        return found
    return _plain(snapshot, kind, name, context)


def _plain(snapshot: Snapshot, kind: str, name: QualifiedName, context: Context) -> PlainObject:
    parts = name.parts
    if len(parts) > 1 and is_system_schema(parts[-2]):
        raise FeatureNotSupported(
            "privileges on system relations cannot be changed",
            hint="Grant a predefined role, as in GRANT pg_monitor TO ...",
        )
    known = {plain: found for found, plain in context.plain() if found in ("table", "sequence")}
    for schema in context.search_path if len(parts) == 1 else parts[-2:-1]:
        target = ObjectName(DEFAULT_DATABASE, schema, parts[-1])
        found = known.get(target)
        if found is not None:
            if kind == "sequence" and found != kind:
                raise WrongObjectType(f'"{parts[-1]}" is not a sequence')
            return snapshot.plain_object(found, target)
    if len(parts) > 1:
        snapshot.schema(parts[-2])
    raise UndefinedTable(f'relation "{name}" does not exist')


def word_for(thing: Owned) -> str:
    """The kind of thing in messages about privileges."""
    return kind_of(thing) if isinstance(thing, View) else acl_kind(thing)


def name_of(thing: Owned) -> str:
    if isinstance(thing, Schema | Database):
        return quote_identifier(thing.name)
    return quote_identifier(thing.name.name)


# What is granted and revoked.


def _granted(
    snapshot: Snapshot, statement: Grant, context: Context, thing: Owned, grantees: list[int],
    notices: list[Notice],
) -> Owned:  # fmt: skip
    kind = acl_kind(thing)
    wanted = "".join(acl.LETTERS[word] for word in statement.privileges) or acl.ALL[kind]
    wanted = acl.ordered(letter for letter in wanted if letter in acl.ALL[kind])
    grantor, may = _grantor(snapshot, context, thing, wanted)
    _check_named_grantor(snapshot, statement, context, grantor)
    if not may and not snapshot.rights(context.role).held(thing):
        raise InsufficientPrivilege(f"permission denied for {word_for(thing)} {name_of(thing)}")
    letters = acl.ordered(set(wanted) & set(may))
    if not letters or (letters != wanted and statement.privileges):
        notices.append(_incomplete(statement, name_of(thing), nothing=not letters))
    if not letters:
        return thing
    return _with_items(thing, statement, grantees, grantor, letters)


def _with_items(
    thing: Owned, statement: Grant, grantees: list[int], grantor: int, letters: str
) -> Owned:
    found, kind, owner = acl_of(thing), acl_kind(thing), thing.owner
    for grantee in grantees:
        if statement.revoke:
            found = acl.revoked(
                found, AclItem(grantee, grantor, letters), owner, kind,
                option_only=statement.option, cascade=statement.cascade,
            )  # fmt: skip
        else:
            option = letters if statement.option else ""
            found = acl.granted(found, AclItem(grantee, grantor, letters, option), owner, kind)
    return dataclasses.replace(thing, acl=found)


def _grantor(
    snapshot: Snapshot, context: Context, thing: Owned, wanted: str
) -> tuple[int, str]:
    """Who grants: the owner if the current role may act as it, else of all the roles that it may
    act as the one that has most of the grant options (acl.c, select_best_grantor)."""
    rights, kind, found = snapshot.rights(context.role), acl_kind(thing), acl_of(thing)
    if rights.owns(thing):
        return thing.owner, acl.ALL[kind]
    best, most = context.role, ""
    for role in [context.role, *sorted(rights.roles)]:
        may = acl.ordered(set(acl.options(found, thing.owner, kind, role)) & set(wanted))
        if len(may) > len(most):
            best, most = role, may
    return best, most


def _check_named_grantor(
    snapshot: Snapshot, statement: Grant, context: Context, grantor: int
) -> None:
    if statement.granted_by is None:
        return
    named: Role = role_named(snapshot, statement.granted_by, context)
    if named.id != context.role and named.id != grantor:
        raise FeatureNotSupported("grantor must be current user")


def _incomplete(statement: Grant, name: str, *, nothing: bool) -> Notice:
    shown = name.strip('"')
    if statement.revoke:
        what = "no privileges could be revoked" if nothing else (
            "not all privileges could be revoked"
        )  # fmt: skip
        return warning(f'{what} for "{shown}"', "01006")
    what = "no privileges were granted" if nothing else "not all privileges were granted"
    return warning(f'{what} for "{shown}"', "01007")
