"""What a system relation is, and what its builder may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import pyarrow as pa

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import DEFAULT_DATABASE, DEFAULT_SCHEMA
from hookwire_catalog.objects import OWNER
from hookwire_catalog.types import Column, PgType
from hookwire_engine.append.ledger import Ledger, SourceCounts

SystemName = tuple[str, str]
"""Schema and name of a system relation."""


class Depends(Enum):
    """What a relation's rows follow from; decides how long a built table may be kept."""

    STATIC = 0
    """Nothing: the same for every session of this program."""

    CATALOG = 1
    """View.catalog and View.plain."""

    SESSION = 2
    """The above, and the session's user, database, search path and settings."""

    LIVE = 3
    """Anything: built anew for each statement."""


@dataclass(frozen=True, slots=True)
class SystemRelation:
    """A relation that no one stores. `build` gives exactly `columns`, in order."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    depends: Depends
    build: Callable[[View], pa.Table]
    oid: int
    kind: str = "v"
    """pg_class.relkind; `h` marks a relation for our own functions only, which no name finds."""


# Plain tables: what users made with CREATE TABLE and friends.


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """`default` and `generated` are DuckDB's text; `enum` names the type if it is one."""

    name: str
    type: PgType
    typmod: int = -1
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    comment: str | None = None
    enum: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PlainTable:
    schema: str
    name: str
    columns: tuple[PlainColumn, ...]
    comment: str | None = None
    rows: int = 0
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class PlainConstraint:
    """`kind` is pg_constraint.contype (p, u, f or c); `columns` are names of `table`'s columns.

    `expression` is a CHECK's condition. `target` and `target_columns` are what a foreign key
    refers to.
    """

    schema: str
    table: str
    name: str
    kind: str
    columns: tuple[str, ...]
    expression: str | None = None
    target: tuple[str, str] | None = None
    target_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainIndex:
    """An index of CREATE INDEX; each of `keys` is a column's name or an expression in brackets."""

    schema: str
    name: str
    table: str
    unique: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainSequence:
    """`last_value` is None until nextval() has been called."""

    schema: str
    name: str
    start: int
    minimum: int
    maximum: int
    increment: int
    cycle: bool
    last_value: int | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PlainEnum:
    schema: str
    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainMacro:
    """A function of CREATE FUNCTION; `types` may hold None where DuckDB knows none."""

    schema: str
    name: str
    parameters: tuple[str, ...]
    types: tuple[PgType | None, ...]
    definition: str
    table: bool = False


@dataclass(frozen=True, slots=True)
class PlainObjects:
    """The user's objects that only DuckDB knows, in all user schemas, sorted by name."""

    tables: tuple[PlainTable, ...] = ()
    constraints: tuple[PlainConstraint, ...] = ()
    indexes: tuple[PlainIndex, ...] = ()
    sequences: tuple[PlainSequence, ...] = ()
    enums: tuple[PlainEnum, ...] = ()
    macros: tuple[PlainMacro, ...] = ()


# What is going on.


class SourceStatistics(Protocol):
    """What one source holds; `last_received_us` counts from 1970 and is None while empty."""

    @property
    def rows(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def last_received_us(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Encryption:
    """TLS of a session, as PostgreSQL writes it; the last three are of the client's certificate."""

    version: str
    cipher: str
    bits: int
    client_dn: str | None = None
    client_serial: int | None = None
    issuer_dn: str | None = None


@dataclass(frozen=True, slots=True)
class SessionState:
    """An open session. `state` is "active", "idle", "idle in transaction" or "idle in transaction
    (aborted)"; times are microseconds since 1970; `encryption` is None in plain text."""

    id: int
    user: str
    database: str
    peer: str
    application_name: str
    state: str
    query: str
    started_us: int
    query_started_us: int | None = None
    role: int = OWNER
    encryption: Encryption | None = None


@dataclass(frozen=True, slots=True)
class HbaRule:
    """A rule in force, as pg_hba_file_rules shows it. `address` may be "all"; of a local rule it
    is None."""

    file: str
    line: int
    type: str
    databases: tuple[str, ...]
    users: tuple[str, ...]
    address: str | None
    netmask: str | None
    method: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedState:
    name: str
    statement: str
    prepared_us: int
    parameters: tuple[PgType, ...] = ()
    columns: tuple[PgType, ...] | None = None
    from_sql: bool = False


@dataclass(frozen=True, slots=True)
class CursorState:
    name: str
    statement: str
    created_us: int
    holdable: bool = False
    binary: bool = False
    scrollable: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a builder may look at, at one moment, for one session.

    `search_path` are schemas that exist, without pg_catalog; `settings` are current values by
    canonical name. `role` is the id of the current role. `prepared` and `cursors` are
    those of this session.
    """

    catalog: Catalog
    plain: PlainObjects = PlainObjects()
    user: str = DEFAULT_DATABASE
    role: int = OWNER
    database: str = DEFAULT_DATABASE
    search_path: tuple[str, ...] = (DEFAULT_SCHEMA,)
    settings: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""
    statistics: Mapping[int, SourceStatistics] = field(default_factory=dict)
    counts: Mapping[int, SourceCounts] = field(default_factory=dict)
    ledger: Ledger | None = None
    sessions: Sequence[SessionState] = ()
    session_id: int = 0
    started_us: int = 0
    prepared: Sequence[PreparedState] = ()
    cursors: Sequence[CursorState] = ()
    hba_rules: Sequence[HbaRule] = ()
