"""CREATE, ALTER and DROP SECRET.

No error quotes the text, since it may be the secret: see parse.py and constants.py.
"""

from __future__ import annotations

from hookwire_catalog.ddl.constants import secret_value
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.grants import owner_to
from hookwire_catalog.role_statements import AlterOwner
from hookwire_catalog.statements import AlterSecret, CreateSecret, DropSecrets, RenameSecret


def create_secret(cursor: TokenCursor) -> CreateSecret:
    """CREATE SECRET has been read."""
    if_not_exists = cursor.if_not_exists()
    name = cursor.qualified_name()
    cursor.expect_word("as")
    return CreateSecret(name, secret_value(cursor), if_not_exists)


def alter_secret(cursor: TokenCursor) -> AlterSecret | RenameSecret | AlterOwner:
    if_exists = cursor.if_exists()
    name = cursor.qualified_name()
    owner = owner_to(cursor, "secret", name, if_exists)
    if owner is not None:
        return owner
    word = cursor.expect_word("as", "add", "retire", "rename")
    if word == "rename":
        cursor.expect_word("to")
        return RenameSecret(name, cursor.identifier(), if_exists)
    if word == "retire":
        cursor.expect_word("previous")
        return AlterSecret(name, "retire", None, if_exists)
    return AlterSecret(name, "replace" if word == "as" else "add", secret_value(cursor), if_exists)


def drop_secret(cursor: TokenCursor) -> DropSecrets:
    if_exists = cursor.if_exists()
    return DropSecrets(cursor.separated(cursor.qualified_name), if_exists, cursor.cascade())
