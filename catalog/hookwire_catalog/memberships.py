"""GRANT role TO role and REVOKE (PostgreSQL 16: each grant has its grantor and three options)."""

from __future__ import annotations

import dataclasses
from collections.abc import Container

from hookwire_catalog.edits import Context, Edit
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    InsufficientPrivilege,
    InvalidGrantOperation,
)
from hookwire_catalog.notices import Notice, notice, warning
from hookwire_catalog.objects import OWNER, Membership, Role
from hookwire_catalog.rights import has_admin
from hookwire_catalog.role_names import role_named
from hookwire_catalog.role_statements import GrantRole
from hookwire_catalog.roles import DATABASE_OWNER, reachable
from hookwire_catalog.snapshot import Snapshot


def added(snapshot: Snapshot, role: int, member: int, new: Membership) -> Snapshot:
    """With `member` in `role`; raises InvalidGrantOperation (0LP01) for a circle."""
    granted, joined = snapshot.roles[role], snapshot.roles[member]
    if member == role or member in reachable(snapshot.roles, role, by="member"):
        raise InvalidGrantOperation(
            f'role "{granted.name}" is a member of role "{joined.name}"'
        )
    kept = tuple(m for m in joined.memberships if (m.role, m.grantor) != (role, new.grantor))
    return _with(snapshot, joined, (*kept, new))


def _with(snapshot: Snapshot, member: Role, memberships: tuple[Membership, ...]) -> Snapshot:
    changed = dataclasses.replace(member, memberships=memberships)
    return snapshot.changed(replaced=[(member, changed)])


def kept_without(role: Role, gone: Container[int]) -> Role:
    """The role without its memberships in roles that are dropped."""
    kept = tuple(m for m in role.memberships if m.role not in gone)
    return role if len(kept) == len(role.memberships) else _keep(role, kept)


def _keep(role: Role, memberships: tuple[Membership, ...]) -> Role:
    return dataclasses.replace(role, memberships=memberships)


def grant_role(snapshot: Snapshot, statement: GrantRole, context: Context) -> Edit:
    notices: list[Notice] = []
    after = snapshot
    members = [role_named(snapshot, name, context) for name in statement.members]
    for name in statement.roles:
        role = role_named(snapshot, name, context)
        _check_admin(snapshot, context, role, statement)
        grantor = _grantor(snapshot, statement, context, role)
        for member in members:
            if statement.revoke:
                after = _revoke(after, role, member.id, grantor, statement, notices)
            else:
                after = _grant(after, role, member.id, grantor, statement, notices)
    replaced = [(r, after.roles[i]) for i, r in snapshot.roles.items() if after.roles[i] is not r]
    return Edit(replaced=tuple(replaced), notices=tuple(notices))


def _check_admin(
    snapshot: Snapshot, context: Context, role: Role, statement: GrantRole
) -> None:
    verb = "revoke" if statement.revoke else "grant"
    if role.id == DATABASE_OWNER:
        raise InvalidGrantOperation(f'role "{role.name}" cannot have explicit members')
    actor = snapshot.roles[context.role]
    if role.superuser and not actor.superuser:
        raise InsufficientPrivilege(
            f'permission denied to {verb} role "{role.name}"',
            detail=f"Only roles with the SUPERUSER attribute may {verb} roles with the SUPERUSER"
            " attribute.",
        )
    if not has_admin(snapshot, actor.id, role.id):
        raise InsufficientPrivilege(
            f'permission denied to {verb} role "{role.name}"',
            detail=f'Only roles with the ADMIN option on role "{role.name}" may {verb} this role.',
        )


def _grantor(
    snapshot: Snapshot, statement: GrantRole, context: Context, role: Role
) -> int:
    """Who is written down: the role of the ADMIN option that is used, and the bootstrap superuser
    for a superuser."""
    if statement.granted_by is not None:
        grantor = role_named(snapshot, statement.granted_by, context)
        may = snapshot.rights(context.role).is_in(grantor.id)
        if not may or not has_admin(snapshot, grantor.id, role.id):
            raise InsufficientPrivilege(
                f'permission denied to grant privileges as role "{grantor.name}"',
                detail=f'The grantor must have the ADMIN option on role "{role.name}".',
            )
        return OWNER if grantor.superuser else grantor.id
    if snapshot.roles[context.role].superuser:
        return OWNER
    held = sorted(reachable(snapshot.roles, context.role))
    for candidate in [context.role, *held]:
        admin = (m.role == role.id and m.admin for m in snapshot.roles[candidate].memberships)
        if any(admin):
            return candidate
    return context.role


def _grant(
    snapshot: Snapshot, role: Role, member_id: int, grantor: int, statement: GrantRole,
    notices: list[Notice],
) -> Snapshot:  # fmt: skip
    member = snapshot.roles[member_id]
    old = _existing(member, role.id, grantor)
    given = dict(statement.options)
    base = old or Membership(role.id, grantor, inherit=member.inherit)
    new = dataclasses.replace(base, **given)
    if old == new:
        notices.append(
            notice(
                f'role "{member.name}" has already been granted membership in role'
                f' "{role.name}" by role "{snapshot.roles[grantor].name}"'
            )
        )
        return snapshot
    return added(snapshot, role.id, member_id, new)


def _existing(member: Role, role: int, grantor: int) -> Membership | None:
    found = (m for m in member.memberships if (m.role, m.grantor) == (role, grantor))
    return next(found, None)


def _revoke(
    snapshot: Snapshot, role: Role, member_id: int, grantor: int, statement: GrantRole,
    notices: list[Notice],
) -> Snapshot:  # fmt: skip
    member = snapshot.roles[member_id]
    old = _existing(member, role.id, grantor)
    if old is None:
        notices.append(
            warning(
                f'role "{member.name}" has not been granted membership in role "{role.name}"'
                f' by role "{snapshot.roles[grantor].name}"',
                "01000",
            )
        )
        return snapshot
    kept = tuple(m for m in member.memberships if m is not old)
    if statement.option_for is not None:
        kept = (*kept, dataclasses.replace(old, **{statement.option_for: False}))
    after = _with(snapshot, member, kept)
    if old.admin and statement.option_for in (None, "admin"):
        after = _without_dependents(after, role.id, member_id, statement.cascade)
    return after


def _without_dependents(snapshot: Snapshot, role: int, grantor: int, cascade: bool) -> Snapshot:
    """What `grantor` has granted by an ADMIN option that it has no more."""
    if any(m.role == role and m.admin for m in snapshot.roles[grantor].memberships):
        return snapshot
    for member in list(snapshot.roles.values()):
        old = _existing(member, role, grantor)
        if old is None:
            continue
        if not cascade:
            raise DependentObjectsStillExist(
                "dependent privileges exist", hint="Use CASCADE to revoke them too."
            )
        kept = tuple(m for m in snapshot.roles[member.id].memberships if m is not old)
        snapshot = _with(snapshot, snapshot.roles[member.id], kept)
        snapshot = _without_dependents(snapshot, role, member.id, cascade)
    return snapshot
