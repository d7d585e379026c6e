"""The one place where DuckDB's exceptions become PostgreSQL's errors.

A message is passed on only in words of ours: what no rule knows becomes a sentence about the kind
of the exception, since DuckDB's own texts hold file paths, names of our tables, the SQL that the
dialect wrote and, of functions in Python, whatever an exception held.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from hookwire_catalog.errors import (
    ActiveSqlTransaction,
    DataError,
    DatatypeMismatch,
    DependentObjectsStillExist,
    DiskFull,
    FeatureNotSupported,
    InFailedSqlTransaction,
    InsufficientPrivilege,
    IntegrityConstraintViolation,
    InternalError,
    InvalidParameterValue,
    InvalidTextRepresentation,
    InvalidTransactionState,
    NoActiveSqlTransaction,
    NumericValueOutOfRange,
    ObjectNotInPrerequisiteState,
    OutOfMemory,
    QueryCanceled,
    ReadOnlySqlTransaction,
    SerializationFailure,
    SqlError,
    SqlSyntaxError,
    StorageFault,
    SyntaxErrorOrAccessRuleViolation,
    UniqueViolation,
)
from hookwire_engine.duck import constraint_errors, name_errors, query_errors, value_errors
from hookwire_engine.duck.places import start_of, statement_index
from hookwire_engine.duck.report import Report, read
from hookwire_engine.duck.rules import first
from hookwire_engine.duck.states import StatementTooComplex
from hookwire_engine.functions.faults import read_fault

_SHOWN = 300
_UNSAFE = re.compile(
    r"hookwire_internal|memory\.|\bhw_|\bhw\.|temp\.main|system\.main|duckdb|DuckDB|[Pp]ython|pragma"
    r"|(?:\A|[^\w)\s])/\w|/\w[\w.-]*/|://|\.wal\b|\bSET \w+\s*=|\bc\d+\b|\bs\d+\b"
)
_ADVICE = re.compile(r"\s*(?:Did you mean|Candidate|Use |You might want|If this is).*", re.DOTALL)
_CONFLICT = re.compile(r"conflict|by a different transaction|another transaction", re.IGNORECASE)
_RULES = (*name_errors.RULES, *value_errors.RULES, *query_errors.RULES, *constraint_errors.RULES)


def to_sql_error(
    error: duckdb.Error,
    *,
    sql: str | None = None,
    positions: Sequence[tuple[int, int]] = (),
    relation: str | None = None,
) -> SqlError:
    """What a client is told of `error`.

    `sql` is what DuckDB was given and `positions` its map to the statement (Translation's); both
    are for the error's position. `relation` is the name of the table that the statement changes,
    which DuckDB's messages leave out.
    """
    report = read(error, sql, relation)
    answer = read_fault(report.text) or _by_kind(report) or first(_RULES, report) or _other(report)
    start = start_of(report, answer) if positions else None
    if start is not None:
        answer.position = statement_index(start, positions) + 1
    return answer


_PYTHON = "Python exception occurred"
_TOO_MUCH = "The statement needs more than it may use."
_STORAGE = (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException)


def _by_kind(report: Report) -> SqlError | None:
    """Errors of the server rather than of the statement; told by their class alone."""
    error, text = report.error, report.text
    if isinstance(error, duckdb.InterruptException):
        return QueryCanceled("canceling statement due to user request")
    if isinstance(error, duckdb.OutOfMemoryException):
        return OutOfMemory("out of memory", detail=_TOO_MUCH)
    if isinstance(error, duckdb.PermissionException):
        return InsufficientPrivilege("permission denied")
    if isinstance(error, _STORAGE):
        return _of_storage(report)
    if isinstance(error, (duckdb.InternalException, duckdb.ResourceInUseException)):
        return InternalError("the statement could not be executed")
    if text.startswith(_PYTHON):
        kind = text.removeprefix(_PYTHON).partition(":")[2].strip()
        if kind.startswith("MemoryError"):
            return OutOfMemory("out of memory", detail=_TOO_MUCH)
        if kind.startswith("RecursionError"):
            return StatementTooComplex("stack depth limit exceeded")
        return InternalError("a function failed")
    return _of_transaction(report)


def _of_storage(report: Report) -> SqlError:
    if "No space left" in report.text:
        return DiskFull("could not write to a file: No space left on device")
    return StorageFault("could not read or write the database")


def _of_transaction(report: Report) -> SqlError | None:
    kinds = (duckdb.TransactionException, duckdb.CatalogException)
    if isinstance(report.error, kinds) and _CONFLICT.search(report.text):
        return SerializationFailure("could not serialize access due to concurrent update")
    if not isinstance(report.error, duckdb.TransactionException):
        return None
    for words, kind, message in _TRANSACTION_STATES:
        if words in report.text:
            return kind(message)
    return _of_storage(report) if report.text.startswith("Failed to commit") else None


_TRANSACTION_STATES: tuple[tuple[str, type[SqlError], str], ...] = (
    (
        "aborted", InFailedSqlTransaction,
        "current transaction is aborted, commands ignored until end of transaction block",
    ),
    (
        "read-only", ReadOnlySqlTransaction,
        "cannot execute this statement in a read-only transaction",
    ),
    ("no transaction is active", NoActiveSqlTransaction, "there is no transaction in progress"),
    (
        "within a transaction", ActiveSqlTransaction, "there is already a transaction in progress",
    ),
    (
        "duplicate key", UniqueViolation, "duplicate key value violates unique constraint",
    ),
    ("pin block", OutOfMemory, "out of memory"),
)  # fmt: skip


_KINDS: tuple[tuple[type[duckdb.Error], type[SqlError], str], ...] = (
    (duckdb.ParserException, SqlSyntaxError, "syntax error"),
    (duckdb.SyntaxException, SqlSyntaxError, "syntax error"),
    (duckdb.ConversionException, InvalidTextRepresentation, "invalid input value"),
    (duckdb.OutOfRangeException, NumericValueOutOfRange, "value out of range"),
    (duckdb.ConstraintException, IntegrityConstraintViolation, "integrity constraint violation"),
    (duckdb.DependencyException, DependentObjectsStillExist, "other objects depend on it"),
    (duckdb.NotImplementedException, FeatureNotSupported, "this is not supported"),
    (duckdb.SequenceException, ObjectNotInPrerequisiteState, "the sequence has no such value"),
    (duckdb.TransactionException, InvalidTransactionState, "invalid transaction state"),
    (duckdb.TypeMismatchException, DatatypeMismatch, "the types do not match"),
    (duckdb.InvalidInputException, InvalidParameterValue, "invalid value"),
    (duckdb.BinderException, SyntaxErrorOrAccessRuleViolation, "the statement is not valid"),
    (duckdb.CatalogException, SyntaxErrorOrAccessRuleViolation, "the statement is not valid"),
)


def _other(report: Report) -> SqlError:
    """DuckDB's own first sentence if it gives nothing away, else one for its kind."""
    for kind, answer, sentence in _KINDS:
        if isinstance(report.error, kind):
            return answer(_sentence(report.text) or sentence)
    return DataError(_sentence(report.text) or "the statement could not be executed")


def _sentence(text: str) -> str | None:
    first_line = _ADVICE.sub("", text.strip().partition("\n")[0]).rstrip("!. ")
    if not first_line or len(first_line) > _SHOWN or _UNSAFE.search(first_line):
        return None
    return first_line
