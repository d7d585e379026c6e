"""Results as the text of JSON objects. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from hookwire_catalog.errors import SqlError
from hookwire_catalog.notices import Notice
from hookwire_catalog.types import ResultColumn


def rows(
    tag: str, columns: Sequence[ResultColumn], rows: Iterable[bytes], notices: Sequence[Notice]
) -> bytes:
    described = [
        {
            "name": column.name,
            "type_oid": column.type.oid,
            "type_len": column.type.length,
            "type_mod": column.typmod,
        }
        for column in columns
    ]
    return _object(
        tag=orjson.dumps(tag),
        rows=b"[" + b",".join(rows) + b"]",
        desc=orjson.dumps({"columns": described}),
        notices=_notices(notices),
    )


def done(tag: str, notices: Sequence[Notice]) -> bytes:
    return _object(ok=orjson.dumps(tag), notices=_notices(notices))


def failed(error: SqlError, notices: Sequence[Notice]) -> bytes:
    told = {
        "message": error.message,
        "code": error.sqlstate,
        "detail": error.detail,
        "hint": error.hint,
        "position": error.position,
    }
    return _object(error=_known(told), notices=_notices(notices))


def _notices(notices: Sequence[Notice]) -> bytes:
    told = [
        {
            "message": notice.message,
            "code": notice.sqlstate,
            "severity": notice.severity.lower(),
            "detail": notice.detail,
            "hint": notice.hint,
        }
        for notice in notices
    ]
    return b"[" + b",".join(map(_known, told)) + b"]"


def _known(fields: Mapping[str, object]) -> bytes:
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def _object(**members: bytes) -> bytes:
    return b"{" + b",".join(b'"%b":%b' % (n.encode(), v) for n, v in members.items()) + b"}"
