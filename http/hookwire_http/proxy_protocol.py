"""The header before a connection's first byte by which a proxy says whom it speaks for.

Source: The PROXY protocol, versions 1 and 2 (haproxy, doc/proxy-protocol.txt), sections 2.1, 2.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

MAX_V1_BYTES = 107
MAX_V2_BYTES = 4096
"""The format allows 65551. Up to the addresses it takes 232; what proxies add fits the rest."""

_V1_START = b"PROXY "
_V2_START = b"\r\n\r\n\x00\r\nQUIT\n"
_V2_FIXED = 16
_LOCAL, _PROXY = 0x20, 0x21

_V1_FAMILIES: dict[str, type[IPv4Address | IPv6Address]] = {
    "TCP4": IPv4Address, "TCP6": IPv6Address,
}  # fmt: skip
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")

_V2_SIZES = {0x00: 0, 0x11: 12, 0x12: 12, 0x21: 36, 0x22: 36, 0x31: 216, 0x32: 216}
"""How long both addresses are, by family (0 none, 1 IPv4, 2 IPv6, 3 UNIX) and transport."""


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """`address` is the client's, an IPv4 one inside IPv6 as itself; None where the header has no IP
    address (LOCAL, UNKNOWN, UNIX). `size` is how many bytes the header took."""

    address: str | None
    size: int


def parse(data: bytes | bytearray) -> ProxyHeader | None:
    """The header that `data`, all of a connection so far, begins with; None while it may yet come.

    Raises ValueError as soon as no bytes could make it one, with a reason for the log.
    """
    if data[:12] == _V2_START[: len(data)]:
        return _binary(data)
    if data[:6] == _V1_START[: len(data)]:
        return _text(data)
    raise ValueError("no PROXY header")


def _text(data: bytes | bytearray) -> ProxyHeader | None:
    end = data.find(b"\r\n", 0, MAX_V1_BYTES)
    if end < 0:
        if len(data) >= MAX_V1_BYTES:
            raise ValueError("PROXY header without an end")
        return None
    words = data[:end].decode("latin-1").split(" ")
    address = None if words[1] == "UNKNOWN" else _source(words[1:])
    return ProxyHeader(address, end + 2)


def _source(words: list[str]) -> str:
    """Of family, source, destination, source port, destination port."""
    family = _V1_FAMILIES.get(words[0])
    if family is None or len(words) != 5 or "%" in words[1] + words[2]:
        raise ValueError("PROXY header of version 1 with wrong fields")
    if not all(_PORT.fullmatch(port) and int(port) <= 0xFFFF for port in words[3:]):
        raise ValueError("PROXY header of version 1 with a wrong port")
    source, _ = family(words[1]), family(words[2])
    return _shown(source)


def _binary(data: bytes | bytearray) -> ProxyHeader | None:
    if len(data) < _V2_FIXED:
        return None
    command, family = data[12], data[13]
    size = _V2_FIXED + int.from_bytes(data[14:16], "big")
    if command not in (_LOCAL, _PROXY):
        raise ValueError(f"PROXY header with version and command 0x{command:02x}")
    if size > MAX_V2_BYTES:
        raise ValueError(f"PROXY header of {size} bytes")
    if command == _PROXY and (family not in _V2_SIZES or size < _V2_FIXED + _V2_SIZES[family]):
        raise ValueError(f"PROXY header of {size} bytes with addresses of kind 0x{family:02x}")
    if len(data) < size:
        return None
    address = None
    if command == _PROXY and family >> 4 == 1:
        address = _shown(IPv4Address(bytes(data[16:20])))
    elif command == _PROXY and family >> 4 == 2:
        address = _shown(IPv6Address(bytes(data[16:32])))
    return ProxyHeader(address, size)


def _shown(address: IPv4Address | IPv6Address) -> str:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
