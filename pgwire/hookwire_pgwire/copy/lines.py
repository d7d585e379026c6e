"""The text of COPY FROM to lines, and lines to fields (CopyReadLine and CopyReadAttributes in
PostgreSQL's copyfromparse.c).

A line may hold line ends: escaped by a backslash in the text format, inside quotes in csv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from hookwire_catalog.errors import ProgramLimitExceeded
from hookwire_pgwire.copy.faults import BadCopyFileFormat
from hookwire_pgwire.copy.options import CopyLayout

Field: TypeAlias = tuple[bytes | None, bool]
"""A value before it is decoded (None for NULL), and whether any of it was quoted."""

END_OF_DATA = b"\\."
ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.)|\Z)", re.DOTALL)
MARKED = re.compile(rb"((?:[^\\]|\\[^.])*+)\\\.(.*)", re.DOTALL)
MAX_LINE_BYTES = 0x3FFFFFFF
FIRST_LINE_BYTES = 1024 * 1024
"""A first line longer than this ends with a newline: what it ends with is looked for no further."""


def _literal(mark: bytes) -> BadCopyFileFormat:
    what, shown = ("newline", "\\n") if mark == b"\n" else ("carriage return", "\\r")
    return BadCopyFileFormat(
        f"literal {what} found in data", hint=f'Use "{shown}" to represent {what}.'
    )


def unescaped(field: bytes) -> bytes:
    if b"\\" not in field:
        return field
    return ESCAPE.sub(_unescape, field)


def _unescape(found: re.Match[bytes]) -> bytes:
    digits, octal, other = found.groups()
    if digits is not None:
        return bytes((int(digits, 16),))
    if octal is not None:
        return bytes((int(octal, 8) & 0xFF,))
    if other is None:
        return b""
    return ESCAPES.get(other, other)


def quoted_section(layout: CopyLayout) -> bytes:
    """A pattern for what stands between two quotes of csv, with them."""
    quote, escape = re.escape(layout.quote.encode()), re.escape(layout.escape.encode())
    return rb"%b(?:%b[%b%b]|[^%b])*+%b" % (quote, escape, escape, quote, quote, quote)


class LineReader:
    """Gives the lines that are complete; the line end is what the first line ends with."""

    def __init__(self, layout: CopyLayout) -> None:
        self._csv = layout.format == "csv"
        self._quote = layout.quote.encode()
        inside = re.escape(self._quote)
        if layout.escape != layout.quote:
            inside = re.escape(layout.escape.encode()) + b".|" + inside
        self._inside = re.compile(inside, re.DOTALL)
        first_line = rb"(?:[^\\\r\n]|\\.)*+(\r\n?|\n)"
        if self._csv:
            first_line = rb"(?:[^%b\r\n]|%b)*+(\r\n?|\n)" % (
                re.escape(self._quote),
                quoted_section(layout),
            )
        self._first_line = re.compile(first_line, re.DOTALL)
        self._rest: list[bytes] = []
        self._size = 0
        self._end = b""
        self._pending: list[bytes] = []
        self._in_quotes = False
        self.ended = False
        """Whether the end-of-data line has been seen."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self.ended:
            return
        self._check_size(len(data))
        last = self._rest[-1][-1:] if self._rest else b""
        ends = (self._end,) if self._end else (b"\n", b"\r")
        if not any(end in last + data for end in ends):
            self._rest.append(data)
            return
        whole = b"".join([*self._rest, data])
        self._rest = [whole] if whole else []
        if not self._end and not self._find_end(whole):
            return
        *lines, rest = whole.split(self._end)
        self._rest = [rest] if rest else []
        yield from self._logical(lines)

    def _check_size(self, more: int) -> None:
        self._size += more
        if self._size > MAX_LINE_BYTES:
            raise ProgramLimitExceeded(f"a line is longer than {MAX_LINE_BYTES} bytes")

    def finish(self) -> Iterator[bytes]:
        """The line that no line end closes, if there is one."""
        whole, self._rest = b"".join(self._rest), []
        if not self._end:
            self._find_end(whole, last=True)
        lines = whole.split(self._end) if self._end else [whole]
        if lines[-1] == b"" and not (len(lines) == 1 and self._pending):
            lines.pop()
        yield from self._logical(lines)
        if self._pending and not self.ended:
            yield self._take()

    def _find_end(self, data: bytes, *, last: bool = False) -> bool:
        found = self._first_line.match(data)
        if found is not None and (found[1] != b"\r" or found.end() < len(data) or last):
            self._end = found[1]
        elif len(data) > FIRST_LINE_BYTES:
            self._end = b"\n"
        return bool(self._end)

    def _logical(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            if self.ended:
                return
            if END_OF_DATA in line:
                line = self._cut_end(line)
                if self.ended and not line and not self._pending:
                    return
            self._check_ends(line)
            self._pending.append(line)
            if self.ended or not self._goes_on(line):
                yield self._take()

    def _cut_end(self, line: bytes) -> bytes:
        """What is before the end-of-data mark. In csv it has to be a line of its own."""
        if self._csv:
            self.ended = line == END_OF_DATA and not self._pending
            return b"" if self.ended else line
        found = MARKED.match(line)
        if found is None:
            return line
        if found[2]:
            raise BadCopyFileFormat("end-of-copy marker corrupt")
        self.ended = True
        return found[1]

    def _check_ends(self, line: bytes) -> None:
        """A line end of another kind is data only if it is escaped or quoted."""
        stray = b"\r" if self._end == b"\n" else b"\n"
        if self._csv or stray not in line:
            return
        if re.search(rb"(?<!\\)(?:\\\\)*" + stray, line):
            raise _literal(stray)

    def _goes_on(self, line: bytes) -> bool:
        """Whether the line end after `line` belongs to the data."""
        if not self._csv:
            escaped = (len(line) - len(line.rstrip(b"\\"))) % 2 == 1
            if escaped and self._end == b"\r\n":
                raise _literal(b"\n")  # the backslash is for the carriage return alone
            return escaped
        at = 0
        while True:
            if self._in_quotes:
                found = self._inside.search(line, at)
                if found is None:
                    return True
                at = found.end()
                self._in_quotes = found[0] != self._quote
            else:
                opening = line.find(self._quote, at)
                if opening < 0:
                    return False
                at, self._in_quotes = opening + 1, True

    def _take(self) -> bytes:
        line = self._end.join(self._pending)
        self._pending = []
        self._size = sum(map(len, self._rest))
        return line


class Fields:
    """Splits lines into fields."""

    def __init__(self, layout: CopyLayout) -> None:
        self._delimiter, self._null = layout.delimiter.encode(), layout.null.encode()
        delimiter = re.escape(self._delimiter)
        self._special, self._quoted = b"\\", None
        pattern = rb"(?:[^\\%b]|\\.|\\\Z)*+" % delimiter
        if layout.format == "csv":
            self._special = layout.quote.encode()
            quote, escape = re.escape(self._special), re.escape(layout.escape.encode())
            section = quoted_section(layout)
            pattern = rb"(?:[^%b%b]|%b)*+" % (delimiter, quote, section)
            self._quoted = re.compile(section, re.DOTALL)
            self._escaped = re.compile(rb"%b([%b%b])" % (escape, escape, quote), re.DOTALL)
        self._field = re.compile(rb"(%b)(%b|\Z)" % (pattern, delimiter), re.DOTALL)

    def split(self, line: bytes) -> list[Field]:
        if self._special not in line:
            null = self._null
            return [(None if f == null else f, False) for f in line.split(self._delimiter)]
        return [self._read(raw) for raw in self._pieces(line)]

    def _pieces(self, line: bytes) -> Iterator[bytes]:
        at = 0
        while True:
            found = self._field.match(line, at)
            if found is None:
                raise BadCopyFileFormat("unterminated CSV quoted field")
            yield found[1]
            if not found[2]:
                return
            at = found.end()

    def _read(self, raw: bytes) -> Field:
        if self._special not in raw:
            return (None if raw == self._null else raw), False
        if self._quoted is None:
            return (None if raw == self._null else unescaped(raw)), False
        return self._quoted.sub(lambda found: self._escaped.sub(rb"\1", found[0][1:-1]), raw), True
