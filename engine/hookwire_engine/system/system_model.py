"""The system relations themselves, as rows of pg_class and its relatives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hookwire_engine.system.facts import Declared, TypeFact, data_rows, declared, type_by_name
from hookwire_engine.system.model import SYSTEM_SCHEMAS, Attribute, Namespace, Relation, row_facts


@cache
def system_relations() -> tuple[Relation, ...]:
    return tuple(_relation(found) for found in declared().values())


@cache
def system_row_types() -> dict[int, TypeFact]:
    """The row types of system relations, by OID; they have no array types."""
    return {r.row_type: row_facts(r)[0] for r in system_relations()}


@cache
def comments() -> Mapping[str, Mapping[str | None, str]]:
    """What we say of relations of ours and their columns; under None, of the relation."""
    found: dict[str, dict[str | None, str]] = {}
    for row in data_rows("comments"):
        found.setdefault(row["relation"] or "", {})[row["column"]] = row["comment"] or ""
    return found


def _relation(found: Declared) -> Relation:
    types = type_by_name()
    said = comments().get(f"{found.schema}.{found.name}", {})
    attributes = tuple(
        Attribute(
            column.name, types.get(name, types["text"]), nullable=column.nullable,
            comment=said.get(column.name),
        )
        for column, name in zip(found.columns, found.type_names, strict=True)
    )  # fmt: skip
    namespace = Namespace(SYSTEM_SCHEMAS[found.schema], found.schema)
    return Relation(
        found.oid, namespace, found.name, found.kind, attributes, found.row_type,
        comment=said.get(None),
    )  # fmt: skip
