"""A session's DuckDB cursor: what is set and registered on it, its transaction, its one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pyarrow as pa

from hookwire_engine.query import quick
from hookwire_engine.query.result import READER_ROWS, Result
from hookwire_engine.storage.database import DATABASE
from hookwire_engine.storage.tables import quoted

if TYPE_CHECKING:
    from pathlib import Path


Opened: TypeAlias = duckdb.DuckDBPyConnection

EXPLAINED = "EXPLAIN "

_SEQUENCES = "nextval(", "setval("
"""DuckDB's sql() runs at once what changes anything, as calls of these do."""


def counts_sequences(sql: str) -> bool:
    return any(function in sql for function in _SEQUENCES)


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows as they are in their table, with DuckDB's types; `count` of them, but they may be `lost`
    for being too much."""

    rows: pa.Table
    types: Sequence[Any]
    count: int
    lost: bool


class SessionCursor:
    """Opened at the first use, and again after `give_back`. Worker, but for `interrupt`, which any
    thread may call, and `give_back`."""

    def __init__(self, open_cursor: Callable[[], duckdb.DuckDBPyConnection], spill: Path | None):
        self._open = open_cursor
        self._spill = spill
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._set: dict[str, str] = {}
        self._registered: dict[str, pa.Table] = {}
        self._result: Result | None = None
        self._used = False
        self._statements = quick.Statements()

    @property
    def duckdb(self) -> duckdb.DuckDBPyConnection:
        if self._cursor is None:
            self._cursor = self._open()
        self._used = True
        return self._cursor

    def give_back(self) -> Opened | None:
        """The cursor, for the caller to close, if it was not used since the last call. Loop, and
        only between two transactions of a session without temporary objects."""
        used, self._used = self._used, False
        if used or self._cursor is None or self._result is not None:
            return None
        cursor, self._cursor = self._cursor, None
        self._set, self._registered = {}, {}
        self._statements.forget()
        return cursor

    def interrupt(self) -> None:
        if self._cursor is not None:
            self._cursor.interrupt()

    # Before a statement.

    def free(self) -> None:
        """Park the open result, if there is one."""
        result, self._result = self._result, None
        if result is not None:
            result.park()

    def configure(self, timezone: str, schemas: Sequence[str]) -> None:
        """What DuckDB has to know of the session's settings."""
        path = ",".join(f"{DATABASE}.{quoted(schema)}" for schema in schemas or ("main",))
        for name, value in (("TimeZone", timezone), ("search_path", path)):
            if self._set.get(name) != value:
                text = value.replace("'", "''")
                self.duckdb.execute(f"SET {name} = '{text}'").fetchall()
                self._set[name] = value

    def register(self, tables: Mapping[str, pa.Table]) -> None:
        """Make Arrow tables readable as `temp.main."name"`; an unchanged one costs nothing."""
        for name, table in tables.items():
            if self._registered.get(name) is not table:
                self.duckdb.register(name, table)
                self._registered[name] = table

    # Transactions.

    def begin(self) -> None:
        self.duckdb.execute("BEGIN TRANSACTION").fetchall()

    def commit(self) -> None:
        self._drop_result()
        self.duckdb.execute("COMMIT").fetchall()

    def rollback(self) -> None:
        self._drop_result()
        # Views over registered tables that were made in the transaction vanish with it.
        self._registered.clear()
        try:
            self.duckdb.execute("ROLLBACK").fetchall()
        except duckdb.TransactionException:
            return  # A failed COMMIT has ended it.

    def restart(self) -> None:
        """Roll back and begin again; the open result is read to its end before."""
        self._spare_result()
        self.rollback()
        self.begin()

    def _spare_result(self) -> None:
        """Park the open result, unless it is what has failed."""
        try:
            self.free()
        except (duckdb.Error, OSError):
            self._drop_result()

    def aborted(self) -> bool:
        """Whether an error has ended the transaction, so that only ROLLBACK is left."""
        self._spare_result()
        try:
            self.duckdb.execute("SELECT 1").fetchall()
        except duckdb.TransactionException:
            return True
        return False

    def sequences(self) -> dict[str, int | None]:
        """The last value of each sequence that the transaction sees, by its name in SQL."""
        rows = self.duckdb.execute(
            "SELECT schema_name, sequence_name, last_value FROM duckdb_sequences()"
            f" WHERE database_name = '{DATABASE}'"
        ).fetchall()
        return {f"{DATABASE}.{quoted(schema)}.{quoted(name)}": last for schema, name, last in rows}

    def set_sequences(self, known: Mapping[str, int | None]) -> None:
        """Let those that have not been used yet go on where they are known to have been."""
        for name, last in self.sequences().items():
            before = known.get(name)
            if last is None and before is not None:
                self.duckdb.execute("SELECT setval(?, ?)", [name, before]).fetchall()

    def _drop_result(self) -> None:
        result, self._result = self._result, None
        if result is not None:
            result.close()

    # Statements.

    def describe(self, sql: str, parameters: int) -> tuple[list[str], list[Any]]:
        """Names and DuckDB types of a query's columns; it is bound and does not run.

        What duckdb.Error points at is in EXPLAINED + `sql`.
        """
        nulls = [None] * parameters or None
        if counts_sequences(sql):
            rows = self.duckdb.execute("DESCRIBE " + sql, nulls or []).fetchall()
            return [row[0] for row in rows], [duckdb.sqltype(row[1]) for row in rows]
        try:
            bound = self.duckdb.sql(sql, params=nulls)
        except duckdb.Error:
            # sql() does not tell the place of a fault; EXPLAIN, which binds the same, does.
            self.duckdb.execute(EXPLAINED + sql, nulls or []).fetchall()
            raise
        return bound.columns, bound.types

    def query(self, sql: str, parameters: Sequence[object | None]) -> Result:
        """Run a statement that returns rows; they are read as they are made."""
        bound = self.duckdb.sql(sql, params=list(parameters) or None)
        result = Result(bound.to_arrow_reader(READER_ROWS), self._spill)
        self._result = result
        return result

    def few(
        self, sql: str, parameters: Sequence[object | None], habit: quick.Habit
    ) -> pa.RecordBatch | None:
        """Run a statement whose rows have been few and plain; None if they are not, this time."""
        cursor = self.duckdb
        done = cursor.execute(self._statements.parsed(cursor, sql), list(parameters) or None)
        schema = habit.schema
        if schema is not None and habit.is_plain(done):
            rows = done.fetchmany(quick.FEW_ROWS + 1)
            if len(rows) <= quick.FEW_ROWS:
                return quick.batch_of(rows, schema)
        habit.was_large()
        cursor.abort()
        return None

    def insert(
        self, sql: str, parameters: Sequence[object | None], into: str, max_bytes: int
    ) -> tuple[pa.Table, Inserted]:
        """Run an INSERT that returns the whole rows at the end of what it returns: what it returns
        before them, and the rows as they are in the table `into`."""
        names = [column[0] for column in self.duckdb.execute(f"FROM {into} LIMIT 0").description]
        done = self.duckdb.sql(sql, params=list(parameters) or None)
        types = done.types
        shown = len(types) - len(names)
        reader = done.to_arrow_reader(READER_ROWS)
        kept: list[pa.RecordBatch] = []
        count = size = 0
        for batch in reader:
            count += batch.num_rows
            size += batch.nbytes
            if size > max_bytes and not shown:
                kept.clear()  # nobody asks for them any more
            else:
                kept.append(batch)
        table = pa.Table.from_batches(kept, reader.schema)
        rows = table.select(range(shown, len(types))).rename_columns(names)
        return table.select(range(shown)), Inserted(rows, types[shown:], count, size > max_bytes)

    def explain(self, sql: str, parameters: Sequence[object | None]) -> Result:
        """Run an EXPLAIN; its answer as PostgreSQL gives it, a row a line, or one JSON document."""
        rows = self.duckdb.execute(sql, list(parameters)).fetchall()
        whole = sql.startswith(EXPLAINED + "(")
        lines = [s for _, text in rows for s in ([text] if whole else str(text).splitlines())]
        return Result.of(pa.table({"QUERY PLAN": pa.array(lines, pa.string())}))

    def run(self, sql: str, parameters: Sequence[object | None] = ()) -> int:
        """Run a statement that returns no rows; how many it changed."""
        done = self.duckdb.execute(sql, list(parameters))
        rows = done.fetchall()
        counted = done.description and done.description[0][0] == "Count"
        return int(rows[0][0]) if counted and rows else 0

    def forget(self, result: Result) -> None:
        """`result` has been read to its end or given up."""
        if self._result is result:
            self._result = None

    def close(self) -> None:
        self._drop_result()
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None
        self._statements.forget()
