"""What a source does with a request before the journal: decode, filter headers, pack.

An `Intake` is compiled once from a `WebhookSource` and then only reads. `Intakes` is the table of
all of them for one catalog snapshot; the HTTP door looks a request's source up in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from hookwire_catalog.errors import CharacterNotInRepertoire, ProgramLimitExceeded
from hookwire_catalog.objects import (
    BodyFormat,
    CatalogObject,
    HeaderFilter,
    RequestAttribute,
    WebhookSource,
)
from hookwire_catalog.snapshot import secrets_of
from hookwire_engine.append.addresses import address_rules
from hookwire_engine.append.cloudevents import events
from hookwire_engine.append.effective import effective
from hookwire_engine.append.form_data import form_object
from hookwire_engine.append.json_text import check_limit, documents, not_utf8
from hookwire_engine.append.recipes.values import ACCEPTED, Outcome
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.rowcodec import SEPARATOR, Layout, PackedRows, pack_rows
from hookwire_engine.append.system import LIMITS, IntakeDefaults, SystemLimits
from hookwire_engine.append.validation import METHODS, Surroundings, judge_of
from hookwire_engine.append.vault import LiveValues

Headers = Mapping[str, str]

MAX_SHARED_BYTES = 64 * 1024 * 1024
"""What the headers and attributes of one request may come to, once in each of its rows. The journal
keeps them once a request, tables once a row: a small body of many rows would fill a disk."""


class Intake:
    """One source's way of judging a request and turning it into rows. Immutable; any thread.

    `judges` is False for a source without validation: whoever asks may then skip `judge`. `rate`
    is the token bucket, (requests a second, burst). `reads` are the headers, in lower case, that
    the validation looks at; None is every one. `success` is the answer to a stored request.
    """

    __slots__ = (
        "_addresses",
        "_bodies",
        "_judge",
        "_shared",
        "judges",
        "max_body_bytes",
        "max_rows",
        "methods",
        "on_reject",
        "paused",
        "rate",
        "reads",
        "source",
        "success",
        "values",
    )

    def __init__(
        self,
        source: WebhookSource,
        limits: SystemLimits = LIMITS,
        values: LiveValues = MappingProxyType({}),
        public_url: str = "",
    ) -> None:
        """`values` are those of the secrets; `public_url` is what the server is known as."""
        own = effective(source, limits.defaults)
        around = Surroundings(values, public_url, limits.check_memory_bytes)
        judge = judge_of(source.validation, around, source.name)
        self.source = source
        self.values = values
        self.max_body_bytes = own.max_body_bytes
        self.max_rows = own.max_rows
        self.success = own.success
        self.methods = METHODS if judge is None else judge.methods
        self.judges = judge is not None
        self.reads = frozenset[str]() if judge is None else judge.reads
        self.paused = source.paused
        self.on_reject = own.on_reject
        self.rate = own.rate
        self._addresses = address_rules(own.allow_ips, own.block_ips)
        self._judge = judge
        self._bodies = _BODIES[source.body_format]
        layout = Layout(source)
        self._shared = None if layout.is_empty else SharedFields(layout, source.include_headers)

    def admits(self, address: str | None) -> bool:
        """Whether the source takes requests from this address; block beats allow. What is no IP
        address passes where there is no allow list."""
        return self._addresses is None or self._addresses.admits(address)

    def judge(self, request: WebhookRequest) -> Outcome:
        """What the source's validation says of `request`, at its time of receipt. Never raises."""
        return ACCEPTED if self._judge is None else self._judge.judge(request)

    def pack(self, request: WebhookRequest) -> PackedRows:
        """The rows of `request`: all of them, or an error and none.

        Raises InvalidTextRepresentation (22P02) for a body that is not JSON, a form or events,
        CharacterNotInRepertoire (22021) for text that is not UTF-8 or holds a NUL, and
        ProgramLimitExceeded (54000) for too many rows, or too much in each.
        """
        bodies = self._bodies(request, self.max_rows)
        if self._shared is None or not bodies:
            return pack_rows(b"", bodies)
        shared = self._shared.encode(request)
        if len(shared) * len(bodies) > MAX_SHARED_BYTES and len(bodies) > 1:
            raise ProgramLimitExceeded(
                f"the headers of the request, repeated in {len(bodies)} rows, take more than"
                f" {MAX_SHARED_BYTES} bytes",
                hint="Send fewer rows in a request, or include fewer headers.",
            )
        return pack_rows(shared, bodies)


def _text(request: WebhookRequest, limit: int) -> list[bytes]:
    check_limit(1, limit)
    body = request.body
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise not_utf8(error) from None
    if b"\x00" in body:
        raise CharacterNotInRepertoire('invalid byte sequence for encoding "UTF8": 0x00')
    return [body]


def _bytes(request: WebhookRequest, limit: int) -> list[bytes]:
    check_limit(1, limit)
    return [request.body]


def _form(request: WebhookRequest, limit: int) -> list[bytes]:
    check_limit(1, limit)
    return [form_object(dict(request.headers).get("content-type"), request.body)]


_BODIES: dict[BodyFormat, Callable[[WebhookRequest, int], list[bytes]]] = {
    BodyFormat.TEXT: _text,
    BodyFormat.BYTES: _bytes,
    BodyFormat.JSON: lambda request, limit: documents(request.body, limit=limit),
    BodyFormat.JSON_ARRAY: lambda request, limit: documents(
        request.body, expand=True, limit=limit
    ),
    BodyFormat.FORM: _form,
    BodyFormat.CLOUDEVENTS: events,
}


class SharedFields:
    """Encodes what all rows of a request have in common; the format is in rowcodec.py."""

    __slots__ = ("_binary", "_getters", "_includes_headers", "_passes")

    def __init__(self, layout: Layout, filters: tuple[HeaderFilter, ...] | None) -> None:
        self._includes_headers = layout.headers
        self._passes = header_filter(filters or ())
        self._getters = [_getter(what) for _, what in layout.text]
        self._binary = [name for _, name in layout.binary]

    def encode(self, request: WebhookRequest) -> bytes:
        headers = _merged(request.headers)
        fields = [get(request, headers) for get in self._getters]
        binary = [_raw(headers.get(name), name, request) for name in self._binary]
        nulls = ""
        if None in fields or None in binary:
            nulls = "".join("1" if field is None else "0" for field in (*fields, *binary))
        texts = [nulls, *(field or "" for field in fields)]
        included = self._included(headers)
        if not binary:
            return _joined(texts + included)
        parts = [_joined(texts), *(field or b"" for field in binary)]
        if any(SEPARATOR in part for part in parts[1:]):
            raise _nul_refused()
        return SEPARATOR.join([*parts, _joined(included)] if included else parts)

    def _included(self, headers: Headers) -> list[str]:
        if not self._includes_headers:
            return []
        if self._passes is None:
            return [part for pair in headers.items() for part in pair]
        return [part for pair in headers.items() if self._passes(pair[0]) for part in pair]


def header_filter(filters: tuple[HeaderFilter, ...]) -> Callable[[str], bool] | None:
    """INCLUDE HEADERS ( ... ): a block beats an allow; with blocks only, all others pass.

    None when every header passes.
    """
    blocked = frozenset(f.name for f in filters if f.block)
    allowed = frozenset(f.name for f in filters if not f.block) - blocked
    if any(not f.block for f in filters):
        return allowed.__contains__
    return (lambda name: name not in blocked) if blocked else None


def _merged(pairs: tuple[tuple[str, str], ...]) -> Headers:
    """As a mapping. The door has joined repeated names; a repeated key would spoil a whole batch
    of rows in the store (research/duckdb.md 2.1), so it is not taken on trust."""
    headers = dict(pairs)
    if len(headers) != len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _joined(texts: list[str]) -> bytes:
    joined = "\x00".join(texts)
    if joined.count("\x00") != len(texts) - 1:
        raise _nul_refused()
    try:
        return joined.encode()
    except UnicodeEncodeError:
        raise CharacterNotInRepertoire(
            'a header or the URL cannot be encoded as "UTF8"'
        ) from None


def _nul_refused() -> CharacterNotInRepertoire:
    return CharacterNotInRepertoire(
        'invalid byte sequence for encoding "UTF8": 0x00', detail="It is in a header or the URL."
    )


def _raw(value: str | None, name: str, request: WebhookRequest) -> bytes | None:
    """A header's value as the bytes that were sent."""
    if value is None:
        return None
    return value.encode("latin-1" if name in request.latin1_headers else "utf-8")


def _getter(what: str | RequestAttribute) -> Callable[[WebhookRequest, Headers], str | None]:
    if isinstance(what, RequestAttribute):
        attribute = _ATTRIBUTES[what]
        return lambda request, headers: attribute(request)
    return lambda request, headers: headers.get(what)


def _request_id(request: WebhookRequest) -> str:
    given = request.request_id
    return (make_request_id(request.received_at_us) if given is None else given).hex()


def make_request_id(received_at_us: int) -> bytes:
    """A UUIDv7 (RFC 9562 5.7): milliseconds first, so that ids sort by arrival."""
    number = int.from_bytes(os.urandom(10), "big")
    number = (received_at_us // 1000) << 80 | number
    number = number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return (number & (1 << 128) - 1).to_bytes(16, "big")


_ATTRIBUTES: dict[RequestAttribute, Callable[[WebhookRequest], str | None]] = {
    RequestAttribute.RECEIVED_AT: lambda request: str(request.received_at_us),
    RequestAttribute.REQUEST_ID: _request_id,
    RequestAttribute.REMOTE_ADDRESS: lambda request: request.remote_address,
    RequestAttribute.METHOD: lambda request: request.method,
    RequestAttribute.PATH: lambda request: request.path,
    RequestAttribute.QUERY: lambda request: request.query,
}


class CatalogSnapshot(Protocol):
    @property
    def objects(self) -> Mapping[int, CatalogObject]: ...


Basis = tuple[IntakeDefaults, int, str]
"""What all intakes are made from besides their sources: ALTER SYSTEM of anything else leaves them
alone, since compiling every check anew would hold up the loop."""


class Intakes:
    """Every intake of one catalog snapshot, by name and by external id."""

    __slots__ = ("_by_external_id", "_by_id", "_by_name", "basis")

    def __init__(self, by_id: Mapping[int, Intake], basis: Basis) -> None:
        self.basis = basis
        self._by_id = by_id
        self._by_name = {
            (name.database, name.schema, name.name): intake
            for intake in by_id.values()
            for name in (intake.source.name,)
        }
        self._by_external_id = {i.source.external_id: i for i in by_id.values()}

    def get(self, source_id: int) -> Intake | None:
        return self._by_id.get(source_id)

    def find(self, database: str, schema: str, name: str) -> Intake | None:
        return self._by_name.get((database, schema, name))

    def find_by_external_id(self, external_id: str) -> Intake | None:
        return self._by_external_id.get(external_id)


def build_intakes(
    catalog: CatalogSnapshot,
    previous: Intakes | None,
    limits: SystemLimits = LIMITS,
    values: LiveValues = MappingProxyType({}),
    public_url: str = "",
) -> Intakes:
    """The intakes of `catalog`; those whose source, basis and secrets did not change are taken
    from `previous`."""
    basis = limits.defaults, limits.check_memory_bytes, public_url
    if previous is not None and previous.basis != basis:
        previous = None
    by_id: dict[int, Intake] = {}
    for source in catalog.objects.values():
        if isinstance(source, WebhookSource):
            known = None if previous is None else previous.get(source.id)
            used = {id_: values.get(id_, ()) for id_ in secrets_of(source)}
            if known is None or known.source != source or known.values != used:
                known = Intake(source, limits, used, public_url)
            by_id[source.id] = known
    return Intakes(by_id, basis)
