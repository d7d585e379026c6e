"""Functions in FROM, WITH ORDINALITY, ROWS FROM (PostgreSQL 7.2.1.4).

A set-returning function gives DuckDB a list, which is unnested in a lateral subquery; so it may
refer to what stands before it in FROM, and several run side by side as PostgreSQL's do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_catalog import types
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, filled, joined, literal, quoted
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.conversions import conversion
from hookwire_engine.dialect.names import figured
from hookwire_engine.dialect.resolve import calls, lookup
from hookwire_engine.dialect.resolve.casts import resolved_type
from hookwire_engine.dialect.resolve.targets import list_code, row_fields
from hookwire_engine.dialect.scopes import Scope, ScopeColumn, Source
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import duckdb_type
from hookwire_engine.dialect.values import Environment
from hookwire_engine.functions.signatures import Kind


@dataclass(slots=True)
class _Rows:
    """One function: the list of its rows, or its single value, and the columns they make."""

    code: Code
    fields: list[Field]
    listed: bool
    composite: bool
    picked: list[str] = field(default_factory=list)
    """What takes each column out of a row `{0}`, for a record whose columns the alias gives."""


_OUT_NAMES = {
    f"{kind}_array_elements{suffix}": "value"
    for kind in ("jsonb", "json")
    for suffix in ("", "_text")
}
"""Functions whose one result column has a name, which an alias of the table does not replace."""


def function_item(node: nodes.FunctionRef, scope: Scope) -> tuple[Code, Source]:
    if len(node.calls) == 1 and not node.ordinality:
        opaque = _duckdb_table_function(node, scope)
        if opaque is not None:
            return opaque
        streamed = _streamed(node, scope)
        if streamed is not None:
            return streamed
    inner = Scope(scope.context, scope, ctes=scope.ctes, kind="functions in FROM")
    inner.lambdas = scope.lambdas
    rows: list[_Rows] = []
    for call in node.calls:
        rows += _rows_of(call, node, inner)
    name = node.alias or _name_of(node.calls[0])
    alias = name
    names, selected = _columns(node, rows)
    fields = [column for row in rows for column in row.fields]
    if node.ordinality:
        fields.append(Field("ordinality", types.INT8))
    shown = _shown_names(node, fields)
    code = _rows_code(node, rows, names, selected, alias)
    columns = [
        ScopeColumn(shown_name, f"{quoted(alias)}.{quoted(duck)}", f.type, f.typmod, f.fields)
        for shown_name, duck, f in zip(shown, names, fields, strict=True)
    ]  # fmt: skip
    single = len(rows) == 1 and not rows[0].composite and not node.ordinality
    return code, Source(alias, columns, function=single)


def _name_of(call: nodes.Expr) -> str:
    return figured(call)[0] or "unnamed"


_RECORDS = {
    "jsonb_to_recordset": "jsonb_array_elements", "json_to_recordset": "json_array_elements",
    "jsonb_to_record": None, "json_to_record": None,
}  # fmt: skip


def _record_call(call: nodes.Call, node: nodes.FunctionRef, scope: Scope) -> list[_Rows]:
    """jsonb_to_record and jsonb_to_recordset, with the columns of `AS t(a int, ...)`."""
    name = call.parts[-1]
    if not node.definitions:
        raise SqlSyntaxError(
            'a column definition list is required for functions returning "record"',
            position=call.at + 1,
        )
    elements = _RECORDS[name]
    if elements is not None:
        inner = nodes.Call(call.at, (elements,), call.arguments)
        given = [scope.expression(argument) for argument in call.arguments]
        overload = calls.resolve(inner, given)
        assert overload is not None
        listed = list_code(overload, scope, call.at)[0]
        return [_record_rows(listed, node, True, scope.context.environment)]
    kind = types.JSONB if name.startswith("jsonb") else types.JSON
    value = coerced(scope.expression(call.arguments[0]), kind, scope.context.parameters)
    return [_record_rows(value.code, node, False, scope.context.environment)]


def _rows_of(call: nodes.Expr, node: nodes.FunctionRef, scope: Scope) -> list[_Rows]:
    if isinstance(call, nodes.Call) and call.parts[-1] == "unnest" and len(call.arguments) > 1:
        # unnest(a, b) is ROWS FROM (unnest(a), unnest(b)).
        return [
            row
            for argument in call.arguments
            for row in _rows_of(nodes.Call(call.at, call.parts, (argument,)), node, scope)
        ]
    if isinstance(call, nodes.Call) and call.parts[-1] in _RECORDS and len(call.arguments) == 1:
        return _record_call(call, node, scope)
    if isinstance(call, nodes.Call):
        given = [scope.expression(argument) for argument in call.arguments]
        overload = calls.resolve(call, given, ())
        if overload is not None and overload.entry.kind is Kind.TABLE:
            code, type_ = list_code(overload, scope, call.at)
            fields = row_fields(overload.entry, type_)
            if fields is None:
                fields = given[0].fields if call.parts[-1] == "unnest" and given else None
            if fields is not None:
                return [_Rows(code, list(fields), True, True)]
            if node.definitions:
                return [_record_rows(code, node, True, scope.context.environment)]
            single = Field(_OUT_NAMES.get(call.parts[-1]) or _name_of(call), type_)
            return [_Rows(code, [single], True, False)]
        if call.parts[-1] == "unnest" and given and given[0].open:
            return [_Rows(given[0].code, [Field("unnest", None)], True, False)]
    value = scope.expression(call)
    if value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    return [_single_row(call, value, node, scope)]


def _single_row(call: nodes.Expr, value: Typed, node: nodes.FunctionRef, scope: Scope) -> _Rows:
    """A function that returns no set gives one row."""
    if node.definitions:
        return _record_rows(value.code, node, False, scope.context.environment)
    if value.fields is not None:
        return _Rows(value.code, list(value.fields), False, True)
    return _Rows(value.code, [Field(_name_of(call), value.type, value.typmod)], False, False)


def _record_rows(
    code: Code, node: nodes.FunctionRef, listed: bool, environment: Environment
) -> _Rows:
    """jsonb_to_record(...) AS t(a int, b text): the alias says which columns there are."""
    fields: list[Field] = []
    picked: list[str] = []
    for definition in node.definitions:
        type_, typmod = resolved_type(definition.type, environment)
        fields.append(Field(definition.name, type_, typmod))
        picked.append(_member(definition.name, type_, typmod))
    return _Rows(code, fields, listed, True, picked)


def _member(name: str, type_: PgType | None, typmod: int) -> str:
    """A member of a document as a value of a type: documents as such, arrays by element, anything
    else by its text."""
    key = literal(name).replace("{", "{{").replace("}", "}}")
    if type_ is None or type_.name in ("json", "jsonb"):
        return f"memory.hw.jsonb_get({{0}}, {key})"
    if type_.element is not None:
        return f"CAST(memory.hw.jsonb_get({{0}}, {key}) AS {duckdb_type(type_, typmod)})"
    text = f"memory.hw.jsonb_get_text({{0}}, {key})"
    return conversion(types.TEXT, type_, typmod, True).replace("{0}", text)


def _columns(node: nodes.FunctionRef, rows: list[_Rows]) -> tuple[list[str], list[Code]]:
    """DuckDB's names of the columns, and the select list that makes them of r1, r2 ..."""
    names: list[str] = []
    selected: list[Code] = []
    for number, row in enumerate(rows, 1):
        for column in row.fields:
            name = f"c{len(names) + 1}"
            names.append(name)
            if row.picked:
                template = row.picked[row.fields.index(column)]
                selected.append((filled(template, f"r{number}"), f" AS {name}"))
            elif row.composite:
                selected.append((f"r{number}.{quoted(column.name)} AS {name}",))
            else:
                selected.append(f"r{number} AS {name}")
    if node.ordinality:
        names.append(f"c{len(names) + 1}")
        selected.append(f"o AS {names[-1]}")
    return names, selected


def _shown_names(node: nodes.FunctionRef, fields: list[Field]) -> list[str]:
    names = [field.name for field in fields]
    if node.columns:
        if len(node.columns) > len(names):
            raise SqlSyntaxError(
                f'table "{node.alias}" has {len(names)} columns available'
                f" but {len(node.columns)} columns specified",
                position=node.at + 1,
            )
        names[: len(node.columns)] = node.columns
    elif node.alias is not None and len(fields) - node.ordinality == 1:
        single = isinstance(node.calls[0], nodes.Call) and fields[0].name == node.calls[0].parts[-1]
        if single or not isinstance(node.calls[0], nodes.Call):
            names[0] = node.alias
    return names


def _streamed(node: nodes.FunctionRef, scope: Scope) -> tuple[Code, Source] | None:
    """generate_series of whole numbers by DuckDB's table function, which makes no list of them."""
    call = node.calls[0]
    if not isinstance(call, nodes.Call) or node.definitions or len(node.columns) > 1:
        return None
    numbers = [_whole_number(argument) for argument in call.arguments]
    if None in numbers or numbers[2:] == [0]:
        return None
    given = [scope.expression(argument) for argument in call.arguments]
    overload = calls.resolve(call, given, ())
    if overload is None or overload.entry.from_target is None:
        return None
    if overload.entry.returns not in ("int4", "int8"):
        return None
    target = overload.entry.from_target
    alias = node.alias or _name_of(call)
    type_ = types.BY_NAME[overload.entry.returns]
    listed = ", ".join(f"CAST({number} AS BIGINT)" for number in numbers)
    made = f"CAST({target} AS {duckdb_type(type_)}) AS c1"
    code: Code = f"(SELECT {made} FROM {target}({listed})) AS {quoted(alias)}"
    (shown,) = _shown_names(node, [Field(_name_of(call), type_)])
    column = ScopeColumn(shown, f"{quoted(alias)}.c1", type_)
    return code, Source(alias, [column], function=True)


def _whole_number(node: nodes.Expr) -> int | None:
    """The value of a literal such as 7 or -7."""
    if isinstance(node, nodes.Operation) and node.symbol == "-" and node.left is None:
        number = _whole_number(node.right)
        return None if number is None else -number
    if isinstance(node, nodes.NumberConst) and node.text.isdecimal():
        return int(node.text)
    return None


def _rows_code(
    node: nodes.FunctionRef, rows: list[_Rows], names: list[str], selected: list[Code], alias: str
) -> Code:
    parts: list[Code] = []
    for number, row in enumerate(rows, 1):
        value: Code = ("unnest(", row.code, ")") if row.listed else row.code
        parts.append((value, f" AS r{number}"))
    if node.ordinality:
        listed = [row for row in rows if row.listed]
        if listed:
            lengths: list[Code] = [("coalesce(len(", row.code, "), 0)") for row in listed]
            longest: Code = (
                lengths[0] if len(lengths) == 1 else ("greatest(", joined(", ", lengths), ")")
            )
            parts.append(("unnest(range(1, CAST(", longest, " AS BIGINT) + 1)) AS o"))
        else:
            parts.append("CAST(1 AS BIGINT) AS o")
    return (
        "LATERAL (SELECT ", joined(", ", selected), " FROM (SELECT ", joined(", ", parts),
        f") AS r) AS {quoted(alias)}",
    )  # fmt: skip


def _duckdb_table_function(node: nodes.FunctionRef, scope: Scope) -> tuple[Code, Source] | None:
    """DuckDB's own table functions, those that a statement may call; their columns are open."""
    call = node.calls[0]
    if not isinstance(call, nodes.Call) or len(call.parts) > 1:
        return None
    name = call.parts[0]
    if lookup.signatures(name):
        return None
    if not lookup.duckdb_table_function(name):
        lookup.check_allowed(name, call.at)
        return None
    given = [scope.expression(argument) for argument in call.arguments]
    alias = node.alias or name
    listed = joined(", ", [value.code for value in given])
    columns = f"({', '.join(quoted(c) for c in node.columns)})" if node.columns else ""
    code: Code = (Mark(call.at, name), "(", listed, f") AS {quoted(alias)}{columns}")
    return code, Source(alias, [], open=True)
