"""information_schema: the functions of users. PostgreSQL lists its own too; nobody reads those."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from hookwire_engine.system.builders import IS, Builders
from hookwire_engine.system.described import descriptor
from hookwire_engine.system.facts import type_facts
from hookwire_engine.system.is_common import (
    DB,
    of_dicts,
)
from hookwire_engine.system.pg_procs import Proc, all_procs
from hookwire_engine.system.values import Depends, View

routines = Builders(IS)
_relation = routines.relation


def _user_procs(view: View) -> list[Proc]:
    return [p for p in all_procs(view) if p.definition is not None]


def _specific(proc: Proc) -> dict[str, Any]:
    return {
        "specific_catalog": DB,
        "specific_schema": proc.schema,
        "specific_name": f"{proc.name}_{proc.oid}",
    }


@_relation("routines", Depends.CATALOG)
def routines_(view: View) -> pa.Table:
    rows = []
    for p in _user_procs(view):
        described = descriptor(type_facts()[p.returns], -1)
        rows.append(
            _specific(p)
            | {
                "routine_catalog": DB, "routine_schema": p.schema, "routine_name": p.name,
                "routine_type": "FUNCTION", "data_type": described.data_type,
                "type_udt_catalog": DB, "type_udt_schema": described.udt_schema,
                "type_udt_name": described.udt_name, "dtd_identifier": "0",
                "routine_body": "SQL", "routine_definition": p.source, "external_language": "SQL",
                "parameter_style": "GENERAL", "is_deterministic": "NO",
                "sql_data_access": "MODIFIES", "is_null_call": "NO", "schema_level_routine": "YES",
                "max_dynamic_result_sets": 0, "security_type": "INVOKER", "as_locator": "NO",
                "is_udt_dependent": "NO",
            }
        )  # fmt: skip
    return of_dicts("routines", rows)


@_relation("parameters", Depends.CATALOG)
def parameters(view: View) -> pa.Table:
    rows = []
    for p in _user_procs(view):
        for n, (name, oid) in enumerate(zip(p.parameters, p.types, strict=True), 1):
            described = descriptor(type_facts()[oid], -1)
            rows.append(
                _specific(p)
                | {
                    "ordinal_position": n, "parameter_mode": "IN", "is_result": "NO",
                    "as_locator": "NO", "parameter_name": name, "data_type": described.data_type,
                    "udt_catalog": DB, "udt_schema": described.udt_schema,
                    "udt_name": described.udt_name, "dtd_identifier": str(n),
                }
            )  # fmt: skip
    return of_dicts("parameters", rows)


@_relation("routine_privileges", Depends.CATALOG)
def routine_privileges(view: View) -> pa.Table:
    rows = [
        _specific(p)
        | {
            "grantor": DB, "grantee": "PUBLIC", "routine_catalog": DB, "routine_schema": p.schema,
            "routine_name": p.name, "privilege_type": "EXECUTE", "is_grantable": "NO",
        }
        for p in _user_procs(view)
    ]  # fmt: skip
    return of_dicts("routine_privileges", rows)
