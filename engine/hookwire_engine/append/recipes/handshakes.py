"""Answers to the providers that try an endpoint before they use it.

An unsigned handshake is answered before the signature is looked for: it echoes what the caller
sent, as text/plain that no browser takes for a page, or proves that a secret is known. A signed
one has been verified; `value` is the secret's value that did.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from hookwire_engine.append.recipes import keys
from hookwire_engine.append.recipes.binding import CRC_TOKEN, Validation
from hookwire_engine.append.recipes.facts import Facts, at, encoded
from hookwire_engine.append.recipes.recipe import Greeting
from hookwire_engine.append.recipes.values import (
    FAILED,
    Handshake,
    Headers,
    Rejected,
    Response,
    Secrets,
)

MAX_ECHO_BYTES = 2048
_NO_SNIFF = ("x-content-type-options", "nosniff")
_JSON: Headers = (("content-type", "application/json"),)
_ORIGIN = re.compile(r"[A-Za-z0-9.-]{1,253}", re.ASCII)
_RATE = re.compile(r"[0-9]{1,9}|\*", re.ASCII)

Unsigned = Callable[[Facts, Validation, Secrets], Handshake | Rejected | None]
Signed = Callable[[Facts, bytes], Handshake | None]


def _plain(body: bytes) -> Handshake:
    headers = (("content-type", "text/plain"), _NO_SNIFF)
    return Handshake(Response(200, body, headers))


def _json(value: dict[str, Any]) -> Handshake:
    return Handshake(Response(200, orjson.dumps(value), _JSON))


def _echo(text: bytes | None) -> Handshake | Rejected:
    return FAILED if text is None or len(text) > MAX_ECHO_BYTES else _plain(text)


def _head(facts: Facts, validation: Validation, secrets: Secrets) -> Handshake | None:
    """Mandrill and Intercom ask whether somebody is there."""
    return Handshake(Response()) if facts.request.method == "HEAD" else None


def _hub_challenge(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    """Meta: the verify token is the second secret, or the only one."""
    if facts.request.method != "GET" or facts.parameter("hub.mode") is None:
        return None
    given = facts.parameter("hub.verify_token") or b""
    known = [keys.same(value, given) for value in (secrets[-1] if secrets else ()) if value]
    if facts.parameter("hub.mode") != b"subscribe" or not any(known):
        return FAILED
    return _echo(facts.parameter("hub.challenge"))


def _echo_challenge(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    if facts.request.method != "GET" or facts.parameter("challenge") is None:
        return None
    return _echo(facts.parameter("challenge"))


def _crc_token(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    """X. Whoever asks gets the token signed with the key that signs bodies, so only what can be
    no body is signed: a body that looks like a token is not accepted (Validation.forbids)."""
    if facts.request.method != "GET":
        return None
    token = facts.parameter("crc_token")
    if token is None:
        return None
    value = next((value for values in secrets for value in values if value), None)
    if value is None or CRC_TOKEN.fullmatch(token) is None:
        return FAILED
    return _json({"response_token": "sha256=" + _signed(value, token, "base64")})


def _signed(value: bytes, content: bytes, encoding: str) -> str:
    return keys.hmac_of(value, content, "sha256", encoding).decode()


def _validation_token(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    """Microsoft Graph: the token, decoded."""
    if facts.request.method != "POST" or facts.parameter("validationToken") is None:
        return None
    return _echo(facts.parameter("validationToken"))


def _grid_validation(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    if facts.headers.get("aeg-event-type", "").lower() != "subscriptionvalidation":
        return None
    events = facts.document
    event = events[0] if isinstance(events, list) and len(events) == 1 else events
    code = at(event, ("data", "validationCode"))
    if not isinstance(code, str) or len(code) > MAX_ECHO_BYTES:
        return FAILED
    return _json({"validationResponse": code})


def _cloudevents_options(
    facts: Facts, validation: Validation, secrets: Secrets
) -> Handshake | Rejected | None:
    if facts.request.method != "OPTIONS" or "webhook-request-origin" not in facts.headers:
        return None
    return cloudevents(facts.headers, validation.allowed_origin) or FAILED


def cloudevents(headers: Mapping[str, str], allowed_origin: str) -> Handshake | None:
    """The answer to OPTIONS with WebHook-Request-Origin (CloudEvents HTTP 1.1 Web Hooks, 4).

    `headers` have names in lower case; `allowed_origin` may be `*`. None: not allowed.
    """
    origin = headers.get("webhook-request-origin", "")
    rate = headers.get("webhook-request-rate", "")
    if _ORIGIN.fullmatch(origin) is None:
        return None
    if allowed_origin != "*" and not hmac.compare_digest(origin, allowed_origin):
        return None
    granted = [("allow", "POST"), ("webhook-allowed-origin", origin)]
    if _RATE.fullmatch(rate) is not None:
        granted.append(("webhook-allowed-rate", rate))
    return Handshake(Response(200, b"", tuple(granted)))


def _notion_token(facts: Facts, validation: Validation, secrets: Secrets) -> Handshake | None:
    """The first request gives the operator the secret and is not signed yet."""
    if facts.request.method != "POST" or "x-notion-signature" in facts.headers:
        return None
    only = isinstance(facts.document, dict) and facts.document.keys() == {"verification_token"}
    return Handshake(Response()) if only else None


def _url_verification(facts: Facts, value: bytes) -> Handshake | None:
    challenge = at(facts.document, ("challenge",))
    if at(facts.document, ("type",)) != "url_verification" or not isinstance(challenge, str):
        return None
    return _plain(encoded(challenge))


def _zoom_validation(facts: Facts, value: bytes) -> Handshake | None:
    token = at(facts.document, ("payload", "plainToken"))
    if at(facts.document, ("event",)) != "endpoint.url_validation" or not isinstance(token, str):
        return None
    return _json({"plainToken": token, "encryptedToken": _signed(value, encoded(token), "hex")})


def _discord_ping(facts: Facts, value: bytes) -> Handshake | None:
    """Type 0 of webhook events; type 1 of interactions, which have no event."""
    kind = at(facts.document, ("type",))
    if kind == 0 and kind is not False:
        return Handshake(Response(204, b"", _JSON))
    if kind == 1 and kind is not True and "event" not in facts.document:
        return _json({"type": 1})
    return None


def _sns_confirmation(facts: Facts, value: bytes) -> Handshake | None:
    kind = at(facts.document, ("Type",))
    if kind == "UnsubscribeConfirmation":
        return Handshake(Response())
    if kind != "SubscriptionConfirmation":
        return None
    url = at(facts.document, ("SubscribeURL",))
    return Handshake(Response(), url if isinstance(url, str) and _is_of_sns(url) else None)


def _is_of_sns(url: str) -> bool:
    return re.fullmatch(rf"https://{SNS_HOSTS}/\?[!-~]*", url, re.ASCII) is not None


SNS_HOSTS = r"sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?"

UNSIGNED: Mapping[Greeting, Unsigned] = {
    Greeting.HEAD: _head,
    Greeting.HUB_CHALLENGE: _hub_challenge,
    Greeting.ECHO_CHALLENGE: _echo_challenge,
    Greeting.CRC_TOKEN: _crc_token,
    Greeting.VALIDATION_TOKEN: _validation_token,
    Greeting.GRID_VALIDATION: _grid_validation,
    Greeting.CLOUDEVENTS_OPTIONS: _cloudevents_options,
    Greeting.NOTION_TOKEN: _notion_token,
}
SIGNED: Mapping[Greeting, Signed] = {
    Greeting.URL_VERIFICATION: _url_verification,
    Greeting.ZOOM_VALIDATION: _zoom_validation,
    Greeting.DISCORD_PING: _discord_ping,
    Greeting.SNS_CONFIRMATION: _sns_confirmation,
}
