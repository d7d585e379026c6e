"""Rows that have arrived, told to whoever asked.

    Arrivals   `reached` after each commit of the applier; nothing is looked at while nobody listens

What is told can be seen by every SELECT that starts afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hookwire_catalog.objects import WebhookSource
from hookwire_engine.storage.batch import Total


@dataclass(frozen=True, slots=True)
class Arrival:
    """`rows` more of one source; `position` is the journal's, and all before it is stored."""

    schema: str
    source: str
    rows: int
    position: int


class Arrivals:
    """`reached` runs on the applier's thread, everything else on the loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        source_of: Callable[[int], WebhookSource | None],
        totals: Mapping[int, Total],
    ) -> None:
        self._loop = loop
        self._source_of = source_of
        self._totals = totals
        self._wanted: Callable[[], bool] = lambda: False
        self._told: Callable[[Arrival], None] = lambda arrival: None

    def attach(self, wanted: Callable[[], bool], told: Callable[[Arrival], None]) -> None:
        """`told` is called on the loop, if `wanted`, which any thread may call, says so."""
        self._wanted, self._told = wanted, told

    def reached(self, position: int, totals: Mapping[int, Total]) -> None:
        before, self._totals = self._totals, totals
        if self._wanted():
            self._loop.call_soon_threadsafe(self._tell, before, totals, position)

    def _tell(
        self, before: Mapping[int, Total], after: Mapping[int, Total], position: int
    ) -> None:
        for source_id, total in after.items():
            old = before.get(source_id)
            rows = total.rows - (0 if old is None else old.rows)
            source = self._source_of(source_id) if rows > 0 else None
            if source is not None:
                self._told(Arrival(source.name.schema, source.name.name, rows, position))
