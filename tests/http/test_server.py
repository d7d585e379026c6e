"""Start, readiness, drain, and the endpoints that are not webhooks."""

from __future__ import annotations

import asyncio
import socket

import pytest

from hookwire_engine.readiness import Readiness
from hookwire_http import HttpConfig, bind_socket, create_server
from support.http_raw import Run, ask, connected, get, post, running
from support.memory_engine import MemoryEngine


def engine_with_github() -> MemoryEngine:
    engine = MemoryEngine()
    engine.create("github")
    return engine


def test_health(run: Run) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine) as server:
            assert (await ask(server, get("/api/livez"))).status == 200
            assert (await ask(server, get("/api/readyz"))).status == 200
            engine.readiness = Readiness(False, "the journal could not be written")
            reply = await ask(server, get("/api/readyz"))
            assert (reply.status, reply.text) == (503, "the journal could not be written")
            assert (await ask(server, get("/api/livez"))).status == 200

    run(main)


def test_until_an_engine_is_attached(run: Run, lane: bool) -> None:
    async def main() -> None:
        async with running(None, lane=lane) as server, connected(server) as wire:
            assert (await ask(server, get("/api/livez"))).status == 200
            starting = await ask(server, get("/api/readyz"))
            assert (starting.status, starting.text) == (503, "the server is starting")
            await wire.send(post())
            refused = await wire.reply()
            assert (refused.status, refused.text) == (503, "the server is starting")
            assert "retry-after" in refused.headers
            server.attach(engine_with_github())
            await wire.send(post())
            assert (await wire.reply()).status == 200

    run(main)


@pytest.mark.parametrize("path", ["/", "/api", "/api/webhook", "/metrics/", "/favicon.ico", "//"])
def test_everything_else_is_404(run: Run, path: str) -> None:
    async def main() -> None:
        async with running(engine_with_github()) as server:
            reply = await ask(server, get(path))
            assert (reply.status, reply.text) == (404, "nothing is served here")

    run(main)


def test_other_methods_of_other_endpoints(run: Run) -> None:
    async def main() -> None:
        async with running(engine_with_github()) as server:
            reply = await ask(server, post("/metrics"))
            assert reply.status == 405 and "GET" in reply.headers["allow"]
            assert reply.headers["content-type"].startswith("text/plain")

    run(main)


def test_websockets_are_refused(run: Run) -> None:
    async def main() -> None:
        asked = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        async with running(engine_with_github()) as server:
            reply = await ask(server, get("/api/livez", [*asked, key]))
            assert reply.status in (400, 403, 404)

    run(main)


def test_a_socket_can_be_bound_before_the_start(run: Run) -> None:
    async def main() -> None:
        sock = bind_socket("localhost", 0)
        server = create_server(engine_with_github(), HttpConfig(sock=sock))
        assert server.port == sock.getsockname()[1]
        await server.start()
        assert (await ask(server, post())).status == 200
        await server.drain(1)

    run(main)


def test_a_server_never_started_can_be_drained(run: Run) -> None:
    async def main() -> None:
        await create_server(None, HttpConfig()).drain(1)

    run(main)


def test_a_taken_port_is_an_error() -> None:
    with bind_socket("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            bind_socket("127.0.0.1", taken.getsockname()[1])


def test_ipv6(run: Run) -> None:
    try:
        bind_socket("::1", 0).close()
    except OSError:
        return  # this machine has no IPv6

    async def main() -> None:
        engine = engine_with_github()
        server = create_server(engine, HttpConfig(host="::1"))
        await server.start()
        reader, writer = await asyncio.open_connection("::1", server.port)
        writer.write(post())
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
        await server.drain(1)
        assert [s.request.remote_address for s in engine.stored] == ["::1"]

    run(main)


def test_drain_answers_what_has_begun(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        engine.hold = True
        async with running(engine, lane=lane) as server:
            async with connected(server) as busy, connected(server) as idle:
                await busy.send(post())
                await engine.appended.wait()
                draining = asyncio.create_task(server.drain(20))
                assert await idle.ended() == b""
                with pytest.raises(ConnectionRefusedError):
                    await ask(server, post())
                assert not draining.done()
                engine.release()
                assert (await busy.reply()).status == 200
                assert await busy.ended() == b""
            await draining
            assert not server.connections
        assert len(engine.stored) == 1

    run(main)


def test_drain_cuts_at_the_end_of_the_grace_period(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        engine.hold = True
        async with running(engine, lane=lane) as server, connected(server) as stuck:
            await stuck.send(post())
            await engine.appended.wait()
            await server.drain(0.05)
            assert not server.connections
            engine.release()  # the engine may still finish; there is nobody to tell

    run(main)


def test_new_requests_while_draining_are_503(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(post())
            assert (await wire.reply()).status == 200
            engine.draining = True
            await wire.send(post())
            refused = await wire.reply()
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert len(engine.stored) == 1

    run(main)


def test_a_request_half_sent_when_drain_begins(run: Run, lane: bool) -> None:
    """It was admitted before, so it is finished; a new one on the same connection would not be."""

    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server, connected(server) as wire:
            raw = post(body=b"x" * 1000)
            await wire.send(raw[:-10])
            await ask(server, get("/api/livez"))
            draining = asyncio.create_task(server.drain(20))
            await asyncio.sleep(0)
            await wire.send(raw[-10:])
            assert (await wire.reply()).status == 200
            assert await wire.ended() == b""
            await draining

    run(main)


def test_nodelay_is_set(run: Run) -> None:
    """Answers are small writes: Nagle's algorithm would hold each for the client's delayed ACK."""

    async def main() -> None:
        async with running(engine_with_github()) as server, connected(server) as wire:
            await wire.send(post())
            await wire.reply()
            sock = wire.writer.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    run(main)
