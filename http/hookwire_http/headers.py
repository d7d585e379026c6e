"""Request headers as the engine sees them: lower-case names, text values, one pair a name."""

from __future__ import annotations

from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]


def decode_headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[Pairs, frozenset[str]]:
    """The headers, and the names of those that are not UTF-8 and were read as latin-1.

    Repeated lines are joined with `, ` (RFC 9110 5.3), in order of first appearance.
    """
    joined: dict[str, bytes] = {}
    for raw_name, value in raw:
        name = raw_name.decode("latin-1").lower()
        joined[name] = joined[name] + b", " + value if name in joined else value
    latin1 = frozenset(name for name, value in joined.items() if not _is_utf8(value))
    texts = ((n, v.decode("latin-1" if n in latin1 else "utf-8")) for n, v in joined.items())
    return tuple(texts), latin1


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
