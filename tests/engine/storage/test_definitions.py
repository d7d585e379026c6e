"""Catalog objects to stored text and back; and text that an earlier version has stored."""

from __future__ import annotations

from datetime import UTC

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog import types
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
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
    View,
    WebhookSource,
)
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import Column
from hookwire_engine.storage import definitions

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
IDS = st.integers(1, 2**40)
NAMES = st.builds(ObjectName, TEXT, TEXT, TEXT)
COMMENTS = st.none() | TEXT
COLUMN_COMMENTS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)


def many(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


ACLS = st.none() | many(st.builds(AclItem, IDS, IDS, st.just("rw"), st.just("r")))
SOURCES = st.builds(
    WebhookSource,
    IDS,
    NAMES,
    st.sampled_from(BodyFormat),
    TEXT,
    st.none() | many(st.builds(HeaderFilter, TEXT, st.booleans())),
    many(st.builds(MappedHeader, TEXT, TEXT, st.booleans())),
    many(st.builds(AttributeColumn, st.sampled_from(RequestAttribute), TEXT)),
    st.builds(
        SourceOptions,
        st.none() | st.integers(0, 2**40),
        st.none() | st.integers(0, 2**40),
        COMMENTS,
        st.none() | st.integers(200, 299),
        st.none() | st.integers(1, 2**31),
        st.none() | st.integers(1, 2**31),
        st.none() | many(TEXT),
        st.none() | many(TEXT),
        st.none() | st.sampled_from(["log", "drop"]),
    ),
    COMMENTS,
    COMMENTS,
    COLUMN_COMMENTS,
    st.booleans(),
    st.none()
    | st.builds(CheckClause, TEXT, st.booleans(), many(IDS))
    | st.builds(RecipeClause, TEXT, many(IDS), many(st.tuples(TEXT, TEXT))),
    st.booleans(),
    IDS,
    ACLS,
)
SECRETS = st.builds(
    Secret, IDS, NAMES, many(st.binary(max_size=40)), COMMENTS, st.none() | IDS, IDS, ACLS
)
PG_TYPES = st.sampled_from(list(types.BY_OID.values()))
VIEWS = st.builds(
    View,
    IDS,
    NAMES,
    TEXT,
    many(st.builds(Column, TEXT, PG_TYPES, st.booleans(), COMMENTS)),
    st.frozensets(IDS),
    COMMENTS,
    COLUMN_COMMENTS,
    IDS,
    ACLS,
)
SCHEMAS = st.builds(Schema, IDS, TEXT, TEXT, COMMENTS, IDS, ACLS)
DATABASES = st.builds(Database, TEXT, st.just(0), IDS, ACLS)
PLAIN = st.builds(PlainObject, IDS, st.sampled_from(["table", "type"]), NAMES, IDS, ACLS)
FLAGS = [st.booleans()] * 7
ROLES = st.builds(
    Role,
    st.integers(-9999, 2**40),
    TEXT,
    *FLAGS,
    st.integers(-1, 2**31 - 1),
    COMMENTS,
    st.none() | st.datetimes(timezones=st.just(UTC)),
    many(st.tuples(TEXT, TEXT)),
    COMMENTS,
    many(st.builds(Membership, IDS, IDS, st.booleans(), st.booleans(), st.booleans())),
)


@given(SOURCES | VIEWS | SCHEMAS | SECRETS | ROLES | DATABASES | PLAIN)
def test_every_object_comes_back_equal(thing: definitions.Storable) -> None:
    assert definitions.load(definitions.kind(thing), definitions.dump(thing)) == thing


@pytest.mark.parametrize(
    ("kind", "text", "thing"),
    [
        (
            "schema",
            '{"id":1,"database":"hookwire","name":"public"}',
            PUBLIC,
        ),
        (
            "source",
            '{"id":2,"name":{"database":"hookwire","schema":"public","name":"s"},'
            '"body_format":"JSON ARRAY","external_id":"x","include_headers":[{"name":"a"}],'
            '"mapped_headers":[{"header":"h","column":"c"}],'
            '"attributes":[{"attribute":"RECEIVED_AT","column":"at"}],"options":{},'
            '"column_comments":[]}',
            WebhookSource(
                2,
                ObjectName("hookwire", "public", "s"),
                BodyFormat.JSON_ARRAY,
                "x",
                (HeaderFilter("a"),),
                (MappedHeader("h", "c"),),
                (AttributeColumn(RequestAttribute.RECEIVED_AT, "at"),),
            ),
        ),
        (
            "view",
            '{"id":3,"name":{"database":"hookwire","schema":"public","name":"v"},'
            '"query":"SELECT 1",'
            '"columns":[{"name":"a","type":23,"nullable":true,"comment":null}],"depends_on":[2],'
            '"column_comments":[["a","b"]]}',
            View(
                3,
                ObjectName("hookwire", "public", "v"),
                "SELECT 1",
                (Column("a", types.INT4),),
                frozenset([2]),
                column_comments=(("a", "b"),),
            ),
        ),
    ],
)
def test_what_format_1_has_stored_is_read(
    kind: str, text: str, thing: definitions.Storable
) -> None:
    """Fields that came later have defaults; these texts must never be changed."""
    assert definitions.load(kind, text) == thing


def test_the_text_is_plain_json() -> None:
    source = WebhookSource(2, ObjectName("hookwire", "public", "s"), BodyFormat.JSON, "x")
    assert orjson.loads(definitions.dump(source)) == {
        "id": 2,
        "name": {"database": "hookwire", "schema": "public", "name": "s"},
        "body_format": "JSON",
        "external_id": "x",
        "include_headers": None,
        "mapped_headers": [],
        "attributes": [],
        "options": {
            "max_body_bytes": None,
            "max_rows_per_request": None,
            "response_body": None,
            "response_status": None,
            "max_requests_per_second": None,
            "burst": None,
            "allow_ips": None,
            "block_ips": None,
            "on_reject": None,
        },
        "cluster": None,
        "comment": None,
        "column_comments": [],
        "external_id_given": False,
        "validation": None,
        "paused": False,
        "owner": -10,
        "acl": None,
    }
