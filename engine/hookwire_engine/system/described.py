"""How information_schema describes a type: its name, length, precision and scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from hookwire_engine.system.facts import TypeFact, type_facts

DESCRIPTORS = (
    "data_type", "character_maximum_length", "character_octet_length", "numeric_precision",
    "numeric_precision_radix", "numeric_scale", "datetime_precision", "interval_precision",
    "collation_catalog", "collation_schema", "collation_name",
)  # fmt: skip

_MAX_OCTETS = 1 << 30
_BINARY = {"int2": 16, "int4": 32, "int8": 64, "float4": 24, "float8": 53}
_SECONDS = {"time", "timetz", "timestamp", "timestamptz", "interval"}


@dataclass(frozen=True, slots=True)
class Described:
    """The columns of DESCRIPTORS, and the type's own names; `domain` is set for one."""

    data_type: str
    udt_schema: str
    udt_name: str
    domain: str | None = None
    character_maximum_length: int | None = None
    character_octet_length: int | None = None
    numeric_precision: int | None = None
    numeric_precision_radix: int | None = None
    numeric_scale: int | None = None
    datetime_precision: int | None = None
    interval_precision: int | None = None
    collation_catalog: str | None = None
    collation_schema: str | None = None
    collation_name: str | None = None


@lru_cache(maxsize=1024)
def descriptor(fact: TypeFact, typmod: int) -> Described:
    """PostgreSQL's _pg_char_max_length and friends (information_schema.sql)."""
    domain = None
    collation = "" if fact.collation == "default" else fact.collation
    if fact.kind == "d":
        domain, typmod = fact.name, fact.typmod
        fact = type_facts()[fact.base]
    length, octets = _characters(fact, typmod)
    precision, radix, scale = _numbers(fact, typmod)
    return Described(
        data_type=_data_type(fact),
        udt_schema=fact.schema,
        udt_name=fact.name,
        domain=domain,
        character_maximum_length=length,
        character_octet_length=octets,
        numeric_precision=precision,
        numeric_precision_radix=radix,
        numeric_scale=scale,
        datetime_precision=_seconds(fact, typmod),
        collation_catalog="hookwire" if collation else None,
        collation_schema="pg_catalog" if collation else None,
        collation_name=collation or None,
    )


def _data_type(fact: TypeFact) -> str:
    if fact.category == "A" and fact.length == -1:
        return "ARRAY"
    return fact.display if fact.schema == "pg_catalog" else "USER-DEFINED"


def _characters(fact: TypeFact, typmod: int) -> tuple[int | None, int | None]:
    if fact.name in ("varchar", "bpchar") and typmod >= 4:
        return typmod - 4, (typmod - 4) * 4
    if fact.name in ("text", "varchar", "bpchar"):
        return None, _MAX_OCTETS
    if fact.name in ("bit", "varbit") and typmod >= 0:
        return typmod, None
    return None, None


def _numbers(fact: TypeFact, typmod: int) -> tuple[int | None, int | None, int | None]:
    """Precision, its radix, scale."""
    if fact.name == "numeric":
        if typmod < 4:
            return None, 10, None
        return (typmod - 4) >> 16, 10, (typmod - 4) & 0x7FF
    if fact.name in _BINARY:
        return _BINARY[fact.name], 2, None if fact.name.startswith("float") else 0
    return None, None, None


def _seconds(fact: TypeFact, typmod: int) -> int | None:
    if fact.name == "date":
        return 0
    if fact.name not in _SECONDS:
        return None
    digits = typmod & 0xFFFF if fact.name == "interval" else typmod
    return 6 if typmod < 0 or digits == 0xFFFF else digits
