"""Who may send now: the decisions that need no body (contract section 3, 2 and 5 to 7).

Buckets are kept by the source's id, so that a rename or an ALTER of the source does not fill its
bucket. They count on one event loop, so that there is nothing to lock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from hookwire_engine.append.bucket import Bucket
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.system import SystemLimits
from hookwire_http import responses
from hookwire_http.metrics import NO_SOURCE
from hookwire_http.responses import Refusal


class Admission:
    """`live` gives the ids of all sources; `clock` the seconds that the buckets count."""

    def __init__(self, clock: Callable[[], float], live: Callable[[], Collection[int]]) -> None:
        self._clock = clock
        self._live = live
        self._buckets: dict[int, Bucket] = {}

    def overall(self, limits: SystemLimits) -> Refusal | None:
        """The rate of all sources together."""
        rate = float(limits.max_requests_per_second)
        return self._take(NO_SOURCE, rate, rate)

    def at(self, intake: Intake, address: str | None) -> Refusal | None:
        """Whether the source takes a request from `address` now; if so, it counts."""
        if intake.paused:
            return responses.PAUSED
        if not intake.admits(address):
            return responses.IP_BLOCKED
        if intake.rate is None:
            return None
        return self._take(intake.source.id, *intake.rate)

    def _take(self, source_id: int, rate: float, burst: float) -> Refusal | None:
        now = self._clock()
        bucket = self._buckets.get(source_id)
        if bucket is None or bucket.rate != rate or bucket.burst != burst:
            bucket = self._resized(source_id, bucket, rate, burst, now)
        wait = bucket.take(now)
        return responses.rate_limited(bucket.burst, wait, bucket.reset(now)) if wait else None

    def _resized(
        self, source_id: int, bucket: Bucket | None, rate: float, burst: float, now: float
    ) -> Bucket:
        live = self._live()
        self._buckets = {i: b for i, b in self._buckets.items() if i in live or i == NO_SOURCE}
        new = Bucket(rate, burst) if bucket is None else bucket.changed(rate, burst, now)
        self._buckets[source_id] = new
        return new
