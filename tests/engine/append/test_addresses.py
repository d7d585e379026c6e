"""allow_ips and block_ips: the ipaddress module is the judge of what is in a block."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_engine.append.addresses import AddressRules, Networks, address_rules

RULES = AddressRules(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"], ["10.1.0.0/16", "2001:db8::bad"])
ADMITTED = [
    ("10.0.0.1", True),
    ("10.1.2.3", False),
    ("10.2.0.0", True),
    ("11.0.0.0", False),
    ("192.0.2.7", True),
    ("192.0.2.8", False),
    ("2001:db8::1", True),
    ("2001:db8::bad", False),
    ("2001:db9::", False),
    ("::ffff:10.2.0.0", True),
    ("::ffff:10.1.0.0", False),
    ("2001:db8::1%eth0", True),
    ("", False),
    ("localhost", False),
    ("10.0.0.1\0", False),
    ("10.0.0", False),
    (None, False),
]


@pytest.mark.parametrize(("address", "admitted"), ADMITTED)
def test_block_beats_allow(address: str | None, admitted: bool) -> None:
    assert RULES.admits(address) is admitted
    assert RULES.admits(address) is admitted


def test_what_is_no_address_passes_without_an_allow_list() -> None:
    only_block = AddressRules([], ["0.0.0.0/0"])
    assert only_block.admits(None) and only_block.admits("unix") and only_block.admits("::1")
    assert not only_block.admits("192.0.2.1") and not only_block.admits("::ffff:192.0.2.1")


def test_no_lists_are_no_rules_and_equal_ones_are_shared() -> None:
    assert address_rules((), ()) is None
    assert address_rules(("::1",), ()) is address_rules(("::1",), ())


def test_what_is_kept_of_addresses_is_bounded() -> None:
    rules = AddressRules(["10.0.0.0/8"], [])
    for number in range(3 * 4096):
        assert rules.admits(str(ipaddress.IPv4Address(number))) is False
        assert len(rules._known) <= 4096
    assert rules.admits("10.0.0.1")


ADDRESSES = st.ip_addresses(v=4) | st.ip_addresses(v=6)


@st.composite
def blocks(draw: st.DrawFn) -> str:
    address = draw(ADDRESSES)
    length = draw(st.integers(0, address.max_prefixlen))
    return str(ipaddress.ip_network((address, length), strict=False))


@given(st.lists(blocks(), max_size=5), ADDRESSES)
def test_blocks_hold_what_ipaddress_says(
    texts: list[str], address: ipaddress.IPv4Address | ipaddress.IPv6Address
) -> None:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    meant = mapped or address
    expected = any(meant in ipaddress.ip_network(text) for text in texts)
    assert Networks(texts).contains(str(address)) is expected
