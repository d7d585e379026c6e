"""What DuckDB says of the tables, sequences, types and functions that users made, as values.

DuckDB keeps neither names of constraints nor varchar(n) and char(n). Both can be kept in DuckDB's
comments (declared.py). A constraint without a name gets the one that PostgreSQL would make
(ChooseIndexName and friends in indexcmds.c).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hookwire_catalog import types
from hookwire_catalog.names import quote_identifier, truncate
from hookwire_engine.system.declared import split_comment
from hookwire_engine.system.spelling import enum_labels, pg_type
from hookwire_engine.system.values import (
    PlainColumn,
    PlainConstraint,
    PlainEnum,
    PlainIndex,
    PlainMacro,
    PlainObjects,
    PlainSequence,
    PlainTable,
)

if TYPE_CHECKING:
    import duckdb

DATABASE = "hookwire"
TEMP_SCHEMA = "pg_temp"
"""Where a session's temporary tables appear; DuckDB calls it temp.main."""

_STORED = f"(database_name = '{DATABASE}' AND schema_name <> 'hookwire_internal')"
_TEMPORARY = "(database_name = 'temp' AND schema_name = 'main')"
_SCHEMA = f"CASE WHEN database_name = 'temp' THEN '{TEMP_SCHEMA}' ELSE schema_name END"


def read_plain(cursor: duckdb.DuckDBPyConnection, *, temporary: bool = True) -> PlainObjects:
    """All plain objects that `cursor` sees, those of its open transaction included.

    Temporary tables are seen by their session alone; without `temporary` they are left out.
    """
    where = f"({_STORED} OR {_TEMPORARY})" if temporary else _STORED
    reader = _Reader(cursor, where)
    enums = _enums(reader)
    tables = _tables(reader, enums)
    return PlainObjects(
        tables=tables,
        constraints=_constraints(reader) if tables else (),
        indexes=_indexes(reader) if tables else (),
        sequences=_sequences(reader),
        enums=enums,
        macros=_macros(reader),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    cursor: duckdb.DuckDBPyConnection
    where: str

    def rows(self, select: str, function: str, more: str, order: str) -> list[tuple[Any, ...]]:
        """Rows of one of DuckDB's table functions, the object's schema first."""
        return self.cursor.execute(
            f"SELECT {_SCHEMA}, {select} FROM {function}() WHERE {self.where} AND {more}"
            f" ORDER BY 1, 2{order}"
        ).fetchall()


def _enums(reader: _Reader) -> tuple[PlainEnum, ...]:
    found = reader.rows(
        "type_name, labels", "duckdb_types", "NOT internal AND labels IS NOT NULL", ""
    )
    return tuple(PlainEnum(schema, name, tuple(labels)) for schema, name, labels in found)


def _tables(reader: _Reader, enums: Sequence[PlainEnum]) -> tuple[PlainTable, ...]:
    found = reader.rows(
        "table_name, comment, estimated_size, temporary", "duckdb_tables", "NOT internal", ""
    )
    if not found:
        return ()
    columns = _columns(reader, {(schema, name) for schema, name, *_ in found}, enums)
    return tuple(
        PlainTable(
            schema, name, tuple(columns[schema, name]), split_comment(comment)[0], rows, temporary
        )
        for schema, name, comment, rows, temporary in found
    )


def _columns(
    reader: _Reader, tables: set[tuple[str, str]], enums: Sequence[PlainEnum]
) -> dict[tuple[str, str], list[PlainColumn]]:
    # DuckDB lists the columns of views, which sources are, as well: they are left out here.
    found = reader.rows(
        "table_name, column_name, data_type, is_nullable, column_default, generation_expression,"
        " comment",
        "duckdb_columns",
        "NOT internal",
        ", column_index",
    )
    by_labels = {enum.labels: (enum.schema, enum.name) for enum in enums}
    columns: dict[tuple[str, str], list[PlainColumn]] = {table: [] for table in tables}
    for schema, table, name, shown, nullable, default, generated, comment in found:
        if (schema, table) not in columns:
            continue
        comment, declared = split_comment(comment)
        type_, typmod = pg_type(shown)
        if declared.type in types.BY_OID:
            type_, typmod = types.BY_OID[declared.type], declared.typmod
        enum = by_labels.get(enum_labels(shown))
        columns[schema, table].append(
            PlainColumn(
                name, type_, typmod, nullable, None if generated else default, generated, comment,
                enum,
            )
        )  # fmt: skip
    return columns


_KINDS = {"PRIMARY KEY": "p", "UNIQUE": "u", "FOREIGN KEY": "f", "CHECK": "c"}


def _constraints(reader: _Reader) -> tuple[PlainConstraint, ...]:
    found = reader.rows(
        "table_name, constraint_type, constraint_column_names, expression, referenced_table,"
        " referenced_column_names",
        "duckdb_constraints",
        "constraint_type <> 'NOT NULL'",
        ", constraint_index",
    )
    given = _given_names(reader)
    taken = {(schema, name) for (schema, *_), names in given.items() for name in names}
    constraints = []
    for schema, table, kind_name, columns, expression, target, target_columns in found:
        kind = _KINDS[kind_name]
        named = given.get((schema, table, kind, tuple(columns)))
        name = named.pop(0) if named else ""
        name = name or _free(schema, _constraint_name(kind, table, columns), taken)
        # A foreign key of DuckDB's never leaves its schema.
        refers = (schema, target) if kind == "f" else None
        constraints.append(
            PlainConstraint(
                schema, table, name, kind, tuple(columns), expression, refers, tuple(target_columns)
            )
        )
    return tuple(constraints)


def _given_names(reader: _Reader) -> dict[tuple[str, str, str, tuple[str, ...]], list[str]]:
    """Names that users gave, by schema, table, kind and columns, in the order of declaration."""
    given: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for schema, table, comment in reader.rows(
        "table_name, comment", "duckdb_tables", "NOT internal", ""
    ):
        for kind, columns, name in split_comment(comment)[1].constraints:
            given.setdefault((schema, table, kind, columns), []).append(name)
    return given


def _constraint_name(kind: str, table: str, columns: Sequence[str]) -> str:
    if kind == "p":
        return f"{table}_pkey"
    if kind == "c":
        return f"{table}_{columns[0]}_check" if len(columns) == 1 else f"{table}_check"
    return f"{table}_{'_'.join(columns)}_{'key' if kind == 'u' else 'fkey'}"


def _free(schema: str, name: str, taken: set[tuple[str, str]]) -> str:
    """`name`, or with the first number behind it that makes it one of its own."""
    candidate, number = truncate(name), 0
    while (schema, candidate) in taken:
        number += 1
        candidate = truncate(name) + str(number)
    taken.add((schema, candidate))
    return candidate


def _indexes(reader: _Reader) -> tuple[PlainIndex, ...]:
    found = reader.rows(
        "index_name, table_name, is_unique, expressions", "duckdb_indexes", "true", ""
    )
    return tuple(
        PlainIndex(schema, name, table, unique, tuple(_keys(expressions)))
        for schema, name, table, unique, expressions in found
    )


_KEY = re.compile(r"'((?:[^'\\]|\\.)*)'|([^\[\],'\s][^,\]]*)", re.DOTALL)


def _keys(text: str) -> Iterable[str]:
    """The parts of DuckDB's `[a, '((x + 1))', '"odd name"']`."""
    for quoted, bare in _KEY.findall(text):
        part = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        if part.startswith('"') and part.endswith('"'):
            yield part[1:-1].replace('""', '"')
        else:
            yield part[1:-1] if part.startswith("((") else part


def _sequences(reader: _Reader) -> tuple[PlainSequence, ...]:
    found = reader.rows(
        "sequence_name, start_value, min_value, max_value, increment_by, cycle, last_value,"
        " comment",
        "duckdb_sequences",
        "true",
        "",
    )
    return tuple(PlainSequence(*row) for row in found)


def _macros(reader: _Reader) -> tuple[PlainMacro, ...]:
    found = reader.rows(
        "function_name, parameters, parameter_types, macro_definition, function_type",
        "duckdb_functions",
        "function_type IN ('macro', 'table_macro') AND NOT internal",
        "",
    )
    return tuple(
        PlainMacro(
            schema,
            name,
            tuple(parameters),
            tuple(None if t is None else pg_type(t)[0] for t in parameter_types),
            definition,
            kind == "table_macro",
        )
        for schema, name, parameters, parameter_types, definition, kind in found
    )


def quoted(names: Iterable[str]) -> str:
    return ", ".join(quote_identifier(name) for name in names)
