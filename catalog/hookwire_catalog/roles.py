"""Roles: those that every database has, and who is a member of whom (PostgreSQL 22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hookwire_catalog.objects import OWNER as OWNER
from hookwire_catalog.objects import Membership, Role

BOOTSTRAP = "hookwire"
"""The superuser that a new database has."""


def _predefined() -> Iterable[Role]:
    yield Role(
        OWNER,
        BOOTSTRAP,
        superuser=True,
        login=True,
        create_role=True,
        create_db=True,
        replication=True,
        bypass_rls=True,
    )
    for name, oid in _OIDS.items():
        granted = _MONITOR if name == "pg_monitor" else ()
        memberships = tuple(Membership(-_OIDS[role], OWNER) for role in granted)
        yield Role(-oid, name, memberships=memberships)


_OIDS = {
    "pg_monitor": 3373,
    "pg_read_all_settings": 3374,
    "pg_read_all_stats": 3375,
    "pg_stat_scan_tables": 3377,
    "pg_signal_backend": 4200,
    "pg_checkpoint": 4544,
    "pg_use_reserved_connections": 4550,
    "pg_read_server_files": 4569,
    "pg_write_server_files": 4570,
    "pg_execute_server_program": 4571,
    "pg_database_owner": 6171,
    "pg_read_all_data": 6181,
    "pg_write_all_data": 6182,
    "pg_create_subscription": 6304,
}
"""PostgreSQL 16's predefined roles (22.5), pg_authid.dat."""

_MONITOR = ("pg_read_all_settings", "pg_read_all_stats", "pg_stat_scan_tables")

DATABASE_OWNER = -6171
READ_ALL_DATA = -6181
WRITE_ALL_DATA = -6182
READ_ALL_STATS = -3375
READ_ALL_SETTINGS = -3374
MONITOR = -3373
SIGNAL_BACKEND = -4200

PREDEFINED: Mapping[int, Role] = {role.id: role for role in _predefined()}
"""By id. A store has a row only for one that was altered."""


def reachable(roles: Mapping[int, Role], start: int, *, by: str = "inherit") -> frozenset[int]:
    """The role `start` and every role it is a member of, directly or not.

    `by` "inherit" follows only what gives its privileges, "set" only what SET ROLE may become,
    and "member" all of them.
    """
    found = [start]
    seen = {start}
    for role in found:  # grows while it is walked
        known = roles.get(role)
        for membership in () if known is None else known.memberships:
            follows = by == "member" or (membership.inherit if by == "inherit" else membership.set)
            if follows and membership.role not in seen:
                seen.add(membership.role)
                found.append(membership.role)
    return frozenset(seen)


@dataclass(frozen=True, slots=True)
class LoginRole:
    """What a door has to know of a role to let it in. `verifier` is SCRAM's; without one, or
    after `valid_until`, no password does. `memberships` are the names of all roles it is in,
    directly or not; -1 is no connection limit."""

    name: str
    login: bool
    superuser: bool
    verifier: str | None = field(default=None, repr=False)
    connection_limit: int = -1
    valid_until: datetime | None = None
    memberships: frozenset[str] = frozenset()


def login_role(roles: Mapping[int, Role], role: Role) -> LoginRole:
    names = {roles[i].name for i in reachable(roles, role.id, by="member") if i in roles}
    return LoginRole(
        role.name,
        role.login,
        role.superuser,
        role.verifier,
        role.connection_limit,
        role.valid_until,
        frozenset(names - {role.name}),
    )
