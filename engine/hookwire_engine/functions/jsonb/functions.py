"""The jsonb and json functions as chapter entries (PostgreSQL 9.16, tables 9.47 to 9.49)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.jsonb import build, change, spread
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "9.16",
    "JSON functions",
    notes=(
        "jsonb_to_record and jsonb_to_recordset take their columns from the alias behind them.",
        "json functions keep the order of members; other json functions are their jsonb twins.",
    ),
    unsupported=dict.fromkeys(
        """jsonb_populate_record jsonb_populate_recordset json_populate_record
        json_populate_recordset""".split(),
        "write jsonb_to_record(document) AS t(column type, ...)",
    ),
)
_function = chapter.function
_KINDS = ("jsonb", "json")
_MEMBER = "STRUCT(key VARCHAR, value VARCHAR)[]"


def _making() -> None:
    for kind in _KINDS:
        _function(f"to_{kind}(anyelement) {kind}", sql="CAST(_1 AS JSON)", items=kind)
        builders = {"jsonb": build.build_object, "json": build.build_json_object}
        chapter.udf(f"{kind}_build_object", builders[kind], ["VARCHAR[]"], "VARCHAR")
        _function(
            f"{kind}_build_object(variadic any) {kind}",
            sql=f"CAST(hw_{kind}_build_object(_1) AS JSON)",
            items=f"{kind}_object",
            strict=False,
        )
        _function(
            f"{kind}_build_array(variadic any) {kind}",
            sql="CAST('[' || array_to_string(list_transform(_1,"
            " lambda _i: coalesce(_i, 'null')), ', ') || ']' AS JSON)",
            items=kind,
            strict=False,
        )
        for shape, empty in (("object", "{}"), ("array", "[]")):
            _function(
                f"{kind}_build_{shape}() {kind}",
                as_=f"{kind}_build_no_{shape}",
                sql=f"CAST('{empty}' AS JSON)",
            )
        prefix = "" if kind == "jsonb" else "json_"
        _function(f"{kind}_object(_text) {kind}", python=getattr(build, f"{prefix}object_of_pairs"))
        _function(
            f"{kind}_object(_text, _text) {kind}",
            as_=f"{kind}_object_lists",
            python=getattr(build, f"{prefix}object_of_lists"),
        )
    _function("array_to_json(anyarray) json", sql="CAST(_1 AS JSON)", items="json")
    _function("row_to_json(record) json", sql="CAST(_1 AS JSON)", items="json")
    # DuckDB computes an aggregate's arguments for rows that FILTER leaves out, too: a NULL key is
    # only marked here, by a character that no JSON text holds, and refused in what was collected.
    key = "coalesce(CAST(to_json(_1) AS VARCHAR), chr(1))"
    null_key = error_sql("22023", "'field name must not be null'")
    chapter.macro(
        "json_members", "_1", f"CASE WHEN contains(_1, chr(1)) THEN {null_key} ELSE _1 END"
    )
    chapter.macro("json_member", "_1, _2", f"{key} || ': ' || coalesce(_2, 'null')")
    chapter.macro("json_member_spaced", "_1, _2", f"{key} || ' : ' || coalesce(_2, 'null')")
    finite = "regexp_replace(CAST(_1 AS VARCHAR), '[.]0$', '')"
    chapter.macro(
        "float_json_text",
        "_1",
        "CASE WHEN isfinite(_1) THEN memory.hw.float_text(_1)"
        " ELSE '\"' || memory.hw.float_text(_1) || '\"' END",
    )
    chapter.macro(
        "float_json",
        "_1",
        "CASE WHEN isnan(_1) THEN '\"NaN\"' WHEN isinf(_1) THEN"
        " CASE WHEN _1 > 0 THEN '\"Infinity\"' ELSE '\"-Infinity\"' END"
        f" WHEN contains(CAST(_1 AS VARCHAR), 'e') THEN hw_jsonb_normal(CAST(_1 AS VARCHAR))"
        f" ELSE {finite} END",
    )


def _changing() -> None:
    _function("jsonb_set(jsonb, _text, jsonb, bool=) jsonb", python=change.set_path)
    _function(
        "jsonb_set_lax(jsonb, _text, jsonb, bool=, text=) jsonb",
        python=change.set_lax,
        strict=False,
    )
    _function("jsonb_insert(jsonb, _text, jsonb, bool=) jsonb", python=change.insert)
    _function("jsonb_strip_nulls(jsonb) jsonb", python=change.strip_nulls)
    _function("json_strip_nulls(json) json", python=change.json_strip_nulls)
    _function("jsonb_pretty(jsonb) text", python=build.pretty)
    for name, target in (
        ("jsonb_concat(jsonb, jsonb) jsonb", "jsonb_concat"),
        ("jsonb_delete(jsonb, text) jsonb", "jsonb_delete_key"),
        ("jsonb_delete(jsonb, variadic _text) jsonb", "jsonb_delete_keys"),
        ("jsonb_delete(jsonb, int4) jsonb", "jsonb_delete_index"),
        ("jsonb_delete_path(jsonb, _text) jsonb", "jsonb_delete_path"),
        ("jsonb_exists(jsonb, text) bool", "jsonb_exists"),
        ("jsonb_exists_any(jsonb, _text) bool", "jsonb_exists_any"),
        ("jsonb_exists_all(jsonb, _text) bool", "jsonb_exists_all"),
        ("jsonb_contains(jsonb, jsonb) bool", "jsonb_contains"),
    ):
        _function(name, as_=target)


def _asking() -> None:
    words = (
        "CASE json_type(_1) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array'"
        " WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null'"
        " WHEN NULL THEN NULL ELSE 'number' END"
    )
    not_array = error_sql(
        "22023",
        "CASE json_type(_1) WHEN 'OBJECT' THEN 'cannot get array length of a non-array'"
        " ELSE 'cannot get array length of a scalar' END",
    )
    for kind in _KINDS:
        _function(
            f"{kind}_typeof({kind}) text",
            as_="jsonb_typeof",
            sql=f"CASE WHEN _1 IS NOT NULL THEN {words} END",
        )
        _function(
            f"{kind}_array_length({kind}) int4",
            as_="jsonb_array_length",
            sql="CASE WHEN json_type(_1) = 'ARRAY' THEN CAST(json_array_length(_1) AS INTEGER)"
            f" WHEN _1 IS NOT NULL THEN {not_array} END",
        )
        for name, target, returns in (
            ("extract_path", "jsonb_path", kind),
            ("extract_path_text", "jsonb_path_text", "text"),
        ):
            raw = f"memory.hw.{target}_raw" if returns == kind else None
            _function(f"{kind}_{name}({kind}, variadic _text) {returns}", as_=target, raw=raw)


def _spreading() -> None:
    for name, function, arguments, returns in (
        ("jsonb_array_elements", spread.array_elements, ["VARCHAR"], "VARCHAR[]"),
        ("jsonb_array_elements_text", spread.array_elements_text, ["VARCHAR"], "VARCHAR[]"),
        ("jsonb_object_keys", spread.object_keys, ["VARCHAR"], "VARCHAR[]"),
        ("jsonb_each", spread.each, ["VARCHAR"], _MEMBER),
        ("jsonb_each_text", spread.each_text, ["VARCHAR"], _MEMBER),
        ("json_object_keys", spread.json_object_keys, ["VARCHAR"], "VARCHAR[]"),
        ("json_each", spread.json_each, ["VARCHAR"], _MEMBER),
        ("json_each_text", spread.json_each_text, ["VARCHAR"], _MEMBER),
    ):
        chapter.udf(name, function, arguments, returns)
    elements = "CAST(hw_jsonb_array_elements(_1) AS JSON[])"
    for kind in _KINDS:
        members = f"CAST(hw_{kind}_each(_1) AS STRUCT(key VARCHAR, value JSON)[])"
        for name, sql, returns in (
            ("array_elements", elements, kind),
            ("array_elements_text", "hw_jsonb_array_elements_text(_1)", "text"),
            ("object_keys", f"hw_{kind}_object_keys(_1)", "text"),
        ):
            _function(f"{kind}_{name}({kind}) {returns}", kind=Kind.TABLE, sql=sql)
        for name, sql, value in (
            ("each", members, kind),
            ("each_text", f"hw_{kind}_each_text(_1)", "text"),
        ):
            _function(
                f"{kind}_{name}({kind}) record",
                kind=Kind.TABLE,
                sql=sql,
                columns=(("key", "text"), ("value", value)),
            )


_making()
_changing()
_asking()
_spreading()
