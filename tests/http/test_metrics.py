"""The door's series: names, bounded labels, what becomes of a dropped or renamed source."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from hookwire_catalog.objects import BodyFormat
from hookwire_http import HttpServer
from hookwire_http.metrics import HttpMetrics
from hookwire_http.outcomes import Outcome
from support.http_raw import Run, ask, get, post, running
from support.memory_engine import MemoryEngine

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(server: HttpServer) -> Samples:
    reply = await ask(server, get("/metrics"))
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def test_what_requests_leave(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        engine.create("github", BodyFormat.JSON)
        async with running(engine, lane=lane) as server:
            await ask(server, post(body=b'{"a":1}{"a":2}'))
            await ask(server, post(body=b"{}"))
            await ask(server, post(body=b"{"))
            await ask(server, post("/api/webhook/hookwire/public/nope"))
            await ask(server, post("/api/webhook/hookwire/public/nope2"))
            await ask(server, get("/api/webhook/hookwire/public/github"))
            found = await scrape(server)
        totals = "mz_webhook_source_requests_total"
        assert value(found, totals, status="success") == 2
        assert value(found, totals, status="failure") == 4
        assert value(found, "mz_webhook_source_request_duration_ms_count") == 6
        requests, github = "hookwire_webhook_requests_total", "public.github"
        assert value(found, requests, source=github, outcome="ACCEPTED") == 2
        assert value(found, requests, source=github, outcome="UNPARSABLE_BODY") == 1
        assert value(found, requests, source="", outcome="UNKNOWN_SOURCE") == 2
        assert value(found, requests, source=github, outcome="UNSUPPORTED_METHOD") == 1
        assert value(found, "hookwire_webhook_rows_total", source=github) == 3
        assert value(found, "hookwire_webhook_request_bytes_sum", source=github) == 16
        assert value(found, "hookwire_webhook_request_bytes_count", source=github) == 2
        assert value(found, "hookwire_webhook_request_bytes_bucket", source=github, le="64.0") == 2
        seconds = "hookwire_webhook_request_duration_seconds"
        assert value(found, seconds + "_count", source=github) == 4
        assert value(found, seconds + "_bucket", source=github, le="+Inf") == 4
        sources = {dict(labels).get("source") for _, labels in found}
        assert sources == {None, "", github}

    run(main)


def test_a_rename_moves_and_a_drop_removes_series(run: Run) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        source = engine.create("github")
        async with running(engine) as server:
            await ask(server, post())
            source = engine.rename(source, "renamed")
            found = await scrape(server)
            assert value(found, "hookwire_webhook_rows_total", source="public.renamed") == 1
            assert value(found, "hookwire_webhook_rows_total", source="public.github") is None
            engine.drop(source)
            for _ in range(2):
                found = await scrape(server)
                assert value(found, "mz_webhook_source_requests_total", status="success") == 1
                assert {dict(labels).get("source") for _, labels in found} == {None, ""}

    run(main)


def test_buckets_are_cumulative_and_bounds_inclusive() -> None:
    metrics = HttpMetrics(lambda: {1: "public.a"})
    registry = CollectorRegistry()
    registry.register(metrics)
    for seconds, size in ((0.0001, 64), (0.00011, 65), (99.0, 10**9)):
        metrics.of(1).accepted(seconds, size, 2)
    metrics.of(1).refused(Outcome.TIMEOUT, 1.0)

    def read(name: str, le: str) -> float | None:
        return registry.get_sample_value(name, {"source": "public.a", "le": le})

    durations = "hookwire_webhook_request_duration_seconds_bucket"
    found = [read(durations, le) for le in ("0.0001", "0.00025", "1.0", "10.0", "+Inf")]
    assert found == [1, 2, 3, 3, 4]
    sizes = "hookwire_webhook_request_bytes_bucket"
    assert [read(sizes, le) for le in ("64.0", "256.0", "+Inf")] == [1, 2, 3]
    ms = "mz_webhook_source_request_duration_ms"
    assert registry.get_sample_value(f"{ms}_bucket", {"le": "0.1"}) == 1
    total = registry.get_sample_value(f"{ms}_sum")
    assert total is not None and abs(total - 100_000.21) < 0.01
