"""SHOW: its columns and its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from hookwire_catalog import types
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import UndefinedTable, WrongObjectType
from hookwire_catalog.names import DEFAULT_DATABASE
from hookwire_catalog.objects import CatalogObject, WebhookSource
from hookwire_catalog.printer import create_source_sql, create_view_sql
from hookwire_catalog.settings import find, lookup
from hookwire_catalog.snapshot import kind_of
from hookwire_catalog.statements import Show, ShowColumns, ShowCreate, ShowSetting
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_engine.dialect.values import Relation
from hookwire_engine.system.values import PlainObjects

if TYPE_CHECKING:
    from hookwire_engine.query.names import Names

AnyShow = Show | ShowColumns | ShowCreate | ShowSetting
Row = tuple[str | bool | None, ...]

_ARROW = {types.TEXT: pa.string(), types.BOOL: pa.bool_()}


def _columns(*names: str, **typed: PgType) -> tuple[ResultColumn, ...]:
    return tuple(ResultColumn(name, typed.get(name, types.TEXT)) for name in names)


_COLUMNS = {
    "sources": _columns("name", "type", "cluster", "comment"),
    "views": _columns("name", "comment"),
    "tables": _columns("name", "comment"),
    "objects": _columns("name", "type", "comment"),
    "secrets": _columns("name", "comment"),
    "schemas": _columns("name", "comment"),
    "databases": _columns("name", "comment"),
    "roles": _columns("name", "comment"),
}
_OF_COLUMNS = _columns("name", "nullable", "type", "comment", nullable=types.BOOL)
_OF_CREATE = _columns("name", "create_sql")
_OF_ALL = _columns("name", "setting", "description")


def columns(statement: AnyShow) -> tuple[ResultColumn, ...]:
    """Raises UndefinedObject for a setting that does not exist."""
    match statement:
        case Show(what=what):
            return _COLUMNS[what]
        case ShowColumns():
            return _OF_COLUMNS
        case ShowCreate():
            return _OF_CREATE
        case ShowSetting(name="all"):
            return _OF_ALL
        case ShowSetting(name=name):
            found = find(name)
            return _columns(name if found is None else found.name)


def table(shape: Sequence[ResultColumn], rows: Sequence[Row]) -> pa.Table:
    """The rows as the SQL door takes them."""
    values = zip(*rows, strict=True) if rows else ((),) * len(shape)
    arrays = [pa.array(v, _ARROW[c.type]) for v, c in zip(values, shape, strict=True)]
    return pa.Table.from_arrays(arrays, [c.name for c in shape])


# Lists.


def listed(what: str, catalog: Catalog, plain: PlainObjects, schema: str | None) -> list[Row]:
    """The rows of SHOW SOURCES and its kin; `schema` is where to look."""
    if what == "databases":
        return [(name, None) for name in catalog.databases]
    if what == "roles":
        return [(r.name, r.comment) for r in sorted(catalog.roles.values(), key=lambda r: r.name)]
    if what == "schemas":
        return [(s.name, s.comment) for s in sorted(catalog.schemas.values(), key=lambda s: s.name)]
    if schema is None:
        return []
    catalog.schema(schema)
    return sorted(_LISTS[what](catalog, plain, schema), key=lambda row: str(row[0]))


def _sources(catalog: Catalog, _: PlainObjects, schema: str) -> list[Row]:
    sources = [o for o in catalog.objects_in(schema) if isinstance(o, WebhookSource)]
    return [(s.name.name, "webhook", s.cluster, s.comment) for s in sources]


def _views(catalog: Catalog, _: PlainObjects, schema: str) -> list[Row]:
    views = [o for o in catalog.objects_in(schema) if kind_of(o) == "view"]
    return [(v.name.name, v.comment) for v in views]


def _secrets(catalog: Catalog, _: PlainObjects, schema: str) -> list[Row]:
    return [(s.name.name, s.comment) for s in catalog.secrets_in(schema)]


def _tables(_: Catalog, plain: PlainObjects, schema: str) -> list[Row]:
    return [(t.name, t.comment) for t in plain.tables if t.schema == schema]


def _objects(catalog: Catalog, plain: PlainObjects, schema: str) -> list[Row]:
    ours: list[Row] = [(o.name.name, kind_of(o), o.comment) for o in catalog.objects_in(schema)]
    return ours + [(name, "table", comment) for name, comment in _tables(catalog, plain, schema)]


_LISTS: Mapping[str, Callable[[Catalog, PlainObjects, str], list[Row]]] = {
    "sources": _sources,
    "views": _views,
    "tables": _tables,
    "objects": _objects,
    "secrets": _secrets,
}


# One relation.


def columns_of(found: Relation) -> list[Row]:
    """SHOW COLUMNS; a map has Materialize's name here, as the wire's `hstore` is only its form."""
    return [
        (c.name, c.nullable, "map" if c.type is types.HSTORE else c.type.display, c.comment)
        for c in found.columns
    ]


def created(statement: ShowCreate, names: Names) -> list[Row]:
    """SHOW CREATE SOURCE | [MATERIALIZED] VIEW. Raises UndefinedTable, WrongObjectType."""
    parts, position = statement.name.parts, statement.name.position
    found = names.catalog.lookup(parts, names.search_path)
    if found is None:
        if names.relation(parts) is not None:
            raise WrongObjectType(f'"{parts[-1]}" is not a {statement.kind}', position=position)
        raise UndefinedTable(f'relation "{".".join(parts)}" does not exist', position=position)
    if statement.kind != "table" and kind_of(found) != statement.kind:
        raise WrongObjectType(f'"{parts[-1]}" is not a {statement.kind}', position=position)
    return [(_full_name(found), _sql(found, names.catalog))]


def _full_name(thing: CatalogObject) -> str:
    return f"{DEFAULT_DATABASE}.{thing.name}"


def _sql(thing: CatalogObject, catalog: Catalog) -> str:
    if isinstance(thing, WebhookSource):
        return create_source_sql(thing, catalog.secrets)
    return create_view_sql(thing)


# Settings.


def all_settings(values: Mapping[str, str]) -> list[Row]:
    return [(name, value, lookup(name).help) for name, value in values.items()]
