"""What intake packs is what the applier reads, for every shape of source."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    RequestAttribute,
    WebhookSource,
)
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.rowcodec import RowReader, expanded_size, pack_rows
from support.webhooks import expected_rows, read_columns, requests, sources


@given(source=sources(), batch=st.lists(requests(), min_size=1, max_size=4))
def test_rows_come_back_as_columns(source: WebhookSource, batch: list[WebhookRequest]) -> None:
    intake = Intake(source)
    reader = RowReader(source)
    rows: list[list[object]] = []
    for request in batch:
        packed = intake.pack(request)
        sent = expected_rows(source, request)
        assert packed.count == len(sent)
        if packed.count:
            reader.add(packed.payload, packed.count)
        rows += sent
    columns = read_columns(reader)
    assert len(columns) == len(source.columns)
    assert list(map(list, zip(*columns, strict=True))) == rows


@given(st.binary(max_size=20), st.lists(st.binary(max_size=20), max_size=5))
def test_the_expanded_size_counts_what_is_shared_once_a_row(
    shared: bytes, texts: list[bytes]
) -> None:
    packed = pack_rows(shared, texts)
    lengths = 0 if packed.count == 1 else 4 * packed.count
    if texts:
        bodies_and_shared = sum(map(len, texts)) + len(shared) * len(texts)
        assert expanded_size(packed.payload, packed.count) == 4 + lengths + bodies_and_shared


def test_a_row_of_a_source_that_stores_only_bodies_costs_four_bytes() -> None:
    source = WebhookSource(1, ObjectName("hookwire", "public", "s"), BodyFormat.TEXT, "x")
    request = WebhookRequest((("a", "b"),), b"text", 1)
    assert Intake(source).pack(request).payload == b"\0\0\0\0text"


def test_a_request_id_is_made_when_there_is_none() -> None:
    source = WebhookSource(
        1,
        ObjectName("hookwire", "public", "s"),
        BodyFormat.TEXT,
        "x",
        attributes=(AttributeColumn(RequestAttribute.REQUEST_ID, "id"),),
    )
    reader = RowReader(source)
    for received in (1_700_000_000_000_000, 1_700_000_000_001_000):
        packed = Intake(source).pack(WebhookRequest((), b"", received))
        reader.add(packed.payload, 1)
    first, second = (uuid.UUID(bytes=value) for value in read_columns(reader)[1])
    assert first < second
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first.int >> 80 == 1_700_000_000_000
