"""Refused requests before their source's validation as it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hookwire_engine.append.effective import PLAIN_TEXT
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import Kept, Ledger
from hookwire_engine.append.recipes.values import (
    ANSWERS,
    WRONG_METHOD,
    Accepted,
    Cause,
    Handshake,
    Rejected,
    Response,
)

JUDGING_SECONDS = 5.0
"""A check may take a quarter of a second, and there may be a thousand requests."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the source would say now to the request of the rejection `id`.

    `outcome` is accepted, handshake or rejected; None when there was no time to judge.
    """

    id: int
    source_id: int
    outcome: str | None = None
    cause: str | None = None
    response: Response | None = None


def verdicts(ledger: Ledger, clock: Callable[[], float]) -> list[Verdict]:
    """Of every request that is kept and whose source still is, oldest first.

    A request is judged at the time of its receipt, so that an old one is not stale for being old.
    Pauses, addresses, rates and the body's form do not count. The newest are judged first.
    """
    until = clock() + JUDGING_SECONDS
    found = []
    for kept in reversed(ledger.requests()):
        intake = ledger.intake_of(kept.source_id)
        if intake is not None:
            found.append(
                _verdict(kept, intake) if clock() < until else Verdict(kept.id, kept.source_id)
            )
    return found[::-1]


def _verdict(kept: Kept, intake: Intake) -> Verdict:
    request = kept.request
    known = request.method in intake.methods
    match intake.judge(request) if known else WRONG_METHOD:
        case Accepted():
            return Verdict(kept.id, kept.source_id, "accepted", None, intake.success)
        case Handshake(response):
            return Verdict(kept.id, kept.source_id, "handshake", None, response)
        case Rejected(cause):
            return Verdict(
                kept.id, kept.source_id, "rejected", cause, answer_of(cause, intake.methods)
            )


def answer_of(cause: Cause, methods: frozenset[str]) -> Response:
    """What a caller is told whose request is rejected for `cause`."""
    status, sentence = ANSWERS[cause]
    wrong = cause is Cause.UNSUPPORTED_METHOD
    headers = (("allow", ", ".join(sorted(methods))),) if wrong else ()
    return Response(status, sentence.encode(), (PLAIN_TEXT, *headers))
