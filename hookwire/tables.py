"""Answers for people and programs: psql's aligned table, JSON, CSV."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from hookwire.client import Answer, Column, Value
from hookwire.terminal import lines, width

_NUMBERS = frozenset("int2 int4 int8 oid float4 float8 numeric".split())
_DOCUMENTS = frozenset(("json", "jsonb"))
_CSV_SPECIAL = re.compile(r'[,"\r\n]')


def table(answer: Answer) -> str:
    """As psql prints it, less spaces at line ends; the status alone where there are no columns."""
    if not answer.columns:
        return answer.status
    names = [lines(column.name) for column in answer.columns]
    rows = [[lines(value or "") for value in row] for row in answer.rows]
    widths = [
        max(width(line) for cell in column for line in cell)
        for column in zip(names, *rows, strict=True)
    ]
    places = [_right if column.type in _NUMBERS else _left for column in answer.columns]
    printed = [*_printed(names, widths, [_centre] * len(names))]
    printed.append("-" + "-+-".join("-" * w for w in widths) + "-")
    for row in rows:
        printed += _printed(row, widths, places)
    count = len(rows)
    return "\n".join([*printed, f"({count} row{'s'[: count != 1]})"])


_Place: TypeAlias = Callable[[str, int], str]
"""Puts spaces, so many, around a text."""


def _left(text: str, spaces: int) -> str:
    return text + " " * spaces


def _right(text: str, spaces: int) -> str:
    return " " * spaces + text


def _centre(text: str, spaces: int) -> str:
    return " " * (spaces // 2) + text + " " * (spaces - spaces // 2)


def _printed(
    row: Sequence[list[str]], widths: Sequence[int], places: Sequence[_Place]
) -> Iterator[str]:
    """A row takes as many lines as its tallest cell; + marks a cell that goes on."""
    for number in range(max(map(len, row))):
        parts = []
        for cell, w, place in zip(row, widths, places, strict=True):
            text = cell[number] if number < len(cell) else ""
            parts.append(place(text, w - width(text)) + " +"[number + 1 < len(cell)])
        yield (" " + "| ".join(parts)).rstrip(" ")


def json_rows(answer: Answer) -> str:
    """An array of objects, a row a line. Documents and numbers stand as the server wrote them."""
    rows = ("{" + ", ".join(map(_member, answer.columns, row)) + "}" for row in answer.rows)
    return "[" + ",\n ".join(rows) + "]"


def _member(column: Column, value: Value) -> str:
    return f"{json.dumps(column.name, ensure_ascii=False)}: {_json(column.type, value)}"


def _json(type_: str, value: Value) -> str:
    if value is None:
        return "null"
    if type_ == "bool":
        return "true" if value == "t" else "false"
    if type_ in _DOCUMENTS or (type_ in _NUMBERS and math.isfinite(float(value))):
        return value
    return json.dumps(value, ensure_ascii=False)


def csv_rows(answer: Answer) -> str:
    """RFC 4180 with a heading, less the last line's end. NULL and '' are both empty, as in psql."""
    names = [column.name for column in answer.columns]
    rows = (names, *([value or "" for value in row] for row in answer.rows))
    return "\n".join(",".join(map(_csv, row)) or '""' for row in rows)


def _csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _CSV_SPECIAL.search(text) else text
