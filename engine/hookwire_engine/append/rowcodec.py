"""The payload of a journal entry: the rows of one request, and how to read them as columns.

    payload = u32 length of shared | shared | u32 body length, once a row, if rows != 1 | bodies

`shared` is what all rows of the request have in common and is empty for a source that stores
only bodies. It is a list of fields joined by NUL, which no header and no text value may contain
(PostgreSQL's text cannot hold it, RFC 9110 5.5 forbids it in a header):

    shared = nulls, text fields, bytes fields, then name and value of each included header

`nulls` is empty, or one character a field, `1` where the field is NULL. Text fields are the mapped
headers without BYTES, then the request attributes: RECEIVED_AT as decimal microseconds, REQUEST_ID
as 32 hex digits. Bytes fields are the mapped headers with BYTES. Integers are little-endian. A
body is the text or the bytes of its column; that of CLOUDEVENTS has ten (cloudevents.py).

Joining and splitting run in C: a request with ten headers costs about two microseconds each way.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hookwire_catalog.objects import BodyFormat, RequestAttribute, WebhookSource
from hookwire_engine.append.cloudevents import split_row

SEPARATOR = b"\x00"
NO_SHARED = bytes(4)
_U32 = struct.Struct("<I")


class PackedRows(NamedTuple):
    """The rows of one request, ready for the journal; `count` may be 0."""

    count: int  # type: ignore[assignment]  # hides tuple.count
    payload: bytes


def pack_rows(shared: bytes, bodies: Sequence[bytes]) -> PackedRows:
    """One row a body, each with the same `shared` fields."""
    count = len(bodies)
    head = _U32.pack(len(shared)) + shared if shared else NO_SHARED
    if count == 1:
        return PackedRows(1, head + bodies[0])
    lengths = struct.pack(f"<{count}I", *map(len, bodies))
    return PackedRows(count, b"".join((head, lengths, *bodies)))


def split_bodies(payload: bytes, start: int, row_count: int) -> list[bytes]:
    """The bodies of a payload whose shared part ends at `start`."""
    if row_count == 1:
        return [payload[start:]]
    lengths = struct.unpack_from(f"<{row_count}I", payload, start)
    at = start + 4 * row_count
    bodies = []
    for length in lengths:
        end = at + length
        bodies.append(payload[at:end])
        at = end
    return bodies


def expanded_size(payload: bytes, row_count: int) -> int:
    """Bytes of a payload's rows once each has its own copy of what they share."""
    return len(payload) + int.from_bytes(payload[:4], "little") * (row_count - 1)


class Layout:
    """Which column of a source is which field of `shared`.

    The first `bodies` columns are the body's; `text` and `binary` list (column number,
    mapped header or attribute) in field order.
    """

    __slots__ = ("binary", "bodies", "headers", "text")

    def __init__(self, source: WebhookSource) -> None:
        self.bodies = len(source.body_format.columns)
        first = self.bodies + (source.include_headers is not None)
        mapped = list(enumerate(source.mapped_headers, first))
        attributes = list(enumerate(source.attributes, first + len(mapped)))
        self.headers = source.include_headers is not None
        self.text: list[tuple[int, str | RequestAttribute]] = [
            *((i, m.header) for i, m in mapped if not m.as_bytes),
            *((i, a.attribute) for i, a in attributes),
        ]
        self.binary = [(i, m.header) for i, m in mapped if m.as_bytes]

    @property
    def is_empty(self) -> bool:
        return not (self.headers or self.text or self.binary)


_DECODERS: dict[RequestAttribute, Callable[[str], object]] = {
    RequestAttribute.RECEIVED_AT: int,
    RequestAttribute.REQUEST_ID: bytes.fromhex,
}


class MapColumn:
    """Maps, one a row, end to end: row i has those from offsets[i] up to offsets[i + 1].

    Arrow builds its map arrays from such lists twice as fast as from one list of pairs a row.
    """

    __slots__ = ("names", "offsets", "values")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[str] = []
        self.offsets = [0]

    def add(self, names: list[str], values: list[str], row_count: int) -> None:
        """Append `row_count` rows of one content."""
        start, width = len(self.names), len(names)
        self.names += names * row_count
        self.values += values * row_count
        self.offsets += [start + width * row for row in range(1, row_count + 1)]


class RowReader:
    """Collects payloads of one source column by column, in the source's order.

    Text and JSON columns are lists of str, BYTES columns and UUIDs of bytes, RECEIVED_AT of
    microseconds since 1970; None is NULL. `headers` is a MapColumn. (str and not the bytes at
    hand, because Arrow builds a string array from str eight times faster than from bytes.)
    """

    __slots__ = (
        "_bodies_are_text",
        "_body",
        "_events",
        "_fields",
        "_headers",
        "_layout",
        "columns",
    )

    def __init__(self, source: WebhookSource) -> None:
        layout = Layout(source)
        self._layout = layout
        lists: list[list[Any]] = [[] for _ in source.columns]
        self.columns: list[list[Any] | MapColumn] = list(lists)
        self._headers = MapColumn()
        if layout.headers:
            self.columns[layout.bodies] = self._headers
        self._body = lists[0]
        self._events = lists[: layout.bodies] if layout.bodies > 1 else None
        self._bodies_are_text = source.body_format is not BodyFormat.BYTES
        self._fields: list[tuple[list[Any], Callable[[Any], object] | None]] = [
            *((lists[i], _decoder(what)) for i, what in layout.text),
            *((lists[i], None) for i, _ in layout.binary),
        ]

    def add(self, payload: bytes, row_count: int) -> None:
        """Append the `row_count` rows of an entry's payload."""
        start = 4 + int.from_bytes(payload[:4], "little")
        if not self._layout.is_empty:
            self._add_shared(payload[4:start], row_count)
        if self._events is not None:
            self._add_events(split_bodies(payload, start, row_count), self._events)
            return
        if row_count == 1:
            body = payload[start:]
            self._body.append(body.decode() if self._bodies_are_text else body)
            return
        bodies = split_bodies(payload, start, row_count)
        self._body += map(bytes.decode, bodies) if self._bodies_are_text else bodies

    def _add_events(self, rows: list[bytes], columns: list[list[Any]]) -> None:
        for row in rows:
            for column, value in zip(columns, split_row(row), strict=True):
                column.append(value)

    def _add_shared(self, shared: bytes, row_count: int) -> None:
        values = self._split(shared)
        nulls = values[0]
        at = 1
        for column, decode in self._fields:
            value = values[at]
            if nulls and nulls[at - 1] == "1":
                value = None
            elif decode is not None:
                value = decode(value)
            column += [value] * row_count
            at += 1
        if self._layout.headers:
            self._headers.add(values[at::2], values[at + 1 :: 2], row_count)

    def _split(self, shared: bytes) -> list[Any]:
        if not self._layout.binary:
            return list(shared.decode().split("\x00"))
        values: list[Any] = shared.split(SEPARATOR)
        end = 1 + len(self._layout.text)
        past = end + len(self._layout.binary)
        values[:end] = [value.decode() for value in values[:end]]
        values[past:] = [value.decode() for value in values[past:]]
        return values


def _decoder(what: str | RequestAttribute) -> Callable[[Any], object] | None:
    return _DECODERS.get(what) if isinstance(what, RequestAttribute) else None
