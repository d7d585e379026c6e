"""pg_get_*, format_type, *_description, *_size: what an object is, as text or number."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.signatures import Kind
from hookwire_engine.system.functions_names import SCHEMAS
from hookwire_engine.system.macros import NULL_TEXT, by_oid, keyed, lookup, relation, strictly
from hookwire_engine.system.name_input import missing_column

chapter = Chapter("9.26", "System catalog information")
_function = chapter.function

_function(
    "pg_get_userbyid(oid) name",
    sql=f"coalesce({by_oid('key', 'role')}, 'unknown (OID=' || _1 || ')')",
)

# Definitions. Expressions are kept as text, so that pg_get_expr() has nothing to do.

_function("pg_get_expr(text, oid) text", sql="_1", as_="pg_get_expr")
_function("pg_get_expr(text, oid, bool) text", sql="_1", as_="pg_get_expr_pretty")

_INDEX = lookup("text", "index", '"$oid" = _1 AND "$column" = 0')
_INDEX_TEXT = 'CASE WHEN _3 THEN "$pretty" ELSE "$text" END'
_INDEX_COLUMN = lookup(_INDEX_TEXT, "index", '"$oid" = _1 AND "$column" = _2')
_function("pg_get_indexdef(oid) text", sql=_INDEX)
_function(
    "pg_get_indexdef(oid, int4, bool) text",
    sql=f"coalesce({_INDEX_COLUMN}, CASE WHEN {_INDEX} IS NOT NULL THEN '' END)",
    as_="pg_get_indexdef_column",
)

_PRETTY = 'CASE WHEN _2 THEN "$pretty" ELSE "$text" END'
_function(
    "pg_get_constraintdef(oid, bool=) text",
    sql=(by_oid(_PRETTY, "constraint"), by_oid("text", "constraint")),
)

_VIEW = by_oid("text", "view")
_function("pg_get_viewdef(oid) text", sql=_VIEW)
_function("pg_get_viewdef(oid, bool) text", sql=_VIEW, as_="pg_get_viewdef_pretty")
_function("pg_get_viewdef(oid, int4) text", sql=_VIEW, as_="pg_get_viewdef_wrapped")
_NAMED_VIEW = by_oid("text", "view", "memory.hw.regclass_in(_1)")
_function("pg_get_viewdef(text, bool=) text", sql=(_NAMED_VIEW, _NAMED_VIEW), as_="viewdef_named")

for _name in (
    "pg_get_triggerdef(oid, bool=)",
    "pg_get_ruledef(oid, bool=)",
    "pg_get_function_arg_default(oid, int4)",
    "pg_get_function_sqlbody(oid)",
    "pg_get_partkeydef(oid)",
    "pg_get_partition_constraintdef(oid)",
    "pg_get_statisticsobjdef(oid)",
    "pg_get_statisticsobjdef_columns(oid)",
):
    # There are no triggers, rules, partitions and statistics objects to define.
    _bodies = (NULL_TEXT, NULL_TEXT) if _name.endswith("=)") else NULL_TEXT
    _function(f"{_name} text", sql=_bodies)
_function("pg_get_statisticsobjdef_expressions(oid) _text", sql="CAST(NULL AS VARCHAR[])")

_function("pg_get_functiondef(oid) text", sql=by_oid("definition", "function"))
_function("pg_get_function_arguments(oid) text", sql=by_oid("arguments", "function"))
_function("pg_get_function_identity_arguments(oid) text", sql=by_oid("arguments", "function"))
_function("pg_get_function_result(oid) text", sql=by_oid("result", "function"))

chapter.udf(
    "missing_column", missing_column, ["VARCHAR", "VARCHAR", "VARCHAR[]", "INTEGER"], "VARCHAR"
)
# Two steps: what a column's sequence is, and what to say when it has none.
_SERIAL = keyed("sequence", "serial", "hw_name_key", ' AND "$column" = _2')
_FOUND = 'coalesce(max(CASE WHEN "$column" = _2 THEN 2 ELSE 1 END), 0)'
_KNOWN = keyed(_FOUND, "column_input", "hw_name_key")
_function(
    "pg_get_serial_sequence(text, text) text",
    sql=f"coalesce({_SERIAL}, hw_missing_column(_1, _2, {SCHEMAS}, {_KNOWN}))",
)

_WORD = ("word", "catcode", "barelabel", "catdesc", "baredesc")
_FIELDS = ", ".join(f'{name}: "${name}"' for name in _WORD)
_function(
    "pg_get_keywords() record",
    sql=f"(SELECT list({{{_FIELDS}}} ORDER BY \"$word\") FROM {relation('keyword')})",
    kind=Kind.TABLE,
    columns=(("word", "text"), ("catcode", "char"), ("barelabel", "bool"), ("catdesc", "text"),
             ("baredesc", "text")),
)  # fmt: skip
_function(
    "pg_options_to_table(_text) record",
    sql='list_transform(_1, lambda "$option": {option_name: split_part("$option", \'=\', 1),'
    " option_value: nullif(regexp_replace(\"$option\", '^[^=]*=?', ''), '')})",
    kind=Kind.TABLE,
    columns=(("option_name", "text"), ("option_value", "text")),
)

# format_type(type, typmod); a typmod of NULL is not the same as -1 for char and bit.

_SECONDS = "'(' || _2 || ')'"
_WITH_TYPMOD = f"""CASE "$base"
 WHEN 'bpchar' THEN 'character' || CASE WHEN _2 > 4 THEN '(' || (_2 - 4) || ')' ELSE '' END
 WHEN 'varchar' THEN "$shown" || CASE WHEN _2 > 4 THEN '(' || (_2 - 4) || ')' ELSE '' END
 WHEN 'numeric' THEN 'numeric' || CASE WHEN _2 < 4 THEN ''
  ELSE '(' || ((_2 - 4) >> 16) || ',' || ((_2 - 4) & 2047) || ')' END
 WHEN 'bit' THEN 'bit(' || _2 || ')'
 WHEN 'varbit' THEN 'bit varying(' || _2 || ')'
 WHEN 'time' THEN 'time' || {_SECONDS} || ' without time zone'
 WHEN 'timetz' THEN 'time' || {_SECONDS} || ' with time zone'
 WHEN 'timestamp' THEN 'timestamp' || {_SECONDS} || ' without time zone'
 WHEN 'timestamptz' THEN 'timestamp' || {_SECONDS} || ' with time zone'
 WHEN 'interval' THEN CASE WHEN (_2 & 65535) = 65535 THEN 'interval'
  ELSE 'interval(' || (_2 & 65535) || ')' END
 ELSE "$shown" || CASE WHEN "$base" IN ('bool', 'float4', 'float8', 'int2', 'int4', 'int8') THEN ''
  ELSE '(' || _2 || ')' END END"""
_BARE = """CASE WHEN _2 = -1 AND "$base" = 'bpchar' THEN 'bpchar'
 WHEN _2 = -1 AND "$base" = 'bit' THEN '"bit"' ELSE "$shown" END"""
_FORMATTED = (
    f'CASE WHEN _2 >= 0 AND "$oid" <> 0 THEN {_WITH_TYPMOD} ELSE {_BARE} END'
    " || CASE WHEN \"$array\" THEN '[]' ELSE '' END"
)
_function(
    "format_type(oid, int4) text",
    sql=f"coalesce({by_oid(_FORMATTED, 'type')}, CASE WHEN _1 IS NOT NULL THEN '???' END)",
    strict=False,
)

# Comments.

_COLUMN_COMMENT = '"$oid" = _1 AND "$class" = \'pg_class\' AND "$column" = _2'
_function("col_description(oid, int4) text", sql=lookup("text", "comment", _COLUMN_COMMENT))
_function(
    "obj_description(oid, name) text",
    sql=lookup("text", "comment", '"$oid" = _1 AND "$class" = _2 AND "$column" = 0'),
)
_function(
    "obj_description(oid) text",
    sql=lookup('min("$text")', "comment", '"$oid" = _1 AND "$column" = 0'),
    as_="obj_description_any",
)
_function("shobj_description(oid, name) text", sql=NULL_TEXT)

_DESCRIBED = """CASE "$kind" WHEN 'v' THEN 'view ' WHEN 'i' THEN 'index ' WHEN 'S' THEN 'sequence '
 ELSE 'table ' END || "$shown\""""
_COLUMN_NAME = lookup("name", "column", '"$oid" = _2 AND "$number" = _3')
_function(
    "pg_describe_object(oid, oid, int4) text",
    sql=f"CASE WHEN _1 = 1259 AND _3 = 0 THEN {by_oid(_DESCRIBED, 'relation', '_2')}"
    f" WHEN _1 = 1259 THEN 'column ' || {_COLUMN_NAME} || ' of '"
    f" || {by_oid(_DESCRIBED, 'relation', '_2')}"
    f" WHEN _1 = 2615 THEN 'schema ' || {by_oid('shown', 'schema', '_2')}"
    f" WHEN _1 = 1247 THEN 'type ' || {by_oid('shown', 'type', '_2')} END",
)

# Sizes: what a source's rows take; 0 for what has no storage of its own.

_SIZE = by_oid("bytes", "relation_size")
for _name in ("pg_relation_size", "pg_table_size", "pg_total_relation_size"):
    _function(f"{_name}(oid) int8", sql=_SIZE)
_function("pg_relation_size(oid, text) int8", sql=_SIZE, as_="pg_relation_size_of_fork")
_function("pg_indexes_size(oid) int8", sql=by_oid("CAST(0 AS BIGINT)", "relation_size"))
_ALL = f'(SELECT CAST(coalesce(sum("$bytes"), 0) AS BIGINT) FROM {relation("relation_size")})'
_function("pg_database_size(oid) int8", sql=strictly(_ALL))
_function(
    "pg_database_size(name) int8",
    sql=f"CASE WHEN _1 = 'hookwire' THEN {_ALL} WHEN _1 IS NOT NULL THEN "
    + error_sql("3D000", "'database \"' || _1 || '\" does not exist'")
    + " END",
    as_="pg_database_size_named",
)
for _type in ("oid", "name"):
    _function(
        f"pg_tablespace_size({_type}) int8", sql=strictly(_ALL), as_=f"pg_tablespace_size_{_type}"
    )
_function("pg_tablespace_location(oid) text", sql=strictly("''"))
_function("pg_relation_filenode(oid) oid", sql=by_oid("oid", "relation"))
_function("pg_relation_filepath(oid) text", sql=NULL_TEXT)

_WRITABLE = f"coalesce({by_oid('writable', 'relation')}, false)"
_function(
    "pg_relation_is_updatable(oid, bool) int4",
    sql=strictly(f"CASE WHEN {_WRITABLE} THEN 28 ELSE 0 END"),
)
_function("pg_column_is_updatable(oid, int2, bool) bool", sql=strictly(_WRITABLE))
_function(
    "pg_relation_is_publishable(oid) bool",
    sql=by_oid('"$kind" = \'r\' AND "$oid" >= 16384', "relation"),
)
