"""Statements that change rows or define something."""

from __future__ import annotations

from dataclasses import dataclass

from hookwire_engine.dialect.nodes.base import Expr, Node, Statement
from hookwire_engine.dialect.nodes.expressions import ColumnRef, SortKey, TypeName
from hookwire_engine.dialect.nodes.queries import ColumnDef, Query, TableRef, Target, With


@dataclass(slots=True, eq=False)
class Assignment(Node):
    """`column = value`; several columns share a row or a query."""

    columns: tuple[str, ...]
    value: Expr
    places: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Conflict(Node):
    columns: tuple[Expr, ...]
    constraint: str | None
    where: Expr | None
    assignments: tuple[Assignment, ...] | None
    """None is DO NOTHING."""
    condition: Expr | None = None


@dataclass(slots=True, eq=False)
class Insert(Node):
    table: TableRef
    columns: tuple[ColumnRef, ...]
    query: Query | None
    """None is DEFAULT VALUES."""
    conflict: Conflict | None
    returning: tuple[Target, ...]
    with_: With | None = None
    overriding: str | None = None


@dataclass(slots=True, eq=False)
class Update(Node):
    table: TableRef
    assignments: tuple[Assignment, ...]
    tables: tuple[Node, ...]
    where: Expr | None
    returning: tuple[Target, ...]
    with_: With | None = None


@dataclass(slots=True, eq=False)
class Delete(Node):
    table: TableRef
    tables: tuple[Node, ...]
    where: Expr | None
    returning: tuple[Target, ...]
    with_: With | None = None


@dataclass(slots=True, eq=False)
class Constraint(Node):
    """`kind`: null, not null, default, check, primary key, unique, references, generated,
    identity, exclude. `columns` are empty for a column's own."""

    kind: str
    name: str | None = None
    columns: tuple[str, ...] = ()
    value: Expr | None = None
    table: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class TableColumn(Node):
    name: str
    type: TypeName
    constraints: tuple[Constraint, ...] = ()


@dataclass(slots=True, eq=False)
class CreateTable(Node):
    parts: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    constraints: tuple[Constraint, ...]
    temporary: bool
    exists_ok: bool
    likes: tuple[tuple[int, tuple[str, ...]], ...] = ()
    drop_on_commit: bool = False
    """LIKE relation, with the number of columns before it."""


@dataclass(slots=True, eq=False)
class CreateTableAs(Node):
    parts: tuple[str, ...]
    columns: tuple[str, ...]
    query: Query
    temporary: bool
    exists_ok: bool
    with_data: bool
    drop_on_commit: bool = False


@dataclass(slots=True, eq=False)
class Change(Node):
    """One action of ALTER TABLE. `kind`: add, drop, type, default, drop default, not null, null,
    rename, rename to, constraint, nothing."""

    kind: str
    name: str = ""
    column: TableColumn | None = None
    value: Expr | None = None
    type: TypeName | None = None
    constraint: Constraint | None = None
    lenient: bool = False
    """IF EXISTS, IF NOT EXISTS."""
    cascade: bool = False


@dataclass(slots=True, eq=False)
class AlterTable(Node):
    parts: tuple[str, ...]
    lenient: bool
    actions: tuple[Change, ...]


@dataclass(slots=True, eq=False)
class Drop(Node):
    """`kind` is table, index, sequence, type or function."""

    kind: str
    names: tuple[ColumnRef, ...]
    lenient: bool
    cascade: bool


@dataclass(slots=True, eq=False)
class Truncate(Node):
    tables: tuple[TableRef, ...]


@dataclass(slots=True, eq=False)
class CreateIndex(Node):
    name: str | None
    table: TableRef
    keys: tuple[SortKey, ...]
    unique: bool
    lenient: bool
    method: str
    where: Expr | None


@dataclass(slots=True, eq=False)
class CreateSequence(Node):
    """`options` are words and numbers as DuckDB takes them."""

    parts: tuple[str, ...]
    lenient: bool
    temporary: bool
    options: tuple[str, ...]


@dataclass(slots=True, eq=False)
class CreateEnum(Node):
    parts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(slots=True, eq=False)
class CreateFunction(Node):
    """A function in SQL: its body is one query, or RETURN's expression as a query."""

    parts: tuple[str, ...]
    arguments: tuple[ColumnDef, ...]
    returns: TypeName
    body: Query
    replace: bool


@dataclass(slots=True, eq=False)
class Explain(Node):
    analyze: bool
    format: str
    statement: Statement
