"""Queries that are not well made."""

from __future__ import annotations

import re

import duckdb

from hookwire_catalog.errors import (
    FeatureNotSupported,
    GroupingError,
    InvalidColumnReference,
    InvalidParameterValue,
    InvalidTableDefinition,
    ObjectNotInPrerequisiteState,
    SqlError,
    SqlSyntaxError,
    UndefinedColumn,
    UndefinedFunction,
    UndefinedObject,
    UndefinedParameter,
    WrongObjectType,
)
from hookwire_engine.duck.parser import PARSER
from hookwire_engine.duck.report import Report, position_of
from hookwire_engine.duck.rules import rule, says
from hookwire_engine.duck.spelling import function_name, missing_call
from hookwire_engine.duck.states import (
    CardinalityViolation,
    DuplicateAlias,
    InvalidRowCountInLimitClause,
    InvalidRowCountInOffsetClause,
    SequenceGeneratorLimitExceeded,
    StatementTooComplex,
    WindowingError,
)

_OFFSET = re.compile(r"\boffset\s+\Z", re.IGNORECASE)
_FROM = re.compile(
    r'\bfrom\s+([\w".]+)(?:\s+(?:as\s+)?(?!where|group|having|order|limit|window)("?\w+"?))?',
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\bfrom\b.*(?:\bjoin\b|,|\bfrom\b)", re.IGNORECASE | re.DOTALL)
_SET_OPERATION = re.compile(r"\b(union|intersect|except)\b", re.IGNORECASE)
END_OF_INPUT = "syntax error at end of input"
_MISSING_END = " )"


def _ungrouped(found: re.Match[str], report: Report) -> SqlError:
    """DuckDB's message has the column alone; PostgreSQL's has its table, too."""
    before, dot, _ = report.place.rpartition(".")
    table = before.rpartition(".")[2].strip('" ') if dot else _only_table(report.sql)
    shown = f"{table}.{found['name']}" if table else found["name"]
    return GroupingError(
        f'column "{shown}" must appear in the GROUP BY clause or be used in an'
        " aggregate function"
    )


def _only_table(sql: str) -> str:
    """The name of a query's table, if it has one; the name is its alias if that has one."""
    froms = _FROM.findall(sql)
    if len(froms) != 1 or _SEVERAL.search(sql):
        return ""
    name: str = froms[0][1] or froms[0][0].rpartition(".")[2]
    return name.strip('"')


def _not_allowed(found: re.Match[str], report: Report) -> SqlError:
    clause = found["clause"].removesuffix(" clause")
    if found["what"] == "aggregates":
        return GroupingError(f"aggregate functions are not allowed in {clause}")
    return WindowingError(f"window functions are not allowed in {clause}")


def _window_without_over(found: re.Match[str], report: Report) -> SqlError:
    name = report.place.partition("(")[0].strip()
    if " over" in report.place.lower() or not name:
        return WindowingError("window functions are not allowed here")
    shown = function_name(name.lower())
    return WrongObjectType(f"window function {shown} requires an OVER clause")


def _no_such_position(found: re.Match[str], report: Report) -> SqlError:
    clause = found["clause"].removesuffix(" BY")
    number = report.place if report.place.isdigit() else _position(clause, report, found["last"])
    shown = f" {number}" if number else ""
    return InvalidColumnReference(f"{clause} BY position{shown} is not in select list")


def _position(clause: str, report: Report, last: str) -> str:
    """The number in the clause that is too large, where DuckDB gives no place."""
    found = re.search(rf"\b{clause}\s+BY\s+([\w\s,.]*)", report.sql, re.IGNORECASE)
    numbers = [] if found is None else re.findall(r"\b\d+\b", found[1])
    return next((n for n in numbers if not 1 <= int(n) <= int(last)), "")


def _different_widths(found: re.Match[str], report: Report) -> SqlError:
    operations = {word.upper() for word in _SET_OPERATION.findall(report.sql)}
    operation = operations.pop() if len(operations) == 1 else "UNION"
    return SqlSyntaxError(f"each {operation} query must have the same number of columns")


def _values_count(found: re.Match[str], report: Report) -> SqlError:
    if int(found["values"]) > int(found["columns"]):
        return SqlSyntaxError("INSERT has more expressions than target columns")
    return SqlSyntaxError("INSERT has more target columns than expressions")


def _negative_limit(found: re.Match[str], report: Report) -> SqlError:
    if _OFFSET.search(report.sql[: report.start]):
        return InvalidRowCountInOffsetClause("OFFSET must not be negative")
    return InvalidRowCountInLimitClause("LIMIT must not be negative")


def _near(found: re.Match[str], report: Report) -> SqlError:
    """DuckDB blames the last token for an end that comes too early; PostgreSQL the end."""
    is_last = report.start is not None and report.sql[report.start :].rstrip() == report.place
    if is_last and _ends_early(report):
        return SqlSyntaxError(END_OF_INPUT)
    return SqlSyntaxError(f'syntax error at or near "{found["text"]}"')


def _ends_early(report: Report) -> bool:
    """Whether more text mends the statement, or moves the error to that text."""
    longer = report.sql + _MISSING_END
    try:
        PARSER.statements(longer)
    except duckdb.Error as error:
        return position_of(error, longer) != report.start
    return True


def _unknown_parameter(found: re.Match[str], report: Report) -> SqlError:
    return UndefinedParameter(f"there is no parameter ${found['name'].split(', ')[0]}")


def _unsupplied_macro(found: re.Match[str], report: Report) -> SqlError:
    name = function_name(found["name"])
    return UndefinedFunction(
        f"function {name} with these arguments does not exist", hint=missing_call("f(a, b)")[1]
    )


RULES = (
    rule(
        r'column "(?P<name>.*?)" must appear in the GROUP BY clause or'
        r" (?:must be part of|be used in)",
        _ungrouped,
    ),
    rule(
        r"(?P<clause>[A-Z][A-Z ]*(?: clause)?) cannot contain"
        r" (?P<what>aggregates|window functions)",
        _not_allowed,
    ),
    says(
        r"(?P<text>aggregate function calls cannot (?:be nested|contain window function calls))",
        GroupingError, "{text}",
    ),
    rule(r"Window functions are not supported here", _window_without_over),
    rule(
        r"(?P<clause>ORDER|GROUP BY) term out of range - should be between 1 and (?P<last>\d+)",
        _no_such_position,
    ),
    says(
        r"aggregate functions are not allowed in (?P<clause>.*)\Z",
        GroupingError, "aggregate functions are not allowed in {clause}",
    ),
    says(
        r"window functions are not allowed in (?P<clause>.*)\Z",
        WindowingError, "window functions are not allowed in {clause}",
    ),
    says(
        r"INSERT statement cannot contain aggregates",
        GroupingError, "aggregate functions are not allowed in VALUES",
    ),
    says(
        r"Aggregate functions are not supported here",
        GroupingError, "aggregate functions are not allowed here",
    ),
    rule(
        r"Set operations can only apply to expressions with the same number of result columns",
        _different_widths,
    ),
    says(
        r"More than one row returned by a subquery",
        CardinalityViolation, "more than one row returned by a subquery used as an expression",
    ),
    says(r"Subquery returns \d+ columns", SqlSyntaxError, "subquery must return only one column"),
    says(
        r"VALUES lists must all be the same length",
        SqlSyntaxError, "VALUES lists must all be the same length",
    ),
    rule(
        r'table ".*?" has (?P<columns>\d+) columns but (?P<values>\d+) values were supplied',
        _values_count,
    ),
    rule(
        r"Column name/value mismatch for insert on .*? expected (?P<columns>\d+) columns but"
        r" (?P<values>\d+) values were supplied",
        _values_count,
    ),
    rule(r"LIMIT/OFFSET cannot be negative", _negative_limit),
    rule(
        r"Values were not provided for the following parameters: (?P<name>.*)\Z",
        _unknown_parameter,
    ),
    rule(r'syntax error at or near "(?P<text>.*)"\Z', _near),
    says(r"unterminated string literal", SqlSyntaxError, "unterminated quoted string"),
    says(r"(?P<text>unterminated .*)\Z", SqlSyntaxError, "{text}"),
    says(
        r"STAR expression is only allowed as the root",
        SqlSyntaxError, 'syntax error at or near "*"',
    ),
    says(
        r"\* expression without FROM clause",
        SqlSyntaxError, "SELECT * with no tables specified is not valid",
    ),
    says(
        r"Type (?:TUPLE|STRUCT).* Cannot cast STRUCTs of different size",
        SqlSyntaxError, "unequal number of entries in row expressions",
    ),
    says(
        r'table "(?P<name>.*?)" has (?P<has>\d+) columns available but (?P<wants>\d+) columns',
        InvalidColumnReference,
        'table "{name}" has {has} columns available but {wants} columns specified',
    ),
    says(
        r'Duplicate CTE name "(?P<name>.*?)"',
        DuplicateAlias, 'WITH query name "{name}" specified more than once',
    ),
    says(
        r'table "(?P<name>.*?)" has more than one primary key',
        InvalidTableDefinition, 'multiple primary keys for table "{name}" are not allowed',
    ),
    says(
        r"DEFAULT value cannot contain column names",
        FeatureNotSupported, "cannot use column reference in DEFAULT expression",
    ),
    says(
        r"The specified columns as conflict target are not referenced",
        InvalidColumnReference,
        "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    ),
    says(
        r"Can only (?P<what>update|delete from) base table",
        WrongObjectType, "cannot {what} this relation",
    ),
    says(r"Max expression depth limit", StatementTooComplex, "stack depth limit exceeded"),
    says(
        r"DECIMAL type width must be between",
        InvalidParameterValue, "NUMERIC precision must be between 1 and 38",
    ),
    says(
        r"DECIMAL type scale cannot be greater than width",
        InvalidParameterValue, "NUMERIC scale must be between 0 and the precision",
    ),
    says(
        r'Could not find key "(?P<name>.*?)" in (?:struct|union)',
        UndefinedColumn, 'column "{name}" not found in this value',
    ),
    says(
        r"Cannot extract field '(?P<name>.*?)' from expression",
        WrongObjectType,
        "column notation .{name} applied to a value that is not a composite type",
    ),
    says(
        r'unrecognized configuration parameter "(?P<name>.*?)"',
        UndefinedObject, 'unrecognized configuration parameter "{name}"',
    ),
    rule(
        r'Macro (?:function )?"?(?P<name>.*?)"?\(.*?\) does not support the supplied arguments',
        _unsupplied_macro,
    ),
    says(
        r"currval: sequence is not yet defined",
        ObjectNotInPrerequisiteState, "currval of sequence is not yet defined in this session",
    ),
    says(
        r'nextval: reached (?P<end>\w+) value of sequence "(?P<name>.*?)" \((?P<n>.*)\)',
        SequenceGeneratorLimitExceeded,
        'nextval: reached {end} value of sequence "{name}" ({n})',
    ),
    says(r"Increment must not be zero", InvalidParameterValue, "INCREMENT must not be zero"),
    says(
        r"MINVALUE \((?P<low>.*?)\) must be less than MAXVALUE \((?P<high>.*?)\)",
        InvalidParameterValue, "MINVALUE ({low}) must be less than MAXVALUE ({high})",
    ),
)  # fmt: skip
