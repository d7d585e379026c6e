"""Rows that break a constraint.

DuckDB's messages leave out the constraint's name and often the table. The name that is told is
the one that PostgreSQL gives a constraint without a name of its own (ChooseConstraintName).
"""

from __future__ import annotations

import re

from hookwire_catalog.errors import (
    CheckViolation,
    DependentObjectsStillExist,
    ForeignKeyViolation,
    NotNullViolation,
    SqlError,
    UniqueViolation,
)
from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import Kind
from hookwire_catalog.split import split_statements
from hookwire_engine.duck.report import Report
from hookwire_engine.duck.rules import rule, says

_COLUMN = re.compile(r"(?:\A|, )([^:,]+): ")
_NO_COLUMNS = RESERVED | {"is", "between", "escape", "varchar", "integer", "bigint", "decimal"}


def _key(text: str) -> tuple[list[str], str]:
    """Columns and values of `a: 1, b: x`. A value may look like a column; nothing tells."""
    return _COLUMN.findall(text), ", ".join(_COLUMN.split(text)[2::2])


def _not_null(found: re.Match[str], report: Report) -> SqlError:
    table, _, column = found["column"].rpartition(".")
    column = column.removeprefix('"').removesuffix('"')
    return NotNullViolation(
        f'null value in column "{column}" of relation "{table.rpartition(".")[2]}" violates'
        " not-null constraint"
    )


def _duplicate(found: re.Match[str], report: Report) -> SqlError:
    columns, values = _key(found["key"])
    kind = "pkey" if found["kind"] == "primary key" else f"{'_'.join(columns)}_key"
    name = "" if report.relation is None else f' "{report.relation}_{kind}"'
    return UniqueViolation(
        f"duplicate key value violates unique constraint{name}",
        detail=f"Key ({', '.join(columns)})=({values}) already exists.",
    )


def _check(found: re.Match[str], report: Report) -> SqlError:
    table = found["table"]
    columns = _columns(found["expression"])
    name = f"{table}_{columns.pop()}_check" if len(columns) == 1 else f"{table}_check"
    return CheckViolation(
        f'new row for relation "{table}" violates check constraint "{name}"',
        detail=f"The row does not satisfy {found['expression']}.",
    )


def _columns(expression: str) -> set[str]:
    tokens = split_statements(expression)[0].tokens
    following = [token.text for token in tokens[1:]] + [""]
    return {
        token.value
        for token, after in zip(tokens, following, strict=True)
        if token.kind is Kind.QUOTED_IDENT
        or (token.kind is Kind.IDENT and after != "(" and token.value not in _NO_COLUMNS)
    }


def _no_such_key(found: re.Match[str], report: Report) -> SqlError:
    columns, values = _key(found["key"])
    name, of = "", ""
    if report.relation is not None:
        name = f' "{report.relation}_{"_".join(columns)}_fkey"'
        of = f' on table "{report.relation}"'
    return ForeignKeyViolation(
        f"insert or update{of} violates foreign key constraint{name}",
        detail=f"Key ({', '.join(columns)})=({values}) is not present in the referenced table.",
    )


def _still_referenced(found: re.Match[str], report: Report) -> SqlError:
    columns, values = _key(found["key"])
    of = "" if report.relation is None else f' on table "{report.relation}"'
    return ForeignKeyViolation(
        f"update or delete{of} violates foreign key constraint of another table",
        detail=f"Key ({', '.join(columns)})=({values}) is still referenced.",
    )


RULES = (
    rule(r"NOT NULL constraint failed: (?P<column>.*)\Z", _not_null),
    rule(
        r'(?:.*: )?[Dd]uplicate key "(?P<key>.*)" violates (?P<kind>unique|primary key) constraint',
        _duplicate,
    ),
    # Of a row that the same transaction has put in: neither columns nor constraint are told.
    says(
        r"PRIMARY KEY or UNIQUE constraint violation: duplicate key",
        UniqueViolation,
        "duplicate key value violates unique constraint",
    ),
    rule(
        r'CHECK constraint failed on table "(?P<table>.*?)" with expression'
        r" CHECK\((?P<expression>.*)\)\Z",
        _check,
    ),
    rule(r'Violates foreign key constraint because key "(?P<key>.*)" does not exist', _no_such_key),
    rule(
        r'Violates foreign key constraint because key "(?P<key>.*)" is still referenced',
        _still_referenced,
    ),
    says(
        r"Data contains duplicates on indexed column",
        UniqueViolation,
        "could not create unique index: the rows hold duplicate values",
    ),
    says(
        r"Cannot (?:drop|alter|change) .*(?:depends on it|depends on a|constraint)",
        DependentObjectsStillExist,
        "cannot change the column because other objects depend on it",
    ),
)
