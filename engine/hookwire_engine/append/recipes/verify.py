"""The judgement over one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hookwire_engine.append.recipes import certificates as by_certificate
from hookwire_engine.append.recipes import embedded, handshakes, signing
from hookwire_engine.append.recipes.binding import Validation
from hookwire_engine.append.recipes.facts import Facts, read_headers
from hookwire_engine.append.recipes.schemes import (
    FieldsSignature,
    ItemSignature,
    ItemToken,
    Scheme,
    Signature,
    SignedByCertificate,
    Token,
)
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    REPEATED,
    STALE,
    WRONG_METHOD,
    Certificates,
    Outcome,
    Rejected,
    Request,
    Secrets,
)

METHODS = frozenset({"POST", "PUT"})


def verify(
    validation: Validation,
    secrets: Secrets,
    request: Request,
    now: float,
    certificates: Certificates | None = None,
) -> Outcome:
    """What is to become of `request`, received at `now` (seconds since 1970). Never raises.

    A secret's empty value proves nothing. Without `certificates`, what needs a certificate that
    is no secret is rejected.
    """
    headers = read_headers(request.headers, validation.reads)
    if headers is None:
        return REPEATED
    facts = Facts(request, headers, now, validation.url_of(request), certificates)
    for greeting in validation.unsigned:
        outcome = handshakes.UNSIGNED[greeting](facts, validation, secrets)
        if outcome is not None:
            return outcome
    if request.method not in METHODS:
        return WRONG_METHOD
    judged = _judge(validation, facts, _signing_values(validation, secrets))
    if isinstance(judged, Rejected):
        return judged
    for greeting in validation.signed:
        handshake = handshakes.SIGNED[greeting](facts, judged)
        if handshake is not None:
            return handshake
    return ACCEPTED


def certificate_url(validation: Validation, request: Request) -> str | None:
    """The certificate that `verify` would ask for, so that it can be fetched beforehand."""
    headers = read_headers(request.headers, validation.reads)
    if headers is None or request.method not in METHODS:
        return None
    facts = Facts(request, headers, 0, request.url, None)
    for scheme in validation.schemes:
        if isinstance(scheme, SignedByCertificate):
            return by_certificate.certificate_url(scheme, facts)
    return None


def _signing_values(validation: Validation, secrets: Secrets) -> list[bytes]:
    named = secrets[:1] if validation.recipe.has_roles else secrets
    return [value for values in named for value in values if value]


def _judge(validation: Validation, facts: Facts, values: Sequence[bytes]) -> bytes | Rejected:
    """The secret's value that proved the request, by the first scheme that accepts it."""
    rejected = FAILED
    for scheme in validation.schemes:
        proof = _prove(scheme, facts, values)
        if proof is None:
            continue
        value, fields = proof
        timestamp = getattr(scheme, "timestamp", None)
        fresh = True if timestamp is None else facts.is_fresh(timestamp, fields)
        if fresh:
            return FAILED if validation.forbids(facts.request.body) else value
        rejected = FAILED if fresh is None else STALE
    return rejected


_Proof = tuple[bytes, Mapping[str, bytes]] | None


def _prove(scheme: Scheme, facts: Facts, values: Sequence[bytes]) -> _Proof:
    match scheme:
        case Signature():
            return signing.matching_value(scheme, facts, values)
        case FieldsSignature():
            return embedded.fields_match(scheme, facts, values)
        case SignedByCertificate():
            return by_certificate.certificate_matches(scheme, facts, values)
        case Token():
            return _alone(embedded.token_matches(scheme, facts, values))
        case ItemSignature():
            return _alone(embedded.items_match(scheme, facts, values))
        case ItemToken():
            return _alone(embedded.item_tokens_match(scheme, facts, values))


def _alone(value: bytes | None) -> _Proof:
    return None if value is None else (value, {})
