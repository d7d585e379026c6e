"""ALTER SOURCE ... SET ( ... ), RESET ( ... ), PAUSE and RESUME; ALTER SYSTEM."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.options import parse_assignments, parse_names
from hookwire_catalog.ddl.session import assigned
from hookwire_catalog.ddl.show import setting_name
from hookwire_catalog.statements import (
    AlterSourceOptions,
    AlterSystem,
    PauseSource,
    QualifiedName,
)


def alter_source(
    cursor: TokenCursor, name: QualifiedName, if_exists: bool
) -> AlterSourceOptions | PauseSource | None:
    """The name has been read; None, and nothing more read, for another form of ALTER SOURCE."""
    following = cursor.peek(1)
    bracket = following is not None and following.text == "("
    if bracket and cursor.accept_word("set"):
        return AlterSourceOptions(name, tuple(parse_assignments(cursor).items()), if_exists)
    if cursor.accept_word("reset"):
        reset = tuple((option, None) for option in parse_names(cursor))
        return AlterSourceOptions(name, reset, if_exists)
    word = cursor.accept_word("pause", "resume")
    return None if word is None else PauseSource(name, word == "pause", if_exists)


def alter_system(cursor: TokenCursor) -> AlterSystem:
    """ALTER SYSTEM has been read."""
    if cursor.expect_word("set", "reset") == "set":
        return AlterSystem(*assigned(cursor))
    return AlterSystem("all" if cursor.accept_word("all") else setting_name(cursor))
