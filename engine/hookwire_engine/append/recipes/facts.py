"""What schemes and handshakes ask about one request, worked out once and only when asked."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from hookwire_engine.append.recipes import forms
from hookwire_engine.append.recipes.schemes import Timestamp, Unit, UrlForms
from hookwire_engine.append.recipes.values import Certificates, Headers, Request

MISSING: Any = object()
_DIGITS = re.compile(r"[0-9]{1,15}")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_ORIGIN = re.compile(r"(https?)(://(?:[^/?#@]*@)?(?:\[[^]/?#]*\]|[^/?#@:]*))(:\d+)?(.*)", re.DOTALL)
_PORTS = {"https": ":443", "http": ":80"}
_PUNCTUATION = re.compile(r"%(?:21|24|27|28|29|2A|2C|2F|3A|3B|3F|40)", re.IGNORECASE)
_scan = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode


class Facts:
    """One request under judgement. `now` is in seconds since 1970."""

    def __init__(
        self,
        request: Request,
        headers: Mapping[str, str],
        now: float,
        url: str,
        certificates: Certificates | None,
    ) -> None:
        self.request = request
        self.headers = headers
        self.now = now
        self.url = url
        self.certificates = certificates

    @cached_property
    def document(self) -> Any:
        """The body as JSON, or MISSING."""
        try:
            return orjson.loads(self.request.body)
        except orjson.JSONDecodeError:
            return MISSING

    @cached_property
    def form(self) -> forms.Fields | None:
        return forms.fields_of(self.headers.get("content-type"), self.request.body)

    @cached_property
    def query(self) -> forms.Fields:
        text = self.request.url.partition("#")[0].partition("?")[2]
        return forms.urlencoded(encoded(text)) or []

    def parameter(self, name: str) -> bytes | None:
        """A parameter of the query that is there once."""
        return forms.single(self.query, name.encode())

    @cached_property
    def first_element(self) -> bytes | None:
        """The exact text of the body's first element if it is an array, else the body."""
        body = self.request.body.strip(b" \t\r\n")
        if not body.startswith(b"["):
            return self.request.body
        try:
            text = body[1:].decode().lstrip(" \t\r\n")
            _, end = _scan(text)
        except (ValueError, RecursionError):
            return None
        return text[:end].encode()

    @cached_property
    def crc32(self) -> bytes:
        return str(zlib.crc32(self.request.body)).encode()

    def urls(self, forms_of_url: UrlForms) -> Iterator[bytes]:
        """The URL as sent, then the other spellings that the provider may have signed."""
        yield encoded(self.url)
        if forms_of_url is UrlForms.DECODED and "%" in self.url:
            yield encoded(_PUNCTUATION.sub(lambda m: chr(int(m[0][1:], 16)), self.url))
        if forms_of_url is UrlForms.PORT and (match := _ORIGIN.fullmatch(self.url)):
            scheme, host, port, rest = match.groups()
            yield encoded(f"{scheme}{host}{'' if port else _PORTS[scheme]}{rest}")

    def is_fresh(self, timestamp: Timestamp, fields: Mapping[str, bytes]) -> bool | None:
        """None: there is no time, or it cannot be read."""
        if timestamp.tolerance is None:
            return True
        sent = self._sent(timestamp, fields)
        if sent is None:
            return None
        age = self.now - sent
        return age <= timestamp.tolerance and (timestamp.past_only or -age <= timestamp.tolerance)

    def _sent(self, timestamp: Timestamp, fields: Mapping[str, bytes]) -> float | None:
        text: Any = at(self.document, timestamp.path) if timestamp.path else MISSING
        if text is MISSING:
            text = fields.get(timestamp.field, MISSING)
        if text is MISSING:
            text = self.headers.get(timestamp.header, "")
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        return seconds(text_of(text) or "", timestamp.unit)


def read_headers(pairs: Headers, names: frozenset[str]) -> dict[str, str] | None:
    """Those of `names`, in lower case; None when one of them is repeated."""
    found: dict[str, str] = {}
    for name, value in pairs:
        lower = name.lower()
        if lower in names:
            if lower in found:
                return None
            found[lower] = value
    return found


def seconds(text: str, unit: Unit) -> float | None:
    """A time as a provider writes it, in seconds since 1970."""
    if unit is Unit.ISO:
        return _iso_seconds(text)
    if _DIGITS.fullmatch(text) is None:
        return None
    return int(text) / 1000 if unit is Unit.MILLISECONDS else int(text)


def _iso_seconds(text: str) -> float | None:
    if _ISO.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def at(document: Any, path: tuple[str, ...]) -> Any:
    """The value at `path` through objects, or MISSING."""
    for name in path:
        if not isinstance(document, dict):
            return MISSING
        document = document.get(name, MISSING)
    return document


def text_of(value: Any) -> str | None:
    """A scalar of a JSON document as providers write it into what they sign."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else None


def encoded(text: str) -> bytes:
    """Headers and URLs may hold lone surrogates; they must fail to match, not raise."""
    return text.encode("utf-8", "surrogatepass")
