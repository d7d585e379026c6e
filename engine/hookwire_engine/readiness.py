"""Whether the engine can serve, and if not, why: one sentence for readyz and the log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Readiness:
    ready: bool
    reason: str


READY = Readiness(True, "ready")
DRAINING = Readiness(False, "the server is shutting down")
