"""The webhook handler, as plain functions of a request and the engine.

    full stack (app.py)   WebhookDoor.respond(call)           all decisions of contract section 3
    fast lane  (lane.py)  WebhookDoor.find, then .submit      a request that passed them all

Both end in `submit`, which appends, counts, and calls back with the answer exactly once, even when
the client is gone by then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial

from hookwire_catalog.errors import CannotConnectNow
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import Ledger, Refused
from hookwire_engine.append.recipes.values import Handshake, Rejected, Response
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.readiness import DRAINING, Readiness
from hookwire_http import responses
from hookwire_http.backend import STARTING, Backend, StartingBackend
from hookwire_http.body import read_body
from hookwire_http.decoders import decoder_for
from hookwire_http.headers import Pairs, declared_length, header
from hookwire_http.limits import Budget
from hookwire_http.metrics import NO_SOURCE, HttpMetrics, Series
from hookwire_http.paths import Address, Target
from hookwire_http.responses import Answer, Refusal, RefusedError

METHODS = frozenset(("POST", "PUT"))


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the full stack gives it; the body has not been read."""

    method: str
    target: Target
    headers: Pairs
    latin1_headers: frozenset[str]
    repeated_headers: frozenset[str]
    body: AsyncIterator[bytes]
    remote_address: str | None


class Exchange:
    """One request on its way: where it is counted and who gets the answer."""

    __slots__ = (
        "accept", "call", "intake", "ledger", "reply", "request", "series", "size", "source_id",
        "started",
    )  # fmt: skip

    def __init__(
        self, started: float, series: Series, accept: str | None, reply: Callable[[Answer], None]
    ) -> None:
        self.started = started
        self.series = series
        self.accept = accept
        self.reply = reply
        self.intake: Intake | None = None
        self.size = 0
        self.source_id = NO_SOURCE
        self.ledger: Ledger | None = None
        self.call: Call | None = None
        self.request: WebhookRequest | None = None

    def refused(self, error: BaseException) -> Answer:
        """Count a failure and word its answer."""
        refusal = responses.refusal_of(error)
        self.series.refused(refusal.outcome, time.perf_counter() - self.started)
        self._note(refusal)
        return responses.answer(refusal, self.accept)

    def _note(self, refusal: Refusal) -> None:
        """For hookwire.webhook_rejections: the request if it was read, else its head."""
        if self.ledger is None:
            return
        request, call = self.request, self.call
        if request is None and call is not None:
            request = _request(call, b"")
        if request is None:
            return
        refused = Refused(
            request.received_at_us,
            refusal.status,
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            request.remote_address,
        )
        self.ledger.refused(self.source_id, refusal.outcome, refused)

    def shaken(self, size: int, response: Response) -> None:
        """The provider has tried the endpoint: an answer and no rows."""
        self.series.accepted(time.perf_counter() - self.started, size, 0)
        self.reply(Answer(response.status, response.body, response.headers))

    def settle(self, future: asyncio.Future[int]) -> None:
        """The append is durable or has failed."""
        error = _cancelled() if future.cancelled() else future.exception()
        if error is not None or self.intake is None:
            self.reply(self.refused(error or _cancelled()))
            return
        self.series.accepted(time.perf_counter() - self.started, self.size, future.result())
        self.reply(responses.success(self.intake.success))


def _cancelled() -> CannotConnectNow:
    return CannotConnectNow(DRAINING.reason)


class WebhookDoor:
    """The state both ways in share."""

    def __init__(self, budget: Budget, metrics: HttpMetrics, request_timeout_s: float) -> None:
        self.engine: Backend = StartingBackend()
        self.budget = budget
        self.metrics = metrics
        self.closing = False
        self._request_timeout_s = request_timeout_s

    @property
    def readiness(self) -> Readiness:
        return DRAINING if self.closing else self.engine.readiness

    @property
    def draining(self) -> bool:
        return self.closing or self.engine.draining

    def find(self, address: Address) -> Intake | None:
        """The source's intake now. Ask again right before `submit`: names can move meanwhile."""
        parts = address.parts
        if len(parts) == 3:
            return self.engine.find_webhook(*parts)
        return self.engine.find_webhook_by_external_id(parts[0])

    def submit(self, intake: Intake, request: WebhookRequest, exchange: Exchange) -> None:
        """Append; `exchange.reply` is called once, perhaps before this returns."""
        exchange.source_id = intake.source.id
        exchange.ledger = self.engine.ledger
        exchange.request = request
        try:
            if intake.judges and not self._accepted(intake, request, exchange):
                return
            future = self.engine.append_webhook(intake, request)
        except Exception as error:
            exchange.reply(exchange.refused(error))
            return
        exchange.intake = intake
        exchange.size = len(request.body)
        future.add_done_callback(exchange.settle)

    def _accepted(self, intake: Intake, request: WebhookRequest, exchange: Exchange) -> bool:
        """Ask the source's validation. A handshake is answered here and becomes no row."""
        outcome = intake.judge(request)
        if isinstance(outcome, Rejected):
            raise responses.rejected(outcome.cause, intake.methods)
        if isinstance(outcome, Handshake):
            exchange.shaken(len(request.body), outcome.response)
            return False
        return True

    async def respond(self, call: Call) -> Answer:
        """Decide in the order of contract section 3. Cancelled when the client goes away."""
        if call.method == "OPTIONS" and call.target.address is not None:
            intake = self.find(call.target.address)
            if intake is None or not _is_handshake(call, intake):
                return responses.preflight(dict(call.headers))
        settled: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        exchange = Exchange(
            time.perf_counter(),
            self.metrics.of(NO_SOURCE),
            header(call.headers, "accept"),
            partial(_resolve, settled),
        )
        exchange.call = call
        exchange.ledger = self.engine.ledger
        try:
            self._refuse_if_unavailable()
            return await self._within_budget(call, exchange, settled)
        except Exception as error:
            return exchange.refused(error)

    def _refuse_if_unavailable(self) -> None:
        if self.draining:
            raise responses.unavailable(DRAINING.reason)
        if self.engine.readiness is STARTING:
            raise responses.unavailable(STARTING.reason)

    async def _within_budget(
        self, call: Call, exchange: Exchange, settled: asyncio.Future[Answer]
    ) -> Answer:
        if not self.budget.enter():
            raise RefusedError(responses.TOO_MANY_REQUESTS)
        try:
            intake = self._intake_for(call)
            exchange.series = self.metrics.of(intake.source.id)
            exchange.source_id = intake.source.id
            body = await self._body(call, intake)
            intake = self._intake_for(call)
            exchange.series = self.metrics.of(intake.source.id)
            if len(body) > intake.max_body_bytes:
                raise _too_large(intake)
            self.submit(intake, _request(call, body), exchange)
            return await settled
        finally:
            self.budget.leave()

    def _intake_for(self, call: Call) -> Intake:
        """A method that no source takes is refused whatever the path."""
        intake = None if call.target.address is None else self.find(call.target.address)
        methods = METHODS if intake is None else intake.methods
        if call.method not in methods:
            raise responses.method_not_allowed(call.method, methods)
        return self._resolve(call.target)

    def _resolve(self, target: Target) -> Intake:
        intake = None if target.address is None else self.find(target.address)
        if intake is None:
            raise responses.unknown_source(target.path)
        return intake

    async def _body(self, call: Call, intake: Intake) -> bytes:
        limit = intake.max_body_bytes
        encoding = header(call.headers, "content-encoding")
        decoder_for(encoding)
        if (declared_length(call.headers) or 0) > limit:
            raise _too_large(intake)
        return await read_body(
            call.body,
            content_encoding=encoding,
            limit=limit,
            too_large=partial(_too_large, intake),
            budget=self.budget,
            timeout_s=self._request_timeout_s,
        )


def _is_handshake(call: Call, intake: Intake) -> bool:
    """OPTIONS of a provider, not of a browser (Fetch standard 3.3)."""
    browser = header(call.headers, "access-control-request-method") is not None
    return not browser and "OPTIONS" in intake.methods


def _too_large(intake: Intake) -> RefusedError:
    return responses.body_too_large(intake.source.name, intake.max_body_bytes)


def _request(call: Call, body: bytes) -> WebhookRequest:
    return WebhookRequest(
        headers=call.headers,
        latin1_headers=call.latin1_headers,
        repeated_headers=call.repeated_headers,
        body=body,
        received_at_us=time.time_ns() // 1000,
        method=call.method,
        path=call.target.path,
        query=call.target.query,
        remote_address=call.remote_address,
    )


def _resolve(settled: asyncio.Future[Answer], answer: Answer) -> None:
    if not settled.done():
        settled.set_result(answer)
