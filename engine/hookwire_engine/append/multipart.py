"""multipart/form-data (RFC 7578 over RFC 2046) of a body that is whole: its parts, in one pass.

The body's size is bounded before; here the number of parts and the size of each part's header are.
What a file holds is passed over without a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hookwire_catalog.errors import InvalidTextRepresentation, ProgramLimitExceeded
from hookwire_engine.append.media import parameter

MAX_FIELDS = 10_000
"""Fields of a form, whichever way it is sent."""
MAX_PART_HEAD_BYTES = 8192
_MAX_BOUNDARY = 70  # RFC 2046 5.1.1

_LINE_END = re.compile(rb"[ \t]*+\r\n")
_FOLD = re.compile(rb"\r\n[ \t]+")
_PLAIN_NAME = re.compile(rb';\s*name="([^"]*)"', re.IGNORECASE)
_ESCAPED_NAME = re.compile(rb';\s*name="((?:[^"\\]|\\.)*)"\s*(?:;|$)', re.IGNORECASE)
_BARE_NAME = re.compile(rb';\s*name=([^\s;"]+)', re.IGNORECASE)
_FILE = re.compile(rb";\s*filename\*?\s*=", re.IGNORECASE)
_ESCAPE = re.compile(rb'\\(["\\])')
_AS_SENT = (b"7bit", b"8bit", b"binary")


class Part(NamedTuple):
    """One field. `value` is empty for a file."""

    name: bytes
    value: bytes
    content_type: str | None
    is_file: bool


def parts(content_type: str, body: bytes) -> Iterator[Part]:
    """The parts of `body` in their order.

    Raises InvalidTextRepresentation, and ProgramLimitExceeded for more than MAX_FIELDS.
    """
    mark = b"\r\n--" + _boundary(content_type)
    if not body.startswith((mark, mark[2:])):
        raise _malformed("it does not begin with its boundary")
    at = 0 if body.startswith(mark) else -2
    count = 0
    while not body.startswith(b"--", at + len(mark)):
        line_end = _LINE_END.match(body, at + len(mark))
        if line_end is None:
            raise _malformed("a boundary's line goes on")
        at = body.find(mark, line_end.end() - 2)
        if at == -1:
            raise _malformed("its last boundary is not there")
        count += 1
        if count > MAX_FIELDS:
            raise too_many_fields()
        yield _part(body, line_end.end(), at)


def too_many_fields() -> ProgramLimitExceeded:
    return ProgramLimitExceeded(f"the form has more than {MAX_FIELDS} fields")


def _malformed(why: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f"the body is not valid multipart/form-data: {why}")


def _boundary(content_type: str) -> bytes:
    boundary = parameter(content_type, "boundary") or ""
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise _malformed("the content type has no boundary of 1 to 70 characters")
    return boundary.encode("utf-8", "surrogatepass")


def _part(body: bytes, start: int, end: int) -> Part:
    # The boundary's own line break may end the header too: some write an empty value so.
    blank = body.find(b"\r\n\r\n", start, min(end + 2, start + MAX_PART_HEAD_BYTES))
    if blank == -1:
        raise _malformed("a part has no header, or one that does not end")
    headers = _headers(body[start:blank])
    disposition = headers.get(b"content-disposition", b"")
    name = _name(disposition)
    if name is None or disposition.partition(b";")[0].strip().lower() != b"form-data":
        raise _malformed("a part has no name")
    if headers.get(b"content-transfer-encoding", b"binary").lower() not in _AS_SENT:
        raise _malformed("a part is encoded for transfer")
    is_file = _FILE.search(disposition) is not None
    kind = headers.get(b"content-type")
    value = b"" if is_file else body[blank + 4 : end]
    return Part(name, value, None if kind is None else kind.decode("latin-1"), is_file)


def _headers(head: bytes) -> dict[bytes, bytes]:
    lines = _FOLD.sub(b" ", head).split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _name(disposition: bytes) -> bytes | None:
    """Browsers write `%22` for a quotation mark (html.spec.whatwg.org 4.10.21.8), others `\\"`."""
    escaped = _ESCAPED_NAME.search(disposition)
    found = escaped or _PLAIN_NAME.search(disposition) or _BARE_NAME.search(disposition)
    if found is None:
        return None
    name = _ESCAPE.sub(rb"\1", found[1]) if escaped else found[1]
    return name.replace(b"%22", b'"').replace(b"%0D", b"\r").replace(b"%0A", b"\n")
