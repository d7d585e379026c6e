"""Operators: which one is meant (PostgreSQL 10.2), and how DuckDB is to be asked for it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from hookwire_catalog import types
from hookwire_catalog.errors import AmbiguousFunction, UndefinedFunction
from hookwire_catalog.types import PgType
from hookwire_engine.dialect.code import Code, Mark, filled, joined
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import (
    EXPLICIT,
    display,
    is_number,
    is_string,
    numeric_modifier,
    type_named,
)
from hookwire_engine.functions import registry
from hookwire_engine.functions.resolution import POLYMORPHIC, Candidate, choose, fit_operator
from hookwire_engine.functions.signatures import Operator, Signature

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_DUCKDB_ONLY = frozenset({"//", "**"})
_MOMENTS = frozenset({"date", "timestamp", "timestamptz"})
_FLOATS = frozenset({"float4", "float8"})
_NOT_COMPARABLE = frozenset({"json", "jsonb", "hstore", "record"})


def operation(symbol: str, left: Typed | None, right: Typed, scope: Scope, at: int) -> Typed:
    """`left symbol right` with its operands converted and its type known."""
    if left is not None and symbol in COMPARISONS:
        compared = _comparison(symbol, left, right, scope, at)
        if compared is not None:
            return compared
    if right.open or (left is not None and left.open) or symbol in _DUCKDB_ONLY:
        return _opaque(symbol, left, right, scope, at)
    found = _resolved(symbol, None if left is None else _name(left), _name(right))
    if not found:
        raise _undefined(symbol, left, right, at)
    if len(found) > 1:
        raise _ambiguous(symbol, left, right, at)
    return _applied(found[0], left, right, scope, at)


def promoted(symbol: str, left: Typed, right: Typed, scope: Scope) -> Typed:
    """`left` as the operator takes it: what NULLIF returns (PostgreSQL 9.18.3)."""
    if left.unknown or left.open or right.open:
        return left
    found = _resolved(symbol, _name(left), _name(right))
    type_ = type_named(found[0].types[0]) if len(found) == 1 else None
    return left if type_ is None else coerced(left, type_, scope.context.parameters)


def _name(value: Typed) -> str:
    assert value.type is not None
    return value.type.name


@lru_cache(maxsize=4096)
def _resolved(symbol: str, left: str | None, right: str) -> list[Candidate[Operator]]:
    given = (right,) if left is None else (left, right)
    fitted = [fit_operator(entry, given) for entry in registry.operators(symbol)]
    return chosen([c for c in fitted if c is not None], given, operator=True)


_Entry = TypeVar("_Entry", Operator, Signature)


def chosen(
    candidates: list[Candidate[_Entry]], given: tuple[str, ...], *, operator: bool = False
) -> list[Candidate[_Entry]]:
    """What PostgreSQL's rules leave. A polymorphic overload is never an exact match for them, so
    it counts only where no other fits."""
    plain = [c for c in candidates if POLYMORPHIC.isdisjoint(declared(c.entry))]
    return choose(plain, given, operator=operator) or choose(candidates, given, operator=operator)


def declared(entry: Operator | Signature) -> tuple[str, ...]:
    if isinstance(entry, Signature):
        return entry.arguments
    return (entry.right,) if entry.left is None else (entry.left, entry.right)


def _applied(
    found: Candidate[Operator],
    left: Typed | None,
    right: Typed,
    scope: Scope,
    at: int,
) -> Typed:
    entry = found.entry
    parameters = scope.context.parameters
    operands = [right] if left is None else [left, right]
    for i, name in enumerate(found.types):
        type_ = type_named(name)
        if type_ is not None and name != "any":
            operands[i] = coerced(operands[i], type_, parameters)
    if entry.symbol == "||" and entry.returns == "text":
        operands = [coerced(value, types.TEXT, parameters, EXPLICIT) for value in operands]
    returns = _result_type(entry, found, operands)
    if entry.target is None and returns in (types.INT4, types.INT8):
        # DuckDB makes smallint of a smallint and a literal.
        operands = [coerced(o, returns, parameters) if o.type is types.INT2 else o
                    for o in operands]  # fmt: skip
    if returns is types.NUMERIC and left is not None and entry.symbol in ("+", "-", "*"):
        return _numeric(entry, operands, at)
    return applied(entry, operands, returns, at, scope.grouped)


_NO_MODIFIER_SCALE = 16
_MOST_DIGITS = 20


def _numeric(entry: Operator, operands: list[Typed], at: int) -> Typed:
    """A sum or a product; DuckDB adds the scales of factors, and has 38 digits for both parts."""
    one, other = (_scale(operand) for operand in operands)
    if entry.symbol != "*":
        value = applied(entry, operands, types.NUMERIC, at, False)
        return replace(value, scale=max(one, other))
    if one + other <= _MOST_DIGITS:
        value = applied(entry, operands, types.NUMERIC, at, False)
        return replace(value, scale=one + other)
    exact = replace(entry, target="memory.hw.numeric_mul")
    return applied(exact, operands, types.NUMERIC, at, False)


def _scale(value: Typed) -> int:
    if value.scale is not None:
        return value.scale
    return numeric_modifier(value.typmod)[1] if value.typmod >= 0 else _NO_MODIFIER_SCALE


def _result_type(
    entry: Operator, found: Candidate[Operator], operands: list[Typed]
) -> PgType | None:
    name = entry.returns
    if name in ("anyarray", "anycompatiblearray", "anyelement", "anycompatible"):
        for parameter, concrete in zip(declared(entry), found.types, strict=True):
            if parameter == name:
                return type_named(concrete)
            if name.endswith("array") and parameter.startswith("any"):
                return type_named("_" + concrete)
    return type_named(name) or operands[0].type


def applied(
    entry: Operator, operands: list[Typed], returns: PgType | None, at: int, grouped: bool
) -> Typed:
    """The text of an operator whose operands have their types already.

    In a grouped query a jsonb has one text only, by which DuckDB knows it for a key.
    """
    reads_raw = entry.returns not in ("jsonb", "json") or entry.raw is not None
    texts = [value.raw if reads_raw and value.raw is not None else value.code for value in operands]
    if entry.swap:
        texts.reverse()
    code = _with_wrap(entry, _call_or_infix(entry, entry.target, texts))
    raw = None
    if entry.raw is not None and not grouped:
        raw = Mark(at, _with_wrap(entry, _call_or_infix(entry, entry.raw, texts)))
    return Typed(Mark(at, code), returns, min(at, operands[0].at), raw=raw)


def _call_or_infix(entry: Operator, target: str | None, texts: list[Code]) -> Code:
    if target is not None:
        if "{" in target:
            return filled(target, *texts)
        return (target, "(", joined(", ", texts), ")")
    if len(texts) == 1:
        return ("(", entry.symbol, " ", texts[0], ")")
    return ("(", texts[0], f" {entry.symbol} ", texts[1], ")")


def _with_wrap(entry: Operator, code: Code) -> Code:
    return code if entry.wrap is None else filled(entry.wrap, code)


def _comparison(symbol: str, left: Typed, right: Typed, scope: Scope, at: int) -> Typed | None:
    """Comparisons that DuckDB makes as PostgreSQL does; None for those that need an operator."""
    parameters = scope.context.parameters
    if left.unknown and right.unknown:
        left, right = (coerced(v, types.TEXT, parameters) for v in (left, right))
    elif left.unknown and right.type is not None:
        left = coerced(left, _side_type(right.type), parameters)
    elif right.unknown and left.type is not None:
        right = coerced(right, _side_type(left.type), parameters)
    one, other = left.type, right.type
    if one is None or other is None:
        return _infix(symbol, left, right, at)
    if one is types.BPCHAR and other is types.BPCHAR:
        left, right = (replace(v, code=("rtrim(", v.code, ", ' ')")) for v in (left, right))
    if one is other and (one.element or one).name not in _NOT_COMPARABLE:
        return _infix(symbol, left, right, at)
    alike = (
        (is_number(one) and is_number(other))
        or (is_string(one) and is_string(other))
        or (one.name in _MOMENTS and other.name in _MOMENTS)
    )
    if alike:
        return _infix(symbol, *_promoted(left, right, scope), at)
    return None


def _promoted(left: Typed, right: Typed, scope: Scope) -> tuple[Typed, Typed]:
    """What DuckDB would compare in a type that PostgreSQL does not: a float with an exact number,
    char(n) with text."""
    one, other = left.type, right.type
    assert one is not None and other is not None
    common = None
    if one is not other and (one.name in _FLOATS or other.name in _FLOATS):
        common = types.FLOAT8
    elif types.BPCHAR in (one, other) and one is not other:
        common = types.TEXT
    if common is None:
        return left, right
    parameters = scope.context.parameters
    return coerced(left, common, parameters), coerced(right, common, parameters)


def _side_type(type_: PgType) -> PgType:
    """What an open operand becomes beside `type_`: varchar has no operators of its own."""
    if type_.name in ("varchar", "cstring"):
        return types.TEXT
    return type_


def _infix(symbol: str, left: Typed, right: Typed, at: int) -> Typed:
    code: Code = ("(", left.code, f" {symbol} ", right.code, ")")
    return Typed(Mark(at, code), types.BOOL, min(at, left.at))


def _opaque(symbol: str, left: Typed | None, right: Typed, scope: Scope, at: int) -> Typed:
    """An operator over a value that only DuckDB has a type for: DuckDB's operator."""
    parameters = scope.context.parameters
    if right.unknown:
        right = coerced(right, types.TEXT, parameters) if right.parameter else _bare(right)
    if left is None:
        return Typed(Mark(at, ("(", symbol, " ", right.code, ")")), None, at)
    if left.unknown:
        left = coerced(left, types.TEXT, parameters) if left.parameter else _bare(left)
    type_ = types.BOOL if symbol in ("@>", "<@", "&&", "~~", "!~~", "~~*", "!~~*", "~") else None
    return Typed(Mark(at, ("(", left.code, f" {symbol} ", right.code, ")")), type_, at)


def _bare(value: Typed) -> Typed:
    return Typed(value.code, None, value.at)


def _shown(symbol: str, left: Typed | None, right: Typed) -> str:
    if left is None:
        return f"{symbol} {display(right.type)}"
    return f"{display(left.type)} {symbol} {display(right.type)}"


def _undefined(symbol: str, left: Typed | None, right: Typed, at: int) -> UndefinedFunction:
    return UndefinedFunction(
        f"operator does not exist: {_shown(symbol, left, right)}",
        hint="No operator matches the given name and argument "
        + ("type. You might need to add an explicit type cast."
           if left is None
           else "types. You might need to add explicit type casts."),
        position=at + 1,
    )  # fmt: skip


def _ambiguous(symbol: str, left: Typed | None, right: Typed, at: int) -> AmbiguousFunction:
    return AmbiguousFunction(
        f"operator is not unique: {_shown(symbol, left, right)}",
        hint="Could not choose a best candidate operator. "
        "You might need to add explicit type casts.",
        position=at + 1,
    )
