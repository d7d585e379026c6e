"""What INSERT, UPDATE and DELETE share: the table, assigned values, RETURNING (PostgreSQL 10.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    SqlSyntaxError,
    UndefinedColumn,
    WrongObjectType,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, joined, quoted
from hookwire_engine.dialect.coerce import CannotCoerce, coerced, text_of
from hookwire_engine.dialect.resolve.output import shown
from hookwire_engine.dialect.resolve.selects import Output, outputs_of
from hookwire_engine.dialect.resolve.tables import undefined_table
from hookwire_engine.dialect.scopes import Scope, ScopeColumn, Source
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import ASSIGNMENT, display
from hookwire_engine.dialect.values import Relation

WithClause = Callable[[nodes.With | None, Scope], Code]


Change = nodes.Insert | nodes.Update | nodes.Delete


class ChangePlan:
    """A statement that changes rows; its columns are RETURNING's."""

    def __init__(
        self, scope: Scope, code: Code, returning: list[Output], apart: str | None = None
    ) -> None:
        """`apart` is the table's alias where RETURNING is a query over what was changed."""
        self._scope = scope
        self._code = code
        self._outputs = returning
        self._apart = apart

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(
            Field(o.name, o.value.type, o.value.typmod, origin=o.value.origin)
            for o in self._outputs
        )

    @property
    def open(self) -> bool:
        return any(output.star for output in self._outputs)

    def column(self, index: int) -> Typed:
        return self._outputs[index].value

    def coerce(self, index: int, type_: PgType, typmod: int = -1) -> None:
        output = self._outputs[index]
        output.value = coerced(output.value, type_, self._scope.context.parameters, typmod=typmod)

    def settle(self) -> None:
        for output in self._outputs:
            output.value = text_of(output.value, self._scope.context.parameters)

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        if not self._outputs:
            return self._code
        parts: list[Code] = []
        for i, output in enumerate(self._outputs):
            value = shown(output.value) if outermost else output.value.code
            name = names[i] if names is not None else output.name
            parts.append(value if output.star else (value, f" AS {quoted(name)}"))
        if self._apart is None:
            return (self._code, " RETURNING ", joined(", ", parts))
        # The list comes last, because an INSERT whose rows are kept adds to it (query/executor.py).
        source = f' FROM "$changed" AS {quoted(self._apart)} SELECT '
        return ('WITH "$changed" AS (', self._code, " RETURNING *)", source, joined(", ", parts))


def changed_table(node: nodes.TableRef, scope: Scope, wants: str) -> tuple[Relation, Source]:
    """The relation to change, as a source whose columns have its alias before them."""
    relation = scope.context.environment.relation(node.parts, wants)
    if relation is None:
        raise undefined_table(node.parts, node.at)
    if relation.sources or relation.system:
        raise WrongObjectType(f'cannot change "{relation.name}"', position=node.at + 1)
    alias = node.alias or relation.name
    typmods = relation.typmods or (-1,) * len(relation.columns)
    columns = [
        ScopeColumn(
            c.name, f"{quoted(alias)}.{quoted(c.name)}", c.type, typmod,
            origin=(relation.oid, number),
        )
        for number, (c, typmod) in enumerate(zip(relation.columns, typmods, strict=True), 1)
    ]
    schema = relation.schema if node.alias is None else None
    return relation, Source(alias, columns, schema, relation=relation)


def needs_reading(node: Change, source: Source, scope: Scope) -> None:
    """SELECT is needed, too, where a column's old value counts or RETURNING tells rows."""
    prefix = f"{source.alias}."
    if node.returning or any(shown.startswith(prefix) for shown, _ in scope.ungrouped):
        scope.context.environment.relation(node.table.parts, "r")


def column_named(source: Source, name: str, at: int) -> ScopeColumn:
    for column in source.columns:
        if column.name == name:
            return column
    shown_name = source.relation.name if source.relation is not None else source.alias
    raise UndefinedColumn(
        f'column "{name}" of relation "{shown_name}" does not exist', position=at + 1
    )


def assigned(value: Typed, column: ScopeColumn, scope: Scope) -> Code:
    """`value` as the column takes it; raises 42804."""
    if column.type is None:
        return value.code
    try:
        return coerced(value, column.type, scope.context.parameters, ASSIGNMENT, column.typmod).code
    except CannotCoerce:
        raise DatatypeMismatch(
            f'column "{column.name}" is of type {display(column.type)}'
            f" but expression is of type {display(value.type)}",
            hint="You will need to rewrite or cast the expression.",
            position=value.at + 1,
        ) from None


def returned(targets: tuple[nodes.Target, ...], source: Source, scope: Scope) -> list[Output]:
    if not targets:
        return []
    scope.kind = "RETURNING"
    reads = scope.context.reads
    before = len(reads)
    outputs = outputs_of(targets, scope)
    relation = source.relation
    if relation is not None and any(relation.target in read for read in reads[before:]):
        raise FeatureNotSupported(
            f'a query in RETURNING over the changed table "{relation.name}" is not supported',
            hint="Use two statements in a transaction.",
            position=targets[0].at + 1,
        )
    return outputs


def alias_apart(
    targets: tuple[nodes.Target, ...], source: Source, outer: Scope
) -> str | None:
    """The alias where RETURNING has more than columns: DuckDB's takes no queries, which names of
    objects (`'t'::regclass`) are made of too. A statement in WITH cannot be put in another WITH."""
    plain = all(isinstance(target.value, nodes.ColumnRef) for target in targets)
    return None if plain or outer.parent is not None else source.alias


def assignments_code(
    assignments: tuple[nodes.Assignment, ...], source: Source, scope: Scope
) -> Code:
    parts: list[Code] = []
    for assignment in assignments:
        values = _assigned_values(assignment, scope)
        for name, at, value in zip(assignment.columns, assignment.places, values, strict=True):
            column = column_named(source, name, at)
            shown_value: Code = "DEFAULT"
            if not isinstance(value, nodes.DefaultConst):
                shown_value = assigned(scope.expression(value), column, scope)
            parts.append((f"{quoted(column.name)} = ", shown_value))
    return joined(", ", parts)


def _assigned_values(node: nodes.Assignment, scope: Scope) -> Sequence[nodes.Expr]:
    if len(node.columns) == 1 and not isinstance(node.value, nodes.Row):
        return (node.value,)
    if isinstance(node.value, nodes.Row) and len(node.value.items) == len(node.columns):
        return node.value.items
    if isinstance(node.value, nodes.Scalar):
        raise FeatureNotSupported(
            "assigning a query's row to several columns is not supported",
            hint="Assign each column from a query of its own, or use UPDATE ... FROM.",
            position=node.at + 1,
        )
    raise SqlSyntaxError(
        "number of columns does not match number of values", position=node.value.at + 1
    )


def condition_code(node: nodes.Expr, scope: Scope) -> Code:
    scope.kind = "WHERE"
    value = scope.expression(node)
    if value.unknown:
        value = coerced(value, types.BOOL, scope.context.parameters)
    if value.type is not types.BOOL and not value.open:
        raise DatatypeMismatch(
            f"argument of WHERE must be type boolean, not type {display(value.type)}",
            position=value.at + 1,
        )
    return value.code
