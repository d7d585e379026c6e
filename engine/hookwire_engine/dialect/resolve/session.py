"""What depends on the session: current_user, now(), current_setting() and their like.

The session gives the value when the statement is translated; a translation that asked for one is
good for one execution (Environment.session_value).
"""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, literal
from hookwire_engine.dialect.constants import constant_code
from hookwire_engine.dialect.resolve import lookup
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import duckdb_type

_NAMES = types.ARRAY_TYPES[types.NAME.oid]

FUNCTIONS: dict[str, PgType] = {
    "now": types.TIMESTAMPTZ,
    "transaction_timestamp": types.TIMESTAMPTZ,
    "statement_timestamp": types.TIMESTAMPTZ,
    "clock_timestamp": types.TIMESTAMPTZ,
    "timeofday": types.TEXT,
    "version": types.TEXT,
    "current_database": types.NAME,
    "current_schema": types.NAME,
    "current_schemas": _NAMES,
    "current_setting": types.TEXT,
    "pg_backend_pid": types.INT4,
    "pg_postmaster_start_time": types.TIMESTAMPTZ,
    "pg_conf_load_time": types.TIMESTAMPTZ,
    "inet_client_addr": types.INET,
    "inet_client_port": types.INT4,
    "inet_server_addr": types.INET,
    "inet_server_port": types.INT4,
    "pg_my_temp_schema": types.OID,
    "pg_client_encoding": types.NAME,
    "pg_is_in_recovery": types.BOOL,
    "pg_current_xact_id": types.INT8,
    "txid_current": types.INT8,
    "txid_current_if_assigned": types.INT8,
}
"""Functions that the session answers, and what they return. Their arguments are constants."""

_SQL_VALUES = {
    "current_catalog": "current_database",
    "current_schema": "current_schema",
    "current_user": "current_user",
    "current_role": "current_user",
    "session_user": "session_user",
    "user": "current_user",
}


def value(node: nodes.Call, scope: Scope) -> Typed | None:
    """The call's value if the session has to answer it; None for any other function."""
    name = node.parts[-1]
    type_ = FUNCTIONS.get(name)
    if type_ is None:
        return None
    arguments: list[str | None] = []
    for argument in node.arguments:
        constant = _constant(argument)
        if constant is _NO_CONSTANT:
            if lookup.signatures(name):
                return None
            raise FeatureNotSupported(
                f"{name}() of anything but constants is not supported",
                hint="Write the arguments as literals.",
                position=argument.at + 1,
            )
        arguments.append(constant)
    return _asked(name, tuple(arguments), type_, scope, node.at)


_NO_CONSTANT = "\0"


def _constant(node: nodes.Expr) -> str | None:
    """A literal argument as text, through casts of it."""
    if isinstance(node, nodes.Cast):
        return _constant(node.operand)
    if isinstance(node, nodes.StringConst):
        return node.value
    if isinstance(node, nodes.NumberConst):
        return node.text
    if isinstance(node, nodes.BoolConst):
        return "true" if node.value else "false"
    return None if isinstance(node, nodes.NullConst) else _NO_CONSTANT


def _asked(
    name: str, arguments: tuple[str | None, ...], type_: PgType, scope: Scope, at: int
) -> Typed:
    if scope.kind == "DEFAULT":
        return _in_default(name, type_, at)
    environment = scope.context.environment
    answer = environment.session_value(name, arguments)
    if answer is None:
        return Typed(f"CAST(NULL AS {duckdb_type(type_)})", type_, at)
    code: Code = (
        f"CAST({literal(answer)} AS TIMESTAMPTZ)"
        if type_ is types.TIMESTAMPTZ
        else (constant_code(answer, type_, -1, False))
    )
    return Typed(Mark(at, code), type_, at)


def caller(name: str, scope: Scope, at: int) -> Code:
    """The id of the session, for a function that does something for it."""
    if scope.kind == "DEFAULT":
        _in_default(name, types.VOID, at)
    answer = scope.context.environment.session_value("pg_backend_pid", ())
    return f"CAST({answer or 'NULL'} AS BIGINT)"


def _in_default(name: str, type_: PgType, at: int) -> Typed:
    """In a column's DEFAULT, where it counts when the row is made."""
    if type_ is types.TIMESTAMPTZ:
        return Typed("now()", type_, at)
    raise FeatureNotSupported(
        f"{name} in DEFAULT is not supported",
        hint="Give the value in INSERT.",
        position=at + 1,
    )


def setting(name: str, scope: Scope, at: int) -> Typed:
    return _asked("current_setting", (name,), types.TEXT, scope, at)


def sql_value(node: nodes.SqlValue, scope: Scope) -> Typed:
    asked = _SQL_VALUES.get(node.name)
    if asked is not None:
        return _asked(asked, (), types.NAME, scope, node.at)
    moment = _asked("now", (), types.TIMESTAMPTZ, scope, node.at)
    if node.precision is not None and node.precision < 6:
        step = 10 ** (6 - node.precision)
        micros: Code = ("round(epoch_us(", moment.code, f") / {step}.0)")
        code: Code = ("make_timestamptz(CAST(", micros, f" AS BIGINT) * {step})")
        moment = Typed(code, types.TIMESTAMPTZ, node.at)
    target = {
        "current_date": types.DATE, "current_time": types.TIMETZ, "localtime": types.TIME,
        "localtimestamp": types.TIMESTAMP,
    }.get(node.name)  # fmt: skip
    if target is None:
        return moment
    if target is types.TIME:
        moment = Typed(("CAST(", moment.code, " AS TIMESTAMP)"), types.TIMESTAMP, node.at)
    return Typed(("CAST(", moment.code, f" AS {duckdb_type(target)})"), target, node.at)
