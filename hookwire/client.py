"""SQL over asyncpg, with every value as the text that the server prints for it.

asyncpg decodes into Python objects, which do not print as PostgreSQL's values do (an interval of a
month, a numeric's scale, infinity). So a statement is prepared once to learn its result types, and
those that Python would print differently are switched to the text format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

Value: TypeAlias = str | None

_NATIVE = frozenset(
    "bool int2 int4 int8 oid text varchar bpchar name char json jsonb uuid unknown void".split()
)
"""Types whose Python values `_text` prints as PostgreSQL prints them."""

_NEEDS_QUOTES = re.compile(r'^$|^null$|[{}",\\\s]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is PostgreSQL's name of it, `int4` or `int4[]`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one statement returned; `columns` is empty for one that returns no rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    status: str


class SqlClient:
    """Statements, one at a time, on one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._as_text: set[tuple[str, str]] = set()

    async def ask(self, sql: str, *parameters: object) -> Answer:
        """Run one statement. Raises asyncpg.PostgresError."""
        statement = await self._connection.prepare(sql)
        if await self._switch_to_text(a.type for a in statement.get_attributes()):
            statement = await self._connection.prepare(sql)
        records = await statement.fetch(*parameters)
        columns = tuple(Column(a.name, a.type.name) for a in statement.get_attributes())
        rows = tuple(tuple(map(_text, record)) for record in records)
        return Answer(columns, rows, statement.get_statusmsg())

    async def _switch_to_text(self, types: Iterable[asyncpg.Type]) -> bool:
        """Have values of these types come as text from now on; False when all did already."""
        wanted = {(t.schema, t.name.removesuffix("[]")) for t in types if t.kind != "composite"}
        missing = {w for w in wanted if w[1] not in _NATIVE} - self._as_text
        for schema, name in sorted(missing):
            await self._connection.set_type_codec(
                name, schema=schema, encoder=str, decoder=str, format="text"
            )
        self._as_text |= missing
        return bool(missing)


def _text(value: object) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(map(_element, value)) + "}"
    return str(value)


def _element(value: object) -> str:
    """An array's element as PostgreSQL writes it (PostgreSQL 8.15.6)."""
    text = _text(value)
    if text is None:
        return "NULL"
    if isinstance(value, list) or not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
