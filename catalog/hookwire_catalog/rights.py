"""What a role may do in one snapshot: memberships followed, lists looked through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hookwire_catalog import acl
from hookwire_catalog.errors import InsufficientPrivilege
from hookwire_catalog.objects import (
    Acl,
    Database,
    PlainObject,
    Role,
    Schema,
    Secret,
    View,
    WebhookSource,
)
from hookwire_catalog.roles import DATABASE_OWNER, READ_ALL_DATA, WRITE_ALL_DATA, reachable

if TYPE_CHECKING:
    from hookwire_catalog.snapshot import Snapshot

Owned = WebhookSource | View | Secret | Schema | Database | PlainObject
"""What has an owner and a list of privileges."""


def acl_kind(thing: Owned) -> str:
    """The kind of privileges that there are on it (acl.ALL)."""
    if isinstance(thing, PlainObject):
        return thing.kind
    return _KINDS[type(thing)]


_KINDS: Mapping[type, str] = {
    WebhookSource: "table",
    View: "table",
    Secret: "secret",
    Schema: "schema",
    Database: "database",
}


def acl_of(thing: Owned) -> Acl:
    return acl.default(acl_kind(thing), thing.owner) if thing.acl is None else thing.acl


@dataclass(frozen=True, slots=True, eq=False)
class Rights:
    """Those of one role. `roles` are all whose privileges it has, itself among them."""

    role: Role
    superuser: bool
    roles: frozenset[int]
    _held: dict[int, str] = field(default_factory=dict)
    """By the identity of the object, which the snapshot keeps alive."""

    def owns(self, thing: Owned) -> bool:
        return self.superuser or thing.owner in self.roles

    def held(self, thing: Owned) -> str:
        """The letters of all privileges on `thing`."""
        if self.superuser:
            return acl.ALL[acl_kind(thing)]
        known = self._held.get(id(thing))
        if known is None:
            known = acl.held(acl_of(thing), self.roles) + self._by_predefined(acl_kind(thing))
            if thing.id > 0:
                self._held[id(thing)] = known
        return known

    def may(self, thing: Owned, letter: str) -> bool:
        return self.superuser or letter in self.held(thing)

    def _by_predefined(self, kind: str) -> str:
        """What pg_read_all_data and pg_write_all_data give (table 22.1)."""
        found = ""
        if READ_ALL_DATA in self.roles:
            found += {"table": "r", "sequence": "r", "schema": "U"}.get(kind, "")
        if WRITE_ALL_DATA in self.roles:
            found += {"table": "awd", "sequence": "w", "schema": "U"}.get(kind, "")
        return found

    def is_in(self, *roles: int) -> bool:
        """Whether it has the privileges of one of these."""
        return self.superuser or not self.roles.isdisjoint(roles)


def rights_of(snapshot: Snapshot, role: Role) -> Rights:
    roles = reachable(snapshot.roles, role.id)
    if snapshot.database.owner in roles:
        roles |= {DATABASE_OWNER}
    return Rights(role, role.superuser, roles)


# What is refused, in PostgreSQL's words.


def check_owner(rights: Rights, thing: Owned, kind: str, name: str) -> None:
    """Raises 42501; `kind` is the word for it in the message."""
    if not rights.owns(thing):
        raise InsufficientPrivilege(f"must be owner of {kind} {name}")


def check_may(rights: Rights, thing: Owned, letter: str, kind: str, name: str) -> None:
    if not rights.may(thing, letter):
        raise InsufficientPrivilege(f"permission denied for {kind} {name}")


def has_admin(snapshot: Snapshot, member: int, role: int) -> bool:
    """Whether `member` may grant `role`: itself or by a role whose privileges it has (22.3)."""
    actor = snapshot.roles.get(member)
    if actor is None:
        return False
    if actor.superuser:
        return True
    return any(
        m.role == role and m.admin
        for held in reachable(snapshot.roles, member, by="member")
        if held in snapshot.roles
        for m in snapshot.roles[held].memberships
    )
