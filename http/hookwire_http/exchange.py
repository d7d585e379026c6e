"""One request on its way to its answer: where it is counted, and what the ledger is told of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hookwire_catalog.errors import CannotConnectNow
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import Ledger, Refused
from hookwire_engine.append.recipes.values import Response
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.readiness import DRAINING
from hookwire_http import responses
from hookwire_http.metrics import NO_SOURCE, Series
from hookwire_http.responses import Answer, Refusal


class Exchange:
    """`reply` is called once with the answer. Until `found`, the request belongs to no source."""

    __slots__ = (
        "accept", "intake", "ledger", "reply", "request", "series", "source_id", "started",
    )  # fmt: skip

    def __init__(
        self,
        started: float,
        series: Series,
        accept: str | None,
        reply: Callable[[Answer], None],
        ledger: Ledger,
        request: WebhookRequest,
    ) -> None:
        self.started = started
        self.series = series
        self.accept = accept
        self.reply = reply
        self.ledger = ledger
        self.request = request
        self.intake: Intake | None = None
        self.source_id = NO_SOURCE

    def found(self, intake: Intake, series: Series) -> None:
        self.intake = intake
        self.series = series
        self.source_id = intake.source.id

    def refused(self, error: BaseException) -> Answer:
        """Count a failure and word its answer."""
        return self.refusal(responses.refusal_of(error))

    def refusal(self, refusal: Refusal) -> Answer:
        """The same, for what needs no exception."""
        self.series.refused(refusal.outcome, time.perf_counter() - self.started)
        self._note(refusal)
        return responses.answer(refusal, self.accept)

    def _note(self, refusal: Refusal) -> None:
        """For hookwire.webhook_rejections."""
        request = self.request
        refused = Refused(
            request.received_at_us,
            refusal.status,
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            request.remote_address,
            request,
        )
        self.ledger.refused(self.source_id, refusal.outcome, refused)

    def greeted(self, response: Response) -> Answer:
        """A handshake has been answered: no row, and no rejection either."""
        self.series.greeted(time.perf_counter() - self.started)
        return Answer(response.status, response.body, response.headers)

    def settle(self, future: asyncio.Future[int]) -> None:
        """The append is durable or has failed."""
        error = _cancelled() if future.cancelled() else future.exception()
        if error is not None or self.intake is None:
            self.reply(self.refused(error or _cancelled()))
            return
        seconds = time.perf_counter() - self.started
        self.series.accepted(seconds, len(self.request.body), future.result())
        self.reply(responses.success(self.intake.success))


def _cancelled() -> CannotConnectNow:
    return CannotConnectNow(DRAINING.reason)
