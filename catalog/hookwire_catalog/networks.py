"""IP addresses and CIDR blocks as text: one canonical form, and what is wrong with others."""

from __future__ import annotations

import ipaddress
import re

from hookwire_catalog.errors import InvalidParameterValue

MAX_NETWORKS = 10_000

_PREFIXED = re.compile(r"[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?")
_MAPPED = 0xFFFF << 32
_MAPPED_BITS = 96
_HINT = "Write an address as in 192.0.2.1 or 2001:db8::1, or a block as in 192.0.2.0/24."

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def canonical_list(name: str, text: str) -> tuple[str, ...]:
    """The addresses and blocks of a list with commas between them; none of an empty text.

    A block of IPv4-mapped IPv6 addresses (RFC 4291 2.5.5.2) is the IPv4 block that it means.
    Raises InvalidParameterValue (22023); `name` is the parameter's.
    """
    if not text.strip():
        return ()
    found = tuple(dict.fromkeys(canonical(name, part.strip()) for part in text.split(",")))
    check_count(name, len(found))
    return found


def check_count(name: str, count: int) -> None:
    if count > MAX_NETWORKS:
        raise InvalidParameterValue(
            f'value for parameter "{name}" is too long',
            hint=f"It may have {MAX_NETWORKS} addresses and blocks.",
        )


def canonical(name: str, text: str) -> str:
    """One address or block; an address stands for itself, without a length."""
    try:
        if _PREFIXED.fullmatch(text) is None:
            raise ValueError
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise InvalidParameterValue(
            f'invalid value for parameter "{name}": "{text}"', hint=_HINT
        ) from None
    if "/" in text and network.network_address != ipaddress.ip_address(text.partition("/")[0]):
        raise InvalidParameterValue(
            f'invalid value for parameter "{name}": "{text}"',
            detail="Value has bits set to right of mask.",
            hint=f"Write {_shown(network)}.",
        )
    return _shown(network)


def _shown(network: Network) -> str:
    network = _unmapped(network)
    whole = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if whole else str(network)


def _unmapped(network: Network) -> Network:
    if not isinstance(network, ipaddress.IPv6Network) or network.prefixlen < _MAPPED_BITS:
        return network
    first = int(network.network_address)
    if first & ~0xFFFFFFFF != _MAPPED:
        return network
    return ipaddress.IPv4Network((first & 0xFFFFFFFF, network.prefixlen - _MAPPED_BITS))
