"""Names in a query: what FROM brings in, what an outer query lends, how a reference is resolved.

Every reference is written with the alias of its relation, so that none of DuckDB's own rules
(aliases visible in WHERE, lateral aliases, struct fields) can give a name another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hookwire_catalog.errors import (
    AmbiguousColumn,
    DuplicateObject,
    FeatureNotSupported,
    SqlError,
    UndefinedColumn,
    UndefinedTable,
)
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.types import OID, PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, literal, quoted
from hookwire_engine.dialect.parameters import Parameters
from hookwire_engine.dialect.plans import Plan
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import RECORD
from hookwire_engine.dialect.values import NO_ORIGIN, Environment, Origin, Relation, SystemName


class DuplicateAlias(DuplicateObject):
    sqlstate = "42712"


@dataclass(slots=True, eq=False)
class ScopeColumn:
    """A column that FROM brings in; `code` refers to it."""

    name: str
    code: Code
    type: PgType | None
    typmod: int = -1
    fields: tuple[Field, ...] | None = None
    dimensions: int = 1
    alias: str | None = None
    dependent: bool = False
    """One value a group, though it is no key: the table's primary key is."""
    origin: Origin = NO_ORIGIN

    @property
    def shown(self) -> str:
        """The column as messages name it."""
        return self.name if self.alias is None else f"{self.alias}.{self.name}"


@dataclass(slots=True, eq=False)
class Source:
    """A relation in FROM. `alias` is what its columns are qualified with.

    `schema` is set when the relation has no alias, for references of the form schema.table.column.
    `open` means that it has columns that only DuckDB knows.
    """

    alias: str
    columns: list[ScopeColumn]
    schema: str | None = None
    open: bool = False
    relation: Relation | None = None
    function: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A table that a part of the statement changes; `own` are the reads by that part alone."""

    name: str
    target: str
    own: range
    at: int


@dataclass(slots=True, eq=False)
class Context:
    """What is the same for a whole statement."""

    environment: Environment
    parameters: Parameters
    analyze_expression: Callable[[nodes.Expr, Scope], Typed]
    analyze_query: Callable[[nodes.Statement, Scope | None, Context], Plan]
    sources: set[int] = field(default_factory=set)
    system: set[SystemName] = field(default_factory=set)
    before: list[Code] = field(default_factory=list)
    on_commit: list[Code] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    """The targets of relations that are read, as often as they are."""
    changes: list[Changed] = field(default_factory=list)
    after: list[Code] = field(default_factory=list)
    """Statements around the translation itself (Translation.before, .after)."""
    notices: list[str] = field(default_factory=list)
    aliases: int = 0

    def fresh_alias(self) -> str:
        """An alias that no statement can write without meaning to."""
        self.aliases += 1
        return f"_hw{self.aliases}"

    def use(self, relation: Relation) -> None:
        self.reads.append(relation.target)
        self.sources |= relation.sources
        self.system |= relation.system

    def use_all(self, other: Context) -> None:
        self.sources |= other.sources
        self.system |= other.system


@dataclass(slots=True, eq=False)
class Cte:
    """A common table expression: its name in DuckDB and its columns."""

    name: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    open: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one query level. `kind` names the clause that is read, for messages.

    `aggregates`, `windows` and `sets` count the calls of each kind met so far at this level.
    """

    context: Context
    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    columns: list[ScopeColumn] = field(default_factory=list)
    ctes: dict[str, Cte] = field(default_factory=dict)
    lambdas: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Typed] = field(default_factory=dict)
    """The select list by name, where DuckDB lets a clause refer to it (QUALIFY)."""
    spread: bool = False
    """DuckDB's COLUMNS() has been met: one item becomes many columns."""
    keys: frozenset[str] = frozenset()
    """The texts of GROUP BY's keys, and the kinds of node that they are."""
    key_kinds: frozenset[type[nodes.Node]] = frozenset()
    grouped: bool = False
    windows_named: dict[str, nodes.Window] = field(default_factory=dict)
    kind: str = ""
    aggregates: int = 0
    windows: int = 0
    sets: int = 0
    in_aggregate: bool = False
    ungrouped: list[tuple[str, int]] = field(default_factory=list)
    """Columns read outside of aggregates, and where, that no key covers."""
    by_name: dict[str, list[ScopeColumn]] = field(default_factory=dict)

    def child(self) -> Scope:
        return Scope(self.context, self)

    def expression(self, node: nodes.Expr) -> Typed:
        return self.context.analyze_expression(node, self)

    def add(self, sources: Iterable[Source], columns: Sequence[ScopeColumn]) -> None:
        for source in sources:
            self._check_alias(source)
            self.sources.append(source)
            for column in source.columns:
                column.alias = source.alias
        self.columns.extend(columns)
        for column in columns:
            self.by_name.setdefault(column.name, []).append(column)

    def _check_alias(self, new: Source) -> None:
        for source in self.sources:
            if source.alias == new.alias and source.schema == new.schema:
                raise DuplicateAlias(f'table name "{new.alias}" specified more than once')

    def cte(self, name: str) -> Cte | None:
        scope: Scope | None = self
        while scope is not None:
            found = scope.ctes.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    # References.

    def reference(self, node: nodes.ColumnRef) -> Typed:
        """What a column reference means; raises 42703, 42702 or 42P01."""
        if len(node.parts) == 1:
            return self._unqualified(node)
        return self._qualified(node)

    def _unqualified(self, node: nodes.ColumnRef) -> Typed:
        name = node.parts[0]
        scope: Scope | None = self
        while scope is not None:
            if name in scope.lambdas:
                return Typed(scope.lambdas[name], None, node.at)
            found = scope.by_name.get(name)
            if found:
                return scope._column(found, name, node.at)
            if name == "tableoid" and len(scope.sources) == 1:
                system = _system_column(scope.sources[0], name, node.at)
                if system is not None:
                    return system
            if name in scope.outputs:
                return scope.outputs[name]
            if any(source.open for source in scope.sources):
                return Typed(Mark(node.at, quoted(name)), None, node.at)
            source = scope.source(name)
            if source is not None:
                return _whole_row(source, node.at)
            scope = scope.parent
        raise UndefinedColumn(f'column "{name}" does not exist', position=node.at + 1)

    def _column(self, found: list[ScopeColumn], name: str, at: int) -> Typed:
        if len(found) > 1:
            raise AmbiguousColumn(f'column reference "{name}" is ambiguous', position=at + 1)
        return self.use(found[0], at)

    def use(self, column: ScopeColumn, at: int) -> Typed:
        code = column.code
        if not self.in_aggregate:
            if column.dependent:
                code = ("any_value(", code, ")")
            else:
                self.ungrouped.append((column.shown, at))
        return Typed(
            Mark(at, code), column.type, at, column.typmod,
            fields=column.fields, dimensions=column.dimensions, stored=True,
            origin=column.origin,
        )  # fmt: skip

    def _qualified(self, node: nodes.ColumnRef) -> Typed:
        *qualifier, name = node.parts
        owner, source = self._owner(tuple(qualifier))
        if source is None:
            return self._field_or_error(node)
        found = [column for column in source.columns if column.name == name]
        if found:
            return owner._column(found, name, node.at)
        system = _system_column(source, name, node.at)
        if system is not None:
            return system
        if source.open:
            code = Mark(node.at, f"{quoted(source.alias)}.{quoted(name)}")
            return Typed(code, None, node.at)
        shown = ".".join(node.parts)
        raise UndefinedColumn(f"column {shown} does not exist", position=node.at + 1)

    def _field_or_error(self, node: nodes.ColumnRef) -> Typed:
        """DuckDB's `struct.field` where the first part is a column only DuckDB knows."""
        first = nodes.ColumnRef(node.at, node.parts[:1])
        try:
            base = self._unqualified(first)
        except (UndefinedColumn, AmbiguousColumn):
            base = None
        if base is not None and base.type is None:
            fields = "".join(f".{quoted(part)}" for part in node.parts[1:])
            return Typed((base.code, fields), None, node.at)
        raise self.missing(node)

    def missing(self, node: nodes.ColumnRef) -> SqlError:
        """The error for a reference whose relation is not in FROM."""
        parts = node.parts if node.star else node.parts[:-1]
        shown, at = parts[-1], node.at
        if len(parts) > 2 and parts[0] != self.context.environment.database:
            whole = ".".join((*node.parts, "*") if node.star else node.parts)
            return FeatureNotSupported(
                f"cross-database references are not implemented: {whole}", position=at + 1
            )
        alias = self._alias_of(shown)
        if alias is not None:
            return UndefinedTable(
                f'invalid reference to FROM-clause entry for table "{shown}"',
                hint=f'Perhaps you meant to reference the table alias "{alias}".',
                position=at + 1,
            )
        return UndefinedTable(f'missing FROM-clause entry for table "{shown}"', position=at + 1)

    def _alias_of(self, name: str) -> str | None:
        """The alias that hides the relation of this name."""
        scope: Scope | None = self
        while scope is not None:
            for source in scope.sources:
                if source.relation is not None and source.relation.name == name:
                    return source.alias
            scope = scope.parent
        return None

    def column_of(self, node: nodes.ColumnRef) -> ScopeColumn | None:
        """The column of this query itself that a reference means."""
        if node.star:
            return None
        if len(node.parts) == 1:
            found = self.by_name.get(node.parts[0], [])
            return found[0] if len(found) == 1 else None
        owner, source = self._owner(node.parts[:-1])
        if source is None or owner is not self:
            return None
        return next((c for c in source.columns if c.name == node.parts[-1]), None)

    def source(self, alias: str) -> Source | None:
        for source in self.sources:
            if source.alias == alias:
                return source
        return None

    def find_source(self, qualifier: tuple[str, ...]) -> Source | None:
        """The relation that `t`, `s.t` or `d.s.t` names in this query or an outer one."""
        return self._owner(qualifier)[1]

    def _owner(self, qualifier: tuple[str, ...]) -> tuple[Scope, Source | None]:
        scope: Scope | None = self
        while scope is not None:
            for source in scope.sources:
                if source.alias != qualifier[-1]:
                    continue
                if len(qualifier) == 1 or source.schema == qualifier[-2]:
                    return scope, source
            scope = scope.parent
        return self, None


_SYSTEM_COLUMNS = {"tableoid", "xmin", "xmax", "cmin", "cmax", "ctid"}


def _system_column(source: Source, name: str, at: int) -> Typed | None:
    """tableoid; of ctid and its like, no row of ours has any to tell."""
    relation = source.relation
    if name not in _SYSTEM_COLUMNS or relation is None:
        return None
    if name == "tableoid":
        shown = f"{quote_identifier(relation.schema)}.{quote_identifier(relation.name)}"
        return Typed(f"memory.hw.regclass_in({literal(shown)})", OID, at)
    raise FeatureNotSupported(
        f'system column "{name}" is not supported',
        hint="Use a column of the relation that identifies the row.",
        position=at + 1,
    )


def _whole_row(source: Source, at: int) -> Typed:
    """A relation's name as a value. A function's single column is the value itself."""
    if source.function and len(source.columns) == 1:
        column = source.columns[0]
        return Typed(Mark(at, column.code), column.type, at, column.typmod, fields=column.fields)
    fields = tuple(Field(c.name, c.type, c.typmod) for c in source.columns)
    parts: list[Code] = []
    for column in source.columns:
        parts += [", " if parts else "", quoted(column.name), " := ", column.code]
    code: Code = ("struct_pack(", tuple(parts), ")")
    return Typed(Mark(at, code), RECORD, at, fields=fields)
