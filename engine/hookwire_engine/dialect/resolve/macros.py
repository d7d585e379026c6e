"""CREATE FUNCTION as a macro of DuckDB with the same types."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported, InvalidTableDefinition
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, quoted, written
from hookwire_engine.dialect.parameters import Parameters
from hookwire_engine.dialect.resolve.casts import resolved_type
from hookwire_engine.dialect.resolve.definitions import new_table
from hookwire_engine.dialect.scopes import Context, Scope, ScopeColumn, Source
from hookwire_engine.dialect.types import duckdb_type


def create_function(node: nodes.CreateFunction, context: Context) -> Code:
    """Its arguments are visible in the body by name and as $1, $2, ..."""
    resolved = [resolved_type(a.type, context.environment)[0] for a in node.arguments]
    if any(type_ is None for type_ in resolved):
        raise FeatureNotSupported(
            "a parameter of a type that only DuckDB has is not supported", position=node.at + 1
        )
    known = [type_ for type_ in resolved if type_ is not None]
    names = [argument.name for argument in node.arguments]
    inner = Context(
        context.environment,
        Parameters([type_.oid for type_ in known]),
        context.analyze_expression,
        context.analyze_query,
    )
    scope = Scope(inner, None)
    columns = [
        ScopeColumn(name, quoted(name), type_) for name, type_ in zip(names, known, strict=True)
    ]
    scope.add([Source(node.parts[-1], columns)], columns)
    body = _body(node, scope)
    text = written(body, lambda number: quoted(names[number - 1]))[0]
    context.use_all(inner)
    listed = ", ".join(
        f"{quoted(name)} {duckdb_type(type_)}" for name, type_ in zip(names, known, strict=True)
    )
    if node.replace:
        context.environment.owns("function", node.parts)
    word = "CREATE OR REPLACE MACRO " if node.replace else "CREATE MACRO "
    return f"{word}{new_table(node.parts, False, context)}({listed}) AS {text}"


def _body(node: nodes.CreateFunction, scope: Scope) -> Code:
    plan = scope.context.analyze_query(node.body, scope, scope.context)
    returns, typmod = resolved_type(node.returns, scope.context.environment)
    if len(plan.fields) != 1:
        raise InvalidTableDefinition(
            f"return type mismatch in function declared to return {node.returns.parts[-1]}",
            detail="Final statement must return exactly one column.",
        )
    if returns is not None and returns is not types.VOID:
        plan.coerce(0, returns, typmod)
    plan.settle()
    return ("(", plan.code(None), ")")
