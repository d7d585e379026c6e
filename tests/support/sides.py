"""One statement through two real sessions: what PostgreSQL 15 answers, and what Hookwire does.

A statement is sent as a client sends it (simple query, text), and what comes back is all that a
client sees of it: names and type OIDs of the columns, rows as text, or the SQLSTATE.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import pq

from support.dialect import SETUP, rounded_numbers

FIRST_USER_OID = 16384
NUMERIC, NUMERIC_ARRAY = 1700, 1231

@dataclass(frozen=True, slots=True)
class Seen:
    """`columns` are (name, type OID), an OID of a user's type being 0; `rows` are texts."""

    sqlstate: str = ""
    columns: tuple[tuple[str, int], ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    message: str = ""

    def comparable(self, ordered: bool) -> object:
        """What must be equal; rows in any order unless the statement orders them."""
        if self.sqlstate:
            return self.sqlstate
        rows = [
            tuple(_cell(oid, value) for (_, oid), value in zip(self.columns, row, strict=True))
            for row in self.rows
        ]
        return self.columns, rows if ordered else sorted(rows, key=repr)


def _cell(oid: int, value: str | None) -> str | None:
    if value is None or oid not in (NUMERIC, NUMERIC_ARRAY):
        return value
    return rounded_numbers(value)


class Side:
    """A session with the tables of SETUP."""

    def __init__(self, dsn: str, *, first: str = "") -> None:
        self._connection = pq.PGconn.connect(dsn.encode())
        assert self._connection.status == pq.ConnStatus.OK, self._connection.error_message
        self._run(f"set client_min_messages = error; {first}{SETUP}")

    def _run(self, sql: str) -> pq.abc.PGresult:
        result = self._connection.exec_(sql.encode())
        bad = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)
        assert result.status not in bad, result.error_message
        return result

    def answer(self, sql: str) -> Seen:
        """What `sql` gives. It is undone."""
        self._run("begin")
        result = self._connection.exec_(sql.encode())
        self._run("rollback")
        if state := result.error_field(pq.DiagnosticField.SQLSTATE):
            told = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b""
            return Seen(sqlstate=state.decode(), message=told.decode())
        columns = tuple(
            ((result.fname(at) or b"").decode(), _oid(result.ftype(at)))
            for at in range(result.nfields)
        )
        rows = tuple(
            tuple(_text(result.get_value(row, at)) for at in range(result.nfields))
            for row in range(result.ntuples)
        )
        return Seen("", columns, rows)

    def close(self) -> None:
        self._connection.finish()


def _oid(oid: int) -> int:
    return oid if oid < FIRST_USER_OID else 0


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
