"""information_schema: functions, privileges, roles, character sets.

Everybody may read; plain tables may be written.
"""

from __future__ import annotations

import pyarrow as pa

from hookwire_engine.system.builders import IS, Builders, model_of, table
from hookwire_engine.system.is_common import (
    DB,
    cells,
    readable,
    writable,
    yes_or_no,
)
from hookwire_engine.system.model import Relation
from hookwire_engine.system.pg_server import roles
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import Depends, View

privileges = Builders(IS)
_relation = privileges.relation

_READ = ("SELECT",)
_WRITE = ("INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_COLUMN_WRITE = ("INSERT", "SELECT", "UPDATE", "REFERENCES")


def _granted(view: View) -> list[Relation]:
    return readable([*model_of(view).relations, *system_relations()])


def _table_privileges(view: View, name: str) -> pa.Table:
    found = [
        (r, privilege) for r in _granted(view) for privilege in (_WRITE if writable(r) else _READ)
    ]
    return table(
        IS, name, len(found),
        grantor=DB,
        grantee=DB,
        table_catalog=DB,
        table_schema=[r.namespace.name for r, _ in found],
        table_name=[r.name for r, _ in found],
        privilege_type=[privilege for _, privilege in found],
        is_grantable=[yes_or_no(writable(r)) for r, _ in found],
        with_hierarchy=[yes_or_no(privilege == "SELECT") for _, privilege in found],
    )  # fmt: skip


@_relation("table_privileges", Depends.CATALOG)
def table_privileges(view: View) -> pa.Table:
    return _table_privileges(view, "table_privileges")


@_relation("role_table_grants", Depends.CATALOG)
def role_table_grants(view: View) -> pa.Table:
    return _table_privileges(view, "role_table_grants")


def _column_privileges(view: View, name: str) -> pa.Table:
    found = [
        (r, a, privilege)
        for r, _, a in cells(_granted(view))
        for privilege in (_COLUMN_WRITE if writable(r) else _READ)
    ]
    return table(
        IS, name, len(found),
        grantor=DB,
        grantee=DB,
        table_catalog=DB,
        table_schema=[r.namespace.name for r, _, _ in found],
        table_name=[r.name for r, _, _ in found],
        column_name=[a.name for _, a, _ in found],
        privilege_type=[privilege for *_, privilege in found],
        is_grantable=[yes_or_no(writable(r)) for r, _, _ in found],
    )  # fmt: skip


@_relation("column_privileges", Depends.CATALOG)
def column_privileges(view: View) -> pa.Table:
    return _column_privileges(view, "column_privileges")


@_relation("role_column_grants", Depends.CATALOG)
def role_column_grants(view: View) -> pa.Table:
    return _column_privileges(view, "role_column_grants")


@_relation("enabled_roles", Depends.LIVE)
def enabled_roles(view: View) -> pa.Table:
    found = {DB, view.user}
    return table(IS, "enabled_roles", len(found), role_name=sorted(found))


@_relation("applicable_roles", Depends.LIVE)
def applicable_roles(view: View) -> pa.Table:
    """Every user acts for the owner, who owns everything."""
    found = [name for _, name in roles(view) if name != DB]
    return table(IS, "applicable_roles", len(found), grantee=found, role_name=DB, is_grantable="NO")


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
