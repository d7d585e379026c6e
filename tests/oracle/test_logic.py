"""Whole stories in SQL, each file on PostgreSQL 15 and on Hookwire: `logic/*.slt`.

What a file expects was recorded from PostgreSQL. A record that Hookwire is spared (`skipif`) says
which row of docs/compatibility.md tells of it: `# differs: <what the row is about>`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from support.hookwire_process import HookwireProcess
from support.logic import HOOKWIRE, POSTGRESQL, LogicError, LogicSession, Record, records
from support.postgres import PostgresServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted((HERE / "logic").glob("*.slt"))
_ROW = re.compile(r"^\| (.+?) \| .+ \| .* \|$", re.MULTILINE)
_DIFFERS = "# differs: "

stories = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@pytest.fixture(scope="module")
def oracle_dsn(postgres: PostgresServer) -> str:
    return postgres.new_database("logic")


def differences(session: LogicSession, file: Path) -> list[str]:
    try:
        return [
            f"{file.name}:{record.line}\nexpected:\n{record.text}\nfound:\n{found.text}"
            for record, found in session.answers(file.read_text())
            if found != record
        ]
    finally:
        session.close()


@stories
def test_postgres_answers_what_the_file_says(oracle_dsn: str, file: Path) -> None:
    found = differences(LogicSession(POSTGRESQL, oracle_dsn, file.stem), file)
    assert not found, "\n\n".join(found)


@stories
@pytest.mark.parametrize("protocol", ["simple", "extended"])
def test_hookwire_answers_the_same(hookwire: HookwireProcess, file: Path, protocol: str) -> None:
    schema, extended = f"{file.stem}_{protocol}", protocol == "extended"
    session = LogicSession(HOOKWIRE, hookwire.sql_dsn, schema, extended=extended)
    found = differences(session, file)
    assert not found, "\n\n".join(found)


def every_record() -> list[Record]:
    return [r for file in FILES for r in records(file.read_text()) if r.head != "#"]


def test_there_are_stories_enough() -> None:
    assert len(FILES) >= 15
    assert sum(record.runs_on(HOOKWIRE) for record in every_record()) >= 600


@stories
def test_queries_of_one_label_answer_alike(file: Path) -> None:
    labelled: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for record in records(file.read_text()):
        if record.label:
            labelled[record.label].add(record.results)
    assert all(len(results) == 1 for results in labelled.values()), labelled


def test_what_hookwire_is_spared_is_told() -> None:
    told = set(_ROW.findall((ROOT / "docs" / "compatibility.md").read_text()))
    for record in every_record():
        if not record.runs_on(HOOKWIRE):
            reasons = [n.removeprefix(_DIFFERS) for n in record.notes if n.startswith(_DIFFERS)]
            assert reasons and set(reasons) <= told, record.text


@pytest.mark.parametrize(
    "text",
    ["query I\nselect 1", "query I sorted\nselect 1\n----\n1", "statement error\nselect 1/0",
     "statement ok", "select 1"],
)  # fmt: skip
def test_a_record_that_is_not_well_formed_is_an_error(text: str) -> None:
    with pytest.raises(LogicError, match="line 1"):
        list(records(text))
