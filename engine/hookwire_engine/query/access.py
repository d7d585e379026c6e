"""Whether a role may do what a statement of DuckDB's asks for (PostgreSQL 5.7).

Names tell what they are used for while a statement is translated; the whole is judged before
anything is bound or run. What a view reads is judged by the rights of the view's owner.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_catalog import acl
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import InsufficientPrivilege
from hookwire_catalog.grants import word_for
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName, quote_identifier
from hookwire_catalog.objects import PlainObject, View, WebhookSource
from hookwire_catalog.rights import Rights, check_may, check_owner
from hookwire_engine.dialect.values import SystemName
from hookwire_engine.system.rights import GUARDED

OWNER_ONLY = "o"
"""Not a privilege: the statement is for the owner."""

@dataclass(slots=True)
class Access:
    """What one statement uses so far."""

    catalog: Catalog
    _uses: list[tuple[Rights, WebhookSource | View | PlainObject, str]] = field(
        default_factory=list
    )
    _system: list[tuple[Rights, SystemName]] = field(default_factory=list)

    def relation(self, rights: Rights, schema: str, name: str, wants: str) -> None:
        """A source, a view or a plain table; `wants` are letters of privileges or OWNER_ONLY."""
        full = ObjectName(DEFAULT_DATABASE, schema, name)
        thing = self.catalog.find(full) or self.catalog.plain_object("table", full)
        self._uses += [(rights, thing, letter) for letter in wants]

    def system(self, rights: Rights, name: SystemName) -> None:
        if name in GUARDED:
            self._system.append((rights, name))

    def plain(self, rights: Rights, kind: str, name: ObjectName, wants: str) -> None:
        """Something else that only DuckDB knows; any one of `wants` is enough."""
        thing = self.catalog.plain_object(kind, name)
        if OWNER_ONLY in wants:
            self._uses.append((rights, thing, OWNER_ONLY))
        elif not any(rights.may(thing, letter) for letter in wants):
            self._uses.append((rights, thing, wants[0]))

    def schema(self, rights: Rights, name: str) -> None:
        """Raises 42501 where a name in this schema may not even be looked up."""
        found = self.catalog.schemas.get(name)
        if found is not None:
            check_may(rights, found, "U", "schema", quote_identifier(name))

    def creates(self, rights: Rights, schema: str | None) -> None:
        """Raises 42501 where nothing may be made; None is the schema of temporary tables."""
        if schema is None:
            database = self.catalog.database
            if not rights.may(database, "T"):
                raise InsufficientPrivilege(
                    "permission denied to create temporary tables in database"
                    f' "{database.name}"'
                )
            return
        found = self.catalog.schemas.get(schema)
        if found is not None:
            check_may(rights, found, "C", "schema", quote_identifier(schema))

    def check(self) -> None:
        """Raises InsufficientPrivilege (42501) for the first that may not be."""
        for rights, thing, letter in self._uses:
            shown = quote_identifier(thing.name.name)
            if letter == OWNER_ONLY:
                check_owner(rights, thing, word_for(thing), shown)
            elif letter in acl.ORDER:
                check_may(rights, thing, letter, word_for(thing), shown)
        for rights, name in self._system:
            if not rights.is_in(*GUARDED[name]):
                kind = "table" if name[1] == "pg_authid" else "view"
                raise InsufficientPrivilege(f"permission denied for {kind} {name[1]}")
