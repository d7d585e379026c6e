"""A line of `hookwire check`: one captured request and what to check it with."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

DEFAULT_URL = "http://127.0.0.1:6876/"
_KEYS = frozenset("id recipe options check secrets method url headers body body_b64 now".split())


class LineError(ValueError):
    """The line is not a request; the message is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Captured:
    """`max_body_bytes` is None where the line does not say."""

    recipe: str | None
    check: str | None
    options: Mapping[str, str]
    secrets: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    now: float
    max_body_bytes: int | None


def parsed(line: bytes) -> dict[str, Any]:
    """The line as an object. Raises LineError."""
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LineError(f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise LineError("a line is a JSON object")
    return document


def captured(document: dict[str, Any]) -> Captured:
    """Raises LineError for what is missing or of the wrong type."""
    if unknown := sorted(document.keys() - _KEYS):
        raise LineError(f"unknown key {unknown[0]!r}; keys are {', '.join(sorted(_KEYS))}")
    recipe = _text(document, "recipe", None)
    check = _text(document, "check", None)
    if (recipe is None) == (check is None):
        raise LineError("one of recipe and check is needed")
    options = _options(document)
    limit = options.pop("max_body_bytes", None)
    if limit is not None and not limit.isdecimal():
        raise LineError("max_body_bytes is a number of bytes")
    return Captured(
        recipe=recipe,
        check=check,
        options=options,
        secrets=_secrets(document),
        method=_text(document, "method", "POST") or "",
        url=_text(document, "url", DEFAULT_URL) or "",
        headers=_headers(document.get("headers")),
        body=_body(document),
        now=_now(document.get("now")),
        max_body_bytes=None if limit is None else int(limit),
    )


def _text(document: dict[str, Any], key: str, default: str | None) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise LineError(f"{key} is a string")
    return default if value is None else value


def _options(document: dict[str, Any]) -> dict[str, str]:
    options = document.get("options") or {}
    if not isinstance(options, dict):
        raise LineError("options is an object")
    for name, value in options.items():
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise LineError(f"option {name!r} is a string or a number")
    return {name.lower(): str(value) for name, value in options.items()}


def _secrets(document: dict[str, Any]) -> dict[str, tuple[bytes, ...]]:
    secrets = document.get("secrets") or {}
    if not isinstance(secrets, dict):
        raise LineError("secrets is an object of names and values")
    found = {}
    for name, value in secrets.items():
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(one, str) for one in values):
            raise LineError(f"secret {name!r} is a string or a list of strings")
        found[name] = tuple(one.encode() for one in values)
    return found


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    pairs = [[*pair] for pair in value.items()] if isinstance(value, dict) else value or []
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        raise LineError("headers is an object of strings, or a list of pairs of strings")
    return tuple((name, text) for name, text in pairs)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)


def _body(document: dict[str, Any]) -> bytes:
    plain, coded = _text(document, "body", None), _text(document, "body_b64", None)
    if plain is not None and coded is not None:
        raise LineError("body and body_b64 exclude each other")
    try:
        return (plain or "").encode() if coded is None else base64.b64decode(coded, validate=True)
    except ValueError:
        raise LineError("body_b64 is not base64") from None


def _now(value: object) -> float:
    if value is None:
        return time.time()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e12:
        raise LineError("now is a number of seconds since 1970")
    return value
