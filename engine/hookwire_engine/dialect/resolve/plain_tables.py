"""ALTER TABLE, DROP, TRUNCATE, indexes, sequences and enums of plain tables in DuckDB's words.

DuckDB does one thing at a time, so a list of actions or of names becomes several statements: all
but the last go to `Context.before`.
"""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported, UndefinedObject, UndefinedTable
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, joined, literal, quoted
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.resolve import definitions
from hookwire_engine.dialect.resolve.casts import resolved_type
from hookwire_engine.dialect.resolve.changing import assigned, column_named
from hookwire_engine.dialect.resolve.tables import undefined_table
from hookwire_engine.dialect.scopes import Context, Scope, ScopeColumn, Source
from hookwire_engine.dialect.types import ASSIGNMENT, duckdb_type, is_string
from hookwire_engine.dialect.values import Relation


def definition(node: nodes.Statement, context: Context) -> Code | None:
    """The text of one of these statements; None for any other."""
    if isinstance(node, nodes.AlterTable):
        return _last(_alter(node, context), context)
    if isinstance(node, nodes.Drop):
        return _last(_drop(node, context), context)
    if isinstance(node, nodes.Truncate):
        return _last(_truncate(node, context), context)
    if isinstance(node, nodes.CreateIndex):
        return _index(node, context)
    if isinstance(node, nodes.CreateSequence):
        return _sequence(node, context)
    if isinstance(node, nodes.CreateEnum):
        labels = ", ".join(map(literal, node.labels))
        return f"CREATE TYPE {definitions.new_table(node.parts, False, context)} AS ENUM ({labels})"
    return None


def _last(codes: list[Code], context: Context) -> Code:
    context.before += codes[:-1]
    return codes[-1]


# DROP and TRUNCATE.


def _drop(node: nodes.Drop, context: Context) -> list[Code]:
    exists = "IF EXISTS " if node.lenient else ""
    cascade = " CASCADE" if node.cascade else ""
    codes: list[Code] = []
    for name in node.names:
        target = _dropped(node, name, context)
        kind = "MACRO" if node.kind == "function" else node.kind.upper()
        codes.append(f"DROP {kind} {exists}{target}{cascade}")
    return codes


def _dropped(node: nodes.Drop, name: nodes.ColumnRef, context: Context) -> str:
    if node.kind != "table":
        context.environment.owns(node.kind, name.parts)
        return definitions.place(name.parts, False, context)
    relation = context.environment.relation(name.parts, "o")
    if relation is not None:
        for sequence in relation.sequences:
            context.after.append(f"DROP SEQUENCE IF EXISTS {sequence}")
        return relation.target
    if not node.lenient:
        raise UndefinedTable(f'table "{".".join(name.parts)}" does not exist', position=name.at + 1)
    context.notices.append(f'table "{name.parts[-1]}" does not exist, skipping')
    return definitions.place(name.parts, False, context)


def _truncate(node: nodes.Truncate, context: Context) -> list[Code]:
    return [f"TRUNCATE {_table(table, context, 'D').target}" for table in node.tables]


def _table(table: nodes.TableRef, context: Context, wants: str) -> Relation:
    relation = context.environment.relation(table.parts, wants)
    if relation is None:
        raise undefined_table(table.parts, table.at)
    return relation


# ALTER TABLE.


def _alter(node: nodes.AlterTable, context: Context) -> list[Code]:
    relation = context.environment.relation(node.parts, "o")
    if relation is None:
        if not node.lenient:
            raise undefined_table(node.parts, node.at)
        name = definitions.place(node.parts, False, context)
        context.notices.append(f'relation "{node.parts[-1]}" does not exist, skipping')
        return [f"ALTER TABLE IF EXISTS {name} RENAME TO {quoted(node.parts[-1])}"]
    scope = Scope(context, None)
    typmods = relation.typmods or (-1,) * len(relation.columns)
    columns = [
        ScopeColumn(c.name, quoted(c.name), c.type, typmod)
        for c, typmod in zip(relation.columns, typmods, strict=True)
    ]
    source = Source(relation.name, columns, relation=relation)
    scope.add([source], columns)
    codes: list[Code] = []
    for action in node.actions:
        codes += _action(action, node, source, scope)
    head = f"ALTER TABLE {relation.target} "
    return [
        code if isinstance(code, str) and code.startswith("CREATE") else (head, code)
        for code in codes
    ] or [_nothing(relation, head)]


def _nothing(relation: Relation, head: str) -> Code:
    """A statement that changes nothing."""
    column = relation.columns[0]
    return f"{head}ADD COLUMN IF NOT EXISTS {quoted(column.name)} {duckdb_type(column.type)}"


def _action(
    action: nodes.Change, node: nodes.AlterTable, source: Source, scope: Scope
) -> list[Code]:
    kind = action.kind
    if kind == "nothing":
        return []
    if kind == "add":
        return _add(action, node, scope)
    if kind == "constraint":
        return _add_constraint(action, scope)
    if kind == "drop constraint":
        raise FeatureNotSupported(
            "ALTER TABLE ... DROP CONSTRAINT is not supported",
            hint="Create the table anew with CREATE TABLE ... AS SELECT.",
            position=action.at + 1,
        )
    if kind == "rename to":
        return [f"RENAME TO {quoted(action.name)}"]
    if kind == "drop" and action.lenient:
        return [f"DROP COLUMN IF EXISTS {quoted(action.name)}"]
    column = column_named(source, action.name, action.at)
    name = quoted(column.name)
    if kind == "drop":
        return [f"DROP COLUMN {name}" + (" CASCADE" if action.cascade else "")]
    if kind == "rename":
        assert isinstance(action.value, nodes.StringConst)
        return [f"RENAME COLUMN {name} TO {quoted(action.value.value)}"]
    if kind == "type":
        return _retype(action, column, source, scope)
    if kind == "default":
        assert action.value is not None
        inner = Scope(scope.context, None, kind="DEFAULT")
        value = assigned(inner.expression(action.value), column, inner)
        return [(f"ALTER COLUMN {name} SET DEFAULT ", value)]
    words = {"drop default": "DROP DEFAULT", "not null": "SET NOT NULL", "null": "DROP NOT NULL"}
    return [f"ALTER COLUMN {name} {words[kind]}"]


def _add(action: nodes.Change, node: nodes.AlterTable, scope: Scope) -> list[Code]:
    """DuckDB adds a column without constraints, then those that it can."""
    assert action.column is not None
    column = action.column
    type_, typmod, _ = definitions.column_type(column, scope.context.environment)
    scope_column = ScopeColumn(column.name, quoted(column.name), type_, typmod)
    later: list[Code] = []
    kept: list[nodes.Constraint] = []
    name = quoted(column.name)
    for constraint in column.constraints:
        if constraint.kind == "not null":
            later.append(f"ALTER COLUMN {name} SET NOT NULL")
        elif constraint.kind in ("unique", "primary key"):
            later.append(f"ADD {constraint.kind.upper()} ({name})")
        elif constraint.kind in ("check", "references"):
            _warn_not_enforced(constraint, scope)
        else:
            kept.append(constraint)
    bare = nodes.TableColumn(column.at, column.name, column.type, tuple(kept))
    code = definitions.column_code(node.parts, False, bare, scope_column, scope)
    exists = "IF NOT EXISTS " if action.lenient else ""
    return [(f"ADD COLUMN {exists}", code), *later]


def _add_constraint(action: nodes.Change, scope: Scope) -> list[Code]:
    constraint = action.constraint
    assert constraint is not None
    if constraint.kind in ("primary key", "unique"):
        columns = ", ".join(map(quoted, constraint.columns))
        named = f"CONSTRAINT {quoted(constraint.name)} " if constraint.name else ""
        return [f"ADD {named}{constraint.kind.upper()} ({columns})"]
    _warn_not_enforced(constraint, scope)
    return []


def _warn_not_enforced(constraint: nodes.Constraint, scope: Scope) -> None:
    what = "CHECK" if constraint.kind == "check" else "FOREIGN KEY"
    scope.context.notices.append(
        f"{what} constraints that ALTER TABLE adds are not enforced; give them in CREATE TABLE"
    )


def _retype(action: nodes.Change, column: ScopeColumn, source: Source, scope: Scope) -> list[Code]:
    assert action.type is not None
    type_, typmod = resolved_type(action.type, scope.context.environment)
    if type_ is None:
        raise UndefinedObject(
            f'type "{action.type.parts[-1]}" does not exist', position=action.type.at + 1
        )
    relation = source.relation
    assert relation is not None
    renewed = ScopeColumn(column.name, column.code, type_, typmod)
    comment = next(c.comment for c in relation.columns if c.name == column.name)
    definitions.remember(relation.target, [renewed], scope.context, renewed=True, comment=comment)
    if action.value is None and _only_wider(column, renewed):
        return []
    value = scope.use(column, action.at)
    if action.value is not None:
        value = scope.expression(action.value)
    converted = coerced(value, type_, scope.context.parameters, ASSIGNMENT, typmod)
    head = f"ALTER COLUMN {quoted(action.name)} SET DATA TYPE {duckdb_type(type_, typmod)} USING "
    return [(head, converted.code)]


def _only_wider(old: ScopeColumn, new: ScopeColumn) -> bool:
    """Whether every value of the column is one of the new type as it is: DuckDB, which may not
    alter a table that others refer to, has nothing to do."""
    if not is_string(old.type) or not is_string(new.type) or old.type is types.BPCHAR:
        return False
    if new.type is types.BPCHAR or (new.type is not types.TEXT and new.type is not types.VARCHAR):
        return False
    return new.typmod < 0 or 0 <= old.typmod <= new.typmod


# Indexes and sequences.


def _index(node: nodes.CreateIndex, context: Context) -> Code:
    relation = _table(node.table, context, "o")
    if node.method not in ("btree", "hash") or (node.unique and node.where is not None):
        what = f"indexes of method {node.method}" if node.where is None else "partial indexes"
        raise FeatureNotSupported(
            f"{what} are not supported",
            hint="No query needs one: leave the index out.",
            position=node.at + 1,
        )
    scope = Scope(context, None)
    columns = [ScopeColumn(c.name, quoted(c.name), c.type) for c in relation.columns]
    scope.add([Source(relation.name, columns, relation=relation)], columns)
    keys: list[Code] = []
    names: list[str] = []
    for key in node.keys:
        code = scope.expression(key.value).code
        single = isinstance(key.value, nodes.ColumnRef)
        names.append(key.value.parts[-1] if isinstance(key.value, nodes.ColumnRef) else "expr")
        keys.append(code if single else ("(", code, ")"))
    name = node.name or "_".join((relation.name, *names, "idx"))
    word = "CREATE UNIQUE INDEX " if node.unique else "CREATE INDEX "
    exists = "IF NOT EXISTS " if node.lenient else ""
    return (f"{word}{exists}{quoted(name)} ON {relation.target} (", joined(", ", keys), ")")


def _sequence(node: nodes.CreateSequence, context: Context) -> Code:
    word = "CREATE TEMPORARY SEQUENCE " if node.temporary else "CREATE SEQUENCE "
    exists = "IF NOT EXISTS " if node.lenient else ""
    target = definitions.new_table(node.parts, node.temporary, context)
    return " ".join((f"{word}{exists}{target}", *node.options))
