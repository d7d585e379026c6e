"""Expressions after the typing pass: generated text with PostgreSQL's type."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hookwire_catalog import types
from hookwire_catalog.types import PgType
from hookwire_engine.dialect.code import Code, Mark
from hookwire_engine.dialect.values import NO_ORIGIN, Origin


@dataclass(slots=True, eq=False)
class Typed:
    """An expression: what DuckDB is to compute, and what PostgreSQL calls it.

    `type` UNKNOWN is a literal, a NULL or a parameter whose type is not settled yet: `constant`,
    `null` or `parameter` says which, and coercion settles it (PostgreSQL 10.1). `type` None is
    known to DuckDB only. `fields` are those of a composite value, `items` the members of a row
    that is written out. `number` is the value of an integer literal. `raw` is another text for
    the same jsonb, not normalised, for functions that read it anyway.
    """

    code: Code
    type: PgType | None
    at: int
    typmod: int = -1
    constant: str | None = None
    null: bool = False
    parameter: int | None = None
    number: int | None = None
    fields: tuple[Field, ...] | None = None
    items: tuple[Typed, ...] | None = None
    raw: Code | None = None
    dimensions: int = 1
    stored: bool = False
    """A column as it is in a relation."""
    decimal: str | None = None
    """A number with a point or an exponent, as it is written: a float takes it from there."""
    scale: int | None = None
    """Digits after the point that a numeric has in DuckDB, where that is known."""
    described: Code | None = None
    """The name that a constant of a reg* type stands for, as text."""
    origin: Origin = NO_ORIGIN
    """The column that this is, unchanged."""

    @property
    def unknown(self) -> bool:
        return self.type is types.UNKNOWN

    @property
    def open(self) -> bool:
        """Whether only DuckDB knows the type."""
        return self.type is None


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a composite value, of a subquery, of a function in FROM."""

    name: str
    type: PgType | None
    typmod: int = -1
    fields: tuple[Field, ...] | None = None
    origin: Origin = NO_ORIGIN


def retyped(value: Typed, code: Code, type_: PgType | None, typmod: int = -1) -> Typed:
    """`value` converted: another text of another type at the same place."""
    return Typed(code, type_, value.at, typmod)


def placed(value: Typed, at: int) -> Typed:
    return replace(value, at=at)


def truth(at: int, code: Code) -> Typed:
    """A boolean."""
    return Typed(Mark(at, code), types.BOOL, at)
