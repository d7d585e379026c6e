"""Names that do not exist, exist already or mean several things."""

from __future__ import annotations

import re

from hookwire_catalog.errors import (
    AmbiguousColumn,
    AmbiguousFunction,
    DependentObjectsStillExist,
    DuplicateColumn,
    DuplicateObject,
    DuplicateSchema,
    DuplicateTable,
    InvalidSchemaName,
    SqlError,
    UndefinedColumn,
    UndefinedFunction,
    UndefinedObject,
    UndefinedTable,
    WrongObjectType,
)
from hookwire_engine.duck.report import Report
from hookwire_engine.duck.rules import rule, says
from hookwire_engine.duck.spelling import function_name, literal_arguments, missing_call
from hookwire_engine.duck.states import DuplicateAlias

_BEST = "Could not choose a best candidate {}. You might need to add explicit type casts."
_DROP_HINT = "Use DROP ... CASCADE to drop the dependent objects too."
_OURS = re.compile(r"hookwire_internal|memory\.hw|\bpg_catalog\.\"|\bhw\b|_column_names_are_")
_NAME = r'"(?:[^"]|"")*"|[^.\s"]+'
_DOTTED = re.compile(rf"(?:{_NAME})(?:\s*\.\s*(?:{_NAME}))*")
_UNQUALIFIED = re.compile(r"\brename\s|\bon\s+conflict\b", re.IGNORECASE)
"""Statements in which PostgreSQL names the column without its relation."""



def _missing(found: re.Match[str], report: Report) -> SqlError:
    kind, name = found["kind"].lower(), found["name"]
    if kind == "schema":
        return InvalidSchemaName(f'schema "{name}" does not exist')
    if kind == "type":
        return UndefinedObject(f'type "{name}" does not exist')
    if "function" in kind or kind == "macro":
        return _missing_function(name, report)
    if kind == "index":
        return UndefinedObject(f'index "{name}" does not exist')
    if kind in ("table", "view", "sequence"):
        return _missing_relation(name, report, kind if report.verb == "drop" else "relation")
    return UndefinedObject(f'{kind} "{name}" does not exist')


def _missing_relation(name: str, report: Report, what: str) -> SqlError:
    shown = _as_written(name, report)
    if shown is not None and what != "relation":
        shown = name  # DROP leaves out the schema
    if shown is None:
        return UndefinedTable("relation does not exist")
    return UndefinedTable(f'{what} "{shown}" does not exist')


def _as_written(name: str, report: Report) -> str | None:
    """With its schema, if the statement has it; None for a relation that no statement names."""
    place = report.place or _mention(name, report.sql)
    if _OURS.search(place) or _OURS.search(name):
        return None
    written = _DOTTED.match(place)
    parts = [] if written is None else re.findall(_NAME, written[0])
    names = [p[1:-1].replace('""', '"') if p.startswith('"') else p for p in parts]
    if len(names) in (2, 3) and names[-1].lower() == name.lower():
        return f"{names[-2]}.{name}"
    return name


def _mention(name: str, sql: str) -> str:
    """Where DuckDB gives no place: the name as the statement has it, with its schema."""
    found = re.search(rf'[\w."]+\.\s*"?{re.escape(name)}(?!\w)"?', sql, re.IGNORECASE)
    return "" if found is None else found[0]


def _missing_function(name: str, report: Report) -> SqlError:
    """With the types of its arguments, if they are all literals."""
    written = literal_arguments(report.place)
    if written is None:
        return UndefinedFunction(f'function "{name}" does not exist')
    message = f"function {function_name(name)}({', '.join(written)}) does not exist"
    return UndefinedFunction(message, hint=missing_call("f(a, b)")[1])


def _exists(found: re.Match[str], report: Report) -> SqlError:
    kind, name = found["kind"].lower(), found["name"]
    if kind == "schema":
        return DuplicateSchema(f'schema "{name}" already exists')
    if kind == "column":
        if report.verb != "alter" or report.relation is None:
            return DuplicateColumn(f'column "{name}" specified more than once')
        shown = f'column "{name}" of relation "{report.relation}" already exists'
        return DuplicateColumn(shown)
    if kind in ("table", "view", "index", "sequence"):
        return DuplicateTable(f'relation "{name}" already exists')
    return DuplicateObject(f'{kind} "{name}" already exists')


def _qualified_column(found: re.Match[str], report: Report) -> SqlError:
    if report.verb == "create":
        return UndefinedColumn(f'column "{found["name"]}" does not exist')
    table = found["table"].rpartition(".")[2]
    return UndefinedColumn(f"column {table}.{found['name']} does not exist")


def _column_of(found: re.Match[str], report: Report) -> SqlError:
    table = found.groupdict().get("table") or report.relation
    if _UNQUALIFIED.search(report.sql):
        table = None
    of = "" if table is None else f' of relation "{table}"'
    return UndefinedColumn(f'column "{found["name"]}"{of} does not exist')


def _no_function_matches(found: re.Match[str], report: Report) -> SqlError:
    message, hint = missing_call(found["call"])
    return UndefinedFunction(message, hint=hint)


def _not_unique(found: re.Match[str], report: Report) -> SqlError:
    message, hint = missing_call(found["call"])
    if set(re.findall(r"[A-Z_]+_LITERAL", found["call"])) != {"STRING_LITERAL"}:
        return UndefinedFunction(message, hint=hint)
    what = message.partition(" ")[0]
    shown = message.removeprefix("operator does not exist: ").removesuffix(" does not exist")
    if what == "function":
        return AmbiguousFunction(f"{shown} is not unique", hint=_BEST.format("function"))
    return AmbiguousFunction(f"operator is not unique: {shown}", hint=_BEST.format("operator"))


def _incomparable(found: re.Match[str], report: Report) -> SqlError:
    operator = re.search(r"<=|>=|<>|!=|[=<>]", report.place)
    symbol = "=" if operator is None else operator[0].replace("!=", "<>")
    message, hint = missing_call(f"{symbol}({found['left']}, {found['right']})")
    return UndefinedFunction(message, hint=hint)


def _wrong_kind(found: re.Match[str], report: Report) -> SqlError:
    name, wanted, real = found["name"], found["wanted"].lower(), found["real"].lower()
    article = "an" if wanted[0] in "aeiou" else "a"
    return WrongObjectType(
        f'"{name}" is not {article} {wanted}', hint=f"Use DROP {real.upper()} to remove a {real}."
    )


def _ambiguous_table(found: re.Match[str], report: Report) -> SqlError:
    name = found["name"].rpartition(".")[2]
    return DuplicateAlias(f'table name "{name}" specified more than once')


RULES = (
    rule(
        r'(?P<kind>Table|View|Sequence|Schema|Type|Index|Macro|(?:\w+ )?Function|Macro Function'
        r'|Table Macro Function|Collation|Trigger) with name "?(?P<name>.*?)"? does not exist!',
        _missing,
    ),
    rule(
        r'Table with name "(?P<name>.*?)" does not exist because schema ".*?" does not exist',
        lambda found, report: _missing_relation(found["name"], report, "relation"),
    ),
    rule(
        r'(?P<kind>Table|View|Sequence|Schema|Type|Index|Column|Macro Function|Trigger) with name'
        r' "?(?P<name>.*?)"? already exists!',
        _exists,
    ),
    says(
        r'Could not rename ".*?" to "(?P<name>.*?)": another entry',
        DuplicateTable, 'relation "{name}" already exists',
    ),
    says(
        r'Duplicate column name "(?P<name>.*?)"',
        DuplicateColumn, 'column "{name}" specified more than once',
    ),
    says(
        r'Referenced column "(?P<name>.*?)" (not found in FROM clause|was not found because)',
        UndefinedColumn, 'column "{name}" does not exist',
    ),
    says(
        r'Table does not contain column "?(?P<name>.*?)"? referenced in',
        UndefinedColumn, 'column "{name}" does not exist',
    ),
    rule(
        r'(?:Table|Values list|View|Subquery) "(?P<table>.*?)" does not have a column named'
        r' "(?P<name>.*?)"',
        _qualified_column,
    ),
    rule(
        r'Table "(?P<table>.*?)" does not have a column with name "(?P<name>.*?)"', _column_of
    ),
    rule(r"Referenced update column (?P<name>.*?) not found in table!", _column_of),
    says(
        r'Column "(?P<name>.*?)" does not exist on (?P<side>left|right) side of join!',
        UndefinedColumn, 'column "{name}" specified in USING clause does not exist in {side} table',
    ),
    says(
        r'Referenced table "(?P<name>.*?)" not found!',
        UndefinedTable, 'missing FROM-clause entry for table "{name}"',
    ),
    says(
        r'Ambiguous reference to column name "(?P<name>.*?)" \(use',
        AmbiguousColumn, 'column reference "{name}" is ambiguous',
    ),
    says(
        r'column name "?(?P<name>.*?)"? is ambiguous',
        AmbiguousColumn, 'column reference "{name}" is ambiguous',
    ),
    rule(r'Ambiguous reference to table "(?P<name>.*?)"', _ambiguous_table),
    rule(
        r"No function matches the given name and argument types '(?P<call>.*?)'\. You might",
        _no_function_matches,
    ),
    rule(
        r'Could not choose a best candidate function for the function call "(?P<call>.*?)"\. In',
        _not_unique,
    ),
    rule(
        r"Cannot compare values of type (?P<left>.*?) and (?:type )?(?P<right>.*?)(?: in IN/ANY/ALL"
        r" clause)? - an explicit cast",
        _incomparable,
    ),
    rule(
        r'Existing object "?(?P<name>.*?)"? is of type (?P<real>\w+), trying to \w+ type'
        r' (?P<wanted>\w+)',
        _wrong_kind,
    ),
    says(r"(?P<name>.*?) is not an? table", WrongObjectType, '"{name}" is not a table'),
    says(
        r"can only create an index on a base table",
        WrongObjectType, "cannot create an index on this relation",
    ),
    says(
        r"Can only modify view with ALTER VIEW",
        WrongObjectType, "this change cannot be made to a view",
    ),
    says(
        r'table "(?P<table>.*?)" has no column named "(?P<name>.*?)"',
        UndefinedColumn, 'column "{name}" named in key does not exist',
    ),
    rule(
        r"Could not drop the table because this table is main key table of the table",
        lambda found, report: DependentObjectsStillExist(
            "cannot drop table because other objects depend on it"
            if report.relation is None
            else f"cannot drop table {report.relation} because other objects depend on it",
            hint=_DROP_HINT,
        ),
    ),
    says(
        r'Cannot drop entry "?(?P<name>.*?)"? because there are entries that depend on it',
        DependentObjectsStillExist,
        "cannot drop {name} because other objects depend on it",
        _DROP_HINT,
    ),
    says(
        r'window "?(?P<name>.*?)"? does not exist',
        UndefinedObject, 'window "{name}" does not exist',
    ),
)  # fmt: skip
