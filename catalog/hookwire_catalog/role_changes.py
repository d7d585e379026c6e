"""CREATE, ALTER, RENAME and DROP ROLE: what they change (PostgreSQL 16, user.c)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hookwire_catalog import settings
from hookwire_catalog.edits import Context, Edit
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    DuplicateObject,
    FeatureNotSupported,
    InsufficientPrivilege,
    InvalidDatetimeFormat,
    ObjectInUse,
    ReservedName,
    UndefinedObject,
)
from hookwire_catalog.memberships import added, kept_without
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.notices import Notice, notice
from hookwire_catalog.objects import OWNER, Membership, Role
from hookwire_catalog.ownership import uses_of
from hookwire_catalog.rights import has_admin
from hookwire_catalog.role_names import role_named
from hookwire_catalog.role_statements import (
    AlterRole,
    AlterRoleSetting,
    CreateRole,
    DropRoles,
    RenameRole,
    RoleName,
    RoleOptions,
)
from hookwire_catalog.snapshot import Snapshot

_ATTRIBUTES = (
    ("superuser", "SUPERUSER"), ("replication", "REPLICATION"), ("bypass_rls", "BYPASSRLS"),
    ("create_db", "CREATEDB"),
)  # fmt: skip

RoleChange = CreateRole | AlterRole | AlterRoleSetting | RenameRole | DropRoles


def edit(snapshot: Snapshot, statement: RoleChange, context: Context) -> Edit:
    match statement:
        case CreateRole():
            return _create(snapshot, statement, context)
        case AlterRole():
            return _alter(snapshot, statement, context)
        case AlterRoleSetting():
            return _set(snapshot, statement, context)
        case RenameRole():
            return _rename(snapshot, statement, context)
        case DropRoles():
            return _drop(snapshot, statement, context)


# CREATE.


def _create(snapshot: Snapshot, statement: CreateRole, context: Context) -> Edit:
    actor, options = snapshot.roles[context.role], statement.options
    if not actor.superuser:
        if not actor.create_role:
            raise _denied(
                "create role", "Only roles with the CREATEROLE attribute may create roles."
            )
        _check_attributes(actor, options, "create role", "create roles with")
    _check_new_name(snapshot, statement.name)
    role = Role(snapshot.next_id, statement.name.name, **_fields(options, context))
    grown = snapshot.changed(added=[role])
    if not actor.superuser:
        # Who may create roles has ADMIN on what they made, and nothing else of it (22.2).
        grown = added(grown, role.id, actor.id, Membership(role.id, OWNER, True, False, False))
    for parent in options.in_roles:
        found = role_named(snapshot, parent, context)
        _check_may_grant(snapshot, context.role, found)
        grown = added(grown, found.id, role.id, _membership(context, found, role))
    for names, admin in ((options.members, False), (options.admins, True)):
        for name in names:
            member = role_named(snapshot, name, context)
            made = _membership(context, role, member, admin=admin)
            grown = added(grown, role.id, member.id, made)
    replaced = [(r, grown.roles[i]) for i, r in snapshot.roles.items() if grown.roles[i] is not r]
    return Edit(added=(grown.roles[role.id],), replaced=tuple(replaced))


def _membership(context: Context, role: Role, member: Role, *, admin: bool = False) -> Membership:
    return Membership(role.id, OWNER, admin, member.inherit)


def _check_may_grant(snapshot: Snapshot, actor: int, role: Role) -> None:
    if not has_admin(snapshot, actor, role.id) or (
        role.superuser and not snapshot.roles[actor].superuser
    ):
        raise _denied(
            f'grant role "{role.name}"',
            f'Only roles with the ADMIN option on role "{role.name}" may grant this role.',
        )


def _check_new_name(snapshot: Snapshot, name: RoleName) -> None:
    if name.name.startswith("pg_"):
        raise ReservedName(
            f'role name "{name.name}" is reserved',
            detail='Role names starting with "pg_" are reserved.',
        )
    if snapshot.role(name.name) is not None:
        raise DuplicateObject(f'role "{name.name}" already exists')


def _fields(options: RoleOptions, context: Context) -> dict[str, Any]:
    """The fields of Role that the options give."""
    found: dict[str, Any] = dict(options.flags)
    if options.connection_limit is not None:
        found["connection_limit"] = options.connection_limit
    if options.password is not None:
        found["verifier"] = context.verifier(options.password) if options.password else None
    if options.valid_until is not None:
        found["valid_until"] = _moment(options.valid_until)
    return found


def _moment(text: str) -> datetime | None:
    """VALID UNTIL; None is for ever. A time without a zone is UTC's."""
    if text.strip().lower() == "infinity":
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidDatetimeFormat(
            f'invalid input syntax for type timestamp with time zone: "{text}"'
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _check_attributes(actor: Role, options: RoleOptions, doing: str, what: str) -> None:
    """Nobody gives an attribute that they do not have (PostgreSQL 16)."""
    given = dict(options.flags)
    for name, word in _ATTRIBUTES:
        if name in given and (given[name] or doing == "alter role") and not getattr(actor, name):
            raise _denied(
                doing,
                f"Only roles with the {word} attribute may {what} the {word} attribute.",
            )


# ALTER.


def _alter(snapshot: Snapshot, statement: AlterRole, context: Context) -> Edit:
    actor, options = snapshot.roles[context.role], statement.options
    role = role_named(snapshot, statement.name, context)
    fields = _fields(options, context)
    if role.id < 0 and role.id != OWNER and fields:
        raise ReservedName(
            f'role name "{role.name}" is reserved',
            detail='Role names starting with "pg_" are reserved.',
        )
    if role.id == OWNER and fields.get("superuser", True) is False:
        raise FeatureNotSupported(
            "permission denied to alter role",
            detail="The bootstrap superuser must have the SUPERUSER attribute.",
        )
    if not actor.superuser:
        own_password = role.id == actor.id and set(fields) <= {"verifier"}
        if not own_password:
            _check_may_alter(snapshot, actor, role, "alter role")
        _check_attributes(actor, options, "alter role", "change")
    return _replaced(role, dataclasses.replace(role, **fields))


def _replaced(old: Role, new: Role) -> Edit:
    return Edit() if new == old else Edit(replaced=((old, new),))


def _check_may_alter(snapshot: Snapshot, actor: Role, role: Role, doing: str) -> None:
    verb = doing.split()[0]
    if actor.superuser:
        return
    if role.superuser:
        raise _denied(
            doing,
            f"Only roles with the SUPERUSER attribute may {verb} roles with the SUPERUSER"
            " attribute.",
        )
    if not actor.create_role or not has_admin(snapshot, actor.id, role.id):
        raise _denied(
            doing,
            f"Only roles with the CREATEROLE attribute and the ADMIN option on role"
            f' "{role.name}" may {verb} this role.',
        )


def _set(snapshot: Snapshot, statement: AlterRoleSetting, context: Context) -> Edit:
    actor = snapshot.roles[context.role]
    role = role_named(snapshot, statement.role, context)
    if role.id < 0 and role.id != OWNER:
        raise ReservedName(f'role name "{role.name}" is reserved')
    if role.id != actor.id:
        _check_may_alter(snapshot, actor, role, "alter role")
    kept = dict(role.settings)
    if statement.name == "all":
        kept = {}
    elif statement.value is None:
        kept.pop(settings.lookup(statement.name).name, None)
    else:
        name = settings.changeable(statement.name).name
        kept[name] = settings.validate(name, statement.value)
    return _replaced(role, dataclasses.replace(role, settings=tuple(sorted(kept.items()))))


def _rename(snapshot: Snapshot, statement: RenameRole, context: Context) -> Edit:
    role = role_named(snapshot, statement.name, context)
    if role.id < 0 and role.id != OWNER:
        raise ReservedName(
            f'role name "{role.name}" is reserved',
            detail='Role names starting with "pg_" are reserved.',
        )
    if role.id == context.session_role:
        raise FeatureNotSupported("session user cannot be renamed")
    if role.id == context.role:
        raise FeatureNotSupported("current user cannot be renamed")
    _check_new_name(snapshot, statement.new_name)
    _check_may_alter(snapshot, snapshot.roles[context.role], role, "rename role")
    if role.id == OWNER:
        raise FeatureNotSupported(f"role {role.name} cannot be renamed")
    return _replaced(role, dataclasses.replace(role, name=statement.new_name.name))


# DROP.


def _drop(snapshot: Snapshot, statement: DropRoles, context: Context) -> Edit:
    actor = snapshot.roles[context.role]
    if not actor.superuser and not actor.create_role:
        raise _denied(
            "drop role",
            "Only roles with the CREATEROLE attribute and the ADMIN option on the target roles"
            " may drop roles.",
        )
    gone: dict[int, Role] = {}
    notices: list[Notice] = []
    for name in statement.names:
        role = snapshot.role(name.name)
        if role is None and statement.if_exists:
            notices.append(notice(f'role "{name.name}" does not exist, skipping'))
            continue
        if role is None:
            raise UndefinedObject(f'role "{name.name}" does not exist')
        _check_droppable(snapshot, role, context)
        gone[role.id] = role
    for role in gone.values():
        _check_unused(snapshot, role, gone)
    replaced = []
    for role in snapshot.roles.values():
        kept = kept_without(role, gone)
        if role.id not in gone and kept is not role:
            replaced.append((role, kept))
    return Edit(removed=tuple(gone.values()), replaced=tuple(replaced), notices=tuple(notices))


def _check_droppable(snapshot: Snapshot, role: Role, context: Context) -> None:
    if role.id == context.role:
        raise ObjectInUse("current user cannot be dropped")
    if role.id == context.session_role:
        raise ObjectInUse("session user cannot be dropped")
    actor = snapshot.roles[context.role]
    if not actor.superuser:
        _check_may_alter(snapshot, actor, role, "drop role")
    if role.id < 0:
        raise DependentObjectsStillExist(
            f"cannot drop role {quote_identifier(role.name)} because it is required by the"
            " database system"
        )


def _check_unused(snapshot: Snapshot, role: Role, gone: dict[int, Role]) -> None:
    uses: Sequence[str] = uses_of(snapshot, role.id)
    for member in snapshot.roles.values():
        for m in member.memberships:
            if m.grantor == role.id and member.id not in gone and m.role not in gone:
                granted = snapshot.roles[m.role].name
                uses = [
                    *uses,
                    f"privileges for membership of role {member.name} in role {granted}",
                ]
    if uses:
        raise DependentObjectsStillExist(
            f'role "{role.name}" cannot be dropped because some objects depend on it',
            detail="\n".join(uses),
        )


def _denied(doing: str, detail: str) -> InsufficientPrivilege:
    return InsufficientPrivilege(f"permission denied to {doing}", detail=detail)
