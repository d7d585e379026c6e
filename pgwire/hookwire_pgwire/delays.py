"""How long a failed login is answered late: guessing a password takes its time. No I/O.

Each failure from an address doubles the wait, from a tenth of a second to five; a success forgets
them. Only the connection that failed waits.
"""

from __future__ import annotations

from collections import OrderedDict

FIRST_SECONDS = 0.1
MOST_SECONDS = 5.0
MOST_ADDRESSES = 10_000
"""The address that failed longest ago is forgotten first."""


class Delays:
    def __init__(self) -> None:
        self._failures: OrderedDict[str, int] = OrderedDict()

    def failed(self, address: str) -> float:
        """Note a failure; the seconds to wait before it is told."""
        count = self._failures.pop(address, 0) + 1
        self._failures[address] = count
        if len(self._failures) > MOST_ADDRESSES:
            self._failures.popitem(last=False)
        return min(FIRST_SECONDS * 2.0 ** min(count - 1, 16), MOST_SECONDS)

    def succeeded(self, address: str) -> None:
        self._failures.pop(address, None)
