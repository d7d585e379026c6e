"""A webhook request as the HTTP door hands it in, free of any HTTP library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One POST, read to its end.

    `headers` have lower-case names, each once (repeated lines joined with `, `, RFC 9110 5.3);
    values are decoded as UTF-8, or as latin-1 when they are not valid UTF-8. `latin1_headers`
    names those of the second kind, so that `INCLUDE HEADER ... BYTES` can give back the bytes as
    sent; `repeated_headers` those that came in more than one line. `request_id` holds 16 bytes;
    without one, intake makes a UUIDv7 if the source wants it.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at_us: int
    method: str = "POST"
    path: str = "/"
    query: str | None = None
    remote_address: str | None = None
    request_id: bytes | None = None
    latin1_headers: frozenset[str] = frozenset()
    repeated_headers: frozenset[str] = frozenset()
