"""PostgreSQL's manual, chapter by chapter: thousands of statements through two real sessions.

A line of `chapters/*.sql` is a template: `⟨a¦b¦c⟩` stands for each of its parts in turn, and every
combination is a statement of its own. What is known to differ is in `differences.txt`, with the
row of docs/compatibility.md that tells it; a statement there that no longer differs fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer
from support.sides import Seen, Side

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHAPTERS = sorted((HERE / "chapters").glob("*.sql"))
_CHOICE = re.compile(r"⟨([^⟩]*)⟩")
_ROW = re.compile(r"^\| (.+?) \| .+ \| .* \|$", re.MULTILINE)


def templates(chapter: Path) -> list[str]:
    lines = chapter.read_text().splitlines()
    return [line for line in lines if line.strip() and not line.startswith("--")]


def expanded(template: str) -> Iterator[str]:
    pools = [
        part.split("¦") if number % 2 else [part]
        for number, part in enumerate(_CHOICE.split(template))
    ]
    yield from map("".join, product(*pools))


def known_differences() -> dict[str, str]:
    """Statement to the row that tells of it."""
    reason, found = "", {}
    for line in (HERE / "differences.txt").read_text().splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.strip():
            found[line.strip()] = reason
    return found


DIFFERENCES = known_differences()
CASES = [
    pytest.param(template, id=f"{chapter.stem}:{number}")
    for chapter in CHAPTERS
    for number, template in enumerate(templates(chapter), 1)
]


@pytest.fixture(scope="module")
def oracle(postgres: PostgresServer) -> Iterator[Side]:
    side = Side(postgres.new_database("chapters"), first="create extension hstore;")
    yield side
    side.close()


@pytest.fixture(scope="module")
def ours(hookwire: HookwireProcess) -> Iterator[Side]:
    side = Side(hookwire.sql_dsn)
    yield side
    side.close()


def shown(sql: str, expected: Seen, found: Seen) -> str:
    return f"{sql}\n  PostgreSQL: {expected}\n  Hookwire:   {found}"


@pytest.mark.parametrize("template", CASES)
def test_answers_are_those_of_postgres(oracle: Side, ours: Side, template: str) -> None:
    differ, agree = [], []
    for sql in expanded(template):
        ordered = "order by" in sql
        expected, found = oracle.answer(sql), ours.answer(sql)
        same = expected.comparable(ordered) == found.comparable(ordered)
        known = sql.strip() in DIFFERENCES
        if not same and not known:
            differ.append(shown(sql, expected, found))
        if same and known:
            agree.append(sql)
    assert not differ, "\n".join(differ)
    assert not agree, f"no longer different, take out of differences.txt: {agree}"


def test_differences_are_of_statements_here_and_told() -> None:
    every = {sql.strip() for c in CHAPTERS for t in templates(c) for sql in expanded(t)}
    assert len(every) > 4_000
    assert DIFFERENCES.keys() <= every
    told = set(_ROW.findall((ROOT / "docs" / "compatibility.md").read_text()))
    assert set(DIFFERENCES.values()) <= told
