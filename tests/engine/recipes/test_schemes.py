"""What is peculiar to a provider: other schemes of its recipe, and its traps."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hookwire_engine.append.recipes.binding import bind
from hookwire_engine.append.recipes.registry import find
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    STALE,
    Certificates,
    Outcome,
    Request,
)
from hookwire_engine.append.recipes.verify import certificate_url, verify
from support.providers import (
    BODY,
    FORM,
    GENUINE,
    NOW,
    SECRET,
    TOPIC,
    URL,
    certificate,
    post,
    sns_message,
    with_header,
)


def judge(
    recipe: str,
    request: Request,
    *secrets: bytes,
    now: float = NOW,
    certificates: Certificates | None = None,
    **options: str,
) -> Outcome:
    validation = bind(find(recipe), options, len(secrets))
    return verify(validation, [[secret] for secret in secrets], request, now, certificates)


def mac(content: bytes, key: bytes = SECRET, algorithm: str = "sha256") -> bytes:
    return hmac.new(key, content, algorithm).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def multipart(fields: Mapping[str, str], *, file: str = "") -> tuple[str, bytes]:
    parts = [f'Content-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, v in fields.items()]
    if file:
        parts.append(f'Content-Disposition: form-data; name="{file}"; filename="f"\r\n\r\nx')
    body = "".join(f"--xYz\r\n{part}\r\n" for part in parts) + "--xYz--\r\n"
    return "multipart/form-data; boundary=xYz", body.encode()


@pytest.mark.parametrize("family", ["webhook", "svix"])
@pytest.mark.parametrize("alias", ["STANDARD_WEBHOOKS", "svix", "Clerk", "RESEND", "OPENAI"])
def test_standard_webhooks_have_two_families_of_headers(family: str, alias: str) -> None:
    headers = {
        name.replace("webhook", family): value
        for name, value in GENUINE["STANDARD_WEBHOOKS"].request.headers
    }
    assert judge(alias, post(headers), SECRET) == ACCEPTED


def test_standard_webhooks_keys_may_lack_padding() -> None:
    key = b"k" * 25
    signature = b64(mac(b"m." + str(NOW).encode() + b"." + BODY, key))
    headers = {"webhook-id": "m", "webhook-timestamp": str(NOW)}
    request = post({**headers, "webhook-signature": f"v1,{signature}"})
    for secret in (b64(key), b64(key).rstrip("="), "whsec_" + b64(key).rstrip("=")):
        assert judge("SVIX", request, secret.encode()) == ACCEPTED


def test_standard_webhooks_with_a_public_key() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    signature = b64(key.sign(b"m." + str(NOW).encode() + b"." + BODY))
    headers = {"webhook-id": "m", "webhook-timestamp": str(NOW)}
    request = post({**headers, "webhook-signature": f"v1a,{signature}"})
    public = b"whpk_" + b64(key.public_key().public_bytes_raw()).encode()
    assert judge("SVIX", request, public) == ACCEPTED
    assert judge("SVIX", request, public, now=NOW + 301) == STALE
    assert judge("SVIX", request, public[5:]) == FAILED
    for other in ("v1," + signature, "v2," + signature, signature):
        assert judge("SVIX", with_header(request, "webhook-signature", other), public) == FAILED


def test_gitlab_signs_where_it_has_a_signing_token() -> None:
    headers = GENUINE["STANDARD_WEBHOOKS"].request.headers
    assert judge("GITLAB", replace(post({}), headers=headers), SECRET) == ACCEPTED
    assert judge("GITLAB", replace(post({}), headers=headers), SECRET, now=NOW + 301) == STALE


def test_buildkite_may_send_its_token() -> None:
    assert judge("BUILDKITE", post({"X-Buildkite-Token": "abc"}), b"abc") == ACCEPTED
    assert judge("BUILDKITE", post({"X-Buildkite-Token": "abd"}), b"abc") == FAILED


def test_github_enterprise_may_sign_with_sha1() -> None:
    signature = mac(BODY, algorithm="sha1").hex()
    assert judge("GITHUB", post({"X-Hub-Signature": f"sha1={signature}"}), SECRET) == ACCEPTED
    assert judge("GITHUB", post({"X-Hub-Signature": f"sha256={signature}"}), SECRET) == FAILED


def test_the_body_is_never_written_anew() -> None:
    for body in (b'{ "a" : 1.0 }\n', '{"name":"J\\u00fcrgen ü"}'.encode(), b"\xff\x00", b""):
        signature = "sha256=" + mac(body).hex()
        assert judge("GITHUB", post({"X-Hub-Signature-256": signature}, body), SECRET) == ACCEPTED


def test_linear_without_a_time_is_refused_and_a_header_will_do() -> None:
    request = post({"Linear-Signature": mac(BODY).hex()})
    assert judge("LINEAR", request, SECRET) == FAILED
    headers = (*request.headers, ("Linear-Timestamp", f"{NOW}000"))
    assert judge("LINEAR", replace(request, headers=headers), SECRET) == ACCEPTED


# Twilio


def twilio(url: str, signed: str, body: bytes = b"", content_type: str = FORM) -> Outcome:
    signature = b64(mac(signed.encode(), algorithm="sha1"))
    headers = {"Content-Type": content_type, "X-Twilio-Signature": signature}
    return judge("TWILIO", post(headers, body, url), SECRET)


@pytest.mark.parametrize(
    ("seen", "signed"),
    [
        ("https://a.example/x?q=1", "https://a.example:443/x?q=1"),
        ("https://a.example:8443/x?q=1", "https://a.example/x?q=1"),
        ("http://a.example/x", "http://a.example:80/x"),
        ("https://u:p@a.example/x", "https://u:p@a.example:443/x"),
        ("https://[::1]:99/x", "https://[::1]/x"),
    ],
)
def test_twilio_signs_with_the_port_or_without(seen: str, signed: str) -> None:
    assert twilio(seen, signed) == ACCEPTED
    assert twilio(seen, seen) == ACCEPTED
    assert twilio(seen, signed + "/") == FAILED


def test_twilio_puts_the_hash_of_a_json_body_into_the_url() -> None:
    url = f"https://a.example/x?bodySHA256={hashlib.sha256(BODY).hexdigest()}"
    assert twilio(url, url, BODY, "application/json") == ACCEPTED
    assert twilio(url, url, BODY + b" ", "application/json") == FAILED
    assert twilio(url, url, b"&", FORM) == FAILED
    bare = "https://a.example/x"
    assert twilio(bare, bare, BODY, "application/json") == FAILED


def test_twilio_sorts_values_and_counts_equal_ones_once() -> None:
    url = "https://a.example/x"
    assert twilio(url, url + "A1A2B", b"B=&A=2&A=1&A=2") == ACCEPTED
    assert twilio(url, url + "A1A2A2B", b"B=&A=2&A=1&A=2") == FAILED


def test_the_option_url_stands_for_the_url_seen() -> None:
    request = post(
        {"x-square-hmacsha256-signature": b64(mac(b"https://pub.example/sq?a=1" + BODY))},
        url="http://10.0.0.7:6876/api/webhook/hookwire/public/s?a=1",
    )
    assert judge("SQUARE", request, SECRET) == FAILED
    assert judge("SQUARE", request, SECRET, url="https://pub.example/sq") == ACCEPTED
    assert judge("SQUARE", request, SECRET, url="https://pub.example/sq?a=1#rc=3") == ACCEPTED
    assert judge("SQUARE", request, SECRET, url="https://pub.example/sq?a=2") == FAILED


# HubSpot


def hubspot(content: str, version: str = "") -> Outcome:
    headers = {"X-HubSpot-Signature": hashlib.sha256(content.encode()).hexdigest()}
    options: dict[str, Any] = {"version": version} if version else {}
    return judge("HUBSPOT", post(headers, b"{}"), b"s3", **options)


def test_hubspot_has_older_versions() -> None:
    assert hubspot("s3{}") == ACCEPTED
    assert hubspot(f"s3POST{URL}{{}}") == ACCEPTED
    assert hubspot("s4{}") == FAILED


def test_hubspot_may_be_held_to_a_version() -> None:
    assert hubspot("s3{}", "v1") == ACCEPTED
    assert hubspot("s3{}", "v2") == FAILED
    assert hubspot("s3{}", "v3") == FAILED
    assert judge("HUBSPOT", GENUINE["HUBSPOT"].request, SECRET, version="v3") == ACCEPTED


def test_hubspot_decodes_punctuation_in_the_url() -> None:
    sent, decoded = "https://a.example/x%3Ay?q=%40a%2520", "https://a.example/x:y?q=@a%2520"
    for url in (sent, decoded):
        signature = b64(mac(b"POST" + url.encode() + BODY + f"{NOW}000".encode()))
        headers = {"X-HubSpot-Signature-v3": signature}
        headers["X-HubSpot-Request-Timestamp"] = f"{NOW}000"
        assert judge("HUBSPOT", post(headers, url=sent), SECRET) == ACCEPTED


# Parts of the body


def test_segment_signs_the_first_event_of_a_batch() -> None:
    for first in ('{"a": [1, "]"]}', '"x"', "1e400", "[[]]"):
        body = f' [ {first} , {{"b":2}}]'.encode()
        headers = {"X-Signature": mac(first.encode(), algorithm="sha1").hex()}
        assert judge("SEGMENT", post(headers, body), SECRET) == ACCEPTED
        assert judge("SEGMENT", post(headers, body.replace(b"2", b"3")), SECRET) == ACCEPTED
        assert judge("SEGMENT", post(headers, b"[0," + body[2:]), SECRET) == FAILED


def test_mailgun_signs_in_forms_too() -> None:
    fields = {"timestamp": str(NOW), "token": "t0", "recipient": "a@example.com"}
    fields["signature"] = mac(f"{NOW}t0".encode()).hex()
    urlencoded = "&".join(f"{n}={v}" for n, v in fields.items()).encode()
    for kind, body in ((FORM, urlencoded), multipart(fields, file="attachment-1")):
        assert judge("MAILGUN", post({"Content-Type": kind}, body), SECRET) == ACCEPTED
        wrong = body.replace(b"t0", b"t1")
        assert judge("MAILGUN", post({"Content-Type": kind}, wrong), SECRET) == FAILED
    kind, body = multipart({"timestamp": str(NOW), "token": "t0"}, file="signature")
    assert judge("MAILGUN", post({"Content-Type": kind}, body), SECRET) == FAILED


def test_adyen_banking_signs_the_body() -> None:
    key = bytes(range(32))
    request = post({"HmacSignature": b64(mac(BODY, key)), "Protocol": "HmacSHA256"})
    assert judge("ADYEN", request, key.hex().encode()) == ACCEPTED
    assert judge("ADYEN", replace(request, body=BODY + b" "), key.hex().encode()) == FAILED


def test_adyen_signs_every_item() -> None:
    genuine = GENUINE["ADYEN"]
    document = json.loads(genuine.request.body)
    item = document["notificationItems"][0]
    forged = json.loads(json.dumps(item))
    forged["NotificationRequestItem"]["amount"]["value"] = 1
    for items, outcome in (([item, item], ACCEPTED), ([item, forged], FAILED), ([], FAILED)):
        body = json.dumps({"notificationItems": items}).encode()
        assert judge("ADYEN", post({}, body), genuine.secret) == outcome


def test_graph_compares_every_client_state() -> None:
    good, bad = {"clientState": "a"}, {"clientState": "b"}
    for items, outcome in (([good], ACCEPTED), ([good, bad], FAILED), ([good, 1], FAILED)):
        assert judge("MICROSOFT_GRAPH", post({}, json.dumps({"value": items}).encode()), b"a") == (
            outcome
        )
    for body in (b'{"value": []}', b"[]", b"{}", b"x", b'{"value": {"clientState": "a"}}'):
        assert judge("MICROSOFT_GRAPH", post({}, body), b"a") == FAILED


def test_x_accepts_no_body_that_its_challenge_would_sign() -> None:
    for body, outcome in ((b"AAAA+/==", FAILED), (b"123", FAILED), (b'{"a":1}', ACCEPTED)):
        headers = {"x-twitter-webhooks-signature": "sha256=" + b64(mac(body))}
        assert judge("X", post(headers, body), SECRET) == outcome


# Tokens


def test_basic_auth_takes_its_secret_in_both_forms() -> None:
    request = post({"Authorization": "basic " + b64(b"user:pa:ss")})
    assert judge("BASIC_AUTH", request, b"user:pa:ss") == ACCEPTED
    assert judge("BASIC_AUTH", request, b64(b"user:pa:ss").encode()) == ACCEPTED
    assert judge("BASIC_AUTH", request, b"user:pa") == FAILED


def test_a_token_may_be_in_the_query() -> None:
    request = post({"Authorization": "Bearer t"}, url="https://a.example/x?access_token=t%2B1")
    assert judge("BEARER", request, b"t+1", parameter="access_token") == ACCEPTED
    assert judge("BEARER", request, b"t", parameter="access_token") == FAILED
    twice = replace(request, url=request.url + "&access_token=t%2B1")
    assert judge("BEARER", twice, b"t+1", parameter="access_token") == FAILED


def test_an_api_key_has_the_header_that_the_option_names() -> None:
    request = post({"X-Token": "k"})
    assert judge("API_KEY", request, b"k", header="x-TOKEN") == ACCEPTED
    assert judge("API_KEY", request, b"k") == FAILED


# HMAC with options


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_hmac_has_its_algorithm_encoding_and_prefix(algorithm: str) -> None:
    digest = mac(BODY, algorithm=algorithm)
    forms = {
        "hex": digest.hex(),
        "base64": b64(digest),
        "base64url": base64.urlsafe_b64encode(digest).decode(),
    }
    for encoding, text in forms.items():
        options: dict[str, Any] = {
            "header": "X-S",
            "algorithm": algorithm,
            "encoding": encoding,
            "prefix": "p ",
        }
        assert judge("HMAC", post({"X-S": f"p {text}"}), SECRET, **options) == ACCEPTED
        assert judge("HMAC", post({"X-S": text}), SECRET, **options) == FAILED


def test_hmac_takes_upper_case_hexadecimal_and_encoded_keys() -> None:
    request = post({"X-S": mac(BODY, b"\x01\x02").hex().upper()})
    assert judge("HMAC", request, b"0102", header="X-S", key="hex") == ACCEPTED
    assert judge("HMAC", request, b"AQI=", header="X-S", key="base64") == ACCEPTED
    assert judge("HMAC", request, b"0102", header="X-S") == FAILED
    assert judge("HMAC", request, b"zz", header="X-S", key="hex") == FAILED


def test_hmac_may_cover_a_time_and_headers() -> None:
    content = f"{NOW}|msg-1|POST|{URL}|".encode() + BODY
    request = post({"X-Id": "msg-1", "X-S": f"t={NOW},v1={mac(content).hex()}"})
    options: dict[str, Any] = {
        "header": "X-S",
        "field": "v1",
        "content": "{t}|{X-Id}|{method}|{url}|{body}",
    }
    assert judge("HMAC", request, SECRET, **options, now=NOW + 10**6) == ACCEPTED
    options["timestamp"] = "t"
    assert judge("HMAC", request, SECRET, **options, now=NOW + 300) == ACCEPTED
    assert judge("HMAC", request, SECRET, **options, now=NOW + 301) == STALE
    assert judge("HMAC", request, SECRET, **options, tolerance="1 h", now=NOW + 301) == ACCEPTED


# Certificates


def fetched(url: str) -> bytes | None:
    return certificate()


@pytest.mark.parametrize("version", ["1", "2"])
def test_sns_has_two_versions_of_signatures(version: str) -> None:
    request = sns_message("Notification", version, Subject="s")
    assert judge("SNS", request, certificates=fetched) == ACCEPTED
    assert judge("SNS", request, certificate()) == ACCEPTED
    assert judge("SNS", request) == FAILED
    assert judge("SNS", request, certificates=lambda url: None) == FAILED
    tampered = replace(request, body=request.body.replace(b"hello", b"hallo"))
    assert judge("SNS", tampered, certificates=fetched) == FAILED


def test_sns_may_be_held_to_a_topic() -> None:
    request = sns_message("Notification")
    assert judge("SNS", request, certificate(), topic=TOPIC) == ACCEPTED
    assert judge("SNS", request, certificate(), topic=TOPIC + "2") == FAILED


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/a.pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/a.pem",
        "https://sns.us-east-1.amazonaws.com:8443/a.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/a.pem",
        "https://snsxus-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem?x",
        "https://sns.us-east-1.amazonaws.com/../a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem\n",
        "https://sns.us-east-1.amazonaws.com/a.txt",
        "file:///etc/passwd",
    ],
)
def test_a_certificate_is_asked_for_at_the_provider_only(url: str) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes | None:
        asked.append(url)
        return certificate()

    request = sns_message("Notification", SigningCertURL=url)
    assert judge("SNS", request, certificates=fetch) == FAILED
    assert judge("SNS", request, certificate()) == FAILED
    assert asked == []
    assert certificate_url(bind(find("SNS"), {}, 0), request) is None


def test_the_certificate_to_fetch_is_known_beforehand() -> None:
    request = GENUINE["PAYPAL"].request
    url = certificate_url(bind(find("PAYPAL"), {}, 1), request)
    assert url == "https://api.paypal.com/v1/notifications/certs/CERT-1"
    assert certificate_url(bind(find("GITHUB"), {}, 1), request) is None
    evil = with_header(request, "PAYPAL-CERT-URL", "https://api.paypal.com.evil.example/v1/x")
    assert certificate_url(bind(find("PAYPAL"), {}, 1), evil) is None
    assert judge("PAYPAL", evil, SECRET, certificates=fetched) == FAILED


def test_paypal_takes_a_certificate_from_a_secret() -> None:
    request = GENUINE["PAYPAL"].request
    assert judge("PAYPAL", request, SECRET, certificate()) == ACCEPTED
    assert judge("PAYPAL", request, certificate()) == FAILED
    other = with_header(request, "PAYPAL-AUTH-ALGO", "SHA1withRSA")
    assert judge("PAYPAL", other, SECRET, certificate()) == FAILED
