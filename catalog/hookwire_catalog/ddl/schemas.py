"""CREATE, ALTER and DROP SCHEMA."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.statements import CreateSchema, DropSchema, RenameSchema, SwapSchemas


def create_schema(cursor: TokenCursor) -> CreateSchema:
    if_not_exists = cursor.if_not_exists()
    name = cursor.simple_name()
    if cursor.at_word("authorization"):
        cursor.unsupported("CREATE SCHEMA ... AUTHORIZATION is not supported")
    if cursor.at_word("create", "grant"):
        cursor.unsupported(
            "CREATE SCHEMA with schema elements is not supported",
            "Write the CREATE statements after it.",
        )
    return CreateSchema(name, if_not_exists)


def drop_schema(cursor: TokenCursor) -> DropSchema:
    if_exists = cursor.if_exists()
    return DropSchema(cursor.separated(cursor.simple_name), if_exists, cursor.cascade())


def alter_schema(cursor: TokenCursor) -> RenameSchema | SwapSchemas:
    name = cursor.simple_name()
    if cursor.accept_word("swap"):
        cursor.expect_word("with")
        return SwapSchemas(name, cursor.simple_name())
    if cursor.at_word("owner"):
        cursor.unsupported("ALTER SCHEMA ... OWNER TO is not supported yet")
    cursor.expect_words("rename", "to")
    return RenameSchema(name, cursor.identifier())
