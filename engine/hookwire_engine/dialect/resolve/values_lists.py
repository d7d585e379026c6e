"""VALUES (...), (...): its columns have the common type of their values (PostgreSQL 7.7, 10.5)."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import columns, nodes
from hookwire_engine.dialect.code import Code, joined, quoted
from hookwire_engine.dialect.coerce import coerced, common_type, text_of
from hookwire_engine.dialect.resolve.output import shown
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import REG_TYPES


class ValuesPlan:
    """`rows` may hold None where an INSERT's VALUES say DEFAULT."""

    def __init__(self, rows: list[list[Typed]], scope: Scope) -> None:
        self.rows = rows
        self._parameters = scope.context.parameters
        for index in range(len(rows[0])):
            self._unify(index)

    def _unify(self, index: int) -> None:
        values = [row[index] for row in self.rows]
        if all(value.unknown for value in values):
            return
        type_ = common_type(values, "VALUES")
        if type_ is not None:
            for row in self.rows:
                row[index] = coerced(row[index], type_, self._parameters)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(
            Field(f"column{i}", value.type, value.typmod) for i, value in enumerate(self.rows[0], 1)
        )

    @property
    def open(self) -> bool:
        return False

    def column(self, index: int) -> Typed:
        return self.rows[0][index]

    def coerce(self, index: int, type_: PgType, typmod: int = -1) -> None:
        for row in self.rows:
            row[index] = coerced(row[index], type_, self._parameters, typmod=typmod)

    def settle(self) -> None:
        for row in self.rows:
            row[:] = [text_of(value, self._parameters) for value in row]

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        body = columns.values(
            [[value.code for value in row] for row in self.rows], self._parameters
        )
        hidden = outermost and any(v.type and v.type.name in REG_TYPES for v in self.rows[0])
        if names is None and not hidden:
            return body
        names = names or [field.name for field in self.fields]
        named = ", ".join(map(quoted, names))
        selected: Code = "*"
        if hidden:
            parts = [
                Typed(quoted(name), value.type, value.at)
                for name, value in zip(names, self.rows[0], strict=True)
            ]
            selected = joined(", ", [(shown(p), f" AS {p.code}") for p in parts])
        return ("SELECT ", selected, " FROM (", body, f") AS v({named})")


def values_plan(node: nodes.Values, outer: Scope) -> ValuesPlan:
    scope = Scope(outer.context, outer, kind="VALUES")
    width = len(node.rows[0])
    rows: list[list[Typed]] = []
    for row in node.rows:
        if len(row) != width:
            raise SqlSyntaxError("VALUES lists must all be the same length", position=row[0].at + 1)
        rows.append([scope.expression(item) for item in row])
    return ValuesPlan(rows, scope)
