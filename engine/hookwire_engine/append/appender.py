"""Tickets, and the way into the journal for one collection (the rows of one source)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from hookwire_catalog.errors import UndefinedObject
from hookwire_engine.append.rowcodec import PackedRows


@dataclass(slots=True, eq=False)
class Ticket:
    """One request on its way into the journal.

    `future` belongs to the caller and is never looked at here. `position` is 0 until the ticket
    is durable.
    """

    collection_id: int
    row_count: int
    payload: bytes
    received_at_us: int
    future: Any = None
    position: int = 0


class TicketSink(Protocol):
    def append(self, ticket: Ticket) -> None: ...


class CollectionAppender:
    """Appends for one collection until it is dropped. Any thread."""

    __slots__ = ("_closed", "_journal", "collection_id")

    def __init__(self, collection_id: int, journal: TicketSink) -> None:
        self.collection_id = collection_id
        self._journal = journal
        self._closed = False

    def append(self, packed: PackedRows, received_at_us: int, future: Any = None) -> Ticket:
        """Queue `packed`; the ticket's outcome comes through the journal's `on_durable`.

        Raises UndefinedObject after `close()`, and what `Journal.append` raises.
        """
        if self._closed:
            raise UndefinedObject("the source has been dropped")
        ticket = Ticket(self.collection_id, packed.count, packed.payload, received_at_us, future)
        self._journal.append(ticket)
        return ticket

    def close(self) -> None:
        """The collection is dropped. Tickets that already wait still become durable."""
        self._closed = True
