"""psql's commands that run statements in ways of their own, and what it asks while one types."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PSQL_PAGER": "", "TERM": "dumb"}


def _psql(hookwire: HookwireProcess, script: str, *arguments: str) -> tuple[list[str], str]:
    """The lines that psql prints, unaligned and without headings, and what it says on stderr."""
    command = ["psql", "-X", "-A", "-t", *arguments, hookwire.sql_dsn]
    done = subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=ENVIRONMENT,
    )
    return done.stdout.splitlines(), done.stderr


@client_feature("psql", r"`\copy` from and to files")
@pytest.mark.parametrize("options", ["", "(FORMAT csv, HEADER)", "(FORMAT binary)"])
def test_copy_there_and_back(hookwire: HookwireProcess, tmp_path: Path, options: str) -> None:
    name = f"copied_{len(options)}"
    file = tmp_path / "rows"
    out, err = _psql(
        hookwire,
        f"CREATE TABLE {name} (id int, said text);\n"
        f"INSERT INTO {name} VALUES (1, E'a\\tb'), (2, NULL), (3, 'ü,\"q\"');\n"
        f"\\copy (SELECT * FROM {name} ORDER BY id) TO '{file}' {options}\n"
        f"CREATE TABLE {name}_again (LIKE {name});\n"
        f"\\copy {name}_again FROM '{file}' {options}\n"
        f"SELECT * FROM {name}_again EXCEPT SELECT * FROM {name};\n"
        f"SELECT count(*), count(said) FROM {name}_again;\n",
    )
    assert err == ""
    assert out == ["CREATE TABLE", "INSERT 0 3", "COPY 3", "CREATE TABLE", "COPY 3", "3|2"]


@client_feature("psql", r"`\copy` from and to files")
def test_a_source_is_copied_out_and_not_in(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE kept_out FROM WEBHOOK BODY FORMAT TEXT")
    hookwire.post(webhook_path("kept_out"), "hello")
    out, err = _psql(hookwire, "\\copy kept_out TO STDOUT\n\\copy kept_out FROM STDIN\nx\n\\.\n")
    assert out == ["hello"]
    assert 'ERROR:  cannot change webhook source "kept_out"' in err


@client_feature("psql", r"`\watch`")
def test_watch_runs_again(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SEQUENCE watched")
    command = ["psql", "-X", "-A", "-t", hookwire.sql_dsn]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("SELECT 'now ' || nextval('watched') \\watch 0.1\n")
        process.stdin.flush()
        seen: list[str] = []
        while len(seen) < 3:
            line = process.stdout.readline()
            seen += [line.strip()] if line.startswith("now") else []
        process.kill()
    assert seen == ["now 1", "now 2", "now 3"]


@client_feature("psql", r"`\crosstabview`")
def test_crosstabview(hookwire: HookwireProcess) -> None:
    out, err = _psql(
        hookwire,
        "\\t off\n"
        "SELECT * FROM (VALUES ('a', 'x', 1), ('a', 'y', 2), ('b', 'y', 3)) AS v(r, c, n)"
        " \\crosstabview r c n\n",
    )
    assert (out, err) == (["r|x|y", "a|1|2", "b||3", "(2 rows)"], "")


@client_feature("psql", r"`\gset`, `\gexec`")
def test_a_prefix_of_gset_and_its_nulls(hookwire: HookwireProcess) -> None:
    out, err = _psql(
        hookwire,
        "SELECT 1 AS one, NULL::int AS none \\gset got_\n\\echo :got_one :got_none\n"
        "SELECT 1 WHERE false \\gset\n",
    )
    assert out == ["1 :got_none"]
    assert err.strip() == "no rows returned for \\gset"


@client_feature("psql", "`-c` several times, `-f`, `-1`")
def test_commands_and_files_are_one_transaction(hookwire: HookwireProcess, tmp_path: Path) -> None:
    file = tmp_path / "script.sql"
    file.write_text("INSERT INTO all_or_none VALUES (2);\n")
    create = ["-c", "CREATE TABLE all_or_none (id int); INSERT INTO all_or_none VALUES (1)"]
    out, err = _psql(hookwire, "", "-1", *create, "-f", str(file), "-c", "SELECT 1/0")
    assert err == "ERROR:  division by zero\n"
    count = ["-c", "SELECT count(*) FROM all_or_none"]
    assert "does not exist" in _psql(hookwire, "", *count)[1]
    out, err = _psql(hookwire, "", "-1", *create, "-f", str(file), *count)
    assert (out[-1], err) == ("2", "")


@client_feature("psql", "`-c` several times, `-f`, `-1`")
def test_statements_of_one_string_are_one_transaction(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE TABLE together (id int)")
    _, err = _psql(hookwire, "", "-c", "INSERT INTO together VALUES (1); SELECT 1/0")
    assert err == "ERROR:  division by zero\n"
    assert hookwire.psql("SELECT count(*) FROM together") == "0"


@client_feature("psql", "`FETCH_COUNT`")
def test_fetch_count_reads_through_a_cursor(hookwire: HookwireProcess) -> None:
    out, err = _psql(
        hookwire,
        "\\set FETCH_COUNT 7\nSELECT i FROM generate_series(1, 100) AS g(i);\n"
        "\\set FETCH_COUNT 0\nSELECT count(*) FROM pg_cursors;\n",
    )
    assert (out, err) == ([*map(str, range(1, 101)), "0"], "")


@client_feature("psql", r"`\errverbose`, `\timing`")
def test_errverbose_and_timing(hookwire: HookwireProcess) -> None:
    out, err = _psql(hookwire, "\\timing on\nSELECT 1;\nSELECT nope;\n\\errverbose\n")
    assert out[:2] == ["Timing is on.", "1"]
    assert re.fullmatch(r"Time: [\d.]+ ms.*", out[2])
    assert 'ERROR:  42703: column "nope" does not exist' in [*out, *err.splitlines()]


@client_feature("psql", "`ON_ERROR_ROLLBACK`")
def test_on_error_rollback_keeps_the_transaction(hookwire: HookwireProcess) -> None:
    out, err = _psql(
        hookwire,
        "\\set ON_ERROR_ROLLBACK on\nBEGIN;\nSELECT 1;\nSELECT nope;\nSELECT 2;\nCOMMIT;\n",
    )
    assert out == ["BEGIN", "1", "2", "COMMIT"]
    assert err.splitlines()[0] == 'ERROR:  column "nope" does not exist'


class Typing:
    """psql on a terminal: what is typed, and what it shows."""

    def __init__(self, dsn: str) -> None:
        self._terminal, inside = pty.openpty()
        self._process = subprocess.Popen(
            ["psql", "-X", "-A", "-t", dsn],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        os.close(inside)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def until(self, pattern: str) -> str:
        """What is shown from here up to a match; fails after half a minute."""
        deadline = time.monotonic() + 30
        while not (found := re.search(pattern, self.shown)):
            ready, _, _ = select.select([self._terminal], [], [], deadline - time.monotonic())
            assert ready, f"{pattern!r} was never shown: {self.shown!r}"
            self.shown += os.read(self._terminal, 4096).decode()
        before, self.shown = self.shown[: found.end()], self.shown[found.end() :]
        return before

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.fixture
def typing(hookwire: HookwireProcess) -> Iterator[Typing]:
    typing = Typing(hookwire.sql_dsn)
    typing.until("hookwire=[>#] ")
    yield typing
    typing.close()


@client_feature("psql", "tab completion")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("SELECT * FROM typed_inb", "typed_inbox "),
        ("SELECT kind_of_th", None),
        ("SELECT * FROM typed_places.corn", "typed_places.corner "),
        ("DROP VIEW typed_vi", "typed_view "),
        ("SET search_path TO typed_pl", "typed_places "),
        ("SET application_na", "application_name "),
        ("\\d typed_inb", "typed_inbox "),
        ("\\dn typed_pl", "typed_places "),
        ("\\dv typed_vi", "typed_view "),
        ("INSERT INTO typed_places.corn", "typed_places.corner "),
        ("SELECT * FROM typed_inbox WHERE typed_ki", "typed_kind "),
        ("UPDATE typed_places.corner SET typed_squ", "typed_square "),
        ("COMMENT ON TABLE typed_inb", "typed_inbox "),
    ],
)
def test_tab_completes(
    hookwire: HookwireProcess, typing: Typing, typed: str, completed: str | None
) -> None:
    hookwire.psql(
        "CREATE SCHEMA IF NOT EXISTS typed_places;"
        "CREATE TABLE IF NOT EXISTS typed_places.corner (typed_square int);"
        "CREATE SOURCE IF NOT EXISTS typed_inbox FROM WEBHOOK BODY FORMAT TEXT"
        " INCLUDE HEADER 'x-kind' AS typed_kind;"
        "CREATE OR REPLACE VIEW typed_view AS SELECT body FROM typed_inbox"
    )
    typing.type(typed + "\t")
    if completed is None:
        typing.type("\x15SELECT 'still ' || 'here';\r")
        typing.until("still here")
        return
    word = typed.split()[-1]
    typing.until(re.escape(word) + re.escape(completed.removeprefix(word)))
