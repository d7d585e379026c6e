"""The engine's metrics (contract section 8), made from the registry the program hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
_SECONDS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class EngineMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.batch_rows = Histogram(
            "hookwire_append_batch_rows",
            "Rows made durable by one write of the journal.",
            buckets=_ROWS,
            registry=registry,
        )
        self.commit_seconds = Histogram(
            "hookwire_append_commit_seconds",
            "Time of one journal write, fdatasync included.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.queue_bytes = Gauge(
            "hookwire_append_queue_bytes",
            "Bytes that wait for the journal.",
            registry=registry,
        )
        self.unapplied = Gauge(
            "hookwire_journal_unapplied_rows",
            "Rows that are durable in the journal and not yet in the store.",
            registry=registry,
        )


class StorageBytes(Collector):
    """`hookwire_storage_bytes{source}`: read when scraped, so a dropped source leaves no series."""

    def __init__(self, read: Callable[[], Mapping[str, int]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            "hookwire_storage_bytes", "Bytes of rows that a source holds.", labels=["source"]
        )
        for source, size in sorted(self._read().items()):
            family.add_metric([source], size)
        yield family
