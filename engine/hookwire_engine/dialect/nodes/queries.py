"""Queries and what stands in FROM (PostgreSQL chapter 7)."""

from __future__ import annotations

from dataclasses import dataclass

from hookwire_engine.dialect.nodes.base import Expr, Node, Statement
from hookwire_engine.dialect.nodes.expressions import SortKey, TypeName, Window


@dataclass(slots=True, eq=False)
class Target(Node):
    """One item of a select list, of RETURNING."""

    value: Expr
    name: str | None = None


@dataclass(slots=True, eq=False)
class Cte(Node):
    name: str
    columns: tuple[str, ...]
    query: Statement
    materialized: bool | None = None


@dataclass(slots=True, eq=False)
class With(Node):
    recursive: bool
    ctes: tuple[Cte, ...]


@dataclass(slots=True, eq=False)
class Grouping(Node):
    """An item of GROUP BY that is no expression: rollup, cube, sets, or the empty set ()."""

    kind: str
    items: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Select(Node):
    targets: tuple[Target, ...]
    distinct: bool = False
    distinct_on: tuple[Expr, ...] = ()
    tables: tuple[Node, ...] = ()
    where: Expr | None = None
    group: tuple[Node, ...] = ()
    group_all: bool = False
    having: Expr | None = None
    windows: tuple[Window, ...] = ()
    qualify: Expr | None = None
    from_first: bool = False


@dataclass(slots=True, eq=False)
class Values(Node):
    rows: tuple[tuple[Expr, ...], ...]


@dataclass(slots=True, eq=False)
class SetOperation(Node):
    """UNION, INTERSECT, EXCEPT; `by_name` is DuckDB's."""

    symbol: str
    every: bool
    left: Query
    right: Query
    by_name: bool = False


@dataclass(slots=True, eq=False)
class Query(Node):
    """A body with what may stand around any body: WITH, ORDER BY, LIMIT, OFFSET."""

    body: Select | Values | SetOperation
    with_: With | None = None
    order: tuple[SortKey, ...] = ()
    order_all: str = ""
    limit: Expr | None = None
    offset: Expr | None = None
    ties: bool = False
    percent: bool = False


@dataclass(slots=True, eq=False)
class Sample(Node):
    method: str
    amount: Expr
    seed: Expr | None


@dataclass(slots=True, eq=False)
class TableRef(Node):
    parts: tuple[str, ...]
    alias: str | None = None
    columns: tuple[str, ...] = ()
    sample: Sample | None = None


@dataclass(slots=True, eq=False)
class QueryRef(Node):
    query: Query
    lateral: bool
    alias: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class ColumnDef(Node):
    """A column in an alias list with types, `AS t(a int, b text)`."""

    name: str
    type: TypeName


@dataclass(slots=True, eq=False)
class FunctionRef(Node):
    """Function calls in FROM; more than one with ROWS FROM."""

    calls: tuple[Expr, ...]
    ordinality: bool
    lateral: bool
    alias: str | None = None
    columns: tuple[str, ...] = ()
    definitions: tuple[ColumnDef, ...] = ()


@dataclass(slots=True, eq=False)
class Join(Node):
    """`kind`: inner, left, right, full, cross; asof, asof left, semi, anti, positional (DuckDB)."""

    kind: str
    left: Node
    right: Node
    natural: bool = False
    using: tuple[str, ...] = ()
    using_alias: str | None = None
    on: Expr | None = None
    alias: str | None = None
    columns: tuple[str, ...] = ()
