"""Arguments by name: `f(a => 1)` in the order in which the function declares them (4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.functions.signatures import Signature


def in_order(node: nodes.Call, given: Sequence[Typed], entries: Sequence[Signature]) -> list[Typed]:
    """The arguments as if none had been named."""
    if not node.names:
        return list(given)
    for entry in entries:
        if all(name is None or name in entry.parameters for name in node.names):
            return _placed(node, given, entry)
    return list(given)


def _placed(node: nodes.Call, given: Sequence[Typed], entry: Signature) -> list[Typed]:
    found: dict[int, Typed] = {}
    for position, (name, value) in enumerate(zip(node.names, given, strict=True)):
        place = position if name is None else entry.parameters.index(name)
        if place in found:
            raise SqlSyntaxError(
                f'argument name "{name}" used more than once', position=value.at + 1
            )
        found[place] = value
    last = max(found, default=-1)
    return [found.get(place) or _gap(entry, place, node.at) for place in range(last + 1)]


def _gap(entry: Signature, place: int, at: int) -> Typed:
    """The default of an argument that was passed over: 0 for all of make_interval's."""
    if entry.name == "make_interval":
        return Typed("0", types.INT4, at, number=0)
    return Typed("NULL", types.UNKNOWN, at, null=True)
