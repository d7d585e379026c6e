"""A token bucket on a clock that the caller gives, so that a test needs no sleep."""

from __future__ import annotations


class Bucket:
    """`rate` (above 0) tokens a second come in, at most `burst` (at least 1) are kept; it starts
    full. For one thread."""

    __slots__ = ("_at", "burst", "rate", "remaining")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = max(burst, 1.0)
        self.remaining = self.burst
        self._at: float | None = None

    def take(self, now: float) -> float:
        """0.0 and one token less, or the seconds until there is one; a refusal takes nothing."""
        self._fill(now)
        if self.remaining >= 1.0:
            self.remaining -= 1.0
            return 0.0
        return (1.0 - self.remaining) / self.rate

    def reset(self, now: float) -> float:
        """The seconds until it is full again."""
        self._fill(now)
        return (self.burst - self.remaining) / self.rate

    def changed(self, rate: float, burst: float, now: float) -> Bucket:
        """One of another size that goes on where this one stands: a new limit is no new burst."""
        self._fill(now)
        other = Bucket(rate, burst)
        other.remaining = min(other.burst, self.remaining)
        other._at = self._at
        return other

    def _fill(self, now: float) -> None:
        """A clock that steps back gives nothing."""
        if self._at is None:
            self._at = now
        elif now > self._at:
            self.remaining = min(self.burst, self.remaining + (now - self._at) * self.rate)
            self._at = now
