"""Every backslash command of psql that describes, beside PostgreSQL 15 over the same objects.

Whole sessions are compared: one psql for all commands on each side, its output cut at marks.
"""

from __future__ import annotations

import os
import subprocess

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

COMMON = """
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'what is sold';
CREATE TABLE shop.items (id int4 PRIMARY KEY, name text NOT NULL DEFAULT 'none',
  price numeric(10,2), added timestamptz DEFAULT now(), tags text[], UNIQUE (name));
COMMENT ON TABLE shop.items IS 'things';
COMMENT ON COLUMN shop.items.name IS 'what it is called';
CREATE TABLE shop.orders (id int8 PRIMARY KEY, item int4 REFERENCES shop.items (id),
  qty int CHECK (qty > 0), note varchar(20));
CREATE INDEX orders_note ON shop.orders (note);
CREATE SEQUENCE shop.numbers;
"""
ONLY_POSTGRES = """
CREATE EXTENSION hstore;
CREATE ROLE hookwire SUPERUSER LOGIN CREATEDB CREATEROLE;
SET ROLE hookwire;
CREATE TABLE inbox (body jsonb NOT NULL, headers hstore NOT NULL, kind text,
  received_at timestamptz NOT NULL);
COMMENT ON TABLE inbox IS 'what comes in';
"""
ONLY_HOOKWIRE = """
CREATE SOURCE inbox FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS INCLUDE HEADER 'x-kind' AS kind
  INCLUDE RECEIVED_AT;
COMMENT ON SOURCE inbox IS 'what comes in';
"""
VIEWS = "CREATE VIEW shop.cheap AS SELECT id, name FROM shop.items WHERE price < 10;"

# Answers that must be the same to the letter, but for the words of a view's query.
SAME = [
    *("\\d shop.items", "\\d+ shop.items", "\\d shop.orders", "\\d+ shop.orders", "\\d inbox"),
    *("\\d+ inbox", "\\d shop.cheap", "\\d shop.items_pkey", "\\d+ shop.orders_note"),
    *("\\d shop.numbers", "\\d shop.*", "\\dS shop.*", "\\d \"Nope\"", "\\d nope.nope"),
    *("\\dt", "\\dt shop.*", "\\dtS shop.*", "\\dt *.items", "\\dt shop.i*|nope", "\\dt nope"),
    *("\\dv shop.*", "\\dvS shop.*", "\\di shop.*", "\\ds shop.*", "\\dm shop.*", "\\dE"),
    *("\\dti shop.*", "\\dtvmsE shop.*", "\\dn shop", "\\dn+ shop", "\\dd shop.*", "\\dp shop.*"),
    *("\\z shop.items", "\\dy", "\\dRp", "\\dRs", "\\drds", "\\dew", "\\des", "\\deu", "\\det"),
    *("\\ddp", "\\dD", "\\dX", "\\dX *", "\\dl", "\\lo_list", "\\dT hstore", "\\dT jsonb", "\\dP"),
    *("\\df abs", "\\df abs integer", "\\df+ nope", "\\dfw nope", "\\da nope"),
    *("\\do ->>", "\\do || text text", "\\dC date", "\\dO \"C\"", "\\dL nope", "\\dF nope"),
    *("\\dFt nope", "\\dc nope", "\\dA btree", "\\dAc nope", "\\dAf nope", "\\dAo nope"),
    *("\\dAp nope", "\\dconfig work_mem", "\\db nope", "\\ef nope", "\\encoding"),
    *("\\sf nope", "\\sv nope", "\\drds hookwire *", "\\errverbose"),
]
# Lists of everything there is, which only have to have the same columns.
COLUMNS = [
    f"\\{command}{more}"
    for command in (
        *("d", "da", "dA", "dAc", "dAf", "dAo", "dAp", "db", "dc", "dC", "dd", "dD", "ddp", "dE"),
        *("det", "deu", "des", "dew", "df", "dF", "dFd", "dFp", "dFt", "dg", "di", "dl", "dL"),
        *("dm", "dn", "do", "dO", "dp", "dP", "dRp", "dRs", "drds", "ds", "dt", "dT", "du", "dv"),
        *("dx", "dX", "dy", "dfa", "dfn", "dfp", "dft", "dfw", "l", "z", "dconfig"),
    )
    for more in ("", "+", "S", "S+")
    # Without lists: \\lS is none, no text search is here, and the catalogs' own indexes are not.
    if (command, more) not in {("l", "S"), ("l", "S+"), ("di", "S"), ("di", "S+")}
    and not (command in ("dF", "dFp") and "+" in more)
]
MARK = "===="


def _session(dsn: str, commands: list[str]) -> list[str]:
    """What psql prints for each command, errors too."""
    script = "".join(f"\\echo {MARK}\n{command}\n" for command in commands)
    done = subprocess.run(
        ["psql", "-X", "-A", dsn],
        input=script,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": os.environ["PATH"], "EDITOR": "true"},
    )
    return [part.strip("\n") for part in done.stdout.split(MARK + "\n")[1:]]


@pytest.fixture(scope="module")
def dsns(postgres: PostgresServer, hookwire: HookwireProcess) -> tuple[str, str]:
    dsn = postgres.new_database("described")
    done = subprocess.run(
        ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", dsn],
        input=ONLY_POSTGRES + COMMON + VIEWS + "ALTER DATABASE described OWNER TO hookwire;",
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    hookwire.psql(ONLY_HOOKWIRE + COMMON + VIEWS)
    return dsn.replace("postgres@", "hookwire@"), hookwire.sql_dsn


@client_feature("psql", r"`\d` and every `\d*`, with `S`, `+` and patterns")
def test_descriptions_are_those_of_postgres(dsns: tuple[str, str]) -> None:
    postgres, hookwire = (_session(dsn, SAME) for dsn in dsns)
    assert len(postgres) == len(hookwire) == len(SAME)
    different = [
        (command, *answers)
        for command, *answers in zip(SAME, hookwire, postgres, strict=True)
        if answers[0] != answers[1]
    ]
    assert different == []


@client_feature("psql", r"`\d` and every `\d*`, with `S`, `+` and patterns")
def test_lists_have_the_columns_of_postgres(dsns: tuple[str, str]) -> None:
    postgres, hookwire = (_session(dsn, COLUMNS) for dsn in dsns)
    assert len(postgres) == len(hookwire) == len(COLUMNS) > 150
    different = [
        (command, *answers)
        for command, *answers in zip(COLUMNS, hookwire, postgres, strict=True)
        if answers[0].splitlines()[:2] != answers[1].splitlines()[:2]
    ]
    assert different == []


@client_feature("psql", r"`\sv`, `\l`, `\du`, `\conninfo`")
def test_views_databases_and_roles(dsns: tuple[str, str]) -> None:
    commands = ["\\sv shop.cheap", "\\sv+ shop.cheap", "\\l", "\\du hookwire", "\\conninfo"]
    view, numbered, databases, roles, connection = _session(dsns[1], commands)
    query = " SELECT id, name FROM shop.items WHERE price < 10"
    assert view.splitlines() == ["CREATE OR REPLACE VIEW shop.cheap AS", query]
    assert numbered.splitlines()[1].split(None, 1) == ["2", query.strip()]
    assert "hookwire|hookwire|UTF8|C.UTF-8" in databases
    assert "\nhookwire|" in roles
    assert connection.startswith('You are connected to database "hookwire" as user "hookwire"')
