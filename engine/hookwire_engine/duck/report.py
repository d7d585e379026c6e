"""What an exception of DuckDB says: its kind, its text, the place in the SQL that it means.

With the setting `errors_as_json` DuckDB tells the place in bytes from the start of the SQL;
without it, as an excerpt with a caret, cut to the width of a terminal. The excerpt is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import orjson

_HEAD = re.compile(r"[A-Z][A-Za-z ]*? Error: ")
_EXCERPT = re.compile(r"\n\nLINE \d+: .*\Z", re.DOTALL)
_PLACE = re.compile(r"\[(\d+),(\d+)\]")
_NOWHERE: Mapping[str, str] = {}


_FIRST_WORD = re.compile(r"\s*(\w*)")


@dataclass(frozen=True, slots=True)
class Report:
    """An exception of DuckDB, taken apart.

    `start` is a 0-based character index into `sql`, and `place` the text there that is meant;
    `fields` are DuckDB's own extras. `relation` is the table that the statement changes.
    """

    error: duckdb.Error
    text: str
    sql: str
    fields: Mapping[str, str]
    start: int | None
    place: str
    relation: str | None

    @property
    def verb(self) -> str:
        """The first word of the SQL, in lower case."""
        found = _FIRST_WORD.match(self.sql)
        return "" if found is None else found[1].lower()


def read(error: duckdb.Error, sql: str | None, relation: str | None) -> Report:
    text, fields = _content(str(error))
    start, place = _place(fields, sql)
    return Report(error, text, sql or "", fields, start, place, relation)


def position_of(error: duckdb.Error, sql: str) -> int | None:
    """The 0-based character index in `sql`, the statement that DuckDB was given, that is meant."""
    return _place(_content(str(error))[1], sql)[0]


def _content(message: str) -> tuple[str, Mapping[str, str]]:
    head = _HEAD.match(message)
    body = message if head is None else message[head.end() :]
    if body.startswith('{"exception_type"'):
        try:
            fields: dict[str, str] = orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
        else:
            return fields.pop("exception_message", ""), fields
    return _EXCERPT.sub("", body), _NOWHERE


def _place(fields: Mapping[str, str], sql: str | None) -> tuple[int | None, str]:
    found = _PLACE.fullmatch(fields.get("location", ""))
    if found is None or sql is None:
        return None, ""
    start, length = int(found[1]), int(found[2])
    raw = sql.encode()
    if start > len(raw):
        return None, ""
    before = raw[:start].decode(errors="ignore")
    return len(before), raw[start : start + length].decode(errors="ignore")
