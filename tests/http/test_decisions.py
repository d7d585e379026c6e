"""Which of several reasons to refuse is told: the order of contract section 3, both ways in.

A case puts everything wrong that comes later in the order, too; so two decisions that change
places give another answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import pytest

from hookwire_catalog.errors import DiskFull
from hookwire_catalog.objects import BodyFormat, SourceOptions, WebhookSource
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    REPEATED,
    STALE,
    WRONG_METHOD,
    Handshake,
    Outcome,
    Response,
)
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.system import SystemLimits
from hookwire_http import HttpConfig, HttpServer
from hookwire_http.headers import decode_headers
from hookwire_http.metrics import HttpMetrics
from hookwire_http.paths import parse_target
from hookwire_http.webhook import Call, WebhookDoor
from support.http_raw import Reply, Run, ask, connected, get, post, running
from support.memory_engine import MemoryEngine
from support.scripted_intake import Script

PATH = "/api/webhook/hookwire/public/github"
HELLO = Handshake(Response(200, b"challenge", (("content-type", "text/plain"),)))


@dataclass(slots=True)
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Case:
    """What is wrong with a request, its source or the server; by default everything is."""

    draining: bool = True
    no_places: bool = True
    overall_rate: bool = True
    method: str = "DELETE"
    path: str = PATH + "nope"
    script: Script = field(
        default_factory=lambda: Script(
            judge=lambda request: FAILED, paused=True, blocked={"127.0.0.1"}, rate=(1.0, 1.0)
        )
    )
    spent: bool = True
    headers: tuple[str, ...] = ("Content-Encoding: lzma",)
    body: bytes = b"{" * 100
    disk_full: bool = True


def fewer(case: Case, **changes: object) -> Case:
    return replace(case, **changes)  # type: ignore[arg-type]


def scripted(case: Case, **changes: object) -> Case:
    return replace(case, script=replace(case.script, **changes))  # type: ignore[arg-type]


def ladder() -> list[tuple[Case, int, str]]:
    """Each step mends what the one before was refused for."""
    steps: list[tuple[Callable[[Case], Case], int, str]] = [
        (lambda c: c, 503, "DRAINING"),
        (lambda c: fewer(c, draining=False), 503, "OVERLOADED"),
        (lambda c: fewer(c, no_places=False), 429, "RATE_LIMITED"),
        (lambda c: fewer(c, overall_rate=False), 405, "UNSUPPORTED_METHOD"),
        (lambda c: fewer(c, method="GET"), 404, "UNKNOWN_SOURCE"),
        (lambda c: fewer(c, path=PATH), 405, "UNSUPPORTED_METHOD"),
        (lambda c: fewer(c, method="POST"), 503, "PAUSED"),
        (lambda c: scripted(c, paused=False), 403, "IP_BLOCKED"),
        (lambda c: scripted(c, blocked=()), 429, "RATE_LIMITED"),
        (lambda c: fewer(c, spent=False), 415, "UNSUPPORTED_ENCODING"),
        (lambda c: fewer(c, headers=()), 413, "PAYLOAD_TOO_LARGE"),
        (lambda c: fewer(c, body=b"{"), 401, "VALIDATION_FAILED"),
        (lambda c: scripted(c, judge=lambda r: STALE), 401, "STALE_TIMESTAMP"),
        (lambda c: scripted(c, judge=lambda r: REPEATED), 400, "REPEATED_HEADER"),
        (lambda c: scripted(c, judge=lambda r: WRONG_METHOD), 405, "UNSUPPORTED_METHOD"),
        (lambda c: scripted(c, judge=lambda r: HELLO), 200, "HANDSHAKE"),
        (lambda c: scripted(c, judge=lambda r: ACCEPTED), 400, "UNPARSABLE_BODY"),
        (lambda c: fewer(c, body=b"1 2 3"), 413, "PAYLOAD_TOO_LARGE"),
        (lambda c: fewer(c, body=b"1"), 507, "INTERNAL"),
        (lambda c: fewer(c, disk_full=False), 200, "ACCEPTED"),
    ]
    case, found = Case(), []
    for mend, status, outcome in steps:
        case = mend(case)
        found.append((case, status, outcome))
    return found


async def prepared(case: Case, engine: MemoryEngine, server: HttpServer) -> None:
    options = SourceOptions(max_body_bytes=10, max_rows_per_request=2)
    source = engine.create("github", BodyFormat.JSON, options=options)
    engine.limits = SystemLimits(max_requests_per_second=1 if case.overall_rate else 2)
    if case.spent:  # a request before takes what there is
        engine.script(source, Script(rate=case.script.rate))
        assert (await ask(server, post(PATH, b"9"))).status == 200
        engine.stored.clear()
    if case.no_places:
        engine.limits = replace(engine.limits, concurrent_requests=0)
    if case.disk_full:
        engine.fail_with = DiskFull("no space")
    engine.script(source, case.script)
    engine.draining = case.draining


@pytest.mark.parametrize(
    ("case", "status", "outcome"), ladder(), ids=[f"{o}-{s}" for _, s, o in ladder()]
)
def test_the_first_reason_answers(
    run: Run, lane: bool, case: Case, status: int, outcome: str
) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        async with running(engine, lane=lane, clock=Clock()) as server:
            await prepared(case, engine, server)
            raw = post(case.path, case.body, case.headers, method=case.method)
            assert (await ask(server, raw)).status == status
            engine.draining = False
            metrics = (await ask(server, get("/metrics"))).text
        assert f'outcome="{outcome}"' in metrics
        stored = [s.request.body for s in engine.stored]
        assert stored == ([b"1"] if outcome == "ACCEPTED" else [])

    run(main)


def github(engine: MemoryEngine, script: Script) -> WebhookSource:
    source = engine.create("github")
    engine.script(source, script)
    return source


def test_the_rate_of_a_source(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine, clock = MemoryEngine(), Clock()
        source = github(engine, Script(rate=(0.5, 2.0)))
        engine.create("other")
        async with running(engine, lane=lane, clock=clock) as server, connected(server) as wire:

            async def sent(path: str = PATH) -> Reply:
                await wire.send(post(path))
                return await wire.reply()

            assert [(await sent()).status for _ in range(3)] == [200, 200, 429]
            refused = await sent()
            names = ("retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
            assert [refused.headers[name] for name in names] == ["2", "2", "0", "4"]
            assert refused.text == "too many requests, try again in 2 s"
            assert (await sent(PATH.replace("github", "other"))).status == 200
            clock.now += 1.9
            assert (await sent()).status == 429
            clock.now += 0.1
            assert (await sent()).status == 200
            # Neither a rename nor other limits fill it; a new source of that name starts anew.
            renamed = engine.rename(source, "renamed")
            engine.script(renamed, Script(rate=(1.0, 5.0)))
            assert (await sent(PATH.replace("github", "renamed"))).status == 429
            engine.drop(renamed)
            github(engine, Script(rate=(1.0, 1.0)))
            assert (await sent()).status == 200

    run(main)


def test_the_rate_of_all_sources_together_is_live(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        engine.create("github")
        engine.limits = SystemLimits(max_requests_per_second=2)
        async with running(engine, lane=lane, clock=Clock()) as server:
            replies = [await ask(server, post()) for _ in range(3)]
            assert [r.status for r in replies] == [200, 200, 429]
            assert replies[2].headers["ratelimit-limit"] == "2"
            nowhere = await ask(server, post(PATH + "nope"))
            assert nowhere.status == 429  # before the source is looked up

    run(main)


def test_a_refused_upload_is_not_waited_for(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        github(engine, Script(paused=True))
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(post(body=b"x" * 10_000)[:-5_000])
            assert (await wire.reply()).status == 503
        assert not engine.stored

    run(main)


def test_an_upload_counts_once(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        github(engine, Script(rate=(1.0, 2.0)))
        async with running(engine, lane=lane, clock=Clock()) as server:
            for status in (200, 200, 429):
                async with connected(server) as wire:
                    raw = post(body=b"x" * 1000)
                    await wire.send(raw[:-500])
                    await ask(server, get("/api/livez"))  # the first half has been read by now
                    await wire.send(raw[-500:])
                    assert (await wire.reply()).status == status

    run(main)


def test_a_pause_during_the_upload_counts(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        source = github(engine, Script())
        async with running(engine, lane=lane) as server, connected(server) as wire:
            raw = post(body=b"x" * 1000)
            await wire.send(raw[:-500])
            await ask(server, get("/api/livez"))
            engine.script(source, Script(paused=True))
            await wire.send(raw[-500:])
            assert (await wire.reply()).status == 503
        assert not engine.stored

    run(main)


def test_the_check_sees_the_request_as_sent(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        intake = engine.script(engine.create("github"), Script(judge=lambda request: ACCEPTED))
        async with running(engine, lane=lane) as server:
            raw = post(PATH + "?a=1", b"hi", ["X-A: 1", "x-b: 2", "X-a: 3"])
            assert (await ask(server, raw)).status == 200
        [seen] = intake.judged
        assert seen is engine.stored[0].request
        assert (seen.method, seen.path, seen.query, seen.body) == ("POST", PATH, "a=1", b"hi")
        assert dict(seen.headers)["x-a"] == "1, 3" and seen.repeated_headers == {"x-a"}

    run(main)


def test_a_failed_check_says_no_more(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        github(engine, Script(judge=lambda request: FAILED))
        async with running(engine, lane=lane) as server, connected(server) as wire:
            for _ in range(2):  # on a connection that lives on
                await wire.send(post())
                reply = await wire.reply()
                assert (reply.status, reply.text) == (401, "failed to validate the request")
        assert {r.cause for r in engine.ledger.rejections()} == {"VALIDATION_FAILED"}
        assert not engine.stored

    run(main)


def by_method(request: WebhookRequest) -> Outcome:
    return ACCEPTED if request.method == "POST" else HELLO


def test_handshakes_are_answered_and_never_rows(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        methods = ("POST", "PUT", "GET", "HEAD", "OPTIONS")
        source = github(engine, Script(judge=by_method, methods=methods))
        async with running(engine, lane=lane) as server:
            greeting = await ask(server, get(PATH + "?hub.challenge=x"))
            assert (greeting.status, greeting.body) == (200, b"challenge")
            assert greeting.headers["content-type"] == "text/plain"
            assert (await ask(server, get(PATH, method="HEAD"), "HEAD")).status == 200
            validating = get(PATH, ["WebHook-Request-Origin: a.example"], method="OPTIONS")
            assert (await ask(server, validating)).body == b"challenge"
            plain = await ask(server, get(PATH, method="OPTIONS"))
            assert (plain.status, plain.headers["allow"]) == (204, "POST, PUT, GET, HEAD, OPTIONS")
            wrong = await ask(server, get(PATH, method="DELETE"))
            assert (wrong.status, wrong.headers["allow"]) == (405, "POST, PUT, GET, HEAD, OPTIONS")
            assert (await ask(server, post())).status == 200
            metrics = (await ask(server, get("/metrics"))).text
        assert [s.request.method for s in engine.stored] == ["POST"]
        assert 'mz_webhook_source_requests_total{status="success"} 4.0' in metrics
        counts = engine.counts()[source.id]
        assert (counts.accepted, counts.rejected) == (1, {})

    run(main)


def test_a_handshake_method_that_the_check_passes_is_no_row(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        github(engine, Script(judge=lambda request: ACCEPTED, methods=("POST", "PUT", "GET")))
        async with running(engine, lane=lane) as server:
            reply = await ask(server, get(PATH))
            assert (reply.status, reply.headers["allow"]) == (405, "POST, PUT, GET, OPTIONS")
        assert not engine.stored

    run(main)


def test_dropped_rejections_are_only_counted(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        source = github(engine, Script(judge=lambda request: FAILED, on_reject="drop"))
        async with running(engine, lane=lane) as server:
            assert (await ask(server, post())).status == 401
            assert (await ask(server, get(PATH))).status == 405
        assert engine.ledger.rejections() == []
        rejected = engine.counts()[source.id].rejected
        assert rejected == {"VALIDATION_FAILED": 1, "UNSUPPORTED_METHOD": 1}

    run(main)


def test_what_the_lane_refuses_stays_in_the_lane(run: Run) -> None:
    async def main() -> None:
        scripts = [
            (Script(paused=True), 503),
            (Script(blocked={"127.0.0.1"}), 403),
            (Script(judge=lambda request: FAILED), 401),
            (Script(rate=(1.0, 1.0)), 429),
        ]
        engine = MemoryEngine()
        source = engine.create("github")
        async with running(engine, clock=Clock()) as server:
            for script, status in scripts:
                engine.script(source, script)
                async with connected(server) as wire:
                    await wire.send(post() + post())
                    await wire.reply()
                    assert (await wire.reply()).status == status
            metrics = (await ask(server, get("/metrics"))).text
        assert "\nhookwire_http_connections_handed_over_total 1.0" in metrics  # this question's

    run(main)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def test_a_body_counts_until_it_is_judged(run: Run) -> None:
    async def main() -> None:
        engine, held = MemoryEngine(), list[int]()
        door = WebhookDoor(HttpConfig(), HttpMetrics(dict))
        door.engine = engine

        def judge(request: WebhookRequest) -> Outcome:
            held.append(door.budget.upload_bytes)
            return FAILED

        github(engine, Script(judge=judge))
        call = Call("POST", parse_target(PATH), decode_headers([]), pieces(b"123", b"45"), None)
        assert (await door.respond(call)).status == 401
        assert held == [5] and door.budget.upload_bytes == door.budget.requests == 0

    run(main)
