"""Roles that statements name, found."""

from __future__ import annotations

from hookwire_catalog.edits import Context
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.objects import Role
from hookwire_catalog.role_statements import RoleName
from hookwire_catalog.snapshot import Snapshot


def role_named(snapshot: Snapshot, name: RoleName, context: Context) -> Role:
    """Raises UndefinedObject (42704)."""
    found = _found(snapshot, name, context)
    if found is None:
        raise UndefinedObject(f'role "{name.name}" does not exist')
    return found


def _found(snapshot: Snapshot, name: RoleName, context: Context) -> Role | None:
    if name.word == "current_user":
        return snapshot.roles.get(context.role)
    if name.word == "session_user":
        return snapshot.roles.get(context.session_role)
    return snapshot.role(name.name)


def grantee_id(snapshot: Snapshot, name: RoleName, context: Context) -> int:
    """0 for PUBLIC."""
    return 0 if name.word == "public" else role_named(snapshot, name, context).id
