"""Long lists of constants and of parameters, written as one for each column.

For every constant of a statement DuckDB takes some 20 us to read, parse and bind it. A column of
thousands is written as one string instead, which is split and cast when the statement runs, at a
hundredth of that. The values are the same: the constants were read, and judged, before they come
here, and a cast from text gives what the constant would be. A column of parameters is given to
DuckDB as one list. What is neither, or of a type not listed here, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hookwire_engine.dialect.code import Code, Mark, Slot, joined, literal
from hookwire_engine.dialect.parameters import Parameters
from hookwire_engine.dialect.types import duckdb_type

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
    """`items` is an SQL expression, a list: of VARCHAR, to be cast to `type`, unless that is
    VARCHAR; `nulls` says that a mark in it stands for NULL."""

    items: Code
    type: str = "VARCHAR"
    nulls: bool = False

    def value(self, item: str) -> str:
        """A value of the column, given the SQL of its item."""
        found = f"nullif({item}, {literal(_NULL)})" if self.nulls else item
        return found if self.type == "VARCHAR" else f"CAST({found} AS {self.type})"


def values(rows: Sequence[Sequence[Code]], parameters: Parameters) -> Code:
    """The body of VALUES, or a SELECT of the same rows in the same order."""
    if len(rows) >= MANY:
        columns = [_column(codes, parameters) for codes in zip(*rows, strict=True)]
        known = [column for column in columns if column is not None]
        if len(known) == len(columns):
            return _unnested(known)
    return ("VALUES ", joined(", ", [("(", joined(", ", list(row)), ")") for row in rows]))


def members(codes: Sequence[Code], parameters: Parameters) -> Code:
    """What stands between the parentheses of IN: the constants, or a query that gives them."""
    column = _column(codes, parameters) if len(codes) >= MANY else None
    return joined(", ", list(codes)) if column is None else _unnested([column])


def _unnested(columns: Sequence[Column]) -> Code:
    selected = ", ".join(column.value(f"c{i}") for i, column in enumerate(columns))
    lists = [("unnest(", column.items, f") AS c{i}") for i, column in enumerate(columns)]
    return (f"SELECT {selected} FROM (SELECT ", joined(", ", list(lists)), ") AS l")


def _column(codes: Sequence[Code], parameters: Parameters) -> Column | None:
    bare = [_unmarked(code) for code in codes]
    return _of_constants(bare) if type(bare[0]) is str else _of_parameters(bare, parameters)


def _unmarked(code: Code) -> Code:
    while type(code) is Mark:
        code = code.code
    return code


def _of_parameters(codes: Sequence[Code], parameters: Parameters) -> Column | None:
    """None for what is not parameters of one type, or integers that become of one type."""
    numbers: list[int] = []
    types: set[str] = set()
    for code in codes:
        wider = None
        if type(code) is tuple and len(code) == 3 and code[0] == "CAST(":
            wider, code = _WIDER.get(code[2]), _unmarked(code[1])
        if type(code) is not Slot:
            return None
        own = parameters.type(code.number)
        if own is None or own.name not in (_LISTED if wider is None else _NARROW):
            return None
        numbers.append(code.number)
        types.add(wider or duckdb_type(own))
    return Column(parameters.listed(numbers, types.pop())) if len(types) == 1 else None


_LISTED = frozenset({"bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar"})
"""Types whose values Python has, and of which DuckDB makes a list as it makes one value."""

_NARROW = frozenset({"int2", "int4"})
_WIDER: dict[Code, str] = {f" AS {name})": name for name in ("INTEGER", "BIGINT")}
"""Clients number the type of each integer by its size: 1 is an int2, 40000 an int4."""


def _of_constants(codes: Sequence[Code]) -> Column | None:
    """None for what is not constants of one type, or holds one of our two marks."""
    texts: list[str] = []
    types: set[str] = set()
    nulls = 0
    for code in codes:
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
