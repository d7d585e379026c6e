"""inet: text to us and to DuckDB, four or sixteen bytes with a head on the wire."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, ip_interface

from hookwire_catalog.errors import InvalidBinaryRepresentation
from hookwire_pgwire.values.cells import Array
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.integers import bad_text
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.strings import TEXT
from hookwire_pgwire.values.unpacking import TrailingData, no_data

FAMILIES = {4: 2, 6: 3}
"""PGSQL_AF_INET and PGSQL_AF_INET6, by IP version."""


def _binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else _pack(ip_interface(v)) for v in array.to_pylist()]


def _pack(value: IPv4Interface | IPv6Interface) -> bytes:
    address = value.ip.packed
    head = bytes((FAMILIES[value.version], value.network.prefixlen, 0, len(address)))
    return head + address


def _shown(value: IPv4Interface | IPv6Interface) -> str:
    """PostgreSQL writes the end of an IPv6 address like IPv4's where it was made of one."""
    address = str(value.ip)
    if isinstance(value, IPv6Interface) and _has_ipv4(value.ip.packed):
        address = address[: address.rindex("::") + 2]
        address += "ffff:" * (value.ip.packed[10:12] == b"\xff\xff")
        address += str(IPv4Address(value.ip.packed[12:]))
    whole = value.network.prefixlen == value.max_prefixlen
    return address if whole else f"{address}/{value.network.prefixlen}"


def _has_ipv4(packed: bytes) -> bool:
    """::ffff:1.2.3.4 and ::1.2.3.4, but not :: and ::1 (inet_net_ntop)."""
    if any(packed[:10]):
        return False
    if packed[10:12] == b"\xff\xff":
        return True
    return packed[10:12] == b"\0\0" and packed[12:14] != b"\0\0"


def parse_inet(text: str, rendering: Rendering) -> str:
    _, slash, bits = text.partition("/")
    try:
        if slash and not bits.isdecimal():
            raise ValueError(bits)
        return _shown(ip_interface(text))
    except ValueError:
        raise bad_text("inet", text) from None


def unpack_inet(data: bytes) -> str:
    size = {2: 4, 3: 16}.get(data[0] if data else 0)
    if data and size is None:
        raise InvalidBinaryRepresentation('invalid address family in external "inet" value')
    if size is None or len(data) < 4:
        raise no_data()
    if data[1] > 8 * size:
        raise InvalidBinaryRepresentation('invalid bits in external "inet" value')
    if data[3] != size:
        raise InvalidBinaryRepresentation('invalid length in external "inet" value')
    if len(data) != 4 + size:
        raise TrailingData if len(data) > 4 + size else no_data()
    return _shown(ip_interface((data[4:], data[1])))


INET = Codec(text=TEXT.text, binary=Output(_binary), parse=parse_inet, unpack=unpack_inet)
