"""`hookwire sql` is a small psql: run here against PostgreSQL, whose psql says what is right."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from hookwire.__main__ import main
from support.hookwire_process import HookwireProcess, child_environment, webhook_path
from support.postgres import PostgresServer

SCRIPT = """
CREATE TEMP TABLE t (a int, b text);  -- a comment; with a semicolon
INSERT INTO t VALUES (1, 'x;y'), (2, NULL);
SELECT a, b FROM t ORDER BY a;
DO $$ BEGIN RAISE NOTICE 'noted' USING HINT = 'look'; END $$;
SELECT count(*) FROM t WHERE false
"""


def psql(dsn: str, script: str) -> tuple[list[str], list[str]]:
    """psql's lines on stdout and stderr, without the empty line after a table."""
    command = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-f", "-", dsn]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    return _lines(done.stdout), [line.partition(": ")[2] for line in done.stderr.splitlines()]


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def test_a_script_prints_what_psql_prints(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", "--url", postgres.dsn, SCRIPT]) == 0
    ours, (theirs, _) = capsys.readouterr(), psql(postgres.dsn, SCRIPT)
    assert _lines(ours.out) == theirs
    assert ours.err == "NOTICE:  noted\nHINT:  look\n"


@pytest.mark.parametrize("argument", [[], ["-"]])
def test_statements_come_from_stdin_without_an_argument(
    postgres: PostgresServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    argument: list[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 'ünï' AS name"))
    assert main(["sql", "--url", postgres.dsn, *argument]) == 0
    assert "ünï" in capsys.readouterr().out


@pytest.mark.parametrize("script", ["", " ; ;\n-- nothing\n"])
def test_nothing_to_do_is_done(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str], script: str
) -> None:
    assert main(["sql", "--url", postgres.dsn, script]) == 0
    assert capsys.readouterr() == ("", "")


def test_json_and_csv_print_rows_only(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "CREATE TEMP TABLE t (a int); SELECT 1 AS a, ARRAY[1.10] AS b, NULL AS c"
    assert main(["sql", "--url", postgres.dsn, "--format", "json", script]) == 0
    assert json.loads(capsys.readouterr().out) == [{"a": 1, "b": "{1.10}", "c": None}]
    assert main(["sql", "--url", postgres.dsn, "--format", "csv", script]) == 0
    assert capsys.readouterr().out == "a,b,c\n1,{1.10},\n"


def test_the_first_error_ends_it(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "SELECT 1 AS a;\nSELECT nothing;\nSELECT 2 AS b"
    assert main(["sql", "--url", postgres.dsn, script]) == 1
    printed = capsys.readouterr()
    assert "(1 row)" in printed.out and " b" not in printed.out
    assert printed.err.splitlines() == [
        'ERROR:  column "nothing" does not exist',
        "LINE 1: SELECT nothing",
        "               ^",
    ]


def test_each_statement_is_a_transaction(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "CREATE TABLE kept_by_sql (a int); SELECT 1 / 0"
    assert main(["sql", "--url", postgres.dsn, script]) == 1
    assert postgres.psql("SELECT count(*) FROM kept_by_sql") == "0\n"
    assert "division by zero" in capsys.readouterr().err


def test_a_script_that_cannot_be_split_is_told_before_anything_runs(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", "--url", postgres.dsn, "CREATE TABLE never (a int); SELECT 'x"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("ERROR:  unterminated quoted string")
    assert postgres.psql("SELECT to_regclass('never') IS NULL") == "t\n"


def test_nobody_there_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        url = f"postgresql://hookwire@127.0.0.1:{port}/hookwire"
        assert main(["sql", "--url", url, "SELECT 1"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("hookwire: cannot connect: ") and printed.count("\n") == 1


def test_a_refusal_is_told_in_one_line(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.dsn.rpartition("/")[0] + "/no_such_database"
    assert main(["sql", "--url", url, "SELECT 1"]) == 1
    said = 'hookwire: the server refused: database "no_such_database" does not exist\n'
    assert capsys.readouterr().err == said


def start(dsn: str, sql: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "hookwire", "sql", "--url", dsn, sql],
        env=child_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_reader_that_leaves_is_no_traceback(postgres: PostgresServer) -> None:
    process = start(postgres.dsn, "SELECT repeat('x', 100) FROM generate_series(1, 20000)")
    assert process.stdout is not None and process.stderr is not None
    os.read(process.stdout.fileno(), 10)
    process.stdout.close()
    with process:
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_an_interrupt_is_no_traceback(postgres: PostgresServer) -> None:
    script = "SELECT pg_advisory_lock(6875); SELECT 'held'; SELECT pg_sleep(100)"
    process = start(postgres.dsn, script)
    with process:
        assert process.stdout is not None and process.stderr is not None
        while b"held" not in (line := process.stdout.readline()):
            assert line, process.stderr.read()
        sleeping = "FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(100)'"
        while postgres.psql(f"SELECT count(*) {sleeping}").strip() != "1":
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == b""


def test_against_hookwire(hookwire: HookwireProcess, capsys: pytest.CaptureFixture[str]) -> None:
    create = "CREATE SOURCE asked FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADER 'x-kind' AS kind"
    assert main(["sql", "--url", hookwire.sql_dsn, create]) == 0
    printed = capsys.readouterr()
    assert printed.out == "CREATE SOURCE\n"
    url = hookwire.http_url + webhook_path("asked")
    assert printed.err == f"NOTICE:  URL to POST data is '{url}'\n"
    for number in (1, 2):
        body = f'{{"n": {number}, "digits": 1.10}}'
        assert hookwire.post(webhook_path("asked"), body, [("X-Kind", "a b")]).status == 200
    query = (
        "SELECT kind, count(*) AS n, sum((body->>'n')::int) AS total, min(body->>'digits') AS d"
        " FROM asked GROUP BY kind"
    )
    assert main(["sql", "--url", hookwire.sql_dsn, query]) == 0
    table = [" kind | n | total |  d", "------+---+-------+------", " a b  | 2 |     3 | 1.10"]
    assert _lines(capsys.readouterr().out) == [*table, "(1 row)"]
    query = "SELECT body FROM asked ORDER BY body->>'n' LIMIT 1"
    assert main(["sql", "--url", hookwire.sql_dsn, "--format", "json", query]) == 0
    assert capsys.readouterr().out == '[{"body": {"n": 1, "digits": 1.10}}]\n'
