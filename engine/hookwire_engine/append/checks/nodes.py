"""The tree of a CHECK expression, before any name or type is looked up.

`at` is the 0-based index of the character that PostgreSQL points at when the node is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """A reference to an input."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class InlineSecret(Node):
    """`SECRET name`, where no WITH lists the inputs."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Text(Node):
    """A string literal; its type is unknown until something asks for one."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """TRUE, FALSE, NULL."""

    value: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Cast(Node):
    operand: Node
    type: str


@dataclass(frozen=True, slots=True, eq=False)
class Operation(Node):
    symbol: str
    left: Node | None
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Logic(Node):
    """AND or OR of two or more."""

    symbol: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Is(Node):
    """`what` is null, true, false or unknown."""

    operand: Node
    what: str
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Distinct(Node):
    left: Node
    right: Node
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Between(Node):
    operand: Node
    low: Node
    high: Node
    negated: bool
    symmetric: bool


@dataclass(frozen=True, slots=True, eq=False)
class In(Node):
    operand: Node
    items: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Like(Node):
    operand: Node
    pattern: Node
    escape: Node | None
    ignore_case: bool
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Quantified(Node):
    """`left symbol ANY (array)`, or ALL."""

    symbol: str
    left: Node
    array: Node
    every: bool


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case(Node):
    operand: Node | None
    branches: tuple[tuple[Node, Node], ...]
    default: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Array(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Subscript(Node):
    operand: Node
    index: Node
