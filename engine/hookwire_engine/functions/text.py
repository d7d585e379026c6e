"""String functions and operators (PostgreSQL 9.4)."""

from __future__ import annotations

from hookwire_engine.functions import text_functions as py
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.rendering import joined
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "9.4",
    "String functions and operators",
    notes=("Letters beyond ASCII change case as Unicode says, whatever the collation.",),
    unsupported={"to_ascii": "write translate(text, from, to)"},
)
_function, _operator = chapter.function, chapter.operator


def _raise(sqlstate: str, message: str) -> str:
    return error_sql(sqlstate, f"'{message}'")


_LONGEST = 268_435_456
"""Characters of padding and repetition; PostgreSQL stops at a gigabyte."""
_TOO_LONG = _raise("54000", "requested length too large")

_function("lower(text) text", target="lower")
_function("upper(text) text", target="upper")
_function("initcap(text) text", python=py.initcap)
for _name in ("length", "char_length", "character_length"):
    _function(f"{_name}(text) int4", as_="char_length", sql="CAST(length(_1) AS INTEGER)")
_function("length(bpchar) int4", as_="length_bpchar", sql="CAST(length(rtrim(_1, ' ')) AS INTEGER)")
_function("octet_length(text) int4", sql="CAST(strlen(_1) AS INTEGER)")
_function("bit_length(text) int4", sql="CAST(8 * strlen(_1) AS INTEGER)")
_function("ascii(text) int4", sql="CASE WHEN _1 = '' THEN 0 ELSE unicode(_1) END")
_function(
    "chr(int4) text",
    sql=f"CASE WHEN _1 < 0 THEN {_raise('22023', 'character number must be positive')}"
    f" WHEN _1 = 0 THEN {_raise('54000', 'null character not permitted')}"
    " WHEN _1 > 1114111 THEN "
    + error_sql("54000", "'requested character too large for encoding: ' || _1")
    + " ELSE chr(_1) END",
)
_SUBSTR = "CASE WHEN _2 > 0 THEN substring(_1, CAST(_2 AS BIGINT)) WHEN _2 <= 0 THEN _1 END"
_SUBSTR_LENGTH = (
    f"CASE WHEN _3 < 0 THEN {_raise('22011', 'negative substring length not allowed')}"
    " WHEN _2 > 0 THEN substring(_1, CAST(_2 AS BIGINT), CAST(_3 AS BIGINT))"
    " WHEN _2 <= 0 AND _3 IS NOT NULL"
    " THEN substring(_1, 1, greatest(CAST(_2 AS BIGINT) + _3 - 1, 0)) END"
)
for _name in ("substr", "substring"):
    _function(f"{_name}(text, int4) text", as_="substr_from", sql=_SUBSTR)
    _function(f"{_name}(text, int4, int4) text", as_="substr_from_for", sql=_SUBSTR_LENGTH)
_function(
    "left(text, int4) text",
    sql="CASE WHEN _2 >= 0 THEN left(_1, CAST(_2 AS BIGINT))"
    " WHEN _2 < 0 THEN left(_1, greatest(length(_1) + _2, 0)) END",
)
_function(
    "right(text, int4) text",
    sql="CASE WHEN _2 >= 0 THEN right(_1, CAST(_2 AS BIGINT))"
    " WHEN _2 < 0 THEN right(_1, greatest(length(_1) + _2, 0)) END",
)
for _side in ("lpad", "rpad"):
    _function(
        f"{_side}(text, int4, text=) text",
        sql=(
            f"CASE WHEN _2 > {_LONGEST} THEN {_TOO_LONG}"
            " WHEN _2 <= 0 AND _1 || _3 IS NOT NULL THEN ''"
            " WHEN _3 = '' THEN left(_1, CAST(_2 AS BIGINT))"
            f" ELSE {_side}(_1, _2, _3) END",
            f"CASE WHEN _2 > {_LONGEST} THEN {_TOO_LONG} WHEN _2 <= 0 AND _1 IS NOT NULL THEN ''"
            f" ELSE {_side}(_1, _2, ' ') END",
        ),
    )
for _name, _target in (("btrim", "trim"), ("ltrim", "ltrim"), ("rtrim", "rtrim")):
    _function(
        f"{_name}(text, text=) text",
        sql=(f"CASE WHEN _2 = '' THEN _1 ELSE {_target}(_1, _2) END", f"{_target}(_1, ' ')"),
    )
for _name in ("strpos", "position"):
    _function(f"{_name}(text, text) int4", as_="strpos", sql="CAST(instr(_1, _2) AS INTEGER)")
_function(
    "repeat(text, int4) text",
    sql=f"CASE WHEN CAST(strlen(_1) AS BIGINT) * _2 > {_LONGEST} THEN {_TOO_LONG}"
    # An untyped NULL would be a BLOB.
    " WHEN _2 IS NOT NULL THEN repeat(CAST(_1 AS VARCHAR), greatest(_2, 0)) END",
)
_function(
    "replace(text, text, text) text",
    sql="CASE WHEN _2 = '' AND _3 IS NOT NULL THEN _1 ELSE replace(_1, _2, _3) END",
)
_function(
    "reverse(text) text", sql="array_to_string(list_reverse(regexp_extract_all(_1, '(?s).')), '')"
)
_function("translate(text, text, text) text", python=py.translate)
_function("starts_with(text, text) bool", target="starts_with")
_operator("^@(text, text) bool", target="starts_with")
_function("overlay(text, text, int4, int4=) text", python=py.overlay)
_function("split_part(text, text, int4) text", sql=(
    "CASE WHEN _1 IS NULL OR _2 IS NULL OR _3 IS NULL THEN NULL"
    f" WHEN _3 = 0 THEN {_raise('22023', 'field position must not be zero')}"
    " WHEN _2 = '' THEN CASE WHEN _3 IN (1, -1) THEN _1 ELSE '' END"
    " ELSE coalesce(string_split(_1, _2)[_3], '') END"
))  # fmt: skip
_function("string_to_array(text, text, text=) _text", python=py.string_to_array, strict=False)
_function(
    "string_to_table(text, text, text=) text",
    target="memory.hw.string_to_array",
    kind=Kind.TABLE,
    strict=False,
)
# DuckDB joins no elements to NULL, and only by a separator that is a constant.
_function(
    "concat(variadic any) text",
    sql="CASE WHEN _1 IS NOT NULL THEN coalesce(array_to_string(_1, ''), '') END",
    items="text",
    strict=False,
)
_function(
    "concat_ws(text, variadic any) text",
    sql="CASE WHEN _1 IS NOT NULL AND _2 IS NOT NULL THEN " + joined("_2", "_1") + " END",
    items="text",
    strict=False,
)
chapter.udf("format", py.format_, ["VARCHAR", "VARCHAR[]"], "VARCHAR")
_function("format(text) text", as_="format_plain", sql="hw_format(_1, CAST([] AS VARCHAR[]))")
_function("format(text, variadic any) text", sql="hw_format(_1, _2)", items="text", strict=False)
_function("quote_ident(text) text", python=py.quote_ident)
_function(
    "quote_literal(text) text",
    sql="CASE WHEN contains(_1, '\\') THEN 'E'''"
    " || replace(replace(_1, '\\', '\\\\'), '''', '''''')"
    " || '''' ELSE '''' || replace(_1, '''', '''''') || '''' END",
)
_function(
    "quote_nullable(text) text",
    sql="coalesce(memory.hw.quote_literal(_1), 'NULL')",
    strict=False,
)
_function(
    "to_hex(int4) text", as_="to_hex_int4", sql="printf('%x', CAST(_1 AS BIGINT) & 4294967295)"
)
_function("to_hex(int8) text", as_="to_hex_int8", sql="lower(hex(_1))")
_function("md5(text) text", target="md5")
_function("unistr(text) text", python=py.unistr)
_function("normalize(text, text=) text", python=py.normalize)
_function("is_normalized(text, text=) bool", python=py.is_normalized)
_function("collation_for(any) text", sql="CASE WHEN _1 IS NULL THEN NULL ELSE '\"default\"' END")

_operator("||(text, text) text")
# DuckDB casts the other side to text by itself, but not as PostgreSQL prints it: the dialect does.
_operator("||(text, anynonarray) text")
_operator("||(anynonarray, text) text")
