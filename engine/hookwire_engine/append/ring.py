"""The newest items of all sources, within bounds of number and size.

When it is full, the source that holds more than its share loses its oldest items, so that a flood
of one pushes out its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, Protocol, TypeVar


class Item(Protocol):
    """`size` is in bytes; ids grow."""

    @property
    def id(self) -> int: ...
    @property
    def source_id(self) -> int: ...
    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Item)


@dataclass(slots=True)
class _Share(Generic[T]):
    items: deque[T] = field(default_factory=deque)
    size: int = 0


class Ring(Generic[T]):
    """Not locked: whoever shares it between threads does that."""

    def __init__(self, max_items: int, max_bytes: int) -> None:
        self._max_items = max_items
        self._max_bytes = max_bytes
        self._shares: dict[int, _Share[T]] = {}
        self._items = self._size = 0

    def sorted(self) -> list[T]:
        """All items, oldest first."""
        found = [item for share in self._shares.values() for item in share.items]
        return sorted(found, key=attrgetter("id"))

    def add(self, item: T) -> None:
        share = self._shares.setdefault(item.source_id, _Share())
        share.items.append(item)
        share.size += item.size
        self._items += 1
        self._size += item.size
        self._shrink(item.source_id)

    def resize(self, max_items: int, max_bytes: int) -> None:
        self._max_items, self._max_bytes = max_items, max_bytes
        self._shrink(None)

    def keep_only(self, source_ids: Collection[int]) -> None:
        for gone in self._shares.keys() - set(source_ids):
            share = self._shares.pop(gone)
            self._items -= len(share.items)
            self._size -= share.size

    def _shrink(self, source_id: int | None) -> None:
        while self._items > self._max_items:
            self._evict(source_id, by_number=True)
        while self._size > self._max_bytes and self._items:
            self._evict(source_id, by_number=False)

    def _evict(self, source_id: int | None, *, by_number: bool) -> None:
        """Drop the oldest item of `source_id` if it is over its share, else of the largest."""
        bound = (self._max_items if by_number else self._max_bytes) / len(self._shares)
        share = None if source_id is None else self._shares.get(source_id)
        if share is None or (len(share.items) if by_number else share.size) <= bound:
            source_id, share = max(
                self._shares.items(),
                key=lambda found: len(found[1].items) if by_number else found[1].size,
            )
        item = share.items.popleft()
        share.size -= item.size
        self._items -= 1
        self._size -= item.size
        if not share.items:
            del self._shares[item.source_id]
