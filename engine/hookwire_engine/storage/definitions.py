"""Catalog objects as JSON text, for the `objects` table; and back.

A stored definition outlives the program that wrote it: fields may be added with a default, and
none may change its meaning.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import orjson

from hookwire_catalog import types
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    Acl,
    AclItem,
    AttributeColumn,
    BodyFormat,
    CheckClause,
    Database,
    HeaderFilter,
    MappedHeader,
    Membership,
    PlainObject,
    RecipeClause,
    RequestAttribute,
    Role,
    Schema,
    Secret,
    SourceOptions,
    Validation,
    View,
    WebhookSource,
)
from hookwire_catalog.snapshot import PUBLIC, Stored
from hookwire_catalog.types import Column

Storable = Stored


def kind(thing: Storable) -> str:
    return _KINDS[type(thing)]


_KINDS: dict[type[Storable], str] = {
    WebhookSource: "source",
    View: "view",
    Schema: "schema",
    Secret: "secret",
    Role: "role",
    Database: "database",
    PlainObject: "plain",
}


def dump(thing: Storable) -> str:
    return orjson.dumps(_plain(thing)).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Column):
        return {
            "name": value.name,
            "type": value.type.oid,
            "nullable": value.nullable,
            "comment": value.comment,
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def load(kind_: str, text: str) -> Storable:
    return _LOADERS[kind_](orjson.loads(text))


def _rights(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with the list of privileges as values; there was none before there were roles."""
    acl: Acl | None = None
    if fields.get("acl") is not None:
        acl = tuple(AclItem(**item) for item in fields["acl"])
    return {**fields, "acl": acl}


def _schema(fields: dict[str, Any]) -> Schema:
    if fields["id"] == PUBLIC.id and "owner" not in fields:
        fields = {**fields, "owner": PUBLIC.owner, "acl": _plain(PUBLIC.acl)}
    return Schema(**_rights(fields))


def _database(fields: dict[str, Any]) -> Database:
    return Database(**_rights(fields))


def _plain_object(fields: dict[str, Any]) -> PlainObject:
    return PlainObject(**{**_rights(fields), "name": ObjectName(**fields["name"])})


def _pairs(items: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in items)


def _source(fields: dict[str, Any]) -> WebhookSource:
    filters = fields["include_headers"]
    return WebhookSource(
        **{
            **_rights(fields),
            "name": ObjectName(**fields["name"]),
            "body_format": BodyFormat(fields["body_format"]),
            "include_headers": (
                None if filters is None else tuple(HeaderFilter(**f) for f in filters)
            ),
            "mapped_headers": tuple(MappedHeader(**m) for m in fields["mapped_headers"]),
            "attributes": tuple(
                AttributeColumn(RequestAttribute(a["attribute"]), a["column"])
                for a in fields["attributes"]
            ),
            "options": _options(fields["options"]),
            "column_comments": _pairs(fields["column_comments"]),
            "validation": _validation(fields.get("validation")),
        }
    )


def _options(fields: dict[str, Any]) -> SourceOptions:
    lists = {n: tuple(v) for n, v in fields.items() if isinstance(v, list)}
    return SourceOptions(**{**fields, **lists})


def _validation(fields: dict[str, Any] | None) -> Validation | None:
    if fields is None:
        return None
    fields = {**fields, "secrets": tuple(fields["secrets"])}
    if "recipe" in fields:
        return RecipeClause(**{**fields, "options": _pairs(fields["options"])})
    return CheckClause(**fields)


def _secret(fields: dict[str, Any]) -> Secret:
    sealed = tuple(bytes.fromhex(value) for value in fields["sealed"])
    return Secret(**{**_rights(fields), "name": ObjectName(**fields["name"]), "sealed": sealed})


def _role(fields: dict[str, Any]) -> Role:
    until = fields["valid_until"]
    return Role(
        **{
            **fields,
            "valid_until": None if until is None else datetime.fromisoformat(until),
            "settings": _pairs(fields["settings"]),
            "memberships": tuple(Membership(**m) for m in fields["memberships"]),
        }
    )


def _view(fields: dict[str, Any]) -> View:
    return View(
        **{
            **_rights(fields),
            "name": ObjectName(**fields["name"]),
            "columns": tuple(
                Column(c["name"], types.BY_OID[c["type"]], c["nullable"], c["comment"])
                for c in fields["columns"]
            ),
            "depends_on": frozenset(fields["depends_on"]),
            "column_comments": _pairs(fields["column_comments"]),
        }
    )


_LOADERS: dict[str, Callable[[dict[str, Any]], Storable]] = {
    "source": _source,
    "view": _view,
    "schema": _schema,
    "secret": _secret,
    "role": _role,
    "database": _database,
    "plain": _plain_object,
}
