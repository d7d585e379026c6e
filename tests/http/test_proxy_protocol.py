"""Whom a proxy says that it speaks for, before the first request of a connection."""

from __future__ import annotations

import contextlib
import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_engine.append.system import SystemLimits
from hookwire_http.proxy_protocol import MAX_V1_BYTES, MAX_V2_BYTES, ProxyHeader, parse
from support.http_raw import Run, ask, connected, get, parse_replies, post, running
from support.memory_engine import MemoryEngine
from support.scripted_intake import Script

SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")
TCP4 = b"PROXY TCP4 198.51.100.1 203.0.113.2 56324 443\r\n"
ON = SystemLimits(trusted_proxies=("127.0.0.0/8",), proxy_protocol=True)


def v2(command: int, family: int, block: bytes) -> bytes:
    return SIGNATURE + bytes([command, family]) + struct.pack("!H", len(block)) + block


def ips(source: str, tlvs: bytes = b"") -> bytes:
    address = ip_address(source).packed
    return address + bytes(len(address)) + struct.pack("!HH", 4711, 443) + tlvs


UNIX = b"/run/a.sock".ljust(108, b"\0") * 2

GOOD: list[tuple[bytes, str | None]] = [
    (TCP4, "198.51.100.1"),
    (b"PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0"),
    (b"PROXY TCP6 2001:DB8::0:1 ::1 56324 443\r\n", "2001:db8::1"),
    (b"PROXY TCP6 ::ffff:198.51.100.1 ::1 1 2\r\n", "198.51.100.1"),
    (b"PROXY TCP6" + b" ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" * 2 + b" 65535 65535\r\n",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN whatever 1 2 3\r\n", None),
    (b"PROXY UNKNOWN".ljust(MAX_V1_BYTES - 2, b" ") + b"\r\n", None),
    (v2(0x21, 0x11, ips("198.51.100.1")), "198.51.100.1"),
    (v2(0x21, 0x12, ips("198.51.100.1")), "198.51.100.1"),
    (v2(0x21, 0x21, ips("2001:db8::1")), "2001:db8::1"),
    (v2(0x21, 0x22, ips("::ffff:198.51.100.1")), "198.51.100.1"),
    (v2(0x21, 0x11, ips("198.51.100.1", b"\x03\x00\x04abcd")), "198.51.100.1"),
    (v2(0x21, 0x11, ips("198.51.100.1").ljust(MAX_V2_BYTES - 16, b"\4")), "198.51.100.1"),
    (v2(0x21, 0x31, UNIX), None),
    (v2(0x21, 0x32, UNIX), None),
    (v2(0x21, 0x00, b""), None),
    (v2(0x21, 0x00, b"\4\0\0"), None),
    (v2(0x20, 0x00, b""), None),
    (v2(0x20, 0x11, ips("198.51.100.1")), None),
    (v2(0x20, 0xFF, b"?"), None),
]  # fmt: skip

BAD = [
    b"G",
    b"POST /",
    b"PROXY\r\n",
    b"proxy TCP4",
    b"\r\n\r\n\r\n",
    b"PROXY \r\n",
    b"PROXY TCP5 198.51.100.1 203.0.113.2 1 2\r\n",
    b"PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
    b"PROXY TCP6 198.51.100.1 203.0.113.2 1 2\r\n",
    b"PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
    b"PROXY TCP4 198.51.100.1 203.0.113.2 1\r\n",
    b"PROXY TCP4 198.51.100.1 203.0.113.2 1 2 3\r\n",
    b"PROXY TCP4  198.51.100.1 203.0.113.2 1 2\r\n",
    b"PROXY TCP4 198.51.100.01 203.0.113.2 1 2\r\n",
    b"PROXY TCP4 198.51.100.1 x 1 2\r\n",
    b"PROXY TCP4 198.51.100.1 203.0.113.2 01 2\r\n",
    b"PROXY TCP4 198.51.100.1 203.0.113.2 1 65536\r\n",
    b"PROXY TCP4 198.51.100.1 203.0.113.2 1 -2\r\n",
    b"PROXY UNKNOWN".ljust(MAX_V1_BYTES - 1, b" ") + b"\r\n",
    b"PROXY UNKNOWN\n".ljust(MAX_V1_BYTES, b" "),
    v2(0x11, 0x11, ips("198.51.100.1")),
    v2(0x22, 0x11, ips("198.51.100.1")),
    v2(0x21, 0x01, b""),
    v2(0x21, 0x13, ips("198.51.100.1")),
    v2(0x21, 0x41, UNIX),
    v2(0x21, 0x11, ips("198.51.100.1")[:-1]),
    v2(0x21, 0x21, ips("198.51.100.1")),
    v2(0x21, 0x31, UNIX[:-1]),
    v2(0x21, 0x11, ips("198.51.100.1").ljust(MAX_V2_BYTES - 15, b"\4"))[:16],
    v2(0x20, 0x00, b"\xff" * 65535)[:16],
]


@pytest.mark.parametrize(("header", "address"), GOOD)
def test_a_header_wherever_it_is_cut(header: bytes, address: str | None) -> None:
    for size in range(len(header)):
        assert parse(header[:size]) is None, size
    for rest in (b"", b"P", post(), header):
        assert parse(bytearray(header + rest)) == ProxyHeader(address, len(header))


@pytest.mark.parametrize("data", BAD)
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse(data)
    with pytest.raises(ValueError):
        parse(data + post())


@given(st.ip_addresses(), st.booleans(), st.binary(max_size=200), st.binary(max_size=20))
def test_any_address(address: object, binary: bool, tlvs: bytes, rest: bytes) -> None:
    source = str(address)
    four = ":" not in source
    if binary:
        header = v2(0x21, 0x11 if four else 0x21, ips(source, tlvs))
    else:
        other = "203.0.113.2" if four else "::"
        header = f"PROXY TCP{4 if four else 6} {source} {other} 1 2\r\n".encode()
    found = parse(header + rest)
    assert found is not None and found.size == len(header) and found.address is not None
    mapped = getattr(address, "ipv4_mapped", None)
    assert ip_address(found.address) == (mapped or address)


@given(
    st.binary(max_size=40)
    | st.binary(max_size=40).map(lambda b: SIGNATURE + b)
    | st.text(st.sampled_from("TCP46 UNKOW.:019af\r\n")).map(lambda t: b"PROXY " + t.encode())
)
def test_more_bytes_never_change_what_was_said(data: bytes) -> None:
    said: object = None
    for size in range(len(data) + 1):
        try:
            now: object = parse(data[:size])
        except ValueError:
            now = "wrong"
        assert said in (None, now)
        said = now


# Through the door.


def addresses(engine: MemoryEngine) -> list[str | None]:
    return [stored.request.remote_address for stored in engine.stored]


def new_engine(limits: SystemLimits = ON) -> MemoryEngine:
    engine = MemoryEngine()
    engine.create("github")
    engine.limits = limits
    return engine


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (TCP4, "198.51.100.1"),
        (v2(0x21, 0x21, ips("2001:db8::1", b"\x04\0\0")), "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (v2(0x20, 0x00, b""), "127.0.0.1"),
    ],
)
def test_the_address_of_all_requests(run: Run, lane: bool, header: bytes, address: str) -> None:
    async def main() -> None:
        engine = new_engine()
        # The second and the third are the full stack's, after the lane's first.
        raw = header + post() + post(method="PUT") + post()
        async with running(engine, lane=lane) as server:
            for step in (1, 50, len(raw)):
                async with connected(server) as wire:
                    await wire.send(*(raw[i : i + step] for i in range(0, len(raw), step)))
                    assert [(await wire.reply()).status for _ in range(3)] == [200] * 3
        assert addresses(engine) == [address] * 9

    run(main)


def test_lists_of_addresses_and_headers_go_on_from_there(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = new_engine(
            SystemLimits(trusted_proxies=("127.0.0.1", "10.0.0.0/8"), proxy_protocol=True)
        )
        engine.script(engine.create("listed"), Script(blocked={"198.51.100.1"}))
        listed = "/api/webhook/hookwire/public/listed"
        network = b"PROXY TCP4 10.1.1.1 203.0.113.2 1 2\r\n"
        claim = ["X-Forwarded-For: 192.0.2.7"]
        async with running(engine, lane=lane) as server:
            assert (await ask(server, TCP4 + post(listed))).status == 403
            assert (await ask(server, TCP4 + post(listed, headers=claim))).status == 403
            assert (await ask(server, network + post(listed, headers=claim))).status == 200
        assert addresses(engine) == ["192.0.2.7"]
        assert {r.remote_address for r in engine.ledger.rejections()} == {"198.51.100.1"}

    run(main)


@pytest.mark.parametrize("start", [post(), get("/api/livez"), TCP4[:-2] + b" \r\n" + post()])
def test_a_proxy_must_send_one(run: Run, lane: bool, start: bytes) -> None:
    async def main() -> None:
        engine = new_engine()
        async with running(engine, lane=lane) as server, connected(server) as wire:
            await wire.send(start)
            with contextlib.suppress(ConnectionResetError):  # it had sent more than was read
                assert await wire.ended() == b""
        assert not engine.stored

    run(main)


@pytest.mark.parametrize(
    "limits",
    [
        SystemLimits(trusted_proxies=("127.0.0.0/8",)),
        SystemLimits(trusted_proxies=("10.0.0.0/8",), proxy_protocol=True),
        SystemLimits(proxy_protocol=True),
    ],
)
def test_nobody_else_can(run: Run, lane: bool, limits: SystemLimits) -> None:
    async def main() -> None:
        engine = new_engine(limits)
        async with running(engine, lane=lane) as server:
            for header in (TCP4, v2(0x21, 0x11, ips("198.51.100.1"))):
                async with connected(server) as wire:
                    await wire.send(header + post())
                    assert [r.status for r in parse_replies(await wire.ended())] == [400]
            assert (await ask(server, post())).status == 200
        assert addresses(engine) == ["127.0.0.1"]

    run(main)


def test_the_setting_is_for_new_connections(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = new_engine(SystemLimits())
        async with running(engine, lane=lane) as server, connected(server) as before:
            await before.send(post())
            assert (await before.reply()).status == 200
            engine.limits = ON
            async with connected(server) as between:
                await between.send(TCP4 + post())
                assert (await between.reply()).status == 200
                engine.limits = SystemLimits()
                for wire in (before, between):
                    await wire.send(post())
                    assert (await wire.reply()).status == 200
        assert addresses(engine) == ["127.0.0.1", "198.51.100.1", "127.0.0.1", "198.51.100.1"]

    run(main)


@pytest.mark.parametrize("sent", [b"", TCP4[:-1], v2(0x21, 0x11, ips("198.51.100.1"))[:-1]])
def test_an_unfinished_header_ends_in_time(run: Run, lane: bool, sent: bytes) -> None:
    async def main() -> None:
        # Only the time for a request can end it: the other is longer than the test's patience.
        limits = {"request_timeout_s": 0.1, "keep_alive_s": 3600.0}
        slow = running(new_engine(), lane=lane, **limits)
        async with slow as server, connected(server) as wire:
            await wire.send(sent)
            assert await wire.ended() == b""
        async with running(new_engine(), lane=lane) as server, connected(server) as wire:
            await wire.send(sent)
            wire.writer.write_eof()
            assert await wire.ended() == b""

    run(main)


def test_while_the_server_starts(run: Run, lane: bool) -> None:
    """Never 400, after which a provider would not come again."""

    async def main() -> None:
        engine = new_engine()
        async with running(None, lane=lane) as server:
            for header in (TCP4, v2(0x21, 0x11, ips("198.51.100.1"))):
                async with connected(server) as wire:
                    await wire.send(header)
                    assert await wire.ended() == b""
            async with connected(server) as wire:
                await wire.send(b"P", post()[1:])
                assert (await wire.reply()).status == 503
            server.attach(engine)
            assert (await ask(server, TCP4 + post())).status == 200
        assert addresses(engine) == ["198.51.100.1"]

    run(main)
