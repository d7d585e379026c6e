"""What a CREATE TABLE said that DuckDB does not keep: varchar(n), char(n), json, constraint names.

It is kept in DuckDB's comments, behind what the user has commented, so that it is stored, renamed
and dropped with what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Declared:
    """`type` (an OID) and `typmod` are a column's; `constraints` are those of a table that have
    names: kind (p, u, f or c), columns, name."""

    type: int = 0
    typmod: int = -1
    constraints: tuple[tuple[str, tuple[str, ...], str], ...] = ()


_MARK = "\x1f"


def comment_of(comment: str | None, declared: Declared) -> str:
    """The comment for DuckDB: the user's, and behind it what was declared."""
    return (comment or "") + _MARK + orjson.dumps(declared).decode()


def split_comment(comment: str | None) -> tuple[str | None, Declared]:
    """The user's comment and what was declared."""
    text, mark, rest = (comment or "").partition(_MARK)
    if not mark:
        return comment, Declared()
    said = orjson.loads(rest)
    constraints = tuple((kind, tuple(on), name) for kind, on, name in said["constraints"])
    return text or None, Declared(said["type"], said["typmod"], constraints)
