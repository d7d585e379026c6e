"""What a person does in psql: DDL with its notice, backslash commands, errors that point."""

from __future__ import annotations

import csv
import io
import subprocess

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, PsqlError, webhook_path


def _run(hookwire: HookwireProcess, script: str, *arguments: str) -> tuple[str, str]:
    """What psql writes to stdout and stderr; a failing statement does not stop it."""
    command = ["psql", "-X", *arguments, "-f", "-", hookwire.sql_dsn]
    done = subprocess.run(
        command, input=script, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout, done.stderr


def test_the_first_five_minutes(hookwire: HookwireProcess) -> None:
    create = "CREATE SOURCE orders FROM WEBHOOK BODY FORMAT JSON;"
    out, err = _run(hookwire, create)
    assert out == "CREATE SOURCE\n"
    assert f"NOTICE:  URL to POST data is '{hookwire.http_url}{webhook_path('orders')}'" in err
    assert hookwire.post(webhook_path("orders"), '{"id": 7, "total": 1.10}').status == 200
    out, err = _run(hookwire, "SELECT body->>'id' AS id, body->>'total' AS total FROM orders;")
    assert (out, err) == (" id | total \n----+-------\n 7  | 1.10\n(1 row)\n\n", "")


@client_feature("psql", r"`\gdesc`")
def test_gdesc_describes_without_running(hookwire: HookwireProcess) -> None:
    query = "SELECT 1::int8 AS a, 'b'::text AS b, now() AS c, 1.5::numeric(10,2) AS d"
    out, err = _run(hookwire, query + " \\gdesc\n", "-A", "-t")
    assert err == ""
    assert out.splitlines() == [
        "a|bigint",
        "b|text",
        "c|timestamp with time zone",
        "d|numeric(10,2)",
    ]


@client_feature("psql", r"`\dt`, `\dv`, `\dn`, `\l`")
def test_list_commands_show_sources_and_views(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SCHEMA listed; CREATE SOURCE listed.inbox FROM WEBHOOK BODY FORMAT JSON"
        " INCLUDE HEADERS INCLUDE HEADER 'x-a' AS a;"
        "CREATE VIEW listed.latest AS SELECT body FROM listed.inbox"
    )
    out, err = _run(hookwire, "\\dt listed.*\n\\dv listed.*\n\\dn listed\n\\l\n", "-A", "-t")
    assert err == ""
    lines = [line.split("|")[:3] for line in out.splitlines()]
    assert ["listed", "inbox", "table"] in lines
    assert ["listed", "latest", "view"] in lines
    assert ["listed", "hookwire"] in [line[:2] for line in lines]
    assert any(line[0] == "hookwire" for line in lines)


@client_feature("psql", r"`\d` of a source")
def test_describe_relation(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SOURCE described FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS"
        " INCLUDE HEADER 'x-a' AS a INCLUDE RECEIVED_AT"
    )
    out, err = _run(hookwire, "\\d described\n", "-A", "-t")
    assert err == ""
    columns = [line.split("|")[:2] for line in out.splitlines() if "|" in line]
    assert columns == [
        ["body", "jsonb"],
        ["headers", "hstore"],
        ["a", "text"],
        ["received_at", "timestamp with time zone"],
    ]
    nullable = [line.split("|")[3] for line in out.splitlines() if "|" in line]
    assert nullable == ["not null", "not null", "", "not null"]


def test_describe_what_is_not_there(hookwire: HookwireProcess) -> None:
    _, err = _run(hookwire, "\\d no_such_relation\n")
    assert err.endswith('Did not find any relation named "no_such_relation".\n')


@client_feature("psql", "`--csv`, variables")
def test_csv_output_and_variables(hookwire: HookwireProcess) -> None:
    query = "SELECT :'a' AS a, :b::int AS b, NULL::text AS c;"
    out, err = _run(hookwire, query, "--csv", "-v", 'a=x,"y', "-v", "b=7")
    assert err == ""
    assert list(csv.reader(io.StringIO(out))) == [["a", "b", "c"], ['x,"y', "7", ""]]


@client_feature("psql", r"`\gset`, `\gexec`")
def test_gset_and_gexec(hookwire: HookwireProcess) -> None:
    out, err = _run(
        hookwire,
        "SELECT 41::int4 + 1 AS answer \\gset\n"
        "SELECT :answer AS again;\n"
        "SELECT 'SELECT ' || i::text FROM generate_series(1, 2) AS g(i) ORDER BY i \\gexec\n",
        "-A",
        "-t",
    )
    assert (out.split(), err) == (["42", "1", "2"], "")


@client_feature("psql", "`--single-transaction`")
def test_single_transaction_undoes_everything(hookwire: HookwireProcess) -> None:
    script = "CREATE SOURCE undone FROM WEBHOOK BODY FORMAT TEXT; SELECT * FROM nowhere;"
    _, err = _run(hookwire, script, "--single-transaction", "-v", "ON_ERROR_STOP=1")
    assert 'relation "nowhere" does not exist' in err
    assert hookwire.post(webhook_path("undone"), "x").status == 404


@client_feature("psql", "errors with their line and place")
def test_errors_point_at_the_place(hookwire: HookwireProcess) -> None:
    _, err = _run(hookwire, "SELECT 1,\n  no_such_column FROM generate_series(1, 2) AS g(i);\n")
    first, line, caret = err.splitlines()[:3]
    assert first.endswith('ERROR:  column "no_such_column" does not exist')
    assert line == "LINE 2:   no_such_column FROM generate_series(1, 2) AS g(i);"
    assert caret.index("^") == line.index("no_such_column")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("CREATE SOURCE x FROM WEBHOOK", "syntax error at end of input"),
        ("DROP SOURCE nowhere", 'source "nowhere" does not exist'),
        ("SELECT 'abc'::int", 'invalid input syntax for type integer: "abc"'),
        ("SELECT no_such_function(1)", "function no_such_function(integer) does not exist"),
        ("INSERT INTO pinned VALUES ('x')", 'cannot change webhook source "pinned"'),
        ("DELETE FROM pinned", 'cannot change webhook source "pinned"'),
        ("UPDATE pinned SET body = 'x'", 'cannot change webhook source "pinned"'),
        ("SELECT * FROM read_csv('/etc/passwd')", "permission denied"),
        ("ATTACH '/tmp/x.db'", "permission denied"),
    ],
)
def test_errors_read_as_postgresql_writes_them(
    hookwire: HookwireProcess, statement: str, message: str
) -> None:
    hookwire.psql("CREATE SOURCE IF NOT EXISTS pinned FROM WEBHOOK BODY FORMAT TEXT")
    with pytest.raises(PsqlError) as raised:
        hookwire.psql(statement)
    assert f"ERROR:  {message}" in str(raised.value)


def test_drop_restrict_names_the_view(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SOURCE depended FROM WEBHOOK BODY FORMAT TEXT;"
        "CREATE VIEW depending AS SELECT body FROM depended"
    )
    with pytest.raises(PsqlError) as raised:
        hookwire.psql("DROP SOURCE depended")
    assert "view depending depends on source depended" in str(raised.value)
    assert "DROP ... CASCADE" in str(raised.value)
    hookwire.psql("DROP SOURCE depended CASCADE")
    with pytest.raises(PsqlError, match="does not exist"):
        hookwire.psql("SELECT * FROM depending")
