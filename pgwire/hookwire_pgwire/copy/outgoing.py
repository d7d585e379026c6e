"""COPY TO STDOUT: batches of rows to the messages of its stream (PostgreSQL 55.2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from struct import unpack_from

from hookwire_catalog.errors import UndefinedColumn
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire import replies
from hookwire_pgwire.backend import RowBatch
from hookwire_pgwire.copy.options import Columns, CopyLayout
from hookwire_pgwire.values import Rendering
from hookwire_pgwire.values.copy_rows import (
    BINARY_HEADER,
    BINARY_TRAILER,
    Lines,
    copy_header,
    encode_copy_binary,
    encode_copy_lines,
)


class CopyOut:
    """One stream: `begin`, then `rows` for each batch, then `end`.

    As in PostgreSQL every row is one CopyData message, and the header of the binary format is in
    the message of the first row: there are clients that count on either.
    """

    def __init__(
        self, columns: Sequence[ResultColumn], layout: CopyLayout, rendering: Rendering
    ) -> None:
        self._columns = columns
        self._layout = layout
        self._rendering = rendering
        self._lines = _lines(columns, layout)
        self._owed = BINARY_HEADER if layout.format == "binary" else b""

    def begin(self) -> bytes:
        """CopyOutResponse, and the line of names if there is one."""
        response = replies.copy_out_response(self._layout.format == "binary", len(self._columns))
        if not self._layout.header:
            return response
        names = [column.name for column in self._columns]
        return response + replies.copy_data(copy_header(names, self._lines))

    def rows(self, batch: RowBatch) -> bytes | memoryview:
        """May run on another thread, one batch at a time."""
        if self._layout.format != "binary":
            return encode_copy_lines(batch, self._columns, self._lines, self._rendering)
        data = encode_copy_binary(batch, self._columns, self._rendering)
        if not self._owed or not data:
            return data
        owed, self._owed = self._owed, b""
        (length,) = unpack_from("!i", data, 1)
        first = replies.copy_data(owed + bytes(data[5 : 1 + length]))
        return b"".join((first, data[1 + length :]))

    def end(self) -> bytes:
        """What closes the stream, CopyDone included."""
        if self._layout.format != "binary":
            return replies.COPY_DONE
        return replies.copy_data(self._owed + BINARY_TRAILER) + replies.COPY_DONE


def _lines(columns: Sequence[ResultColumn], layout: CopyLayout) -> Lines:
    return Lines(
        delimiter=layout.delimiter.encode(),
        null=layout.null.encode(),
        quote=layout.quote.encode(),
        escape=layout.escape.encode(),
        force_quote=chosen(layout.force_quote, [column.name for column in columns]),
    )


def chosen(asked: Columns, names: Sequence[str]) -> tuple[bool, ...]:
    """For each column whether it is among those asked for."""
    if asked == "*":
        return (True,) * len(names)
    for name in asked:
        if name not in names:
            raise UndefinedColumn(f'column "{name}" does not exist')
    return tuple(name in asked for name in names)
