"""CREATE, ALTER and DROP SCHEMA."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.grants import owner_to
from hookwire_catalog.ddl.roles import one_role
from hookwire_catalog.names import QualifiedName
from hookwire_catalog.role_statements import AlterOwner
from hookwire_catalog.statements import CreateSchema, DropSchema, RenameSchema, SwapSchemas


def create_schema(cursor: TokenCursor) -> CreateSchema:
    if_not_exists = cursor.if_not_exists()
    owner = None
    name = None if cursor.at_word("authorization") else cursor.simple_name()
    if cursor.accept_word("authorization"):
        owner = one_role(cursor)
        name = name or QualifiedName((owner.name,), owner.position)
    assert name is not None
    if cursor.at_word("create", "grant"):
        cursor.unsupported(
            "CREATE SCHEMA with schema elements is not supported",
            "Write the CREATE statements after it.",
        )
    return CreateSchema(name, if_not_exists, owner)


def drop_schema(cursor: TokenCursor) -> DropSchema:
    if_exists = cursor.if_exists()
    return DropSchema(cursor.separated(cursor.simple_name), if_exists, cursor.cascade())


def alter_schema(cursor: TokenCursor) -> RenameSchema | SwapSchemas | AlterOwner:
    name = cursor.simple_name()
    owner = owner_to(cursor, "schema", name)
    if owner is not None:
        return owner
    if cursor.accept_word("swap"):
        cursor.expect_word("with")
        return SwapSchemas(name, cursor.simple_name())
    cursor.expect_words("rename", "to")
    return RenameSchema(name, cursor.identifier())
