"""Small results, the short way.

DuckDB's relations, which results stream from, are bound twice and leave through Arrow's C stream:
100 to 200 us more for one row than DB-API's execute of a parsed statement. A plan whose first
result was small, and of types that Python has the same values of, goes the short way from then on;
should it come to more rows one day, it is run again as a stream, and stays one.

A constant is a plan that reads no table and calls nothing. What DuckDB has once computed for it is
its answer, for as long as the plan itself is good.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hookwire_catalog.lexer import Kind, tokenize

if TYPE_CHECKING:
    import duckdb

FEW_ROWS = 64
"""Beyond these a stream is as fast."""

KEPT = 128
"""Statements that one session keeps in DuckDB's parsed form."""

_DUCKDB_TYPES = frozenset(
    "BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE"
    " VARCHAR JSON BLOB".split()
)
"""Whose Python values lose nothing; a timestamp's do, as infinity becomes the year 9999."""

_ARROW_TYPES = frozenset(
    kind.id
    for kind in (
        *(pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16()),
        *(pa.uint32(), pa.uint64(), pa.float32(), pa.float64(), pa.string(), pa.binary()),
    )
)


class Habit:
    """What the results of one plan have been like. Any thread: a race costs a detour only."""

    __slots__ = ("_large", "_plain", "answer", "schema")

    def __init__(self) -> None:
        self.answer: pa.RecordBatch | None = None
        self.schema: pa.Schema | None = None
        self._large = False
        self._plain = False

    def learn(self, batch: pa.RecordBatch | None, *, whole: bool) -> None:
        """The first rows of a stream, which may be all of them."""
        if batch is None or self._large:
            return
        if not whole or batch.num_rows > FEW_ROWS:
            self.was_large()
        elif all(kind.id in _ARROW_TYPES for kind in batch.schema.types):
            self.schema = batch.schema

    def was_large(self) -> None:
        self._large, self.schema = True, None

    def is_plain(self, cursor: duckdb.DuckDBPyConnection) -> bool:
        """Whether the columns of the open result have types of which Python has the values."""
        if not self._plain:
            described = cursor.description or ()
            self._plain = all(str(column[1]) in _DUCKDB_TYPES for column in described)
        return self._plain


_NAMES = (Kind.IDENT, Kind.QUOTED_IDENT)
_WORDS = "select as cast null true false and or not is varchar".split()
_BEFORE_BRACKETS = "select cast and or not".split()
"""What a constant may be written with; CURRENT_TIMESTAMP and the like are words, too."""


def is_constant(sql: str) -> bool:
    """Whether DuckDB's `sql` has the same result each time: it reads no table and calls nothing,
    but for casts."""
    if "FROM" in sql:
        return False  # or almost: this is asked of every new plan
    tokens = [t for t in tokenize(sql) if t.kind not in (Kind.SPACE, Kind.COMMENT)]
    if not tokens or not tokens[0].is_word("select"):
        return False
    for before, token in pairwise(tokens):
        if token.kind is Kind.PARAM or token.text == "?":
            return False
        if token.kind in _NAMES:
            if token.is_word("select") or not (token.is_word(*_WORDS) or before.is_word("as")):
                return False
        elif token.text == "(" and before.kind in _NAMES and not before.is_word(*_BEFORE_BRACKETS):
            return False
    return True


class Statements:
    """One cursor's statements in DuckDB's parsed form. Worker."""

    def __init__(self) -> None:
        self._parsed: OrderedDict[str, duckdb.Statement] = OrderedDict()

    def forget(self) -> None:
        self._parsed.clear()

    def parsed(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
        found = self._parsed.get(sql)
        if found is None:
            (found,) = cursor.extract_statements(sql)
            self._parsed[sql] = found
            if len(self._parsed) > KEPT:
                self._parsed.popitem(last=False)
        return found


def batch_of(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(c, kind) for c, kind in zip(columns, schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
