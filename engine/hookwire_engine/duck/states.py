"""SQLSTATEs that only an answer of DuckDB's makes Hookwire use (PostgreSQL appendix A)."""

from __future__ import annotations

from hookwire_catalog.errors import SqlError


class CardinalityViolation(SqlError):
    sqlstate = "21000"


class InvalidRegularExpression(SqlError):
    sqlstate = "2201B"


class InvalidArgumentForLogarithm(SqlError):
    sqlstate = "2201E"


class InvalidArgumentForPowerFunction(SqlError):
    sqlstate = "2201F"


class InvalidRowCountInLimitClause(SqlError):
    sqlstate = "2201W"


class InvalidRowCountInOffsetClause(SqlError):
    sqlstate = "2201X"


class SequenceGeneratorLimitExceeded(SqlError):
    sqlstate = "2200H"


class InvalidEscapeSequence(SqlError):
    sqlstate = "22025"


class StringDataLengthMismatch(SqlError):
    sqlstate = "22026"


class ArraySubscriptError(SqlError):
    sqlstate = "2202E"


class StatementTooComplex(SqlError):
    sqlstate = "54001"


class DuplicateAlias(SqlError):
    sqlstate = "42712"


class CannotCoerce(SqlError):
    sqlstate = "42846"


class WindowingError(SqlError):
    sqlstate = "42P20"
