"""Identifiers: folding, quoting, and the three-part name of an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from hookwire_catalog.keywords import RESERVED

DEFAULT_DATABASE = "hookwire"
DEFAULT_SCHEMA = "public"

MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1 (PostgreSQL 4.1.1). Longer identifiers are cut, as PostgreSQL does."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")

FIRST_OBJECT_OID = 20000
"""OID of a relation = this + its GlobalId; below lie the system's own objects."""


@dataclass(frozen=True, slots=True, order=True)
class ObjectName:
    """The full name of an object; each part as it is after folding."""

    database: str
    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """`name`, `schema.name` or `database.schema.name`; `position` is 1-based in the statement."""

    parts: tuple[str, ...]
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return ".".join(self.parts)


def fold(identifier: str) -> str:
    """An unquoted identifier as PostgreSQL stores it: ASCII lower case, cut to 63 bytes."""
    return truncate("".join(c.lower() if c.isascii() else c for c in identifier))


def truncate(identifier: str) -> str:
    """Cut to 63 bytes of UTF-8 without splitting a character."""
    raw = identifier.encode()
    if len(raw) <= MAX_IDENTIFIER_BYTES:
        return identifier
    return raw[:MAX_IDENTIFIER_BYTES].decode(errors="ignore")


def quote_identifier(identifier: str) -> str:
    """Like PostgreSQL's quote_ident(), except that a key word is quoted only if reserved."""
    if _PLAIN.match(identifier) and identifier not in RESERVED:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A standard-conforming string literal (no backslash escapes)."""
    return "'" + text.replace("'", "''") + "'"


def format_global_id(number: int) -> str:
    """The id as catalog relations show it: `u1`, `u2`, ... (u for user, Materialize's form)."""
    return f"u{number}"


def relation_oid(number: int) -> int:
    """The pg_class OID of the object with this GlobalId; stable for the object's life."""
    return FIRST_OBJECT_OID + number


def webhook_path(name: ObjectName) -> str:
    """The path of a source's URL; every segment percent-encoded, so that `/` and `%` survive."""
    return "/api/webhook/" + "/".join(
        quote(part, safe="()]['!*~") for part in (name.database, name.schema, name.name)
    )
