"""Expressions (PostgreSQL 4.2; gram.y a_expr and c_expr)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hookwire_engine.dialect.nodes.base import Expr, Node

if TYPE_CHECKING:
    from hookwire_engine.dialect.nodes.queries import Query, Target


@dataclass(slots=True, eq=False)
class ColumnRef(Node):
    """`a`, `t.a`, `s.t.a`; with `star` the last part is `*` and not in `parts`."""

    parts: tuple[str, ...]
    star: bool = False


@dataclass(slots=True, eq=False)
class Star(Node):
    """`*` or `t.*` with DuckDB's EXCLUDE and REPLACE lists."""

    parts: tuple[str, ...]
    exclude: tuple[str, ...]
    replace: tuple[Target, ...]


@dataclass(slots=True, eq=False)
class StringConst(Node):
    value: str


@dataclass(slots=True, eq=False)
class BitConst(Node):
    """B'..' or X'..'; `digits` are binary digits."""

    digits: str


@dataclass(slots=True, eq=False)
class NumberConst(Node):
    text: str


@dataclass(slots=True, eq=False)
class BoolConst(Node):
    value: bool


@dataclass(slots=True, eq=False)
class NullConst(Node):
    pass


@dataclass(slots=True, eq=False)
class DefaultConst(Node):
    """DEFAULT in VALUES of an INSERT and in SET of an UPDATE."""


@dataclass(slots=True, eq=False)
class Param(Node):
    number: int


@dataclass(slots=True, eq=False)
class TypeName(Node):
    """`parts` are as written ("pg_catalog", "int4"), with SQL's names already PostgreSQL's.

    `mods` are the numbers in parentheses; `fields` is what follows INTERVAL ("day to second").
    """

    parts: tuple[str, ...]
    mods: tuple[Expr, ...] = ()
    dimensions: int = 0
    fields: str = ""
    raw: str | None = None
    """The text of a type that only DuckDB knows (STRUCT(a INT), MAP(..))."""


@dataclass(slots=True, eq=False)
class Cast(Node):
    operand: Expr
    type: TypeName
    lenient: bool = False
    """DuckDB's TRY_CAST."""


@dataclass(slots=True, eq=False)
class Operation(Node):
    """An operator; `left` is None for a prefix one."""

    symbol: str
    left: Expr | None
    right: Expr


@dataclass(slots=True, eq=False)
class Logic(Node):
    """AND or OR of two or more."""

    symbol: str
    operands: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Not(Node):
    operand: Expr


@dataclass(slots=True, eq=False)
class IsTest(Node):
    """`x IS [NOT] what`: null, true, false, unknown, json, ..."""

    operand: Expr
    what: str
    negated: bool


@dataclass(slots=True, eq=False)
class Distinct(Node):
    left: Expr
    right: Expr
    negated: bool


@dataclass(slots=True, eq=False)
class Between(Node):
    operand: Expr
    low: Expr
    high: Expr
    negated: bool
    symmetric: bool


@dataclass(slots=True, eq=False)
class In(Node):
    operand: Expr
    items: tuple[Expr, ...]
    query: Query | None
    negated: bool


@dataclass(slots=True, eq=False)
class Like(Node):
    """`kind` is like, ilike or similar."""

    kind: str
    operand: Expr
    pattern: Expr
    escape: Expr | None
    negated: bool


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """`x op ANY (right)`, `x op ALL (right)`; `right` is an array or a query."""

    symbol: str
    left: Expr
    every: bool
    right: Expr | Query


@dataclass(slots=True, eq=False)
class SortKey(Node):
    value: Expr
    descending: bool = False
    nulls: str | None = None
    using: str | None = None


@dataclass(slots=True, eq=False)
class Window(Node):
    """A window's definition; `base` names another; `frame` is the text of ROWS ... in order."""

    name: str | None
    base: str | None
    partition: tuple[Expr, ...]
    order: tuple[SortKey, ...]
    frame: tuple[str | Expr, ...]


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function call. `syntax` is set where SQL's own spelling made it (EXTRACT, TRIM ...)."""

    parts: tuple[str, ...]
    arguments: tuple[Expr, ...]
    names: tuple[str | None, ...] = ()
    star: bool = False
    distinct: bool = False
    variadic: bool = False
    order: tuple[SortKey, ...] = ()
    filter: Expr | None = None
    within: tuple[SortKey, ...] = ()
    over: Window | None = None
    nulls: str | None = None
    syntax: bool = False


@dataclass(slots=True, eq=False)
class Special(Node):
    """COALESCE, GREATEST, LEAST, NULLIF, GROUPING."""

    name: str
    arguments: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class SqlValue(Node):
    """CURRENT_DATE, CURRENT_USER, ...; `precision` where one was given."""

    name: str
    precision: int | None = None


@dataclass(slots=True, eq=False)
class Case(Node):
    operand: Expr | None
    branches: tuple[tuple[Expr, Expr], ...]
    default: Expr | None


@dataclass(slots=True, eq=False)
class Row(Node):
    items: tuple[Expr, ...]
    explicit: bool


@dataclass(slots=True, eq=False)
class Array(Node):
    items: tuple[Expr, ...]
    bare: bool = False
    """DuckDB's [1, 2] without the word ARRAY."""


@dataclass(slots=True, eq=False)
class ArrayQuery(Node):
    query: Query


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A query in parentheses as a value."""

    query: Query


@dataclass(slots=True, eq=False)
class Exists(Node):
    query: Query


@dataclass(slots=True, eq=False)
class Subscript(Node):
    """`a[index]`, or `a[low:high]` with `sliced`."""

    operand: Expr
    index: Expr | None
    high: Expr | None = None
    sliced: bool = False


@dataclass(slots=True, eq=False)
class Field(Node):
    """`(x).name`; `name` None is `(x).*`."""

    operand: Expr
    name: str | None


@dataclass(slots=True, eq=False)
class Collate(Node):
    operand: Expr
    parts: tuple[str, ...]


@dataclass(slots=True, eq=False)
class AtTimeZone(Node):
    operand: Expr
    zone: Expr | None


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """DuckDB's `lambda x, y: body`."""

    names: tuple[str, ...]
    body: Expr


@dataclass(slots=True, eq=False)
class Struct(Node):
    """DuckDB's {'a': 1}."""

    fields: tuple[tuple[str, Expr], ...]
