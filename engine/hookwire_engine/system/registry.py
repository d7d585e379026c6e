"""Every system relation, and the tables of those that a statement reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from hookwire_catalog.catalog import Catalog
from hookwire_engine.system import arrow
from hookwire_engine.system.builders import Build, Builders, same_plain
from hookwire_engine.system.facts import Declared, declared
from hookwire_engine.system.helpers import HELPERS
from hookwire_engine.system.information_schema import information_schema
from hookwire_engine.system.is_constraints import constraints
from hookwire_engine.system.is_privileges import privileges
from hookwire_engine.system.is_routines import routines
from hookwire_engine.system.own import hookwire, mz_catalog, mz_internal
from hookwire_engine.system.pg_procs import procs
from hookwire_engine.system.pg_relations import relations
from hookwire_engine.system.pg_roles import role_relations
from hookwire_engine.system.pg_server import server
from hookwire_engine.system.pg_types import types
from hookwire_engine.system.values import Depends, PlainObjects, SystemName, SystemRelation, View

_BUILDERS: tuple[Builders, ...] = (
    relations, types, server, role_relations, procs, information_schema, constraints, privileges,
    routines, mz_catalog, mz_internal, hookwire,
)  # fmt: skip
_UNQUALIFIED = ("pg_catalog", "mz_catalog")


def _empty(found: Declared) -> Build:
    return lambda view: arrow.table(found.columns, 0)


def _relations() -> dict[SystemName, SystemRelation]:
    built: dict[SystemName, tuple[Depends, Build]] = {}
    for builders in _BUILDERS:
        built |= builders.found
    made = {}
    for name, found in declared().items():
        depends, build = built.pop(name, (Depends.STATIC, _empty(found)))
        made[name] = SystemRelation(*name, found.columns, depends, build, found.oid, found.kind)
    if built:
        raise ValueError(f"builders of undeclared relations: {sorted(built)}")
    return made | HELPERS


RELATIONS: Mapping[SystemName, SystemRelation] = _relations()
"""By schema and name; those that have no builder are empty, as there is nothing of the kind."""


def find(schema: str | None, name: str) -> SystemRelation | None:
    """The relation that a name in a statement means; without a schema pg_catalog comes first."""
    for place in _UNQUALIFIED if schema is None else (schema,):
        found = RELATIONS.get((place, name))
        if found is not None and found.kind != "h":
            return found
    return None


def view_name(name: SystemName) -> str:
    """The name under which a session's cursor knows the table."""
    return f"{name[0]}.{name[1]}"


def target(name: SystemName) -> str:
    """How SQL for DuckDB refers to it."""
    return f'temp.main."{view_name(name)}"'


@dataclass(frozen=True, slots=True)
class _Built:
    """A table and what it follows from."""

    table: pa.Table
    catalog: Catalog
    plain: PlainObjects
    session: tuple[Any, ...]

    def still(self, depends: Depends, view: View) -> bool:
        """Whether `view` would give the same table."""
        if depends is Depends.STATIC:
            return True
        if self.catalog is not view.catalog or not same_plain(self.plain, view.plain):
            return False
        return depends is Depends.CATALOG or self.session == _session(view)


@dataclass(slots=True)
class Cache:
    """Built tables, shared by all sessions. Entries are replaced whole, so that no lock is needed.

    Two sessions with uncommitted changes may take turns in replacing an entry: the catalog is
    compared by identity, since both their catalogs have the same version.
    """

    _entries: dict[SystemName, _Built] = field(default_factory=dict)

    def table(self, relation: SystemRelation, view: View) -> pa.Table:
        if relation.depends is Depends.LIVE:
            return relation.build(view)
        name = relation.schema, relation.name
        entry = self._entries.get(name)
        if entry is None or not entry.still(relation.depends, view):
            table = relation.build(view)
            entry = self._entries[name] = _Built(table, view.catalog, view.plain, _session(view))
        return entry.table


def _session(view: View) -> tuple[Any, ...]:
    return view.user, view.database, view.search_path


def tables(names: Iterable[SystemName], view: View, cache: Cache) -> dict[str, pa.Table]:
    """The tables to register before a statement that reads `names`, by the name to register."""
    return {view_name(name): cache.table(RELATIONS[name], view) for name in names}
