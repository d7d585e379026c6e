"""What the typing pass makes of a query: its columns, and how to write it when they are final.

Columns stay open to coercion until the query's text is asked for, because a set operation, an
INSERT or a CREATE TABLE above may want other types of them (PostgreSQL 10.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hookwire_catalog.types import PgType
from hookwire_engine.dialect.code import Code
from hookwire_engine.dialect.typed import Field, Typed


class Plan(Protocol):
    """A query or a statement with RETURNING."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Names and types, as they are now."""

    @property
    def open(self) -> bool:
        """Whether it has columns that only DuckDB knows."""

    def column(self, index: int) -> Typed:
        """A value with the type of a column: for finding a common type."""

    def coerce(self, index: int, type_: PgType, typmod: int = -1) -> None:
        """Convert a column implicitly; raises 42804 if PostgreSQL would."""

    def settle(self) -> None:
        """Make text of what is still unknown, as a query's own output must be."""

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        """The text, its columns named `names` in DuckDB."""


def unique_names(fields: Sequence[Field]) -> list[str]:
    """Names for DuckDB, which tells no two apart by case and wants each once in a subquery."""
    taken: set[str] = set()
    result = []
    for field in fields:
        name = field.name
        number = 0
        while name.lower() in taken:
            number += 1
            name = f"{field.name}_{number}"
        taken.add(name.lower())
        result.append(name)
    return result
