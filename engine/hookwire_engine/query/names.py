"""What the names in a statement mean, for one session at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import ObjectNotInPrerequisiteState, UndefinedTable
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName, relation_oid
from hookwire_catalog.objects import OWNER, View
from hookwire_catalog.snapshot import check_database
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import QualifiedName
from hookwire_catalog.types import Column
from hookwire_engine.dialect import translate
from hookwire_engine.dialect.values import Relation
from hookwire_engine.query.access import OWNER_ONLY, Access
from hookwire_engine.query.nets import check_function
from hookwire_engine.query.owning import plain_keys
from hookwire_engine.query.session_values import LASTING
from hookwire_engine.storage.tables import quoted, relation
from hookwire_engine.system import registry
from hookwire_engine.system.model import plain_oids
from hookwire_engine.system.plain import TEMP_SCHEMA
from hookwire_engine.system.values import PlainColumn, PlainMacro, PlainObjects, PlainTable


class Names:
    """The dialect's Environment. Worker.

    `search_path` are schemas that exist, the first being where new relations go. `plain` is asked
    only when a name is not found before. `objects` collects the ids of the sources and views that
    the statement itself names: what a view made of it depends on. `asked_session` says that a
    passing value of the session's went into the translation. `access` is what it uses by the rights
    of `role`, or for the query of a view what the statement uses that reads it. `targets` are
    DuckDB's names of all tables that it reads or changes, `unpopulated` the materialized views
    without rows among them; `temporary` says that some are the session's own.
    """

    def __init__(
        self,
        catalog: Catalog,
        plain: Callable[[], PlainObjects],
        search_path: Sequence[str],
        user: str,
        session_values: Callable[[str, Sequence[str | None]], str | None],
        *,
        role: int = OWNER,
        within: Access | None = None,
    ) -> None:
        self.catalog = catalog
        self.rights = catalog.rights(role)
        self.access = Access(catalog) if within is None else within
        self._in_view = within is not None
        self.targets: set[str] = set()
        self.unpopulated: set[str] = set()
        self.temporary = False
        self.search_path = tuple(search_path)
        self.user = user
        self.database = DEFAULT_DATABASE
        self.objects: set[int] = set()
        self.asked_session = False
        self._plain = plain
        self._session_values = session_values

    @cached_property
    def _tables(self) -> dict[tuple[str, str], PlainTable]:
        return {(table.schema, table.name): table for table in self._plain().tables}

    @cached_property
    def _keys(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The columns of primary keys, by table."""
        constraints = self._plain().constraints
        return {(c.schema, c.table): c.columns for c in constraints if c.kind == "p"}

    @property
    def current_schema(self) -> str | None:
        return next(iter(self.search_path), None)

    def session_value(self, name: str, arguments: Sequence[str | None]) -> str | None:
        self.asked_session = self.asked_session or name not in LASTING
        return self._session_values(name, arguments)

    def relation(self, parts: Sequence[str], wants: str = "r") -> Relation | None:
        found = self._find(parts)
        if found is not None:
            self._use(found, wants)
        return found

    def _use(self, found: Relation, wants: str) -> None:
        """Note what the role has to have; a session's own tables are its own."""
        if not found.target.startswith("("):
            self.targets.add(found.target)
        self.temporary = self.temporary or found.schema == TEMP_SCHEMA
        if self.rights.superuser or found.schema == TEMP_SCHEMA:
            return
        if (found.schema, found.name) in found.system:
            self.access.system(self.rights, (found.schema, found.name))
        else:
            self.access.relation(self.rights, found.schema, found.name, wants)

    def creates(self, schema: str | None) -> None:
        if not self.rights.superuser:
            self.access.creates(self.rights, schema)

    def owns(self, kind: str, parts: Sequence[str]) -> None:
        if self.rights.superuser:
            return
        known = set(plain_keys(self._plain()))
        for schema in self.search_path if len(parts) == 1 else parts[-2:-1]:
            name = ObjectName(DEFAULT_DATABASE, schema, parts[-1])
            for index in self._plain().indexes if kind == "index" else ():
                if (index.schema, index.name) == (schema, parts[-1]):
                    self.access.relation(self.rights, schema, index.table, OWNER_ONLY)
            if (kind, name) in known:
                self.access.plain(self.rights, kind, name, OWNER_ONLY)
                return

    def sequence(self, parts: Sequence[str], wants: str) -> None:
        """nextval() and its like; any of `wants` is enough."""
        known = {(s.schema, s.name) for s in self._plain().sequences}
        for schema in self.search_path if len(parts) == 1 else parts[-2:-1]:
            if (schema, parts[-1]) in known:
                name = ObjectName(DEFAULT_DATABASE, schema, parts[-1])
                self.access.plain(self.rights, "sequence", name, wants)
                return

    def _find(self, parts: Sequence[str]) -> Relation | None:
        if len(parts) > 1:
            check_database(parts)
            if not (self.rights.superuser or self._in_view):
                self.access.schema(self.rights, parts[-2])
            return self._in_schema(parts[-2], parts[-1])
        found = self._in_schema(None, parts[0]) or self._in_schema(TEMP_SCHEMA, parts[0])
        for schema in self.search_path:
            found = found or self._in_schema(schema, parts[0])
        return found

    def table(self, parts: Sequence[str]) -> ObjectName | None:
        """The full name of a plain table that is not a session's own."""
        for schema in self.search_path if len(parts) == 1 else parts[-2:-1]:
            if (schema, parts[-1]) in self._tables:
                return ObjectName(DEFAULT_DATABASE, schema, parts[-1])
        return None

    def enum(self, parts: Sequence[str]) -> str | None:
        """DuckDB's name of an enum type."""
        return self._made(parts, {(e.schema, e.name) for e in self._plain().enums})

    def function(self, parts: Sequence[str]) -> str | None:
        """DuckDB's name of a user's macro; what it reads is read by the caller."""
        known = {(m.schema, m.name) for m in self._plain().macros}
        if not self.rights.superuser:
            for schema in self.search_path if len(parts) == 1 else parts[-2:-1]:
                if (schema, parts[-1]) in known:
                    check_function(schema, parts[-1], self)
        return self._made(parts, known)

    @property
    def plain_macros(self) -> tuple[PlainMacro, ...]:
        return self._plain().macros

    @property
    def plain_tables(self) -> Iterable[tuple[str, str]]:
        return self._tables

    def _made(self, parts: Sequence[str], known: set[tuple[str, str]]) -> str | None:
        for schema in self.search_path if len(parts) == 1 else parts[-2:-1]:
            if (schema, parts[-1]) in known:
                return relation(schema, parts[-1])
        return None

    def require(self, name: QualifiedName) -> Relation:
        """Raises UndefinedTable."""
        found = self.relation(name.parts)
        if found is None:
            raise UndefinedTable(f'relation "{name}" does not exist', position=name.position)
        return found

    def _in_schema(self, schema: str | None, name: str) -> Relation | None:
        system = registry.find(schema, name)
        if system is not None:
            key = system.schema, system.name
            return Relation(
                *key, system.columns, registry.target(key), system=frozenset((key,)),
                oid=system.oid,
            )  # fmt: skip
        if schema is None:
            return None
        thing = self.catalog.find(ObjectName(DEFAULT_DATABASE, schema, name))
        if thing is not None:
            self.objects.add(thing.id)
            if isinstance(thing, View) and not thing.materialized:
                return self._view(thing)
            if isinstance(thing, View):
                return self._materialized(thing)
            return Relation(
                schema, name, thing.columns, relation(schema, name), frozenset((thing.id,)),
                oid=relation_oid(thing.id),
            )  # fmt: skip
        table = self._tables.get((schema, name))
        if table is None:
            return None
        oid = plain_oids(self._plain())["relation", schema, name]
        return _plain_relation(table, self._keys.get((schema, name), ()), oid)

    def _materialized(self, view: View) -> Relation:
        """Its rows are DuckDB's; no source is read for them."""
        schema, name = view.name.schema, view.name.name
        if not view.populated:
            self.unpopulated.add(name)
        oid = relation_oid(view.id)
        return Relation(schema, name, view.columns, relation(schema, name), oid=oid)

    def check_populated(self) -> None:
        """Raises ObjectNotInPrerequisiteState (55000)."""
        for name in sorted(self.unpopulated):
            raise ObjectNotInPrerequisiteState(
                f'materialized view "{name}" has not been populated',
                hint="Use the REFRESH MATERIALIZED VIEW command.",
            )

    def _view(self, view: View) -> Relation:
        """A view is its query in brackets: nothing that DuckDB stores depends on the dialect."""
        inner = Names(
            self.catalog, self._plain, (), self.user, self.session_value,
            role=view.owner, within=self.access,
        )  # fmt: skip
        (query,) = split_statements(view.query)
        made = translate(query, inner)
        self.targets |= inner.targets
        self.unpopulated |= inner.unpopulated
        self.temporary = self.temporary or inner.temporary
        columns = ", ".join(quoted(column.name) for column in view.columns)
        target = f"(SELECT * FROM ({made.sql}) AS v({columns}))"
        return Relation(
            view.name.schema, view.name.name, view.columns, target, made.sources, made.system,
            oid=relation_oid(view.id),
        )  # fmt: skip


def _plain_relation(table: PlainTable, key: tuple[str, ...], oid: int) -> Relation:
    columns = tuple(Column(c.name, c.type, c.nullable, c.comment) for c in table.columns)
    target = relation(table.schema, table.name)
    if table.temporary:
        target = f"temp.main.{quoted(table.name)}"
    typmods = tuple(c.typmod for c in table.columns)
    sequences = tuple(filter(None, (_own_sequence(table, c) for c in table.columns)))
    return Relation(
        table.schema, table.name, columns, target, typmods=typmods, key=key,
        sequences=sequences, oid=oid,
    )  # fmt: skip


def _own_sequence(table: PlainTable, column: PlainColumn) -> str | None:
    """The sequence that a serial or identity column counts with, by its name and its use."""
    name = f"{table.name}_{column.name}_seq"
    made = f"temp.main.{quoted(name)}" if table.temporary else relation(table.schema, name)
    return made if column.default in _takes_next(made) else None


def _takes_next(sequence: str) -> tuple[str, ...]:
    text = sequence.replace("'", "''")
    return f"nextval('{text}')", f"(nextval('{text}'))"
