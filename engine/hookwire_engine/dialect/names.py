"""The name of a result column without AS (PostgreSQL: FigureColname in parse_target.c)."""

from __future__ import annotations

from hookwire_engine.dialect import nodes

ANONYMOUS = "?column?"


def column_name(target: nodes.Target) -> str:
    if target.name is not None:
        return target.name
    return figured(target.value)[0] or ANONYMOUS


def figured(node: nodes.Node) -> tuple[str | None, int]:
    """The name and how good it is: 0 none, 1 a cast's or CASE's stopgap, 2 a real one."""
    if isinstance(node, nodes.ColumnRef):
        return (node.parts[-1], 2) if node.parts and not node.star else (None, 0)
    if isinstance(node, nodes.Call):
        return node.parts[-1], 2
    if isinstance(node, nodes.Cast):
        return _cast(node)
    if isinstance(node, nodes.Special | nodes.SqlValue):
        return node.name, 2
    if isinstance(node, nodes.Field):
        return (node.name, 2) if node.name is not None else (None, 0)
    if isinstance(node, nodes.Subscript | nodes.Collate):
        return figured(node.operand)
    return _structure(node)


def _cast(node: nodes.Cast) -> tuple[str | None, int]:
    name, strength = figured(node.operand)
    if strength > 1:
        return name, strength
    return (node.type.parts[-1], 1) if node.type.raw is None else (name, strength)


def _structure(node: nodes.Node) -> tuple[str | None, int]:
    if isinstance(node, nodes.Case):
        name, strength = (None, 0) if node.default is None else figured(node.default)
        return (name, strength) if strength > 1 else ("case", 1)
    if isinstance(node, nodes.Scalar):
        return _query(node.query)
    if isinstance(node, nodes.Exists):
        return "exists", 2
    if isinstance(node, nodes.ArrayQuery | nodes.Array):
        return "array", 2
    if isinstance(node, nodes.Row):
        return "row", 2
    if isinstance(node, nodes.AtTimeZone):
        return "timezone", 2
    return None, 0


def _query(query: nodes.Query) -> tuple[str | None, int]:
    """A query as a value has the name of its one column."""
    body: nodes.Node = query.body
    while isinstance(body, nodes.SetOperation):
        body = body.left.body
    if isinstance(body, nodes.Values):
        return "column1", 2
    if isinstance(body, nodes.Select) and len(body.targets) == 1:
        target = body.targets[0]
        return (target.name, 2) if target.name is not None else figured(target.value)
    return None, 0
