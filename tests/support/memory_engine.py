"""An engine without disk, for tests of the HTTP door: the real Intake, rows kept in a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import NoReturn

from hookwire_catalog.errors import CannotConnectNow, UndefinedObject
from hookwire_catalog.names import DEFAULT_DATABASE, DEFAULT_SCHEMA, ObjectName
from hookwire_catalog.objects import BodyFormat, CatalogObject, SourceOptions, WebhookSource
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import Ledger, SourceCounts
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.system import LIMITS, SystemLimits
from hookwire_engine.readiness import READY, Readiness
from support.scripted_intake import Script, ScriptedIntake


@dataclass(frozen=True, slots=True)
class Stored:
    """One appended request: where it went and how many rows it became."""

    source_id: int
    source: ObjectName
    rows: int
    request: WebhookRequest

    @property
    def content(self) -> tuple[object, ...]:
        """What must not depend on how the request came in."""
        r = self.request
        return (
            self.source,
            self.rows,
            r.headers,
            r.body,
            r.method,
            r.path,
            r.query,
            r.latin1_headers,
            r.remote_address,
        )


@dataclass(slots=True)
class MemoryEngine:
    """`hold` makes appends wait until `release`; `fail_with` makes them fail when settled."""

    stored: list[Stored] = field(default_factory=list)
    readiness: Readiness = READY
    draining: bool = False
    hold: bool = False
    fail_with: Exception | None = None
    refuse_with: Exception | None = None
    waiting: list[Callable[[], None]] = field(default_factory=list)
    appended: asyncio.Event = field(default_factory=asyncio.Event)
    _intakes: dict[int, Intake] = field(default_factory=dict)
    _next_id: int = 1
    ledger: Ledger = field(init=False)
    counts: Callable[[], Mapping[int, SourceCounts]] = dict
    limits: SystemLimits = LIMITS

    def __post_init__(self) -> None:
        self.ledger = Ledger(intake_of=lambda source_id: self._intakes.get(source_id))

    def attach_statistics(self, counts: Callable[[], Mapping[int, SourceCounts]]) -> None:
        self.counts = counts

    @property
    def catalog(self) -> SimpleNamespace:
        return SimpleNamespace(objects=self.objects)

    @property
    def objects(self) -> Mapping[int, CatalogObject]:
        return {i: intake.source for i, intake in self._intakes.items()}

    def create(
        self,
        name: str,
        body_format: BodyFormat = BodyFormat.TEXT,
        *,
        external_id: str = "",
        options: SourceOptions | None = None,
    ) -> WebhookSource:
        source = WebhookSource(
            self._next_id,
            ObjectName(DEFAULT_DATABASE, DEFAULT_SCHEMA, name),
            body_format,
            external_id or f"ext-{self._next_id}",
            options=options or SourceOptions(),
        )
        self._intakes[source.id] = Intake(source)
        self._next_id += 1
        return source

    def script(self, source: WebhookSource, script: Script) -> ScriptedIntake:
        """From now on the source admits and judges as the script says."""
        intake = self._intakes[source.id] = ScriptedIntake(source, script)
        return intake

    def rename(self, source: WebhookSource, name: str) -> WebhookSource:
        renamed = replace(source, name=replace(source.name, name=name))
        self._intakes[source.id] = Intake(renamed)
        return renamed

    def drop(self, source: WebhookSource) -> None:
        del self._intakes[source.id]

    def session(self, **_: object) -> NoReturn:
        raise CannotConnectNow("there is no SQL in memory")

    def find_webhook(self, database: str, schema: str, name: str) -> Intake | None:
        wanted = ObjectName(database, schema, name)
        return next((i for i in self._intakes.values() if i.source.name == wanted), None)

    def find_webhook_by_external_id(self, external_id: str) -> Intake | None:
        found = (i for i in self._intakes.values() if i.source.external_id == external_id)
        return next(found, None)

    def append_webhook(self, intake: Intake, request: WebhookRequest) -> asyncio.Future[int]:
        if self.refuse_with is not None:
            raise self.refuse_with
        packed = intake.pack(request)
        if intake.source.id not in self._intakes:
            raise UndefinedObject(f"source {intake.source.name} does not exist")
        future = asyncio.get_running_loop().create_future()
        self.waiting.append(
            lambda: self._settle(
                future, Stored(intake.source.id, intake.source.name, packed.count, request)
            )
        )
        self.appended.set()
        if not self.hold:
            self.release()
        return future

    def release(self) -> None:
        """Make everything that waits durable, or fail it."""
        waiting, self.waiting = self.waiting, []
        for settle in waiting:
            settle()

    def _settle(self, future: asyncio.Future[int], stored: Stored) -> None:
        if self.fail_with is not None:
            if not future.done():
                future.set_exception(self.fail_with)
            return
        self.stored.append(stored)
        if not future.done():
            future.set_result(stored.rows)
