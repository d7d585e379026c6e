"""What a client is told of DuckDB's exceptions, next to what PostgreSQL says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.duck import to_sql_error
from hookwire_engine.safety.rules import target
from support.postgres import PostgresServer

DATA = Path(__file__).parent / "statements"
AS_IT_STANDS = ((0, 0),)

OTHER_PLACE = {
    "select (1,2) = (1,2,3)",  # PostgreSQL: the operator
    "select '1000'::numeric(3,0)",  # PostgreSQL: none, though it is a literal
    "select a from t having a > 1",  # PostgreSQL: the first a
}


def lines(name: str) -> list[str]:
    return [line for line in (DATA / name).read_text().splitlines() if not line.startswith("--")]


@dataclass(frozen=True, slots=True)
class Told:
    state: str
    message: str
    position: int | None


class Both:
    """The same tables in DuckDB and in PostgreSQL; nothing that a statement does stays."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, dsn: str) -> None:
        self.cursor = cursor
        self.postgres = psycopg.connect(dsn)
        for statement in lines("schema.sql"):
            self.cursor.execute(statement)
            self.postgres.execute(statement)
        self.postgres.commit()

    def theirs(self, sql: str) -> Told | None:
        try:
            self.postgres.execute(sql.encode())
        except psycopg.Error as error:
            place = error.diag.statement_position
            state, message = error.sqlstate or "", error.diag.message_primary or ""
            return Told(state, message, None if place is None else int(place))
        finally:
            self.postgres.rollback()
        return None

    def ours(self, sql: str) -> Told | None:
        error = self.error(sql)
        return None if error is None else Told(error.sqlstate, error.message, error.position)

    def error(self, sql: str) -> SqlError | None:
        self.cursor.execute("BEGIN")
        try:
            self.cursor.execute(sql).fetchall()
        except duckdb.Error as fault:
            relation = _relation(sql)
            return to_sql_error(fault, sql=sql, positions=AS_IT_STANDS, relation=relation)
        finally:
            self.cursor.execute("ROLLBACK")
        return None


def _relation(sql: str) -> str | None:
    try:
        name = target(split_statements(sql)[0])
    except SqlError:
        return None
    return None if name is None else name[-1]


@pytest.fixture(scope="module")
def both(cursor: duckdb.DuckDBPyConnection, postgres: PostgresServer) -> Iterator[Both]:
    both = Both(cursor, postgres.new_database("duck_errors"))
    yield both
    both.postgres.close()


@pytest.mark.parametrize("sql", lines("same.sql"))
def test_state_message_and_place_are_postgresqls(both: Both, sql: str) -> None:
    ours, theirs = both.ours(sql), both.theirs(sql)
    assert ours is not None and theirs is not None
    assert (ours.state, ours.message) == (theirs.state, theirs.message)
    if sql not in OTHER_PLACE:
        assert ours.position in (None, theirs.position)


@pytest.mark.parametrize("sql", lines("same_state.sql"))
def test_the_state_is_postgresqls(both: Both, sql: str) -> None:
    ours, theirs = both.ours(sql), both.theirs(sql)
    assert ours is not None and theirs is not None
    assert ours.state == theirs.state
