"""Scripts about roles and privileges that PostgreSQL and Hookwire must answer alike.

A script has one statement a line, for a superuser, or after `who:` for that role. `{}` is a prefix
of its own, since roles belong to a whole server, `{me}` the superuser and `{db}` the database.
Outcomes are compared: SQLSTATE of an error, else rows or the command tag.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.sql"))


def outcomes(dsn: str, me: str, database: str, script: Path) -> list[str]:
    found = []
    for line in script.read_text().splitlines():
        line = line.replace("{me}", me).replace("{db}", database)
        line = line.replace("{}", f"{script.stem}_")
        who, colon, rest = line.partition(": ")
        statement = rest if colon and " " not in who else line
        role = who if statement is rest else me
        outcome = outcome_of(dsn, role, statement).replace(f"{me}=", "owner=")
        found.append(f"{role}: {statement} -> {outcome}".replace(me, "owner"))
    return [text.replace(f" {database} ", " db ") for text in found]


def outcome_of(dsn: str, role: str, statement: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        try:
            connection.execute(f'SET SESSION AUTHORIZATION "{role}"')
            cursor = connection.execute(statement)
        except psycopg.Error as error:
            return str(error.sqlstate)
        if statement.startswith("EXPLAIN"):
            return "a plan"
        return str(cursor.fetchall() if cursor.description else cursor.statusmessage)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_has_the_same_outcomes(
    script: Path, postgres: PostgresServer, hookwire: HookwireProcess
) -> None:
    theirs = outcomes(postgres.dsn, "postgres", "postgres", script)
    ours = outcomes(hookwire.sql_dsn, "hookwire", "hookwire", script)
    assert ours == theirs
