"""What is done with a body: limits, encodings, decoding, faults; with the lane on and off."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import zlib
from typing import Any

import pytest

from hookwire_catalog.errors import (
    DataCorrupted,
    DiskFull,
    InsufficientResources,
    SqlError,
    StorageFault,
    UndefinedObject,
)
from hookwire_catalog.objects import BodyFormat, SourceOptions
from hookwire_http import HttpServer
from support.http_raw import Run, ask, connected, post, running
from support.memory_engine import MemoryEngine

PATH = "/api/webhook/hookwire/public/github"
TOO_LARGE = (
    "request body exceeds 10 bytes; "
    "raise it with ALTER SOURCE public.github SET (max_body_bytes = ...)"
)


def engine_with_github(**options: Any) -> MemoryEngine:
    engine = MemoryEngine()
    engine.create("github", options=SourceOptions(**options))
    return engine


def chunked(*chunks: bytes, headers: tuple[str, ...] = ()) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", *headers]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + framed + b"0\r\n\r\n"


def test_the_body_limit_is_exact(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github(max_body_bytes=10)
        async with running(engine, lane=lane) as server:
            for raw in (post(body=b"x" * 10), chunked(b"x" * 4, b"x" * 6)):
                assert (await ask(server, raw)).status == 200
            for raw in (post(body=b"x" * 11), chunked(b"x" * 4, b"x" * 7)):
                reply = await ask(server, raw)
                assert (reply.status, reply.text) == (413, TOO_LARGE)
        assert [len(s.request.body) for s in engine.stored] == [10, 10]

    run(main)


def test_413_comes_while_the_client_still_sends(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = engine_with_github(max_body_bytes=10)
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(f"POST {PATH} HTTP/1.1\r\nHost: a\r\n".encode())
            await wire.send(b"Transfer-Encoding: chunked\r\n\r\n", b"b\r\nhello world\r\n")
            reply = await wire.reply()
            assert (reply.status, reply.headers["connection"]) == (413, "close")
            await wire.send(b"5\r\nhello\r\n")  # not answered by a reset
            assert await wire.ended() == b""

    run(main)


def test_a_client_that_sends_all_first_reads_413(run: Run, lane: bool) -> None:
    def blocking(server: HttpServer) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("POST", PATH, b"x" * 3_000_000)
        response = connection.getresponse()
        found = response.status, response.read()
        connection.close()
        return found

    async def main() -> None:
        engine = engine_with_github(max_body_bytes=10)
        async with running(engine, lane=lane, linger_s=5) as server:
            status, body = await asyncio.to_thread(blocking, server)
        assert (status, body.decode()) == (413, TOO_LARGE)

    run(main)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("gzip", lambda b: gzip.compress(b[:3]) + gzip.compress(b[3:])),
    ],
)
def test_compressed_bodies(run: Run, lane: bool, encoding: str, encode: object) -> None:
    assert callable(encode)
    body = b"hello, compressed world" * 20

    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            raw = post(body=encode(body), headers=[f"Content-Encoding: {encoding}"])
            assert (await ask(server, raw)).status == 200
        assert [s.request.body for s in engine.stored] == [body]

    run(main)


@pytest.mark.parametrize("encoding", ["compress", "gzip, gzip", "br, zstd", "x"])
def test_unknown_encodings_are_415(run: Run, lane: bool, encoding: str) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            reply = await ask(server, post(headers=[f"Content-Encoding: {encoding}"]))
        assert reply.status == 415 and reply.headers["accept-encoding"].startswith("gzip")
        assert not engine.stored

    run(main)


@pytest.mark.parametrize(
    "body", [b"not gzip", gzip.compress(b"hello")[:-3], gzip.compress(b"a") + b"junk"]
)
def test_broken_compression_is_400(run: Run, lane: bool, body: bytes) -> None:
    async def main() -> None:
        engine = engine_with_github()
        async with running(engine, lane=lane) as server:
            reply = await ask(server, post(body=body, headers=["Content-Encoding: gzip"]))
        assert (reply.status, reply.text) == (400, "the request body is not valid gzip")
        assert not engine.stored

    run(main)


def test_a_bomb_is_413(run: Run, lane: bool) -> None:
    bomb = gzip.compress(bytes(20_000_000))

    async def main() -> None:
        engine = engine_with_github(max_body_bytes=1_000_000)
        async with running(engine, lane=lane) as server:
            reply = await ask(server, post(body=bomb, headers=["Content-Encoding: gzip"]))
        assert reply.status == 413 and not engine.stored

    run(main)


def test_undecodable_bodies_are_400(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        engine.create("github", BodyFormat.JSON)
        engine.create("text", BodyFormat.TEXT)
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(post(body=b'{"a":'))
            assert (await wire.reply()).status == 400
            await wire.send(post("/api/webhook/hookwire/public/text", b"\xff\xfe"))
            assert (await wire.reply()).status == 400
            await wire.send(post(body=b'{"a":1} {"a":2}\n[]'))  # the connection lives on
            assert (await wire.reply()).status == 200
        assert [s.rows for s in engine.stored] == [3]

    run(main)


def test_too_many_rows_are_413(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        options = SourceOptions(max_rows_per_request=3)
        engine.create("github", BodyFormat.JSON_ARRAY, options=options)
        async with running(engine, lane=lane) as server:
            assert (await ask(server, post(body=b"[1,2,3]"))).status == 200
            assert (await ask(server, post(body=b"[1,2,3,4]"))).status == 413
        assert [s.rows for s in engine.stored] == [3]

    run(main)


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (InsufficientResources("the queue is full"), 503, "1"),
        (UndefinedObject("source public.github does not exist"), 404, None),
        (StorageFault("fsync failed"), 503, "5"),
        (DiskFull("no space left"), 507, "5"),
        (DataCorrupted("secret detail"), 500, None),
        (RuntimeError("secret detail"), 500, None),
    ],
)
@pytest.mark.parametrize("late", [False, True], ids=["refused at once", "failed later"])
def test_faults_of_ours(
    run: Run, lane: bool, error: Exception, status: int, retry: str | None, late: bool
) -> None:
    async def main() -> None:
        engine = engine_with_github()
        if late:
            engine.fail_with = error
        else:
            engine.refuse_with = error
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(post())
            reply = await wire.reply()
            assert (reply.status, reply.headers.get("retry-after")) == (status, retry)
            if status == 500:
                assert "secret" not in reply.text and reply.text.startswith("internal error ")
            else:
                assert isinstance(error, SqlError) and reply.text == error.message
            engine.fail_with = engine.refuse_with = None
            await wire.send(post())
            assert (await wire.reply()).status == 200

    run(main)
