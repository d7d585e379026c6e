"""An intake that admits and judges as a test says; it packs rows as the real one does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hookwire_catalog.objects import WebhookSource
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.recipes.values import ACCEPTED, Outcome
from hookwire_engine.append.request import WebhookRequest
from hookwire_http.responses import METHODS


@dataclass(frozen=True, slots=True)
class Script:
    """`judge` None: a source without validation. `blocked` are addresses."""

    judge: Callable[[WebhookRequest], Outcome] | None = None
    methods: Collection[str] = METHODS
    paused: bool = False
    blocked: Collection[str | None] = ()
    rate: tuple[float, float] | None = None
    on_reject: str = "log"


class ScriptedIntake(Intake):
    __slots__ = ("_script", "judged")

    def __init__(self, source: WebhookSource, script: Script) -> None:
        super().__init__(source)
        self._script = script
        self.judged: list[WebhookRequest] = []
        self.judges = script.judge is not None
        self.methods = frozenset(script.methods)
        self.paused = script.paused
        self.rate = script.rate
        self.on_reject = script.on_reject

    def admits(self, address: str | None) -> bool:
        return address not in self._script.blocked

    def judge(self, request: WebhookRequest) -> Outcome:
        self.judged.append(request)
        return ACCEPTED if self._script.judge is None else self._script.judge(request)
