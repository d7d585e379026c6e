"""The objects a catalog holds, as frozen values.

A webhook source keeps what its CREATE said and nothing else; everything derived (columns, URL
path, canonical text) is computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hookwire_catalog import types
from hookwire_catalog.names import FIRST_OBJECT_OID, ObjectName
from hookwire_catalog.types import Column, PgType


class BodyFormat(StrEnum):
    TEXT = "TEXT"
    BYTES = "BYTES"
    JSON = "JSON"
    JSON_ARRAY = "JSON ARRAY"
    FORM = "FORM"
    CLOUDEVENTS = "CLOUDEVENTS"

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a body becomes: the first columns of the source."""
        return _BODY_COLUMNS[self]


def _body(type_: PgType) -> tuple[Column, ...]:
    return (Column("body", type_, nullable=False),)


_BODY_COLUMNS = {
    BodyFormat.TEXT: _body(types.TEXT),
    BodyFormat.BYTES: _body(types.BYTEA),
    BodyFormat.JSON: _body(types.JSONB),
    BodyFormat.JSON_ARRAY: _body(types.JSONB),
    BodyFormat.FORM: _body(types.JSONB),
    BodyFormat.CLOUDEVENTS: (
        Column("id", types.TEXT, nullable=False),
        Column("source", types.TEXT, nullable=False),
        Column("type", types.TEXT, nullable=False),
        Column("specversion", types.TEXT, nullable=False),
        Column("time", types.TIMESTAMPTZ),
        Column("subject", types.TEXT),
        Column("datacontenttype", types.TEXT),
        Column("dataschema", types.TEXT),
        Column("data", types.JSONB),
        Column("extensions", types.JSONB, nullable=False),
    ),
}


class RequestAttribute(StrEnum):
    """What INCLUDE can add beside headers; the value is the key word and its default column."""

    RECEIVED_AT = "RECEIVED_AT"
    REQUEST_ID = "REQUEST_ID"
    REMOTE_ADDRESS = "REMOTE_ADDRESS"
    METHOD = "METHOD"
    PATH = "PATH"
    QUERY = "QUERY"

    @property
    def default_column(self) -> str:
        return self.value.lower()

    @property
    def type(self) -> PgType:
        return _ATTRIBUTE_TYPES[self]

    @property
    def nullable(self) -> bool:
        """A request over a Unix socket has no address; one without `?` has no query."""
        return self in (RequestAttribute.REMOTE_ADDRESS, RequestAttribute.QUERY)


_ATTRIBUTE_TYPES = {
    RequestAttribute.RECEIVED_AT: types.TIMESTAMPTZ,
    RequestAttribute.REQUEST_ID: types.UUID,
    RequestAttribute.REMOTE_ADDRESS: types.TEXT,
    RequestAttribute.METHOD: types.TEXT,
    RequestAttribute.PATH: types.TEXT,
    RequestAttribute.QUERY: types.TEXT,
}


OWNER = -10
"""The id of the bootstrap superuser, who owns what was made before there were roles."""


@dataclass(frozen=True, slots=True)
class AclItem:
    """What `grantor` has granted to `grantee`, both ids of roles; grantee 0 is PUBLIC.

    Privileges are PostgreSQL's letters (table 5.1), in the order of acl.ORDER; `grantable` are
    those with grant option.
    """

    grantee: int
    grantor: int
    privileges: str
    grantable: str = ""


Acl = tuple[AclItem, ...]


@dataclass(frozen=True, slots=True)
class HeaderFilter:
    """One entry of INCLUDE HEADERS ( [NOT] 'name' ); `name` is lower case."""

    name: str
    block: bool = False


@dataclass(frozen=True, slots=True)
class MappedHeader:
    """INCLUDE HEADER 'header' AS column [BYTES]; `header` is lower case."""

    header: str
    column: str
    as_bytes: bool = False


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """INCLUDE RECEIVED_AT | ... [AS column]."""

    attribute: RequestAttribute
    column: str


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """WITH ( ... ); `None` means the system-wide default (contract section 2).

    `allow_ips` and `block_ips` are addresses and CIDR blocks as text; `on_reject` is "log" or
    "drop".
    """

    max_body_bytes: int | None = None
    max_rows_per_request: int | None = None
    response_body: str | None = None
    response_status: int | None = None
    max_requests_per_second: int | None = None
    burst: int | None = None
    allow_ips: tuple[str, ...] | None = None
    block_ips: tuple[str, ...] | None = None
    on_reject: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """CREATE SECRET. `sealed` are its live values, encrypted, newest first; who has the key can
    tell what they are. A secret and a relation may have one name."""

    id: int
    name: ObjectName
    sealed: tuple[bytes, ...] = field(repr=False)
    comment: str | None = None
    created_us: int | None = None
    owner: int = OWNER
    acl: Acl | None = None


@dataclass(frozen=True, slots=True)
class CheckClause:
    """CHECK ( ... ) or, with `using`, VALIDATE USING ( ... ): `text` is as written, from that word
    to the last bracket. `secrets` are ids, one for each `SECRET name` in the text, in its order;
    the text keeps the names as they were when it was written."""

    text: str
    using: bool = False
    secrets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipeClause:
    """VALIDATE recipe ( SECRET name, ..., option => literal, ... ); the recipe's name in upper
    case, secrets as ids, options in the order of writing."""

    recipe: str
    secrets: tuple[int, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


Validation = CheckClause | RecipeClause


@dataclass(frozen=True, slots=True)
class WebhookSource:
    """CREATE SOURCE ... FROM WEBHOOK, resolved.

    `include_headers` is None without INCLUDE HEADERS and () when it has no list (all headers).
    `external_id_given` tells one that CREATE named, which SHOW CREATE repeats, from a random one.
    `column_comments` are pairs of a column's name and its COMMENT ON COLUMN, sorted.
    """

    id: int
    name: ObjectName
    body_format: BodyFormat
    external_id: str
    include_headers: tuple[HeaderFilter, ...] | None = None
    mapped_headers: tuple[MappedHeader, ...] = ()
    attributes: tuple[AttributeColumn, ...] = ()
    options: SourceOptions = SourceOptions()
    cluster: str | None = None
    comment: str | None = None
    column_comments: tuple[tuple[str, str], ...] = ()
    external_id_given: bool = False
    validation: Validation | None = None
    paused: bool = False
    owner: int = OWNER
    acl: Acl | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The body's, headers, mapped headers in clause order, attributes (contract section 2)."""
        found = [(c.name, c.type, c.nullable) for c in self.body_format.columns]
        if self.include_headers is not None:
            found.append(("headers", types.HSTORE, False))
        found += [
            (m.column, types.BYTEA if m.as_bytes else types.TEXT, True) for m in self.mapped_headers
        ]
        found += [(a.column, a.attribute.type, a.attribute.nullable) for a in self.attributes]
        comments = dict(self.column_comments)
        return tuple(Column(n, t, nullable, comments.get(n)) for n, t, nullable in found)


@dataclass(frozen=True, slots=True)
class View:
    """CREATE [MATERIALIZED] VIEW name AS query; `query` is the user's text, `columns` were resolved
    at CREATE. A materialized one has rows of its own, unless it was left unpopulated."""

    id: int
    name: ObjectName
    query: str
    columns: tuple[Column, ...]
    depends_on: frozenset[int] = frozenset()
    comment: str | None = None
    column_comments: tuple[tuple[str, str], ...] = ()
    owner: int = OWNER
    acl: Acl | None = None
    materialized: bool = False
    populated: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    id: int
    database: str
    name: str
    comment: str | None = None
    owner: int = OWNER
    acl: Acl | None = None


@dataclass(frozen=True, slots=True)
class Database:
    """The one database; a store has a row for it once its rights were changed."""

    name: str
    id: int = 0
    owner: int = OWNER
    acl: Acl | None = None


@dataclass(frozen=True, slots=True)
class PlainObject:
    """Who owns something that only DuckDB knows and who may use it. `kind` is table, sequence,
    function or type; what no PlainObject is about belongs to the bootstrap superuser."""

    id: int
    kind: str
    name: ObjectName
    owner: int = OWNER
    acl: Acl | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One GRANT role TO role, kept with the member: `role` and `grantor` are ids of roles
    (PostgreSQL 16, pg_auth_members)."""

    role: int
    grantor: int
    admin: bool = False
    inherit: bool = True
    set: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """CREATE ROLE. `verifier` is what SCRAM checks a password with, never the password itself;
    None lets nobody in by one. `settings` are ALTER ROLE ... SET, as canonical text.

    A role that every database has (`hookwire`, pg_monitor, ...) has its OID negated as its id.
    """

    id: int
    name: str
    superuser: bool = False
    login: bool = False
    create_role: bool = False
    create_db: bool = False
    inherit: bool = True
    replication: bool = False
    bypass_rls: bool = False
    connection_limit: int = -1
    verifier: str | None = field(default=None, repr=False)
    valid_until: datetime | None = None
    settings: tuple[tuple[str, str], ...] = ()
    comment: str | None = None
    memberships: tuple[Membership, ...] = ()

    @property
    def oid(self) -> int:
        return -self.id if self.id < 0 else FIRST_OBJECT_OID + self.id


CatalogObject = WebhookSource | View
"""What shares one namespace: a relation in a schema."""
