"""Webhook paths. Names are taken from the raw path, so that `%2F` can stand inside a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

PREFIX = "/api/webhook/"

_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Which source is meant: three names, or one external id."""

    parts: tuple[str, str, str] | tuple[str]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Target:
    """A request target: path and query as sent, and the source it may mean."""

    path: str
    query: str | None
    address: Address | None


def split_target(target: str) -> tuple[str, str | None]:
    """Path and query of an origin-form or absolute-form target (RFC 9112 3.2)."""
    if not target.startswith("/"):
        absolute = _ABSOLUTE.match(target)
        if absolute is not None:
            target = target[absolute.end() :]
            target = target if target.startswith("/") else "/" + target
    path, _, query = target.partition("?")
    return path, query or None  # ASGI cannot tell `p?` from `p`


def parse_target(target: str) -> Target:
    path, query = split_target(target)
    return Target(path, query, _address(path) if path.startswith(PREFIX) else None)


def _address(path: str) -> Address | None:
    try:
        parts = [unquote_to_bytes(s).decode() for s in path[len(PREFIX) :].split("/")]
    except UnicodeDecodeError:
        return None
    if not all(parts):
        return None
    if len(parts) == 3:
        return Address((parts[0], parts[1], parts[2]))
    return Address((parts[0],)) if len(parts) == 1 else None
