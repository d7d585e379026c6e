"""UNION, INTERSECT, EXCEPT: columns of both sides get a common type (PostgreSQL 7.4, 10.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, joined, quoted
from hookwire_engine.dialect.coerce import common_type
from hookwire_engine.dialect.plans import Plan, unique_names
from hookwire_engine.dialect.resolve.output import shown
from hookwire_engine.dialect.resolve.selects import SelectPlan
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import REG_TYPES
from hookwire_engine.dialect.values import NO_ORIGIN


class SetPlan:
    def __init__(self, node: nodes.SetOperation, left: Plan, right: Plan) -> None:
        self._node = node
        self.left = left
        self.right = right
        if not node.every:
            self.normalize()
        if not self.open and not node.by_name:
            self._unify()

    def _unify(self) -> None:
        symbol = self._node.symbol.upper()
        if len(self.left.fields) != len(self.right.fields):
            raise SqlSyntaxError(
                f"each {symbol} query must have the same number of columns",
                position=_first_target(self._node.right) + 1,
            )
        for index in range(len(self.left.fields)):
            one, other = self.left.column(index), self.right.column(index)
            if one.unknown and other.unknown:
                continue
            type_ = common_type([one, other], symbol)
            if type_ is not None:
                self.left.coerce(index, type_)
                self.right.coerce(index, type_)

    def normalize(self) -> None:
        """Equal documents get one text, so that they are one row."""
        for side in (self.left, self.right):
            if isinstance(side, SelectPlan | SetPlan):
                side.normalize()

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(replace(field, origin=NO_ORIGIN) for field in self.left.fields)

    @property
    def open(self) -> bool:
        return self.left.open or self.right.open or self._node.by_name

    def column(self, index: int) -> Typed:
        return self.left.column(index)

    def coerce(self, index: int, type_: PgType, typmod: int = -1) -> None:
        self.left.coerce(index, type_, typmod)
        self.right.coerce(index, type_, typmod)

    def settle(self) -> None:
        self.left.settle()
        self.right.settle()

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        word = self._node.symbol.upper() + (" ALL" if self._node.every else "")
        if self._node.by_name:
            return self._by_name(f" {word} BY NAME ")
        left = ("(", self.left.code(names), ")")
        right = ("(", self.right.code(None if not self.open else names), ")")
        body: Code = (left, f" {word} ", right)
        fields = self.fields
        hidden = outermost and any(f.type and f.type.name in REG_TYPES for f in fields)
        if not hidden:
            return body
        shown_names = list(names or [field.name for field in fields])
        columns = ", ".join(quoted(f"c{i}") for i in range(len(fields)))
        parts: list[Code] = []
        for i, (field, name) in enumerate(zip(fields, shown_names, strict=True)):
            value = replace(self.left.column(i), code=f"c{i}", type=field.type)
            parts.append((shown(value), f" AS {quoted(name)}"))
        return ("SELECT ", joined(", ", parts), " FROM (", body, f") AS u({columns})")


    def _by_name(self, word: str) -> Code:
        """Each side keeps its own names, which say what meets what."""
        sides: list[Code] = [
            ("(", side.code(None if side.open else unique_names(side.fields)), ")")
            for side in (self.left, self.right)
        ]
        return joined(word, sides)


def _first_target(query: nodes.Query) -> int:
    body = query.body
    if isinstance(body, nodes.Select) and body.targets:
        return body.targets[0].value.at
    return body.at


def set_plan(node: nodes.SetOperation, outer: Scope) -> SetPlan:
    analyze = outer.context.analyze_query
    left = analyze(node.left, outer, outer.context)
    right = analyze(node.right, outer, outer.context)
    return SetPlan(node, left, right)
