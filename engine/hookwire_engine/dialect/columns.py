"""Long lists of constants, written as one string for each column.

For every constant of a statement DuckDB takes some 20 us to read, parse and bind it. A column of
thousands is written as one string instead, which is split and cast when the statement runs, at a
hundredth of that. The values are the same: the constants were read, and judged, before they come
here, and a cast from text gives what the constant would be. What is not a constant, or of a type
not listed here, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hookwire_engine.dialect.code import Code, Mark, joined, literal

MANY = 1000
"""Shorter lists are left to DuckDB, which may find a few values by an index."""

_SEPARATOR, _NULL = "\x1f", "\x1e"
_TEXT = r"'((?:[^']|'')*+)'"
_TYPE = r"([A-Z]+(?:\([0-9]+,[0-9]+\))?)"
_CONSTANT = re.compile(
    rf"{_TEXT}|\(?(-?[0-9]+)\)?|(true|false)"
    rf"|CAST\((?:{_TEXT}|(-?[0-9]+)|NULL) AS {_TYPE}\)|NULL"
)
_BARE = {1: "VARCHAR", 2: "INTEGER", 3: "BOOLEAN"}
_CAST = 6
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),([0-9]+)\)")
_TYPES = frozenset(
    """VARCHAR BOOLEAN SMALLINT INTEGER BIGINT FLOAT DOUBLE UUID JSON DATE TIME TIMESTAMP
    TIMESTAMPTZ""".split()
)


@dataclass(frozen=True, slots=True)
class Column:
    """`texts` is an SQL expression, a list of VARCHAR; `type` is DuckDB's type of the values."""

    texts: str
    type: str
    nulls: bool

    def value(self, text: str) -> str:
        """A value of the column, given the SQL of its text."""
        found = f"nullif({text}, {literal(_NULL)})" if self.nulls else text
        return found if self.type == "VARCHAR" else f"CAST({found} AS {self.type})"


def values(rows: Sequence[Sequence[Code]]) -> Code:
    """The body of VALUES, or a SELECT of the same rows in the same order."""
    if len(rows) >= MANY:
        columns = [_column(codes) for codes in zip(*rows, strict=True)]
        known = [column for column in columns if column is not None]
        if len(known) == len(columns):
            return _unnested(known)
    return ("VALUES ", joined(", ", [("(", joined(", ", list(row)), ")") for row in rows]))


def members(codes: Sequence[Code]) -> Code:
    """What stands between the parentheses of IN: the constants, or a query that gives them."""
    column = _column(codes) if len(codes) >= MANY else None
    return joined(", ", list(codes)) if column is None else _unnested([column])


def _unnested(columns: Sequence[Column]) -> str:
    selected = ", ".join(column.value(f"c{i}") for i, column in enumerate(columns))
    lists = ", ".join(f"unnest({column.texts}) AS c{i}" for i, column in enumerate(columns))
    return f"SELECT {selected} FROM (SELECT {lists}) AS l"


def _column(codes: Sequence[Code]) -> Column | None:
    """None for what is not constants of one type, or holds one of our two marks."""
    texts: list[str] = []
    types: set[str] = set()
    nulls = 0
    for code in codes:
        while type(code) is Mark:
            code = code.code
        found = _CONSTANT.fullmatch(code) if type(code) is str else None
        if found is None:
            return None
        group = found.lastindex
        if group == _CAST:
            types.add(found[_CAST])
            text = found[4] if found[5] is None else found[5]
        else:
            text = found[group] if group else None
            if group:
                types.add(_BARE[group])
        nulls += text is None
        texts.append(_NULL if text is None else text)
    type_ = _common(types)
    body = _SEPARATOR.join(texts)
    if type_ is None or body.count(_SEPARATOR) != len(texts) - 1 or body.count(_NULL) != nulls:
        return None
    return Column(f"string_split('{body}', {literal(_SEPARATOR)})", type_, nulls > 0)


def _common(types: set[str]) -> str | None:
    """The one type, or the decimal that holds all digits of all; None if there is none."""
    if len(types) == 1 and types <= _TYPES:
        return next(iter(types))
    sizes = [_DECIMAL.fullmatch(name) for name in types]
    known = [(int(found[1]), int(found[2])) for found in sizes if found is not None]
    if not known or len(known) < len(sizes):
        return None
    scale = max(scale for _, scale in known)
    digits = max(digits - scale for digits, scale in known) + scale
    return f"DECIMAL({digits},{scale})" if digits <= 38 else None
