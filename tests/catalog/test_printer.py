"""Objects to SQL and back: what SHOW CREATE prints makes the same object again."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog import types
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    HeaderFilter,
    MappedHeader,
    RequestAttribute,
    SourceOptions,
    View,
    WebhookSource,
)
from hookwire_catalog.printer import create_source_sql, create_view_sql
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import CreateView, CreateWebhookSource
from hookwire_catalog.types import Column

IDENTIFIERS = st.one_of(
    st.sampled_from(["s", "select", "from", "S t", 'q"q', "bytes", "as", "é", "1", "a.b", "with"]),
    st.text(min_size=1, max_size=15).filter(lambda text: "\0" not in text),
).filter(lambda name: len(name.encode()) <= 63)
HEADERS = st.text("abcxyz019!#$%&'*+-.^_`|~", min_size=1, max_size=12)
TEXTS = st.text(max_size=40).filter(lambda text: "\0" not in text)
EXTERNAL_IDS = st.text("abcXYZ019_-", min_size=16, max_size=20)

NETWORKS = st.lists(
    st.sampled_from(["192.0.2.1", "10.0.0.0/8", "2001:db8::/32", "::1", "0.0.0.0/0"]),
    unique=True,
    max_size=3,
).map(tuple)


def distinct(columns: list[str]) -> bool:
    lowered = [column.lower() for column in columns]
    return len({"body", "headers", *lowered}) == len(columns) + 2


@st.composite
def sources(draw: st.DrawFn) -> WebhookSource:
    columns = draw(st.lists(IDENTIFIERS, max_size=8).filter(distinct))
    split = draw(st.integers(0, len(columns)))
    filters = st.tuples() | st.lists(
        st.builds(HeaderFilter, HEADERS, st.booleans()), min_size=1, max_size=4
    ).map(tuple)
    given = draw(st.booleans())
    options = st.builds(
        SourceOptions,
        max_body_bytes=st.none() | st.integers(1, 1 << 30),
        max_rows_per_request=st.none() | st.integers(1, 1 << 31 - 1),
        response_body=st.none() | TEXTS,
        response_status=st.none() | st.integers(200, 299),
        max_requests_per_second=st.none() | st.integers(1, 1 << 31 - 1),
        burst=st.none() | st.integers(1, 1 << 31 - 1),
        allow_ips=st.none() | NETWORKS,
        block_ips=st.none() | NETWORKS,
        on_reject=st.none() | st.sampled_from(["log", "drop"]),
    )
    return WebhookSource(
        id=2,
        name=ObjectName("hookwire", "public", draw(IDENTIFIERS)),
        body_format=draw(st.sampled_from(BodyFormat)),
        external_id=draw(EXTERNAL_IDS),
        include_headers=draw(st.none() | filters),
        mapped_headers=tuple(
            MappedHeader(draw(HEADERS), column, draw(st.booleans())) for column in columns[:split]
        ),
        attributes=tuple(
            AttributeColumn(draw(st.sampled_from(RequestAttribute)), column)
            for column in columns[split:]
        ),
        options=draw(options),
        cluster=draw(st.none() | IDENTIFIERS),
        external_id_given=given,
    )


def parse_source(sql: str) -> CreateWebhookSource:
    (statement,) = split_statements(sql)
    parsed = parse_statement(statement)
    assert isinstance(parsed, CreateWebhookSource)
    return parsed


@given(sources())
def test_a_printed_source_makes_itself(source: WebhookSource) -> None:
    statement = parse_source(create_source_sql(source, {}))
    change = Catalog.empty().apply(statement, new_external_id=lambda: source.external_id)
    assert change.added == (source,)


def test_one_clause_a_line() -> None:
    source = WebhookSource(
        7,
        ObjectName("hookwire", "public", "from"),
        BodyFormat.JSON_ARRAY,
        "Given-0123456789",
        include_headers=(HeaderFilter("a"), HeaderFilter("b", block=True)),
        mapped_headers=(MappedHeader("x-kind", "Kind", as_bytes=True),),
        attributes=(
            AttributeColumn(RequestAttribute.METHOD, "method"),
            AttributeColumn(RequestAttribute.PATH, "way"),
        ),
        options=SourceOptions(response_body="it's", max_body_bytes=10),
        cluster="main",
        external_id_given=True,
    )
    assert create_source_sql(source, {}) == "\n    ".join(
        [
            'CREATE SOURCE public."from" IN CLUSTER main FROM WEBHOOK BODY FORMAT JSON ARRAY',
            "INCLUDE HEADERS ('a', NOT 'b')",
            "INCLUDE HEADER 'x-kind' AS \"Kind\" BYTES",
            "INCLUDE METHOD",
            "INCLUDE PATH AS way",
            "WITH (max_body_bytes = 10, external_id = 'Given-0123456789', response_body = 'it''s')",
        ]
    )


def test_an_external_id_that_was_made_up_stays_out() -> None:
    name = ObjectName("hookwire", "public", "s")
    source = WebhookSource(7, name, BodyFormat.TEXT, "x" * 22, include_headers=())
    expected = "CREATE SOURCE public.s FROM WEBHOOK BODY FORMAT TEXT\n    INCLUDE HEADERS"
    assert create_source_sql(source, {}) == expected
    shown = create_source_sql(dataclasses.replace(source, external_id_given=True), {})
    assert shown == f"{expected}\n    WITH (external_id = '{'x' * 22}')"


@given(st.lists(IDENTIFIERS, min_size=1, unique=True), IDENTIFIERS)
def test_a_printed_view_makes_itself(columns: list[str], name: str) -> None:
    view = View(
        3,
        ObjectName("hookwire", "a", name),
        "SELECT ';' -- x\nFROM public.t",
        tuple(Column(column, types.TEXT) for column in columns),
    )
    (statement,) = split_statements(create_view_sql(view))
    parsed = parse_statement(statement)
    assert isinstance(parsed, CreateView)
    assert parsed.name.parts == ("a", name)
    assert (parsed.query, parsed.columns) == (view.query, tuple(columns))


@pytest.mark.parametrize("attribute", RequestAttribute)
def test_default_columns_are_not_repeated(attribute: RequestAttribute) -> None:
    source = WebhookSource(
        7, ObjectName("hookwire", "public", "s"), BodyFormat.TEXT, "x" * 22,
        attributes=(AttributeColumn(attribute, attribute.default_column),),
    )  # fmt: skip
    assert create_source_sql(source, {}).endswith(f"\n    INCLUDE {attribute.value}")
