"""SELECT: the select list, WHERE, GROUP BY, HAVING, windows, DISTINCT (PostgreSQL 7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    SqlSyntaxError,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined, quoted
from hookwire_engine.dialect.coerce import coerced, text_of
from hookwire_engine.dialect.names import column_name
from hookwire_engine.dialect.resolve import grouping
from hookwire_engine.dialect.resolve.ordering import comparable
from hookwire_engine.dialect.resolve.output import shown
from hookwire_engine.dialect.resolve.tables import from_clause
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import display


@dataclass(slots=True, eq=False)
class Output:
    """An item of the select list; `star` is text for columns that only DuckDB can name."""

    name: str
    value: Typed
    star: bool = False


class SelectPlan:
    def __init__(self, node: nodes.Select, scope: Scope, outputs: list[Output]) -> None:
        self.node = node
        self.scope = scope
        self.outputs = outputs
        self.distinct: Code = ""
        self.tail: Code = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(
            Field(o.name, o.value.type, o.value.typmod, o.value.fields, o.value.origin)
            for o in self.outputs
        )

    @property
    def open(self) -> bool:
        return any(output.star for output in self.outputs)

    def column(self, index: int) -> Typed:
        return self.outputs[index].value

    def coerce(self, index: int, type_: PgType, typmod: int = -1) -> None:
        output = self.outputs[index]
        output.value = coerced(output.value, type_, self.scope.context.parameters, typmod=typmod)

    def settle(self) -> None:
        for output in self.outputs:
            output.value = text_of(output.value, self.scope.context.parameters)

    def finish(self) -> None:
        """All clauses have been read, ORDER BY too."""
        grouping.check(self.node, self.scope)

    def normalize(self) -> None:
        """Equal documents get one text: for DISTINCT and set operations."""
        for output in self.outputs:
            value = output.value
            if value.type is types.JSONB and value.stored:
                code: Code = ("memory.hw.jsonb_normal(", value.code, ")")
                output.value = Typed(code, types.JSONB, value.at)

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        parts: list[Code] = []
        for i, output in enumerate(self.outputs):
            value = shown(output.value) if outermost else output.value.code
            if output.star:
                parts.append(value)
            elif names is not None:
                parts.append((value, f" AS {quoted(names[i])}"))
            else:
                parts.append(value)
        listed = joined(", ", parts) if parts else "1"
        return ("SELECT ", self.distinct, listed, self.tail)


def select_plan(node: nodes.Select, outer: Scope) -> SelectPlan:
    scope = Scope(outer.context, outer)
    for window in node.windows:
        assert window.name is not None
        scope.windows_named[window.name] = window
    from_code = from_clause(node.tables, scope)
    where: Code = ""
    if node.where is not None:
        where = (" WHERE ", _condition(node.where, scope, "WHERE"))
    group = grouping.group_clause(node, scope)
    scope.ungrouped.clear()
    scope.kind = "SELECT"
    outputs = outputs_of(node.targets, scope)
    plan = SelectPlan(node, scope, outputs)
    tail: list[Code] = []
    if node.tables:
        tail.append((" FROM ", from_code))
    tail.append(where)
    tail.append(group)
    if node.having is not None:
        tail.append((" HAVING ", _condition(node.having, scope, "HAVING")))
    if node.qualify is not None:
        scope.outputs = {o.name: o.value for o in outputs}
        tail.append((" QUALIFY ", _condition(node.qualify, scope, "QUALIFY")))
        scope.outputs = {}
    plan.tail = tuple(tail)
    plan.distinct = _distinct(node, plan, scope)
    if node.distinct:
        plan.normalize()
    scope.kind = ""
    return plan


def _condition(node: nodes.Expr, scope: Scope, clause: str) -> Code:
    scope.kind = clause
    value = scope.expression(node)
    if value.unknown:
        value = coerced(value, types.BOOL, scope.context.parameters)
    if value.type is not types.BOOL and not value.open:
        raise DatatypeMismatch(
            f"argument of {clause} must be type boolean, not type {display(value.type)}",
            position=value.at + 1,
        )
    return value.code


def _distinct(node: nodes.Select, plan: SelectPlan, scope: Scope) -> Code:
    if node.distinct_on:
        keys: list[Code] = []
        for item in node.distinct_on:
            place = grouping.output_place(item, plan.fields, "SELECT DISTINCT ON")
            value = plan.column(place) if place is not None else scope.expression(item)
            keys.append(comparable(text_of(value, scope.context.parameters)))
        return ("DISTINCT ON (", joined(", ", keys), ") ")
    return "DISTINCT " if node.distinct else ""


# The select list.


def outputs_of(targets: Sequence[nodes.Target], scope: Scope) -> list[Output]:
    """The columns of a select list, or of RETURNING's."""
    outputs: list[Output] = []
    for target in targets:
        value = target.value
        if isinstance(value, nodes.ColumnRef) and value.star:
            outputs += _star(value, scope)
        elif isinstance(value, nodes.Star):
            outputs += _starred(value, scope)
        elif isinstance(value, nodes.Field) and value.name is None:
            outputs += _expanded(value, scope)
        else:
            scope.spread = False
            typed = scope.expression(value)
            outputs.append(Output(column_name(target), typed, scope.spread))
    return outputs


def _star(node: nodes.ColumnRef, scope: Scope) -> list[Output]:
    if not node.parts:
        if not scope.sources:
            raise SqlSyntaxError(
                "SELECT * with no tables specified is not valid", position=node.at + 1
            )
        if any(source.open for source in scope.sources):
            return [Output("*", Typed("*", None, node.at), star=True)]
        return [Output(c.name, scope.use(c, node.at)) for c in scope.columns]
    source = scope.find_source(node.parts)
    if source is None:
        raise scope.missing(node)
    if source.open:
        code = f"{quoted(source.alias)}.*"
        return [Output("*", Typed(code, None, node.at), star=True)]
    return [Output(c.name, scope.use(c, node.at)) for c in source.columns]


def _starred(node: nodes.Star, scope: Scope) -> list[Output]:
    """DuckDB's * EXCLUDE (a) REPLACE (b + 1 AS b), worked out here when all columns are known."""
    listed = _star(nodes.ColumnRef(node.at, node.parts, star=True), scope)
    if listed and listed[0].star:
        return _opaque_star(node, listed[0], scope)
    replaced = {t.name: scope.expression(t.value) for t in node.replace}
    return [
        Output(o.name, replaced.get(o.name, o.value)) for o in listed if o.name not in node.exclude
    ]


def _opaque_star(node: nodes.Star, star: Output, scope: Scope) -> list[Output]:
    parts: list[Code] = [star.value.code]
    if node.exclude:
        parts.append(f" EXCLUDE ({', '.join(map(quoted, node.exclude))})")
    if node.replace:
        items: list[Code] = [
            (scope.expression(t.value).code, f" AS {quoted(t.name or '')}") for t in node.replace
        ]
        parts.append((" REPLACE (", joined(", ", items), ")"))
    return [Output("*", Typed(tuple(parts), None, node.at), star=True)]


def _expanded(node: nodes.Field, scope: Scope) -> list[Output]:
    """(x).*: each field of a composite value."""
    value = scope.expression(node.operand)
    if value.fields is None:
        code: Code = ("unnest(", value.code, ")")
        return [Output("*", Typed(code, None, node.at), star=True)]
    outputs: list[Output] = []
    for i, field in enumerate(value.fields):
        code = ("(", value.code, ").", quoted(field.name))
        if value.items is not None:
            code = value.items[i].code
        outputs.append(Output(field.name, Typed(Mark(node.at, code), field.type, node.at)))
    return outputs
