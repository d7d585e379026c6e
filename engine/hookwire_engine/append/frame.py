"""One group commit as bytes: a frame, and the entries in it.

    frame  = header | entries
    header = magic "HWf1" | u32 length of entries | u64 first position | u32 number of entries
             | u32 crc32 of the entries | u32 crc32 of the header up to here
    entry  = u32 collection | u32 rows | i64 received at (us since 1970) | u32 length | payload

Little-endian. Both checksums start from the segment's seed, the crc32 of its random salt: bytes
left over from a segment's earlier life, or a frame inside somebody's payload, do not check out.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from hookwire_engine.append.appender import Ticket

MAGIC = b"HWf1"
_HEADER = struct.Struct("<4sIQII")
_CHECKSUM = struct.Struct("<I")
_ENTRY = struct.Struct("<IIqI")
HEADER_SIZE = _HEADER.size + _CHECKSUM.size
ENTRY_OVERHEAD = _ENTRY.size


class Entry(NamedTuple):
    """A durable request: `row_count` rows of one collection."""

    position: int
    collection_id: int
    row_count: int
    received_at_us: int
    payload: bytes


class FrameHeader(NamedTuple):
    length: int
    first_position: int
    entry_count: int
    checksum: int

    @property
    def size(self) -> int:
        """Of the whole frame."""
        return HEADER_SIZE + self.length

    @property
    def last_position(self) -> int:
        return self.first_position + self.entry_count - 1


def encode_entries(tickets: Sequence[Ticket]) -> bytes:
    pack = _ENTRY.pack
    parts: list[bytes] = []
    for ticket in tickets:
        payload = ticket.payload
        parts.append(
            pack(ticket.collection_id, ticket.row_count, ticket.received_at_us, len(payload))
        )
        parts.append(payload)
    return b"".join(parts)


def encode_frame(seed: int, first_position: int, count: int, entries: bytes) -> bytes:
    header = _HEADER.pack(MAGIC, len(entries), first_position, count, zlib.crc32(entries, seed))
    return header + _CHECKSUM.pack(zlib.crc32(header, seed)) + entries


def read_header(data: bytes | memoryview, at: int, seed: int) -> FrameHeader | None:
    """The frame header at `at`, or None if there is no whole and undamaged one."""
    body_at = at + HEADER_SIZE
    if len(data) < body_at or data[at : at + 4] != MAGIC:
        return None
    (checksum,) = _CHECKSUM.unpack_from(data, body_at - _CHECKSUM.size)
    if zlib.crc32(data[at : body_at - _CHECKSUM.size], seed) != checksum:
        return None
    _, length, first_position, count, body_checksum = _HEADER.unpack_from(data, at)
    return FrameHeader(length, first_position, count, body_checksum)


def is_intact(data: memoryview, at: int, header: FrameHeader, seed: int) -> bool:
    """Whether the entries of the frame at `at` are all there and undamaged."""
    start, end = at + HEADER_SIZE, at + header.size
    return end <= len(data) and zlib.crc32(data[start:end], seed) == header.checksum


def decode_entries(data: bytes, at: int, header: FrameHeader) -> list[Entry]:
    """The entries of an intact frame at `at`."""
    unpack, overhead = _ENTRY.unpack_from, ENTRY_OVERHEAD
    entries = []
    at += HEADER_SIZE
    for position in range(header.first_position, header.first_position + header.entry_count):
        collection_id, row_count, received_at_us, length = unpack(data, at)
        at += overhead
        end = at + length
        entries.append(Entry(position, collection_id, row_count, received_at_us, data[at:end]))
        at = end
    return entries
