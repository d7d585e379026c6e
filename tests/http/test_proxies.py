"""Whose address is believed, and that nothing a client writes can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_engine.append.system import SystemLimits
from hookwire_http.proxies import sender
from support.http_raw import Run, ask, post, running
from support.memory_engine import MemoryEngine
from support.scripted_intake import Script

PROXY = "10.0.0.1"
TRUSTED = ("10.0.0.0/8", "192.168.1.1", "2001:db8:ffff::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not from a proxy of ours
        (None, "198.51.100.1", None),
        ("not an address", "198.51.100.1", "not an address"),
        (PROXY, None, PROXY),
        (PROXY, "", PROXY),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (PROXY, "6.6.6.6,198.51.100.1 ,\t10.9.9.9", "198.51.100.1"),
        (PROXY, "198.51.100.1, 192.168.1.1", "198.51.100.1"),
        (PROXY, "198.51.100.1, 192.168.1.2", "192.168.1.2"),
        (PROXY, "10.0.0.3, 10.0.0.2", "10.0.0.3"),  # all trusted: the leftmost
        (PROXY, "198.51.100.1:4711", "198.51.100.1"),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        (PROXY, "[2001:DB8::0:1]:4711", "2001:db8::1"),
        (PROXY, "[2001:db8::1]", "2001:db8::1"),
        (PROXY, "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:ffff::7", "198.51.100.1", "198.51.100.1"),
        (PROXY, "6.6.6.6, unknown", PROXY),
        (PROXY, "6.6.6.6, _hidden, 10.0.0.2", "10.0.0.2"),
        (PROXY, "6.6.6.6, ", PROXY),
        (PROXY, "1.2.3.4.5", PROXY),
        (PROXY, "010.1.2.3", PROXY),
        (PROXY, "1.2.3.4:x", PROXY),
    ],
)
def test_x_forwarded_for(peer: str | None, forwarded_for: str | None, found: str | None) -> None:
    headers = () if forwarded_for is None else (("x-forwarded-for", forwarded_for),)
    assert sender(peer, headers, TRUSTED) == found


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ("For=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
        ("proto=https; FOR=198.51.100.1", "198.51.100.1"),
        ('for="198.51.100.1:4711"', "198.51.100.1"),
        ('for="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        ('for="\\198.51.100.1"', "198.51.100.1"),
        ("for=6.6.6.6, for=198.51.100.1, for=10.0.0.2", "198.51.100.1"),
        ("for=10.0.0.3,for=10.0.0.2", "10.0.0.3"),
        ("for=unknown", PROXY),
        ("for=6.6.6.6, for=_hidden, for=10.0.0.2", "10.0.0.2"),
        ("for=6.6.6.6, proto=https", PROXY),
        ("for=6.6.6.6, nonsense", PROXY),
        ("for=6.6.6.6,", PROXY),
        ("nonsense, for=198.51.100.1", "198.51.100.1"),
        ('for=198.51.100.1;host="a, for=6.6.6.6"', "198.51.100.1"),
        ('for=198.51.100.1;host="a\\", for=6.6.6.6"', "198.51.100.1"),
        # Quotes that a client left open, before what the proxy added.
        ('for="6.6.6.6, for=198.51.100.1', "198.51.100.1"),
        ('for=6.6.6.6;x=", for="198.51.100.1"', "198.51.100.1"),
        ('for=6.6.6.6;x=", for=198.51.100.1;by="10.0.0.1"', "198.51.100.1"),
        ('for=6.6.6.6;x=",for="[2001:db8::1]";host="a"', "2001:db8::1"),
        ('for="6.6.6.6\\, for=198.51.100.1', "198.51.100.1"),
    ],
)
def test_forwarded(forwarded: str, found: str) -> None:
    assert sender(PROXY, (("forwarded", forwarded),), TRUSTED) == found


def test_a_forwarded_beside_x_forwarded_for_is_not_read() -> None:
    headers = (("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "198.51.100.1"))
    assert sender(PROXY, headers, TRUSTED) == "198.51.100.1"


@given(st.text(st.sampled_from('for=,;" \\6.:[]')) | st.text(st.characters(max_codepoint=255)))
def test_nothing_that_a_client_writes_is_believed(written: str) -> None:
    added = "198.51.100.1"
    for_list = (("x-forwarded-for", f"{written}, {added}"),)
    forwarded = (("forwarded", f"{written}, for={added};proto=https"),)
    quoted = (("forwarded", f'{written}, for="{added}:80"'),)
    for headers in (for_list, forwarded, quoted):
        assert sender(PROXY, headers, TRUSTED) == added


def test_the_sender_behind_a_trusted_proxy(run: Run, lane: bool) -> None:
    async def main() -> None:
        engine = MemoryEngine()
        engine.script(engine.create("github"), Script(blocked={"198.51.100.1"}))
        blocked = post(headers=["X-Forwarded-For: 198.51.100.1"])
        lines = post(headers=["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 203.0.113.7"])
        async with running(engine, lane=lane) as server:
            assert (await ask(server, blocked)).status == 200  # nobody is trusted
            engine.limits = SystemLimits(trusted_proxies=("127.0.0.0/8",))
            assert (await ask(server, blocked)).status == 403
            assert (await ask(server, lines)).status == 200
        assert [s.request.remote_address for s in engine.stored] == ["127.0.0.1", "203.0.113.7"]
        assert engine.ledger.rejections()[0].remote_address == "198.51.100.1"

    run(main)
