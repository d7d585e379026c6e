"""The system relations themselves, as rows of pg_class and its relatives."""

from __future__ import annotations

from functools import cache

from hookwire_engine.system.facts import Declared, TypeFact, declared, type_by_name
from hookwire_engine.system.model import SYSTEM_SCHEMAS, Attribute, Namespace, Relation, row_facts


@cache
def system_relations() -> tuple[Relation, ...]:
    return tuple(_relation(found) for found in declared().values())


@cache
def system_row_types() -> dict[int, TypeFact]:
    """The row types of system relations, by OID; they have no array types."""
    return {r.row_type: row_facts(r)[0] for r in system_relations()}


def _relation(found: Declared) -> Relation:
    types = type_by_name()
    attributes = tuple(
        Attribute(column.name, types.get(name, types["text"]), nullable=column.nullable)
        for column, name in zip(found.columns, found.type_names, strict=True)
    )
    namespace = Namespace(SYSTEM_SCHEMAS[found.schema], found.schema)
    return Relation(found.oid, namespace, found.name, found.kind, attributes, found.row_type)
