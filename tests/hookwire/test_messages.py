"""Errors and notices read as psql writes them."""

from __future__ import annotations

import asyncio
import subprocess

import asyncpg
import pytest

from hookwire import messages
from hookwire.messages import Message
from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from support.postgres import PostgresServer

FAILING = {
    "no place": "SELECT 1 / (i - i) FROM generate_series(1, 2) AS g(i)",
    "in the first line": "SELECT nothing",
    "in the third line": "SELECT 1,\n  2,\n  nothing,\n  4",
    "behind a tab": "SELECT 1,\n\tnothing",
    "at the end": "SELECT 1 +",
    "with a hint": "SELECT 'a'::text + 1",
    "with a detail": "CREATE TEMP TABLE t (a int CHECK (a > 0)); INSERT INTO t VALUES (0)",
    "not ASCII before it": "SELECT 'ünï', nothing",
}


async def _error_of(dsn: str, sql: str) -> asyncpg.PostgresError:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    except asyncpg.PostgresError as error:
        return error
    finally:
        await connection.close()
    raise AssertionError("the statement should have failed")


@pytest.mark.parametrize("name", FAILING)
def test_a_servers_error_is_told_as_psql_tells_it(postgres: PostgresServer, name: str) -> None:
    sql = FAILING[name]
    told = messages.of_server(asyncio.run(_error_of(postgres.dsn, sql))).told(sql)
    command = ["psql", "-X", "-q", "-c", sql, postgres.dsn]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.splitlines() == done.stderr.rstrip("\n").splitlines()


def test_our_own_error_is_told_the_same_way() -> None:
    script = "SELECT 1;\nSELECT 'open"
    with pytest.raises(SqlError) as raised:
        split_statements(script)
    told = messages.of_error(raised.value).told(script).splitlines()
    assert told[0].startswith("ERROR:  unterminated quoted string")
    assert told[1:] == ["LINE 2: SELECT 'open", "               ^"]


def test_detail_comes_before_hint() -> None:
    message = Message("NOTICE", "it happened", detail="so it did", hint="try again")
    assert message.told() == "NOTICE:  it happened\nDETAIL:  so it did\nHINT:  try again"


@pytest.mark.parametrize("position", [0, -1, 10])
def test_a_place_outside_the_statement_is_not_shown(position: int) -> None:
    assert Message("ERROR", "bad", position=position).told("SELECT 1") == "ERROR:  bad"
