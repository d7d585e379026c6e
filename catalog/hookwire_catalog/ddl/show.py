"""SHOW."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import InvalidCatalogName
from hookwire_catalog.names import DEFAULT_DATABASE
from hookwire_catalog.statements import Show, ShowColumns, ShowCreate, ShowSetting

_LISTS = ("sources", "views", "tables", "objects", "secrets", "schemas", "databases", "roles")
_LATER = {
    "clusters": "clusters are not supported",
    "indexes": "indexes are not supported",
}
_SPELLED_OUT = {
    ("time", "zone"): "TimeZone",
    ("transaction", "isolation", "level"): "transaction_isolation",
    ("session", "authorization"): "session_authorization",
}


def show(cursor: TokenCursor) -> Show | ShowColumns | ShowCreate | ShowSetting:
    cursor.next()
    token = cursor.peek()
    if token is not None and (message := _LATER.get(token.text.lower())):
        cursor.unsupported(message)
    if cursor.accept_word("columns"):
        cursor.expect_word("from", "in")
        columns = ShowColumns(cursor.qualified_name())
        _no_filter(cursor)
        return columns
    if cursor.accept_word("create"):
        kind = "materialized view"
        if not cursor.accept_words("materialized", "view"):
            kind = cursor.expect_word("source", "view", "table")
        return ShowCreate(kind, cursor.qualified_name())
    if what := cursor.accept_word(*_LISTS):
        schema = None
        if what == "schemas":
            _in_database(cursor)
        else:
            schema = _in_schema(cursor, what)
        _no_filter(cursor)
        return Show(what, schema)
    return ShowSetting(_setting(cursor))


def _in_schema(cursor: TokenCursor, what: str) -> str | None:
    if what in ("databases", "roles") or cursor.words_follow("in", "cluster"):
        return None
    return cursor.identifier() if cursor.accept_word("from", "in") else None


def _in_database(cursor: TokenCursor) -> None:
    """[FROM database]: there is only one."""
    if cursor.accept_word("from", "in"):
        name = cursor.simple_name()
        if name.parts[0] != DEFAULT_DATABASE:
            raise InvalidCatalogName(f'database "{name}" does not exist', position=name.position)


def _no_filter(cursor: TokenCursor) -> None:
    if cursor.at_word("like", "where") or cursor.words_follow("in", "cluster"):
        cursor.unsupported(
            "filters of SHOW are not supported", "Select from the catalog relations."
        )


def _setting(cursor: TokenCursor) -> str:
    for words, name in _SPELLED_OUT.items():
        if cursor.accept_words(*words):
            return name
    if cursor.accept_word("all"):
        return "all"
    return setting_name(cursor)


def setting_name(cursor: TokenCursor) -> str:
    """`name` or `prefix.name`."""
    parts = [cursor.identifier()]
    while cursor.accept_mark("."):
        parts.append(cursor.identifier())
    return ".".join(parts)
