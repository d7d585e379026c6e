"""What a check may read of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hookwire_engine.append.checks.values import Frame, Headers, Run, SecretRef, charge
from hookwire_engine.append.form_data import Fields, fields, urlencoded_fields

_FIELD = 200
"""Bytes that a pair of short strings takes in a dict."""


def body_text(frame: Frame) -> str:
    text = frame.text
    if text is None:
        text = frame.text = frame.request.body.decode()
        charge(frame, text.__sizeof__())
    return text


def body_bytes(frame: Frame) -> bytes:
    return frame.request.body


def headers(frame: Frame) -> Headers:
    found = frame.headers
    if found is None:
        found = frame.headers = Headers(frame.request.headers)
    return found


def header_bytes(frame: Frame) -> Headers:
    odd = frame.request.latin1_headers
    return Headers(
        (name, value.encode("latin-1" if name in odd else "utf-8"))
        for name, value in frame.request.headers
    )


def _pairs(pairs: Fields) -> dict[str, str | None]:
    """A name that comes more than once has NULL: which of its values a check means is not known."""
    found: dict[str, str | None] = {}
    for name, value in pairs:
        found[name] = None if name in found else value
    return found


def query_map(frame: Frame) -> dict[str, str | None]:
    text = (frame.request.query or "").encode()
    _charge_fields(frame, text, b"&")
    return _pairs(urlencoded_fields(text))


def form_map(frame: Frame) -> dict[str, str | None]:
    """As BODY FORMAT FORM reads it; a body that is no form is an error."""
    body = frame.request.body
    _charge_fields(frame, body, b"&", b"\r\n--")
    return _pairs(fields(headers(frame).get("content-type"), body))


def _charge_fields(frame: Frame, text: bytes, *separators: bytes) -> None:
    charge(frame, 4 * len(text) + _FIELD * sum(map(text.count, separators)))


def url(frame: Frame) -> str:
    """As the sender wrote it: what the server is known as, the path, and the query."""
    request = frame.request
    query = "" if request.query is None else "?" + request.query
    return frame.public_url + request.path + query


@dataclass(frozen=True, slots=True)
class Input:
    """One of the words that WITH takes, as the type that it has with and without BYTES."""

    type: str
    run: Run
    bytes_type: str | None = None
    bytes_run: Run | None = None


def _text_input(read: Callable[[Frame], str | None]) -> Input:
    def as_bytes(frame: Frame) -> Any:
        text = read(frame)
        return None if text is None else text.encode()

    return Input("text", read, "bytea", as_bytes)


INPUTS: dict[str, Input] = {
    "headers": Input("hstore", headers, "bhstore", header_bytes),
    "body": Input("text", body_text, "bytea", body_bytes),
    "method": _text_input(lambda frame: frame.request.method),
    "url": _text_input(url),
    "path": _text_input(lambda frame: frame.request.path),
    "query": Input("hstore", query_map),
    "form": Input("hstore", form_map),
    "remote_address": _text_input(lambda frame: frame.request.remote_address),
    "received_at": Input("timestamptz", lambda frame: frame.request.received_at_us),
}


def secret_text(ref: SecretRef) -> Run:
    return lambda frame: frame.secrets[ref].decode()


def secret_bytes(ref: SecretRef) -> Run:
    return lambda frame: frame.secrets[ref]
