"""Relations for our own functions, which no name in a statement finds.

They answer in one lookup what a function like pg_get_indexdef() has to compute. Their columns'
names begin with `$`: DuckDB's macros are not hygienic, so a column of the statement that calls
one must never have the name of a column in the macro's FROM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyarrow as pa

from hookwire_catalog import names, settings
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.objects import WebhookSource
from hookwire_catalog.printer import create_view_sql
from hookwire_engine.system import arrow, oids
from hookwire_engine.system.builders import model_of
from hookwire_engine.system.facts import TypeFact, column_of, data_rows, type_facts
from hookwire_engine.system.model import Relation, qualified
from hookwire_engine.system.name_input import key
from hookwire_engine.system.pg_procs import all_procs
from hookwire_engine.system.pg_relations import CLASSES, defaults, descriptions, sequences
from hookwire_engine.system.pg_roles import reached, sorted_roles
from hookwire_engine.system.rights import granted, role_oid
from hookwire_engine.system.system_model import system_relations, system_row_types
from hookwire_engine.system.values import Depends, PlainTable, SystemName, SystemRelation, View

SCHEMA = "hw"
HELPERS: dict[SystemName, SystemRelation] = {}

Rows = Callable[[View], Iterable[Sequence[Any]]]


def _helper(name: str, depends: Depends, *declared: str) -> Callable[[Rows], Rows]:
    """Declares `hw.<name>`, whose rows the function gives; columns as in the data files."""
    columns = tuple(column_of(text) for text in declared)

    def mark(rows: Rows) -> Rows:
        def build(view: View) -> pa.Table:
            return arrow.of_rows(columns, list(rows(view)))

        HELPERS[SCHEMA, name] = SystemRelation(SCHEMA, name, columns, depends, build, 0, "h")
        return rows

    return mark


def searched(view: View) -> tuple[str, ...]:
    """The schemas that make a name visible, in order. mz_catalog is searched for a statement's
    relations but makes nothing visible: `\\d` is about what users made."""
    return ("pg_catalog", *(schema for schema in view.search_path if schema != "pg_catalog"))


class _Visible:
    """Tells which of several objects a name alone means, by their order in the search path."""

    def __init__(self, view: View, found: Iterable[tuple[int, str, str]]) -> None:
        place = {schema: n for n, schema in enumerate(searched(view))}
        first: dict[str, tuple[int, int]] = {}
        for oid, schema, name in found:
            at = place.get(schema)
            if at is not None and (name not in first or at < first[name][0]):
                first[name] = at, oid
        self._first = {oid for _, oid in first.values()}

    def __contains__(self, oid: int) -> bool:
        return oid in self._first

    def shown(self, oid: int, schema: str, name: str) -> str:
        """The name as reg* types print it."""
        quoted = names.quote_identifier(name)
        return quoted if oid in self._first else f"{names.quote_identifier(schema)}.{quoted}"


def _relations(view: View) -> list[Relation]:
    return [*model_of(view).relations, *system_relations()]


@_helper(
    "relation", Depends.SESSION, "$oid:oid", "$schema:name", "$name:name", "$visible:bool",
    "$shown:text", "$kind:char", "$writable:bool",
)  # fmt: skip
def _relation(view: View) -> Iterable[Sequence[Any]]:
    found = _relations(view)
    visible = _Visible(view, ((r.oid, r.namespace.name, r.name) for r in found))
    for r in found:
        shown = visible.shown(r.oid, r.namespace.name, r.name)
        writable = isinstance(r.object, PlainTable)
        yield r.oid, r.namespace.name, r.name, r.oid in visible, shown, r.kind, writable
    yield 0, None, None, None, "-", None, None


def _keys(visible: _Visible, oid: int, schema: str, name: str) -> Iterable[str]:
    """What an object's name is looked up by (name_input.py)."""
    yield key(schema, name)
    if oid in visible:
        yield name


@_helper("relation_input", Depends.SESSION, "$key:text", "$oid:oid")
def _relation_input(view: View) -> Iterable[Sequence[Any]]:
    found = [(r.oid, r.namespace.name, r.name) for r in _relations(view)]
    visible = _Visible(view, found)
    rows = {k: row[0] for row in found if row[1] == "mz_catalog" for k in (row[2],)}
    rows |= {k: row[0] for row in found for k in _keys(visible, *row)}
    return rows.items()


@_helper("column", Depends.CATALOG, "$oid:oid", "$number:int4", "$name:name")
def _column(view: View) -> Iterable[Sequence[Any]]:
    for r in _relations(view):
        for n, a in enumerate(r.attributes, 1):
            yield r.oid, n, a.name


@_helper("relation_size", Depends.LIVE, "$oid:oid", "$bytes:int8")
def _relation_size(view: View) -> Iterable[Sequence[Any]]:
    for r in model_of(view).relations:
        found = view.statistics.get(r.object.id) if isinstance(r.object, WebhookSource) else None
        yield r.oid, 0 if found is None else found.bytes


@_helper("role", Depends.CATALOG, "$oid:oid", "$key:name", "$shown:text", "$super:bool")
def _role(view: View) -> Iterable[Sequence[Any]]:
    found = sorted_roles(view)
    return [(r.oid, r.name, names.quote_identifier(r.name), r.superuser) for r in found]


@_helper("granted", Depends.CATALOG, "$oid:oid", "$role:oid", "$privilege:text")
def _granted(view: View) -> Iterable[Sequence[Any]]:
    return granted(view)


@_helper("reached", Depends.CATALOG, "$role:oid", "$in:oid", "$as:text")
def _reached(view: View) -> Iterable[Sequence[Any]]:
    """PUBLIC, to which everybody belongs, is 0."""
    rows = reached(view)
    return [*rows, *((r.oid, 0, "USAGE") for r in sorted_roles(view)), (0, 0, "USAGE")]


@_helper("schema", Depends.CATALOG, "$oid:oid", "$key:name", "$shown:text")
def _schema(view: View) -> Iterable[Sequence[Any]]:
    found = model_of(view).namespaces.values()
    return [(n.oid, n.name, names.quote_identifier(n.name)) for n in found]


@_helper("index", Depends.CATALOG, "$oid:oid", "$column:int4", "$text:text", "$pretty:text")
def _index(view: View) -> Iterable[Sequence[Any]]:
    """The definition of an index (column 0) and of each of its columns."""
    for index in model_of(view).indexes:
        yield index.relation.oid, 0, index.definition(), index.definition(pretty=True)
        for n, text in enumerate(index.texts, 1):
            yield index.relation.oid, n, text, text


@_helper("constraint", Depends.CATALOG, "$oid:oid", "$text:text", "$pretty:text")
def _constraint(view: View) -> Iterable[Sequence[Any]]:
    return [(c.oid, c.definition, c.pretty) for c in model_of(view).constraints]


@_helper("view", Depends.CATALOG, "$oid:oid", "$text:text", "$create:text")
def _view(view: View) -> Iterable[Sequence[Any]]:
    for r in model_of(view).relations:
        if isinstance(r.object, UserView):
            query = r.object.query.rstrip().rstrip(";")
            yield r.oid, f" {query};", create_view_sql(r.object)


@_helper("comment", Depends.CATALOG, "$oid:oid", "$class:name", "$column:int4", "$text:text")
def _comment(view: View) -> Iterable[Sequence[Any]]:
    by_oid = {oid: name for name, oid in CLASSES.items()}
    return [(oid, by_oid[catalog], n, text) for oid, catalog, n, text in descriptions(view)]


def _table_keys(view: View) -> Iterable[tuple[Relation, str]]:
    """Tables by what pg_get_serial_sequence() may call them."""
    found = _relations(view)
    visible = _Visible(view, ((r.oid, r.namespace.name, r.name) for r in found))
    for r in found:
        for spelling in _keys(visible, r.oid, r.namespace.name, r.name):
            yield r, spelling


@_helper("column_input", Depends.SESSION, "$key:text", "$column:name")
def _column_input(view: View) -> Iterable[Sequence[Any]]:
    for r, spelling in _table_keys(view):
        for a in r.attributes:
            yield spelling, a.name


@_helper("serial", Depends.SESSION, "$key:text", "$column:name", "$sequence:text")
def _serial(view: View) -> Iterable[Sequence[Any]]:
    """The sequences that columns take their defaults from."""
    by_default = {
        f"nextval('{spelling}'::regclass)": qualified(r)
        for r, _ in sequences(view)
        for spelling in (names.quote_identifier(r.name), qualified(r))
    }
    taken = {(r.oid, n): by_default.get(text) for r, n, text, _ in defaults(view)}
    for r, spelling in _table_keys(view):
        for n, a in enumerate(r.attributes, 1):
            if (sequence := taken.get((r.oid, n))) is not None:
                yield spelling, a.name, sequence


# Types.


def all_types(view: View) -> list[TypeFact]:
    return [
        *type_facts().values(),
        *system_row_types().values(),
        *model_of(view).types.values(),
    ]


def _shown_type(fact: TypeFact, visible: _Visible) -> str:
    if fact.oid in visible:
        return fact.display
    return f"{names.quote_identifier(fact.schema)}.{fact.display}"


@_helper(
    "type", Depends.SESSION, "$oid:oid", "$visible:bool", "$shown:text", "$array:bool",
    "$shown_array:text", "$base:name",
)  # fmt: skip
def _type(view: View) -> Iterable[Sequence[Any]]:
    """`$shown` is format_type()'s name of `$base`, the type itself or an array's element."""
    found = all_types(view)
    visible = _Visible(view, ((t.oid, t.schema, t.name) for t in found))
    by_oid = {t.oid: t for t in found}
    for t in found:
        # int2vector has elements and is no array (format_type.c tells them apart like this).
        array = t.subscript == "array_subscript_handler" and t.storage != "p"
        base = by_oid.get(t.element, t) if array else t
        shown = _shown_type(base, visible)
        both = shown + "[]" if array else shown
        yield t.oid, t.oid in visible, shown, array, both, base.name
    yield 0, None, "-", False, "-", None


@_helper("type_input", Depends.SESSION, "$key:text", "$oid:oid")
def _type_input(view: View) -> Iterable[Sequence[Any]]:
    found = all_types(view)
    visible = _Visible(view, ((t.oid, t.schema, t.name) for t in found))
    rows = {t.display: t.oid for t in found if t.schema == "pg_catalog"}
    for t in found:
        if t.schema != "pg_catalog":
            for spelling in _keys(visible, t.oid, t.schema, t.name):
                rows[spelling] = t.oid
                if t.array:
                    rows[spelling + "[]"] = t.array
    return rows.items()


# Functions.


@_helper(
    "function", Depends.SESSION, "$oid:oid", "$visible:bool", "$shown:text", "$procedure:text",
    "$arguments:text", "$result:text", "$definition:text",
)  # fmt: skip
def _function(view: View) -> Iterable[Sequence[Any]]:
    path = searched(view)
    for p in all_procs(view):
        seen = p.schema in path
        shown = names.quote_identifier(p.name)
        if not seen:
            shown = f"{names.quote_identifier(p.schema)}.{shown}"
        procedure = f"{shown}({p.types_shown})"
        yield p.oid, seen, shown, procedure, p.arguments, p.result, p.definition
    yield 0, None, "-", "-", None, None, None


@_helper("function_input", Depends.SESSION, "$key:text", "$oid:oid", "$count:int8")
def _function_input(view: View) -> Iterable[Sequence[Any]]:
    """`$oid` is NULL for a name that several functions have."""
    path = searched(view)
    found: dict[str, list[int]] = {}
    for p in all_procs(view):
        found.setdefault(key(p.schema, p.name), []).append(p.oid)
        if p.schema in path:
            found.setdefault(p.name, []).append(p.oid)
    for spelling, oids_ in found.items():
        yield spelling, oids_[0] if len(oids_) == 1 else None, len(oids_)


@_helper("procedure_input", Depends.SESSION, "$key:text", "$oid:oid")
def _procedure_input(view: View) -> Iterable[Sequence[Any]]:
    path = searched(view)
    rows: dict[str, int] = {}
    for p in all_procs(view):
        call = f"({p.types_shown})"
        rows[key(p.schema, p.name) + call] = p.oid
        if p.schema in path:
            rows.setdefault(p.name + call, p.oid)
    return rows.items()


@_helper(
    "keyword", Depends.STATIC, "$word:text", "$catcode:char", "$barelabel:bool", "$catdesc:text",
    "$baredesc:text",
)  # fmt: skip
def _keyword(view: View) -> Iterable[Sequence[Any]]:
    for row in data_rows("keywords"):
        bare = row["barelabel"] == "true"
        yield row["word"], row["catcode"], bare, row["catdesc"], row["baredesc"]


@_helper("setting", Depends.LIVE, "$key:text", "$value:text")
def _setting(view: View) -> Iterable[Sequence[Any]]:
    declared = (*settings.SESSION_SETTINGS.values(), *settings.SYSTEM_SETTINGS.values())
    values = {s.name: s.default for s in declared} | dict(view.settings)
    return [(name.lower(), value) for name, value in values.items()]


@_helper(
    "backend", Depends.LIVE, "$pid:int4", "$started:timestamptz", "$database:oid", "$role:oid"
)
def _backend(view: View) -> Iterable[Sequence[Any]]:
    yield view.session_id, view.started_us, oids.DATABASE, role_oid(view.catalog, view.role)
