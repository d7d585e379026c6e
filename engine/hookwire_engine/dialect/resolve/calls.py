"""Function calls: which overload is meant, and what DuckDB is asked (PostgreSQL 4.2.6)."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import (
    AmbiguousFunction,
    DatatypeMismatch,
    FeatureNotSupported,
    GroupingError,
    InvalidParameterValue,
    SqlError,
    UndefinedFunction,
    WrongObjectType,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, filled, joined, literal, quoted
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.resolve import arguments, lookup, session
from hookwire_engine.dialect.resolve.ordering import WindowingError, sort_keys, window_code
from hookwire_engine.dialect.resolve.targets import Overload, call_code
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import EXPLICIT, cast_level, display, type_named
from hookwire_engine.functions.binary_functions import ALGORITHMS
from hookwire_engine.functions.extract import extract_call, refusal
from hookwire_engine.functions.library import UNSUPPORTED
from hookwire_engine.functions.signatures import Kind, Signature


def call(node: nodes.Call, scope: Scope) -> Typed:
    name = node.parts[-1]
    if len(node.parts) == 1 or node.parts[-2] == "pg_catalog":
        value = session.value(node, scope)
        if value is not None:
            return value
        if name == "pg_typeof" and len(node.arguments) == 1:
            return _typeof(node, scope)
    if node.over is not None or not _may_aggregate(name):
        return _resolved(node, scope)
    if scope.in_aggregate:
        message = "aggregate function calls cannot be nested"
        if scope.kind == "FILTER":
            message = "aggregate functions are not allowed in FILTER"
        raise GroupingError(message, position=node.at + 1)
    scope.in_aggregate = True
    try:
        return _resolved(node, scope)
    finally:
        scope.in_aggregate = False


def _resolved(node: nodes.Call, scope: Scope) -> Typed:
    given = [scope.expression(argument) for argument in node.arguments]
    within = [scope.expression(key.value) for key in node.within]
    overload = resolve(node, given, within)
    if overload is None:
        return _by_other_means(node, given, scope)
    return _called(node, overload, within, scope)


def _may_aggregate(name: str) -> bool:
    entries = lookup.signatures(name)
    if entries:
        return any(entry.kind is Kind.AGGREGATE for entry in entries)
    return lookup.duckdb_aggregate(name)


_OUR_SCHEMAS = frozenset({"pg_catalog", "information_schema", "public"})
"""Where the library's functions are: PostgreSQL's own, and those of extensions."""


def resolve(
    node: nodes.Call, given: Sequence[Typed], within: Sequence[Typed] = ()
) -> Overload | None:
    """The one overload that the call means; None when PostgreSQL has no such function."""
    name = _meant(node.parts[-1], given)
    entries = lookup.signatures(name)
    if not entries or (len(node.parts) > 1 and node.parts[-2] not in _OUR_SCHEMAS):
        return None
    placed = arguments.in_order(node, given, entries)
    if len(entries) > 1 and any(value.open for value in placed) and lookup.duckdb_has(name):
        return None
    names = tuple(_type_name(value) for value in (*placed, *within))
    found = lookup.candidates(name, names)
    if len(found) > 1 and any(value.open for value in placed):
        found = found[:1]
    if not found:
        if any(value.open for value in placed) and lookup.duckdb_has(name):
            return None
        if _is_cast(node, given):
            return None
        raise _undefined(node, [*placed, *within])
    if len(found) > 1:
        raise AmbiguousFunction(
            f"function {_shown(node, placed)} is not unique",
            hint="Could not choose a best candidate function. "
            "You might need to add explicit type casts.",
            position=node.at + 1,
        )
    _check_polymorphic(found[0].entry, [*placed, *within])
    return Overload(found[0].entry, found[0].types, placed)


def _meant(name: str, given: Sequence[Typed]) -> str:
    """`hmac('sha256', key, data)`, told apart by its first argument, gives hexadecimal text."""
    if name == "hmac" and len(given) == 3 and given[0].unknown:
        algorithm = given[0].constant
        if algorithm is not None and algorithm.lower() in ALGORITHMS:
            return "hmac_hex"
    return name


_FIRM = frozenset({"anyelement", "anynonarray", "anyarray"})


def _check_polymorphic(entry: Signature, given: Sequence[Typed]) -> None:
    """A literal alone does not say what anyelement is (42804)."""
    known = [
        not value.unknown
        for declared, value in zip(entry.arguments, given, strict=False)
        if declared in _FIRM
    ]
    if known and not any(known):
        raise DatatypeMismatch(
            "could not determine polymorphic type because input has type unknown"
        )


def _type_name(value: Typed) -> str:
    if value.type is None:
        return "unknown"
    return value.type.name


def _shown(node: nodes.Call, given: Sequence[Typed]) -> str:
    return f"{'.'.join(node.parts)}({', '.join(display(value.type) for value in given)})"


def _undefined(node: nodes.Call, given: Sequence[Typed]) -> SqlError:
    name = node.parts[-1]
    if name in UNSUPPORTED:
        return FeatureNotSupported(
            f"function {name}() is not supported", hint=f"Use {UNSUPPORTED[name]}.",
            position=node.at + 1,
        )  # fmt: skip
    return UndefinedFunction(
        f"function {_shown(node, given)} does not exist",
        hint="No function matches the given name and argument types. "
        "You might need to add explicit type casts.",
        position=node.at + 1,
    )


def _called(node: nodes.Call, overload: Overload, within: list[Typed], scope: Scope) -> Typed:
    kind = overload.entry.kind
    if node.over is not None and kind in (Kind.AGGREGATE, Kind.WINDOW):
        _check_window(node, scope)
    elif kind is Kind.AGGREGATE:
        _check_aggregate(node, scope)
    elif kind is Kind.WINDOW:
        raise WrongObjectType(
            f"window function {node.parts[-1]} requires an OVER clause", position=node.at + 1
        )
    elif kind is Kind.TABLE:
        scope.sets += 1
        _check_set(node, scope)
    if kind in (Kind.SCALAR, Kind.TABLE):
        _check_plain(node)
    field = _literal_field(node, overload)
    if field is not None:
        return field
    tail = tail_code(node, scope)
    return call_code(node, overload, within, tail, scope)


def _check_window(node: nodes.Call, scope: Scope) -> None:
    scope.windows += 1
    if scope.in_aggregate:
        raise GroupingError(
            "aggregate function calls cannot contain window function calls", position=node.at + 1
        )
    if scope.kind in _NO_AGGREGATES or scope.kind == "HAVING":
        raise WindowingError(
            f"window functions are not allowed in {scope.kind}", position=node.at + 1
        )


def _literal_field(node: nodes.Call, overload: Overload) -> Typed | None:
    """EXTRACT and date_part of a field that is a literal: that field's own expression."""
    entry = overload.entry
    if entry.name not in ("extract", "date_part") or overload.given[0].constant is None:
        return None
    field, value = overload.given[0].constant, overload.given[1]
    kind = overload.types[1]
    if entry.name == "date_part" and kind == "date":
        kind = "timestamp"  # date_part(text, date) is that of its midnight
    template = extract_call(field, kind)
    if template is None:
        sqlstate, message = refusal(field, kind)
        error = FeatureNotSupported if sqlstate == "0A000" else InvalidParameterValue
        raise error(message)
    type_ = types.NUMERIC
    if entry.name == "date_part":
        template, type_ = f"CAST({template} AS DOUBLE)", types.FLOAT8
    if value.unknown:
        return None
    return Typed(Mark(node.at, filled(template, value.code)), type_, node.at)


_NO_AGGREGATES = frozenset(
    {"WHERE", "JOIN conditions", "GROUP BY", "VALUES", "RETURNING", "functions in FROM"}
)


def _check_aggregate(node: nodes.Call, scope: Scope) -> None:
    scope.aggregates += 1
    if scope.kind in _NO_AGGREGATES:
        raise GroupingError(
            f"aggregate functions are not allowed in {scope.kind}", position=node.at + 1
        )


def _check_set(node: nodes.Call, scope: Scope) -> None:
    if scope.kind in ("WHERE", "JOIN conditions", "HAVING", "VALUES", "LIMIT"):
        raise FeatureNotSupported(
            f"set-returning functions are not allowed in {scope.kind}", position=node.at + 1
        )


def _check_plain(node: nodes.Call) -> None:
    shown = node.parts[-1]
    for given, what in (
        (node.distinct, f"DISTINCT specified, but {shown} is not an aggregate function"),
        (node.order, f"ORDER BY specified, but {shown} is not an aggregate function"),
        (node.filter, f"FILTER specified, but {shown} is not an aggregate function"),
        (node.within, f"WITHIN GROUP specified, but {shown} is not an aggregate function"),
        (
            node.over,
            f"OVER specified, but {shown} is not a window function nor an aggregate function",
        ),
        (node.star, f"{shown}(*) specified, but {shown} is not an aggregate function"),
    ):
        if given:
            raise WrongObjectType(what, position=node.at + 1)


def tail_code(node: nodes.Call, scope: Scope) -> tuple[Code, Code]:
    """FILTER and OVER, each "" where there is none."""
    condition: Code = ""
    if node.filter is not None:
        kind, scope.kind = scope.kind, "FILTER"
        value = scope.expression(node.filter)
        scope.kind = kind
        if value.unknown:
            value = coerced(value, types.BOOL, scope.context.parameters)
        condition = (" FILTER (WHERE ", value.code, ")")
    window: Code = ""
    if node.over is not None:
        window = (" OVER (", window_code(node.over, scope), ")")
    return condition, window


# What is not in the library.


def _is_cast(node: nodes.Call, given: Sequence[Typed]) -> bool:
    """`int4(x)`: a type's name as a function of one value is a cast (4.2.9)."""
    target = type_named(node.parts[-1])
    if target is None or len(given) != 1:
        return False
    source = given[0].type
    return source is None or given[0].unknown or cast_level(source, target) is not None


def _by_other_means(node: nodes.Call, given: list[Typed], scope: Scope) -> Typed:
    name = node.parts[-1]
    if _is_cast(node, given):
        target = type_named(name)
        assert target is not None
        return coerced(given[0], target, scope.context.parameters, EXPLICIT)
    macro = None
    if not lookup.signatures(name) and not lookup.duckdb_has(name):
        macro = scope.context.environment.function(node.parts)
    if macro is not None:
        return _in_duckdb(node, macro, given, scope)
    if name == "columns" and len(node.parts) == 1:
        scope.spread = True
        listed: Code = "*" if node.star else joined(", ", [value.code for value in given])
        return Typed(Mark(node.at, ("COLUMNS(", listed, ")")), None, node.at)
    if len(node.parts) > 1 or not lookup.duckdb_has(name):
        raise _undefined(node, given)
    return _in_duckdb(node, quoted(name), given, scope)


def _in_duckdb(node: nodes.Call, name: str, given: list[Typed], scope: Scope) -> Typed:
    """A function that only DuckDB has: its types are DuckDB's, too."""
    if lookup.duckdb_aggregate(node.parts[-1]) and node.over is None:
        scope.aggregates += 1
    parts: list[Code] = []
    for position, value in enumerate(given):
        if value.unknown and value.parameter is not None:
            value = coerced(value, types.TEXT, scope.context.parameters)
        argument = node.names[position] if node.names else None
        parts.append(value.code if argument is None else (quoted(argument), " := ", value.code))
    listed: Code = "*" if node.star else joined(", ", parts)
    if node.order:
        listed = (listed, " ORDER BY ", sort_keys(node.order, scope))
    distinct = "DISTINCT " if node.distinct else ""
    condition, window = tail_code(node, scope)
    code: Code = (name, "(", distinct, listed, ")", condition, window)
    return Typed(Mark(node.at, code), None, node.at)


# Calls with a form of their own.


def _typeof(node: nodes.Call, scope: Scope) -> Typed:
    aggregates = scope.aggregates
    value = scope.expression(node.arguments[0])
    if value.type is None:
        raise FeatureNotSupported(
            "pg_typeof() of a value that only DuckDB has a type for is not supported",
            hint="Use typeof().",
            position=node.at + 1,
        )
    name = display(value.type)
    code: Code = f"CAST({value.type.oid} AS BIGINT)"
    described: Code = literal(name)
    if scope.aggregates > aggregates:
        # The aggregate has to stay, or there would be a row for each row of the table.
        described = ("CASE WHEN ", value.code, " IS NULL THEN ", described, " ELSE ",
                     described, " END")  # fmt: skip
    return Typed(code, types.REGTYPE, node.at, described=described)


def sql_value(node: nodes.SqlValue, scope: Scope) -> Typed:
    return session.sql_value(node, scope)


def at_time_zone(node: nodes.AtTimeZone, scope: Scope) -> Typed:
    zone = (
        scope.expression(node.zone)
        if node.zone is not None
        else session.setting("TimeZone", scope, node.at)
    )
    value = scope.expression(node.operand)
    inner = nodes.Call(node.at, ("timezone",), ())
    overload = resolve(inner, [zone, value])
    if overload is not None:
        return call_code(inner, overload, [], ("", ""), scope)
    parameters = scope.context.parameters
    if value.unknown or value.type is types.DATE:
        value = coerced(value, types.TIMESTAMPTZ, parameters)
    zone = coerced(zone, types.TEXT, parameters) if zone.unknown else zone
    returns = {
        types.TIMESTAMP: types.TIMESTAMPTZ, types.TIMESTAMPTZ: types.TIMESTAMP,
        types.TIMETZ: types.TIMETZ, types.TIME: types.TIMETZ,
    }.get(value.type or types.TEXT)  # fmt: skip
    if returns is None:
        raise _undefined(inner, [zone, value])
    code: Code = ("timezone(", zone.code, ", ", value.code, ")")
    return Typed(Mark(node.at, code), returns, node.at)
