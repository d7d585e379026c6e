"""What goes into a translation and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hookwire_catalog.types import Column, PgType

SystemName = tuple[str, str]
"""Schema and name of a system relation."""

Origin = tuple[int, int]
"""The OID of a relation and the number of a column in it, from 1; (0, 0) is neither."""

NO_ORIGIN: Origin = (0, 0)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a name in a statement means.

    `target` is how DuckDB is told about it. `sources` are the ids of the webhook sources whose
    rows it shows, directly or through views; `system` the system relations it reads, itself
    included, which have to be registered before the statement runs. `typmods` are those of the
    columns (numeric(10,2), varchar(20)), or nothing if all are -1. `key` are the names of the
    primary key's columns. `sequences` are its own, of serial and identity columns, by DuckDB's
    names. `oid` is its OID, for RowDescription; 0 where it has none.
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    target: str
    sources: frozenset[int] = frozenset()
    system: frozenset[SystemName] = frozenset()
    typmods: tuple[int, ...] = ()
    key: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    oid: int = 0


class Environment(Protocol):
    """The names around a statement. Lookups are of this session, in its transaction."""

    @property
    def search_path(self) -> Sequence[str]: ...

    @property
    def current_schema(self) -> str | None:
        """Where a new relation without a schema goes; None if the search path has no such."""

    @property
    def user(self) -> str: ...

    @property
    def database(self) -> str: ...

    def relation(self, parts: Sequence[str], wants: str = "r") -> Relation | None:
        """The relation that one to three folded name parts mean; None when there is none.

        `wants` is what it is named for, in PostgreSQL's letters of privileges, or "o" for what
        only its owner may do, or "" when that is told elsewhere.

        pg_catalog (and mz_catalog) are searched before the search path, as in PostgreSQL.
        """

    def creates(self, schema: str | None) -> None:
        """Something is made in this schema; None is that of temporary tables. May raise."""

    def owns(self, kind: str, parts: Sequence[str]) -> None:
        """A sequence, index, type or function is dropped or replaced, if there is one."""

    def enum(self, parts: Sequence[str]) -> str | None:
        """DuckDB's name of the enum type that CREATE TYPE made under this name."""

    def function(self, parts: Sequence[str]) -> str | None:
        """DuckDB's name of the macro that CREATE FUNCTION made under this name."""

    def session_value(self, name: str, arguments: Sequence[str | None]) -> str | None:
        """What a function that only the session can answer gives, as PostgreSQL's text of it.

        `name` is one of dialect.resolve.session.FUNCTIONS, or current_user or session_user;
        now() and its like answer in UTC ("2026-01-02 03:04:05.678+00"). A translation that asked
        holds the answer and must not be used again. Raises what the function raises.
        """


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A result column as PostgreSQL would name and type it; `type` None leaves it to DuckDB's."""

    name: str
    type: PgType | None
    typmod: int = -1
    origin: Origin = NO_ORIGIN


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement for DuckDB.

    `sql` refers to parameters as `$1`, `$2`, ..., each inside a cast to its type; `given` are the
    numbers that these have in the statement. `columns` is
    None for a statement without rows, and for one that was passed through untouched.
    `passed` says that it is the user's own text, in DuckDB's SQL, but for relations' names.
    `before` and `after` are statements to run around `sql`, in one transaction with it, for what
    takes DuckDB more than one, `on_commit` before the COMMIT of that transaction; `notices` are for
    the client. `changes` says that it changes rows, in WITH or by itself.
    `positions` maps: for each piece of `sql`, its start there and its start in the statement, in
    order; what an error points at is found with it. `given` tells what its own `$1`, `$2`, ...
    are: a parameter, or a list of the values of several.
    """

    sql: str
    parameters: tuple[PgType, ...] = ()
    columns: tuple[OutputColumn, ...] | None = None
    sources: frozenset[int] = frozenset()
    system: frozenset[SystemName] = frozenset()
    positions: tuple[tuple[int, int], ...] = ()
    passed: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    on_commit: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    changes: bool = False
    given: tuple[int | tuple[int, ...], ...] = ()
