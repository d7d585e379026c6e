"""What goes into a recipe and what comes out: requests, answers, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

Secrets: TypeAlias = Sequence[Sequence[bytes]]
"""For each secret that VALIDATE names, in its order, the values that are live: newest first."""

Certificates: TypeAlias = Callable[[str], bytes | None]
"""Gives the PEM text behind a certificate's URL, or None. The URL's host has been checked; who
fetches it follows no redirect, and keeps what it got."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as sent: `headers` are pairs in any case, repeated names and all.

    `url` is the public one, with its query: what the provider was told to call.
    """

    method: str
    url: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: Headers = ()


class Cause(StrEnum):
    """Why a request was rejected: those of contract section 4 that a recipe can find."""

    VALIDATION_FAILED = "VALIDATION_FAILED"
    STALE_TIMESTAMP = "STALE_TIMESTAMP"
    REPEATED_HEADER = "REPEATED_HEADER"
    UNSUPPORTED_METHOD = "UNSUPPORTED_METHOD"


_OPAQUE = "failed to validate the request"
ANSWERS: Mapping[Cause, tuple[int, str]] = {
    Cause.VALIDATION_FAILED: (401, _OPAQUE),
    Cause.STALE_TIMESTAMP: (401, _OPAQUE),
    Cause.REPEATED_HEADER: (400, "a header that the validation reads was sent more than once"),
    Cause.UNSUPPORTED_METHOD: (405, "a webhook is sent with POST or PUT"),
}
"""Status and sentence for the caller (contract section 3); of a failed check they say no more."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The body may become rows."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The provider tries the endpoint: answer `response` and store nothing.

    `confirm_url` is what the provider asks to be called back at (SNS). It is on the provider's
    host; whether to call it is the server's setting.
    """

    response: Response
    confirm_url: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """`cause` is for the operator; the caller is not told it."""

    cause: Cause


Outcome: TypeAlias = Accepted | Handshake | Rejected

ACCEPTED = Accepted()
FAILED = Rejected(Cause.VALIDATION_FAILED)
STALE = Rejected(Cause.STALE_TIMESTAMP)
REPEATED = Rejected(Cause.REPEATED_HEADER)
WRONG_METHOD = Rejected(Cause.UNSUPPORTED_METHOD)
