"""What of a refused request may be shown: nothing that would let a reader pose as its sender.

A header's value is shown when its name is known to hold no credential; all others are masked, so
that a header nobody has thought of is masked too, and so is what the source's validation reads. Of
a query the names of parameters are shown.
In a body, values of fields whose names speak of a credential are masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"

_SHOWN = frozenset({
    "accept", "accept-encoding", "accept-language", "cache-control", "connection",
    "content-encoding", "content-length", "content-type", "date", "expect", "host", "origin",
    "transfer-encoding", "user-agent", "via", "forwarded", "x-forwarded-for", "x-forwarded-host",
    "x-forwarded-proto", "x-real-ip", "ce-id", "ce-source", "ce-specversion", "ce-subject",
    "ce-time", "ce-type", "traceparent",
})  # fmt: skip
_SHOWN_ENDS = ("-event", "-topic", "-delivery", "-timestamp", "-event-type", "-request-id")
_CREDENTIAL = (
    r"(?:token|secret|signature|password|passwd|credential|auth|api[-_]?key|private[-_]?key|hmac"
    r"|cookie|session|bearer)"
)
_NAMES_CREDENTIAL = re.compile(_CREDENTIAL, re.IGNORECASE)
_JSON_FIELD = re.compile(
    rb'("[^"\\]{0,100}' + _CREDENTIAL.encode() + rb'[^"\\]{0,100}"\s{0,20}:\s{0,20})'
    rb'(?:"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^"\s,}\]]+)',
    re.IGNORECASE | re.DOTALL,
)
_FORM_FIELD = re.compile(
    rb"((?:\A|&)[^&=\s]{0,100}" + _CREDENTIAL.encode() + rb"[^&=\s]{0,100}=)[^&\s]+", re.IGNORECASE
)


def shows(name: str) -> bool:
    """Whether the value of a header, its name in lower case, is shown."""
    if _NAMES_CREDENTIAL.search(name) is not None:
        return False
    return name in _SHOWN or name.endswith(_SHOWN_ENDS)


def masked_headers(
    pairs: Iterable[tuple[str, str]], reads: frozenset[str] | None = frozenset()
) -> tuple[tuple[str, str], ...]:
    """`reads` are the headers, in lower case, that decide who is let in; None is every one."""
    lower = ((name.lower(), value) for name, value in pairs)
    if reads is None:
        return tuple((name, MASK) for name, _ in lower)
    return tuple((n, v if shows(n) and n not in reads else MASK) for n, v in lower)


def masked_query(query: str | None) -> str | None:
    """The names of parameters; text without `=` may be a credential and is masked whole."""
    if not query:
        return query
    return "&".join(
        f"{name}={MASK}" if equals else MASK
        for name, equals, _ in (part.partition("=") for part in query.split("&"))
    )


def masked_body(prefix: bytes) -> bytes:
    """`prefix` may end in the middle of a value."""
    return _FORM_FIELD.sub(rb"\1***", _JSON_FIELD.sub(rb'\1"***"', prefix))
