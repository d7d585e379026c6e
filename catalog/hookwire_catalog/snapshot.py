"""What exists at one moment: names to objects. Immutable, so that any thread may keep one.

Lookups are dict gets. A new snapshot is made for each catalog change (DDL is rare, requests are
not) and shares the objects of the one before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from hookwire_catalog.errors import FeatureNotSupported, InvalidSchemaName, UndefinedTable
from hookwire_catalog.names import DEFAULT_DATABASE, DEFAULT_SCHEMA, ObjectName, quote_identifier
from hookwire_catalog.objects import (
    AclItem,
    CatalogObject,
    Database,
    PlainObject,
    Role,
    Schema,
    Secret,
    View,
    WebhookSource,
)
from hookwire_catalog.rights import Rights, rights_of
from hookwire_catalog.roles import DATABASE_OWNER, OWNER, PREDEFINED

Stored = Schema | WebhookSource | View | Secret | Role | Database | PlainObject
"""Whatever has a GlobalId and a row in the catalog on disk."""

PUBLIC = Schema(
    1,
    DEFAULT_DATABASE,
    DEFAULT_SCHEMA,
    owner=DATABASE_OWNER,
    acl=(
        AclItem(DATABASE_OWNER, DATABASE_OWNER, "UC"),
        AclItem(0, DATABASE_OWNER, "U"),
    ),
)
"""The one object of a new database; a store that is new has to write it. Everybody may use it and
nobody but the database's owner make anything in it, as since PostgreSQL 15."""

WebhookKey = tuple[str, str, str]
PlainKey = tuple[str, ObjectName]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`schemas` by name, `objects`, `secrets` and `roles` by id, `plain` by kind and name: the
    rights on what only DuckDB knows. `next_id` is the id the next
    object gets; ids are never used again. `version` grows with every change."""

    schemas: Mapping[str, Schema]
    objects: Mapping[int, CatalogObject]
    next_id: int
    version: int = 0
    secrets: Mapping[int, Secret] = field(default_factory=dict)
    roles: Mapping[int, Role] = field(default_factory=lambda: PREDEFINED)
    database: Database = Database(DEFAULT_DATABASE)
    plain: Mapping[PlainKey, PlainObject] = field(default_factory=dict)
    _by_name: Mapping[ObjectName, CatalogObject] = field(init=False, repr=False, compare=False)
    _webhooks: Mapping[WebhookKey, WebhookSource] = field(init=False, repr=False, compare=False)
    _external: Mapping[str, WebhookSource] = field(init=False, repr=False, compare=False)
    _secrets: Mapping[ObjectName, Secret] = field(init=False, repr=False, compare=False)
    _roles: Mapping[str, Role] = field(init=False, repr=False, compare=False)
    _rights: dict[int, Rights] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sources = [o for o in self.objects.values() if isinstance(o, WebhookSource)]
        for name, value in (
            ("schemas", MappingProxyType(dict(self.schemas))),
            ("objects", MappingProxyType(dict(self.objects))),
            ("secrets", MappingProxyType(dict(self.secrets))),
            ("roles", MappingProxyType(dict(self.roles))),
            ("plain", MappingProxyType(dict(self.plain))),
            ("_by_name", {o.name: o for o in self.objects.values()}),
            ("_webhooks", {(s.name.database, s.name.schema, s.name.name): s for s in sources}),
            ("_external", {s.external_id: s for s in sources}),
            ("_secrets", {s.name: s for s in self.secrets.values()}),
            ("_roles", {r.name: r for r in self.roles.values()}),
            ("_rights", {}),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def empty(cls) -> Self:
        """A new database: the schema `public` and nothing in it."""
        return cls({PUBLIC.name: PUBLIC}, {}, next_id=PUBLIC.id + 1)

    @classmethod
    def of(cls, objects: Iterable[Stored], *, next_id: int, version: int = 0) -> Self:
        """The snapshot of what a store has kept; that of a new database when nothing ever was
        (`next_id` 1)."""
        kept = list(objects)
        if not kept and next_id <= PUBLIC.id:
            return cls.empty()
        found = cls({}, {}, next_id, version - 1).changed(added=kept)
        return dataclasses.replace(found, next_id=next_id)

    @property
    def databases(self) -> tuple[str, ...]:
        return (DEFAULT_DATABASE,)

    # By exact name: what webhook requests need.

    def find(self, name: ObjectName) -> CatalogObject | None:
        return self._by_name.get(name)

    def webhook(self, database: str, schema: str, name: str) -> WebhookSource | None:
        return self._webhooks.get((database, schema, name))

    def webhook_by_external_id(self, external_id: str) -> WebhookSource | None:
        return self._external.get(external_id)

    def find_secret(self, name: ObjectName) -> Secret | None:
        return self._secrets.get(name)

    def role(self, name: str) -> Role | None:
        return self._roles.get(name)

    def rights(self, role: int) -> Rights:
        """What the role may do; a role that has gone may do nothing."""
        found = self._rights.get(role)
        if found is None:
            found = rights_of(self, self.roles.get(role, Role(role, "", inherit=False)))
            self._rights[role] = found
        return found

    def plain_object(self, kind: str, name: ObjectName) -> PlainObject:
        """The rights on something that only DuckDB knows; id 0 stands for none that are kept."""
        return self.plain.get((kind, name)) or PlainObject(0, kind, name, OWNER)

    # By a name in a statement.

    def lookup(self, parts: Sequence[str], search_path: Sequence[str]) -> CatalogObject | None:
        """The object that a name with one to three parts means; None when there is none.

        Raises FeatureNotSupported (0A000) for another database.
        """
        if len(parts) > 1:
            check_database(parts)
            return self.find(ObjectName(DEFAULT_DATABASE, parts[-2], parts[-1]))
        for schema in search_path:
            found = self.find(ObjectName(DEFAULT_DATABASE, schema, parts[0]))
            if found is not None:
                return found
        return None

    def lookup_secret(self, parts: Sequence[str], search_path: Sequence[str]) -> Secret | None:
        """As `lookup`, in the namespace of secrets."""
        if len(parts) > 1:
            check_database(parts)
        for schema in search_path if len(parts) == 1 else parts[-2:-1]:
            found = self.find_secret(ObjectName(DEFAULT_DATABASE, schema, parts[-1]))
            if found is not None:
                return found
        return None

    def resolve(
        self, parts: Sequence[str], search_path: Sequence[str], *, position: int | None = None
    ) -> CatalogObject:
        """As `lookup`; raises UndefinedTable (42P01) when there is none."""
        found = self.lookup(parts, search_path)
        if found is None:
            shown = ".".join(parts)
            raise UndefinedTable(f'relation "{shown}" does not exist', position=position)
        return found

    def target(
        self, parts: Sequence[str], search_path: Sequence[str], *, position: int | None = None
    ) -> ObjectName:
        """The full name that a new relation gets: without a schema, that of the first in the
        search path which exists (PostgreSQL 5.9.3). Raises InvalidSchemaName (3F000)."""
        if len(parts) > 1:
            check_database(parts)
            self.schema(parts[-2], position=position)
            return ObjectName(DEFAULT_DATABASE, parts[-2], parts[-1])
        for schema in search_path:
            if schema in self.schemas:
                return ObjectName(DEFAULT_DATABASE, schema, parts[0])
        raise InvalidSchemaName("no schema has been selected to create in", position=position)

    def schema(self, name: str, *, position: int | None = None) -> Schema:
        found = self.schemas.get(name)
        if found is None:
            raise InvalidSchemaName(f'schema "{name}" does not exist', position=position)
        return found

    def objects_in(self, schema: str) -> list[CatalogObject]:
        return [o for o in self.objects.values() if o.name.schema == schema]

    def secrets_in(self, schema: str) -> list[Secret]:
        return [s for s in self.secrets.values() if s.name.schema == schema]

    def shown(self, thing: CatalogObject | Secret, search_path: Sequence[str]) -> str:
        """The name in a message: without its schema when the search path leads to it."""
        look = self.lookup_secret if isinstance(thing, Secret) else self.lookup
        if look((thing.name.name,), search_path) is thing:
            return quote_identifier(thing.name.name)
        return str(thing.name)

    def dependents(self, ids: Iterable[int]) -> list[tuple[CatalogObject, int]]:
        """The views that read any of `ids` and the sources that are validated with them, directly
        or through views, each once, with the id of what it was reached from; what is reached
        first comes first."""
        reached = list(ids)
        seen = set(reached)
        found: list[tuple[CatalogObject, int]] = []
        users = self._users()
        for depended in reached:  # grows while it is walked
            for thing in users.get(depended, ()):
                if thing.id not in seen:
                    seen.add(thing.id)
                    reached.append(thing.id)
                    found.append((thing, depended))
        return found

    def _users(self) -> dict[int, list[CatalogObject]]:
        users: dict[int, list[CatalogObject]] = {}
        for thing in self.objects.values():
            used = thing.depends_on if isinstance(thing, View) else secrets_of(thing)
            for depended in sorted(used):
                users.setdefault(depended, []).append(thing)
        return users

    # To the next one.

    def changed(
        self,
        *,
        removed: Iterable[Stored] = (),
        replaced: Iterable[tuple[Stored, Stored]] = (),
        added: Iterable[Stored] = (),
    ) -> Self:
        """The snapshot after a change. `replaced` pairs have one id; several may exchange names."""
        schemas = {schema.id: schema for schema in self.schemas.values()}
        objects = dict(self.objects)
        secrets = dict(self.secrets)
        roles = dict(self.roles)
        plain = {thing.id: thing for thing in self.plain.values()}
        database = {self.database.id: self.database}
        homes: dict[type, dict[int, Any]] = {
            Schema: schemas,
            Secret: secrets,
            Role: roles,
            PlainObject: plain,
            Database: database,
        }

        def home(thing: Stored) -> dict[int, Any]:
            return homes.get(type(thing), objects)

        for gone in removed:
            home(gone).pop(gone.id)
        next_id = self.next_id
        for thing in (*(new for _, new in replaced), *added):
            next_id = max(next_id, thing.id + 1)
            home(thing)[thing.id] = thing
        return type(self)(
            {schema.name: schema for schema in schemas.values()},
            objects,
            next_id,
            self.version + 1,
            secrets,
            roles,
            database[0],
            {(thing.kind, thing.name): thing for thing in plain.values()},
        )


def check_database(parts: Sequence[str]) -> None:
    if len(parts) == 3 and parts[0] != DEFAULT_DATABASE:
        shown = ".".join(parts)
        raise FeatureNotSupported(f'cross-database references are not implemented: "{shown}"')


def secrets_of(source: WebhookSource) -> frozenset[int]:
    """The ids of the secrets that the source is validated with."""
    return frozenset(() if source.validation is None else source.validation.secrets)


def kind_of(thing: CatalogObject | Secret) -> str:
    """The word for it in statements and messages."""
    if isinstance(thing, Secret):
        return "secret"
    if isinstance(thing, WebhookSource):
        return "source"
    return "materialized view" if thing.materialized else "view"
