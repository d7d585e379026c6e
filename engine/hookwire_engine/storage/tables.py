"""The DDL of the base tables of sources and materialized views and of DuckDB's views that show
them, and a source's Arrow schema."""

from __future__ import annotations

import pyarrow as pa

from hookwire_catalog import types
from hookwire_catalog.objects import View, WebhookSource
from hookwire_catalog.types import PgType
from hookwire_engine.storage.database import DATABASE, INTERNAL

APPLIED = f"{DATABASE}.{INTERNAL}.applied"
"""What each transaction of the applier added: a row a source, and one without a source."""

POSITION = "_position"
RECEIVED_AT = "_received_at"

# DuckDB's auto-chosen string compression is slow to write and weak on webhook bodies: zstd made
# 248 MB of 653 and checkpoints a tenth as long (research/duckdb.md 2.2).
_DUCKDB_TYPES: dict[int, str] = {
    types.TEXT.oid: "VARCHAR USING COMPRESSION zstd",
    types.JSONB.oid: "JSON USING COMPRESSION zstd",
    types.BYTEA.oid: "BLOB",
    types.HSTORE.oid: "MAP(VARCHAR, VARCHAR)",
    types.TIMESTAMPTZ.oid: "TIMESTAMPTZ",
    types.UUID.oid: "UUID",
}

_ARROW_TYPES: dict[int, pa.DataType] = {
    types.TEXT.oid: pa.string(),
    types.JSONB.oid: pa.string(),
    types.BYTEA.oid: pa.binary(),
    types.HSTORE.oid: pa.map_(pa.string(), pa.string()),
    types.TIMESTAMPTZ.oid: pa.timestamp("us", tz="UTC"),
    types.UUID.oid: pa.binary(16),
}

# Marks the text as JSON that has been validated: DuckDB takes it without parsing it again, so an
# acknowledged row can never be refused here. (Arrow canonical extension types.)
_JSON_METADATA = {"ARROW:extension:name": "arrow.json", "ARROW:extension:metadata": ""}
_UUID_METADATA = {"ARROW:extension:name": "arrow.uuid", "ARROW:extension:metadata": ""}
_METADATA: dict[int, dict[str, str]] = {
    types.JSONB.oid: _JSON_METADATA,
    types.UUID.oid: _UUID_METADATA,
}


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def base_table(source_id: int) -> str:
    return f"{DATABASE}.{INTERNAL}.s{source_id}"


def relation(schema: str, name: str) -> str:
    return f"{DATABASE}.{quoted(schema)}.{quoted(name)}"


def create_base_table(source: WebhookSource) -> str:
    columns = [f"{POSITION} BIGINT NOT NULL", f"{RECEIVED_AT} TIMESTAMPTZ NOT NULL"]
    columns += [f"c{i} {_DUCKDB_TYPES[c.type.oid]}" for i, c in enumerate(source.columns)]
    return f"CREATE TABLE {base_table(source.id)} ({', '.join(columns)})"


def create_source_view(source: WebhookSource) -> str:
    shown = ", ".join(f"c{i} AS {quoted(c.name)}" for i, c in enumerate(source.columns))
    target = relation(source.name.schema, source.name.name)
    return f"CREATE VIEW {target} AS SELECT {shown} FROM {base_table(source.id)}"


def materialized_table(view_id: int) -> str:
    return f"{DATABASE}.{INTERNAL}.m{view_id}"


def create_materialized_table(view: View, sql: str) -> str:
    """`sql` yields the rows, and with them the types of the columns."""
    return f"CREATE TABLE {materialized_table(view.id)} AS {_numbered(view, sql)}"


def insert_materialized(view: View, sql: str) -> str:
    return f"INSERT INTO {materialized_table(view.id)} {_numbered(view, sql)}"


def _numbered(view: View, sql: str) -> str:
    """With the names of the table's columns; NULL, which has no type in DuckDB, becomes text."""
    names = [f"c{i}" for i in range(len(view.columns))]
    shown = ", ".join(
        f"CAST({name} AS VARCHAR) AS {name}" if column.type is types.TEXT else name
        for name, column in zip(names, view.columns, strict=True)
    )
    return f"SELECT {shown} FROM ({sql}) AS v({', '.join(names)})"


def create_materialized_view(view: View) -> str:
    shown = ", ".join(f"c{i} AS {quoted(c.name)}" for i, c in enumerate(view.columns))
    target = relation(view.name.schema, view.name.name)
    return f"CREATE VIEW {target} AS SELECT {shown} FROM {materialized_table(view.id)}"


def arrow_field(name: str, type_: PgType) -> pa.Field:
    return pa.field(name, _ARROW_TYPES[type_.oid], metadata=_METADATA.get(type_.oid))


def arrow_schema(source: WebhookSource) -> pa.Schema:
    """Position, receipt time, then the source's columns; the shape of one insert batch."""
    return pa.schema(
        [
            pa.field(POSITION, pa.int64()),
            pa.field(RECEIVED_AT, pa.timestamp("us", tz="UTC")),
            *(arrow_field(f"c{i}", c.type) for i, c in enumerate(source.columns)),
        ]
    )
