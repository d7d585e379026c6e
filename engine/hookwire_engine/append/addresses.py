"""Which client addresses a source takes requests from.

The `ipaddress` module takes microseconds an address; here a block is a number in a set, one set for
each length of prefix, and what was found for the addresses seen last is kept.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache

_KEPT = 4096
_MAPPED = bytes(10) + b"\xff\xff"
_Key = tuple[int, int]
"""Width of the address (32 or 128) and the address; an IPv4-mapped one is IPv4 (RFC 4291)."""


def _parse(address: str) -> _Key | None:
    """None for what is no IP address; a zone (`%eth0`) does not count."""
    try:
        return 32, int.from_bytes(socket.inet_pton(socket.AF_INET, address))
    except (OSError, ValueError):
        pass
    try:
        packed = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):
        return None
    if packed.startswith(_MAPPED):
        return 32, int.from_bytes(packed[12:])
    return 128, int.from_bytes(packed)


class Networks:
    """Addresses and CIDR blocks, in the form of hookwire_catalog.networks. Any thread."""

    __slots__ = ("_by_shift",)

    def __init__(self, networks: Iterable[str]) -> None:
        by_shift: dict[tuple[int, int], set[int]] = {}
        for text in networks:
            network = ipaddress.ip_network(text)
            shift = network.max_prefixlen - network.prefixlen
            blocks = by_shift.setdefault((network.max_prefixlen, shift), set())
            blocks.add(int(network.network_address) >> shift)
        self._by_shift = tuple((width, s, frozenset(b)) for (width, s), b in by_shift.items())

    def __bool__(self) -> bool:
        return bool(self._by_shift)

    def contains(self, address: str | None) -> bool:
        """False for what is no IP address."""
        key = None if address is None else _parse(address)
        return key is not None and self._has(key)

    def _has(self, key: _Key) -> bool:
        wanted, number = key
        for width, shift, blocks in self._by_shift:
            if width == wanted and number >> shift in blocks:
                return True
        return False


class AddressRules:
    """allow_ips and block_ips of a source: block beats allow, an empty allow list is all."""

    __slots__ = ("_allowed", "_blocked", "_known")

    def __init__(self, allow: Iterable[str], block: Iterable[str]) -> None:
        self._allowed = Networks(allow)
        self._blocked = Networks(block)
        self._known: dict[str | None, bool] = {}

    def admits(self, address: str | None) -> bool:
        """What is no IP address (a Unix socket has none) passes where there is no allow list."""
        known = self._known.get(address)
        if known is None:
            known = self._judged(address)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[address] = known
        return known

    def _judged(self, address: str | None) -> bool:
        if self._blocked.contains(address):
            return False
        return not self._allowed or self._allowed.contains(address)


@lru_cache(maxsize=256)
def address_rules(allow: tuple[str, ...], block: tuple[str, ...]) -> AddressRules | None:
    """Sources with the same lists, such as the system-wide ones, share them; None for no lists."""
    return AddressRules(allow, block) if allow or block else None
