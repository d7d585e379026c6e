"""The jsonb and json operators as chapter entries (PostgreSQL 9.16, tables 9.45 and 9.46).

A key that is a literal becomes a constant path of DuckDB's own JSON functions, which is what makes
`body->>'a'` fast. Only an answer that DuckDB may have written differently (a fraction, an object,
an array) is taken from the document again, exactly.
"""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.jsonb import access, change, compare, document

chapter = Chapter(
    "9.16",
    "JSON operators",
    notes=(
        "A stored body is shown as it was sent. A jsonb that an expression computes is in "
        "PostgreSQL's normal form; comparison, grouping and containment go by meaning.",
        "The type json behaves as jsonb: a nested json value is shown in normal form.",
        "Of equal keys in one object of a stored body, `->` and `->>` read the first; functions "
        "that compute a jsonb keep the last, as PostgreSQL does.",
    ),
)

_ODD = r"(?s)[{\[].*|-?[0-9]+[.eE].*"
"""What DuckDB may have written differently: nested values, and numbers that are not integers."""

_ODD_JSON = _ODD + r'|".*\\u00[01].*'
"""Also control characters: DuckDB writes them with capital letters."""

_HARD = r"[.][0-9]*0\s*[],}]|[0-9][eE][-+0-9]|[:,\[]\s*-?[0-9.]{17}|^\s*-?[0-9.eE+-]+\s*$"
"""A document in which some number may lose digits or zeros when read as a double."""

_FIELD = "json_extract_string(_1, memory.hw.jsonb_key_path(_2))"
_FIELD_JSON = "json_extract(_1, memory.hw.jsonb_key_path(_2))"
_ITEM = "json_extract_string(_1, CAST(_2 AS BIGINT))"
_ITEM_JSON = "json_extract(_1, CAST(_2 AS BIGINT))"
_PATH = "json_extract_string(_1, memory.hw.jsonb_pointer(_2))"
_PATH_JSON = "json_extract(_1, memory.hw.jsonb_pointer(_2))"


def _once(found: str, chosen: str) -> str:
    """`chosen`, an expression over `_v`, with `_v` computed once.

    A filter of DuckDB's computes an expression as often as it is written; a lambda's argument once.
    """
    return f"list_transform([{found}], lambda _v: {chosen})[1]"


def _text(found: str, exact: str) -> str:
    return _once(
        found,
        f"CASE WHEN regexp_full_match(_v, '{_ODD}')"
        f" AND (_v[1] IN ('{{', '[') OR regexp_matches(_1, '{_HARD}')) THEN {exact} ELSE _v END",
    )


def _json(found: str, exact: str) -> str:
    fraction = r"[:,\[]-?[0-9]+[.eE]"
    chosen = (
        f"CASE WHEN NOT regexp_full_match(_v, '{_ODD_JSON}') THEN _v"
        f" WHEN _v[1] IN ('{{', '[') AND NOT regexp_matches(_v, '{fraction}')"
        f" THEN hw_jsonb_normal(_v) ELSE {exact} END"
    )
    return f"CAST({_once(f'CAST({found} AS VARCHAR)', chosen)} AS JSON)"


def _reaching() -> None:
    for kind in ("jsonb", "json"):
        for symbol, right, name, returns in (
            ("->", "text", "jsonb_get", kind),
            ("->", "int4", "jsonb_item", kind),
            ("->>", "text", "jsonb_get_text", "text"),
            ("->>", "int4", "jsonb_item_text", "text"),
            ("#>", "_text", "jsonb_path", kind),
            ("#>>", "_text", "jsonb_path_text", "text"),
        ):
            if kind == "json" and right == "int4":
                name = name.replace("jsonb", "json")
            raw = f"memory.hw.{name}_raw" if returns == kind else None
            chapter.operator(
                f"{symbol}({kind}, {right}) {returns}", target=f"memory.hw.{name}", raw=raw
            )


def _getters() -> None:
    chapter.macro(
        "jsonb_key_path",
        "_1",
        """CASE WHEN _1 = '' THEN '/' ELSE '$."' """
        """|| replace(replace(_1, '\\', '\\\\'), '"', '\\"')"""
        """ || '"' END""",
    )
    chapter.macro(
        "jsonb_pointer",
        "_1",
        "CASE WHEN len(_1) = 0 THEN '' ELSE '/' || array_to_string("
        "list_transform(_1, lambda _s: replace(replace(_s, '~', '~0'), '/', '~1')), '/') END",
    )
    # A pointer of DuckDB knows neither negative indexes nor signs, spaces and NULLs.
    chapter.macro(
        "jsonb_plain_path",
        "_1",
        "len(list_filter(_1, lambda _s: _s IS NULL OR regexp_full_match(_s, "
        "'\\s*[-+]?\\s*[0-9]+\\s*') AND NOT regexp_full_match(_s, '0|[1-9][0-9]{0,8}'))) = 0",
    )
    field, item = "hw_jsonb_field(_1, _2)", "hw_jsonb_item(_1, _2)"
    chapter.macro("jsonb_get_raw", "_1, _2", _raw(_FIELD_JSON, field))
    chapter.macro("jsonb_get", "_1, _2", _json(_FIELD_JSON, field))
    chapter.macro("jsonb_get_text", "_1, _2", _text(_FIELD, "hw_jsonb_field_text(_1, _2)"))
    # PostgreSQL keeps a lone scalar as an array of one, and lets it be subscripted.
    lone = "_2 IN (0, -1) AND NOT regexp_matches(_1, '^\\s*[[{]')"
    chapter.macro("json_item_raw", "_1, _2", _raw(_ITEM_JSON, item))
    chapter.macro("json_item", "_1, _2", _json(_ITEM_JSON, item))
    chapter.macro("json_item_text", "_1, _2", _text(_ITEM, "hw_jsonb_item_text(_1, _2)"))
    chapter.macro(
        "jsonb_item_raw", "_1, _2", f"CASE WHEN {lone} THEN _1 ELSE {_raw(_ITEM_JSON, item)} END"
    )
    chapter.macro(
        "jsonb_item",
        "_1, _2",
        f"CASE WHEN {lone} THEN memory.hw.jsonb_normal(_1) ELSE {_json(_ITEM_JSON, item)} END",
    )
    chapter.macro(
        "jsonb_item_text",
        "_1, _2",
        f"CASE WHEN {lone} THEN hw_jsonb_path_text(_1, []::VARCHAR[])"
        f" ELSE {_text(_ITEM, 'hw_jsonb_item_text(_1, _2)')} END",
    )
    plain = "memory.hw.jsonb_plain_path(_2)"
    raw = _raw(_PATH_JSON, "hw_jsonb_path(_1, _2)")
    for name, body, exact in (
        ("jsonb_path_raw", raw, "hw_jsonb_path(_1, _2)"),
        ("jsonb_path", _json(_PATH_JSON, "hw_jsonb_path(_1, _2)"), "hw_jsonb_path(_1, _2)"),
        (
            "jsonb_path_text",
            _text(_PATH, "hw_jsonb_path_text(_1, _2)"),
            "hw_jsonb_path_text(_1, _2)",
        ),
    ):
        chapter.macro(name, "_1, _2", f"CASE WHEN {plain} THEN {body} ELSE {exact} END")
    for name, function, types in (
        ("jsonb_field", access.field_json, ("VARCHAR", "VARCHAR")),
        ("jsonb_field_text", access.field_text, ("VARCHAR", "VARCHAR")),
        ("jsonb_item", access.item_json, ("VARCHAR", "BIGINT")),
        ("jsonb_item_text", access.item_text, ("VARCHAR", "BIGINT")),
        ("jsonb_path", access.path_json, ("VARCHAR", "VARCHAR[]")),
        ("jsonb_path_text", access.path_text, ("VARCHAR", "VARCHAR[]")),
    ):
        chapter.udf(name, function, types, "VARCHAR")


def _raw(found: str, exact: str) -> str:
    """Nested values may stay as DuckDB writes them unless a number lost digits."""
    odd = "(?s)-?[0-9]+[.eE].*|[{\\[].*[:,\\[]-?[0-9]+[.eE].*"
    chosen = (
        f"CASE WHEN regexp_full_match(_v, '{odd}') AND regexp_matches(_1, '{_HARD}')"
        f" THEN {exact} ELSE _v END"
    )
    return f"CAST({_once(f'CAST({found} AS VARCHAR)', chosen)} AS JSON)"


def _comparing() -> None:
    chapter.udf("jsonb_sort_key", compare.sort_key, ["VARCHAR"], "BLOB")
    chapter.macro("jsonb_sort_key", "_1", "hw_jsonb_sort_key(_1)")
    for symbol, name in (
        ("=", "eq"), ("<>", "ne"), ("<", "lt"), ("<=", "le"), (">", "gt"), (">=", "ge"),
    ):  # fmt: skip
        chapter.operator(
            f"{symbol}(jsonb, jsonb) bool",
            target=f"jsonb_{name}",
            sql=f"hw_jsonb_sort_key(_1) {symbol} hw_jsonb_sort_key(_2)",
        )


def _holding() -> None:
    chapter.udf("jsonb_contains", compare.contains_text, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    chapter.udf("jsonb_leaf_path", compare.leaf_path, ["VARCHAR"], "VARCHAR")
    chapter.udf("jsonb_leaf_text", compare.leaf_text, ["VARCHAR"], "VARCHAR")
    chapter.udf("jsonb_leaf_number", compare.leaf_number, ["VARCHAR"], "DOUBLE")
    chapter.udf("jsonb_leaf_alone", compare.leaf_alone, ["VARCHAR"], "BOOLEAN")
    # What every match must have at one place is looked for by DuckDB first.
    there = "json_extract_string(_1, hw_jsonb_leaf_path(_2))"
    chapter.operator(
        "@>(jsonb, jsonb) bool",
        target="jsonb_contains",
        sql="CASE WHEN hw_jsonb_leaf_path(_2) IS NULL THEN hw_jsonb_contains(_1, _2)"
        f" WHEN CASE WHEN hw_jsonb_leaf_text(_2) IS NOT NULL THEN {there} = hw_jsonb_leaf_text(_2)"
        f" ELSE TRY_CAST({there} AS DOUBLE) = hw_jsonb_leaf_number(_2) END"
        " THEN CASE WHEN hw_jsonb_leaf_alone(_2)"
        " THEN json_type(_1, hw_jsonb_leaf_path(_2)) = 'VARCHAR'"
        " ELSE hw_jsonb_contains(_1, _2) END WHEN _1 IS NOT NULL THEN false END",
    )
    chapter.operator("<@(jsonb, jsonb) bool", target="memory.hw.jsonb_contains", swap=True)
    chapter.udf("jsonb_exists", access.exists, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    chapter.operator(
        "?(jsonb, text) bool",
        target="jsonb_exists",
        sql="CASE WHEN regexp_matches(_1, '^\\s*[[\"]') THEN hw_jsonb_exists(_1, _2)"
        " ELSE json_exists(_1, memory.hw.jsonb_key_path(_2)) END",
    )
    for symbol, name, function in (
        ("?|", "jsonb_exists_any", access.exists_any),
        ("?&", "jsonb_exists_all", access.exists_all),
    ):
        chapter.udf(name, function, ["VARCHAR", "VARCHAR[]"], "BOOLEAN")
        chapter.operator(f"{symbol}(jsonb, _text) bool", target=name, sql=f"hw_{name}(_1, _2)")


def _changing() -> None:
    for shown, name, function, right in (
        ("||(jsonb, jsonb) jsonb", "jsonb_concat", change.concat, "VARCHAR"),
        ("-(jsonb, text) jsonb", "jsonb_delete_key", change.delete_key, "VARCHAR"),
        ("-(jsonb, _text) jsonb", "jsonb_delete_keys", change.delete_keys, "VARCHAR[]"),
        ("-(jsonb, int4) jsonb", "jsonb_delete_index", change.delete_index, "BIGINT"),
        ("#-(jsonb, _text) jsonb", "jsonb_delete_path", change.delete_path, "VARCHAR[]"),
    ):
        chapter.udf(name, function, ["VARCHAR", right], "VARCHAR")
        chapter.operator(shown, target=name, sql=f"CAST(hw_{name}(_1, _2) AS JSON)")


def _writing() -> None:
    chapter.udf("jsonb_normal", document.normal, ["VARCHAR"], "VARCHAR")
    chapter.macro(
        "jsonb_normal",
        "_1",
        'CAST(CASE WHEN regexp_full_match(_1, \'true|false|null|"[^\\\\"]*"|0|-?[1-9][0-9]*\')'
        " THEN CAST(_1 AS VARCHAR) ELSE hw_jsonb_normal(_1) END AS JSON)",
    )


_writing()
_reaching()
_getters()
_comparing()
_holding()
_changing()
