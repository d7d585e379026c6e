"""The catalog on disk: one row an object, written in the transaction that runs the DDL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import duckdb
import orjson

from hookwire_catalog.errors import DataCorrupted
from hookwire_catalog.objects import Schema, View, WebhookSource
from hookwire_catalog.snapshot import PUBLIC
from hookwire_engine.storage import definitions
from hookwire_engine.storage.database import DATABASE, INTERNAL
from hookwire_engine.storage.definitions import Storable
from hookwire_engine.storage.tables import (
    APPLIED,
    create_base_table,
    create_materialized_view,
    create_source_view,
    materialized_table,
    quoted,
    relation,
)

FORMAT_VERSION = 1

_OBJECTS = f"{DATABASE}.{INTERNAL}.objects"
_META = f"{DATABASE}.{INTERNAL}.meta"
_SETTINGS = "system_settings"

_TABLES = (
    f"CREATE SCHEMA IF NOT EXISTS {DATABASE}.{INTERNAL}",
    f"CREATE TABLE IF NOT EXISTS {_META} (key VARCHAR, value VARCHAR)",
    f"CREATE TABLE IF NOT EXISTS {_OBJECTS} (id BIGINT, kind VARCHAR, definition VARCHAR)",
    f"CREATE TABLE IF NOT EXISTS {APPLIED} (position BIGINT NOT NULL, source BIGINT,"
    " row_count BIGINT, byte_count BIGINT, last_received_us BIGINT)",
)

def read_meta(cursor: duckdb.DuckDBPyConnection, key: str) -> str | None:
    row = cursor.execute(f"SELECT value FROM {_META} WHERE key = ?", [key]).fetchone()
    return None if row is None else str(row[0])


def write_meta(cursor: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    cursor.execute(f"DELETE FROM {_META} WHERE key = ?", [key])
    cursor.execute(f"INSERT INTO {_META} VALUES (?, ?)", [key, value])


def read_settings(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What ALTER SYSTEM has stored, as text by name."""
    stored = read_meta(cursor, _SETTINGS)
    return {} if stored is None else dict(orjson.loads(stored))


def write_settings(cursor: duckdb.DuckDBPyConnection, values: Mapping[str, str]) -> None:
    """Inside `cursor`'s open transaction."""
    write_meta(cursor, _SETTINGS, orjson.dumps(dict(values)).decode())


def initialise(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make what every database has, if this one is new: all of it in one transaction.

    Raises DataCorrupted for a database that a newer Hookwire has written.
    """
    cursor.execute("BEGIN")
    for statement in _TABLES:
        cursor.execute(statement)
    stored = read_meta(cursor, "format_version")
    if stored is None:
        write_meta(cursor, "format_version", str(FORMAT_VERSION))
        persist(cursor, added=(PUBLIC,), next_id=PUBLIC.id + 1)
    elif int(stored) > FORMAT_VERSION:
        cursor.execute("ROLLBACK")
        raise DataCorrupted(
            f"data directory has format {stored}, this Hookwire reads up to {FORMAT_VERSION}",
            hint="Start it with the Hookwire version that wrote it, or a newer one.",
        )
    cursor.execute("COMMIT")


def read_objects(cursor: duckdb.DuckDBPyConnection) -> list[Storable]:
    rows = cursor.execute(f"SELECT kind, definition FROM {_OBJECTS} ORDER BY id").fetchall()
    return [definitions.load(kind, text) for kind, text in rows]


def persist(
    cursor: duckdb.DuckDBPyConnection,
    *,
    removed: Sequence[Storable] = (),
    added: Sequence[Storable] = (),
    replaced: Sequence[tuple[Storable, Storable]] = (),
    next_id: int,
    cascade: bool = False,
) -> None:
    """Bring rows, views and base tables to what a catalog change says; inside `cursor`'s open
    transaction. Order: views away, schemas away, schemas made, views made.

    DuckDB has a view of its own for each source and materialized view, so that its file can be read
    without Hookwire. Any other view is a row only: sessions write its query out where it is read.
    The rows of a materialized view go with it; whoever adds one has made its table.

    `cascade` is what DROP said: without it, a schema with plain tables in it is not dropped.
    """
    swaps = [(old, new) for old, new in replaced if _shape(old) != _shape(new)]
    gone = [*removed, *(old for old, _ in swaps)]
    made = [*added, *(new for _, new in swaps)]
    _drop(cursor, gone, cascade=cascade)
    for thing in removed:
        if _is_materialized(thing):
            cursor.execute(f"DROP TABLE {materialized_table(thing.id)}")
    _create(cursor, made, new_ids={thing.id for thing in added})
    for thing in (*removed, *(old for old, _ in replaced)):
        cursor.execute(f"DELETE FROM {_OBJECTS} WHERE id = ?", [thing.id])
    for thing in (*added, *(new for _, new in replaced)):
        row = [thing.id, definitions.kind(thing), definitions.dump(thing)]
        cursor.execute(f"INSERT INTO {_OBJECTS} VALUES (?, ?, ?)", row)
    write_meta(cursor, "next_id", str(next_id))


def _shape(thing: Storable) -> object:
    """What DuckDB knows of an object; comments and limits do not touch it."""
    if isinstance(thing, Schema):
        return thing.name
    if isinstance(thing, WebhookSource):
        return (thing.name, tuple(c.name for c in thing.columns))
    return thing.name if _is_materialized(thing) else None


def _is_materialized(thing: Storable) -> TypeGuard[View]:
    return isinstance(thing, View) and thing.materialized


def _drop(
    cursor: duckdb.DuckDBPyConnection, things: Sequence[Storable], *, cascade: bool
) -> None:
    """A schema that changes its name is dropped, too: DuckDB cannot rename one. It refuses when
    there are plain tables in it, which cannot follow."""
    for thing in things:
        if isinstance(thing, WebhookSource) or _is_materialized(thing):
            cursor.execute(f"DROP VIEW {relation(thing.name.schema, thing.name.name)}")
    how = " CASCADE" if cascade else ""
    for thing in things:
        if isinstance(thing, Schema):
            cursor.execute(f"DROP SCHEMA {DATABASE}.{quoted(thing.name)}{how}")


def _create(
    cursor: duckdb.DuckDBPyConnection,
    things: Sequence[Storable],
    *,
    new_ids: set[int],
) -> None:
    for thing in things:
        if isinstance(thing, Schema):
            cursor.execute(f"CREATE SCHEMA {DATABASE}.{quoted(thing.name)}")
    for thing in things:
        if isinstance(thing, WebhookSource):
            if thing.id in new_ids:
                cursor.execute(create_base_table(thing))
            cursor.execute(create_source_view(thing))
        elif _is_materialized(thing):
            cursor.execute(create_materialized_view(thing))
