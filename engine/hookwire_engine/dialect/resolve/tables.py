"""FROM: what each item brings into scope, and its text (PostgreSQL 7.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_catalog import types
from hookwire_catalog.errors import (
    AmbiguousColumn,
    DatatypeMismatch,
    FeatureNotSupported,
    InvalidColumnReference,
    SqlError,
    UndefinedColumn,
    UndefinedTable,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined, quoted
from hookwire_engine.dialect.coerce import coerced, common_type
from hookwire_engine.dialect.plans import unique_names
from hookwire_engine.dialect.resolve import functions_in_from
from hookwire_engine.dialect.resolve.operators import operation
from hookwire_engine.dialect.scopes import Cte, Scope, ScopeColumn, Source
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import display


@dataclass(slots=True, eq=False)
class Item:
    """An item of FROM: its text, the relations in it, and its columns in the order of `*`."""

    code: Code
    sources: list[Source]
    columns: list[ScopeColumn]
    open: bool = field(default=False)


def from_clause(items: tuple[nodes.Node, ...], scope: Scope) -> Code:
    """The text after FROM; the items are added to `scope` one after another."""
    codes: list[Code] = []
    for node in items:
        item = from_item(node, scope)
        scope.add(item.sources, item.columns)
        codes.append(item.code)
    return joined(", ", codes)


def from_item(node: nodes.Node, scope: Scope) -> Item:
    if isinstance(node, nodes.TableRef):
        return _table(node, scope)
    if isinstance(node, nodes.QueryRef):
        return _query(node, scope)
    if isinstance(node, nodes.FunctionRef):
        return _function(node, scope)
    assert isinstance(node, nodes.Join)
    return _join(node, scope)


# Relations.


def _table(node: nodes.TableRef, scope: Scope) -> Item:
    name = node.parts[-1]
    alias = node.alias or name
    if len(node.parts) == 1:
        cte = scope.cte(name)
        if cte is not None:
            return _cte_item(node, cte, alias)
    relation = scope.context.environment.relation(node.parts)
    if relation is None:
        raise undefined_table(node.parts, node.at)
    scope.context.use(relation)
    typmods = relation.typmods or (-1,) * len(relation.columns)
    prefix = quoted(alias)
    columns = [
        ScopeColumn(
            column.name, f"{prefix}.{quoted(column.name)}", column.type, typmod,
            origin=(relation.oid, number),
        )
        for number, (column, typmod) in enumerate(zip(relation.columns, typmods, strict=True), 1)
    ]
    _rename(columns, node.columns, alias, node.at)
    schema = relation.schema if node.alias is None else None
    source = Source(alias, columns, schema, relation=relation)
    code: Code = (Mark(node.at, relation.target), f" AS {quoted(alias)}")
    if node.sample is not None:
        code = (code, _sample(node.sample, scope))
    return Item(code, [source], columns)


def undefined_table(parts: tuple[str, ...], at: int) -> UndefinedTable:
    return UndefinedTable(f'relation "{".".join(parts)}" does not exist', position=at + 1)


def _cte_item(node: nodes.TableRef, cte: Cte, alias: str) -> Item:
    prefix = quoted(alias)
    columns = [
        ScopeColumn(f.name, f"{prefix}.{quoted(name)}", f.type, f.typmod, origin=f.origin)
        for f, name in zip(cte.fields, cte.columns, strict=True)
    ]
    _rename(columns, node.columns, alias, node.at)
    code = (Mark(node.at, quoted(cte.name)), f" AS {prefix}")
    return Item(code, [Source(alias, columns, open=cte.open)], columns)


def _rename(columns: list[ScopeColumn], names: tuple[str, ...], alias: str, at: int) -> None:
    """AS alias(a, b): new names for the first columns."""
    if len(names) > len(columns):
        raise InvalidColumnReference(
            f'table "{alias}" has {len(columns)} columns available'
            f" but {len(names)} columns specified",
            position=at + 1,
        )
    for column, name in zip(columns, names, strict=False):
        column.name = name


_METHODS = {"bernoulli": "bernoulli", "system": "system", "reservoir": "reservoir"}


def _sample(sample: nodes.Sample, scope: Scope) -> Code:
    method = _METHODS.get(sample.method)
    if method is None:
        raise UndefinedSampleMethod(
            f"tablesample method {sample.method} does not exist", position=sample.at + 1
        )
    if not isinstance(sample.amount, nodes.NumberConst):
        raise FeatureNotSupported(
            "TABLESAMPLE with an amount that is no constant is not supported",
            position=sample.at + 1,
        )
    seed = ""
    if isinstance(sample.seed, nodes.NumberConst):
        seed = f" REPEATABLE ({sample.seed.text})"
    return f" TABLESAMPLE {method} ({sample.amount.text} PERCENT){seed}"


class UndefinedSampleMethod(SqlError):
    sqlstate = "42704"


# Queries and functions.


def _query(node: nodes.QueryRef, scope: Scope) -> Item:
    outer = scope if node.lateral else scope.parent
    inner_scope = _outer_scope(scope, outer)
    plan = scope.context.analyze_query(node.query, inner_scope, scope.context)
    plan.settle()
    alias = node.alias or scope.context.fresh_alias()
    fields = plan.fields
    names = unique_names(fields)
    columns = [
        ScopeColumn(
            f.name, f"{quoted(alias)}.{quoted(name)}", f.type, f.typmod, f.fields, origin=f.origin
        )
        for f, name in zip(fields, names, strict=True)
    ]
    _rename(columns, node.columns, alias, node.at)
    word = "LATERAL (" if node.lateral else "("
    code: Code = (word, plan.code(names), f") AS {quoted(alias)}")
    source = Source(alias, columns, open=plan.open)
    return Item(code, [source], columns)


def _outer_scope(scope: Scope, outer: Scope | None) -> Scope | None:
    """What a query in FROM may refer to: for one that is not LATERAL, the queries around and the
    common tables of this one."""
    if outer is scope or not scope.ctes:
        return outer
    bridge = Scope(scope.context, scope.parent)
    bridge.ctes = scope.ctes
    return bridge


def _function(node: nodes.FunctionRef, scope: Scope) -> Item:
    code, source = functions_in_from.function_item(node, scope)
    return Item(code, [source], source.columns)


# Joins.

_JOINS = {
    "inner": "JOIN", "left": "LEFT JOIN", "right": "RIGHT JOIN", "full": "FULL JOIN",
    "cross": "CROSS JOIN", "asof": "ASOF JOIN", "asof left": "ASOF LEFT JOIN",
    "positional": "POSITIONAL JOIN", "semi": "SEMI JOIN", "anti": "ANTI JOIN",
    "semi left": "SEMI JOIN", "anti left": "ANTI JOIN",
}  # fmt: skip


def _join(node: nodes.Join, scope: Scope) -> Item:
    left = from_item(node.left, scope)
    lateral = Scope(scope.context, scope, ctes=scope.ctes)
    lateral.parent = scope
    lateral.add(left.sources, left.columns)
    right = from_item(node.right, lateral)
    using = node.using
    if node.natural:
        shared = {column.name for column in right.columns}
        using = tuple(dict.fromkeys(c.name for c in left.columns if c.name in shared))
    both = Scope(scope.context, scope, ctes=scope.ctes, kind="JOIN conditions")
    both.add([*left.sources, *right.sources], [*left.columns, *right.columns])
    word = _JOINS[node.kind]
    columns = [*left.columns, *right.columns]
    condition: Code = ""
    if using:
        condition, columns = _using(node, using, left, right, both)
    elif node.on is not None:
        condition = (" ON ", _condition(node.on, both))
    elif node.natural:
        word = "CROSS JOIN" if node.kind == "inner" else word
        condition = "" if node.kind == "inner" else " ON true"
    if node.kind in ("semi", "anti", "semi left", "anti left"):
        columns = left.columns
    right_code: Code = right.code
    if isinstance(node.right, nodes.Join):
        right_code = ("(", right.code, ")")
    code: Code = (left.code, f" {word} ", right_code, condition)
    item = Item(code, [*left.sources, *right.sources], columns)
    return _aliased(node, item) if node.alias is not None else item


def _condition(node: nodes.Expr, scope: Scope) -> Code:
    value = scope.expression(node)
    if value.unknown:
        value = coerced(value, types.BOOL, scope.context.parameters)
    if value.type is not types.BOOL and not value.open:
        raise DatatypeMismatch(
            f"argument of JOIN/ON must be type boolean, not type {display(value.type)}",
            position=value.at + 1,
        )
    return value.code


def _using(
    node: nodes.Join, names: tuple[str, ...], left: Item, right: Item, both: Scope
) -> tuple[Code, list[ScopeColumn]]:
    """The condition of USING, and the columns with those named once and first (7.2.1.1)."""
    tests: list[Code] = []
    merged: list[ScopeColumn] = []
    taken: list[ScopeColumn] = []
    symbol = "="
    for position, name in enumerate(names):
        one = _only(left, name, "left", node.at)
        other = _only(right, name, "right", node.at)
        taken += [one, other]
        first, second = both.use(one, node.at), both.use(other, node.at)
        if node.kind.startswith("asof") and position == len(names) - 1:
            symbol = ">="
        tests.append(operation(symbol, first, second, both, node.at).code)
        merged.append(_merged(node, name, first, second, both))
    rest = [c for c in (*left.columns, *right.columns) if c not in taken]
    return (" ON (", joined(" AND ", tests), ")"), [*merged, *rest]


def _only(item: Item, name: str, side: str, at: int) -> ScopeColumn:
    found = [column for column in item.columns if column.name == name]
    if not found:
        raise UndefinedColumn(
            f'column "{name}" specified in USING clause does not exist in {side} table',
            position=at + 1,
        )
    if len(found) > 1:
        raise AmbiguousColumn(
            f'common column name "{name}" appears more than once in {side} table',
            position=at + 1,
        )
    return found[0]


def _merged(node: nodes.Join, name: str, first: Typed, second: Typed, both: Scope) -> ScopeColumn:
    type_ = common_type([first, second], "JOIN/USING")
    if type_ is not None:
        parameters = both.context.parameters
        first, second = (coerced(value, type_, parameters) for value in (first, second))
    code: Code = first.code
    if node.kind == "right":
        code = second.code
    elif node.kind == "full":
        code = ("COALESCE(", first.code, ", ", second.code, ")")
    return ScopeColumn(name, code, type_)


def _aliased(node: nodes.Join, item: Item) -> Item:
    """(a JOIN b ON ...) AS j: one relation, whose parts have no names any more."""
    assert node.alias is not None
    fields = [Field(c.name, c.type, c.typmod) for c in item.columns]
    names = unique_names(fields)
    shown: list[Code] = [
        (column.code, " AS ", quoted(name))
        for column, name in zip(item.columns, names, strict=True)
    ]
    code: Code = (
        "(SELECT ", joined(", ", shown) if shown else "1", " FROM ", item.code,
        f") AS {quoted(node.alias)}",
    )  # fmt: skip
    columns = [
        ScopeColumn(f.name, f"{quoted(node.alias)}.{quoted(name)}", f.type, f.typmod)
        for f, name in zip(fields, names, strict=True)
    ]
    _rename(columns, node.columns, node.alias, node.at)
    return Item(code, [Source(node.alias, columns)], columns)
