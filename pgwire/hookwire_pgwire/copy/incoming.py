"""COPY FROM STDIN: the data of its messages to rows of values (PostgreSQL 55.2.6).

    CopyIn: `begin`, then `feed` for each CopyData, then `finish`; both give the rows that are whole

Values become what parameters of Bind become, by the same codecs.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Protocol, TypeAlias

from hookwire_catalog.errors import CharacterNotInRepertoire, InvalidBinaryRepresentation, SqlError
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire import replies
from hookwire_pgwire.copy.faults import BadCopyFileFormat, placed
from hookwire_pgwire.copy.lines import Fields, LineReader
from hookwire_pgwire.copy.options import CopyLayout
from hookwire_pgwire.copy.outgoing import chosen
from hookwire_pgwire.values import Rendering, decode_parameter
from hookwire_pgwire.values.strings import decode_utf8

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
HEADER = Struct("!Ii")
INT2 = Struct("!h")
INT4 = Struct("!i")
WITH_OIDS, CRITICAL_FLAGS = 1 << 16, 0xFFFE0000
HEADER_PARTS = (11, 15, 19)
HEADER_FAULTS = (
    "COPY file signature not recognized",
    "invalid COPY file header (missing flags)",
    "invalid COPY file header (missing length)",
    "invalid COPY file header (wrong length)",
)
Row: TypeAlias = list[object | None]


class CopyIn(Protocol):
    def begin(self) -> bytes:
        """CopyInResponse."""
        ...

    def feed(self, data: bytes) -> Iterator[Row]: ...

    def finish(self) -> Iterator[Row]: ...


def copy_in(
    table: str, columns: Sequence[ResultColumn], layout: CopyLayout, rendering: Rendering
) -> CopyIn:
    """A stream into `columns` of `table`, whose name is for errors."""
    if layout.format == "binary":
        return BinaryIn(table, columns, rendering)
    return TextIn(table, columns, layout, rendering)


class TextIn:
    """The text and csv formats."""

    def __init__(
        self,
        table: str,
        columns: Sequence[ResultColumn],
        layout: CopyLayout,
        rendering: Rendering,
    ) -> None:
        names = [column.name for column in columns]
        self._table, self._columns, self._rendering = table, columns, rendering
        self._null = layout.null.encode()
        self._force_not_null = chosen(layout.force_not_null, names)
        self._force_null = chosen(layout.force_null, names)
        self._header = layout.header
        self._reader = LineReader(layout)
        self._fields = Fields(layout)
        self._line = 0

    def begin(self) -> bytes:
        return replies.copy_in_response(False, len(self._columns))

    def feed(self, data: bytes) -> Iterator[Row]:
        return self._rows(self._reader.feed(data))

    def finish(self) -> Iterator[Row]:
        yield from self._rows(self._reader.finish())
        if not self._line and self._header == "match":
            self._check_header(b"")

    def _rows(self, lines: Iterator[bytes]) -> Iterator[Row]:
        try:
            for line in lines:
                self._line += 1
                decode_utf8(line)
                if self._line == 1 and self._header:
                    self._check_header(line)
                else:
                    yield self._row(line)
        except (BadCopyFileFormat, CharacterNotInRepertoire) as error:
            raise placed(error, self._table, max(self._line, 1)) from None

    def _check_header(self, line: bytes) -> None:
        if self._header != "match":
            return
        found = [value for value, _ in self._fields.split(line)]
        if len(found) != len(self._columns):
            raise BadCopyFileFormat(
                f"wrong number of fields in header line: got {len(found)}, "
                f"expected {len(self._columns)}"
            )
        for number, (column, value) in enumerate(zip(self._columns, found, strict=True), 1):
            if value is None:
                raise BadCopyFileFormat(
                    f"column name mismatch in header line field {number}: "
                    f'got null value ("{self._null.decode()}"), expected "{column.name}"'
                )
            if value != column.name.encode():
                raise BadCopyFileFormat(
                    f"column name mismatch in header line field {number}: "
                    f'got "{value.decode(errors="replace")}", expected "{column.name}"'
                )

    def _row(self, line: bytes) -> Row:
        columns = self._columns
        if not columns:
            if line:
                raise BadCopyFileFormat("extra data after last expected column")
            return []
        fields = self._fields.split(line)
        if len(fields) > len(columns):
            raise BadCopyFileFormat("extra data after last expected column")
        if len(fields) < len(columns):
            missing = columns[len(fields)].name
            raise BadCopyFileFormat(f'missing data for column "{missing}"')
        return [self._value(number, *field) for number, field in enumerate(fields)]

    def _value(self, number: int, data: bytes | None, quoted: bool) -> object | None:
        if data is None and self._force_not_null[number]:
            data = self._null
        elif quoted and self._force_null[number] and data == self._null:
            data = None
        column = self._columns[number]
        try:
            return decode_parameter(column.type, 0, data, self._rendering)
        except SqlError as error:
            shown = (data or b"").decode(errors="replace")
            raise placed(error, self._table, self._line, column.name, shown) from None


class BinaryIn:
    """The binary format: a header, rows of values behind their lengths, a trailer."""

    def __init__(self, table: str, columns: Sequence[ResultColumn], rendering: Rendering) -> None:
        self._table, self._columns, self._rendering = table, columns, rendering
        self._buffer = b""
        self._pieces: list[bytes] = []
        self._missing = 0
        self._at = 0
        self._begun = self._ended = False
        self._line = 0

    def begin(self) -> bytes:
        return replies.copy_in_response(True, len(self._columns))

    def feed(self, data: bytes) -> Iterator[Row]:
        self._pieces.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return
        self._take_pieces()
        try:
            if not self._begun and not self._read_header():
                return
            while (values := self._read_row()) is not None:
                yield [self._value(number, value) for number, value in enumerate(values)]
        except BadCopyFileFormat as error:
            raise placed(error, self._table, max(self._line, 1)) from None

    def _take_pieces(self) -> None:
        self._buffer = b"".join([self._buffer[self._at :], *self._pieces])
        self._pieces, self._at, self._missing = [], 0, 0

    def _lacks(self, end: int) -> bool:
        """Whether there is more to wait for before the byte `end`."""
        self._missing = end - len(self._buffer)
        return self._missing > 0

    def finish(self) -> Iterator[Row]:
        self._take_pieces()
        if not self._begun:
            raise BadCopyFileFormat(HEADER_FAULTS[bisect(HEADER_PARTS, len(self._buffer))])
        if self._at < len(self._buffer):
            error = BadCopyFileFormat("unexpected EOF in COPY data")
            raise placed(error, self._table, self._line + 1)
        return iter(())

    def _read_header(self) -> bool:
        """Pass the header; False while it is not all there."""
        data, size = self._buffer, len(SIGNATURE)
        if data[:size] != SIGNATURE[: len(data)]:
            raise BadCopyFileFormat("COPY file signature not recognized")
        if self._lacks(size + HEADER.size):
            return False
        flags, extension = HEADER.unpack_from(data, size)
        if flags & WITH_OIDS:
            raise BadCopyFileFormat("invalid COPY file header (WITH OIDS)")
        if flags & CRITICAL_FLAGS:
            raise BadCopyFileFormat("unrecognized critical flags in COPY file header")
        if extension < 0:
            raise BadCopyFileFormat("invalid COPY file header (missing length)")
        if self._lacks(size + HEADER.size + extension):
            return False
        self._at = size + HEADER.size + extension
        self._begun = True
        return True

    def _read_row(self) -> list[bytes | None] | None:
        """The values of the next row; None while it is not all there, and after the last."""
        data, at = self._buffer, self._at
        if self._ended and at < len(data):
            raise BadCopyFileFormat("received copy data after EOF marker")
        if self._lacks(at + INT2.size):
            return None
        (count,) = INT2.unpack_from(data, at)
        at += INT2.size
        if count == -1:
            self._at, self._ended = at, True
            return self._read_row()
        if count != len(self._columns):
            self._line += 1
            raise BadCopyFileFormat(f"row field count is {count}, expected {len(self._columns)}")
        values: list[bytes | None] = []
        for _ in range(count):
            if self._lacks(at + INT4.size):
                return None
            (length,) = INT4.unpack_from(data, at)
            at += INT4.size
            if length < -1:
                self._line += 1
                raise BadCopyFileFormat("invalid field size")
            if self._lacks(at + max(length, 0)):
                return None
            values.append(None if length < 0 else data[at : at + length])
            at += max(length, 0)
        self._at = at
        self._line += 1
        return values

    def _value(self, number: int, data: bytes | None) -> object | None:
        column = self._columns[number]
        try:
            return decode_parameter(column.type, 1, data, self._rendering)
        except InvalidBinaryRepresentation as error:
            if "in bind parameter" in error.message:
                error = InvalidBinaryRepresentation("incorrect binary data format")
            raise placed(error, self._table, self._line, column.name) from None
        except SqlError as error:
            raise placed(error, self._table, self._line, column.name) from None
