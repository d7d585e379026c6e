"""Every answer of the door, in one place: SQLSTATE -> status, and how an answer reads.

An error is one plain sentence as text/plain, or the same sentence in a problem document (RFC
9457) for a client whose Accept names JSON. What is unexpected is told by an id only; the log has
the rest.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.recipes.values import ANSWERS, Cause, Response
from hookwire_http.outcomes import Outcome

log = logging.getLogger("hookwire.http")

Headers = tuple[tuple[str, str], ...]
PLAIN = ("content-type", "text/plain; charset=utf-8")
PROBLEM = ("content-type", "application/problem+json")

RETRY_SOON_S = 1
"""Retry-After when the queue is full: it drains in milliseconds."""

RETRY_LATER_S = 5
"""Retry-After while starting, draining or after a fault: somebody has to do something first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, less what the connection adds (date, content-length, connection)."""

    status: int
    body: bytes = b""
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not accepted, before it is known how the client wants to read it."""

    status: int
    sentence: str
    outcome: Outcome
    headers: Headers = field(default=())


class RefusedError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


_DEFAULT = Response()
ACCEPTED = Answer(200)
"""The default success; one object, so that the lane can know it by identity."""

PREFLIGHT_MAX_AGE_S = 86_400


def success(response: Response) -> Answer:
    """The answer to a stored request, as the source has it."""
    if response == _DEFAULT:
        return ACCEPTED
    return Answer(response.status, response.body, response.headers)


def answer(refusal: Refusal, accept: str | None) -> Answer:
    if accept is None or not _wants_json(accept):
        return Answer(refusal.status, refusal.sentence.encode(), (PLAIN, *refusal.headers))
    document = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.sentence,
    }
    return Answer(refusal.status, json.dumps(document).encode(), (PROBLEM, *refusal.headers))


def _wants_json(accept: str) -> bool:
    """JSON is named, not refused by q=0, and not liked less than plain text."""
    json_quality = plain_quality = 0.0
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name in _JSON_TYPES:
            json_quality = max(json_quality, _quality(parameters))
        elif name == "text/plain":
            plain_quality = _quality(parameters)
    return json_quality > 0 and json_quality >= plain_quality


_JSON_TYPES = ("application/json", "application/problem+json")


def _quality(parameters: list[str]) -> float:
    """The weight of RFC 9110 12.4.2; one that cannot be read counts as none given."""
    for parameter in parameters:
        if parameter.startswith("q=") and _QVALUE.fullmatch(parameter[2:]):
            return float(parameter[2:])
    return 1.0


_QVALUE = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def retry_after(seconds: int) -> Headers:
    return (("retry-after", str(seconds)),)


_SOON, _LATER = retry_after(RETRY_SOON_S), retry_after(RETRY_LATER_S)

STATUS_BY_SQLSTATE: dict[str, tuple[int, Outcome, Headers]] = {
    "22P02": (400, Outcome.UNPARSABLE_BODY, ()),
    "22P05": (400, Outcome.UNPARSABLE_BODY, ()),
    "22021": (400, Outcome.UNPARSABLE_BODY, ()),
    "22003": (400, Outcome.UNPARSABLE_BODY, ()),
    "54000": (413, Outcome.PAYLOAD_TOO_LARGE, ()),
    "54001": (400, Outcome.UNPARSABLE_BODY, ()),
    "42704": (404, Outcome.UNKNOWN_SOURCE, ()),
    "42P01": (404, Outcome.UNKNOWN_SOURCE, ()),
    "3D000": (404, Outcome.UNKNOWN_SOURCE, ()),
    "3F000": (404, Outcome.UNKNOWN_SOURCE, ()),
    "53000": (503, Outcome.OVERLOADED, _SOON),
    "53200": (503, Outcome.OVERLOADED, _SOON),
    "53400": (503, Outcome.OVERLOADED, _SOON),
    "53100": (507, Outcome.INTERNAL, _LATER),
    "57P01": (503, Outcome.DRAINING, _LATER),
    "57P03": (503, Outcome.DRAINING, _LATER),
    "58030": (503, Outcome.INTERNAL, _LATER),
}


def refusal_of(error: BaseException) -> Refusal:
    """What to tell a client about `error`."""
    if isinstance(error, RefusedError):
        return error.refusal
    if isinstance(error, SqlError) and error.sqlstate in STATUS_BY_SQLSTATE:
        status, outcome, headers = STATUS_BY_SQLSTATE[error.sqlstate]
        return Refusal(status, error.message, outcome, headers)
    number = uuid.uuid4().hex[:12]
    log.error("unexpected error %s", number, exc_info=error)
    return Refusal(500, f"internal error {number}; the server's log says more", Outcome.INTERNAL)


def unavailable(reason: str) -> RefusedError:
    return RefusedError(Refusal(503, reason, Outcome.DRAINING, _LATER))


def overloaded(sentence: str) -> RefusedError:
    return RefusedError(Refusal(503, sentence, Outcome.OVERLOADED, _SOON))


METHODS = ("POST", "PUT")
"""How webhooks are sent; a recipe's handshake may add others."""

PAUSED = Refusal(503, "the webhook source is paused, try again later", Outcome.PAUSED, _LATER)
IP_BLOCKED = Refusal(403, "the webhook source takes nothing from this address", Outcome.IP_BLOCKED)
TOO_MANY_REQUESTS = Refusal(
    503, "too many requests are in flight, try again", Outcome.OVERLOADED, _SOON
)
TOO_MANY_BYTES = Refusal(
    503, "too many uploads are in flight, try again", Outcome.OVERLOADED, _SOON
)
TIMEOUT = Refusal(408, "the request did not arrive in time", Outcome.TIMEOUT)


def rate_limited(burst: float, wait_s: float, reset_s: float) -> Refusal:
    """Fields as in draft-ietf-httpapi-ratelimit-headers-03: a bucket of `burst`, now empty, that
    has a token in `wait_s` and all of them in `reset_s` seconds.
    """
    seconds = max(1, ceil(wait_s))
    headers = (
        *retry_after(seconds),
        ("ratelimit-limit", str(int(burst))),
        ("ratelimit-remaining", "0"),
        ("ratelimit-reset", str(max(1, ceil(reset_s)))),
    )
    return Refusal(
        429, f"too many requests, try again in {seconds} s", Outcome.RATE_LIMITED, headers
    )


def not_valid(cause: Cause, methods: Collection[str]) -> Refusal:
    """What the sender is told of a failed CHECK or VALIDATE: never why."""
    status, sentence = ANSWERS[cause]
    headers = allow(methods) if cause is Cause.UNSUPPORTED_METHOD else ()
    return Refusal(status, sentence, Outcome(cause.value), headers)


def allow(methods: Collection[str]) -> Headers:
    """The methods of a source; OPTIONS is always answered."""
    others = sorted(set(methods) - set(METHODS) - {"OPTIONS"})
    return (("allow", ", ".join((*METHODS, *others, "OPTIONS"))),)


def method_not_allowed(method: str, methods: Collection[str] = METHODS) -> RefusedError:
    sentence = f"a webhook is sent with POST or PUT, not {method}"
    return RefusedError(Refusal(405, sentence, Outcome.UNSUPPORTED_METHOD, allow(methods)))


def unknown_source(path: str) -> RefusedError:
    return RefusedError(Refusal(404, f"no webhook source at {path}", Outcome.UNKNOWN_SOURCE))


def body_too_large(source: object, limit: int) -> RefusedError:
    sentence = (
        f"request body exceeds {limit} bytes; "
        f"raise it with ALTER SOURCE {source} SET (max_body_bytes = ...)"
    )
    return RefusedError(Refusal(413, sentence, Outcome.PAYLOAD_TOO_LARGE))


def unsupported_encoding(encoding: str) -> RefusedError:
    sentence = (
        f"content-encoding {encoding!r} is not supported; send gzip, deflate, br, zstd or none"
    )
    headers = (("accept-encoding", "gzip, deflate, br, zstd, identity"),)
    return RefusedError(Refusal(415, sentence, Outcome.UNSUPPORTED_ENCODING, headers))


def undecodable(encoding: str) -> RefusedError:
    sentence = f"the request body is not valid {encoding}"
    return RefusedError(Refusal(400, sentence, Outcome.UNPARSABLE_BODY))


def preflight(headers: dict[str, str], methods: Collection[str] = METHODS) -> Answer:
    """Answer OPTIONS; a CORS preflight gets what it asked for (Fetch standard 3.3)."""
    allowed = allow(methods)
    if "access-control-request-method" not in headers:
        return Answer(204, headers=allowed)
    granted = [("access-control-allow-methods", allowed[0][1])]
    if asked := headers.get("access-control-request-headers"):
        granted.append(("access-control-allow-headers", asked))
    granted.append(("access-control-max-age", str(PREFLIGHT_MAX_AGE_S)))
    return Answer(204, headers=(*allowed, *granted))
