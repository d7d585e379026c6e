"""Signatures by certificate (shape 8): SNS, whose message is signed field by field, and PayPal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hookwire_engine.append.recipes import keys, template
from hookwire_engine.append.recipes.facts import Facts, at, encoded
from hookwire_engine.append.recipes.schemes import SignedByCertificate
from hookwire_engine.append.recipes.signing import fill

_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SNS_FIELDS = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}


def certificate_matches(
    scheme: SignedByCertificate, facts: Facts, values: Sequence[bytes]
) -> tuple[bytes, Mapping[str, bytes]] | None:
    """What was signed by, or for, the secret's value; the value is empty where none is needed."""
    url = certificate_url(scheme, facts)
    algorithm = dict(scheme.algorithms).get(_text(scheme, facts, scheme.algorithm_header) or "")
    given = _text(scheme, facts, scheme.header)
    if url is None or algorithm is None or given is None:
        return None
    signature = keys.decoded(encoded(given), "base64")
    certificates = [value for value in values if value.lstrip().startswith(keys.PEM)]
    if not certificates and facts.certificates is not None:
        fetched = facts.certificates(url)
        certificates = [] if fetched is None else [fetched]
    if signature is None:
        return None
    others = [value for value in values if not value.lstrip().startswith(keys.PEM)]
    for value in others if scheme.content else (b"",):
        content = _content(scheme, facts, value)
        if content is not None and any(
            keys.certificate_proves(pem, signature, content, algorithm) for pem in certificates
        ):
            return value, {}
    return None


def certificate_url(scheme: SignedByCertificate, facts: Facts) -> str | None:
    """Where the certificate is, if that is a place of the provider's."""
    url = _text(scheme, facts, scheme.url_header)
    pattern = rf"https://(?:{scheme.hosts})(?:{scheme.paths})"
    return url if url is not None and re.fullmatch(pattern, url, re.ASCII) else None


def _text(scheme: SignedByCertificate, facts: Facts, name: str) -> str | None:
    if scheme.content:
        return facts.headers.get(name)
    value = at(facts.document, (name,))
    return value if isinstance(value, str) else None


def _content(scheme: SignedByCertificate, facts: Facts, value: bytes) -> bytes | None:
    if scheme.content:
        return fill(template.parse(scheme.content), facts, {}, value)
    message = facts.document
    kind = at(message, ("Type",))
    topic = at(message, ("TopicArn",))
    if not isinstance(kind, str) or kind not in SNS_FIELDS:
        return None
    if scheme.topic and scheme.topic != topic:
        return None
    values = ((name, at(message, (name,))) for name in SNS_FIELDS[kind])
    lines = (f"{name}\n{text}\n" for name, text in values if isinstance(text, str))
    return encoded("".join(lines))
