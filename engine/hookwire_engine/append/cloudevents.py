"""CloudEvents 1.0 over HTTP (cloudevents.io: HTTP protocol binding 1.0.2, JSON format 1.0.2).

The content type tells the mode: `application/cloudevents+json` is one event as a JSON object,
`application/cloudevents-batch+json` an array of them, anything else an event whose attributes are
`ce-` headers and whose data is the body. An event is the same row in all three.

A row's text in the journal (rowcodec.py) is the columns joined by NUL, behind one character a
column, `1` where it is NULL. `time` is decimal microseconds.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import orjson

from hookwire_catalog.errors import CharacterNotInRepertoire, InvalidTextRepresentation
from hookwire_catalog.objects import BodyFormat
from hookwire_engine.append.event_time import microseconds
from hookwire_engine.append.json_text import Member, check_limit, documents, elements, members
from hookwire_engine.append.media import decode, is_json, media_type, parameter, shown
from hookwire_engine.append.request import WebhookRequest

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
SPECVERSION = "1.0"

_PREFIX = "ce-"
_REQUIRED = ("specversion", "id", "source", "type")
_ATTRIBUTES = (*_REQUIRED, "time", "subject", "datacontenttype", "dataschema")
_COLUMNS = [column.name for column in BodyFormat.CLOUDEVENTS.columns]
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TEXTUAL = ("xml", "yaml", "x-yaml", "javascript", "x-ndjson", "x-www-form-urlencoded")


@dataclass(slots=True)
class _Event:
    """What came of one event; `extensions` are names with JSON texts, `data` is JSON text."""

    attributes: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, str] = field(default_factory=dict)
    data: str | None = None


def events(request: WebhookRequest, limit: int) -> list[bytes]:
    """The rows of a request, in the order of its events.

    Raises InvalidTextRepresentation (22P02), CharacterNotInRepertoire (22021) or
    ProgramLimitExceeded (54000).
    """
    headers = dict(request.headers)
    content_type = headers.get("content-type")
    kind = media_type(content_type)
    if kind == BATCH:
        return _batch(request.body, limit)
    check_limit(1, limit)
    if kind == STRUCTURED:
        return [_row(_structured(_one_document(request.body, "the body")))]
    if kind.startswith("application/cloudevents"):
        raise InvalidTextRepresentation(
            f"events are sent as {STRUCTURED} or {BATCH}, not as {shown(kind)}"
        )
    return [_row(_binary(request, content_type))]


# Structured and batch mode


def _batch(body: bytes, limit: int) -> list[bytes]:
    text = _one_document(body, "the body")
    if not text.lstrip().startswith("["):
        raise InvalidTextRepresentation("a batch of events is a JSON array")
    found = elements(text)
    check_limit(len(found), limit)
    return [_row(_structured(text[span.start : span.end])) for span in found]


def _one_document(body: bytes, what: str) -> str:
    found = documents(body, limit=len(body) + 1)
    if len(found) != 1:
        raise InvalidTextRepresentation(f"{what} must be one JSON document, not {len(found)}")
    return found[0].decode()


def _structured(text: str) -> _Event:
    if not text.lstrip().startswith("{"):
        raise InvalidTextRepresentation("an event is a JSON object")
    event = _Event()
    encoded: str | None = None
    for member in members(text):
        if member.name == "data":
            event.data = member.text
        elif member.text == "null":
            continue
        elif member.name == "data_base64":
            encoded = _string(member)
        elif member.name in _ATTRIBUTES:
            event.attributes[member.name] = _string(member)
        else:
            event.extensions[member.name] = member.text
    if encoded is not None:
        if event.data is not None:
            raise InvalidTextRepresentation("an event has data or data_base64, not both")
        event.data = _data(_from_base64(encoded), event.attributes.get("datacontenttype"))
    return event


def _string(member: Member) -> str:
    if member.string is None:
        raise InvalidTextRepresentation(f'the event\'s "{member.name}" must be a string')
    return member.string


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidTextRepresentation('the event\'s "data_base64" is not base64') from None


# Binary mode


def _binary(request: WebhookRequest, content_type: str | None) -> _Event:
    event = _Event()
    for name, value in _unprefixed(request):
        if name in _ATTRIBUTES:
            event.attributes[name] = value
        else:
            event.extensions[name] = orjson.dumps(value).decode()
    if content_type is not None:
        event.attributes["datacontenttype"] = content_type
    if request.body:
        event.data = _data(request.body, event.attributes.get("datacontenttype"))
    return event


def _unprefixed(request: WebhookRequest) -> Iterator[tuple[str, str]]:
    seen = set(request.repeated_headers)
    for header, sent in request.headers:
        if header.startswith(_PREFIX):
            name = header.removeprefix(_PREFIX)
            if header in seen:
                raise InvalidTextRepresentation(f"the header {shown(header)} is repeated")
            seen.add(header)
            yield name, _header_value(header, sent)


def _header_value(header: str, sent: str) -> str:
    """HTTP protocol binding 3.1.3.2: out of double quotes, then percent-decoded once."""
    quoted = _QUOTED.fullmatch(sent)
    text = _ESCAPED.sub(r"\1", quoted[1]) if quoted else sent
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise CharacterNotInRepertoire(
            f"the header {shown(header)} is not valid UTF-8 once percent-decoded"
        ) from None


# Data


def _data(data: bytes, content_type: str | None) -> str:
    """As JSON text: JSON as it is, text as a string, anything else as a string in base64."""
    kind = media_type(content_type)
    if not kind:
        return _untyped(data)
    if is_json(kind):
        return _one_document(data, "the event's data")
    charset = parameter(content_type or "", "charset")
    if not _is_text(kind, charset):
        return _as_string(base64.b64encode(data).decode())
    text = decode(data, charset)
    if text is None or "\x00" in text:
        raise CharacterNotInRepertoire(
            f"the event's data is not valid text in {shown(charset or 'UTF-8')}"
        )
    return _as_string(text)


def _is_text(kind: str, charset: str | None) -> bool:
    subtype = kind.partition("/")[2]
    suffix = subtype.rpartition("+")[2]
    return charset is not None or kind.startswith("text/") or suffix in _TEXTUAL


def _untyped(data: bytes) -> str:
    """What nobody has said the type of is JSON or text if it can be."""
    try:
        return _one_document(data, "")
    except (InvalidTextRepresentation, CharacterNotInRepertoire):
        text = decode(data, None)
    if text is None or "\x00" in text:
        text = base64.b64encode(data).decode()
    return _as_string(text)


def _as_string(text: str) -> str:
    return orjson.dumps(text).decode()


# Rows


def _row(event: _Event) -> bytes:
    attributes = event.attributes
    _check(attributes)
    values: dict[str, str | None] = {**attributes, "data": event.data}
    values["time"] = _time(attributes.get("time"))
    values["extensions"] = _object(event.extensions)
    return _joined([values.get(name) for name in _COLUMNS])


def _check(attributes: Mapping[str, str]) -> None:
    for name in _REQUIRED:
        if not attributes.get(name):
            raise InvalidTextRepresentation(f'the event lacks the attribute "{name}"')
    version = attributes["specversion"]
    if version != SPECVERSION:
        raise InvalidTextRepresentation(
            f'CloudEvents of version "{shown(version)}" are not supported; send {SPECVERSION}'
        )


def _time(text: str | None) -> str | None:
    if text is None:
        return None
    at = microseconds(text)
    if at is None:
        raise InvalidTextRepresentation(f'the event\'s time "{shown(text)}" is not RFC 3339')
    return str(at)


def _object(extensions: Mapping[str, str]) -> str:
    pairs = (f"{_as_string(name)}:{value}" for name, value in extensions.items())
    return "{" + ",".join(pairs) + "}"


def _joined(values: list[str | None]) -> bytes:
    nulls = "".join("1" if value is None else "0" for value in values)
    texts = [nulls, *(value or "" for value in values)]
    joined = "\x00".join(texts)
    if joined.count("\x00") != len(values):
        raise CharacterNotInRepertoire("an attribute of the event has a NUL")
    try:
        return joined.encode()
    except UnicodeEncodeError:
        raise CharacterNotInRepertoire("an attribute of the event is not valid UTF-8") from None


def split_row(row: bytes) -> Iterable[str | int | None]:
    """The columns of a row that `events` made; `time` is an integer."""
    nulls, *values = row.decode().split("\x00")
    for null, name, value in zip(nulls, _COLUMNS, values, strict=True):
        yield None if null == "1" else int(value) if name == "time" else value
