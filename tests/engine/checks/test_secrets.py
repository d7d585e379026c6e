"""Secrets in checks: both forms of hmac, rotation, bytes, and that a failure tells nothing."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from hookwire_engine.append.checks import compile_check
from hookwire_engine.append.request import WebhookRequest

KEY = b"k3y"
BODY = b'{"a": 1}'


def request(body: bytes = BODY, **headers: str) -> WebhookRequest:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WebhookRequest(pairs, body, 0)


def signed(key: bytes = KEY, body: bytes = BODY) -> str:
    return hmac.digest(key, body, hashlib.sha256).hex()


FORMS = [
    "VALIDATE USING (headers['X-Sig'] = hmac('sha256', SECRET s, body))",
    "CHECK (headers['x-sig'] = encode(hmac(body, SECRET s, 'sha256'), 'hex'))",
    "CHECK (WITH (HEADERS, BODY BYTES AS b, SECRET s AS k BYTES)"
    " decode(headers->'x-sig', 'hex') = hmac(b, k, 'sha256'))",
    "CHECK (WITH (HEADERS AS h, BODY, SECRET s) constant_time_eq(hmac('sha256', s, body),"
    " h['x-sig']))",
]


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize(("key", "body"), [(KEY, BODY), (b"\xff\x00", BODY), (KEY, b"\xfe")])
def test_a_signature_over_any_bytes_with_any_key(text: str, key: bytes, body: bytes) -> None:
    check = compile_check(text, {"s": 7})
    assert check.uses_secrets == {7}
    assert check.evaluate(request(body, x_sig=signed(key, body)), {7: [key]}, 0)
    assert not check.evaluate(request(body + b" ", x_sig=signed(key, body)), {7: [key]}, 0)
    assert not check.evaluate(request(body, x_sig=signed(b"other", body)), {7: [key]}, 0)
    assert not check.evaluate(request(body), {7: [key]}, 0)


@pytest.mark.parametrize("text", FORMS)
def test_both_values_of_a_secret_in_rotation(text: str) -> None:
    check = compile_check(text, {"s": 7})
    sent = request(x_sig=signed())
    assert check.evaluate(sent, {7: [b"newer", KEY]}, 0)
    assert check.evaluate(sent, {7: [KEY, b"older"]}, 0)
    assert not check.evaluate(sent, {7: [b"newer", b"older"]}, 0)
    assert not check.evaluate(sent, {7: []}, 0)
    assert not check.evaluate(sent, {}, 0)


@pytest.mark.parametrize(
    "expression",
    ["false", "null::bool", "1 / length(body) = 0 and false", "1 / (length(body) - 8) = 0",
     "body::int = 1", "headers['none'] = SECRET s", "length(repeat(body, 10000000)) >= 0"],
)  # fmt: skip
def test_what_is_not_true_is_no_and_nothing_else(expression: str) -> None:
    check = compile_check(f"{expression} and length(body) > 0", {"s": 7})
    assert check.evaluate(request(), {7: [KEY]}, 0) is False


def test_no_form_of_a_check_shows_a_secret() -> None:
    check = compile_check(FORMS[0], {"s": 7})
    check.evaluate(request(x_sig="0"), {7: [b"planted"]}, 0)
    assert "planted" not in repr(check)
