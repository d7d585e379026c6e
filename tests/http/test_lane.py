"""What is the lane's own: pieces, pipelines, back-pressure, timeouts, giving a connection away."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from hookwire_catalog.objects import SourceOptions
from hookwire_http import HttpServer
from hookwire_http.config import LANE_BODY_BYTES, LANE_BUFFER_BYTES
from support.http_raw import Run, Wire, ask, connected, get, parse_replies, post, running
from support.memory_engine import MemoryEngine


def new_engine(max_body_bytes: int = 16_384) -> MemoryEngine:
    engine = MemoryEngine()
    engine.create("github", options=SourceOptions(max_body_bytes=max_body_bytes))
    return engine


async def handed_over(server: HttpServer) -> int:
    """How many connections left the lane, this question's own not counted."""
    metrics = (await ask(server, get("/metrics"))).text
    [line] = [x for x in metrics.splitlines() if "handed_over_total " in x and x[0] != "#"]
    return int(float(line.split()[-1])) - 1


def bodies(engine: MemoryEngine) -> list[bytes]:
    return [stored.request.body for stored in engine.stored]


def test_plain_posts_stay_in_the_lane(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        async with running(engine) as server:
            async with connected(server) as wire:
                for number in range(5):
                    await wire.send(post(body=b"%d" % number, headers=[f"X-N: {number}"]))
                    assert (await wire.reply()).status == 200
            assert await handed_over(server) == 0
        assert bodies(engine) == [b"0", b"1", b"2", b"3", b"4"]
        assert dict(engine.stored[4].request.headers)["x-n"] == "4"

    run(main)


def test_any_division_into_pieces(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        raw = post(body=b"one") + post(body=b"") + post(body=b"three\r\n\r\n")
        async with running(engine) as server:
            for step in (1, 2, 7, 50, 100):
                async with connected(server) as wire:
                    await wire.send(*(raw[i : i + step] for i in range(0, len(raw), step)))
                    assert [(await wire.reply()).status for _ in range(3)] == [200] * 3
            assert await handed_over(server) == 0
        assert bodies(engine) == [b"one", b"", b"three\r\n\r\n"] * 5

    run(main)


def test_a_pipeline_is_answered_in_order_one_at_a_time(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        engine.create("custom", options=SourceOptions(response_body="custom"))
        engine.hold = True
        async with running(engine) as server, connected(server) as wire:
            await wire.send(post() + post("/api/webhook/hookwire/public/custom") + post())
            for expected in (b"", b"custom", b""):
                await engine.appended.wait()
                assert len(engine.waiting) == 1
                engine.appended.clear()
                engine.release()
                assert (await wire.reply()).body == expected

    run(main)


def test_a_pipeline_goes_on_in_the_full_stack(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        unknown = post("/api/webhook/hookwire/public/nope")
        raw = post(body=b"1") + unknown + post(body=b"2") + get("/api/livez", ["Connection: close"])
        async with running(engine) as server, connected(server) as wire:
            await wire.send(raw)
            replies = parse_replies(await wire.ended())
        assert [r.status for r in replies] == [200, 404, 200, 200]
        assert bodies(engine) == [b"1", b"2"]

    run(main)


def test_connection_close_is_honoured(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        async with running(engine) as server, connected(server) as wire:
            await wire.send(post(headers=["Connection: Close"]) + post(body=b"after"))
            [reply] = parse_replies(await wire.ended())
        assert (reply.status, reply.headers["connection"]) == (200, "close")
        assert bodies(engine) == [b"hello"]

    run(main)


def test_close_after_a_refusal_serves_nothing_more(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        raw = post(body=b"\xff", headers=["Connection: close"]) + post(body=b"after")
        async with running(engine) as server, connected(server) as wire:
            await wire.send(raw)
            [reply] = parse_replies(await wire.ended())
        assert reply.status == 400 and not engine.stored

    run(main)


def test_a_half_closed_client_gets_its_answers(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        engine.hold = True
        async with running(engine) as server, connected(server) as wire:
            await wire.send(post(body=b"1") + post(body=b"2"))
            wire.writer.write_eof()
            await engine.appended.wait()
            engine.hold = False
            engine.release()
            assert [r.status for r in parse_replies(await wire.ended())] == [200, 200]
        assert bodies(engine) == [b"1", b"2"]

    run(main)


def test_an_unfinished_request_is_dropped(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        async with running(engine) as server:
            for cut in (10, len(post()) - 1):
                async with connected(server) as wire:
                    await wire.send(post()[:cut])
                    wire.writer.write_eof()
                    assert await wire.ended() == b""
            assert (await ask(server, post(body=b"whole"))).status == 200
        assert bodies(engine) == [b"whole"]

    run(main)


def test_a_slow_head_ends_silently_and_a_slow_body_with_408(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = new_engine()
        limits = {"request_timeout_s": 0.1, "keep_alive_s": 0.1}
        async with running(engine, lane=lane, **limits) as server:
            async with connected(server) as wire:
                await wire.send(post()[:20])
                assert await wire.ended() == b""
            async with connected(server) as wire:
                await wire.send(post()[:-1])
                [reply] = parse_replies(await wire.ended())
                assert (reply.status, reply.headers["connection"]) == (408, "close")
        assert not engine.stored

    run(main)


def test_idle_connections_are_closed(run: Run, lane: bool) -> None:
    async def main() -> None:
        async with running(new_engine(), lane=lane, keep_alive_s=0.1) as server:
            async with connected(server) as wire:
                assert await wire.ended() == b""
            async with connected(server) as wire:
                await wire.send(post())
                [reply] = parse_replies(await wire.ended())
                assert reply.status == 200

    run(main)


def test_waiting_for_the_engine_is_not_idling(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        engine.hold = True
        async with (
            running(engine, keep_alive_s=0.05, request_timeout_s=0.05) as server,
            connected(server) as patient,
            connected(server) as idle,
        ):
            await patient.send(post())
            await engine.appended.wait()
            assert await idle.ended() == b""  # so the limit has passed
            engine.release()
            assert (await patient.reply()).status == 200

    run(main)


async def _send_until_blocked(wire: Wire, piece: bytes, most: int) -> int:
    """Write without waiting until the socket takes no more; how many bytes it took."""
    sock = wire.writer.get_extra_info("socket")
    loop, sent = asyncio.get_running_loop(), 0
    raw = socket.socket(fileno=socket.dup(sock.fileno()))
    raw.setblocking(False)
    with raw:
        while sent < most:
            try:
                async with asyncio.timeout(0.3):
                    await loop.sock_sendall(raw, piece)
            except TimeoutError:
                return sent
            sent += len(piece)
    return sent


def test_a_busy_connection_stops_reading(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        engine.hold = True
        async with running(engine) as server, connected(server) as wire:
            await wire.send(post(body=b"first"))
            await engine.appended.wait()
            # What the kernel buffers is a few MB; without a bound all of this would be taken.
            most = 64 * 1024 * 1024
            assert await _send_until_blocked(wire, b"x" * LANE_BUFFER_BYTES, most) < most
            engine.release()
            assert (await wire.reply()).status == 200

    run(main)


def test_a_client_that_does_not_read_is_not_served_on(run: Run) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        options = SourceOptions(response_body="y" * 100_000, max_body_bytes=10)
        engine.create("github", options=options)
        async with running(engine, request_timeout_s=0.2) as server, connected(server) as wire:
            wire.reader._limit = 1  # type: ignore[attr-defined]
            wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
            await wire.send(post() * 1000)
            while server.connections:  # cut off, since it takes no answers
                await asyncio.sleep(0.01)
        assert len(engine.stored) < 1000

    run(main)


def test_large_bodies_go_to_the_full_stack(run: Run) -> None:
    async def main() -> None:
        engine = new_engine(max_body_bytes=4 * LANE_BODY_BYTES)
        async with running(engine) as server:
            for size, gone in ((LANE_BODY_BYTES, 0), (LANE_BODY_BYTES + 1, 1)):
                async with connected(server) as wire:
                    await wire.send(post(body=b"x" * size))
                    assert (await wire.reply()).status == 200
                assert await handed_over(server) == gone + (1 if gone else 0)
        assert [len(b) for b in bodies(engine)] == [LANE_BODY_BYTES, LANE_BODY_BYTES + 1]

    run(main)


@pytest.mark.parametrize(
    "start",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n", b"GET / HTTP/1.1\n", b"PUT", b"POST /x", b"\x00"],
)
def test_what_cannot_be_mine_leaves_at_its_first_bytes(run: Run, start: bytes) -> None:
    async def main() -> None:
        async with running(new_engine()) as server, connected(server) as wire:
            await wire.send(start)
            while await handed_over(server) < 1:
                await asyncio.sleep(0)

    run(main)


def test_a_head_without_end_is_431(run: Run, lane: bool) -> None:
    async def main() -> None:
        async with running(new_engine(), lane=lane) as server, connected(server) as wire:
            await wire.send(post()[:-9] + b"X-A: " + b"a" * 20_000)
            [reply] = parse_replies(await wire.ended())
            assert reply.status == 431

    run(main)


def test_the_engine_may_answer_after_the_client_is_gone(run: Run) -> None:
    async def main() -> None:
        engine = new_engine()
        engine.hold = True
        async with running(engine) as server:
            async with connected(server) as wire:
                await wire.send(post())
                await engine.appended.wait()
                # A reset: after a mere end of input the answer would still be waited for.
                plug = wire.writer.get_extra_info("socket")
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                wire.writer.transport.abort()
            while server.connections:
                await asyncio.sleep(0)
            engine.release()
        assert bodies(engine) == [b"hello"]

    run(main)


def test_prior_knowledge_http2_works(run: Run) -> None:
    h2_preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")

    async def main() -> None:
        async with running(new_engine()) as server, connected(server) as wire:
            await wire.send(h2_preface)
            async with asyncio.timeout(20):
                frame = await wire.reader.readexactly(9)
            assert frame[3] == 4  # a SETTINGS frame: the peer speaks HTTP/2

    run(main)
