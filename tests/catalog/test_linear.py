"""Adversarial text: work grows with the length, and the stack does not.

Steps of Python are counted at n and at 2n. What a regular expression does inside one step cannot
be counted; a quadratic one would not come to an end on the megabytes read here.
"""

from __future__ import annotations

import contextlib
import sys
from types import FrameType

import pytest

from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.lexer import tokenize
from hookwire_catalog.names import ObjectName
from hookwire_catalog.split import split_statements
from hookwire_catalog.viewtext import references, rename
from support.steps import steps

MEGABYTE = 1 << 20
MANY = 10_000
ONE_TOKEN = {
    "stars": ("/*", "*", "*/ select 1"),
    "open comments": ("", "/*", ""),
    "line comments in a string": ("select 'a'", "--'\n", "'b'"),
    "line comments after a string": ("select 'a'", "--\n", "b"),
    "continued strings": ("select ", "'a'\n", ""),
    "quotes": ("select ", "'", ""),
    "double quotes": ('select "', '"', ""),
    "escapes": ("select E'", "\\'", "'"),
    "octal escapes": ("select E'", "\\101", "'"),
    "open escapes": ("select E'", "\\", ""),
    "surrogates": ("select E'", "\\ud83d\\ude00", "'"),
    "unicode": ("select U&'", "\\0041", "'"),
    "an open dollar tag": ("select $", "a", ""),
    "dollars": ("select ", "$a", ""),
    "dollar quotes": ("select $a$", "$", "$a$"),
    "digits": ("select ", "1", ""),
    "underscores": ("select 1", "_", ""),
    "exponents": ("select ", "1e", ""),
    "almost comments": ("select 1", "/", " 2"),
}
TOKENS = {
    "brackets": ("select ", "(", ""),
    "closed brackets": ("select ", "()", ""),
    "closing brackets": ("select 1", ")", ""),
    "nested queries": ("select * from ", "(select a from ", "t"),
    "signs": ("select 1", "+", "1"),
    "signs and marks": ("select 1", "+@", "1"),
    "comments": ("", "/**/", "select 1"),
    "strings": ("select ", "'a' ", ""),
    "dollar tags": ("select ", "$a$ $a$ ", ""),
    "points": ("select a", ".a", ""),
    "semicolons": ("", ";", ""),
    "names": ("select ", "public.t.c, ", "a from public.t"),
    "relations": ("select * from t", ", public.t", ""),
    "joins": ("select * from t", " join t using (a)", ""),
    "ctes": ("with ", "t as (select 1), ", "u as (select 1) select * from t"),
    "nested ctes": ("", "with t as (", "select 1"),
    "open ctes": ("", "(with a ", ""),
    "ctes without queries": ("select 1", " union with a", ""),
    "recursive ctes": ("with recursive ", "t as (select * from t), ", "u as (table t) table u"),
    "unions": ("select 1", " union all select 1", ""),
    "alls": ("select 1 union", " all", ""),
    "headers": ("create source s from webhook body format text include headers (", "'a',", "'b')"),
    "mapped headers": (
        "create source s from webhook body format text", " include header 'a' as a", ""),
    "commas": ("create source s from webhook body format json", ",", ""),
    "drops": ("drop source a", ", a", ""),
    "values": ("set search_path = a", ", a", ""),
    "modes": ("begin read only", " read only", ""),
    "comment text": ("comment on source s is 'a'", "\n'b'", ""),
    "dots": ("drop view a", ".a", ""),
}  # fmt: skip
SHAPES = ONE_TOKEN | TOKENS


def text(shape: str, repeats: int) -> str:
    head, middle, tail = SHAPES[shape]
    return head + middle * repeats + tail


def new_name(parts: tuple[str, ...]) -> ObjectName | None:
    return ObjectName("hookwire", "public", "u") if parts == ("public", "t") else None


def read(sql: str) -> None:
    """Everything that this part does with text from outside."""
    tokenize(sql)
    for statement in split_statements(sql):
        parse_statement(statement)
        references(statement.text)
        rename(statement.text, new_name)


def attempt(sql: str) -> None:
    with contextlib.suppress(SqlError):
        read(sql)


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_grow_with_the_length(shape: str) -> None:
    once, twice = steps(attempt, text(shape, 200)), steps(attempt, text(shape, 400))
    assert twice <= 2 * once + 100


@pytest.mark.parametrize("shape", SHAPES)
def test_much_is_read_without_recursion(shape: str) -> None:
    repeats = MEGABYTE // len(SHAPES[shape][1]) if shape in ONE_TOKEN else MANY
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(_stack()) + 60)
    try:
        attempt(text(shape, repeats))
    finally:
        sys.setrecursionlimit(limit)


def _stack() -> list[FrameType]:
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames
