"""Every error a client can be told about, as one tree.

    SqlError
     +- one subclass for each SQLSTATE that Hookwire raises (PostgreSQL appendix A, "Error Codes")

A `SqlError` is raised once, where the fault is known, and told twice: the SQL door turns it into
an ErrorResponse, the HTTP door into a status and one plain sentence. Exceptions of other libraries
become SqlErrors at one border only (hookwire_engine.duck for DuckDB).

Rule: a security error (`InvalidAuthorization`) carries no detail about the cause, since the cause
may hold a secret.
"""

from __future__ import annotations

from typing import ClassVar


class SqlError(Exception):
    """An error with a SQLSTATE.

    `position` is the 1-based character index into the statement text, as in ErrorResponse's P
    field (PostgreSQL 55.8); `None` where no place in the text is to blame. `context` is where in
    the data it happened (W).
    """

    sqlstate: ClassVar[str] = "XX000"
    routine: ClassVar[str | None] = None
    """ErrorResponse's R field, where clients go by it."""
    context: str | None = None

    def __init__(
        self,
        message: str,
        *,
        detail: str | None = None,
        hint: str | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position


class InternalError(SqlError):
    sqlstate = "XX000"


class DataCorrupted(SqlError):
    sqlstate = "XX001"


class FeatureNotSupported(SqlError):
    sqlstate = "0A000"


class CachedPlanChanged(FeatureNotSupported):
    """asyncpg and JDBC prepare anew when this routine says so."""

    routine = "RevalidateCachedQuery"

    def __init__(self) -> None:
        super().__init__("cached plan must not change result type")


class ProtocolViolation(SqlError):
    sqlstate = "08P01"


class ConnectionFailure(SqlError):
    sqlstate = "08006"


class DataError(SqlError):
    sqlstate = "22000"


class StringDataRightTruncation(SqlError):
    sqlstate = "22001"


class NumericValueOutOfRange(SqlError):
    sqlstate = "22003"


class InvalidDatetimeFormat(SqlError):
    sqlstate = "22007"


class DatetimeFieldOverflow(SqlError):
    sqlstate = "22008"


class DivisionByZero(SqlError):
    sqlstate = "22012"


class CharacterNotInRepertoire(SqlError):
    sqlstate = "22021"


class InvalidParameterValue(SqlError):
    sqlstate = "22023"


class InvalidEscapeSequence(SqlError):
    sqlstate = "22025"


class InvalidTextRepresentation(SqlError):
    sqlstate = "22P02"


class InvalidBinaryRepresentation(SqlError):
    sqlstate = "22P03"


class IntegrityConstraintViolation(SqlError):
    sqlstate = "23000"


class NotNullViolation(SqlError):
    sqlstate = "23502"


class ForeignKeyViolation(SqlError):
    sqlstate = "23503"


class UniqueViolation(SqlError):
    sqlstate = "23505"


class CheckViolation(SqlError):
    sqlstate = "23514"


class InvalidTransactionState(SqlError):
    sqlstate = "25000"


class ActiveSqlTransaction(SqlError):
    sqlstate = "25001"


class ReadOnlySqlTransaction(SqlError):
    sqlstate = "25006"


class NoActiveSqlTransaction(SqlError):
    sqlstate = "25P01"


class InFailedSqlTransaction(SqlError):
    sqlstate = "25P02"


class IdleInTransactionSessionTimeout(SqlError):
    sqlstate = "25P03"


class InvalidSqlStatementName(SqlError):
    sqlstate = "26000"


class InvalidGrantOperation(SqlError):
    sqlstate = "0LP01"


class InvalidRoleSpecification(SqlError):
    sqlstate = "0P000"


class InvalidAuthorization(SqlError):
    sqlstate = "28000"


class InvalidPassword(InvalidAuthorization):
    sqlstate = "28P01"


class InvalidSavepoint(SqlError):
    sqlstate = "3B001"


class InvalidCatalogName(SqlError):
    sqlstate = "3D000"


class InvalidSchemaName(SqlError):
    sqlstate = "3F000"


class DependentObjectsStillExist(SqlError):
    sqlstate = "2BP01"


class InvalidCursorName(SqlError):
    sqlstate = "34000"


class SerializationFailure(SqlError):
    sqlstate = "40001"


class SyntaxErrorOrAccessRuleViolation(SqlError):
    sqlstate = "42000"


class InsufficientPrivilege(SqlError):
    sqlstate = "42501"


class SqlSyntaxError(SqlError):
    sqlstate = "42601"


class InvalidName(SqlError):
    sqlstate = "42602"


class NameTooLong(SqlError):
    sqlstate = "42622"


class DuplicateColumn(SqlError):
    sqlstate = "42701"


class AmbiguousColumn(SqlError):
    sqlstate = "42702"


class UndefinedColumn(SqlError):
    sqlstate = "42703"


class UndefinedObject(SqlError):
    sqlstate = "42704"


class DuplicateObject(SqlError):
    sqlstate = "42710"


class AmbiguousFunction(SqlError):
    sqlstate = "42725"


class GroupingError(SqlError):
    sqlstate = "42803"


class DatatypeMismatch(SqlError):
    sqlstate = "42804"


class WrongObjectType(SqlError):
    sqlstate = "42809"


class UndefinedFunction(SqlError):
    sqlstate = "42883"


class ReservedName(SqlError):
    sqlstate = "42939"


class UndefinedTable(SqlError):
    sqlstate = "42P01"


class UndefinedParameter(SqlError):
    sqlstate = "42P02"


class DuplicateCursor(SqlError):
    sqlstate = "42P03"


class DuplicatePreparedStatement(SqlError):
    sqlstate = "42P05"


class DuplicateSchema(SqlError):
    sqlstate = "42P06"


class DuplicateTable(SqlError):
    sqlstate = "42P07"


class InvalidColumnReference(SqlError):
    sqlstate = "42P10"


class InvalidTableDefinition(SqlError):
    sqlstate = "42P16"


class IndeterminateDatatype(SqlError):
    sqlstate = "42P18"


class InsufficientResources(SqlError):
    sqlstate = "53000"


class DiskFull(SqlError):
    sqlstate = "53100"


class OutOfMemory(SqlError):
    sqlstate = "53200"


class TooManyConnections(SqlError):
    sqlstate = "53300"


class ConfigurationLimitExceeded(SqlError):
    sqlstate = "53400"


class ProgramLimitExceeded(SqlError):
    """Also: a webhook body over the source's `max_body_bytes`."""

    sqlstate = "54000"


class TooManyColumns(SqlError):
    sqlstate = "54011"


class InvalidCursorDefinition(SqlError):
    sqlstate = "42P11"


class ObjectNotInPrerequisiteState(SqlError):
    sqlstate = "55000"


class ObjectInUse(SqlError):
    sqlstate = "55006"


class CantChangeRuntimeParam(SqlError):
    sqlstate = "55P02"


class LockNotAvailable(SqlError):
    sqlstate = "55P03"


class QueryCanceled(SqlError):
    sqlstate = "57014"


class AdminShutdown(SqlError):
    sqlstate = "57P01"


class IdleSessionTimeout(SqlError):
    sqlstate = "57P05"


class CannotConnectNow(SqlError):
    """The server is starting or draining."""

    sqlstate = "57P03"


class StorageFault(SqlError):
    """Our disk failed: nothing is acknowledged until the operator has looked."""

    sqlstate = "58030"
