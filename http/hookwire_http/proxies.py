"""Who sent a request that proxies passed on: X-Forwarded-For, and Forwarded (RFC 7239).

Each proxy adds, on the right, the address that it was called from. So the list is read from the
right for as long as whoever added an element is trusted; what stands further left may have been
written by anybody, and is not even parsed. Where both headers are there, X-Forwarded-For counts:
it is the one that proxies set, and a Forwarded beside it would be the client's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from hookwire_engine.append.addresses import Networks
from hookwire_http.headers import Pairs, header

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PAIR = rf'{_TOKEN}=(?:{_TOKEN}|"(?:[^"\\]|\\.)*")'
_ELEMENT = re.compile(rf"[ \t]*{_PAIR}(?:[ \t]*;[ \t]*{_PAIR})*[ \t]*")
_FOR = re.compile(rf'({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*")')
_NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+)(?::[0-9]{1,5})?")


def sender(peer: str | None, headers: Pairs, trusted: tuple[str, ...]) -> str | None:
    """The rightmost address that is not one of `trusted`, which are addresses and CIDR blocks.

    `peer` is at the other end of the connection. If all are trusted it is the leftmost; where a
    trusted proxy names none (`unknown`), it is that proxy's.
    """
    networks = _networks(trusted)
    at = _read(peer or "")
    if at is None or not networks.contains(str(at)):
        return peer
    for text in _chain(headers):
        address = _read(text)
        if address is None:
            break
        at = address
        if not networks.contains(str(at)):
            break
    return str(at)


def is_trusted(peer: str | None, trusted: tuple[str, ...]) -> bool:
    """Whether `peer` is an address within `trusted`."""
    at = _read(peer or "")
    return at is not None and _networks(trusted).contains(str(at))


@lru_cache(maxsize=4)
def _networks(trusted: tuple[str, ...]) -> Networks:
    return Networks(trusted)


def _chain(headers: Pairs) -> Iterator[str]:
    """What the proxies added, the last first."""
    forwarded_for = header(headers, "x-forwarded-for")
    if forwarded_for is not None:
        return (part.strip(" \t") for part in reversed(forwarded_for.split(",")))
    return _nodes(header(headers, "forwarded") or "")


def _nodes(forwarded: str) -> Iterator[str]:
    """The `for` of each element, the last first; "" where there is none or nothing can be read.

    A quote that a client left open must not swallow what the proxy added, so an element begins at
    the last comma behind which everything is one: a comma within quotes is never such.
    """
    end = len(forwarded)
    comma = end
    while comma > 0:
        comma = forwarded.rfind(",", 0, comma)
        element = forwarded[comma + 1 : end]
        if _ELEMENT.fullmatch(element):
            yield _for(element)
            end = comma
    if end > 0:
        yield ""


def _for(element: str) -> str:
    for name, value in _FOR.findall(element):
        if name.lower() == "for":
            return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    return ""


def _read(node: str) -> IPv4Address | IPv6Address | None:
    """An address, perhaps with a port; an IPv4 one inside IPv6 as itself."""
    named = _NODE.fullmatch(node)
    try:
        address = ip_address((named[1] or named[2]) if named else node)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
