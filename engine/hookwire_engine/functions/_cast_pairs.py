"""pg_cast of PostgreSQL 15 for our types, as data; hstore's casts are those of its extension."""

from __future__ import annotations

_IMPLICIT = {
    "bpchar": "name text varchar",
    "char": "text",
    "date": "timestamp timestamptz",
    "float4": "float8",
    "int2": "float4 float8 int4 int8 numeric oid regclass regproc regtype",
    "int4": "float4 float8 int8 numeric oid regclass regproc regtype",
    "int8": "float4 float8 numeric oid regclass regproc regtype",
    "name": "text",
    "numeric": "float4 float8",
    "oid": "regclass regproc regtype",
    "regclass": "oid",
    "regproc": "oid",
    "regtype": "oid",
    "text": "bpchar name regclass varchar",
    "time": "interval timetz",
    "timestamp": "timestamptz",
    "varchar": "bpchar name regclass text",
}

_ASSIGNMENT = {
    "bool": "bpchar text varchar",
    "bpchar": "char",
    "char": "bpchar varchar",
    "float4": "int2 int4 int8 numeric",
    "float8": "float4 int2 int4 int8 numeric",
    "inet": "bpchar text varchar",
    "int4": "int2",
    "int8": "int2 int4",
    "interval": "time",
    "json": "jsonb",
    "jsonb": "json",
    "name": "bpchar varchar",
    "numeric": "int2 int4 int8",
    "oid": "int4 int8",
    "regclass": "int4 int8",
    "regproc": "int4 int8",
    "regtype": "int4 int8",
    "text": "char",
    "timestamp": "date time",
    "timestamptz": "date time timestamp timetz",
    "timetz": "time",
    "varchar": "char",
}

_EXPLICIT = {
    "bool": "int4",
    "char": "int4",
    "int4": "bool char",
    "jsonb": "bool float4 float8 int2 int4 int8 numeric",
    "hstore": "json jsonb",
}

PAIRS: dict[tuple[str, str], int] = {
    (source, target): context
    for context, table in enumerate((_IMPLICIT, _ASSIGNMENT, _EXPLICIT))
    for source, targets in table.items()
    for target in targets.split()
}
"""Source and target to the context of the cast: 0 implicit, 1 assignment, 2 explicit."""
