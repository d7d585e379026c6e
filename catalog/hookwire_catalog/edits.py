"""What every catalog statement shares: the Edit it amounts to, and the checks on names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hookwire_catalog.errors import (
    DuplicateTable,
    FeatureNotSupported,
    InsufficientPrivilege,
    InternalError,
    ReservedName,
    WrongObjectType,
)
from hookwire_catalog.names import ObjectName
from hookwire_catalog.notices import Notice
from hookwire_catalog.objects import OWNER, CatalogObject
from hookwire_catalog.snapshot import PlainKey, Snapshot, Stored, kind_of
from hookwire_catalog.types import Column

SYSTEM_SCHEMAS = frozenset(
    ("information_schema", "hookwire", "hookwire_internal", "mz_catalog", "mz_internal", "main")
)
"""Schemas of relations that the engine makes, and DuckDB's own `main`."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a statement changes; applied to a snapshot it gives the next one."""

    added: tuple[Stored, ...] = ()
    removed: tuple[Stored, ...] = ()
    replaced: tuple[tuple[Stored, Stored], ...] = ()
    notices: tuple[Notice, ...] = ()
    cascade: bool = False
    dropped: tuple[PlainKey, ...] = ()


Seal = Callable[[int, bytes], bytes]
"""Encrypts a value of the secret with this id."""


def no_key(secret_id: int, value: bytes) -> bytes:
    raise InternalError("there is no key to encrypt secrets with")


def no_verifier(password: str) -> str:
    raise InternalError("there is nothing to make a verifier with")


@dataclass(frozen=True, slots=True)
class Context:
    """What a statement is applied with.

    `columns` and `depends_on` are of a view's query, found by whoever can bind it; columns carry
    the query's own names. `find_table` knows the plain tables, which the catalog does not hold, and
    `plain` everything that only DuckDB knows, by kind and name. `role` does it, `session_role` is
    its session's. `verifier` makes of a password what SCRAM checks it with.
    """

    search_path: Sequence[str]
    new_external_id: Callable[[], str]
    columns: tuple[Column, ...] = ()
    depends_on: frozenset[int] = frozenset()
    find_table: Callable[[tuple[str, ...]], ObjectName | None] = lambda parts: None
    seal: Seal = field(default=no_key)
    now_us: int | None = None
    role: int = OWNER
    session_role: int = OWNER
    verifier: Callable[[str], str] = no_verifier
    plain: Callable[[], Sequence[PlainKey]] = tuple


def check_new_relation(
    snapshot: Snapshot, name: ObjectName, *, position: int | None = None, renamed: int | None = None
) -> None:
    """Refuse a name that is taken, or that DuckDB could not tell from one that is.

    DuckDB finds relations without regard to the case of letters; `renamed` is the id of the object
    that now has another name, and so is not in its own way.
    """
    taken = snapshot.find(name)
    if taken is not None:
        raise DuplicateTable(f'relation "{name.name}" already exists', position=position)
    for other in snapshot.objects.values():
        if (
            other.id != renamed
            and other.name.name.lower() == name.name.lower()
            and other.name.schema == name.schema
        ):
            raise FeatureNotSupported(
                f'relation "{name.name}" would differ from "{other.name.name}" only in the case of'
                " its letters",
                position=position,
            )


def check_not_system(schema: str, position: int | None = None) -> None:
    """Nothing is made, moved or dropped in a system schema."""
    if is_system_schema(schema):
        raise InsufficientPrivilege(f"permission denied for schema {schema}", position=position)


def is_system_schema(schema: str) -> bool:
    return schema in SYSTEM_SCHEMAS or schema.startswith("pg_")


def check_new_schema_name(snapshot: Snapshot, name: str, position: int | None = None) -> None:
    if name.startswith("pg_"):
        raise ReservedName(
            f'unacceptable schema name "{name}"',
            detail='The prefix "pg_" is reserved for system schemas.',
            position=position,
        )
    if name.lower() in SYSTEM_SCHEMAS:
        raise ReservedName(
            f'unacceptable schema name "{name}"',
            detail="It is the name of a system schema.",
            position=position,
        )
    for other in snapshot.schemas:
        if other != name and other.lower() == name.lower():
            raise FeatureNotSupported(
                f'schema "{name}" would differ from "{other}" only in the case of its letters',
                position=position,
            )


def check_kind(thing: CatalogObject, kind: str, *, hint: bool = False) -> None:
    """`thing` is a `kind` (source, view, or table: sources are tables to clients)."""
    actual = kind_of(thing)
    if actual == kind or (kind == "table" and actual == "source"):
        return
    article = f"Use DROP {actual.upper()} to remove a {actual}." if hint else None
    raise WrongObjectType(f'"{thing.name.name}" is not a {kind}', hint=article)
