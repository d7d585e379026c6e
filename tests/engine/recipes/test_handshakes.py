"""Providers that try an endpoint get their answer, and nothing of it is a row."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hookwire_engine.append.recipes.binding import bind
from hookwire_engine.append.recipes.handshakes import cloudevents
from hookwire_engine.append.recipes.registry import RECIPES, find
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    STALE,
    WRONG_METHOD,
    Handshake,
    Outcome,
    Request,
)
from hookwire_engine.append.recipes.verify import verify
from support.providers import GENUINE, NOW, SECRET, certificate, post, sns_message

HOST = "https://hooks.example.com/s"


def judge(
    recipe: str, request: Request, *secrets: bytes, now: float = NOW, **options: str
) -> Outcome:
    validation = bind(find(recipe), options, len(secrets))
    return verify(validation, [[secret] for secret in secrets], request, now)


def get(query: str, method: str = "GET", **headers: str) -> Request:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(method, f"{HOST}?{query}", pairs, b"")


def answered(outcome: Outcome) -> tuple[int, str, dict[str, str]]:
    assert isinstance(outcome, Handshake)
    response = outcome.response
    return response.status, response.body.decode(), dict(response.headers)


def signed(scheme: str, body: bytes, prefix: str) -> Request:
    """As Slack and Zoom sign."""
    mac = hmac.new(SECRET, f"v0:{NOW}:".encode() + body, "sha256").hexdigest()
    return post({f"{prefix}-signature": f"v0={mac}", f"{prefix}-{scheme}": str(NOW)}, body)


def test_slack_gets_its_challenge_once_it_has_proved_itself() -> None:
    body = b'{"type": "url_verification", "token": "t", "challenge": "c\\u00fc1"}'
    request = signed("request-timestamp", body, "x-slack")
    status, text, headers = answered(judge("SLACK", request, SECRET))
    assert (status, text, headers["content-type"]) == (200, "cü1", "text/plain")
    assert judge("SLACK", request, b"wrong") == FAILED
    assert judge("SLACK", request, SECRET, now=NOW + 400) == STALE
    assert judge("SLACK", post({}, body), SECRET) == FAILED


def test_zoom_gets_its_token_with_the_hmac_by_the_value_that_is_live() -> None:
    body = b'{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8"}}'
    request = signed("request-timestamp", body, "x-zm")
    status, text, _ = answered(judge("ZOOM", request, b"newer", SECRET))
    proof = hmac.new(SECRET, b"qgg8", "sha256").hexdigest()
    assert (status, json.loads(text)) == (200, {"plainToken": "qgg8", "encryptedToken": proof})
    assert judge("ZOOM", request, b"wrong") == FAILED
    assert judge("ZOOM", post({}, body), SECRET) == FAILED


def discord(body: bytes) -> Outcome:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signature = key.sign(str(NOW).encode() + body).hex()
    headers = {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": str(NOW)}
    return judge("DISCORD", post(headers, body), GENUINE["DISCORD"].secret)


def test_discord_pings_events_and_interactions() -> None:
    status, text, headers = answered(discord(b'{"version":1,"type":0}'))
    assert (status, text, headers) == (204, "", {"content-type": "application/json"})
    assert answered(discord(b'{"id":"1","type":1,"token":"x"}'))[:2] == (200, '{"type":1}')
    assert discord(b'{"version":1,"type":1,"event":{"type":"X"}}') == ACCEPTED
    assert discord(b'{"type":2}') == ACCEPTED
    assert judge("DISCORD", post({}, b'{"type":0}'), GENUINE["DISCORD"].secret) == FAILED


META = "hub.mode=subscribe&hub.challenge=115%2B8&hub.verify_token="


def test_meta_gets_its_challenge_for_the_verify_token() -> None:
    for secrets in ((b"app", b"verify"), (b"verify",)):
        status, text, headers = answered(judge("META", get(META + "verify"), *secrets))
        assert (status, text) == (200, "115+8")
        assert headers == {"content-type": "text/plain", "x-content-type-options": "nosniff"}
    assert judge("META", get(META + "app"), b"app", b"verify") == FAILED
    assert judge("META", get(META), b"app", b"") == FAILED
    assert judge("META", get("hub.mode=unsubscribe&hub.verify_token=v"), b"v") == FAILED
    assert judge("META", get("x=1"), b"v") == WRONG_METHOD


def test_the_verify_token_of_meta_signs_no_body() -> None:
    request = GENUINE["META"].request
    assert judge("META", request, SECRET, b"verify") == ACCEPTED
    assert judge("META", request, b"app", SECRET) == FAILED


def test_dropbox_gets_its_challenge() -> None:
    status, text, headers = answered(judge("DROPBOX", get("challenge=a%3Cb%3E"), b"s"))
    assert (status, text, headers["x-content-type-options"]) == (200, "a<b>", "nosniff")
    assert judge("DROPBOX", get("challenge=" + "a" * 5000), b"s") == FAILED
    assert judge("DROPBOX", get("challenge=a", "PATCH"), b"s") == WRONG_METHOD


def test_x_gets_its_token_signed_with_the_newest_value() -> None:
    validation = bind(find("X"), {}, 1)
    outcome = verify(validation, [[b"new", b"old"]], get("crc_token=Ab9%2B%3D&nonce=1"), NOW)
    proof = base64.b64encode(hmac.new(b"new", b"Ab9+=", "sha256").digest()).decode()
    assert answered(outcome)[:2] == (200, f'{{"response_token":"sha256={proof}"}}')
    assert judge("X", get("crc_token=%7B%22a%22%3A1%7D"), b"s") == FAILED
    assert judge("X", get("crc_token=a"), b"") == FAILED
    assert judge("X", get("x=a"), b"s") == WRONG_METHOD


def test_graph_gets_its_token_decoded_and_as_plain_text() -> None:
    request = replace(post({}, b""), url=f"{HOST}?validationToken=a%3a+%3Cb%3E")
    status, text, headers = answered(judge("MICROSOFT_GRAPH", request, b"state"))
    assert (status, text, headers["content-type"]) == (200, "a: <b>", "text/plain")


def test_event_grid_gets_its_code() -> None:
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent"}
    body = json.dumps([{**event, "data": {"validationCode": "c-1"}}]).encode()
    request = post({"aeg-event-type": "SubscriptionValidation"}, body)
    status, text, headers = answered(judge("EVENT_GRID", request, b"k"))
    assert (status, text) == (200, '{"validationResponse":"c-1"}')
    assert headers == {"content-type": "application/json"}
    for wrong in (b"[]", b"{}", b"x", b'[{"data":{"validationCode":1}}]', body[:-1]):
        assert judge("EVENT_GRID", replace(request, body=wrong), b"k") == FAILED
    assert judge("EVENT_GRID", post({"aeg-event-type": "Notification"}, body), b"k") == FAILED


def options_request(origin: str, rate: str = "120") -> Request:
    return get("", "OPTIONS", WebHook_Request_Origin=origin, WebHook_Request_Rate=rate)


def test_cloudevents_senders_are_let_in_by_their_origin() -> None:
    allowed: dict[str, Any] = {"allowed_origin": "a.example"}
    status, _, headers = answered(judge("BEARER", options_request("a.example"), b"t", **allowed))
    assert (status, headers) == (
        200,
        {"allow": "POST", "webhook-allowed-origin": "a.example", "webhook-allowed-rate": "120"},
    )
    assert judge("BEARER", options_request("b.example"), b"t", **allowed) == FAILED
    assert judge("BEARER", options_request("a.example"), b"t") == WRONG_METHOD
    grid = judge("EVENT_GRID", options_request("eventgrid.azure.net"), b"t")
    assert answered(grid)[2]["webhook-allowed-origin"] == "eventgrid.azure.net"


def test_cloudevents_headers_are_not_echoed_blindly() -> None:
    assert cloudevents({"webhook-request-origin": "a\r\nx: y"}, "*") is None
    assert cloudevents({}, "*") is None
    granted = cloudevents({"webhook-request-origin": "a", "webhook-request-rate": "1\r\n"}, "*")
    assert granted is not None
    assert dict(granted.response.headers) == {"allow": "POST", "webhook-allowed-origin": "a"}


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_sns_confirmations_are_signed_and_call_nobody(kind: str) -> None:
    url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    request = sns_message(kind, SubscribeURL=url, Token="t")
    outcome = judge("SNS", request, certificate())
    assert isinstance(outcome, Handshake)
    assert outcome.response.status == 200
    assert outcome.confirm_url == (url if kind == "SubscriptionConfirmation" else None)
    forged = replace(request, body=request.body.replace(b'"t"', b'"u"'))
    assert judge("SNS", forged, certificate()) == FAILED


def test_sns_confirms_at_sns_only() -> None:
    request = sns_message(
        "SubscriptionConfirmation", SubscribeURL="https://evil.example/", Token=""
    )
    outcome = judge("SNS", request, certificate())
    assert isinstance(outcome, Handshake)
    assert outcome.confirm_url is None


@pytest.mark.parametrize("recipe", ["MANDRILL", "INTERCOM"])
def test_head_is_answered_where_providers_send_it(recipe: str) -> None:
    assert answered(judge(recipe, get("", "HEAD"), b"k"))[:2] == (200, "")
    assert judge("GITHUB", get("", "HEAD"), b"k") == WRONG_METHOD


def test_notion_gives_the_token_before_it_signs() -> None:
    first = post({}, b'{"verification_token": "secret_x"}')
    assert answered(judge("NOTION", first, b"k"))[:2] == (200, "")
    for body in (b'{"verification_token": "x", "id": 1}', b"{}", b"[]", b"x"):
        assert judge("NOTION", post({}, body), b"k") == FAILED
    assert judge("NOTION", post({"X-Notion-Signature": "x"}, first.body), b"k") == FAILED


def test_validations_tell_which_methods_their_handshakes_take() -> None:
    methods = {r.name: bind(r, {o.name: o.example for o in r.options if o.required}, 1).methods
               for r in RECIPES}  # fmt: skip
    more = {name: found - {"POST", "PUT"} for name, found in methods.items()}
    assert {name: sorted(found) for name, found in more.items() if found} == {
        "MANDRILL": ["HEAD"],
        "INTERCOM": ["HEAD"],
        "META": ["GET"],
        "DROPBOX": ["GET"],
        "X": ["GET"],
        "EVENT_GRID": ["OPTIONS"],
    }
