"""Which events the demo sends, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hookwire.demo import github, segment, stripe
from hookwire.demo.chance import Chance

SEED = 6875

_MIX = (
    ("github", "push", 58),
    ("github", "pull_request", 36),
    ("github", "issues", 25),
    ("stripe", "charge", 44),
    ("stripe", "invoice", 22),
    ("segment", "batch", 14),
)
COUNT = 1 + sum(count for _, _, count in _MIX)
"""How many are sent: these, and the ping with which GitHub greets a new webhook."""


@dataclass(frozen=True, slots=True)
class Event:
    """One POST to a source; `rows` is how many rows it becomes."""

    source: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    rows: int = 1


def make_events(now: datetime, seed: int = SEED) -> list[Event]:
    """All of them; what they tell happened in the 24 hours before `now`."""
    chance = Chance(seed, now)
    kinds = [(source, kind) for source, kind, count in _MIX for _ in range(count)]
    chance.shuffle(kinds)
    return [_make(source, kind, chance) for source, kind in [("github", "ping"), *kinds]]


def _make(source: str, kind: str, chance: Chance) -> Event:
    if source == "github":
        body = github.body(kind, chance)
        return Event(source, github.headers(kind, body, chance), body)
    if source == "stripe":
        body = stripe.body(kind, chance)
        return Event(source, stripe.headers(body, chance), body)
    events = segment.batch(chance)
    return Event(source, segment.headers(events[0]), segment.body(events), len(events))
