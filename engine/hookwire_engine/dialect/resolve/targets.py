"""The text of a call whose overload is known: what the fields of a Signature ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hookwire_catalog import types
from hookwire_catalog.errors import DatatypeMismatch, FeatureNotSupported
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, filled, joined
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.records import text_value
from hookwire_engine.dialect.resolve import session
from hookwire_engine.dialect.resolve.ordering import is_constant, sort_keys
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import RECORD, REG_TYPES, type_named
from hookwire_engine.functions.jsonb.build import json_item, json_record
from hookwire_engine.functions.rendering import text_item
from hookwire_engine.functions.resolution import result_type
from hookwire_engine.functions.signatures import Kind, Signature
from hookwire_engine.system import functions as system_functions

_ANY = frozenset({"any", "anyelement", "anynonarray", "anycompatible"})


@dataclass(slots=True)
class Overload:
    """An overload with the concrete types of its parameters and the arguments in their order."""

    entry: Signature
    types: tuple[str, ...]
    given: list[Typed]


def call_code(
    node: nodes.Call,
    overload: Overload,
    within: Sequence[Typed],
    tail: tuple[Code, Code],
    scope: Scope,
) -> Typed:
    """The call as DuckDB is asked for it."""
    entry = overload.entry
    scope.context.system |= system_functions.READS.get(entry.target, frozenset())
    values = _converted(overload, [*overload.given, *within], scope)
    returns = _returns(overload, values)
    if entry.kind in (Kind.AGGREGATE, Kind.WINDOW):
        made = _aggregate(node, entry, values, tail, scope)
        return Typed(Mark(node.at, made), returns, node.at)
    spread = node.variadic and entry.variadic and entry.items is not None
    texts = _spread_texts(node, entry, values) if spread else _texts(entry, overload, values)
    if entry.kind is Kind.TABLE:
        fields = values[0].fields if entry.name == "unnest" else row_fields(entry, returns)
        listed = _list(entry, texts, values)
        return Typed(Mark(node.at, ("unnest(", listed, ")")), returns, node.at, fields=fields)
    if entry.caller:
        texts.insert(0, session.caller(entry.name, scope, node.at))
    code: Code = (_target(entry, values), "(", joined(", ", texts), ")")
    if entry.wrap is not None:
        code = filled(entry.wrap, code)
    raw = None if entry.raw is None else Mark(node.at, (entry.raw, "(", joined(", ", texts), ")"))
    return Typed(Mark(node.at, code), returns, node.at, raw=raw)


def list_code(overload: Overload, scope: Scope, at: int) -> tuple[Code, PgType | None]:
    """A TABLE function's list, not unnested, and the type of its elements."""
    entry = overload.entry
    scope.context.system |= system_functions.READS.get(entry.target, frozenset())
    values = _converted(overload, list(overload.given), scope)
    code = _list(entry, _texts(entry, overload, values), values)
    return Mark(at, code), _returns(overload, values)


def _list(entry: Signature, texts: list[Code], values: Sequence[Typed]) -> Code:
    if entry.name != "unnest":
        return (_target(entry, values), "(", joined(", ", texts), ")")
    code = texts[0]
    for _ in range(values[0].dimensions - 1):
        code = ("flatten(", code, ")")
    return code


def row_fields(entry: Signature, returns: PgType | None) -> tuple[Field, ...] | None:
    if not entry.columns:
        return None
    return tuple(Field(name, type_named(type_)) for name, type_ in entry.columns)


def _target(entry: Signature, values: Sequence[Typed]) -> str:
    if entry.literal is not None and all(v.number is not None or v.constant for v in values[1:]):
        return entry.literal
    return entry.target


def _converted(overload: Overload, values: list[Typed], scope: Scope) -> list[Typed]:
    parameters = scope.context.parameters
    result = []
    for value, name in zip(values, (*overload.types, *["any"] * len(values)), strict=False):
        type_ = None if name in _ANY else type_named(name)
        if type_ is not None and not (value.open and value.type is type_):
            value = coerced(value, type_, parameters)
        elif value.unknown and (name in _ANY):
            value = coerced(value, types.TEXT, parameters)
        result.append(value)
    return result


def _returns(overload: Overload, values: Sequence[Typed]) -> PgType | None:
    entry = overload.entry
    given = tuple("unknown" if v.type is None else v.type.name for v in values)
    declared = entry.arguments[: len(given)]
    if len(declared) < len(given):
        declared = (*declared, *[entry.arguments[-1] if entry.arguments else "any"] * len(given))
        declared = declared[: len(given)]
    if entry.returns.startswith("any") and any(v.type is None for v in values):
        return None
    if entry.returns == "record":
        return RECORD
    return type_named(result_type(entry.returns, declared, given))


def _texts(entry: Signature, overload: Overload, values: Sequence[Typed]) -> list[Code]:
    if entry.items is not None:
        return _item_texts(entry, values)
    reads_raw = entry.kind is not Kind.TABLE and entry.returns not in ("anyelement", "anyarray")
    texts: list[Code] = []
    for value in values:
        texts.append(value.raw if value.raw is not None and reads_raw else value.code)
    if entry.variadic and len(overload.types) >= len(entry.arguments):
        fixed = len(entry.arguments) - 1
        already = (
            len(values) == fixed + 1
            and values[-1].type is not None
            and (values[-1].type.name == entry.arguments[-1])
        )
        if not already:
            texts[fixed:] = [("[", joined(", ", texts[fixed:]), "]")]
    return texts


def _item_texts(entry: Signature, values: Sequence[Typed]) -> list[Code]:
    assert entry.items is not None
    texts: list[Code] = []
    items: list[Code] = []
    for position, value in enumerate(values):
        declared = entry.arguments[min(position, len(entry.arguments) - 1)]
        if declared in ("any", "anyelement", "anyarray"):
            items.append(item_code(value, _item_kind(entry.items, len(items))))
        else:
            texts.append(value.code)
    if entry.variadic:
        return [*texts, ("[", joined(", ", items), "]")]
    return [*texts, *items]


def _spread_texts(node: nodes.Call, entry: Signature, values: Sequence[Typed]) -> list[Code]:
    """VARIADIC before an array: its elements are the arguments (PostgreSQL 38.5.6)."""
    array, kind = values[-1], entry.items or ""
    element = None if array.type is None else array.type.element
    if element is None:
        raise DatatypeMismatch("VARIADIC argument must be an array", position=array.at + 1)
    if kind.endswith("_object"):
        raise FeatureNotSupported(
            f"VARIADIC is not supported in {entry.name}()",
            hint="Use jsonb_object() or json_object().",
            position=node.at + 1,
        )
    item = item_code(Typed("_e", element, node.at), kind)
    return [
        *(v.code for v in values[:-1]),
        ("list_transform(", array.code, ", lambda _e: ", item, ")"),
    ]


def _item_kind(items: str, position: int) -> str:
    """ "jsonb_object": text and jsonb in turn."""
    kind, _, turns = items.partition("_")
    return "text" if turns and position % 2 == 0 else kind


def item_code(value: Typed, kind: str) -> Code:
    """The value as an element of a document ("jsonb", "json") or of a text ("text")."""
    if kind == "text":
        return filled(text_item(_item_type(value)), value.code)
    compact = kind == "json"
    if value.fields is not None:
        names = [(f.name, f.type.name if f.type else "text") for f in value.fields]
        return filled(json_record(names, compact=compact), value.code)
    if value.type is None:
        return ("CAST(to_json(", value.code, ") AS VARCHAR)")
    if value.type.name in REG_TYPES:
        return ("CAST(to_json(", text_value(value), ") AS VARCHAR)")
    return filled(json_item(_item_type(value), compact=compact), value.code)


def _item_type(value: Typed) -> str:
    return value.type.name if value.type is not None else "text"


def _aggregate(
    node: nodes.Call, entry: Signature, values: list[Typed], tail: tuple[Code, Code], scope: Scope
) -> Code:
    keys = node.within if entry.call is None or not node.within else ()
    order: Code = ""
    if not all(is_constant(key.value) for key in node.order):
        order = (" ORDER BY ", sort_keys(node.order, scope))
    condition, window = tail
    distinct = "DISTINCT " if node.distinct else ""
    nulls = f" {node.nulls.upper()} NULLS" if node.nulls else ""
    codes: list[Code] = [value.code for value in values]
    if entry.call is not None:
        listed: Code = _filled_call(_separated(entry, values), values)
    else:
        listed = "*" if node.star else joined(", ", codes)
    if node.within and entry.call is None and not keys:
        order = ""
    if node.within and entry.call is not None and node.within[0].descending:
        order = (" ORDER BY ", codes[-1], " DESC")

    def one(name: str) -> Code:
        return (name, "(", distinct, listed, order, nulls, ")", condition, window)

    calls = [one(entry.target)]
    if entry.also is not None:
        # No row, no average.
        calls.append(("nullif(", one(entry.also), ", 0)"))
    return filled(entry.wrap, *calls) if entry.wrap is not None else calls[0]


def _separated(entry: Signature, values: Sequence[Typed]) -> str:
    """json_agg puts each row or array on a line of its own (json.c, json_agg_transfn)."""
    assert entry.call is not None
    first = values[0]
    nested = first.fields is not None or (first.type is not None and first.type.element is not None)
    if entry.name == "json_agg" and nested:
        return entry.call.replace("', '", "', ' || chr(10) || ' '")
    return entry.call


def _filled_call(template: str, values: Sequence[Typed]) -> Code:
    """`{0}` is an argument, `{!jsonb0}` and `{!json0}` the same as a JSON text."""
    parts: list[Code] = []
    at = 0
    while (brace := template.find("{", at)) >= 0:
        parts.append(template[at:brace])
        close = template.index("}", brace)
        name = template[brace + 1 : close]
        if name.startswith("!"):
            kind = name[1:].rstrip("0123456789")
            value = values[int(name[len(kind) + 1 :])]
            parts.append(item_code(value, kind))
        else:
            parts.append(values[int(name)].code)
        at = close + 1
    parts.append(template[at:])
    return tuple(parts)
