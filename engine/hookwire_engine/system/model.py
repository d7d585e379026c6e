"""Every relation in one form, from the Hookwire catalog, DuckDB and the declarations.

The builders of pg_class, pg_attribute, information_schema.columns and so on all read a Model, so
that they agree on names, OIDs and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hookwire_catalog import names
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.objects import CatalogObject, Schema
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.snapshot import PUBLIC, kind_of
from hookwire_engine.system import oids
from hookwire_engine.system.facts import TypeFact, array_fact, type_facts
from hookwire_engine.system.plain import TEMP_SCHEMA, quoted
from hookwire_engine.system.spelling import pg_expression
from hookwire_engine.system.values import (
    PlainColumn,
    PlainConstraint,
    PlainIndex,
    PlainObjects,
    PlainSequence,
    PlainTable,
)

SYSTEM_SCHEMAS: dict[str, int] = {
    "pg_catalog": oids.PG_CATALOG,
    "information_schema": oids.INFORMATION_SCHEMA,
    "mz_catalog": oids.MZ_CATALOG,
    "mz_internal": oids.MZ_INTERNAL,
    "hookwire": oids.HOOKWIRE,
    "pg_toast": oids.PG_TOAST,
}


@dataclass(frozen=True, slots=True)
class Namespace:
    oid: int
    name: str
    comment: str | None = None
    schema: Schema | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column; `default` is the text of an expression, `generated` that of a generated one."""

    name: str
    type: TypeFact
    typmod: int = -1
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    comment: str | None = None


@dataclass(slots=True)
class Relation:
    """A row of pg_class. `row_type` is 0 for an index; `object` is what a user's one stands for.

    `triggers` says that foreign keys begin or end here, as PostgreSQL enforces them by triggers.
    """

    oid: int
    namespace: Namespace
    name: str
    kind: str
    attributes: tuple[Attribute, ...]
    row_type: int = 0
    row_array: int = 0
    comment: str | None = None
    rows: int = -1
    object: CatalogObject | PlainTable | PlainSequence | None = None
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    triggers: bool = False

    def attnum(self, column: str) -> int:
        return next(n for n, a in enumerate(self.attributes, 1) if a.name == column)

    @property
    def temporary(self) -> bool:
        return isinstance(self.object, PlainTable) and self.object.temporary


@dataclass(slots=True)
class Index:
    """`keys` are attnums, 0 for an expression; `texts` the keys as an index definition has them."""

    relation: Relation
    table: Relation
    unique: bool
    primary: bool
    keys: tuple[int, ...]
    texts: tuple[str, ...]

    def definition(self, *, pretty: bool = False) -> str:
        """What pg_get_indexdef() says; `pretty` leaves the table's schema out."""
        unique = "UNIQUE " if self.unique else ""
        name = names.quote_identifier(self.relation.name)
        table = short(self.table) if pretty else qualified(self.table)
        return f"CREATE {unique}INDEX {name} ON {table} USING btree ({', '.join(self.texts)})"


@dataclass(slots=True)
class Constraint:
    """`keys` and `target_keys` are attnums. `index` is what enforces p and u, or f's target."""

    oid: int
    table: Relation
    name: str
    kind: str
    keys: tuple[int, ...]
    index: Index | None
    target: Relation | None
    target_keys: tuple[int, ...]
    expression: str | None
    definition: str

    @property
    def pretty(self) -> str:
        """The definition with fewer brackets."""
        return f"CHECK {self.expression}" if self.kind == "c" else self.definition


@dataclass(frozen=True, slots=True)
class EnumLabel:
    oid: int
    type: int
    order: int
    label: str


@dataclass(slots=True)
class Model:
    """All of it. `relations` are the users'; `namespaces` are by name."""

    catalog: Catalog
    plain: PlainObjects
    namespaces: dict[str, Namespace]
    relations: list[Relation] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    types: dict[int, TypeFact] = field(default_factory=dict)
    """The users' types only: enums, row types, arrays of those."""
    labels: list[EnumLabel] = field(default_factory=list)
    hashed: dict[oids.Key, int] = field(default_factory=dict)


def qualified(relation: Relation) -> str:
    schema = names.quote_identifier(relation.namespace.name)
    return f"{schema}.{names.quote_identifier(relation.name)}"


def schema_oid(schema: Schema) -> int:
    return oids.PUBLIC if schema.id == PUBLIC.id else names.relation_oid(schema.id)


def build_model(catalog: Catalog, plain: PlainObjects) -> Model:
    model = Model(catalog, plain, _namespaces(catalog, plain), hashed=plain_oids(plain))
    enums = _add_enums(model)
    facts = type_facts()
    for thing in sorted(catalog.objects.values(), key=lambda o: o.id):
        _add_object(model, thing, facts)
    for table in plain.tables:
        _add_table(model, table, enums)
    for sequence in plain.sequences:
        _add_sequence(model, sequence, facts)
    _add_indexes(model)
    return model


def _namespaces(catalog: Catalog, plain: PlainObjects) -> dict[str, Namespace]:
    found = {name: Namespace(oid, name) for name, oid in SYSTEM_SCHEMAS.items()}
    if any(table.temporary for table in plain.tables):
        found[TEMP_SCHEMA] = Namespace(oids.PG_TEMP, TEMP_SCHEMA)
    for schema in catalog.schemas.values():
        found[schema.name] = Namespace(schema_oid(schema), schema.name, schema.comment, schema)
    return found


_newest: tuple[PlainObjects, dict[oids.Key, int]] | None = None


def plain_oids(plain: PlainObjects) -> dict[oids.Key, int]:
    """The OIDs of what only DuckDB knows. Any thread; those asked for last are kept."""
    global _newest
    known = _newest
    if known is None or known[0] is not plain:
        known = _newest = plain, oids.hashed(_keys(plain), small=True)
    return known[1]


def _keys(plain: PlainObjects) -> Iterator[oids.Key]:
    for table in plain.tables:
        for kind in ("relation", "row", "rows"):
            yield kind, table.schema, table.name
        for column in table.columns:
            yield "default", table.schema, table.name, column.name
    for sequence in plain.sequences:
        yield "relation", sequence.schema, sequence.name
    for index in plain.indexes:
        yield "relation", index.schema, index.name
    for constraint in plain.constraints:
        yield "constraint", constraint.schema, constraint.table, constraint.name
        if constraint.kind in "pu":
            yield "relation", constraint.schema, constraint.name
    for enum in plain.enums:
        yield "type", enum.schema, enum.name
        yield "types", enum.schema, enum.name
        for label in enum.labels:
            yield "label", enum.schema, enum.name, label
    for macro in plain.macros:
        yield "function", macro.schema, macro.name, str(len(macro.parameters))


# Types.


def _add_enums(model: Model) -> dict[tuple[str, str], TypeFact]:
    found: dict[tuple[str, str], TypeFact] = {}
    for enum in model.plain.enums:
        key = enum.schema, enum.name
        oid, array = model.hashed["type", *key], model.hashed["types", *key]
        fact = TypeFact(
            oid, enum.schema, enum.name, 4, True, "e", "E", False, ",", "-", 0, array, "enum_in",
            "enum_out", "enum_recv", "enum_send", "-", "-", "-", "i", "p", False, 0, -1, 0, "", "",
            names.quote_identifier(enum.name),
        )  # fmt: skip
        found[key] = model.types[oid] = fact
        model.types[array] = array_fact(array, fact)
        model.labels += [
            EnumLabel(model.hashed["label", *key, label], oid, order, label)
            for order, label in enumerate(enum.labels, 1)
        ]
    return found


def row_facts(relation: Relation) -> tuple[TypeFact, TypeFact]:
    """The composite type of a relation's rows, and its array type."""
    row = TypeFact(
        relation.row_type, relation.namespace.name, relation.name, -1, False, "c", "C", False, ",",
        "-", 0, relation.row_array, "record_in", "record_out", "record_recv", "record_send", "-",
        "-", "-", "d", "x", False, 0, -1, 0, "", "", names.quote_identifier(relation.name),
        relation.oid,
    )  # fmt: skip
    return row, array_fact(relation.row_array, row)


def _add(model: Model, relation: Relation) -> None:
    model.relations.append(relation)
    if relation.row_type:
        row, array = row_facts(relation)
        model.types[row.oid] = row
        model.types[array.oid] = array


# Relations.


def _add_object(model: Model, thing: CatalogObject, facts: dict[int, TypeFact]) -> None:
    namespace = model.namespaces[thing.name.schema]
    attributes = tuple(
        Attribute(c.name, facts[c.type.oid], nullable=c.nullable, comment=c.comment)
        for c in thing.columns
    )
    if isinstance(thing, UserView):
        comments = dict(thing.column_comments)
        attributes = tuple(
            Attribute(a.name, a.type, comment=comments.get(a.name, a.comment)) for a in attributes
        )
    kind = {"source": "r", "view": "v", "materialized view": "m"}[kind_of(thing)]
    relation = Relation(
        names.relation_oid(thing.id), namespace, thing.name.name, kind, attributes,
        oids.ROW_TYPE + thing.id, oids.ROW_ARRAY + thing.id, thing.comment, object=thing,
    )  # fmt: skip
    _add(model, relation)


def _add_table(model: Model, table: PlainTable, enums: dict[tuple[str, str], TypeFact]) -> None:
    namespace = model.namespaces.get(table.schema)
    if namespace is None:
        return
    key = table.schema, table.name
    relation = Relation(
        model.hashed["relation", *key], namespace, table.name, "r",
        tuple(_attribute(column, enums, model.types) for column in table.columns),
        model.hashed["row", *key], model.hashed["rows", *key], table.comment, table.rows, table,
    )  # fmt: skip
    _add(model, relation)


def _attribute(
    column: PlainColumn, enums: dict[tuple[str, str], TypeFact], own: dict[int, TypeFact]
) -> Attribute:
    fact = type_facts()[column.type.oid]
    if column.enum is not None and column.enum in enums:
        fact = enums[column.enum]
        if column.type.element is not None:
            fact = own[fact.array]
    default = None if column.default is None else pg_expression(column.default, column.type)
    generated = None if column.generated is None else pg_expression(column.generated)
    return Attribute(
        column.name, fact, column.typmod, column.nullable, default, generated, column.comment
    )


def _add_sequence(model: Model, sequence: PlainSequence, facts: dict[int, TypeFact]) -> None:
    namespace = model.namespaces.get(sequence.schema)
    if namespace is None:
        return
    columns = (("last_value", 20), ("log_cnt", 20), ("is_called", 16))
    attributes = tuple(Attribute(name, facts[oid], nullable=False) for name, oid in columns)
    oid = model.hashed["relation", sequence.schema, sequence.name]
    relation = Relation(oid, namespace, sequence.name, "S", attributes, object=sequence)
    relation.comment = sequence.comment
    _add(model, relation)


# Indexes and constraints.


def _add_indexes(model: Model) -> None:
    tables = {(r.namespace.name, r.name): r for r in model.relations if r.kind == "r"}
    for index in model.plain.indexes:
        if (table := tables.get((index.schema, index.table))) is not None:
            _add_index(model, index, table, primary=False)
    by_columns: dict[tuple[int, frozenset[int]], Index] = {}
    for constraint in model.plain.constraints:
        table = tables.get((constraint.schema, constraint.table))
        if table is not None and constraint.kind in "pu":
            plain = PlainIndex(
                constraint.schema, constraint.name, constraint.table, True, constraint.columns
            )
            made = _add_index(model, plain, table, primary=constraint.kind == "p")
            by_columns[table.oid, frozenset(made.keys)] = made
    for constraint in model.plain.constraints:
        table = tables.get((constraint.schema, constraint.table))
        if table is not None:
            _add_constraint(model, constraint, table, tables, by_columns)


def _add_index(model: Model, index: PlainIndex, table: Relation, *, primary: bool) -> Index:
    by_name = {a.name: n for n, a in enumerate(table.attributes, 1)}
    keys = tuple(by_name.get(key, 0) for key in index.keys)
    texts = tuple(
        names.quote_identifier(key) if at else pg_expression(key)
        for key, at in zip(index.keys, keys, strict=True)
    )
    facts = type_facts()
    columns = [table.attributes[at - 1] if at else None for at in keys]
    attributes = tuple(
        Attribute("expr", facts[25]) if c is None else Attribute(c.name, c.type, c.typmod)
        for c in columns
    )
    oid = model.hashed["relation", index.schema, index.name]
    relation = Relation(oid, table.namespace, index.name, "i", attributes, rows=table.rows)
    made = Index(relation, table, index.unique, primary, keys, texts)
    model.relations.append(relation)
    model.indexes.append(made)
    table.indexes.append(made)
    return made


def _add_constraint(
    model: Model,
    constraint: PlainConstraint,
    table: Relation,
    tables: dict[tuple[str, str], Relation],
    by_columns: dict[tuple[int, frozenset[int]], Index],
) -> None:
    keys = tuple(table.attnum(column) for column in constraint.columns)
    target = None if constraint.target is None else tables.get(constraint.target)
    target_keys: tuple[int, ...] = ()
    index = None
    if constraint.kind in "pu":
        index = by_columns.get((table.oid, frozenset(keys)))
    elif target is not None:
        target_keys = tuple(target.attnum(column) for column in constraint.target_columns)
        index = by_columns.get((target.oid, frozenset(target_keys)))
    expression = None
    if constraint.expression is not None:
        expression = pg_expression(constraint.expression)
    made = Constraint(
        model.hashed["constraint", constraint.schema, constraint.table, constraint.name],
        table, constraint.name, constraint.kind, keys, index, target, target_keys, expression,
        _definition(constraint, expression, target),
    )  # fmt: skip
    model.constraints.append(made)
    table.constraints.append(made)
    if target is not None:
        table.triggers = target.triggers = True


def _definition(
    constraint: PlainConstraint, expression: str | None, target: Relation | None
) -> str:
    """What pg_get_constraintdef() says."""
    columns = quoted(constraint.columns)
    if constraint.kind == "c":
        return f"CHECK ({expression})"
    if constraint.kind == "f":
        name = "" if target is None else short(target)
        return f"FOREIGN KEY ({columns}) REFERENCES {name}({quoted(constraint.target_columns)})"
    return f"{'PRIMARY KEY' if constraint.kind == 'p' else 'UNIQUE'} ({columns})"


def short(relation: Relation) -> str:
    if relation.namespace.oid == oids.PUBLIC:
        return names.quote_identifier(relation.name)
    return qualified(relation)
