"""What a check computes with, and the budget that it computes within.

A function raises a SqlError for a bad value. At CREATE that is the user's answer, for a constant;
for a request it only says no.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from time import perf_counter
from typing import Any, NamedTuple, TypeAlias

from hookwire_catalog.errors import OutOfMemory, QueryCanceled
from hookwire_engine.append.request import WebhookRequest

SecretRef: TypeAlias = Hashable
Value: TypeAlias = Any
SMALL = 1024
"""Characters that need no asking: a check has so few places that make a string."""


class Json(NamedTuple):
    """A jsonb value: `document` is None, bool, int, Decimal, str, list or dict."""

    document: Any


class Interval(NamedTuple):
    months: int
    days: int
    us: int


class Headers(dict[str, Any]):
    """The headers of a request: names in lower case, which are looked up in any case."""

    __slots__ = ()


class Frame:
    """One evaluation: the request, one value of each secret, and what is left of the memory.

    `until` is when it must be done, on the clock `perf_counter`.
    """

    __slots__ = ("headers", "left", "now_us", "public_url", "request", "secrets", "text", "until")

    def __init__(
        self,
        request: WebhookRequest,
        secrets: Mapping[SecretRef, bytes],
        now_us: int,
        memory: int,
        public_url: str,
        until: float,
    ) -> None:
        self.request = request
        self.secrets = secrets
        self.now_us = now_us
        self.left = memory
        self.public_url = public_url
        self.until = until
        self.text: str | None = None
        self.headers: Headers | None = None


Run: TypeAlias = Callable[[Frame], Value]


def spend(frame: Frame, size: int) -> None:
    """Takes `size` bytes from the budget; 53200 when there is too little, 57014 when it is late.

    Nothing is given back: what a request may make is bounded, whatever it still holds.
    """
    frame.left -= size
    if frame.left < 0:
        raise OutOfMemory("out of memory")
    in_time(frame)


def in_time(frame: Frame) -> None:
    if perf_counter() > frame.until:
        raise QueryCanceled("canceling statement due to statement timeout")


def charge(frame: Frame, size: int) -> None:
    """`spend` for a single string that is about to be made, unless it is small."""
    if size > SMALL:
        spend(frame, size)


def width(*texts: str) -> int:
    """Bytes that a character may take in a string made of these (1 for ASCII, else 4)."""
    return 1 if all(text.isascii() for text in texts) else 4
