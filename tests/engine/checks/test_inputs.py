"""What a check reads of a request: each input, its alias and bytes; and what it tells of itself."""

from __future__ import annotations

from time import perf_counter

import pytest

from hookwire_catalog.errors import QueryCanceled, SqlError
from hookwire_catalog.objects import CheckClause
from hookwire_engine.append.checks import compile_check
from hookwire_engine.append.checks.values import SMALL, Frame, charge
from hookwire_engine.append.recipes.values import ACCEPTED, FAILED, REPEATED, Outcome
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.validation import Surroundings, compile_validation

RECEIVED_US = 1_767_323_045_678_000
URL = "https://hooks.example.com"


def request(
    body: bytes = b"a=1&b=two%20words&c=&d=x&d=y",
    latin1: frozenset[str] = frozenset(),
    **headers: str,
) -> WebhookRequest:
    pairs = {"content-type": "application/x-www-form-urlencoded", "x-kind": "Ünit"}
    pairs |= {name.replace("_", "-"): value for name, value in headers.items()}
    return WebhookRequest(
        tuple(pairs.items()),
        body,
        RECEIVED_US,
        method="PUT",
        path="/api/webhook/hookwire/public/caf%C3%A9",
        query="q=1%2B1&q2=&r=a&r=b",
        remote_address="2001:db8::7",
        latin1_headers=latin1,
    )


def passes(text: str, sent: WebhookRequest | None = None, secret: bytes = b"k3y") -> bool:
    sent = sent or request()
    return compile_check(text, {"s": 1, "app.s": 1}).evaluate(
        sent, {1: [secret]}, sent.received_at_us, public_url=URL
    )


INPUTS = [
    ("METHOD", "method = 'PUT'"),
    ("PATH", "path = '/api/webhook/hookwire/public/caf%C3%A9'"),
    ("URL", f"url = '{URL}/api/webhook/hookwire/public/caf%C3%A9?q=1%2B1&q2=&r=a&r=b'"),
    ("QUERY", "query['q'] = '1+1' and query->'q2' = '' and not query ? 'Q'"),
    ("QUERY", "query['r'] is null and query ? 'r' and query['none'] is null"),
    ("FORM", "form['a'] = '1' and form['b'] = 'two words' and form['c'] = ''"),
    ("FORM", "form['d'] is null and form ? 'd'"),
    ("REMOTE_ADDRESS", "remote_address = '2001:db8::7'"),
    ("RECEIVED_AT", "received_at = timestamptz '2026-01-02 03:04:05.678+00'"),
    ("RECEIVED_AT", "received_at = now()"),
    ("HEADERS", "headers['X-Kind'] = 'Ünit' and headers->'x-KIND' = headers['x-kind']"),
    ("BODY", "body like 'a=1&%' and length(body) = 28"),
    ("SECRET s", "s = 'k3y'"),
    ("SECRET app.s", "s = 'k3y'"),
    ("HEADERS AS h, BODY AS b, METHOD AS m", "h['x-kind'] = 'Ünit' and b <> m"),
    ('BODY AS "Roh"', "\"Roh\" <> ''"),
]


@pytest.mark.parametrize(("declared", "expression"), INPUTS)
def test_input(declared: str, expression: str) -> None:
    assert passes(f"CHECK (WITH ({declared}) {expression})")
    assert not passes(f"CHECK (WITH ({declared}) NOT ({expression}))")


@pytest.mark.parametrize(
    ("declared", "expression"),
    [
        ("BODY BYTES AS b", "b = 'a=1'::bytea"),
        ("BODY AS b BYTES", "b = 'a=1'::bytea"),
        ("BODY BYTES", "body = 'a=1'::bytea"),
        ("METHOD BYTES AS m", "m = 'PUT'::bytea"),
        ("METHOD AS m BYTES", "m = 'PUT'::bytea"),
        ("SECRET s BYTES AS k", "k = 'k3y'::bytea"),
        ("SECRET s AS k BYTES", "k = 'k3y'::bytea"),
        ("HEADERS BYTES AS h", "h['x-kind'] = convert_to('Ünit', 'UTF8')"),
        ("HEADERS AS h BYTES", "h->'X-KIND' = convert_to('Ünit', 'UTF8')"),
    ],
)
def test_bytes_in_either_place(declared: str, expression: str) -> None:
    sent = request(b"a=1")
    assert passes(f"CHECK (WITH ({declared}) {expression})", sent)
    assert not passes(f"CHECK (WITH ({declared}) NOT ({expression}))", sent)


def test_bytes_are_those_that_were_sent() -> None:
    assert passes("CHECK (WITH (BODY BYTES) encode(body, 'hex') = 'ff00')", request(b"\xff\x00"))
    assert passes(
        "CHECK (WITH (HEADERS BYTES) encode(headers['x-kind'], 'hex') = 'dc6e6974')",
        request(latin1=frozenset(("x-kind",))),
    )
    assert passes(
        "CHECK (WITH (SECRET s BYTES, BODY) encode(s, 'hex') = 'ff00')", secret=b"\xff\x00"
    )


def test_a_body_that_is_no_text_passes_no_check_that_reads_it_as_text() -> None:
    for expression in ("body = 'a'", "body <> 'a'", "length(body) > 0", "body is null"):
        assert not passes(f"CHECK ({expression})", request(b"\xff"))


def test_form_is_read_where_the_request_says_that_it_is_one() -> None:
    multipart = request(b"a=1", content_type="multipart/form-data; boundary=x")
    assert not passes("CHECK (WITH (FORM) form['a'] = '1')", multipart)
    assert not passes("CHECK (WITH (FORM) form['a'] is null)", multipart)


def judge(text: str, repeated: str) -> Outcome:
    judge = compile_validation(CheckClause(text, False, ()), Surroundings())
    sent = WebhookRequest(
        (("x-sig", "a, b"), ("x-other", "c, d"), ("content-type", "x")), b"", 0,
        repeated_headers=frozenset((repeated,)),
    )  # fmt: skip
    return judge.judge(sent)


def test_a_repeated_header_that_is_read_is_refused() -> None:
    for text in (
        "CHECK (headers['X-Sig'] = 'a, b')",
        "CHECK (headers->'x-sig' = 'a, b')",
        "CHECK (header_values(headers, 'x-sig', 'a') = '{}')",
        "CHECK (headers ? 'x-sig')",
    ):
        assert judge(text, "x-sig") == REPEATED, text
        assert judge(text, "x-other") == ACCEPTED, text
    assert judge("CHECK (headers['x-sig'] = 'none')", "x-other") == FAILED
    # A name that is not written out may be any.
    assert judge("CHECK (headers[lower('X-SIG')] = 'a, b')", "x-other") == REPEATED
    assert judge("CHECK (WITH (FORM) form ? 'a' or true)", "content-type") == REPEATED


def test_what_a_check_reads_is_known() -> None:
    check = compile_check("headers['X-Sig'] = hmac('sha256', SECRET s, body)", {"s": 1})
    assert (set(check.reads_headers), check.reads_all_headers) == ({"x-sig"}, False)
    assert (check.reads_body, set(check.uses_secrets)) == (True, {1})
    check = compile_check("headers ? 'a'", {})
    assert (set(check.reads_headers), check.reads_body) == ({"a"}, False)


def test_an_evaluation_that_is_late_stops_where_it_would_make_more() -> None:
    late = Frame(request(), {}, 0, 1 << 20, "", perf_counter() - 1)
    with pytest.raises(QueryCanceled):
        charge(late, SMALL + 1)
    charge(Frame(request(), {}, 0, 1 << 20, "", perf_counter() + 60), SMALL + 1)


HINTS = [
    ("nothing = 'a'", "The inputs of this check are headers, body."),
    ("CHECK (WITH (BODY, HEADERS AS h) x = 'a')", "The inputs of this check are body, h."),
    ("CHECK (WITH (BODY) body = SECRET s)", "Write WITH (..., SECRET s) and then s."),
    ("1 = 1", "Compare something of the request, such as a header, with what it must be."),
    ("random() < length(body)", "random is not; now() is the time of receipt."),
    ("convert_from(body::bytea, 'koi') = ''", "CHECK knows UTF8, LATIN1 and SQL_ASCII."),
    ("hmac('sha256', 1, body) = ''", "The key and the data of hmac are text or bytea."),
    ("body + 1 = 2",
     "No operator matches the given name and argument types. "
     "You might need to add explicit type casts."),
    ("nosuch(body)",
     "No function matches the given name and argument types. "
     "You might need to add explicit type casts."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hint"), HINTS)
def test_an_error_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(SqlError) as caught:
        compile_check(text, {"s": 1})
    assert caught.value.hint == hint
