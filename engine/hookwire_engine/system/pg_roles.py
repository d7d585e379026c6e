"""Roles: pg_authid, the views over it, and memberships."""

from __future__ import annotations

import pyarrow as pa

from hookwire_catalog.objects import Membership, Role
from hookwire_catalog.roles import reachable
from hookwire_engine.system import oids
from hookwire_engine.system.builders import PG, Builders, table
from hookwire_engine.system.rights import role_oid
from hookwire_engine.system.values import Depends, View

role_relations = Builders(PG)
_relation = role_relations.relation

HIDDEN = "********"


def sorted_roles(view: View) -> list[Role]:
    return sorted(view.catalog.roles.values(), key=lambda role: role.oid)


def _columns(found: list[Role]) -> dict[str, object]:
    return {
        "oid": [r.oid for r in found],
        "rolname": [r.name for r in found],
        "rolsuper": [r.superuser for r in found],
        "rolinherit": [r.inherit for r in found],
        "rolcreaterole": [r.create_role for r in found],
        "rolcreatedb": [r.create_db for r in found],
        "rolcanlogin": [r.login for r in found],
        "rolreplication": [r.replication for r in found],
        "rolbypassrls": [r.bypass_rls for r in found],
        "rolconnlimit": [r.connection_limit for r in found],
        "rolvaliduntil": [r.valid_until for r in found],
    }


def _configured(role: Role) -> list[str] | None:
    return [f"{name}={value}" for name, value in role.settings] or None


@_relation("pg_roles", Depends.CATALOG)
def pg_roles(view: View) -> pa.Table:
    found = sorted_roles(view)
    configured = [_configured(r) for r in found]
    return table(
        PG, "pg_roles", len(found), rolpassword=HIDDEN, rolconfig=configured, **_columns(found)
    )


@_relation("pg_authid", Depends.CATALOG)
def pg_authid(view: View) -> pa.Table:
    """The one place that shows verifiers; superusers alone may read it."""
    found = sorted_roles(view)
    verifiers = [r.verifier for r in found]
    return table(PG, "pg_authid", len(found), rolpassword=verifiers, **_columns(found))


def _users(view: View, name: str, *, shadow: bool) -> pa.Table:
    found = [role for role in sorted_roles(view) if role.login]
    return table(
        PG, name, len(found),
        usename=[r.name for r in found],
        usesysid=[r.oid for r in found],
        usecreatedb=[r.create_db for r in found],
        usesuper=[r.superuser for r in found],
        userepl=[r.replication for r in found],
        usebypassrls=[r.bypass_rls for r in found],
        passwd=[r.verifier for r in found] if shadow else HIDDEN,
        valuntil=[r.valid_until for r in found],
        useconfig=[_configured(r) for r in found],
    )  # fmt: skip


@_relation("pg_user", Depends.CATALOG)
def pg_user(view: View) -> pa.Table:
    return _users(view, "pg_user", shadow=False)


@_relation("pg_shadow", Depends.CATALOG)
def pg_shadow(view: View) -> pa.Table:
    return _users(view, "pg_shadow", shadow=True)


def _memberships(view: View) -> list[tuple[Membership, Role]]:
    return [(m, member) for member in sorted_roles(view) for m in member.memberships]


@_relation("pg_group", Depends.CATALOG)
def pg_group(view: View) -> pa.Table:
    found = [role for role in sorted_roles(view) if not role.login]
    members: dict[int, list[int]] = {role.id: [] for role in found}
    for membership, member in _memberships(view):
        members.setdefault(membership.role, []).append(member.oid)
    return table(
        PG, "pg_group", len(found),
        groname=[r.name for r in found],
        grosysid=[r.oid for r in found],
        grolist=[members[r.id] for r in found],
    )  # fmt: skip


@_relation("pg_auth_members", Depends.CATALOG)
def pg_auth_members(view: View) -> pa.Table:
    found = _memberships(view)
    keys = [("member", str(m.role), str(r.id), str(m.grantor)) for m, r in found]
    hashed = oids.hashed(keys)
    return table(
        PG, "pg_auth_members", len(found),
        oid=[hashed[key] for key in keys],
        roleid=[role_oid(view.catalog, m.role) for m, _ in found],
        member=[r.oid for _, r in found],
        grantor=[role_oid(view.catalog, m.grantor) for m, _ in found],
        admin_option=[m.admin for m, _ in found],
        inherit_option=[m.inherit for m, _ in found],
        set_option=[m.set for m, _ in found],
    )  # fmt: skip


@_relation("pg_db_role_setting", Depends.CATALOG)
def pg_db_role_setting(view: View) -> pa.Table:
    found = [role for role in sorted_roles(view) if role.settings]
    return table(
        PG, "pg_db_role_setting", len(found),
        setdatabase=0,
        setrole=[r.oid for r in found],
        setconfig=[_configured(r) for r in found],
    )  # fmt: skip


def reached(view: View) -> list[tuple[int, int, str]]:
    """Role, role that it is in, and as what: the words of pg_has_role()."""
    rows: list[tuple[int, int, str]] = []
    roles = view.catalog.roles
    for role in roles.values():
        for word, by in (("USAGE", "inherit"), ("SET", "set"), ("MEMBER", "member")):
            found = reachable(roles, role.id, by=by)
            if view.catalog.database.owner in found:
                found |= {-6171}
            rows += [(role.oid, role_oid(view.catalog, other), word) for other in found]
        for held in reachable(roles, role.id, by="member"):
            rows += [
                (role.oid, role_oid(view.catalog, m.role), f"{word} WITH {option} OPTION")
                for m in roles[held].memberships
                if m.admin
                for word in ("USAGE", "SET", "MEMBER")
                for option in ("ADMIN", "GRANT")
            ]
    return sorted(set(rows))
