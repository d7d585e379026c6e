"""Draws from a seed: the same seed gives the same events."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

_BASE62 = string.digits + string.ascii_letters
_VERBS = "add fix move remove rename split speed_up test document simplify guard retry log".split()
_THINGS = (
    "the parser,a flaky test,the retry loop,the tide table,its configuration,the empty case,"
    "the harbour map,time zones in reports,an unused index,the lamp schedule,upload limits,"
    "the crane queue,error messages,the berth cache,a slow query,the release notes"
).split(",")
_REASONS = (
    "because it failed on Mondays,when the list is empty,for large imports,after a restart,"
    "without a second request,in every locale,so that nobody waits,as the pilots asked"
).split(",")


class Chance:
    """`now` is the moment up to which things happened; Python's Random does the rest."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._random = random.Random(seed)
        self.now = now

    def pick(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        return self._random.sample(choices, count)

    def number(self, low: int, high: int) -> int:
        """From `low` to `high`, both included."""
        return self._random.randint(low, high)

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def shuffle(self, items: list[T]) -> None:
        self._random.shuffle(items)

    def hex(self, digits: int) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        """A random one (RFC 9562, 5.4)."""
        digits = self.hex(32)
        variant = "89ab"[self.number(0, 3)]
        return "-".join(
            (digits[:8], digits[8:12], "4" + digits[13:16], variant + digits[17:20], digits[20:])
        )

    def token(self, length: int) -> str:
        return "".join(self._random.choices(_BASE62, k=length))

    def moment(self, within: timedelta = timedelta(hours=24)) -> datetime:
        """A whole second at most `within` before now."""
        seconds = self.number(0, int(within.total_seconds()))
        return (self.now - timedelta(seconds=seconds)).replace(microsecond=0)

    def title(self) -> str:
        verb = self.pick(_VERBS).replace("_", " ")
        return f"{verb.capitalize()} {self.pick(_THINGS)}"

    def sentence(self) -> str:
        return f"{self.title()} {self.pick(_REASONS)}."

    def paragraphs(self, low: int, high: int) -> str:
        """Text of some paragraphs, as people write below a title."""
        count = self.number(low, high)
        return "\r\n\r\n".join(
            " ".join(self.sentence() for _ in range(self.number(2, 5))) for _ in range(count)
        )


def zulu(moment: datetime) -> str:
    """`2026-01-31T12:00:00Z`"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """`2026-01-31T12:00:00.000Z`"""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())
