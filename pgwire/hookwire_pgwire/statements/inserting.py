"""Rows of a COPY FROM into their table, by INSERTs that are prepared once.

They are ordinary statements of the session, so that every rule about what may be written, and
every conversion of a value, is the engine's own. All are in the COPY's transaction.

Where every column is of a type whose values make a list of one kind, a column is one parameter,
and rows go in by thousands; other rows go in as VALUES, a few at a time (measured: 60,000 rows
of four columns a second against 14,000).
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.types import ResultColumn, array_of
from hookwire_pgwire.backend import Prepared, Session
from hookwire_pgwire.copy.incoming import Row
from hookwire_pgwire.parts import made, within
from hookwire_pgwire.rows import run_to_end

LIST_ROWS = 8192
SIZES = (256, 32, 4, 1)
"""How many rows an INSERT of VALUES has; the last rows take some of the smaller ones."""

MAX_PARAMETERS = 4096
MOMENTS = frozenset(type.oid for type in (types.DATE, types.TIMESTAMP, types.TIMESTAMPTZ))
"""Their values are text where Python's types end."""

LISTED = MOMENTS | {
    type.oid
    for type in (
        *(types.BOOL, types.INT2, types.INT4, types.INT8, types.FLOAT4, types.FLOAT8, types.TEXT),
        *(types.VARCHAR, types.BPCHAR, types.JSON, types.JSONB, types.BYTEA, types.UUID),
    )
}


class Inserts:
    def __init__(self, session: Session, table: str, columns: Sequence[ResultColumn]) -> None:
        self._session = session
        self._table = table
        self._columns = columns
        fitting = max(1, MAX_PARAMETERS // max(1, len(columns)))
        self._sizes = [size for size in SIZES if size <= fitting]
        self._moments = [n for n, column in enumerate(columns) if column.type.oid in MOMENTS]
        self._by_lists = all(column.type.oid in LISTED for column in columns)
        self._prepared: dict[int, Prepared] = {}
        self._rows: list[Row] = []
        self._written = 0

    async def prepare(self) -> None:
        """Refuse at once what cannot be written to."""
        await self._statement(0 if self._by_lists else 1)

    async def add(self, rows: list[Row]) -> None:
        self._rows += rows
        while len(self._rows) >= LIST_ROWS:
            await self._write(self._rows[:LIST_ROWS])
            del self._rows[:LIST_ROWS]

    async def finish(self) -> int:
        """How many rows there were."""
        await self._write(self._rows)
        return self._written

    async def _write(self, rows: list[Row]) -> None:
        self._written += len(rows)
        if rows and self._by_lists and not self._has_text_moments(rows):
            await self._run(0, [list(column) for column in zip(*rows, strict=True)])
            return
        at = 0
        for size in self._sizes:
            while len(rows) - at >= size:
                await self._run(size, [value for row in rows[at : at + size] for value in row])
                at += size

    def _has_text_moments(self, rows: list[Row]) -> bool:
        return any(isinstance(row[number], str) for number in self._moments for row in rows)

    async def _run(self, size: int, parameters: Sequence[object]) -> None:
        prepared = await self._statement(size)
        with within(None):
            portal = await self._session.bind(prepared, parameters)
            try:
                await run_to_end(portal)
            finally:
                await portal.close()

    async def _statement(self, size: int) -> Prepared:
        """For so many rows of VALUES, or with 0 for lists."""
        if size not in self._prepared:
            columns = [column.type for column in self._columns]
            oids = [type.oid for type in columns] * size or [array_of(t).oid for t in columns]
            with within(None):
                self._prepared[size] = await self._session.prepare(made(self._sql(size)), oids)
        return self._prepared[size]

    def _sql(self, size: int) -> str:
        width = len(self._columns)
        names = ", ".join(quote_identifier(column.name) for column in self._columns)
        values = ", ".join(
            f"({', '.join(f'${row * width + n}' for n in range(1, width + 1))})"
            for row in range(size)
        )
        lists = ", ".join(f"unnest(${n})" for n in range(1, width + 1))
        rows = f"VALUES {values}" if size else f"SELECT {lists}"
        return f"INSERT INTO {self._table} ({names}) {rows}"
