"""Refused requests judged again: at their own time, by the source as it is now, and bounded."""

from __future__ import annotations

import hashlib
import hmac
from itertools import count

import pytest

from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    BodyFormat,
    CheckClause,
    RecipeClause,
    SourceOptions,
    Validation,
    WebhookSource,
)
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import (
    MAX_REQUEST_BYTES,
    MAX_REQUESTS,
    Ledger,
    Refused,
)
from hookwire_engine.append.masking import MASK
from hookwire_engine.append.replay import JUDGING_SECONDS, Verdict, verdicts
from hookwire_engine.append.request import WebhookRequest

NAME = ObjectName("hookwire", "public", "s")
RIGHT, WRONG = b"right-77", b"wrong-78"
OPEN = CheckClause("CHECK (WITH (BODY) body = 'let me in')", False)
GITHUB = RecipeClause("GITHUB", (9,))
SLACK = RecipeClause("SLACK", (9,))
SECOND = 1_000_000


def intake(validation: Validation | None, secret: bytes = RIGHT, **options: object) -> Intake:
    source = WebhookSource(
        1, NAME, BodyFormat.TEXT, "ext",
        validation=validation,
        options=SourceOptions(**options),  # type: ignore[arg-type]
    )  # fmt: skip
    return Intake(source, values={9: (secret,)})


class Sources:
    """One source, as it is now."""

    def __init__(self, now: Intake | None) -> None:
        self.now = now
        self.ledger = Ledger(intake_of=lambda id_: self.now if id_ == 1 else None)

    def refuse(
        self,
        at: int = 1,
        body: bytes = b"b",
        headers: tuple[tuple[str, str], ...] = (),
        cause: str = "VALIDATION_FAILED",
        method: str = "POST",
        source: int = 1,
    ) -> None:
        request = WebhookRequest(headers, body, at, method)
        self.ledger.refused(
            source, cause, Refused(at, 401, method, headers=headers, body=body, request=request)
        )

    def verdicts(self) -> list[Verdict]:
        return verdicts(self.ledger, lambda: 0.0)

    def said(self) -> list[tuple[str | None, str | None]]:
        return [(v.outcome, v.cause) for v in self.verdicts()]


def signed(body: bytes, secret: bytes) -> tuple[tuple[str, str], ...]:
    digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return (("x-hub-signature-256", f"sha256={digest}"),)


def test_the_source_as_it_is_now_judges() -> None:
    sources = Sources(intake(GITHUB, WRONG))
    sources.refuse(1, b"a", signed(b"a", RIGHT))
    sources.refuse(2, b"b", signed(b"b", b"neither"))
    failed = ("rejected", "VALIDATION_FAILED")
    assert sources.said() == [failed, failed]
    sources.now = intake(GITHUB, RIGHT, response_status=202)
    assert sources.said() == [("accepted", None), failed]
    passed, refused = (v.response for v in sources.verdicts())
    assert passed is not None and refused is not None
    assert (passed.status, refused.status) == (202, 401)
    assert refused.body == b"failed to validate the request"


def test_ids_are_those_of_the_rows() -> None:
    sources = Sources(intake(OPEN))
    sources.refuse(5)
    sources.refuse(5)
    assert [v.id for v in sources.verdicts()] == [r.id for r in sources.ledger.rejections()]


def test_time_is_that_of_the_receipt() -> None:
    sent, body = 1_700_000_000, b"{}"

    def headers(secret: bytes) -> tuple[tuple[str, str], ...]:
        signature = hmac.new(secret, f"v0:{sent}:".encode() + body, hashlib.sha256).hexdigest()
        return (
            ("x-slack-request-timestamp", str(sent)), ("x-slack-signature", f"v0={signature}"),
        )  # fmt: skip

    sources = Sources(intake(SLACK, WRONG))
    sources.refuse(sent * SECOND, body, headers(RIGHT))
    sources.refuse((sent + 3600) * SECOND, body, headers(RIGHT))
    sources.now = intake(SLACK, RIGHT)
    assert sources.said() == [("accepted", None), ("rejected", "STALE_TIMESTAMP")]


def test_a_method_that_the_source_no_longer_takes() -> None:
    sources = Sources(intake(OPEN))
    sources.refuse(method="GET")
    [verdict] = sources.verdicts()
    assert verdict.cause == "UNSUPPORTED_METHOD"
    assert verdict.response is not None
    assert verdict.response.status == 405
    assert dict(verdict.response.headers)["allow"] == "POST, PUT"


@pytest.mark.parametrize("cause", ["UNPARSABLE_BODY", "PAYLOAD_TOO_LARGE", "RATE_LIMITED"])
def test_what_no_validation_refused_is_not_kept(cause: str) -> None:
    sources = Sources(intake(OPEN))
    sources.refuse(cause=cause)
    assert len(sources.ledger.rejections()) == 1
    assert sources.ledger.requests() == []


def test_requests_are_bounded_by_number_and_size() -> None:
    sources = Sources(intake(OPEN))
    for at in range(MAX_REQUESTS + 50):
        sources.refuse(at * SECOND)
    assert len(sources.ledger.rejections()) == MAX_REQUESTS + 50
    kept = sources.ledger.requests()
    assert len(kept) == MAX_REQUESTS
    assert kept[-1].request.received_at_us == (MAX_REQUESTS + 49) * SECOND
    newest = (MAX_REQUESTS + 60) * SECOND
    sources.refuse(newest, b"x" * MAX_REQUEST_BYTES)
    assert all(k.request.received_at_us < newest for k in sources.ledger.requests())
    for more in range(1, 40):
        sources.refuse(newest + more * SECOND, b"x" * (MAX_REQUEST_BYTES // 2))
    assert sum(k.size for k in sources.ledger.requests()) <= 16 * MAX_REQUEST_BYTES


def test_requests_go_with_their_rows_and_their_source() -> None:
    sources = Sources(intake(OPEN))
    for at in range(3):
        sources.refuse(at)
        sources.refuse(at, source=2)
    sources.ledger.keep_only({1})
    assert {kept.source_id for kept in sources.ledger.requests()} == {1}
    sources.ledger.resize(1, 1 << 20)
    assert [kept.id for kept in sources.ledger.requests()] == [
        row.id for row in sources.ledger.rejections()
    ]
    sources.ledger.resize(0, 0)
    assert sources.ledger.requests() == []
    sources.refuse()
    sources.now = None
    assert sources.verdicts() == []


def test_slow_checks_leave_the_oldest_unjudged() -> None:
    sources = Sources(intake(OPEN))
    for at in range(3):
        sources.refuse(at, b"let me in")
    clock = count(0, JUDGING_SECONDS / 2)
    assert [v.outcome for v in verdicts(sources.ledger, lambda: next(clock))] == [
        None, None, "accepted",
    ]  # fmt: skip


def test_a_source_may_have_nothing_listed() -> None:
    sources = Sources(intake(OPEN, on_reject="drop"))
    sources.refuse()
    assert sources.ledger.rejections() == [] and sources.ledger.requests() == []
    sources.now = intake(OPEN, on_reject="log")
    sources.refuse()
    assert len(sources.ledger.rejections()) == 1


@pytest.mark.parametrize(
    ("validation", "name"),
    [
        (RecipeClause("API_KEY", (9,), (("header", "x-foo-event"),)), "x-foo-event"),
        (CheckClause("CHECK (WITH (HEADERS) headers['X-Foo-Event'] = 'k')", False), "x-foo-event"),
        (CheckClause("CHECK (WITH (HEADERS) headers = headers)", False), "user-agent"),
        (CheckClause("CHECK (this is not SQL)", False), "user-agent"),
    ],
)
def test_what_the_validation_reads_is_masked(validation: Validation, name: str) -> None:
    sources = Sources(intake(validation))
    sources.refuse(headers=((name, "planted-3d"),))
    sources.now = intake(None)
    sources.refuse(2, headers=((name, "harmless"),))
    first, second = sources.ledger.rejections()
    assert first.headers == ((name, MASK),)
    assert second.headers == ((name, "harmless"),)


def test_the_raw_request_is_in_no_representation() -> None:
    sources = Sources(intake(OPEN))
    sources.refuse(body=b"planted-5e", headers=(("authorization", "planted-5e"),))
    request = WebhookRequest((), b"planted-5e", 1)
    assert "planted" not in repr(sources.ledger.requests())
    assert "planted" not in repr(Refused(1, 401, request=request))
