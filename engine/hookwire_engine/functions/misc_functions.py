"""Sizes, UUIDs and addresses in Python."""

from __future__ import annotations

import ipaddress
import os
import re
from decimal import ROUND_HALF_UP, Decimal

from hookwire_engine.functions.faults import Fault

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_LIMIT = 10 * 1024


def size_pretty(size: int) -> str:
    """Bytes in the largest unit that still has more than four digits' worth (9.27.7)."""
    sign, rest = ("-" if size < 0 else ""), abs(size)
    if rest < _LIMIT:
        return f"{sign}{rest} bytes"
    # Kept doubled, so that the last halving rounds.
    doubled = rest >> 9
    for unit in _UNITS[1:]:
        if doubled < 2 * _LIMIT - 1 or unit == _UNITS[-1]:
            return f"{sign}{(doubled + 1) // 2} {unit}"
        doubled >>= 10
    raise AssertionError(size)


def size_pretty_numeric(text: str) -> str:
    """As `size_pretty`, which keeps the fraction of a small number of bytes."""
    size = Decimal(text)
    return f"{size:f} bytes" if abs(size) < _LIMIT else size_pretty(int(size))


_SIZE = re.compile(r"\s*(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<unit>\S*)\s*")
_POWERS = {unit.lower(): power for power, unit in enumerate(_UNITS)} | {"": 0, "b": 0}


def size_bytes(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise Fault("22023", f'invalid size: "{text}"')
    power = _POWERS.get(found["unit"].lower())
    if power is None:
        raise Fault("22023", f'invalid size: "{text}"')
    size = Decimal(found["number"]) * 1024**power
    return int(size.quantize(Decimal(1), ROUND_HALF_UP))


def random_bytes(count: int) -> bytes:
    if not 1 <= count <= 1024:
        raise Fault("39000", "Length not in range")
    return os.urandom(count)


def _interface(text: str) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface:
    try:
        return ipaddress.ip_interface(text)
    except ValueError:
        raise Fault("22P02", f'invalid input syntax for type inet: "{text}"') from None


def host(text: str) -> str:
    return str(_interface(text).ip)


def masklen(text: str) -> int:
    return _interface(text).network.prefixlen


def family(text: str) -> int:
    return _interface(text).version


def network(text: str) -> str:
    return str(_interface(text).network)


def netmask(text: str) -> str:
    return str(_interface(text).netmask)


def broadcast(text: str) -> str:
    found = _interface(text)
    last, bits = found.network.broadcast_address, found.network.prefixlen
    return str(last) if bits == found.max_prefixlen else f"{last}/{bits}"


def inet_text(text: str) -> str:
    found = _interface(text)
    return f"{found.ip}/{found.network.prefixlen}"


def abbrev(text: str) -> str:
    found = _interface(text)
    bits = found.network.prefixlen
    return str(found.ip) if bits == found.max_prefixlen else f"{found.ip}/{bits}"


def is_within(inner: str, outer: str, equal: bool) -> bool:
    a, b = _interface(inner).network, _interface(outer).network
    if a.version != b.version or a.prefixlen < b.prefixlen:
        return False
    if a.prefixlen == b.prefixlen and not equal:
        return False
    return a.network_address in b


def inet_key(text: str) -> bytes:
    """Bytes that sort as addresses do: family, network, length of the mask, address."""
    found = _interface(text)
    network = found.network
    return (
        bytes([found.version]) + network.network_address.packed + bytes([network.prefixlen])
        + found.ip.packed
    )  # fmt: skip


def strictly_within(inner: str, outer: str) -> bool:
    return is_within(inner, outer, False)


def within(inner: str, outer: str) -> bool:
    return is_within(inner, outer, True)


def overlap(left: str, right: str) -> bool:
    return within(left, right) or within(right, left)
