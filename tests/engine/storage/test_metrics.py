"""The engine's metrics as they are scraped."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from hookwire_engine.metrics import EngineMetrics, StorageBytes


def test_names_and_help() -> None:
    registry = CollectorRegistry()
    metrics = EngineMetrics(registry)
    metrics.batch_rows.observe(7)
    metrics.commit_seconds.observe(0.0003)
    metrics.queue_bytes.set(5)
    metrics.unapplied.set(3)
    text = generate_latest(registry).decode()
    assert 'hookwire_append_batch_rows_bucket{le="5.0"} 0.0' in text
    assert 'hookwire_append_batch_rows_bucket{le="10.0"} 1.0' in text
    assert "hookwire_append_commit_seconds_count 1.0" in text
    assert "hookwire_append_queue_bytes 5.0" in text
    assert "hookwire_journal_unapplied_rows 3.0" in text


def test_bytes_of_a_source_are_read_when_scraped() -> None:
    """A dropped source leaves no series, and a new one needs no telling."""
    registry = CollectorRegistry()
    held = {"public.b": 2, "public.a": 1}
    registry.register(StorageBytes(lambda: held))
    lines = [
        line
        for line in generate_latest(registry).decode().splitlines()
        if not line.startswith("#")
    ]
    assert lines == [
        'hookwire_storage_bytes{source="public.a"} 1.0',
        'hookwire_storage_bytes{source="public.b"} 2.0',
    ]
    held.clear()
    assert "source=" not in generate_latest(registry).decode()
