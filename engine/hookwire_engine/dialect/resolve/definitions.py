"""CREATE TABLE and CREATE TABLE AS in DuckDB's words (PostgreSQL 5.1 to 5.5)."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DuplicateColumn,
    FeatureNotSupported,
    InvalidSchemaName,
    InvalidTableDefinition,
)
from hookwire_catalog.snapshot import check_database
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, joined, literal, quoted
from hookwire_engine.dialect.resolve.casts import duckdb_name, resolved_type
from hookwire_engine.dialect.resolve.changing import assigned
from hookwire_engine.dialect.resolve.tables import undefined_table
from hookwire_engine.dialect.scopes import Context, Scope, ScopeColumn, Source
from hookwire_engine.dialect.types import duckdb_type
from hookwire_engine.dialect.values import Environment
from hookwire_engine.system.declared import Declared, comment_of

_SERIAL = {
    "serial": types.INT4, "serial4": types.INT4, "bigserial": types.INT8, "serial8": types.INT8,
    "smallserial": types.INT2, "serial2": types.INT2,
}  # fmt: skip


def new_table(parts: tuple[str, ...], temporary: bool, context: Context) -> str:
    """Where a new table goes: its schema, or the first of the search path (5.9.3)."""
    target = place(parts, temporary, context)
    schema = parts[-2] if len(parts) > 1 else context.environment.current_schema
    context.environment.creates(None if temporary else schema)
    return target


def place(parts: tuple[str, ...], temporary: bool, context: Context) -> str:
    """DuckDB's name of what would be there."""
    check_database(parts)
    if temporary:
        return f"temp.main.{quoted(parts[-1])}"
    schema = parts[-2] if len(parts) > 1 else context.environment.current_schema
    if schema is None:
        raise InvalidSchemaName("no schema has been selected to create in")
    return f"hookwire.{quoted(schema)}.{quoted(parts[-1])}"


def create_table(node: nodes.CreateTable, context: Context) -> Code:
    columns: list[ScopeColumn] = []
    for column in node.columns:
        if any(c.name == column.name for c in columns):
            raise DuplicateColumn(
                f'column "{column.name}" specified more than once', position=column.at + 1
            )
        type_, typmod, _ = column_type(column, context.environment)
        columns.append(ScopeColumn(column.name, quoted(column.name), type_, typmod))
    scope = Scope(context, None)
    source = Source(node.parts[-1], columns)
    scope.add([source], columns)
    listed: list[Code] = []
    for column, scope_column in zip(node.columns, columns, strict=True):
        listed.append(column_code(node.parts, node.temporary, column, scope_column, scope))
    for place, like in reversed(node.likes):
        listed[place:place] = _like(like, context, node.at)
    target = new_table(node.parts, node.temporary, context)
    for constraint in node.constraints:
        listed.append(_constraint(constraint, target, scope))
    word = "CREATE TEMPORARY TABLE " if node.temporary else "CREATE TABLE "
    exists = "IF NOT EXISTS " if node.exists_ok else ""
    remember(target, columns, context)
    _remember_names(target, node, context)
    _drop_on_commit(node, target, context)
    return (word, exists, target, " (", joined(", ", listed), ")")


def _drop_on_commit(
    node: nodes.CreateTable | nodes.CreateTableAs, target: str, context: Context
) -> None:
    if not node.drop_on_commit:
        return
    if not node.temporary:
        raise InvalidTableDefinition("ON COMMIT can only be used on temporary tables")
    context.on_commit.append(f"DROP TABLE IF EXISTS {target}")
    if isinstance(node, nodes.CreateTable):
        for column in filter(_counts, node.columns):
            sequence = _sequence_of(node.parts, column.name, True, context)
            context.on_commit.append(f"DROP SEQUENCE IF EXISTS {sequence}")


def _counts(column: nodes.TableColumn) -> bool:
    identity = any(constraint.kind == "identity" for constraint in column.constraints)
    return identity or column.type.parts[-1] in _SERIAL


_KINDS = {"primary key": "p", "unique": "u", "references": "f", "check": "c"}


def _remember_names(target: str, node: nodes.CreateTable, context: Context) -> None:
    """DuckDB keeps no names of constraints; the table's comment does (system/declared.py)."""
    of_columns = [
        (constraint, (column.name,)) for column in node.columns for constraint in column.constraints
    ]
    of_table = [(constraint, constraint.columns) for constraint in node.constraints]
    named = tuple(
        (_KINDS[constraint.kind], columns, constraint.name)
        for constraint, columns in (*of_columns, *of_table)
        if constraint.name is not None and constraint.kind in _KINDS
    )
    if named:
        text = literal(comment_of(None, Declared(constraints=named)))
        context.after.append(f"COMMENT ON TABLE {target} IS {text}")


def _like(parts: tuple[str, ...], context: Context, at: int) -> list[Code]:
    """The columns of another relation: names, types, and what may not be NULL."""
    relation = context.environment.relation(parts)
    if relation is None:
        raise undefined_table(parts, at)
    typmods = relation.typmods or (-1,) * len(relation.columns)
    listed: list[Code] = []
    for column, typmod in zip(relation.columns, typmods, strict=True):
        null = "" if column.nullable else " NOT NULL"
        listed.append(f"{quoted(column.name)} {duckdb_type(column.type, typmod)}{null}")
    return listed


_TOLD_BY_DUCKDB = frozenset(
    """bool bytea int2 int4 int8 float4 float8 text date time timetz timestamp timestamptz interval
    uuid jsonb hstore varbit""".split()
)


def remember(
    target: str,
    columns: list[ScopeColumn],
    context: Context,
    *,
    renewed: bool = False,
    comment: str | None = None,
) -> None:
    """A type that DuckDB has no name for is kept in the column's comment (system/declared.py).

    A `renewed` column may have had another type, and `comment` from its user.
    """
    for column in columns:
        if column.type is None:
            continue
        element = column.type.element or column.type
        modified = column.typmod >= 0 and element is not types.NUMERIC
        plain = element is types.NUMERIC and column.typmod < 0
        if (
            (element.name not in _TOLD_BY_DUCKDB and element is not types.NUMERIC)
            or modified
            or plain
            or renewed
        ):
            text = literal(comment_of(comment, Declared(column.type.oid, column.typmod)))
            context.after.append(f"COMMENT ON COLUMN {target}.{quoted(column.name)} IS {text}")


def column_type(
    column: nodes.TableColumn, environment: Environment
) -> tuple[PgType | None, int, str]:
    name = column.type
    serial = _SERIAL.get(name.parts[-1]) if name.raw is None else None
    if serial is not None:
        return serial, -1, duckdb_type(serial)
    type_, typmod = resolved_type(name, environment)
    if type_ is None:
        return None, -1, duckdb_name(name, environment)
    return type_, typmod, duckdb_type(type_, typmod)


def column_code(
    table: tuple[str, ...],
    temporary: bool,
    column: nodes.TableColumn,
    scope_column: ScopeColumn,
    scope: Scope,
) -> Code:
    """A column's definition: type, default, constraints."""
    shown = column_type(column, scope.context.environment)[2]
    parts: list[Code] = [f"{quoted(column.name)} {shown}"]
    if column.type.parts[-1] in _SERIAL:
        parts.append(_serial(table, temporary, column, scope))
    for constraint in column.constraints:
        if constraint.kind == "identity":
            options = constraint.actions[1:]
            parts.append(_serial(table, temporary, column, scope, options))
        elif constraint.kind == "references":
            own = place(table, temporary, scope.context)
            parts.append(_references(constraint, own, scope))
        elif constraint.kind in ("default", "generated", "check"):
            parts.append(_valued(constraint, scope_column, scope))
        elif constraint.kind != "null":
            parts.append(" " + constraint.kind.upper())
    return tuple(parts)


def _serial(
    table: tuple[str, ...],
    temporary: bool,
    column: nodes.TableColumn,
    scope: Scope,
    options: tuple[str, ...] = (),
) -> Code:
    target = _sequence_of(table, column.name, temporary, scope.context)
    word = "TEMPORARY " if temporary else ""
    made = (f"CREATE {word}SEQUENCE IF NOT EXISTS {target}", *options)
    scope.context.before.append(" ".join(made))
    text = target.replace("'", "''")
    return f" DEFAULT nextval('{text}') NOT NULL"


def _sequence_of(
    table: tuple[str, ...], column: str, temporary: bool, context: Context
) -> str:
    return new_table((*table[:-1], f"{table[-1]}_{column}_seq"), temporary, context)


def _valued(constraint: nodes.Constraint, column: ScopeColumn, scope: Scope) -> Code:
    assert constraint.value is not None
    if constraint.kind == "check":
        return _check(constraint, scope)
    if constraint.kind == "generated":
        value = assigned(scope.expression(constraint.value), column, scope)
        return (" GENERATED ALWAYS AS (", value, ")")
    inner = Scope(scope.context, None, kind="DEFAULT")
    return (" DEFAULT (", assigned(inner.expression(constraint.value), column, inner), ")")


def _check(constraint: nodes.Constraint, scope: Scope) -> Code:
    assert constraint.value is not None
    return (" CHECK (", scope.expression(constraint.value).code, ")")


def _constraint(constraint: nodes.Constraint, own: str, scope: Scope) -> Code:
    name = f"CONSTRAINT {quoted(constraint.name)}" if constraint.name else ""
    if constraint.kind == "check":
        return (name, _check(constraint, scope))
    columns = ", ".join(map(quoted, constraint.columns))
    if constraint.kind == "references":
        return (name, f" FOREIGN KEY ({columns})", _references(constraint, own, scope))
    return (name, f" {constraint.kind.upper()} ({columns})")


def _references(constraint: nodes.Constraint, own: str, scope: Scope) -> Code:
    """`own` is the table that is being made, which may refer to itself."""
    target = _referenced(constraint, own, scope.context)
    if constraint.actions:
        refused = [a for a in constraint.actions if not a.endswith(("no action", "restrict"))]
        if refused:
            raise FeatureNotSupported(
                f"{refused[0].upper()} is not supported",
                hint="Delete the referring rows in the same transaction.",
                position=constraint.at + 1,
            )
    foreign = f" ({', '.join(map(quoted, constraint.foreign))})" if constraint.foreign else ""
    return f" REFERENCES {target}{foreign}"


def _referenced(constraint: nodes.Constraint, own: str, context: Context) -> str:
    relation = context.environment.relation(constraint.table, "x")
    if relation is not None:
        return relation.target
    if place(constraint.table, own.startswith("temp."), context) != own:
        raise undefined_table(constraint.table, constraint.at)
    return own


def create_table_as(node: nodes.CreateTableAs, context: Context) -> Code:
    plan = context.analyze_query(node.query, None, context)
    plan.settle()
    fields = plan.fields
    names = [field.name for field in fields]
    names[: len(node.columns)] = node.columns
    for i, name in enumerate(names):
        if name in names[:i] and not plan.open:
            raise DuplicateColumn(f'column "{name}" specified more than once')
        type_ = fields[i].type if i < len(fields) else None
        if type_ is not None and type_.category == "P":
            raise InvalidTableDefinition(f'column "{name}" has pseudo-type {type_.display}')
    word = "CREATE TEMPORARY TABLE " if node.temporary else "CREATE TABLE "
    exists = "IF NOT EXISTS " if node.exists_ok else ""
    target = new_table(node.parts, node.temporary, context)
    body = plan.code(None if plan.open else names)
    if not plan.open:
        made = [ScopeColumn(n, "", f.type, f.typmod) for n, f in zip(names, fields, strict=True)]
        remember(target, made, context)
    _drop_on_commit(node, target, context)
    data = "" if node.with_data else " WITH NO DATA"
    return (word, exists, target, " AS ", body, data)
