"""Views, and what is done to sources and views alike: DROP, ALTER, COMMENT ON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hookwire_catalog.ddl import altering
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.grants import owner_to
from hookwire_catalog.ddl.validation import validation
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.role_statements import AlterOwner
from hookwire_catalog.statements import (
    AlterSourceOptions,
    CommentOn,
    CreateView,
    DropRelations,
    PauseSource,
    QualifiedName,
    RenameRelation,
    SetRelationSchema,
    SetValidation,
)


def create_view(cursor: TokenCursor, *, or_replace: bool) -> CreateView:
    """[OR REPLACE] before VIEW has been read."""
    cursor.expect_word("view")
    name = cursor.qualified_name()
    columns: tuple[str, ...] = ()
    if cursor.accept_mark("("):
        columns = cursor.separated(cursor.identifier)
        cursor.expect_mark(")")
    if cursor.at_word("with"):
        cursor.unsupported("view options are not supported")
    cursor.expect_word("as")
    made = view_query(cursor, name, columns)
    return dataclasses.replace(made, or_replace=or_replace)


def view_query(
    cursor: TokenCursor,
    name: QualifiedName,
    columns: tuple[str, ...],
    stop: Callable[[TokenCursor], bool] = lambda cursor: False,
) -> CreateView:
    """The rest of the statement, or what comes before `stop`, is the query for DuckDB to parse."""
    first = cursor.peek()
    if first is None or not (first.is_word("select", "with", "values", "table", "from", "pivot")
                             or first.text == "("):  # fmt: skip
        cursor.fail()
    last = first
    while cursor.peek() is not None and not stop(cursor):
        last = cursor.next()
    return CreateView(name, cursor.text[first.start : last.end], first.start, columns)


def drop_source(cursor: TokenCursor) -> DropRelations:
    return drop(cursor, "source")


def drop_view(cursor: TokenCursor) -> DropRelations:
    return drop(cursor, "view")


def drop(cursor: TokenCursor, kind: str) -> DropRelations:
    if_exists = cursor.if_exists()
    return DropRelations(kind, cursor.separated(cursor.qualified_name), if_exists, cursor.cascade())


def alter_source(
    cursor: TokenCursor,
) -> (
    RenameRelation
    | SetRelationSchema
    | SetValidation
    | AlterSourceOptions
    | PauseSource
    | AlterOwner
):
    if_exists = cursor.if_exists()
    name = cursor.qualified_name()
    if cursor.accept_word("drop"):
        cursor.expect_word("check")
        return SetValidation(name, None, if_exists)
    if cursor.words_follow("set", "check") or cursor.words_follow("set", "validate"):
        cursor.next()
        return SetValidation(name, validation(cursor), if_exists)
    altered = altering.alter_source(cursor, name, if_exists)
    if altered is not None:
        return altered
    if cursor.words_follow("set", "body"):
        cursor.unsupported(
            "the body format of a source cannot be changed",
            "Create a new source, and give it the same external_id after dropping this one.",
        )
    owner = owner_to(cursor, "source", name, if_exists)
    return owner or _rename_or_move(cursor, "source", name, if_exists)


def alter_view(
    cursor: TokenCursor, kind: str = "view"
) -> RenameRelation | SetRelationSchema | AlterOwner:
    if_exists = cursor.if_exists()
    name = cursor.qualified_name()
    owner = owner_to(cursor, kind, name, if_exists)
    if owner is not None:
        return owner
    if cursor.at_word("alter", "reset", "cluster", "no", "depends") or (
        cursor.at_word("set") and not cursor.words_follow("set", "schema")
    ):
        cursor.unsupported("only RENAME TO, SET SCHEMA and OWNER TO of a view are supported")
    return _rename_or_move(cursor, kind, name, if_exists)


def _rename_or_move(
    cursor: TokenCursor, kind: str, name: QualifiedName, if_exists: bool
) -> RenameRelation | SetRelationSchema:
    if cursor.accept_words("set", "schema"):
        return SetRelationSchema(kind, name, cursor.identifier(), if_exists)
    cursor.expect_word("rename")
    if not cursor.at_word("to") and cursor.peek() is not None:
        cursor.unsupported("columns cannot be renamed", "Drop the view and create it anew.")
    cursor.expect_word("to")
    return RenameRelation(kind, name, cursor.identifier(), if_exists)


def comment_on(cursor: TokenCursor) -> CommentOn:
    cursor.next()
    cursor.expect_word("on")
    if cursor.at_word(*_NO_COMMENTS):
        cursor.unsupported(
            "comments are supported on sources, views, tables, columns, schemas, secrets and roles"
        )
    kind = "materialized view"
    if not cursor.accept_words("materialized", "view"):
        kind = cursor.expect_word("source", "table", "view", "column", "schema", "secret", "role")
    column = None
    if kind in ("schema", "role"):
        name = cursor.simple_name()
    elif kind == "column":
        name, column = _column(cursor)
    else:
        name = cursor.qualified_name()
    cursor.expect_word("is")
    comment = None if cursor.accept_word("null") else cursor.string()
    return CommentOn(kind, name, column, comment or None)


_NO_COMMENTS = (
    "aggregate", "cast", "collation", "constraint", "conversion", "database", "domain",
    "extension", "function", "index", "language", "operator", "policy",
    "procedure", "rule", "sequence", "server", "trigger", "type",
)  # fmt: skip


def _column(cursor: TokenCursor) -> tuple[QualifiedName, str]:
    whole = cursor.column_name()
    if len(whole.parts) == 1:
        raise SqlSyntaxError("column name must be qualified", position=whole.position)
    return QualifiedName(whole.parts[:-1], whole.position), whole.parts[-1]
