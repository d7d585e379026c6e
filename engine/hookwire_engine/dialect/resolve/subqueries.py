"""Queries inside expressions: as a value, EXISTS, ARRAY (PostgreSQL 4.2.11, 4.2.12, 9.23)."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Mark
from hookwire_engine.dialect.plans import Plan
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import arrays


def plan_of(query: nodes.Query, scope: Scope) -> Plan:
    return scope.context.analyze_query(query, scope, scope.context)


def scalar(node: nodes.Scalar, scope: Scope) -> Typed:
    plan = plan_of(node.query, scope)
    fields = plan.fields
    if len(fields) != 1:
        raise SqlSyntaxError("subquery must return only one column", position=node.at + 1)
    plan.settle()
    field = plan.fields[0]
    code = Mark(node.at, ("(", plan.code(None), ")"))
    return Typed(code, field.type, node.at, field.typmod)


def exists(node: nodes.Exists, scope: Scope) -> Typed:
    plan = plan_of(node.query, scope)
    plan.settle()
    return Typed(Mark(node.at, ("EXISTS (", plan.code(None), ")")), types.BOOL, node.at)


def array_query(node: nodes.ArrayQuery, scope: Scope) -> Typed:
    plan = plan_of(node.query, scope)
    if len(plan.fields) != 1:
        raise SqlSyntaxError("subquery must return only one column", position=node.at + 1)
    plan.settle()
    element = plan.fields[0].type
    type_ = None if element is None else arrays(element)
    return Typed(Mark(node.at, ("ARRAY(", plan.code(None), ")")), type_, node.at)
