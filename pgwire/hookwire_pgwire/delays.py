"""How long a failed login is answered late: guessing a password takes its time. No I/O.

Each failure from an address doubles the wait, up to ten seconds; a success forgets them. Only the
connection that failed waits.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address

from hookwire_pgwire.auth import address_of

MOST_SECONDS = 10.0
MOST_ADDRESSES = 10_000
"""The address that failed longest ago is forgotten first."""

_HOST_BITS = 64
"""Of an IPv6 address the network counts: its owner has all of the rest."""


class Delays:
    """`seconds` is the wait after a first failure; 0 is none at all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failures: OrderedDict[str, int] = OrderedDict()

    def failed(self, address: str | None) -> float:
        """Note a failure; the seconds to wait before it is told. None is a Unix socket."""
        key = _key(address)
        before = self._failures.pop(key, 0)
        self._failures[key] = before + 1
        if len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)
        return min(self._seconds * 2.0 ** min(before, 30), MOST_SECONDS)

    def succeeded(self, address: str | None) -> None:
        if self._failures:
            self._failures.pop(_key(address), None)


def _key(address: str | None) -> str:
    if address is None:
        return ""
    found = address_of(address)
    return str(int(found) >> _HOST_BITS) if isinstance(found, IPv6Address) else str(found)
