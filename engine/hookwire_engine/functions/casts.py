"""Which casts PostgreSQL has between our types, and which of them it makes by itself.

From PostgreSQL 15's pg_cast. Beyond it any type casts to a string type on assignment, and from a
string type explicitly (CREATE CAST's notes on I/O conversion).
"""

from __future__ import annotations

from enum import IntEnum

from hookwire_catalog.types import BY_NAME
from hookwire_engine.functions import _cast_pairs


class CastContext(IntEnum):
    """When a cast is made: a context also allows those of smaller number."""

    IMPLICIT = 0
    ASSIGNMENT = 1
    EXPLICIT = 2


STRINGS = frozenset(("text", "varchar", "bpchar", "name"))

VECTORS = {"int2vector": "_int2", "oidvector": "_oid"}
"""The vectors of the catalogs may stand where the arrays of the same elements may stand."""

PREFERRED = {
    "B": "bool", "D": "timestamptz", "I": "inet", "N": "float8", "S": "text", "T": "interval",
    "V": "varbit",
}  # fmt: skip
"""The preferred type of each category that has one; oid is preferred among numbers, too."""


def category(name: str) -> str:
    """pg_type.typcategory; X for unknown."""
    found = BY_NAME.get(name)
    return "U" if found is None else found.category


def is_preferred(name: str) -> bool:
    return name == "oid" or PREFERRED.get(category(name)) == name


def cast_context(source: str, target: str) -> CastContext | None:
    """The first context in which `source` casts to `target`; None when it never does."""
    if source == target or source == "unknown":
        return CastContext.IMPLICIT
    if source in VECTORS and target != VECTORS[source]:
        array = cast_context(VECTORS[source], target)
        return None if array is None else max(array, CastContext.ASSIGNMENT)
    source = VECTORS.get(source, source)
    if source.startswith("_") and target.startswith("_"):
        return cast_context(source[1:], target[1:])
    code = _cast_pairs.PAIRS.get((source, target))
    if code is not None:
        return CastContext(code)
    if category(target) == "S":
        return CastContext.ASSIGNMENT
    return CastContext.EXPLICIT if category(source) == "S" else None


def implicit(source: str, target: str) -> bool:
    """Whether a value of `source` may stand where `target` is wanted without anybody asking."""
    return cast_context(source, target) is CastContext.IMPLICIT
