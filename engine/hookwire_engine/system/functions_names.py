"""Names to OIDs and back: the reg* types, to_reg*, *_is_visible.

DuckDB puts a macro's argument wherever its parameter stands, so that nested calls of macros that
use one several times grow as a power: a macro here uses its first parameter at most twice.
"""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.system import name_input as names
from hookwire_engine.system.macros import by_oid, keyed, lookup, strictly

chapter = Chapter("9.26", "Names of objects")

for _name in ("name_key", "type_key", "procedure_key"):
    chapter.udf(_name, getattr(names, _name), ["VARCHAR"], "VARCHAR")
for _name in ("missing_relation", "missing_type"):
    chapter.udf(_name, getattr(names, _name), ["VARCHAR", "VARCHAR[]"], "BIGINT")
for _name in ("missing_schema", "missing_role", "too_many_parts"):
    chapter.udf(_name, getattr(names, _name), ["VARCHAR"], "BIGINT")
chapter.udf("missing_function", names.missing_function, ["VARCHAR", "BIGINT"], "BIGINT")

SCHEMAS = lookup('list("$key")', "schema", "true")
"""The names of all schemas."""


def _in(name: str, found: str, missing: str) -> None:
    """text to OID; `missing` takes what is no name of anything."""
    chapter.macro(f"{name}_in", "_1", f"coalesce({found}, {missing})")


def _out(name: str, shown: str) -> None:
    """OID to text: a number when there is no such object."""
    chapter.macro(f"{name}_out", "_1", f"coalesce({shown}, CAST(_1 AS VARCHAR))")


_RELATION = keyed("oid", "relation_input", "hw_name_key")
_in("regclass", _RELATION, f"hw_missing_relation(_1, {SCHEMAS})")
_out("regclass", by_oid("shown", "relation"))
chapter.function("to_regclass(text) regclass", sql=f"coalesce({_RELATION}, hw_too_many_parts(_1))")

_TYPE = keyed("oid", "type_input", "hw_type_key")
_in("regtype", _TYPE, f"hw_missing_type(_1, {SCHEMAS})")
_out("regtype", by_oid("shown_array", "type"))
_NUMBER = "TRY_CAST(_1 AS UINTEGER)"
chapter.function("to_regtype(text) regtype", sql=f"coalesce({_TYPE}, {_NUMBER})")

_COUNT = keyed("count", "function_input", "hw_name_key")
_FUNCTION = keyed("oid", "function_input", "hw_name_key")
_in("regproc", _FUNCTION, f"hw_missing_function(_1, coalesce({_COUNT}, 0))")
_out("regproc", by_oid("shown", "function"))
chapter.function("to_regproc(text) regproc", sql=f"coalesce({_FUNCTION}, {_NUMBER})")

_PROCEDURE = keyed("oid", "procedure_input", "hw_procedure_key")
_in("regprocedure", _PROCEDURE, "hw_missing_function(_1, 0)")
_out("regprocedure", by_oid("procedure", "function"))
chapter.function("to_regprocedure(text) regprocedure", sql=f"coalesce({_PROCEDURE}, {_NUMBER})")

_SCHEMA = keyed("oid", "schema", "hw_name_key")
_in("regnamespace", _SCHEMA, "hw_missing_schema(_1)")
_out("regnamespace", by_oid("shown", "schema"))
chapter.function("to_regnamespace(text) regnamespace", sql=f"coalesce({_SCHEMA}, {_NUMBER})")

_ROLE = keyed("oid", "role", "hw_name_key")
_in("regrole", _ROLE, "hw_missing_role(_1)")
_out("regrole", by_oid("shown", "role"))
chapter.function("to_regrole(text) regrole", sql=f"coalesce({_ROLE}, {_NUMBER})")

# Operators, collations and text search have no names here that a client could know.
for _kind in ("oper", "operator", "collation", "config", "dictionary"):
    chapter.macro(f"reg{_kind}_in", "_1", "CAST(_1 AS BIGINT)")
    chapter.macro(f"reg{_kind}_out", "_1", "CAST(_1 AS VARCHAR)")

chapter.function(
    "oidvectortypes(oidvector) text",
    sql="CASE WHEN _1 IS NOT NULL THEN coalesce((SELECT string_agg("
    f"{by_oid('shown_array', 'type', '_o')}, ', ' ORDER BY _i)"
    " FROM (SELECT unnest(_1) AS _o, generate_subscripts(_1, 1) AS _i)), '') END",
)

# Visibility.

chapter.function("pg_table_is_visible(oid) bool", sql=by_oid("visible", "relation"))
chapter.function("pg_type_is_visible(oid) bool", sql=by_oid("visible", "type"))
chapter.function("pg_function_is_visible(oid) bool", sql=by_oid("visible", "function"))
for _kind in (
    "operator", "opclass", "opfamily", "collation", "conversion", "statistics_obj", "ts_config",
    "ts_dict", "ts_parser", "ts_template",
):  # fmt: skip
    # All there are of these live in pg_catalog.
    chapter.function(f"pg_{_kind}_is_visible(oid) bool", sql=strictly("true"))
