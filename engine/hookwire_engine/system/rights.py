"""Owners and privileges as system relations show them: OIDs of roles and aclitem texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookwire_catalog import acl
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName
from hookwire_catalog.objects import Acl, AclItem, WebhookSource
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.rights import Owned, acl_kind, acl_of
from hookwire_catalog.roles import MONITOR, OWNER, READ_ALL_STATS
from hookwire_engine.system import oids
from hookwire_engine.system.builders import model_of
from hookwire_engine.system.model import Relation
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import PlainSequence, PlainTable, SystemName, View

GUARDED: dict[SystemName, tuple[int, ...]] = {
    ("pg_catalog", "pg_authid"): (),
    ("pg_catalog", "pg_hba_file_rules"): (),
    ("pg_catalog", "pg_shadow"): (),
    ("hookwire", "webhook_rejections"): (MONITOR, READ_ALL_STATS),
    ("hookwire", "webhook_rejection_verdicts"): (MONITOR, READ_ALL_STATS),
}
"""System relations that not everybody may read, and the predefined roles that may."""


def role_oid(catalog: Catalog, role: int) -> int:
    """0 for PUBLIC."""
    found = catalog.roles.get(role)
    return 0 if found is None else found.oid


def role_name(catalog: Catalog, role: int) -> str:
    found = catalog.roles.get(role)
    return str(role) if found is None else found.name


def owned(catalog: Catalog, relation: Relation) -> Owned | None:
    """What the catalog knows of a relation; None for the system's own and for indexes."""
    thing = relation.object
    if isinstance(thing, WebhookSource | UserView):
        return thing
    if isinstance(thing, PlainTable | PlainSequence):
        kind = "table" if isinstance(thing, PlainTable) else "sequence"
        name = ObjectName(DEFAULT_DATABASE, thing.schema, thing.name)
        return catalog.plain_object(kind, name)
    return None


def owner_of(catalog: Catalog, relation: Relation) -> int:
    thing = owned(catalog, relation)
    return OWNER if thing is None else thing.owner


def texts(catalog: Catalog, held: Acl | None) -> list[str] | None:
    """As pg_class.relacl and its like have it."""
    if held is None:
        return None
    return [acl.text(item, lambda role: role_name(catalog, role)) for item in held]


def relation_acl(catalog: Catalog, relation: Relation) -> list[str] | None:
    thing = owned(catalog, relation)
    return None if thing is None else texts(catalog, thing.acl)


SYSTEM_ACL: Acl = (AclItem(acl.PUBLIC, OWNER, "r"),)


def every(view: View) -> Iterator[tuple[int, Acl, str, int]]:
    """OID, list of privileges, kind and owner of everything that privileges are granted on."""
    catalog = view.catalog
    for relation in (*model_of(view).relations, *system_relations()):
        thing = owned(catalog, relation)
        if thing is not None:
            yield relation.oid, acl_of(thing), acl_kind(thing), thing.owner
        else:
            guards = GUARDED.get((relation.namespace.name, relation.name))
            held = SYSTEM_ACL
            if guards is not None:
                held = tuple(AclItem(role, OWNER, "r") for role in guards)
            yield relation.oid, held, "table", OWNER
    for namespace in model_of(view).namespaces.values():
        if namespace.schema is not None:
            yield namespace.oid, acl_of(namespace.schema), "schema", namespace.schema.owner
        else:
            yield namespace.oid, (AclItem(acl.PUBLIC, OWNER, "U"),), "schema", OWNER
    yield oids.DATABASE, acl_of(catalog.database), "database", catalog.database.owner


def granted(view: View) -> Iterable[tuple[int, int, str]]:
    """OID of the object, of the role (0 for everybody), and the privilege in words, as has_*()
    is asked for it; owners hold every grant option."""
    from_all = {"table": "r", "sequence": "r", "schema": "U"}
    to_all = {"table": "awd", "sequence": "w", "schema": "U"}
    for oid, held, kind, owner in every(view):
        for item in held:
            role = role_oid(view.catalog, item.grantee)
            for letter in item.privileges:
                yield from _words(oid, role, letter, option=letter in item.grantable)
        for letter in acl.ALL[kind]:
            yield oid, role_oid(view.catalog, owner), f"{acl.WORDS[letter]} WITH GRANT OPTION"
        for reader, letters in ((6181, from_all), (6182, to_all)):
            for letter in letters.get(kind, ""):
                yield from _words(oid, reader, letter, option=False)


def _words(oid: int, role: int, letter: str, *, option: bool) -> Iterator[tuple[int, int, str]]:
    for word in ("TEMPORARY", "TEMP") if letter == "T" else (acl.WORDS[letter],):
        yield oid, role, word
        if option:
            yield oid, role, f"{word} WITH GRANT OPTION"
