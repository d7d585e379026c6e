"""information_schema: privileges, roles, character sets."""

from __future__ import annotations

import pyarrow as pa

from hookwire_catalog import acl
from hookwire_catalog.rights import acl_of
from hookwire_catalog.roles import OWNER
from hookwire_engine.system.builders import IS, Builders, model_of, table
from hookwire_engine.system.is_common import (
    DB,
    yes_or_no,
)
from hookwire_engine.system.model import Relation
from hookwire_engine.system.rights import SYSTEM_ACL, owned, role_name
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import Depends, View

privileges = Builders(IS)
_relation = privileges.relation

_COLUMN_LETTERS = "arwx"


def _mine(view: View) -> frozenset[int]:
    """The roles whose privileges the current one has; all of them for a superuser."""
    rights = view.catalog.rights(view.role)
    return frozenset(view.catalog.roles) if rights.superuser else rights.roles


_Granted = list[tuple[Relation, int, int, str, bool]]
"""A relation, grantor and grantee, the privilege, and whether it may be granted."""


def _granted(view: View, kind: str, *, with_public: bool, letters: str = "") -> _Granted:
    """What enabled roles have granted or been granted. Of the system's own relations everybody has
    SELECT, and that is all that is told of them."""
    mine = _mine(view)
    found: _Granted = []
    for r in (*model_of(view).relations, *system_relations()):
        thing = owned(view.catalog, r)
        if (thing is None) != (r.object is None) or r.kind not in "rvS":
            continue
        if (r.kind == "S") != (kind == "sequence"):
            continue
        held = SYSTEM_ACL if thing is None else acl_of(thing)
        owner = OWNER if thing is None else thing.owner
        for grantor, grantee, word, grantable in acl.each(held):
            if not (grantor in mine or grantee in mine or (with_public and grantee == 0)):
                continue
            if (grantee == 0 and not with_public) or (letters and acl.LETTERS[word] not in letters):
                continue
            found.append((r, grantor, grantee, word, grantable or grantee == owner))
    return found


def _name(view: View, role: int) -> str:
    return "PUBLIC" if role == 0 else role_name(view.catalog, role)


def _columns(view: View, found: _Granted) -> dict[str, object]:
    return {
        "grantor": [_name(view, grantor) for _, grantor, *_ in found],
        "grantee": [_name(view, grantee) for _, _, grantee, *_ in found],
        "privilege_type": [word for *_, word, _ in found],
        "is_grantable": [yes_or_no(grantable) for *_, grantable in found],
    }


def _table_privileges(view: View, name: str, *, with_public: bool) -> pa.Table:
    found = _granted(view, "table", with_public=with_public)
    return table(
        IS, name, len(found),
        table_catalog=DB,
        table_schema=[r.namespace.name for r, *_ in found],
        table_name=[r.name for r, *_ in found],
        with_hierarchy=[yes_or_no(word == "SELECT") for *_, word, _ in found],
        **_columns(view, found),
    )  # fmt: skip


@_relation("table_privileges", Depends.SESSION)
def table_privileges(view: View) -> pa.Table:
    return _table_privileges(view, "table_privileges", with_public=True)


@_relation("role_table_grants", Depends.SESSION)
def role_table_grants(view: View) -> pa.Table:
    return _table_privileges(view, "role_table_grants", with_public=False)


def _column_privileges(view: View, name: str, *, with_public: bool) -> pa.Table:
    granted = _granted(view, "table", with_public=with_public, letters=_COLUMN_LETTERS)
    found = [(item, a) for item in granted for a in item[0].attributes]
    items = [item for item, _ in found]
    return table(
        IS, name, len(found),
        table_catalog=DB,
        table_schema=[r.namespace.name for r, *_ in items],
        table_name=[r.name for r, *_ in items],
        column_name=[a.name for _, a in found],
        **_columns(view, items),
    )  # fmt: skip


@_relation("column_privileges", Depends.SESSION)
def column_privileges(view: View) -> pa.Table:
    return _column_privileges(view, "column_privileges", with_public=True)


@_relation("role_column_grants", Depends.SESSION)
def role_column_grants(view: View) -> pa.Table:
    return _column_privileges(view, "role_column_grants", with_public=False)


def _usage(view: View, name: str, *, with_public: bool) -> pa.Table:
    found = _granted(view, "sequence", with_public=with_public, letters="U")
    return table(
        IS, name, len(found),
        object_catalog=DB,
        object_schema=[r.namespace.name for r, *_ in found],
        object_name=[r.name for r, *_ in found],
        object_type="SEQUENCE",
        **_columns(view, found),
    )  # fmt: skip


@_relation("usage_privileges", Depends.SESSION)
def usage_privileges(view: View) -> pa.Table:
    return _usage(view, "usage_privileges", with_public=True)


@_relation("role_usage_grants", Depends.SESSION)
def role_usage_grants(view: View) -> pa.Table:
    return _usage(view, "role_usage_grants", with_public=False)


@_relation("enabled_roles", Depends.SESSION)
def enabled_roles(view: View) -> pa.Table:
    found = sorted(view.catalog.roles[i].name for i in _mine(view) if i in view.catalog.roles)
    return table(IS, "enabled_roles", len(found), role_name=found)


def _applicable(view: View, name: str, *, only_admin: bool) -> pa.Table:
    mine = _mine(view)
    found = sorted(
        (member.name, role_name(view.catalog, m.role), yes_or_no(m.admin))
        for member in view.catalog.roles.values()
        for m in member.memberships
        if member.id in mine and (m.admin or not only_admin)
    )
    return table(
        IS, name, len(found),
        grantee=[grantee for grantee, *_ in found],
        role_name=[role for _, role, _ in found],
        is_grantable=[grantable for *_, grantable in found],
    )  # fmt: skip


@_relation("applicable_roles", Depends.SESSION)
def applicable_roles(view: View) -> pa.Table:
    return _applicable(view, "applicable_roles", only_admin=False)


@_relation("administrable_role_authorizations", Depends.SESSION)
def administrable_role_authorizations(view: View) -> pa.Table:
    return _applicable(view, "administrable_role_authorizations", only_admin=True)


@_relation("character_sets", Depends.STATIC)
def character_sets(view: View) -> pa.Table:
    return table(
        IS, "character_sets", 1,
        character_set_name="UTF8", character_repertoire="UCS", form_of_use="UTF8",
        default_collate_catalog=DB, default_collate_schema="pg_catalog",
        default_collate_name="ucs_basic",
    )  # fmt: skip


@_relation("collations", Depends.STATIC)
def collations(view: View) -> pa.Table:
    found = ["default", "C", "POSIX", "ucs_basic"]
    return table(
        IS, "collations", len(found),
        collation_catalog=DB, collation_schema="pg_catalog", collation_name=found,
        pad_attribute="NO PAD",
    )  # fmt: skip
