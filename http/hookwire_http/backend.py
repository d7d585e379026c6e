"""What the door needs of the engine, and the stand-in until there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hookwire_catalog.errors import CannotConnectNow
from hookwire_catalog.objects import CatalogObject
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.ledger import Ledger, SourceCounts
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.system import LIMITS, SystemLimits
from hookwire_engine.readiness import Readiness
from hookwire_http.sql.services import Session


class CatalogSnapshot(Protocol):
    @property
    def objects(self) -> Mapping[int, CatalogObject]: ...


class Backend(Protocol):
    """Called on the event loop only; every lookup is a dict get."""

    @property
    def catalog(self) -> CatalogSnapshot: ...

    @property
    def readiness(self) -> Readiness: ...

    @property
    def draining(self) -> bool: ...

    @property
    def limits(self) -> SystemLimits:
        """As they are now; ALTER SYSTEM changes them at once."""
        ...

    @property
    def ledger(self) -> Ledger: ...

    def attach_statistics(self, counts: Callable[[], Mapping[int, SourceCounts]]) -> None: ...

    def find_webhook(self, database: str, schema: str, name: str) -> Intake | None: ...

    def find_webhook_by_external_id(self, external_id: str) -> Intake | None: ...

    def append_webhook(self, intake: Intake, request: WebhookRequest) -> asyncio.Future[int]:
        """The number of rows, once they are durable; may raise SqlError at once."""
        ...

    def session(
        self, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> Session:
        """For /api/sql. Raises InvalidAuthorization for a role that does not exist."""
        ...


STARTING = Readiness(False, "the server is starting")


@dataclass(frozen=True, slots=True)
class _NoObjects:
    objects: Mapping[int, CatalogObject]


class StartingBackend:
    """Stands in while the engine opens: alive, not ready, every webhook is asked to come again."""

    catalog = _NoObjects({})
    readiness = STARTING
    draining = False
    limits = LIMITS

    def __init__(self) -> None:
        self.ledger = Ledger()

    def attach_statistics(self, counts: Callable[[], Mapping[int, SourceCounts]]) -> None:
        """Nobody can ask yet."""

    def find_webhook(self, database: str, schema: str, name: str) -> Intake | None:
        return None

    def find_webhook_by_external_id(self, external_id: str) -> Intake | None:
        return None

    def append_webhook(self, intake: Intake, request: WebhookRequest) -> asyncio.Future[int]:
        raise CannotConnectNow(STARTING.reason)

    def session(
        self, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> Session:
        raise CannotConnectNow(STARTING.reason)
