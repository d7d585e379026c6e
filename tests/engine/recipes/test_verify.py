"""Every recipe on a genuine request, and on one that differs from it in a bit."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_engine.append.recipes.binding import bind
from hookwire_engine.append.recipes.registry import BY_NAME, RECIPES, find
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    REPEATED,
    STALE,
    WRONG_METHOD,
    Handshake,
    Outcome,
    Rejected,
    Request,
)
from hookwire_engine.append.recipes.verify import verify
from support.providers import FORM, GENUINE, NOW, post, with_header

quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
every_recipe = pytest.mark.parametrize("name", GENUINE)
SIGNED = [name for name, genuine in GENUINE.items() if genuine.signature]
TIMED = [name for name, genuine in GENUINE.items() if genuine.timestamp]
BODIES = [name for name, genuine in GENUINE.items() if genuine.body_is_proved]


def judge(
    name: str,
    request: Request,
    secrets: Sequence[Sequence[bytes]],
    now: float = NOW,
    options: Mapping[str, str] | None = None,
) -> Outcome:
    genuine = GENUINE[name]
    validation = bind(find(name), {**genuine.options, **(options or {})}, len(secrets))
    return verify(validation, secrets, request, now, lambda url: genuine.certificate)


def judge_secret(name: str, *values: bytes) -> Outcome:
    return judge(name, GENUINE[name].request, [values])


def header(request: Request, name: str) -> str:
    return dict(request.headers)[name]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def flipped_text(text: str, bit: int) -> str:
    """In the characters that matter: spaces around a value are no part of it."""
    return flipped(text.encode(), bit % (8 * len(text))).decode("latin-1")


def test_every_recipe_is_tried_here() -> None:
    assert GENUINE.keys() == {recipe.name for recipe in RECIPES}
    assert len(BY_NAME) == 39 + 4


@every_recipe
def test_a_genuine_request_is_accepted(name: str) -> None:
    assert judge_secret(name, GENUINE[name].secret) == ACCEPTED


@every_recipe
def test_put_is_accepted_and_others_are_not(name: str) -> None:
    request = GENUINE[name].request
    outcomes = {
        method: judge(name, replace(request, method=method), [[GENUINE[name].secret]])
        for method in ("PUT", "PATCH", "DELETE")
    }
    signs_the_method = name == "HUBSPOT"
    assert outcomes["PUT"] == (FAILED if signs_the_method else ACCEPTED)
    assert outcomes["PATCH"] == outcomes["DELETE"] == WRONG_METHOD


@pytest.mark.parametrize("name", [name for name in GENUINE if name != "SNS"])
@given(bit=st.integers(0, 5000))
@quick
def test_no_other_secret_is_accepted(name: str, bit: int) -> None:
    secret = GENUINE[name].secret
    wrong = flipped(secret, bit)
    if _same_key(name, wrong, secret):
        return
    assert judge_secret(name, wrong) == FAILED


def _same_key(name: str, one: bytes, other: bytes) -> bool:
    """Hexadecimal has two cases, and the last digit of base64 has bits that do not count."""
    if name in ("ADYEN", "DISCORD"):
        return one.lower() == other.lower()
    if name == "SENDGRID":
        with contextlib.suppress(ValueError):
            return base64.b64decode(one, validate=True) == base64.b64decode(other)
    return False


@every_recipe
def test_an_empty_secret_proves_nothing(name: str) -> None:
    request = post({"X-Hub-Signature-256": "sha256=", "Authorization": "Bearer ", "X-Sig": ""})
    assert isinstance(judge(name, request, [[b""]]), Rejected)
    assert name == "SNS" or judge_secret(name, b"") == FAILED


@every_recipe
def test_any_live_value_of_any_secret_may_match(name: str) -> None:
    genuine = GENUINE[name]
    assert judge_secret(name, b"newer", genuine.secret) == ACCEPTED
    several = [[b"other"], [b"newer", genuine.secret]]
    expected = FAILED if name == "META" else ACCEPTED  # its second secret is the verify token
    assert judge(name, genuine.request, several) == expected


@pytest.mark.parametrize("name", BODIES)
@given(bit=st.integers(0, 5000))
@quick
def test_a_flipped_bit_of_the_body_rejects(name: str, bit: int) -> None:
    request = GENUINE[name].request
    body = flipped(request.body, bit)
    if dict(request.headers)["Content-Type"] == FORM and _fields(body) == _fields(request.body):
        return  # %2b for %2B: the fields are signed, not their spelling
    outcome = judge(name, replace(request, body=body), [[GENUINE[name].secret]])
    assert outcome == FAILED


def _fields(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("latin-1"), keep_blank_values=True)


@pytest.mark.parametrize("name", SIGNED)
@given(bit=st.integers(0, 5000))
@quick
def test_a_flipped_bit_of_the_signature_rejects(name: str, bit: int) -> None:
    genuine = GENUINE[name]
    whole = header(genuine.request, genuine.signature)
    at = whole.rfind(",v0=") if name == "STRIPE" else len(whole)
    signature = whole[:at]  # what follows is of another version and counts for nothing
    start = max(signature.rfind(mark) for mark in ("v1,", "v1=", "h1=", "v0=", "256=", "Basic "))
    start = max(start, 0)
    changed = signature[:start] + flipped_text(signature[start:], bit) + whole[at:]
    if name in ("BASIC_AUTH", "BEARER") and changed.lower() == whole.lower():
        return  # the scheme's name has no case
    request = with_header(genuine.request, genuine.signature, changed)
    assert judge(name, request, [[genuine.secret]]) == FAILED


@pytest.mark.parametrize("name", TIMED)
@given(bit=st.integers(0, 5000))
@quick
def test_a_flipped_bit_of_the_timestamp_rejects(name: str, bit: int) -> None:
    genuine = GENUINE[name]
    changed = flipped_text(header(genuine.request, genuine.timestamp), bit)
    request = with_header(genuine.request, genuine.timestamp, changed)
    assert judge(name, request, [[genuine.secret]]) == FAILED


# Seconds into the past and into the future; None: not looked at without the option.
WINDOWS = {
    "GITLAB": None,  # its token has no time; see the vectors for its signature
    "STRIPE": (300, None),
    "SLACK": (300, 300),
    "ZOOM": (300, 300),
    "BUILDKITE": (300, 300),
    "STANDARD_WEBHOOKS": (300, 300),
    "LINEAR": (60, 60),
    "HUBSPOT": (300, None),
    "WORKOS": (180, None),
    "PADDLE": (5, None),
    "MAILGUN": (120, 120),
    "ZENDESK": None,
    "DISCORD": None,
    "SENDGRID": None,
    "PAYPAL": None,
    "SNS": None,
}


@pytest.mark.parametrize("name", WINDOWS)
def test_how_old_a_request_may_be(name: str) -> None:
    request, secrets = GENUINE[name].request, [[GENUINE[name].secret]]
    window = WINDOWS[name]
    if window is None:
        assert judge(name, request, secrets, NOW + 10**7) == ACCEPTED
        return
    past, future = window
    assert judge(name, request, secrets, NOW + past) == ACCEPTED
    assert judge(name, request, secrets, NOW + past + 1) == STALE
    assert judge(name, request, secrets, NOW - (future or 10**7)) == ACCEPTED
    if future is not None:
        assert judge(name, request, secrets, NOW - future - 1) == STALE


@pytest.mark.parametrize("name", [name for name in WINDOWS if name != "GITLAB"])
def test_the_option_tolerance_moves_the_limit(name: str) -> None:
    request, secrets = GENUINE[name].request, [[GENUINE[name].secret]]
    option = {"tolerance": "20 minutes"}
    assert judge(name, request, secrets, NOW + 1200, option) == ACCEPTED
    assert judge(name, request, secrets, NOW + 1201, option) == STALE


def test_recipes_with_a_tolerance_are_those() -> None:
    has = {r.name for r in RECIPES if any(o.name == "tolerance" for o in r.options)}
    assert has == WINDOWS.keys() | {"HMAC"}


def test_a_wrong_signature_is_not_called_stale() -> None:
    assert judge("STRIPE", GENUINE["STRIPE"].request, [[b"wrong"]], NOW + 10**6) == FAILED


@every_recipe
def test_a_repeated_header_that_is_read_is_refused(name: str) -> None:
    genuine = GENUINE[name]
    validation = bind(find(name), genuine.options, 1)
    sent = {n.lower(): (n, value) for n, value in genuine.request.headers}
    for read in validation.reads & sent.keys():
        twice = replace(genuine.request, headers=(*genuine.request.headers, sent[read]))
        assert judge(name, twice, [[genuine.secret]]) == REPEATED
    others = (*genuine.request.headers, ("X-Other", "1"), ("x-other", "2"))
    assert judge(name, replace(genuine.request, headers=others), [[genuine.secret]]) == ACCEPTED


@pytest.mark.parametrize("name", [n for n in GENUINE if GENUINE[n].signature])
def test_header_names_have_no_case(name: str) -> None:
    genuine = GENUINE[name]
    upper = tuple((n.upper(), value) for n, value in genuine.request.headers)
    assert judge(name, replace(genuine.request, headers=upper), [[genuine.secret]]) == ACCEPTED


texts = st.one_of(
    st.text(max_size=40),
    st.text("v1,=.;:th0 9az+/\x00\udc80", max_size=60),
    st.sampled_from(["t=1,v1=", "v1,", "sha256=", "=" * 30, "v0=\udfff", "Basic ", "9" * 400]),
)
bodies = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"[", b"[" * 5000, b"[{}]", b"null", b'{"value": [1]}', b"&&&=&"]),
    st.sampled_from([b'{"Type": []}', b'{"payload": 1, "event": "endpoint.url_validation"}']),
)
urls = st.one_of(st.text(max_size=40), texts.map(lambda text: f"https://[x]:99999/?{text}=%ff"))


@every_recipe
@given(data=st.data())
@quick
def test_nothing_raises(name: str, data: st.DataObject) -> None:
    genuine = GENUINE[name]
    options = {o.name: data.draw(st.just(o.example)) for o in find(name).options if o.required}
    validation = bind(find(name), {**options, **genuine.options}, 1)
    headers = tuple((read, data.draw(texts)) for read in sorted(validation.reads))
    method = data.draw(st.sampled_from(["POST", "GET", "HEAD", "OPTIONS", "PUT", "\udc80"]))
    request = Request(method, data.draw(urls), headers, data.draw(bodies))
    secret = data.draw(st.one_of(st.binary(max_size=40), st.just(genuine.secret)))
    now = data.draw(st.floats(0, 2e12))
    outcome = verify(validation, [[secret]], request, now, lambda url: b"-----BEGIN")
    assert isinstance(outcome, (Rejected, Handshake))
