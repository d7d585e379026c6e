"""Any source, any request to it, and the rows that the contract says it becomes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    MappedHeader,
    RequestAttribute,
    WebhookSource,
)
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.rowcodec import MapColumn, RowReader

PLAIN = (BodyFormat.TEXT, BodyFormat.BYTES, BodyFormat.JSON, BodyFormat.JSON_ARRAY)
"""The formats that take any of the bodies below, whatever its content type."""
HEADER_NAMES = ["a", "b-c", "x-kind", "x-raw", "content-type"]
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


@st.composite
def sources(draw: st.DrawFn, formats: Sequence[BodyFormat] = PLAIN) -> WebhookSource:
    mapped = draw(st.lists(st.sampled_from(HEADER_NAMES), unique=True))
    attributes = draw(st.lists(st.sampled_from(RequestAttribute), unique=True))
    return WebhookSource(
        1,
        ObjectName("hookwire", "public", "s"),
        draw(st.sampled_from(formats)),
        "x",
        include_headers=draw(st.sampled_from([None, ()])),
        mapped_headers=tuple(
            MappedHeader(name, f"h{i}", draw(st.booleans())) for i, name in enumerate(mapped)
        ),
        attributes=tuple(AttributeColumn(a, f"a{i}") for i, a in enumerate(attributes)),
    )


@st.composite
def requests(draw: st.DrawFn) -> WebhookRequest:
    headers = draw(st.dictionaries(st.sampled_from(HEADER_NAMES), TEXT))
    latin1 = draw(st.sets(st.sampled_from(HEADER_NAMES)))
    for name in latin1 & headers.keys():
        headers[name] = "".join(c for c in headers[name] if ord(c) < 256)
    return WebhookRequest(
        headers=tuple(headers.items()),
        body=draw(st.sampled_from([b"1", b"[]", b'[1,{"a":2}]', b"[1] 2 [3, 4]", b'"\xc3\xa9"'])),
        received_at_us=draw(st.integers(0, 2**52)),
        method=draw(st.sampled_from(["POST", "PUT"])),
        path=draw(TEXT),
        query=draw(st.none() | TEXT),
        remote_address=draw(st.none() | TEXT),
        request_id=draw(st.binary(min_size=16, max_size=16)),
        latin1_headers=frozenset(latin1),
    )


def shared_columns(source: WebhookSource, request: WebhookRequest) -> list[object]:
    """The columns behind the body, as the contract says them."""
    headers = dict(request.headers)
    attributes = {
        RequestAttribute.RECEIVED_AT: request.received_at_us,
        RequestAttribute.REQUEST_ID: request.request_id,
        RequestAttribute.REMOTE_ADDRESS: request.remote_address,
        RequestAttribute.METHOD: request.method,
        RequestAttribute.PATH: request.path,
        RequestAttribute.QUERY: request.query,
    }
    row: list[object] = [] if source.include_headers is None else [list(request.headers)]
    for mapped in source.mapped_headers:
        value = headers.get(mapped.header)
        if value is not None and mapped.as_bytes:
            latin1 = mapped.header in request.latin1_headers
            row.append(value.encode("latin-1" if latin1 else "utf-8"))
        else:
            row.append(value)
    return row + [attributes[a.attribute] for a in source.attributes]


BODIES: dict[tuple[BodyFormat, bytes], list[str]] = {
    (BodyFormat.JSON, b"[1] 2 [3, 4]"): ["[1]", "2", "[3, 4]"],
    (BodyFormat.JSON_ARRAY, b"[]"): [],
    (BodyFormat.JSON_ARRAY, b'[1,{"a":2}]'): ["1", '{"a":2}'],
    (BodyFormat.JSON_ARRAY, b"[1] 2 [3, 4]"): ["1", "2", "3", "4"],
}


def _bodies(source: WebhookSource, body: bytes) -> list[Any]:
    if source.body_format is BodyFormat.BYTES:
        return [body]
    return BODIES.get((source.body_format, body), [body.decode()])


def expected_rows(source: WebhookSource, request: WebhookRequest) -> list[list[object]]:
    """The rows of `request`, a value a column."""
    return [[body, *shared_columns(source, request)] for body in _bodies(source, request.body)]


def read_columns(reader: RowReader) -> list[list[Any]]:
    """What a reader has collected, a list a column; maps as lists of pairs."""
    return [list(_maps(c)) if isinstance(c, MapColumn) else c for c in reader.columns]


def _maps(column: MapColumn) -> Iterator[list[tuple[str, str]]]:
    for start, end in itertools.pairwise(column.offsets):
        names, values = column.names[start:end], column.values[start:end]
        yield list(zip(names, values, strict=True))
