"""pg_class, pg_attribute and what hangs on relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import pyarrow as pa

from hookwire_catalog.objects import View as UserView
from hookwire_engine.system import arrow, oids
from hookwire_engine.system.builders import PG, Builders, model_of, table
from hookwire_engine.system.facts import TypeFact, data_rows, declared
from hookwire_engine.system.model import Attribute, Constraint, Index, Relation
from hookwire_engine.system.rights import owner_of, relation_acl, role_name, role_oid
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import Depends, PlainSequence, View

relations = Builders(PG)

COLLATIONS = {"": 0, "default": 100, "C": 950}
_AM = {"r": 2, "m": 2, "i": 403}


@relations.relation("pg_class", Depends.CATALOG)
def pg_class(view: View) -> pa.Table:
    return pa.concat_tables([_classes(model_of(view).relations, view), _system_classes()])


@cache
def _system_classes() -> pa.Table:
    return _classes(system_relations(), None)


def _classes(found: Sequence[Relation], view: View | None) -> pa.Table:
    """`view` None is for the system's own, which have no rights of their own."""
    catalog = None if view is None else view.catalog
    return table(
        PG, "pg_class", len(found),
        oid=[r.oid for r in found],
        relname=[r.name for r in found],
        relnamespace=[r.namespace.oid for r in found],
        reltype=[r.row_type for r in found],
        reloftype=0,
        relowner=[oids.OWNER if catalog is None else role_oid(catalog, owner_of(catalog, r))
                  for r in found],
        relacl=[None if catalog is None else relation_acl(catalog, r) for r in found],
        relam=[_AM.get(r.kind, 0) for r in found],
        relfilenode=[0 if r.kind == "v" else r.oid for r in found],
        reltablespace=0,
        relpages=0,  # there are no pages: who reads by ctid (DuckDB's scanner) must not try
        reltuples=[float(r.rows) if r.kind in "ri" else 0.0 for r in found],
        relallvisible=0,
        reltoastrelid=0,
        relhasindex=[bool(r.indexes) for r in found],
        relisshared=False,
        relpersistence=["t" if r.temporary else "p" for r in found],
        relkind=[r.kind for r in found],
        relnatts=[len(r.attributes) for r in found],
        relchecks=[sum(c.kind == "c" for c in r.constraints) for r in found],
        relhasrules=[r.kind in "vm" for r in found],
        relhastriggers=[r.triggers for r in found],
        relhassubclass=False,
        relrowsecurity=False,
        relforcerowsecurity=False,
        relispopulated=[_populated(r) for r in found],
        relreplident=["d" if r.kind in "rm" and r.oid >= oids.DATABASE else "n" for r in found],
        relispartition=False,
        relrewrite=0,
        relfrozenxid=0,
        relminmxid=0,
    )  # fmt: skip


def _populated(relation: Relation) -> bool:
    return not isinstance(relation.object, UserView) or relation.object.populated


@relations.relation("pg_attribute", Depends.CATALOG)
def pg_attribute(view: View) -> pa.Table:
    return pa.concat_tables([_attributes(model_of(view).relations), _system_attributes()])


@cache
def _system_attributes() -> pa.Table:
    return _attributes(system_relations())


def _attributes(found: Sequence[Relation]) -> pa.Table:
    """One row a column; the hidden ones (ctid and so on), which nothing has, are not there."""
    cells = [(r.oid, n, a) for r in found for n, a in enumerate(r.attributes, 1)]
    attributes = [a for _, _, a in cells]
    types = [a.type for a in attributes]
    return table(
        PG, "pg_attribute", len(cells),
        attrelid=[oid for oid, _, _ in cells],
        attname=[a.name for a in attributes],
        atttypid=[t.oid for t in types],
        attlen=[t.length for t in types],
        attnum=[n for _, n, _ in cells],
        attcacheoff=-1,
        atttypmod=[a.typmod for a in attributes],
        attndims=[1 if t.category == "A" else 0 for t in types],
        attbyval=[t.byval for t in types],
        attalign=[t.align for t in types],
        attstorage=[t.storage for t in types],
        attcompression="",
        attnotnull=[not a.nullable for a in attributes],
        atthasdef=[_default(a) is not None for a in attributes],
        atthasmissing=False,
        attidentity="",
        attgenerated=["" if a.generated is None else "s" for a in attributes],
        attisdropped=False,
        attislocal=True,
        attinhcount=0,
        attstattarget=-1,
        attcollation=[_collation(t) for t in types],
    )  # fmt: skip


def _default(attribute: Attribute) -> str | None:
    return attribute.default if attribute.generated is None else attribute.generated


def _collation(fact: TypeFact) -> int:
    return COLLATIONS.get(fact.collation, 0)


def defaults(view: View) -> list[tuple[Relation, int, str, int]]:
    """Every default: relation, attnum, text, OID."""
    model = model_of(view)
    return [
        (r, n, text, model.hashed["default", r.namespace.name, r.name, a.name])
        for r in model.relations
        if r.kind == "r"
        for n, a in enumerate(r.attributes, 1)
        if (text := _default(a)) is not None
    ]


@relations.relation("pg_attrdef", Depends.CATALOG)
def pg_attrdef(view: View) -> pa.Table:
    found = defaults(view)
    return table(
        PG, "pg_attrdef", len(found),
        oid=[oid for *_, oid in found],
        adrelid=[r.oid for r, *_ in found],
        adnum=[n for _, n, *_ in found],
        adbin=[text for _, _, text, _ in found],
    )  # fmt: skip


@relations.relation("pg_index", Depends.CATALOG)
def pg_index(view: View) -> pa.Table:
    found = model_of(view).indexes
    return table(
        PG, "pg_index", len(found),
        indexrelid=[i.relation.oid for i in found],
        indrelid=[i.table.oid for i in found],
        indnatts=[len(i.keys) for i in found],
        indnkeyatts=[len(i.keys) for i in found],
        indisunique=[i.unique for i in found],
        indnullsnotdistinct=False,
        indisprimary=[i.primary for i in found],
        indisexclusion=False,
        indimmediate=True,
        indisclustered=False,
        indisvalid=True,
        indcheckxmin=False,
        indisready=True,
        indislive=True,
        indisreplident=False,
        indkey=[list(i.keys) for i in found],
        indcollation=[[_collation(a.type) for a in i.relation.attributes] for i in found],
        indclass=[[0] * len(i.keys) for i in found],
        indoption=[[0] * len(i.keys) for i in found],
        indexprs=[_expressions(i) for i in found],
    )  # fmt: skip


def _expressions(index: Index) -> str | None:
    texts = [text for text, key in zip(index.texts, index.keys, strict=True) if not key]
    return ", ".join(texts) or None


@relations.relation("pg_constraint", Depends.CATALOG)
def pg_constraint(view: View) -> pa.Table:
    found = model_of(view).constraints
    foreign = [c.kind == "f" for c in found]
    return table(
        PG, "pg_constraint", len(found),
        oid=[c.oid for c in found],
        conname=[c.name for c in found],
        connamespace=[c.table.namespace.oid for c in found],
        contype=[c.kind for c in found],
        condeferrable=False,
        condeferred=False,
        convalidated=True,
        conrelid=[c.table.oid for c in found],
        contypid=0,
        conindid=[0 if c.index is None else c.index.relation.oid for c in found],
        conparentid=0,
        confrelid=[0 if c.target is None else c.target.oid for c in found],
        confupdtype=["a" if f else " " for f in foreign],
        confdeltype=["a" if f else " " for f in foreign],
        confmatchtype=["s" if f else " " for f in foreign],
        conislocal=True,
        coninhcount=0,
        connoinherit=[c.kind != "c" for c in found],
        conkey=[list(c.keys) for c in found],
        confkey=[list(c.target_keys) if c.kind == "f" else None for c in found],
        conpfeqop=[_equality(c) for c in found],
        conppeqop=[_equality(c) for c in found],
        conffeqop=[_equality(c) for c in found],
        conbin=[c.expression for c in found],
    )  # fmt: skip


_EQUALITY = {"int2": 94, "int4": 96, "int8": 410, "text": 98, "uuid": 2972, "numeric": 1752}
"""OIDs of the equality operators of types that keys are of."""


def _equality(constraint: Constraint) -> list[int] | None:
    if constraint.kind != "f":
        return None
    attributes = constraint.table.attributes
    return [_EQUALITY.get(attributes[key - 1].type.name, 0) for key in constraint.keys]


def sequences(view: View) -> list[tuple[Relation, PlainSequence]]:
    """The sequences with their rows of pg_class."""
    found = model_of(view).relations
    return [(r, r.object) for r in found if isinstance(r.object, PlainSequence)]


@relations.relation("pg_sequence", Depends.CATALOG)
def pg_sequence(view: View) -> pa.Table:
    found = sequences(view)
    return table(
        PG, "pg_sequence", len(found),
        seqrelid=[r.oid for r, _ in found],
        seqtypid=20,
        seqstart=[s.start for _, s in found],
        seqincrement=[s.increment for _, s in found],
        seqmax=[s.maximum for _, s in found],
        seqmin=[s.minimum for _, s in found],
        seqcache=1,
        seqcycle=[s.cycle for _, s in found],
    )  # fmt: skip


CLASSES = {
    "pg_class": 1259, "pg_namespace": 2615, "pg_type": 1247, "pg_am": 2601, "pg_language": 2612,
    "pg_collation": 3456, "pg_operator": 2617, "pg_proc": 1255, "pg_extension": 3079,
}  # fmt: skip
"""OIDs of the catalogs whose objects have comments."""


def descriptions(view: View) -> list[tuple[int, int, int, str]]:
    """Every comment: of what object, in which catalog, on which column, text."""
    model = model_of(view)
    rows = [row for r in model.relations for row in _comments(r)]
    for namespace in model.namespaces.values():
        if namespace.comment is not None:
            rows.append((namespace.oid, CLASSES["pg_namespace"], 0, namespace.comment))
    rows += [row for r in system_relations() for row in _comments(r)]
    commented = {row[:2] for row in rows}
    return rows + [row for row in _built_in_comments() if row[:2] not in commented]


@cache
def _built_in_comments() -> tuple[tuple[int, int, int, str], ...]:
    rows = data_rows("pg_description")
    return tuple(
        (int(r["objoid"] or 0), int(r["classoid"] or 0), 0, r["description"] or "") for r in rows
    )


def _comments(relation: Relation) -> Iterable[tuple[int, int, int, str]]:
    catalog = CLASSES["pg_class"]
    if relation.comment is not None:
        yield relation.oid, catalog, 0, relation.comment
    for n, attribute in enumerate(relation.attributes, 1):
        if attribute.comment is not None:
            yield relation.oid, catalog, n, attribute.comment


@relations.relation("pg_description", Depends.CATALOG)
def pg_description(view: View) -> pa.Table:
    return arrow.of_rows(declared()[PG, "pg_description"].columns, descriptions(view))


@relations.relation("pg_rewrite", Depends.CATALOG)
def pg_rewrite(view: View) -> pa.Table:
    """The rule of each view, which keeps its query."""
    found = _views(view)
    return table(
        PG, "pg_rewrite", len(found),
        oid=[_rule_oid(r) for r, _ in found],
        rulename="_RETURN",
        ev_class=[r.oid for r, _ in found],
        ev_type="1",
        ev_enabled="O",
        is_instead=True,
        ev_qual="<>",
        ev_action=[v.query for _, v in found],
    )  # fmt: skip


def _views(view: View) -> list[tuple[Relation, UserView]]:
    return [(r, r.object) for r in model_of(view).relations if isinstance(r.object, UserView)]


def _rule_oid(relation: Relation) -> int:
    return relation.row_array + oids.ROW_TYPE // 2


@relations.relation("pg_depend", Depends.CATALOG)
def pg_depend(view: View) -> pa.Table:
    """Rules on what their views read; constraints and defaults on their tables."""
    model = model_of(view)
    by_id = {getattr(r.object, "id", 0): r.oid for r in model.relations}
    rows: list[tuple[int, int, int, int, int, int, str]] = []
    for r, v in _views(view):
        rule = _rule_oid(r)
        rows.append((2618, rule, 0, 1259, r.oid, 0, "i"))
        read = sorted(v.depends_on & by_id.keys())
        rows += [(2618, rule, 0, 1259, by_id[depended], 0, "n") for depended in read]
    for c in model.constraints:
        rows += [(2606, c.oid, 0, 1259, c.table.oid, key, "a") for key in c.keys]
        if c.target is not None:
            rows += [(2606, c.oid, 0, 1259, c.target.oid, key, "n") for key in c.target_keys]
        if c.index is not None and c.kind == "f":
            rows.append((2606, c.oid, 0, 1259, c.index.relation.oid, 0, "n"))
        if c.index is not None and c.kind in "pu":
            rows.append((1259, c.index.relation.oid, 0, 2606, c.oid, 0, "i"))
    rows += [(2604, oid, 0, 1259, r.oid, n, "a") for r, n, _, oid in defaults(view)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    return table(
        PG, "pg_depend", len(rows),
        classid=list(columns[0]), objid=list(columns[1]), objsubid=list(columns[2]),
        refclassid=list(columns[3]), refobjid=list(columns[4]), refobjsubid=list(columns[5]),
        deptype=list(columns[6]),
    )  # fmt: skip


# The views over them.


def _named(view: View, kinds: str) -> list[Relation]:
    return [r for r in (*model_of(view).relations, *system_relations()) if r.kind in kinds]


def _owners(view: View, found: Sequence[Relation]) -> list[str]:
    return [role_name(view.catalog, owner_of(view.catalog, r)) for r in found]


@relations.relation("pg_tables", Depends.CATALOG)
def pg_tables(view: View) -> pa.Table:
    found = _named(view, "r")
    return table(
        PG, "pg_tables", len(found),
        schemaname=[r.namespace.name for r in found],
        tablename=[r.name for r in found],
        tableowner=_owners(view, found),
        hasindexes=[bool(r.indexes) for r in found],
        hasrules=False,
        hastriggers=[r.triggers for r in found],
        rowsecurity=False,
    )  # fmt: skip


@relations.relation("pg_views", Depends.CATALOG)
def pg_views(view: View) -> pa.Table:
    found = _named(view, "v")
    return table(
        PG, "pg_views", len(found),
        schemaname=[r.namespace.name for r in found],
        viewname=[r.name for r in found],
        viewowner=_owners(view, found),
        definition=[r.object.query if isinstance(r.object, UserView) else None for r in found],
    )  # fmt: skip


@relations.relation("pg_matviews", Depends.CATALOG)
def pg_matviews(view: View) -> pa.Table:
    found = _named(view, "m")
    return table(
        PG, "pg_matviews", len(found),
        schemaname=[r.namespace.name for r in found],
        matviewname=[r.name for r in found],
        matviewowner=_owners(view, found),
        hasindexes=False,
        ispopulated=[_populated(r) for r in found],
        definition=[r.object.query if isinstance(r.object, UserView) else None for r in found],
    )  # fmt: skip


@relations.relation("pg_indexes", Depends.CATALOG)
def pg_indexes(view: View) -> pa.Table:
    found = model_of(view).indexes
    return table(
        PG, "pg_indexes", len(found),
        schemaname=[i.table.namespace.name for i in found],
        tablename=[i.table.name for i in found],
        indexname=[i.relation.name for i in found],
        indexdef=[i.definition() for i in found],
    )  # fmt: skip


@relations.relation("pg_sequences", Depends.CATALOG)
def pg_sequences(view: View) -> pa.Table:
    found = sequences(view)
    return table(
        PG, "pg_sequences", len(found),
        schemaname=[r.namespace.name for r, _ in found],
        sequencename=[r.name for r, _ in found],
        sequenceowner=_owners(view, [r for r, _ in found]),
        data_type=20,
        start_value=[s.start for _, s in found],
        min_value=[s.minimum for _, s in found],
        max_value=[s.maximum for _, s in found],
        increment_by=[s.increment for _, s in found],
        cycle=[s.cycle for _, s in found],
        cache_size=1,
        last_value=[s.last_value for _, s in found],
    )  # fmt: skip
