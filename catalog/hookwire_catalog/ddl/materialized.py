"""CREATE, REFRESH, ALTER and DROP MATERIALIZED VIEW."""

from __future__ import annotations

import dataclasses

from hookwire_catalog.ddl import relations
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.role_statements import AlterOwner
from hookwire_catalog.statements import (
    CreateView,
    DropRelations,
    RefreshView,
    RenameRelation,
    SetRelationSchema,
)

KIND = "materialized view"


def create(cursor: TokenCursor) -> CreateView:
    """Up to MATERIALIZED has been read."""
    cursor.expect_word("view")
    if_not_exists = cursor.if_not_exists()
    name = cursor.qualified_name()
    columns: tuple[str, ...] = ()
    if cursor.accept_mark("("):
        columns = cursor.separated(cursor.identifier)
        cursor.expect_mark(")")
    if cursor.at_word("with", "using", "tablespace"):
        cursor.unsupported("storage options of materialized views are not supported")
    cursor.expect_word("as")
    made = relations.view_query(cursor, name, columns, stop=_data_follows)
    with_data = _with_data(cursor)
    return dataclasses.replace(
        made, materialized=True, if_not_exists=if_not_exists, with_data=with_data
    )


def _data_follows(cursor: TokenCursor) -> bool:
    """Whether the rest of the statement is WITH [NO] DATA."""
    for words in (("with", "data"), ("with", "no", "data")):
        if cursor.peek(len(words)) is None and cursor.words_follow(*words):
            return True
    return False


def _with_data(cursor: TokenCursor) -> bool:
    """[WITH [NO] DATA]"""
    if not cursor.accept_word("with"):
        return True
    without = cursor.accept_word("no") is not None
    cursor.expect_word("data")
    return not without


def refresh(cursor: TokenCursor) -> RefreshView:
    cursor.next()
    cursor.expect_words("materialized", "view")
    concurrently = cursor.accept_word("concurrently") is not None
    made = RefreshView(cursor.qualified_name(), concurrently, _with_data(cursor))
    if concurrently and not made.with_data:
        raise SqlSyntaxError("CONCURRENTLY and WITH NO DATA options cannot be used together")
    return made


def drop(cursor: TokenCursor) -> DropRelations:
    cursor.expect_word("view")
    return relations.drop(cursor, KIND)


def alter(cursor: TokenCursor) -> RenameRelation | SetRelationSchema | AlterOwner:
    cursor.expect_word("view")
    return relations.alter_view(cursor, KIND)
