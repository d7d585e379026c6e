"""The functions that PostgreSQL keeps in information_schema, which JDBC and others call."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Kind

chapter = Chapter("37", "Functions of information_schema")
_function = chapter.function

for _vector in ("anyarray", "int2vector", "oidvector"):
    _function(
        f"_pg_expandarray({_vector}) record",
        sql='list_transform(_1, lambda "$x", "$n": {x: "$x", n: CAST("$n" AS INTEGER)})',
        kind=Kind.TABLE,
        columns=(("x", "anyelement"), ("n", "int4")),
    )

# Vectors begin at 0.
for _vector in ("int2vector", "oidvector"):
    _function(
        f"array_lower({_vector}, int4) int4",
        as_=f"{_vector}_lower",
        sql="CASE WHEN _1 IS NOT NULL AND _2 = 1 THEN 0 END",
    )
    _function(
        f"array_upper({_vector}, int4) int4",
        as_=f"{_vector}_upper",
        sql="CASE WHEN _2 = 1 THEN CAST(len(_1) AS INTEGER) - 1 END",
    )
    _function(
        f"array_position({_vector}, {'int2' if _vector == 'int2vector' else 'oid'}) int4",
        as_=f"{_vector}_position",
        sql="CAST(list_position(_1, _2) AS INTEGER) - 1",
    )
    _function(
        f"generate_subscripts({_vector}, int4) int4",
        as_=f"{_vector}_subscripts",
        kind=Kind.TABLE,
        sql="CASE WHEN _1 IS NOT NULL AND _2 = 1 THEN CAST(range(len(_1)) AS INTEGER[]) END",
    )

_CHARACTERS = "_1 IN (1042, 1043)"
_BITS = "_1 IN (1560, 1562)"
_function(
    "_pg_char_max_length(oid, int4) int4",
    sql=f"CASE WHEN _2 = -1 THEN NULL WHEN {_CHARACTERS} THEN _2 - 4 WHEN {_BITS} THEN _2 END",
)
_function(
    "_pg_char_octet_length(oid, int4) int4",
    sql="CASE WHEN _1 IN (25, 1042, 1043) THEN CASE WHEN _2 = -1 THEN 1073741824"
    " ELSE (_2 - 4) * 4 END END",
)
_function(
    "_pg_numeric_precision(oid, int4) int4",
    sql="CASE _1 WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53"
    " WHEN 1700 THEN CASE WHEN _2 <> -1 THEN (_2 - 4) >> 16 END END",
)
_function(
    "_pg_numeric_precision_radix(oid, int4) int4",
    sql="CASE WHEN _1 IN (21, 23, 20, 700, 701) THEN 2 WHEN _1 = 1700 THEN 10 END",
)
_function(
    "_pg_numeric_scale(oid, int4) int4",
    sql="CASE WHEN _1 IN (21, 23, 20) THEN 0 WHEN _1 = 1700 AND _2 <> -1 THEN (_2 - 4) & 2047 END",
)
_function(
    "_pg_datetime_precision(oid, int4) int4",
    sql="CASE WHEN _1 = 1082 THEN 0 WHEN _1 IN (1083, 1114, 1184, 1266) THEN"
    " CASE WHEN _2 < 0 THEN 6 ELSE _2 END"
    " WHEN _1 = 1186 THEN CASE WHEN _2 < 0 OR (_2 & 65535) = 65535 THEN 6 ELSE _2 & 65535 END END",
)
_function("_pg_interval_type(oid, int4) text", sql="CAST(NULL AS VARCHAR)")
