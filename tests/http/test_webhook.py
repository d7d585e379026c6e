"""The order of decisions of contract section 3, with the lane on and off."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from hookwire_catalog.objects import BodyFormat, SourceOptions
from hookwire_engine.append.system import SystemLimits
from hookwire_http import HttpServer
from support.http_raw import Reply, Run, ask, connected, get, post, running
from support.memory_engine import MemoryEngine

PATH = "/api/webhook/hookwire/public/github"


def engine_with_github(**options: Any) -> MemoryEngine:
    engine = MemoryEngine()
    engine.create("github", options=SourceOptions(**options))
    return engine


def test_a_post_is_stored_as_sent(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            reply = await ask(
                server, post(PATH + "?a=1&b=%20", b"hi", ["X-Kind: Push", "x-kind: b"])
            )
        assert (reply.status, reply.body) == (200, b"")
        assert "content-type" not in reply.headers and "date" in reply.headers
        [stored] = engine.stored
        request = stored.request
        assert request.body == b"hi"
        assert request.headers == (
            ("host", "localhost"),
            ("content-length", "2"),
            ("x-kind", "Push, b"),
        )
        assert (request.method, request.path, request.query) == ("POST", PATH, "a=1&b=%20")
        assert request.repeated_headers == {"x-kind"}
        assert request.remote_address == "127.0.0.1"
        assert abs(request.received_at_us / 1e6 - time.time()) < 60

    run(main)


def test_put_is_stored(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            assert (await ask(server, post(method="PUT"))).status == 200
        assert [s.request.method for s in engine.stored] == ["PUT"]

    run(main)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("github", "github"),
        ("GitHub", "GitHub"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("100%", "100%25"),
        ("\u00fcber", "%C3%BCber"),
        ("odd-(]%/'", "odd-(%5D%25%2F'"),
        ("..", ".."),
        ("a+b", "a+b"),
    ],
)
def test_names_are_verbatim(run: Run, lane: bool, name: str, path: str) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        engine.create(name)
        async with running(engine, lane=lane) as server:
            reply = await ask(server, post(f"/api/webhook/hookwire/public/{path}"))
        assert reply.status == 200, reply
        assert [s.source.name for s in engine.stored] == [name]

    run(main)


@pytest.mark.parametrize(
    "path",
    [
        "/api/webhook/hookwire/public/nope",
        "/api/webhook/hookwire/PUBLIC/github",
        "/api/webhook/Hookwire/public/github",
        "/api/webhook/hookwire/public/github/",
        "/api/webhook/hookwire/public//github",
        "/api/webhook/hookwire/public",
        "/api/webhook/hookwire%2Fpublic%2Fgithub",
        "/api/webhook/hookwire/public/%FF",
        "/api/webhook/",
        "/api/webhooks/hookwire/public/github",
        "/",
    ],
)
def test_unknown_paths_are_404(run: Run, lane: bool, path: str) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            reply = await ask(server, post(path))
            assert reply.status == 404 and reply.headers["content-type"].startswith("text/plain")
        assert not engine.stored

    run(main)


def test_external_id_survives_a_rename(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        source = engine.create("old", external_id="abc-123")
        async with running(engine, lane=lane) as server:
            assert (await ask(server, post("/api/webhook/abc-123"))).status == 200
            engine.rename(source, "new")
            assert (await ask(server, post("/api/webhook/abc-123"))).status == 200
            assert (await ask(server, post("/api/webhook/hookwire/public/old"))).status == 404
        assert [s.source.name for s in engine.stored] == ["old", "new"]

    run(main)


def test_an_absolute_target_is_understood(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            assert (await ask(server, post("http://localhost" + PATH))).status == 200
        assert [s.request.path for s in engine.stored] == [PATH]

    run(main)


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PROPFIND", "BREW"])
def test_other_methods_are_405_even_for_unknown_sources(run: Run, lane: bool, method: str) -> None:
    async def main() -> None:
        async with running(engine_with_github(), lane=lane) as server:
            for path in (PATH, PATH + "x"):
                reply = await ask(server, get(path, method=method), method)
                assert reply.status == 405
                assert reply.headers["allow"] == "POST, PUT, OPTIONS"

    run(main)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_methods_of_handshakes_are_405_where_there_is_none(
    run: Run, lane: bool, method: str
) -> None:
    async def main() -> None:
        async with running(engine_with_github(), lane=lane) as server:
            reply = await ask(server, get(PATH, method=method), method)
            assert (reply.status, reply.headers["allow"]) == (405, "POST, PUT, OPTIONS")
            assert (await ask(server, get(PATH + "x", method=method), method)).status == 404

    run(main)


def test_cors(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            asked = [
                "Origin: https://a.example",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: x-a, x-b",
            ]
            reply = await ask(server, get(PATH, asked, method="OPTIONS"))
            assert reply.status == 204 and "content-length" not in reply.headers
            assert reply.headers["access-control-allow-origin"] == "https://a.example"
            assert reply.headers["access-control-allow-methods"] == "POST, PUT, OPTIONS"
            assert reply.headers["access-control-allow-headers"] == "x-a, x-b"
            sent = await ask(server, post(PATH, b"x", ["Origin: null"]))
            assert sent.status == 200 and sent.headers["access-control-allow-origin"] == "null"
            plain = await ask(server, get(PATH, method="OPTIONS"))
            assert (plain.status, plain.headers["allow"]) == (204, "POST, PUT, OPTIONS")
        assert len(engine.stored) == 1

    run(main)


TOO_LARGE = (
    "request body exceeds 10 bytes; "
    "raise it with ALTER SOURCE public.github SET (max_body_bytes = ...)"
)


def test_problem_documents(run: Run, lane: bool) -> None:
    async def problem(server: HttpServer, raw: bytes) -> dict[str, object]:
        reply = await ask(server, raw)
        assert reply.headers["content-type"] == "application/problem+json"
        document = json.loads(reply.body)
        assert isinstance(document, dict) and document["status"] == reply.status
        return document

    async def main() -> None:
        engine = MemoryEngine()
        engine.create("github", BodyFormat.JSON, options=SourceOptions(max_body_bytes=10))
        accept = ["Accept: text/html;q=0.5, application/json"]
        async with running(engine, lane=lane) as server:
            assert (await problem(server, post(body=b"{", headers=accept)))[
                "title"
            ] == "Bad Request"
            large = await problem(server, post(body=b"x" * 11, headers=accept))
            assert large["detail"] == TOO_LARGE
            assert (await problem(server, get("/nope", accept)))["status"] == 404
            any_type = await ask(server, post(body=b"{", headers=["Accept: */*"]))
            assert any_type.headers["content-type"].startswith("text/plain")

    run(main)


@pytest.mark.parametrize(
    ("options", "status", "body"),
    [
        ({"response_body": "[accepted]"}, 200, b"[accepted]"),
        ({"response_status": 202}, 202, b""),
        ({"response_status": 204}, 204, b""),
        ({"response_status": 201, "response_body": "\u00fc"}, 201, "\u00fc".encode()),
    ],
)
def test_custom_success(
    run: Run, lane: bool, options: dict[str, int | str], status: int, body: bytes
) -> None:
    async def main() -> None:
        async with running(engine_with_github(**options), lane=lane) as server:
            replies = [await ask(server, post()) for _ in range(2)]
        assert [(r.status, r.body) for r in replies] == [(status, body)] * 2

    run(main)


def test_too_many_requests_in_flight_are_503(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        engine.hold = True
        engine.limits = SystemLimits(concurrent_requests=1)
        async with (
            running(engine, lane=lane) as server,
            connected(server) as first,
            connected(server) as second,
        ):
            await first.send(post(body=b"first"))
            await engine.appended.wait()
            await second.send(post(body=b"second"))
            refused = await second.reply()
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
            engine.hold = False
            engine.limits = SystemLimits(concurrent_requests=2)  # effective at once
            await second.send(post(body=b"third"))
            engine.release()
            assert (await second.reply()).status == 200
            assert (await first.reply()).status == 200
        assert [s.request.body for s in engine.stored] == [b"first", b"third"]

    run(main)


def test_too_many_bytes_in_flight_are_503(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane, upload_bytes=100) as server:
            async with connected(server) as wire:
                raw = post(body=b"x" * 200)
                await wire.send(raw[:150])
                await ask(server, get("/api/livez"))  # the first part has been read by now
                await wire.send(raw[150:])
                refused = await wire.reply()
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
            assert (await ask(server, post(body=b"x" * 50))).status == 200

    run(main)


async def rename_during_upload(server: HttpServer, engine: MemoryEngine) -> Reply:
    """Send half a request for `github`, give its name to another source, send the rest."""
    async with connected(server) as wire:
        raw = post(body=b"x" * 1000)
        await wire.send(raw[:-500])
        await ask(server, get("/api/livez"))  # the first half has been read by now
        old, other = engine.find_webhook("hookwire", "public", "github"), engine.create("other")
        assert old is not None
        engine.rename(old.source, "renamed")
        engine.rename(other, "github")
        await wire.send(raw[-500:])
        return await wire.reply()


def test_a_rename_during_the_upload_cannot_misplace_a_row(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            assert (await rename_during_upload(server, engine)).status == 200
        [stored] = engine.stored
        assert stored.source_id == 2  # who has the name when the row is stored

    run(main)


def test_a_drop_during_the_upload_is_404(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server, connected(server) as wire:
            raw = post(body=b"x" * 1000)
            await wire.send(raw[:-500])
            await ask(server, get("/api/livez"))
            found = engine.find_webhook("hookwire", "public", "github")
            assert found is not None
            engine.drop(found.source)
            await wire.send(raw[-500:])
            assert (await wire.reply()).status == 404
        assert not engine.stored

    run(main)


def test_a_client_that_leaves_loses_nothing_it_sent(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        engine.hold = True
        engine.limits = SystemLimits(concurrent_requests=1)
        async with running(engine, lane=lane) as server:
            async with connected(server) as wire:
                await wire.send(post())
                await engine.appended.wait()
            engine.hold = False
            engine.release()
            async with connected(server) as wire:  # its place is free again
                await wire.send(post(body=b"second"))
                assert (await wire.reply()).status == 200
            metrics = (await ask(server, get("/metrics"))).text
        assert [s.request.body for s in engine.stored] == [b"hello", b"second"]
        assert 'mz_webhook_source_requests_total{status="success"} 2.0' in metrics

    run(main)


def test_header_values_are_utf8_else_latin1(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        raw = post().replace(b"\r\n\r\n", b"\r\nX-U: \xc3\xbc\r\nX-L: \xfc\r\n\r\n", 1)
        async with running(engine, lane=lane) as server:
            assert (await ask(server, raw)).status == 200
        [stored] = engine.stored
        assert dict(stored.request.headers)["x-u"] == "\u00fc"
        assert dict(stored.request.headers)["x-l"] == "\u00fc"
        assert stored.request.latin1_headers == {"x-l"}

    run(main)
