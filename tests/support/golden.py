"""PostgreSQL's own bytes for values, and ours, to hold against each other.

golden = Golden(postgres.dsn)
golden.shown("int4", ["1", "-7"], TEXT_FORMAT)      [b"1", b"-7"]
encoded(pa.array([1, -7]), INT4, TEXT_FORMAT)       the same, from the SQL door's codecs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from struct import unpack_from
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values import Rendering, encode_rows
from hookwire_pgwire.values.rows import NARROW_ROWS

TEXT_FORMAT, BINARY_FORMAT = 0, 1
FORMATS = [TEXT_FORMAT, BINARY_FORMAT]
USUAL = Rendering()


class Golden:
    """A connection to PostgreSQL that shows values in their raw wire forms."""

    def __init__(self, dsn: str) -> None:
        self.connection = psycopg.connect(dsn, autocommit=True)

    def shown(
        self,
        type_name: str,
        literals: Sequence[str | None],
        form: int,
        settings: Mapping[str, str] | None = None,
    ) -> list[bytes | None]:
        """What PostgreSQL sends for each literal of the type."""
        query = sql.SQL(
            "SELECT v::{} FROM unnest(%s::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n"
        ).format(sql.SQL(type_name))
        return self.column(query, (list(literals),), form, settings)

    def column(
        self,
        query: Any,
        parameters: Sequence[Any],
        form: int,
        settings: Mapping[str, str] | None = None,
    ) -> list[bytes | None]:
        """The first column of a query's result, as it is on the wire."""
        for name, value in (settings or {}).items():
            self.connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        try:
            cursor = self.connection.cursor(binary=form == BINARY_FORMAT)
            result = cursor.execute(query, parameters).pgresult
            assert result is not None
            return [result.get_value(row, 0) for row in range(result.ntuples)]
        finally:
            if settings:
                self.connection.execute("RESET ALL")

    def refusal(self, type_name: str, data: bytes, form: int) -> tuple[str, str] | None:
        """SQLSTATE and message of the error for a parameter, None if it is accepted."""
        (oid,) = self.connection.execute("SELECT %s::regtype::oid", (type_name,)).fetchone() or (0,)
        done = self.connection.pgconn.exec_params(b"SELECT $1", [data], [oid], [form], 1)
        if done.status == psycopg.pq.ExecStatus.TUPLES_OK:
            return None
        fields = psycopg.pq.DiagnosticField
        state = done.error_field(fields.SQLSTATE) or b""
        return state.decode(), (done.error_field(fields.MESSAGE_PRIMARY) or b"").decode()

    def close(self) -> None:
        self.connection.close()


def values_of(stream: bytes | memoryview, columns: int = 1) -> Iterator[list[bytes | None]]:
    """The values of each DataRow message in `stream`."""
    data, at = bytes(stream), 0
    while at < len(data):
        kind, length, count = unpack_from("!cih", data, at)
        assert (kind, count) == (b"D", columns)
        end, at = at + 1 + length, at + 7
        row: list[bytes | None] = []
        for _ in range(count):
            (size,) = unpack_from("!i", data, at)
            at += 4
            row.append(None if size < 0 else data[at : at + size])
            at += max(size, 0)
        assert at == end
        yield row


def differences(
    ours: Sequence[object], theirs: Sequence[object]
) -> list[tuple[int, object, object]]:
    """Where two columns differ, at most ten; a longer one may have more at its end."""
    assert len(ours) >= len(theirs)
    pairs = enumerate(zip(ours, theirs, strict=False))
    return [(row, one, other) for row, (one, other) in pairs if one != other][:10]


def encoded(
    array: Any, type_: PgType, form: int, rendering: Rendering = USUAL
) -> list[bytes | None]:
    """Each value of an Arrow array as the SQL door sends it.

    Every value takes both ways, the plain and the vectorised one, which must agree; and both again
    as a part of a longer array.
    """
    columns = [ResultColumn("v", type_)]

    def run(part: Any) -> list[bytes | None]:
        stream = encode_rows(pa.record_batch([part], ["v"]), columns, [form], rendering)
        return [row[0] for row in values_of(stream)]

    plainly: list[bytes | None] = []
    for start in range(0, len(array), NARROW_ROWS):
        plainly += run(array.slice(start, NARROW_ROWS))
    longer = array
    while 0 < len(longer) <= 2 * NARROW_ROWS:
        longer = pa.concat_arrays([longer, longer])
    vectorised = run(longer)
    assert not differences(vectorised, plainly)
    assert not differences(run(longer.slice(1)), vectorised[1:])
    return plainly
