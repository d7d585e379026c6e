"""Addresses and CIDR blocks: PostgreSQL's cidr is the judge of what is one."""

from __future__ import annotations

import ipaddress
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_catalog.networks import MAX_NETWORKS, canonical, canonical_list

GOOD = [
    ("192.0.2.1", "192.0.2.1"),
    ("192.0.2.1/32", "192.0.2.1"),
    ("10.0.0.0/8", "10.0.0.0/8"),
    ("0.0.0.0/0", "0.0.0.0/0"),
    ("::/0", "::/0"),
    ("2001:DB8:0:0::1", "2001:db8::1"),
    ("2001:db8::/32", "2001:db8::/32"),
    ("::1/128", "::1"),
]
BAD = [
    "", "10.0.0", "10.0.0.0/33", "::/129", "300.1.1.1", "localhost", "10.0.0.0/-1", "10.0.0.0/",
    "10.0.0.1 - 10.0.0.9", "fe80::1%eth0", "1.2.3.4:80", "[::1]", "::g", "10.0.0.0/8/8",
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), GOOD)
def test_what_is_a_network(text: str, shown: str, oracle: psycopg.Connection[Any]) -> None:
    assert canonical("allow_ips", text) == shown
    row = oracle.execute("SELECT %s::cidr = %s::cidr", [text, shown]).fetchone()
    assert row == (True,)


@pytest.mark.parametrize("text", BAD)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidParameterValue) as raised:
        canonical("allow_ips", text)
    assert raised.value.message == f'invalid value for parameter "allow_ips": "{text}"'
    assert "192.0.2.0/24" in (raised.value.hint or "")


@pytest.mark.parametrize(
    ("text", "meant"), [("10.0.0.1/8", "10.0.0.0/8"), ("2001:db8::1/32", "2001:db8::/32")]
)
def test_bits_behind_the_mask(text: str, meant: str, oracle: psycopg.Connection[Any]) -> None:
    with pytest.raises(InvalidParameterValue) as raised:
        canonical("allow_ips", text)
    assert raised.value.hint == f"Write {meant}."
    with pytest.raises(psycopg.errors.InvalidTextRepresentation) as said:
        oracle.execute("SELECT %s::cidr", [text])
    assert said.value.diag.message_detail == raised.value.detail


def test_mapped_blocks_are_the_ipv4_blocks_they_mean() -> None:
    assert canonical("a", "::ffff:10.0.0.0/104") == "10.0.0.0/8"
    assert canonical("a", "::ffff:192.0.2.1") == "192.0.2.1"


def test_lists() -> None:
    assert canonical_list("a", " ") == ()
    assert canonical_list("a", "10.0.0.0/8 ,::1, 10.0.0.0/8") == ("10.0.0.0/8", "::1")
    for text in (",", "10.0.0.1,", "10.0.0.1 10.0.0.2"):
        with pytest.raises(InvalidParameterValue):
            canonical_list("a", text)
    most = ",".join(str(ipaddress.IPv4Address(n)) for n in range(MAX_NETWORKS))
    assert len(canonical_list("a", most)) == MAX_NETWORKS
    with pytest.raises(InvalidParameterValue, match="too long"):
        canonical_list("a", most + ",::1")


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6), st.integers(0, 128))
def test_canonical_is_a_fixed_point(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int
) -> None:
    network = ipaddress.ip_network((address, min(length, address.max_prefixlen)), strict=False)
    shown = canonical("a", str(network))
    assert canonical("a", shown) == shown
