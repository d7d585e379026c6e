"""Scripts about materialized views that PostgreSQL and Hookwire must answer alike.

A script has one statement a line, run in one session. What is compared: the SQLSTATE and message of
an error, else the rows, or the command tag and the notices.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.sql"))


def outcomes(dsn: str, script: Path) -> list[str]:
    told: list[str] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        return [
            f"{line} -> {_outcome(connection, line, told)}"
            for line in script.read_text().splitlines()
        ]


def _outcome(connection: psycopg.Connection[Any], statement: str, told: list[str]) -> str:
    told.clear()
    try:
        cursor = connection.execute(statement)
    except psycopg.Error as error:
        diag = error.diag
        return f"{error.sqlstate} {diag.message_primary} ({diag.message_hint})"
    if statement.startswith("EXPLAIN"):
        return "a plan"
    return str(cursor.fetchall() if cursor.description else (cursor.statusmessage, *told))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_has_the_same_outcomes(
    script: Path, postgres: PostgresServer, make_hookwire: Callable[..., HookwireProcess]
) -> None:
    hookwire = make_hookwire()
    hookwire.start()
    theirs = outcomes(postgres.new_database(f"materialized_{script.stem}"), script)
    ours = outcomes(hookwire.sql_dsn, script)
    assert ours == theirs
