"""Request headers as the engine sees them: lower-case names, text values, one pair a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Pairs = tuple[tuple[str, str], ...]
NONE: frozenset[str] = frozenset()


class Decoded(NamedTuple):
    """Repeated lines are joined with `, ` (RFC 9110 5.3), in order of first appearance.

    `latin1` names those that are not UTF-8 and were read as latin-1, `repeated` those that came
    in more than one line.
    """

    pairs: Pairs
    latin1: frozenset[str] = NONE
    repeated: frozenset[str] = NONE


def decode_headers(raw: Iterable[tuple[bytes, bytes]]) -> Decoded:
    joined: dict[str, bytes] = {}
    repeated: set[str] = set()
    for raw_name, value in raw:
        name = raw_name.decode("latin-1").lower()
        if name in joined:
            repeated.add(name)
            value = joined[name] + b", " + value
        joined[name] = value
    latin1 = frozenset(name for name, value in joined.items() if not _is_utf8(value))
    texts = ((n, v.decode("latin-1" if n in latin1 else "utf-8")) for n, v in joined.items())
    return Decoded(tuple(texts), latin1, frozenset(repeated))


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in headers if key == name), None)


def declared_length(headers: Iterable[tuple[str, str]]) -> int | None:
    """Content-Length, which the protocol layer below has validated."""
    value = header(headers, "content-length")
    return int(value) if value is not None and value.isdecimal() else None
