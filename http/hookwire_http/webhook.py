"""The webhook handler, as plain functions of a request and the engine.

    full stack (app.py)   WebhookDoor.respond(call)             all decisions of contract section 3
    fast lane  (lane.py)  WebhookDoor.find, .admit, .submit     the same, for a plain POST

Both end in `submit`, which judges, appends, counts, and calls back with the answer exactly once,
even when the client is gone by then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from hookwire_engine.append.intake import Intake
from hookwire_engine.append.recipes.values import Accepted, Handshake, Rejected
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.readiness import DRAINING, Readiness
from hookwire_http import proxies, responses
from hookwire_http.admission import Admission
from hookwire_http.backend import STARTING, Backend, StartingBackend
from hookwire_http.body import read_body
from hookwire_http.config import HttpConfig
from hookwire_http.decoders import decoder_for
from hookwire_http.exchange import Exchange
from hookwire_http.headers import Decoded, Pairs, declared_length, header
from hookwire_http.limits import Budget, Reservation
from hookwire_http.metrics import NO_SOURCE, HttpMetrics
from hookwire_http.paths import Address, Target
from hookwire_http.responses import METHODS, Answer, Refusal, RefusedError

ANY_METHODS = (*METHODS, "GET", "HEAD", "OPTIONS")
"""Those that some source may take: a recipe's handshake comes with one of the last three."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the full stack gives it; the body has not been read."""

    method: str
    target: Target
    headers: Decoded
    body: AsyncIterator[bytes]
    remote_address: str | None


class WebhookDoor:
    """The state both ways in share."""

    def __init__(self, config: HttpConfig, metrics: HttpMetrics) -> None:
        self.engine: Backend = StartingBackend()
        self.budget = Budget(upload_bytes=config.upload_bytes)
        self.metrics = metrics
        self.closing = False
        self._admission = Admission(config.clock, lambda: self.engine.catalog.objects.keys())
        self._request_timeout_s = config.request_timeout_s

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

    def sender(self, peer: str | None, headers: Pairs) -> str | None:
        """The address a request came from, behind the proxies that are trusted now."""
        trusted = self.engine.limits.trusted_proxies
        return proxies.sender(peer, headers, trusted) if trusted else peer

    def introduces(self, peer: str | None) -> bool | None:
        """Whether a new connection from `peer` must begin with a PROXY header; None: not known."""
        if self.engine.readiness is STARTING:
            return None
        limits = self.engine.limits
        return limits.proxy_protocol and proxies.is_trusted(peer, limits.trusted_proxies)

    def enter(self) -> Refusal | None:
        """Take a place in the budget, which `budget.leave` gives back, unless there is a refusal.

        Step 2 of contract section 3: concurrency, then the rate of all sources together.
        """
        limits = self.engine.limits
        if not self.budget.enter(limits.concurrent_requests):
            return responses.TOO_MANY_REQUESTS
        refusal = self._admission.overall(limits)
        if refusal is not None:
            self.budget.leave()
        return refusal

    def admit(self, intake: Intake, remote_address: str | None) -> Refusal | None:
        """Steps 5 to 7. Counts towards the source's rate; ask once a request."""
        return self._admission.at(intake, remote_address)

    def submit(self, intake: Intake, request: WebhookRequest, exchange: Exchange) -> None:
        """Judge and append; `exchange.reply` is called once, perhaps before this returns."""
        exchange.request = request
        exchange.found(intake, self.metrics.of(intake.source.id))
        try:
            answer = _judged(intake, request, exchange) if intake.judges else None
            if answer is None:
                future = self.engine.append_webhook(intake, request)
        except Exception as error:
            answer = exchange.refused(error)
        if answer is None:
            future.add_done_callback(exchange.settle)
        else:
            exchange.reply(answer)

    async def respond(self, call: Call) -> Answer:
        """Decide in the order of contract section 3. Cancelled when the client goes away."""
        if call.method == "OPTIONS" and call.target.address is not None:
            intake = self.find(call.target.address)
            if intake is None or not _greets(intake, call):
                methods = METHODS if intake is None else intake.methods
                return responses.preflight(dict(call.headers.pairs), methods)
        settled: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        exchange = Exchange(
            time.perf_counter(),
            self.metrics.of(NO_SOURCE),
            header(call.headers.pairs, "accept"),
            partial(_resolve, settled),
            self.engine.ledger,
            _request(call, b""),
        )
        try:
            self.refuse_if_unavailable()
            return await self._within_budget(call, exchange, settled)
        except Exception as error:
            return exchange.refused(error)

    def refuse_if_unavailable(self) -> None:
        if self.draining:
            raise responses.unavailable(DRAINING.reason)
        if self.engine.readiness is STARTING:
            raise responses.unavailable(STARTING.reason)

    async def _within_budget(
        self, call: Call, exchange: Exchange, settled: asyncio.Future[Answer]
    ) -> Answer:
        _raise(self.enter())
        try:
            intake = self._admitted(call, exchange, None)
            with Reservation(self.budget) as held:
                body = await self._body(call, intake, held)
                intake = self._admitted(call, exchange, intake)
                if len(body) > intake.max_body_bytes:
                    raise _too_large(intake)
                self.submit(intake, _request(call, body), exchange)
            return await settled
        finally:
            self.budget.leave()

    def _admitted(self, call: Call, exchange: Exchange, before: Intake | None) -> Intake:
        """The source's intake, which takes this request's head as it took it `before`."""
        address, method = call.target.address, call.method
        intake = None if address is None else self.find(address)
        if method not in ANY_METHODS:
            raise responses.method_not_allowed(
                method, METHODS if intake is None else intake.methods
            )
        if intake is None:
            raise responses.unknown_source(call.target.path)
        if intake is not before:
            exchange.found(intake, self.metrics.of(intake.source.id))
            if method not in intake.methods:
                raise responses.method_not_allowed(method, intake.methods)
            _raise(self.admit(intake, call.remote_address))
        return intake

    async def _body(self, call: Call, intake: Intake, held: Reservation) -> bytes:
        limit = intake.max_body_bytes
        encoding = header(call.headers.pairs, "content-encoding")
        decoder_for(encoding)
        if (declared_length(call.headers.pairs) or 0) > limit:
            raise _too_large(intake)
        return await read_body(
            call.body,
            content_encoding=encoding,
            limit=limit,
            too_large=partial(_too_large, intake),
            held=held,
            timeout_s=self._request_timeout_s,
        )


def _judged(intake: Intake, request: WebhookRequest, exchange: Exchange) -> Answer | None:
    """The answer of a source that validates; None when the request may become rows."""
    outcome = intake.judge(request)
    if isinstance(outcome, Handshake):
        return exchange.greeted(outcome.response)
    if isinstance(outcome, Rejected):
        return exchange.refusal(responses.not_valid(outcome.cause, intake.methods))
    assert isinstance(outcome, Accepted)
    if request.method not in METHODS:
        raise responses.method_not_allowed(request.method, intake.methods)
    return None


def _greets(intake: Intake, call: Call) -> bool:
    """Whether OPTIONS is the handshake of CloudEvents' web hooks, and the source does that."""
    origin = header(call.headers.pairs, "webhook-request-origin")
    return origin is not None and "OPTIONS" in intake.methods


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise RefusedError(refusal)


def _too_large(intake: Intake) -> RefusedError:
    return responses.body_too_large(intake.source.name, intake.max_body_bytes)


def _request(call: Call, body: bytes) -> WebhookRequest:
    return WebhookRequest(
        headers=call.headers.pairs,
        latin1_headers=call.headers.latin1,
        repeated_headers=call.headers.repeated,
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
