"""Statements about roles and privileges as values (PostgreSQL 22)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_catalog.names import QualifiedName


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role where a statement names one; `word` is "current_user", "session_user" or "public"
    where one of those words stands for it."""

    name: str
    word: str = ""
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RoleOptions:
    """Options of CREATE and ALTER ROLE; None is not given. `flags` are fields of Role and their
    values. `password` "" removes it, as PASSWORD NULL does; `valid_until` is as written."""

    flags: tuple[tuple[str, bool], ...] = ()
    connection_limit: int | None = None
    password: str | None = field(default=None, repr=False)
    valid_until: str | None = None
    in_roles: tuple[RoleName, ...] = ()
    members: tuple[RoleName, ...] = ()
    admins: tuple[RoleName, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateRole:
    """CREATE ROLE | USER | GROUP."""

    name: RoleName
    options: RoleOptions = RoleOptions()


@dataclass(frozen=True, slots=True)
class AlterRole:
    name: RoleName
    options: RoleOptions = RoleOptions()


@dataclass(frozen=True, slots=True)
class AlterRoleSetting:
    """ALTER ROLE ... SET name = value | RESET name; `value` None is RESET, `name` "all" RESET ALL.
    The value is text as written."""

    role: RoleName
    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RenameRole:
    name: RoleName
    new_name: RoleName


@dataclass(frozen=True, slots=True)
class DropRoles:
    names: tuple[RoleName, ...]
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class GrantRole:
    """GRANT role TO role, and REVOKE [... OPTION FOR] role FROM role.

    `options` are "admin", "inherit" and "set" with their values. What REVOKE takes is the whole
    membership, or only the option that `option_for` names.
    """

    roles: tuple[RoleName, ...]
    members: tuple[RoleName, ...]
    options: tuple[tuple[str, bool], ...] = ()
    revoke: bool = False
    option_for: str | None = None
    granted_by: RoleName | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """GRANT privileges ON ... TO, and REVOKE [GRANT OPTION FOR] privileges ON ... FROM.

    `kind` is table, sequence, schema, database or secret; with `whole_schema` the names are of
    schemas, and everything of the kind in them is meant. `privileges` are words in upper case; ()
    is ALL. `option` is WITH GRANT OPTION or GRANT OPTION FOR.
    """

    kind: str
    names: tuple[QualifiedName, ...]
    privileges: tuple[str, ...]
    grantees: tuple[RoleName, ...]
    whole_schema: bool = False
    option: bool = False
    revoke: bool = False
    granted_by: RoleName | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AlterOwner:
    """ALTER SOURCE | VIEW | TABLE | SCHEMA | SECRET | SEQUENCE ... OWNER TO; `kind` is that word
    in lower case."""

    kind: str
    name: QualifiedName
    owner: RoleName
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropOwned:
    roles: tuple[RoleName, ...]
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class ReassignOwned:
    roles: tuple[RoleName, ...]
    owner: RoleName
