"""pgcli: its executor, its completions, its backslash commands."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess

pgexecute: Any = pytest.importorskip("pgcli.pgexecute")
refresher: Any = pytest.importorskip("pgcli.completion_refresher")
special: Any = pytest.importorskip("pgspecial.main")
document: Any = pytest.importorskip("prompt_toolkit.document")

FIXTURE = """
CREATE SCHEMA IF NOT EXISTS cli;
CREATE TABLE IF NOT EXISTS cli.items (id int PRIMARY KEY, name text DEFAULT 'none');
CREATE TABLE IF NOT EXISTS cli.orders (id int PRIMARY KEY, item int REFERENCES cli.items (id));
CREATE OR REPLACE VIEW cli.named AS SELECT name FROM cli.items;
CREATE SOURCE IF NOT EXISTS cli.inbox FROM WEBHOOK BODY FORMAT JSON;
"""
SETTINGS = {
    "casing_file": None,
    "generate_casing_file": False,
    "generate_aliases": False,
    "alias_map_file": None,
    "keyword_casing": "auto",
    "search_path_filter": False,
    "asterisk_column_order": "table_order",
    "qualify_columns": "if_more_than_one_table",
    "call_arg_style": "",
    "call_arg_display_style": "",
    "call_arg_oneliner_max": 2,
    "single_connection": False,
    "less_chatty": True,
}


@pytest.fixture
def executor(hookwire: HookwireProcess) -> Iterator[Any]:
    hookwire.psql(FIXTURE)
    executor = pgexecute.PGExecute(dsn=hookwire.sql_dsn)
    yield executor
    executor.conn.close()


@client_feature("pgcli", "queries")
def test_a_query(executor: Any) -> None:
    [(_, rows, headers, status, *_)] = list(executor.run("SELECT 1 AS one, 'x' AS two"))
    assert (list(rows), headers, status) == ([(1, "x")], ["one", "two"], "SELECT 1")


@client_feature("pgcli", "what completion asks of the catalogs")
def test_what_completion_asks(executor: Any) -> None:
    assert {"cli", "public", "hookwire"} <= set(executor.schemata())
    tables = set(executor.tables())
    assert {("cli", "items"), ("cli", "orders"), ("cli", "inbox")} <= tables
    assert ("cli", "named") in set(executor.views())
    columns = [c for c in executor.table_columns() if c[:2] == ("cli", "items")]
    assert columns == [
        ("cli", "items", "id", "integer", False, None),
        ("cli", "items", "name", "text", True, "'none'::text"),
    ]
    [key] = [k for k in executor.foreignkeys() if k.parentschema == "cli"]
    assert (key.parenttable, key.childtable, key.childcolumn) == ("items", "orders", "item")
    assert executor.databases() == ["hookwire"]
    assert len(list(executor.functions())) > 500
    assert "SELECT name FROM cli.items" in executor.view_definition("cli.named")


@client_feature("pgcli", "completion")
def test_completions(executor: Any) -> None:
    made: list[Any] = []
    done = threading.Event()

    def take(completer: Any) -> None:
        made.append(completer)
        done.set()

    refresher.CompletionRefresher().refresh(executor, special.PGSpecial(), take, settings=SETTINGS)
    assert done.wait(30)

    def completed(text: str, at: int) -> set[str]:
        return {c.text for c in made[0].get_completions(document.Document(text, at), None)}

    assert {"items", "orders", "named", "inbox"} <= completed("SELECT * FROM cli.", 18)
    assert completed("SELECT i. FROM cli.items i", 9) >= {"id", "name"}


@client_feature("pgcli", r"`\d`, `\dt`, `\dv`, `\l`, `\du`, `\dn`, `\df`, `\dT`, `\di`")
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("\\dt cli.*", "items"),
        ("\\d cli.items", "character varying|text"),
        ("\\d+ cli.orders", "item"),
        ("\\dv cli.*", "named"),
        ("\\di cli.*", "items_pkey"),
        ("\\l", "hookwire"),
        ("\\dn", "cli"),
        ("\\df abs", "integer"),
        ("\\dT jsonb", "jsonb"),
        ("\\du", "hookwire"),
    ],
)
def test_backslash_commands(executor: Any, command: str, expected: str) -> None:
    [(_, rows, _, _, *_)] = list(executor.run(command, pgspecial=special.PGSpecial()))
    shown = " ".join(str(cell) for row in rows for cell in row)
    assert any(word in shown for word in expected.split("|"))
