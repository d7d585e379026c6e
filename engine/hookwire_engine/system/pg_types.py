"""pg_type and its relatives; what PostgreSQL has built in comes from data files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pyarrow as pa

from hookwire_catalog.types import PgType
from hookwire_engine.system import oids
from hookwire_engine.system.arrow import arrow_type
from hookwire_engine.system.builders import PG, Build, Builders, model_of, table
from hookwire_engine.system.facts import TypeFact, data_rows, declared, type_facts
from hookwire_engine.system.model import SYSTEM_SCHEMAS
from hookwire_engine.system.pg_procs import io_procs
from hookwire_engine.system.pg_relations import COLLATIONS
from hookwire_engine.system.system_model import system_row_types
from hookwire_engine.system.values import Depends, View

types = Builders(PG)


@types.relation("pg_type", Depends.CATALOG)
def pg_type(view: View) -> pa.Table:
    model = model_of(view)
    schemas = {n.name: n.oid for n in model.namespaces.values()}
    return pa.concat_tables([_system_types(), _types(model.types.values(), schemas)])


@cache
def _system_types() -> pa.Table:
    schemas = SYSTEM_SCHEMAS | {"public": oids.PUBLIC}
    return _types([*type_facts().values(), *system_row_types().values()], schemas)


def _types(facts: Iterable[TypeFact], schemas: dict[str, int]) -> pa.Table:
    found = list(facts)
    functions = function_oids()

    def regproc(names: list[str]) -> list[int]:
        return [functions.get(name, 0) for name in names]

    return table(
        PG, "pg_type", len(found),
        oid=[t.oid for t in found],
        typname=[t.name for t in found],
        typnamespace=[schemas[t.schema] for t in found],
        typowner=oids.OWNER,
        typlen=[t.length for t in found],
        typbyval=[t.byval for t in found],
        typtype=[t.kind for t in found],
        typcategory=[t.category for t in found],
        typispreferred=[t.preferred for t in found],
        typisdefined=True,
        typdelim=[t.delimiter for t in found],
        typrelid=[t.relation for t in found],
        typsubscript=regproc([t.subscript for t in found]),
        typelem=[t.element for t in found],
        typarray=[t.array for t in found],
        typinput=regproc([t.input for t in found]),
        typoutput=regproc([t.output for t in found]),
        typreceive=regproc([t.receive for t in found]),
        typsend=regproc([t.send for t in found]),
        typmodin=regproc([t.typmod_in for t in found]),
        typmodout=regproc([t.typmod_out for t in found]),
        typanalyze=regproc([t.analyze for t in found]),
        typalign=[t.align for t in found],
        typstorage=[t.storage for t in found],
        typnotnull=[t.not_null for t in found],
        typbasetype=[t.base for t in found],
        typtypmod=[t.typmod for t in found],
        typndims=[t.dimensions for t in found],
        typcollation=[COLLATIONS.get(t.collation, 0) for t in found],
        typdefault=[t.default or None for t in found],
    )  # fmt: skip


@cache
def function_oids() -> dict[str, int]:
    """OIDs of the functions that types refer to, by name."""
    return {proc.name: proc.oid for proc in io_procs()}


@types.relation("pg_enum", Depends.CATALOG)
def pg_enum(view: View) -> pa.Table:
    found = model_of(view).labels
    return table(
        PG, "pg_enum", len(found),
        oid=[e.oid for e in found],
        enumtypid=[e.type for e in found],
        enumsortorder=[float(e.order) for e in found],
        enumlabel=[e.label for e in found],
    )  # fmt: skip


# Built-in rows, as the data files have them.


def of_data(name: str) -> pa.Table:
    """The whole data file of a relation as its table."""
    rows = data_rows(name)
    columns = declared()[PG, name].columns
    arrays = [
        pa.array([_value(row.get(c.name), c.type) for row in rows], arrow_type(c.type))
        for c in columns
    ]
    return pa.Table.from_arrays(arrays, names=[c.name for c in columns])


def _value(text: str | None, type_: PgType) -> Any:
    arrow = arrow_type(type_)
    if text is None:
        return None
    if pa.types.is_list(arrow):
        items = text.strip("{}").replace(",", " ").split()
        return [int(i) if pa.types.is_integer(arrow.value_type) else i for i in items]
    if pa.types.is_boolean(arrow):
        return text in ("t", "true")
    if pa.types.is_integer(arrow):
        return int(text)
    return float(text) if pa.types.is_floating(arrow) else text


BUILT_IN = ("pg_am", "pg_cast", "pg_collation", "pg_language", "pg_opclass", "pg_operator",
            "pg_opfamily", "pg_range", "pg_tablespace")  # fmt: skip


def _built_in(name: str) -> Build:
    return lambda view: of_data(name)


for _name in BUILT_IN:
    types.relation(_name, Depends.STATIC)(_built_in(_name))
