"""Recognises the heads the fast lane serves; sans-I/O.

Strict on purpose: a head is recognised only if every server and proxy reads it the same way (RFC
9112 2.2, 5.1, 6.3, 11.2). Whatever is unusual, wrong or ambiguous is not judged here but left to
h11: None means "not mine", never "bad". What is recognised must read exactly as h11 reads it
(tests/http/test_recogniser.py holds that against h11 itself).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hookwire_http.headers import NONE
from hookwire_http.paths import Address, parse_target

_ORDINARY = bytes([9, 10, 13, *range(32, 127)])
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_TARGET = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?\Z")
_HOST = re.compile(r"[A-Za-z0-9.\-_]+(?::[0-9]{1,5})?\Z|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?\Z")
_LENGTH = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")
_CLOSES = {"close": True, "keep-alive": False}

_NOT_PLAIN = frozenset(
    (
        "content-encoding",
        "expect",
        "http2-settings",
        "origin",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_ONCE = frozenset(("connection", "content-length", "host"))

_CACHE_ENTRIES = 2048


class PlainHead(NamedTuple):
    """A POST to a webhook path with a body of known length."""

    address: Address
    path: str
    query: str | None
    headers: tuple[tuple[str, str], ...]
    accept: str | None
    length: int
    close: bool
    repeated: frozenset[str]


def recognise(head: bytes) -> PlainHead | None:
    """Read a head, given without its empty line; None if it is not a plain webhook POST."""
    if head.translate(None, _ORDINARY):
        return None
    lines = head.decode("ascii").split("\r\n")
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
        return None
    target = _target_of(lines.pop(0))
    fields = None if target is None else _read_fields(lines)
    if target is None or fields is None:
        return None
    headers, repeated = dict(fields), NONE
    if len(headers) != len(fields):
        headers, repeated = _join(fields)
    if not _ONCE.isdisjoint(repeated) or not _NOT_PLAIN.isdisjoint(headers):
        return None
    length = headers.get("content-length", "")
    close = _CLOSES.get(headers.get("connection", "keep-alive").lower())
    if close is None or not _LENGTH.match(length) or not _HOST.match(headers.get("host", "")):
        return None
    address, path, query = target
    accept, pairs = headers.get("accept"), tuple(headers.items())
    return PlainHead(address, path, query, pairs, accept, int(length), close, repeated)


def _read_fields(lines: list[str]) -> list[tuple[str, str]] | None:
    names = _names
    parted = [line.partition(":") for line in lines]
    try:
        return [(names[name + colon], value.strip(" \t")) for name, colon, value in parted]
    except KeyError:
        if not all(_learn_name(name, colon) for name, colon, _ in parted):
            return None
        return [(name.lower(), value.strip(" \t")) for name, _, value in parted]


def _join(fields: list[tuple[str, str]]) -> tuple[dict[str, str], frozenset[str]]:
    """Repeated lines joined as in headers.py, and which those are."""
    headers: dict[str, str] = {}
    repeated: set[str] = set()
    for name, value in fields:
        if name in headers:
            repeated.add(name)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers, frozenset(repeated)


_names: dict[str, str] = {}
"""Lower-case form of `name:` for names found to be tokens; senders use few, attackers many."""


def _learn_name(name: str, colon: str) -> bool:
    """False for what is no field name: also a folded line, and a space before the colon."""
    if not colon or not _TOKEN.match(name):
        return False
    if len(_names) >= _CACHE_ENTRIES:
        _names.clear()
    _names[name + colon] = name.lower()
    return True


_Resolved = tuple[Address, str, str | None]
_targets: dict[str, _Resolved] = {}


def _target_of(request_line: str) -> _Resolved | None:
    found = _targets.get(request_line)
    if found is not None:
        return found
    if not request_line.startswith("POST /") or not request_line.endswith(" HTTP/1.1"):
        return None
    raw = request_line[5:-9]
    if not _TARGET.match(raw):
        return None
    target = parse_target(raw)
    if target.address is None:
        return None
    if len(_targets) >= _CACHE_ENTRIES:
        _targets.clear()
    resolved = _targets[request_line] = (target.address, target.path, target.query)
    return resolved
