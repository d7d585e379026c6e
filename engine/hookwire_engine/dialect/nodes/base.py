"""What every node is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias


@dataclass(slots=True, eq=False)
class Node:
    at: int


Expr: TypeAlias = Node
Statement: TypeAlias = Node


def shape(node: object) -> object:
    """The tree without its places: equal for two spellings of one thing."""
    if isinstance(node, Node):
        names = [f.name for f in fields(node) if f.name != "at"]
        return (type(node).__name__, *(shape(getattr(node, name)) for name in names))
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    return node
