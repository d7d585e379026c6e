"""The documentation is true: made pages are fresh, links lead somewhere, examples run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hookwire import exits
from hookwire.__main__ import build_parser
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import FeatureNotSupported, InvalidParameterValue, SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.append.ledger import JUDGED, SAMPLED
from hookwire_engine.append.recipes.values import ANSWERS, Cause
from hookwire_engine.system import registry
from hookwire_http import responses
from hookwire_http.outcomes import Outcome
from support import client_features, documentation
from support.hookwire_process import HookwireProcess
from support.programs import need

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("*/README.md"))
    if not page.is_relative_to(ROOT / "shared")
)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and its text."""

    language: str
    text: str


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    for indent, language, text in FENCE.findall(page.read_text()):
        lines = (line.removeprefix(indent) for line in text.splitlines())
        yield Block(language, "\n".join(lines))


def reference(page: str) -> str:
    return (DOCS / "reference" / page).read_text()


@pytest.mark.parametrize("page", documentation.PAGES)
def test_made_pages_are_fresh(page: str) -> None:
    assert reference(page) == documentation.PAGES[page](), "stale: run `make docs`"


def test_no_metric_of_a_running_server_is_missing(hookwire: HookwireProcess) -> None:
    scraped = hookwire.request("GET", "/metrics").text
    served = set(re.findall(r"^# TYPE (\w+) ", scraped, re.MULTILINE))
    told = set(re.findall(r"^\| `(\w+)`", reference("metrics.md"), re.MULTILINE))
    assert {n for n in served if not n.startswith("process_")} == told


def test_every_relation_of_ours_has_its_sentence() -> None:
    ours = {n for schema, n in registry.RELATIONS if schema in documentation.SCHEMAS}
    assert documentation.RELATIONS.keys() == ours


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target, _ in LINK.findall(page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_in_an_index() -> None:
    linked = {DOCS / "README.md"}
    for index in DOCS.rglob("README.md"):
        for target, _ in LINK.findall(index.read_text()):
            linked.add((index.parent / target).resolve())
    assert set(DOCS.rglob("*.md")) <= linked


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_sql_examples_are_sql(page: Path) -> None:
    for block in blocks(page):
        if block.language == "sql":
            for statement in split_statements(block.text):
                parse_statement(statement)


def test_what_make_is_said_to_do_it_does() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        said = re.findall(r"(?:`|^)make (?:\w+=\S+ )?([a-z]+)", page.read_text(), re.MULTILINE)
        assert set(said) <= targets, name(page)


def test_commands_and_exit_codes_are_told() -> None:
    page = reference("command-line.md")
    commands = re.findall(r"^    (\w+) ", build_parser().format_help(), re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        assert f"| `hookwire {command}" in page
    codes = {exits.OK, exits.FAILURE, *(kind.exit_code for kind in _exit_errors())}
    assert codes == {0, 1, 2, 3, 4}
    for code in codes:
        assert f"\n| {code} | " in page


def _exit_errors() -> set[type[exits.ExitError]]:
    return {
        e for e in vars(exits).values() if isinstance(e, type) and issubclass(e, exits.ExitError)
    }


def test_statuses_and_outcomes_are_told() -> None:
    page = reference("http.md")
    refused = re.findall(r"^\| (\d{3}) \| .* \| `(\w+)` \|$", page, re.MULTILINE)
    assert {outcome for _, outcome in refused} == {outcome.value for outcome in Outcome}
    by_sqlstate = {(str(s), o.value) for s, o, _ in responses.STATUS_BY_SQLSTATE.values()}
    assert by_sqlstate <= set(refused)
    assert {(str(status), cause.value) for cause, (status, _) in ANSWERS.items()} <= set(refused)


def test_causes_that_are_sampled_or_judged_again_are_told() -> None:
    page = (ROOT / "docs/how-to/see-why-an-event-did-not-arrive.md").read_text()
    lines = page.splitlines()
    (sampled,) = [line for line in lines if "one row a second" in line]
    assert set(re.findall(r"`([A-Z_]+)`", sampled)) == SAMPLED
    (judged,) = [line for line in lines if line.startswith("Only what was refused")]
    assert set(re.findall(r"`([A-Z_]+)`", judged)) == JUDGED
    assert {*JUDGED, Cause.UNSUPPORTED_METHOD} == set(Cause)


def test_options_of_a_source_are_told() -> None:
    (statement,) = split_statements("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT WITH (x = 1)")
    with pytest.raises(InvalidParameterValue) as refused:
        parse_statement(statement)
    hint = refused.value.hint or ""
    options = hint.removeprefix("Available options: ").removesuffix(".").split(", ")
    told = re.findall(r"^\| `(\w+)` \| ", reference("sql.md"), re.MULTILINE)
    assert {option for option in told if option in options} == set(options)


def refused_statements() -> list[tuple[str, str]]:
    _, _, section = reference("sql.md").partition("## Not in this version")
    found: list[tuple[str, str]] = re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    return found


@pytest.mark.parametrize(("statement", "message"), refused_statements())
def test_what_is_said_to_be_refused_is(statement: str, message: str) -> None:
    (split,) = split_statements(statement)
    with pytest.raises(SqlError) as refused:
        parse_statement(split)
    assert isinstance(refused.value, FeatureNotSupported)
    assert refused.value.message == message


def test_the_refused_statements_were_found() -> None:
    assert len(refused_statements()) > 10


def test_the_table_of_clients_has_what_their_tests_declare() -> None:
    """Stale: run `pytest tests/clients --write-compatibility`."""
    rows = client_features.read_table()
    assert [row.key for row in rows] == client_features.declared() != []
    assert [row for row in rows if not re.match(r"yes$|(no|in part): .", row.works)] == []


def test_the_tutorial_runs_as_it_is_written(hookwire: HookwireProcess) -> None:
    need("curl", shutil.which)
    page = list(blocks(DOCS / "tutorial" / "first-five-minutes.md"))
    ran = 0
    for block, after in zip(page, [*page[1:], Block("", "")], strict=True):
        if block.language == "sql":
            command = ["psql", "-X", "-P", "pager=off", "-c", block.text, hookwire.sql_dsn]
        elif block.text.startswith("curl"):
            script = block.text.replace("http://127.0.0.1:6876", hookwire.http_url)
            command = ["bash", "-c", script.replace("curl -X", "curl -sS -X")]
        else:
            continue
        ran += 1
        printed = _output(command).replace(hookwire.http_url, "http://127.0.0.1:6876")
        assert _unpadded(printed) == _unpadded(after.text if after.language == "text" else "")
    assert ran == len([b for b in page if b.language == "sql" or b.text.startswith("curl")]) > 8


def _output(command: list[str]) -> str:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        env={**os.environ, "PGCLIENTENCODING": "UTF8"},
    )
    return done.stdout.decode()


def _unpadded(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]
