"""`hookwire demo` as a person runs it, and its answers beside PostgreSQL's on the same rows."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from hookwire.demo import signing
from hookwire.demo.events import COUNT, make_events
from hookwire.demo.questions import QUESTIONS, SOURCES
from support.hookwire_process import HookwireProcess, child_environment, run_psql
from support.postgres import PostgresServer

PATIENCE_S = 60
NEXT_STEPS = re.compile(
    r"\n  psql (?P<dsn>postgresql://\S+)\n"
    r"  curl -X POST (?P<url>http://\S+/api/webhook/hookwire/public/github) \\\n.*"
    r"\nConnection string [^\n]*\n\n  (?P=dsn)\n",
    re.DOTALL,
)


def command(*arguments: str) -> list[str]:
    ports = ("--sql-port", "0", "--http-port", "0")
    return [sys.executable, "-m", "hookwire", "demo", *ports, *arguments]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def shown(data_dir: Path) -> str:
    """What one run prints; its data stays."""
    done = demo("--exit-after", "--data-dir", str(data_dir))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def answers(shown: str) -> list[str]:
    """The tables below the questions."""
    found = []
    for question in QUESTIONS:
        _, _, rest = shown.partition(f"-- {question.title}\n{question.sql};\n\n")
        found.append(rest.partition("\n\n")[0])
    return found


def test_it_shows_what_it_does(shown: str) -> None:
    for source in SOURCES:
        assert f"\n{source};\nCREATE SOURCE\n" in shown
    sent = re.findall(rf"^  sent (\d+) of {COUNT} events, \d\.\d MB$", shown, re.MULTILINE)
    assert sent == ["50", "100", "150", "200"]
    for answer in answers(shown):
        assert re.search(r"\n\(\d+ rows\)$", answer)
    assert NEXT_STEPS.search(shown)


def test_the_answers_are_postgresqls(
    shown: str, data_dir: Path, postgres: PostgresServer, tmp_path: Path
) -> None:
    with HookwireProcess(data_dir, log_path=tmp_path / "log") as hookwire:
        rows = _copied(hookwire.sql_dsn, postgres)
    events = make_events(datetime.now(UTC))
    assert rows == {s: sum(e.rows for e in events if e.source == s) for s in rows}
    for question, answer in zip(QUESTIONS, answers(shown), strict=True):
        # PostgreSQL's jsonb forgets how the text was, so its length is kept beside it.
        sql = question.sql.replace("length(body::text)", "size")
        form = ("-P", "format=aligned", "-P", "tuples_only=off")
        wanted = run_psql(postgres.dsn, f"SET search_path = demo; {sql}", *form)
        assert answer.splitlines() == [line.rstrip() for line in wanted.rstrip().splitlines()]


def _copied(dsn: str, postgres: PostgresServer) -> dict[str, int]:
    """Copy the demo's rows into PostgreSQL; how many each source has."""
    counts = {}
    with psycopg.connect(dsn) as ours, psycopg.connect(postgres.dsn) as theirs:
        theirs.execute("CREATE SCHEMA demo")
        for source in ("github", "stripe", "segment"):
            event = "event" if source == "github" else "NULL::text"
            rows = ours.execute(f"SELECT {event}, body::text FROM {source}").fetchall()
            theirs.execute(f"CREATE TABLE demo.{source} (event text, body jsonb, size int)")
            with theirs.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO demo.{source} VALUES (%s, %s, %s)",
                    [(event, body, len(body)) for event, body in rows],
                )
            counts[source] = len(rows)
    return counts


def test_a_second_time_adds_to_the_first(shown: str, data_dir: Path) -> None:
    again = demo("--exit-after", "--data-dir", str(data_dir))
    assert again.returncode == 0
    (deliveries,) = re.findall(r"\n push +\| +(\d+) \|", answers(again.stdout)[0])
    (before,) = re.findall(r"\n push +\| +(\d+) \|", answers(shown)[0])
    assert int(deliveries) == 2 * int(before)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_until_it_is_told_to_end(tmp_path: Path, how: signal.Signals) -> None:
    process = subprocess.Popen(
        command(),
        env=child_environment({"TMPDIR": str(tmp_path)}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            steps = _read_to_the_end_of_the_steps(process)
            assert list(tmp_path.glob("hookwire-demo-*/data/hookwire.duckdb"))
            body = b'{"action": "created"}'
            headers = {"X-GitHub-Event": "star"}
            assert _post(steps["url"], headers, body) == 401
            headers["X-Hub-Signature-256"] = signing.github(body)
            assert _post(steps["url"], headers, body) == 200
            told = run_psql(steps["dsn"], "SELECT body FROM github WHERE event = 'star'")
            assert told == '{"action": "created"}'
            process.send_signal(how)
            assert process.wait(PATIENCE_S) == 0
            assert process.stderr is not None and process.stderr.read() == b""
        finally:
            process.kill()
    assert list(tmp_path.iterdir()) == []


def _read_to_the_end_of_the_steps(process: subprocess.Popen[bytes]) -> re.Match[str]:
    assert process.stdout is not None and process.stderr is not None
    seen = ""
    while not (steps := NEXT_STEPS.search(seen)):
        line = process.stdout.readline().decode()
        assert line, process.stderr.read()
        seen += line
    return steps


def _post(url: str, headers: dict[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE_S)
    try:
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_port_in_use_is_told_in_one_line() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        done = demo("--http-port", port, "--exit-after")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port}: Address already in use" in done.stderr
    assert "--http-port" in done.stderr and done.stderr.count("\n") == 1
