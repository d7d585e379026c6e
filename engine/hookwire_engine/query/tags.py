"""What each kind of statement is: whether it changes anything, and how its end is announced."""

from __future__ import annotations

from hookwire_catalog.split import Statement
from hookwire_engine.safety.kinds import StatementKind as Kind

BOUND = frozenset((Kind.SELECT, Kind.DESCRIBE))
"""Kinds that DuckDB's Python API binds without running them."""

CHANGES_ROWS = frozenset((Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.MERGE, Kind.TRUNCATE))
DDL = frozenset(
    (Kind.CREATE_TABLE, Kind.CREATE_INDEX, Kind.CREATE_SEQUENCE, Kind.CREATE_TYPE,
     Kind.CREATE_FUNCTION, Kind.ALTER, Kind.DROP)
)  # fmt: skip
WRITES = CHANGES_ROWS | DDL

_COUNTED = {
    Kind.SELECT: "SELECT",
    Kind.DESCRIBE: "SELECT",
    Kind.INSERT: "INSERT 0",
    Kind.UPDATE: "UPDATE",
    Kind.DELETE: "DELETE",
    Kind.MERGE: "MERGE",
}
_OBJECTS = ("table", "index", "sequence", "type", "function", "macro")


def tag_stem(kind: Kind, statement: Statement) -> tuple[str, bool]:
    """The words of CommandComplete (PostgreSQL 55.7), and whether a count follows them."""
    counted = _COUNTED.get(kind)
    if counted is not None:
        return counted, True
    words = [token.text.lower() for token in statement.tokens if token.is_word(*_OBJECTS, "as")]
    if kind is Kind.CREATE_TABLE and "as" in words:
        return "SELECT", True
    if kind in (Kind.ALTER, Kind.DROP):
        what = words[0] if words else "table"
        return f"{kind.value} {'FUNCTION' if what == 'macro' else what.upper()}", False
    if kind is Kind.TRUNCATE:
        return "TRUNCATE TABLE", False
    return kind.value, False
