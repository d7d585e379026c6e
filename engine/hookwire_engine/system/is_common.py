"""What the modules of information_schema share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from hookwire_catalog.names import DEFAULT_DATABASE
from hookwire_engine.system.builders import IS, table
from hookwire_engine.system.model import Attribute, Relation
from hookwire_engine.system.values import PlainTable

DB = DEFAULT_DATABASE


def yes_or_no(flag: bool) -> str:
    return "YES" if flag else "NO"


def writable(relation: Relation) -> bool:
    """Whether INSERT, UPDATE and DELETE work: on plain tables alone."""
    return isinstance(relation.object, PlainTable)


def readable(found: Sequence[Relation]) -> list[Relation]:
    return [r for r in found if r.kind in "rv"]


def cells(relations: Iterable[Relation]) -> list[tuple[Relation, int, Attribute]]:
    """Every column, with its number."""
    return [(r, n, a) for r in relations for n, a in enumerate(r.attributes, 1)]


def of_dicts(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table of rows that all have the same columns."""
    keys = list(rows[0]) if rows else []
    return table(IS, name, len(rows), **{key: [row[key] for row in rows] for key in keys})


def table_name(relation: Relation) -> dict[str, Any]:
    return {
        "table_catalog": DB,
        "table_schema": relation.namespace.name,
        "table_name": relation.name,
    }
