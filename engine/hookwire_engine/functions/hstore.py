"""The hstore extension (PostgreSQL F.18), which headers are made of. Here it is a MAP."""

from __future__ import annotations

from hookwire_engine.functions import hstore_functions as py
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "F.18",
    "hstore",
    notes=("A header is looked up by `headers->'name'` in the case in which it is stored.",),
    unsupported={"populate_record": "write (h->'field')::type for each field"},
)
_function, _operator = chapter.function, chapter.operator
_MAP = "MAP(VARCHAR, VARCHAR)"


def _udfs() -> None:
    for name, function, arguments, returns in (
        ("hstore_out", py.out, [_MAP], "VARCHAR"),
        ("hstore_in", py.parse, ["VARCHAR"], _MAP),
        ("hstore_to_jsonb", py.to_jsonb, [_MAP], "VARCHAR"),
        ("hstore_to_json_loose", py.to_json_loose, [_MAP], "VARCHAR"),
        ("hstore_flat", py.flat, [_MAP], "VARCHAR[]"),
        ("hstore_contains", py.contains, [_MAP, _MAP], "BOOLEAN"),
        ("hstore_delete_keys", py.delete_keys, [_MAP, "VARCHAR[]"], _MAP),
        ("hstore_delete_pairs", py.delete_pairs, [_MAP, _MAP], _MAP),
        ("hstore_each", py.each, [_MAP], "STRUCT(key VARCHAR, value VARCHAR)[]"),
    ):
        chapter.udf(name, function, arguments, returns)
    for name in ("hstore_out", "hstore_in"):
        chapter.macro(name, "_1", f"hw_{name}(_1)")


def _operators() -> None:
    get = "CASE WHEN _1 IS NOT NULL THEN element_at(_1, _2)[1] END"
    chapter.macro("hstore_get", "_1, _2", get)
    given = "_1 IS NOT NULL AND _2 IS NOT NULL"
    chapter.macro("hstore_exists", "_1, _2", f"CASE WHEN {given} THEN map_contains(_1, _2) END")
    _operator("->(hstore, text) text", target="memory.hw.hstore_get")
    _operator("->(hstore, _text) _text", target="memory.hw.hstore_slice_array")
    _operator("?(hstore, text) bool", target="memory.hw.hstore_exists")
    _operator("?|(hstore, _text) bool", target="memory.hw.hstore_exists_any")
    _operator("?&(hstore, _text) bool", target="memory.hw.hstore_exists_all")
    _operator(
        "||(hstore, hstore) hstore",
        target="hstore_concat",
        sql=f"CASE WHEN {given} THEN map_concat(_1, _2) END",
    )
    _operator(
        "-(hstore, text) hstore",
        target="hstore_delete",
        sql="CASE WHEN _2 IS NOT NULL THEN hw_hstore_delete_keys(_1, [_2]) END",
    )
    _operator(
        "-(hstore, _text) hstore", target="hstore_delete_keys", sql="hw_hstore_delete_keys(_1, _2)"
    )
    _operator(
        "-(hstore, hstore) hstore",
        target="hstore_delete_pairs",
        sql="hw_hstore_delete_pairs(_1, _2)",
    )
    _operator("@>(hstore, hstore) bool", target="hstore_contains", sql="hw_hstore_contains(_1, _2)")
    _operator("<@(hstore, hstore) bool", target="memory.hw.hstore_contains", swap=True)
    for symbol, name in (("=", "hstore_eq"), ("<>", "hstore_ne")):
        _operator(
            f"{symbol}(hstore, hstore) bool",
            target=name,
            sql=f"hw_hstore_out(_1) {symbol} hw_hstore_out(_2)",
        )
    _operator("%%(hstore) _text", target="hstore_to_array", sql="hw_hstore_flat(_1)")


def _functions() -> None:
    _function("akeys(hstore) _text", python=py.keys)
    _function("avals(hstore) _text", python=py.values)
    _function("skeys(hstore) text", kind=Kind.TABLE, target="memory.hw.akeys")
    _function("svals(hstore) text", kind=Kind.TABLE, target="memory.hw.avals")
    _function(
        "each(hstore) record",
        as_="hstore_each",
        kind=Kind.TABLE,
        sql="hw_hstore_each(_1)",
        columns=(("key", "text"), ("value", "text")),
    )
    for name in ("exist", "isexists"):
        _function(f"{name}(hstore, text) bool", target="memory.hw.hstore_exists")
    for name in ("defined", "isdefined"):
        _function(
            f"{name}(hstore, text) bool",
            as_="hstore_defined",
            sql="CASE WHEN _1 IS NOT NULL AND _2 IS NOT NULL"
            " THEN memory.hw.hstore_get(_1, _2) IS NOT NULL END",
        )
    _function("exists_any(hstore, _text) bool", as_="hstore_exists_any", python=py.exists_any)
    _function("exists_all(hstore, _text) bool", as_="hstore_exists_all", python=py.exists_all)
    _function("fetchval(hstore, text) text", target="memory.hw.hstore_get")
    _function("slice_array(hstore, _text) _text", as_="hstore_slice_array", python=py.slice_array)
    _function("slice(hstore, _text) hstore", as_="hstore_slice", python=py.slice_)
    _function("delete(hstore, text) hstore", target="memory.hw.hstore_delete")
    _function("delete(hstore, _text) hstore", target="memory.hw.hstore_delete_keys")
    _function("delete(hstore, hstore) hstore", target="memory.hw.hstore_delete_pairs")
    _function("hstore_to_array(hstore) _text")
    _function("hstore_to_jsonb(hstore) jsonb", sql="CAST(hw_hstore_to_jsonb(_1) AS JSON)")
    _function("hstore_to_json(hstore) json", target="memory.hw.hstore_to_jsonb")
    for name in ("hstore_to_jsonb_loose", "hstore_to_json_loose"):
        returns = "jsonb" if "jsonb" in name else "json"
        _function(
            f"{name}(hstore) {returns}",
            as_="hstore_to_json_loose",
            sql="CAST(hw_hstore_to_json_loose(_1) AS JSON)",
        )
    _function(
        "hstore(text, text) hstore",
        as_="hstore_pair",
        sql="CASE WHEN _1 IS NOT NULL THEN MAP {_1: _2} END",
        strict=False,
    )
    _function("hstore(_text) hstore", as_="hstore_of_pairs", python=py.of_pairs)
    _function(
        "hstore(_text, _text) hstore", as_="hstore_of_lists", python=py.of_lists, strict=False
    )


_udfs()
_functions()
_operators()
