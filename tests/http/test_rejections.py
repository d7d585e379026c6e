"""What the door tells the ledger, by both ways in, and the counts it lends to SQL."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import DiskFull
from hookwire_catalog.objects import BodyFormat
from hookwire_engine.append.ledger import NO_SOURCE
from hookwire_http.metrics import SECONDS, quantile
from support.http_raw import Run, ask, get, post, running
from support.memory_engine import MemoryEngine


def test_refusals_reach_the_ledger_and_successes_do_not(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        source = engine.create("github", BodyFormat.JSON)
        async with running(engine, lane=lane) as server:
            await ask(server, post(body=b"{}"))
            await ask(server, post(body=b"{"))
            await ask(server, post("/api/webhook/hookwire/public/nope"))
            await ask(server, get("/api/webhook/hookwire/public/github"))
            engine.fail_with = DiskFull("no space")
            await ask(server, post(body=b'{"a":1}'))
        kept = [(r.source_id, r.cause, r.status, r.body) for r in engine.ledger.rejections()]
        assert kept == [
            (source.id, "UNPARSABLE_BODY", 400, b"{"),
            (NO_SOURCE, "UNKNOWN_SOURCE", 404, b""),
            (source.id, "UNSUPPORTED_METHOD", 405, b""),
            (source.id, "INTERNAL", 507, b'{"a":1}'),
        ]
        counts = engine.counts()[source.id]
        assert counts.accepted == 1
        assert counts.rejected == {"UNPARSABLE_BODY": 1, "UNSUPPORTED_METHOD": 1, "INTERNAL": 1}
        assert counts.p50 is not None and counts.p99 is not None and counts.p50 <= counts.p99

    run(main)


@pytest.mark.parametrize(
    ("seconds", "share", "found"),
    [
        ([0] * (len(SECONDS) + 1), 0.5, None),
        ([2] + [0] * len(SECONDS), 0.5, SECONDS[0] / 2),
        ([0, 4] + [0] * (len(SECONDS) - 1), 1.0, SECONDS[1]),
        ([0] * len(SECONDS) + [1], 0.99, SECONDS[-1]),
    ],
)
def test_quantiles(seconds: list[int], share: float, found: float | None) -> None:
    assert quantile(seconds, share) == found
