"""The door's metrics (contract section 8), as plain counters read when scraped.

prometheus_client's own children take a lock per update, about 4 us for the five updates a request
needs; two list increments and a bisect cost about 1 us (benchmarked, see README). A source is
counted under its id and labelled with its name at the time of the scrape: a rename moves the
series, a DROP removes it, and an unknown path is counted under source="".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from hookwire_engine.append.ledger import SourceCounts
from hookwire_http.outcomes import SUCCESSES, Outcome

SECONDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
)  # fmt: skip
BYTES = (64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216)

NO_SOURCE = 0
"""Where requests are counted that reached no source; ids of sources start at 1."""


class Series:
    """The counters of one source."""

    __slots__ = ("bytes_sum", "outcomes", "rows", "seconds", "seconds_sum", "sizes")

    def __init__(self) -> None:
        self.outcomes = dict.fromkeys(Outcome, 0)
        self.rows = 0
        self.seconds = [0] * (len(SECONDS) + 1)
        self.seconds_sum = 0.0
        self.sizes = [0] * (len(BYTES) + 1)
        self.bytes_sum = 0

    def accepted(self, seconds: float, size: int, rows: int) -> None:
        self.outcomes[Outcome.ACCEPTED] += 1
        self.rows += rows
        self.seconds[bisect_left(SECONDS, seconds)] += 1
        self.seconds_sum += seconds
        self.sizes[bisect_left(BYTES, size)] += 1
        self.bytes_sum += size

    def greeted(self, seconds: float) -> None:
        """A handshake was answered."""
        self.refused(Outcome.HANDSHAKE, seconds)

    def refused(self, outcome: Outcome, seconds: float) -> None:
        self.outcomes[outcome] += 1
        self.seconds[bisect_left(SECONDS, seconds)] += 1
        self.seconds_sum += seconds

    def counts(self) -> SourceCounts:
        rejected = {str(o): n for o, n in self.outcomes.items() if n and o not in SUCCESSES}
        return SourceCounts(
            self.outcomes[Outcome.ACCEPTED],
            rejected,
            quantile(self.seconds, 0.5),
            quantile(self.seconds, 0.99),
        )

    def add(self, other: Series) -> None:
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] += count
        self.rows += other.rows
        self.seconds = [a + b for a, b in zip(self.seconds, other.seconds, strict=True)]
        self.seconds_sum += other.seconds_sum
        self.sizes = [a + b for a, b in zip(self.sizes, other.sizes, strict=True)]
        self.bytes_sum += other.bytes_sum


class SqlRequests:
    """The counters of /api/sql."""

    def __init__(self) -> None:
        self._statuses: dict[int, int] = {}
        self._seconds = [0] * (len(SECONDS) + 1)
        self._seconds_sum = 0.0

    def count(self, status: int, seconds: float) -> None:
        self._statuses[status] = self._statuses.get(status, 0) + 1
        self._seconds[bisect_left(SECONDS, seconds)] += 1
        self._seconds_sum += seconds

    def collect(self) -> Iterable[Metric]:
        requests = CounterMetricFamily(
            "hookwire_http_sql_requests",
            "Requests to /api/sql by status; 499 is a client that went away.",
            labels=["status"],
        )
        for status, count in sorted(self._statuses.items()):
            requests.add_metric([str(status)], count)
        yield requests
        yield HistogramMetricFamily(
            "hookwire_http_sql_request_duration_seconds",
            "Time from the head of a request to /api/sql to its answer.",
            buckets=_buckets(SECONDS, self._seconds),
            sum_value=self._seconds_sum,
        )


class HttpMetrics(Collector):
    """`names` gives the name of every live source by its id."""

    def __init__(self, names: Callable[[], Mapping[int, str]]) -> None:
        self._names = names
        self._series: dict[int, Series] = {NO_SOURCE: Series()}
        self._dropped = Series()
        self.handed_over = 0
        self.sql = SqlRequests()

    def of(self, source_id: int) -> Series:
        found = self._series.get(source_id)
        if found is None:
            found = self._series[source_id] = Series()
        return found

    def counts(self) -> Mapping[int, SourceCounts]:
        """What hookwire.webhook_statistics shows; any thread."""
        return {i: series.counts() for i, series in self._series.copy().items()}

    def collect(self) -> Iterable[Metric]:
        labelled = self._live()
        total = Series()
        total.add(self._dropped)
        for series in labelled.values():
            total.add(series)
        yield from _totals(total)
        yield from _by_source(labelled)
        handed_over = CounterMetricFamily(
            "hookwire_http_connections_handed_over",
            "Connections that left the fast lane for the full HTTP stack.",
        )
        handed_over.add_metric([], self.handed_over)
        yield handed_over
        yield from self.sql.collect()

    def _live(self) -> dict[str, Series]:
        """Series by label; what a dropped source counted goes on in the unlabelled totals."""
        names = self._names()
        for gone in self._series.keys() - names.keys() - {NO_SOURCE}:
            self._dropped.add(self._series.pop(gone))
        return {names.get(i, ""): series for i, series in sorted(self._series.items())}


def quantile(seconds: Sequence[int], share: float) -> float | None:
    """As Prometheus's histogram_quantile: linear inside a bucket, the last bound beyond it."""
    wanted = sum(seconds) * share
    if not wanted:
        return None
    below, low = 0, 0.0
    for bound, count in zip(SECONDS, seconds, strict=False):
        if below + count >= wanted:
            return low + (bound - low) * (wanted - below) / count
        below, low = below + count, bound
    return SECONDS[-1]


def _totals(total: Series) -> Iterable[Metric]:
    requests = CounterMetricFamily(
        "mz_webhook_source_requests", "Webhook requests by status.", labels=["status"]
    )
    succeeded = sum(total.outcomes[outcome] for outcome in SUCCESSES)
    requests.add_metric(["success"], succeeded)
    requests.add_metric(["failure"], sum(total.outcomes.values()) - succeeded)
    yield requests
    yield HistogramMetricFamily(
        "mz_webhook_source_request_duration_ms",
        "Time from a request's head to its answer, in milliseconds.",
        buckets=_buckets([bound * 1000 for bound in SECONDS], total.seconds),
        sum_value=total.seconds_sum * 1000,
    )


def _by_source(labelled: Mapping[str, Series]) -> Iterable[Metric]:
    requests = CounterMetricFamily(
        "hookwire_webhook_requests",
        "Webhook requests by source and outcome.",
        labels=["source", "outcome"],
    )
    rows = CounterMetricFamily(
        "hookwire_webhook_rows", "Rows that webhook requests became.", labels=["source"]
    )
    sizes = HistogramMetricFamily(
        "hookwire_webhook_request_bytes", "Size of accepted bodies.", labels=["source"]
    )
    seconds = HistogramMetricFamily(
        "hookwire_webhook_request_duration_seconds",
        "Time from a request's head to its answer.",
        labels=["source"],
    )
    for source, series in labelled.items():
        for outcome, count in series.outcomes.items():
            if count:
                requests.add_metric([source, outcome], count)
        seconds.add_metric([source], _buckets(SECONDS, series.seconds), series.seconds_sum)
        if source:
            rows.add_metric([source], series.rows)
            sizes.add_metric([source], _buckets(BYTES, series.sizes), series.bytes_sum)
    yield from (requests, rows, sizes, seconds)


def _buckets(bounds: Iterable[float], counts: list[int]) -> list[tuple[str, float]]:
    """Prometheus's cumulative buckets, `+Inf` last."""
    edges = [*map(floatToGoString, bounds), "+Inf"]
    return list(zip(edges, accumulate(counts), strict=True))
