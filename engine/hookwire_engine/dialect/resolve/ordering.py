"""Sort keys and window definitions."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import SqlError, UndefinedObject
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed


class WindowingError(SqlError):
    sqlstate = "42P20"


def sort_code(value: Typed, key: nodes.SortKey, scope: Scope) -> Code:
    if value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    return with_direction(comparable(value), key)


def with_direction(code: Code, key: nodes.SortKey) -> Code:
    """NULLs need no word of ours: the session's default_null_order is PostgreSQL's."""
    parts: list[Code] = [code]
    if key.descending:
        parts.append(" DESC")
    if key.nulls is not None:
        parts.append(f" NULLS {key.nulls.upper()}")
    return tuple(parts)


def comparable(value: Typed) -> Code:
    """What sorts as the value does in PostgreSQL."""
    if value.type is types.JSONB:
        source = value.raw if value.raw is not None else value.code
        return ("memory.hw.jsonb_sort_key(", source, ")")
    return value.code


def sort_keys(keys: Sequence[nodes.SortKey], scope: Scope) -> Code:
    """The keys of an aggregate's or a window's ORDER BY; a constant orders nothing there."""
    kept = [key for key in keys if not is_constant(key.value)]
    return joined(", ", [sort_code(scope.expression(key.value), key, scope) for key in kept])


def is_constant(node: nodes.Expr) -> bool:
    while isinstance(node, nodes.Cast):
        node = node.operand
    return isinstance(
        node, nodes.StringConst | nodes.NumberConst | nodes.BoolConst | nodes.NullConst
    )


def window_code(window: nodes.Window, scope: Scope) -> Code:
    """What stands in the parentheses of OVER, named windows written out."""
    partition, order, frame = window.partition, window.order, window.frame
    if window.base is not None:
        base = _named(window, scope)
        partition = partition or base.partition
        order = order or base.order
        frame = base.frame if frame == ("named",) else frame
    parts: list[Code] = []
    if partition:
        keys = [_partition_key(scope.expression(item), scope) for item in partition]
        parts.append(("PARTITION BY ", joined(", ", keys)))
    if order and not all(is_constant(key.value) for key in order):
        parts.append(("ORDER BY ", sort_keys(order, scope)))
    if frame and frame != ("named",):
        parts.append(_frame(frame, scope))
    return joined(" ", parts)


def _check_bounds(frame: tuple[str | nodes.Expr, ...]) -> None:
    words = [piece if isinstance(piece, str) else "" for piece in frame]
    start = words[2:4] if "between" in words else words[1:3]
    end = words[words.index("and") + 1 :][:2] if "and" in words else []
    if start == ["unbounded", "following"]:
        raise WindowingError("frame start cannot be UNBOUNDED FOLLOWING")
    if end == ["unbounded", "preceding"]:
        raise WindowingError("frame end cannot be UNBOUNDED PRECEDING")


def _partition_key(value: Typed, scope: Scope) -> Code:
    if value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    return comparable(value)


def _named(window: nodes.Window, scope: Scope) -> nodes.Window:
    assert window.base is not None
    found = scope.windows_named.get(window.base)
    if found is None:
        raise UndefinedObject(f'window "{window.base}" does not exist', position=window.at + 1)
    if found.base is not None:
        base = _named(found, scope)
        return nodes.Window(
            found.at, None, None, found.partition or base.partition, found.order or base.order,
            found.frame or base.frame,
        )  # fmt: skip
    return found


def _frame(frame: tuple[str | nodes.Expr, ...], scope: Scope) -> Code:
    _check_bounds(frame)
    parts: list[Code] = []
    for piece in frame:
        if isinstance(piece, str):
            parts.append(piece.upper())
        else:
            value = scope.expression(piece)
            if value.unknown:
                offset = types.INT8 if value.parameter is not None else types.INTERVAL
                value = coerced(value, offset, scope.context.parameters)
            parts.append(Mark(piece.at, value.code))
    return joined(" ", parts)
