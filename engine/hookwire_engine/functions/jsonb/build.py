"""Documents from SQL values: what jsonb_build_object, json_agg and to_jsonb are made of.

A value goes in as a JSON text; `json_item` says how a value of a type becomes one. That the texts
are joined by DuckDB, not parsed and written again, is what makes the aggregates fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from json.encoder import encode_basestring

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import (
    Document,
    key_order,
    parse,
    write,
)

_NATIVE = frozenset(("bool", "int2", "int4", "int8", "oid", "text", "varchar", "bpchar", "name"))
_TEXTS = {
    "timestamp": "memory.hw.date_json({0})",
    "timestamptz": "memory.hw.timestamptz_json({0})",
    "date": "memory.hw.date_text({0})",
    "interval": "memory.hw.interval_text({0})",
    "bytea": "'\\x' || lower(hex({0}))",
}


def json_item(pg_type: str, *, compact: bool = False) -> str:
    """A DuckDB expression over `{0}`, a value of `pg_type`, that gives its JSON text.

    NULL gives NULL. `compact` is the spelling of the json functions: arrays without spaces.
    """
    if pg_type.startswith("_"):
        return _array_item(pg_type[1:], compact)
    if pg_type in _NATIVE:
        return "CAST(to_json({0}) AS VARCHAR)"
    if pg_type in ("json", "jsonb"):
        return "CAST({0} AS VARCHAR)" if compact else "CAST(memory.hw.jsonb_normal({0}) AS VARCHAR)"
    if pg_type == "numeric":
        return "memory.hw.numeric_text({0})"
    if pg_type in ("float4", "float8"):
        return f"memory.hw.float_{'json_text' if compact else 'json'}({{0}})"
    if pg_type == "hstore":
        return "hw_hstore_to_jsonb({0})"
    text = _TEXTS.get(pg_type, "CAST({0} AS VARCHAR)")
    return f"CAST(to_json({text}) AS VARCHAR)"


def _array_item(element: str, compact: bool) -> str:
    inner = json_item(element, compact=compact).format("_e")
    comma = "," if compact else ", "
    joined = (
        f"array_to_string(list_transform({{0}}, lambda _e: coalesce({inner}, 'null')), '{comma}')"
    )
    return f"'[' || {joined} || ']'"


def json_record(fields: Sequence[tuple[str, str]], *, compact: bool = False) -> str:
    """As `json_item`, for a STRUCT with fields of these names and types."""
    order = fields if compact else sorted(fields, key=lambda field: key_order(field[0]))
    colon, comma = (":", ",") if compact else (": ", ", ")
    parts = []
    for name, pg_type in order:
        access = '({0})."' + _doubled(name, '"') + '"'
        item = json_item(pg_type, compact=compact).replace("{0}", access)
        key = _doubled(encode_basestring(name) + colon, "'")
        parts.append(f"'{key}' || coalesce({item}, 'null')")
    body = f" || '{comma}' || ".join(parts) if parts else "''"
    return f"CASE WHEN {{0}} IS NOT NULL THEN '{{{{' || {body} || '}}}}' END"


def _doubled(text: str, quote: str) -> str:
    return text.replace(quote, quote * 2).replace("{", "{{").replace("}", "}}")


def build_object(items: Sequence[str | None]) -> str:
    """jsonb_build_object: `items` are keys, and the JSON texts of their values, in turn."""
    return write({key: parse(value) for key, value in _pairs(items, "jsonb")})


def build_json_object(items: Sequence[str | None]) -> str:
    """json_build_object: keeps the order and equal keys, as the json type does."""
    pairs = (f"{encode_basestring(key)} : {value}" for key, value in _pairs(items, "json"))
    return "{" + ", ".join(pairs) + "}"


def _pairs(items: Sequence[str | None], kind: str) -> list[tuple[str, str]]:
    if len(items) % 2:
        hint = (
            f"The arguments of {kind}_build_object() must consist of alternating keys and values."
        )
        raise Fault("22023", "argument list must have even number of elements", hint)
    return [(_key(items[i], i + 1), items[i + 1] or "null") for i in range(0, len(items), 2)]


def _key(item: str | None, position: int) -> str:
    if item is None:
        raise Fault("22023", f"argument {position}: key must not be null")
    return item


def build_array(items: Sequence[str | None]) -> str:
    """jsonb_build_array and json_build_array of JSON texts."""
    return "[" + ", ".join("null" if item is None else item for item in items) + "]"


def object_of_pairs(flat: Sequence[str | None]) -> str:
    """jsonb_object(text[]): keys and values in turn."""
    if len(flat) % 2:
        raise Fault("2202E", "array must have even number of elements")
    return object_of_lists(flat[::2], flat[1::2])


def object_of_lists(keys: Sequence[str | None], values: Sequence[str | None]) -> str:
    """jsonb_object(text[], text[])."""
    if len(keys) != len(values):
        raise Fault("2202E", "mismatched array dimensions")
    if None in keys:
        raise Fault("22004", "null value not allowed for object key")
    return write(dict(zip(keys, values, strict=True)))


def json_object_of_pairs(flat: Sequence[str | None]) -> str:
    """json_object(text[])."""
    if len(flat) % 2:
        raise Fault("2202E", "array must have even number of elements")
    return json_object_of_lists(flat[::2], flat[1::2])


def json_object_of_lists(keys: Sequence[str | None], values: Sequence[str | None]) -> str:
    """json_object(text[], text[])."""
    object_of_lists(keys, values)
    pairs = (
        f"{encode_basestring(key or '')} : {'null' if item is None else encode_basestring(item)}"
        for key, item in zip(keys, values, strict=True)
    )
    return "{" + ", ".join(pairs) + "}"


def pretty(text: str) -> str:
    """jsonb_pretty: one member a line, indented by four."""
    return _pretty(parse(text), 0)


def _pretty(value: Document, depth: int) -> str:
    if not isinstance(value, (dict, list)):
        return write(value)
    inner, outer = "    " * (depth + 1), "    " * depth
    if isinstance(value, list):
        lines = [f"{inner}{_pretty(item, depth + 1)}" for item in value]
        opening, closing = "[", "]"
    else:
        lines = [
            f"{inner}{encode_basestring(key)}: {_pretty(value[key], depth + 1)}"
            for key in sorted(value, key=key_order)
        ]
        opening, closing = "{", "}"
    if not lines:
        return f"{opening}\n{outer}{closing}"
    return f"{opening}\n" + ",\n".join(lines) + f"\n{outer}{closing}"
