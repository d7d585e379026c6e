"""What the server sends: values to bytes. No I/O (PostgreSQL 55.7).

DataRow is not here: `values.encode_rows` makes whole runs of them, a column at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct

from hookwire_catalog.errors import SqlError
from hookwire_catalog.notices import Notice
from hookwire_catalog.types import PgType, ResultColumn

_HEADER = Struct("!ci")
_INT16 = Struct("!H")
_INT32 = Struct("!i")
_COLUMN = Struct("!IhIhih")

ENCRYPTED = b"S"
REFUSED = b"N"
"""The answer to SSLRequest and GSSENCRequest: carry on in plain text."""


def _message(kind: bytes, payload: bytes = b"") -> bytes:
    return _HEADER.pack(kind, len(payload) + 4) + payload


AUTHENTICATION_OK = _message(b"R", _INT32.pack(0))
EMPTY_QUERY_RESPONSE = _message(b"I")
PARSE_COMPLETE = _message(b"1")
BIND_COMPLETE = _message(b"2")
CLOSE_COMPLETE = _message(b"3")
NO_DATA = _message(b"n")
PORTAL_SUSPENDED = _message(b"s")
COPY_DONE = _message(b"c")
READY_FOR_QUERY = {status: _message(b"Z", status.encode()) for status in "ITE"}
"""By transaction status: idle, in a transaction block, in a failed one."""


def _string(text: str) -> bytes:
    """A zero-terminated string; a zero inside would end it early and shift all that follows."""
    return text.encode(errors="replace").replace(b"\0", b"") + b"\0"


def authentication_request(code: int, data: bytes = b"") -> bytes:
    """AuthenticationCleartextPassword, AuthenticationSASL...: what an exchange asks next."""
    return _message(b"R", _INT32.pack(code) + data)


def parameter_status(name: str, value: str) -> bytes:
    return _message(b"S", _string(name) + _string(value))


def backend_key_data(process_id: int, key: bytes) -> bytes:
    return _message(b"K", _INT32.pack(process_id) + key)


def negotiate_protocol_version(version: int, unknown_options: Sequence[str]) -> bytes:
    """`version` is the whole code that we speak (3.2 is 196610), as libpq reads it."""
    options = b"".join(_string(name) for name in unknown_options)
    return _message(b"v", _INT32.pack(version) + _INT32.pack(len(unknown_options)) + options)


def command_complete(tag: str) -> bytes:
    return _message(b"C", _string(tag))


def copy_out_response(binary: bool, columns: int) -> bytes:
    return _copy_response(b"H", binary, columns)


def copy_in_response(binary: bool, columns: int) -> bytes:
    return _copy_response(b"G", binary, columns)


def _copy_response(kind: bytes, binary: bool, columns: int) -> bytes:
    return _message(kind, Struct(f"!bH{columns}h").pack(binary, columns, *[binary] * columns))


def copy_data(data: bytes) -> bytes:
    return _message(b"d", data)


def notification(process_id: int, channel: str, payload: str) -> bytes:
    return _message(b"A", _INT32.pack(process_id) + _string(channel) + _string(payload))


def parameter_description(types: Sequence[PgType]) -> bytes:
    oids = Struct(f"!H{len(types)}I").pack(len(types), *(t.oid for t in types))
    return _message(b"t", oids)


def row_description(columns: Sequence[ResultColumn], formats: Sequence[int]) -> bytes:
    """`formats` has one code for each column."""
    parts = [_INT16.pack(len(columns))]
    for column, format_code in zip(columns, formats, strict=True):
        parts.append(_string(column.name))
        parts.append(
            _COLUMN.pack(
                column.table_oid,
                column.attnum,
                column.type.oid,
                column.type.length,
                column.typmod,
                format_code,
            )
        )
    return _message(b"T", b"".join(parts))


def _fields(fields: Iterable[tuple[bytes, str | None]]) -> bytes:
    return b"".join(code + _string(text) for code, text in fields if text is not None) + b"\0"


def error_response(error: SqlError, severity: str = "ERROR") -> bytes:
    """The fields of PostgreSQL 55.8 that we know: S and V, C, M, D, H, P, W, R."""
    position = None if error.position is None else str(error.position)
    fields = (
        (b"S", severity),
        (b"V", severity),
        (b"C", error.sqlstate),
        (b"M", error.message),
        (b"D", error.detail),
        (b"H", error.hint),
        (b"P", position),
        (b"R", error.routine),
        (b"W", error.context),
    )
    return _message(b"E", _fields(fields))


def notice_response(notice: Notice) -> bytes:
    fields = (
        (b"S", notice.severity),
        (b"V", notice.severity),
        (b"C", notice.sqlstate),
        (b"M", notice.message),
        (b"D", notice.detail),
        (b"H", notice.hint),
    )
    return _message(b"N", _fields(fields))
