"""Where PostgreSQL points for an error, given where DuckDB does."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from hookwire_catalog.errors import SqlError
from hookwire_engine.duck.query_errors import END_OF_INPUT
from hookwire_engine.duck.report import Report
from hookwire_engine.duck.states import (
    CannotCoerce,
    InvalidRowCountInLimitClause,
    InvalidRowCountInOffsetClause,
)

_LITERAL = re.compile(r"'(?:[^']|'')*'")
_LITERAL_BEFORE = re.compile(r"('(?:[^']|'')*')\s*\Z")
_OPERATOR = re.compile(r"operator (?:does not exist|is not unique): .*?([-+*/<>=~!@#%^&|`?]+) ")
_NOWHERE = (InvalidRowCountInLimitClause, InvalidRowCountInOffsetClause)
_OF_VALUES = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException)


def start_of(report: Report, answer: SqlError) -> int | None:
    """The 0-based index into the SQL; None where PostgreSQL gives none.

    For a value it is the literal's, and nothing for values that are made while the query runs;
    for an operator its own, not that of its left operand.
    """
    if answer.message == END_OF_INPUT:
        return len(report.sql.rstrip())
    if report.start is None or isinstance(answer, _NOWHERE):
        return None
    if isinstance(report.error, _OF_VALUES) and not isinstance(answer, CannotCoerce):
        return _literal_start(report.sql, report.start, report.place)
    operator = _OPERATOR.match(answer.message)
    if operator is not None:
        return report.start + max(report.place.find(operator[1]), 0)
    return report.start


def _literal_start(sql: str, start: int, place: str) -> int | None:
    if place.startswith("::"):
        before = _LITERAL_BEFORE.search(sql[:start])
        return None if before is None else before.start()
    found = _LITERAL.search(place)
    return None if found is None else start + found.start()


def statement_index(index: int, positions: Sequence[tuple[int, int]]) -> int:
    """The place in the statement of a place in its translation; both count from 0.

    Inside of a piece that the dialect took over letter by letter the distance is kept.
    """
    at = max((i for i, (begin, _) in enumerate(positions) if begin <= index), default=0)
    begin, origin = positions[at]
    following = positions[at + 1][1] if at + 1 < len(positions) else None
    found = origin + max(index - begin, 0)
    return found if following is None or origin <= found < following else origin
