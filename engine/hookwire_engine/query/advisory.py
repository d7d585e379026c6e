"""Advisory locks (PostgreSQL 13.3.5): kept for sessions, in memory, with PostgreSQL's rules.

    exclusive or shared     a session's own locks never stand in its way
    of the session          counted: given back as often as taken, or when the session ends
    of the transaction      given back at its end only

Who has to wait queues up behind those that wait already; a circle of waiters is found when it
closes, and the last to come is refused (40P01).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hookwire_catalog.errors import LockNotAvailable, QueryCanceled, SqlError

Key = tuple[int, ...]

Held = Mapping[tuple[Key, bool], int]
"""How often a transaction holds each lock, shared or not."""


class DeadlockDetected(SqlError):
    sqlstate = "40P01"


@dataclass(frozen=True, slots=True)
class _Wanted:
    owner: int
    key: Key
    shared: bool


@dataclass(slots=True)
class _Lock:
    """`held` counts by owner, shared or not, and whether for the transaction."""

    held: Counter[tuple[int, bool, bool]] = field(default_factory=Counter)
    queue: list[_Wanted] = field(default_factory=list)


class AdvisoryLocks:
    """Owners are session ids. Any thread; only `acquire` with `wait` blocks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._locks: dict[Key, _Lock] = {}

    # Taking.

    def try_acquire(self, owner: int, key: Key, *, shared: bool, transaction: bool) -> bool:
        with self._changed:
            if any(self._before(_Wanted(owner, key, shared))):
                return False
            self._take(owner, key, shared, transaction)
            return True

    def acquire(
        self,
        owner: int,
        key: Key,
        *,
        shared: bool,
        transaction: bool,
        canceled: Callable[[], bool],
        timeout_s: float | None,
    ) -> None:
        """Wait for the lock. `canceled` is asked again after `wake`.

        Raises DeadlockDetected, QueryCanceled or, after `timeout_s`, LockNotAvailable.
        """
        wanted = _Wanted(owner, key, shared)
        with self._changed:
            queue = self._locks.setdefault(key, _Lock()).queue
            queue.append(wanted)
            try:
                self._check_no_circle(wanted)
                free = self._changed.wait_for(
                    lambda: canceled() or not any(self._before(wanted)), timeout_s
                )
                if canceled():
                    raise QueryCanceled("canceling statement due to user request")
                if not free:
                    raise LockNotAvailable("canceling statement due to lock timeout")
                self._take(owner, key, shared, transaction)
            finally:
                queue.remove(wanted)
                self._tidy(key)
                self._changed.notify_all()

    def _take(self, owner: int, key: Key, shared: bool, transaction: bool) -> None:
        self._locks.setdefault(key, _Lock()).held[owner, shared, transaction] += 1

    def _before(self, wanted: _Wanted) -> Iterator[int]:
        """The owners that `wanted` has to wait for."""
        lock = self._locks.get(wanted.key)
        if lock is None:
            return
        mine = False
        for owner, shared, _ in lock.held:
            if owner == wanted.owner:
                mine = True
            elif not (shared and wanted.shared):
                yield owner
        if mine:
            return  # it need not queue for what it has, as in PostgreSQL
        for other in lock.queue:
            if other is wanted:
                return
            if not (other.shared and wanted.shared):
                yield other.owner

    def _check_no_circle(self, wanted: _Wanted) -> None:
        waiting = {w.owner: w for lock in self._locks.values() for w in lock.queue}
        seen: set[int] = set()
        ahead = list(self._before(wanted))
        while ahead:
            owner = ahead.pop()
            if owner == wanted.owner:
                raise DeadlockDetected("deadlock detected")
            if owner in waiting and owner not in seen:
                seen.add(owner)
                ahead += self._before(waiting[owner])

    # Giving back.

    def release(self, owner: int, key: Key, *, shared: bool) -> bool:
        """Give back one that the session took; False if it has none."""
        with self._changed:
            lock = self._locks.get(key)
            entry = owner, shared, False
            if lock is None or not lock.held[entry]:
                if lock is not None:
                    del lock.held[entry]
                return False
            lock.held[entry] -= 1
            if not lock.held[entry]:
                del lock.held[entry]
            self._tidy(key)
            self._changed.notify_all()
            return True

    def release_session(self, owner: int) -> None:
        """All that the session took, but not those of its transaction."""
        self._release(owner, transaction=False)

    def release_transaction(self, owner: int) -> None:
        self._release(owner, transaction=True)

    def of_transaction(self, owner: int) -> Held:
        """What the transaction holds now, for `keep_transaction`."""
        with self._changed:
            return {
                (key, shared): count
                for key, lock in self._locks.items()
                for (who, shared, transaction), count in lock.held.items()
                if who == owner and transaction
            }

    def keep_transaction(self, owner: int, before: Held) -> None:
        """Give back what the transaction has taken since `before`, as ROLLBACK TO does."""
        with self._changed:
            for key, lock in [*self._locks.items()]:
                for shared in (False, True):
                    entry = owner, shared, True
                    kept = min(before.get((key, shared), 0), lock.held.get(entry, 0))
                    lock.held.pop(entry, None)
                    if kept:
                        lock.held[entry] = kept
                self._tidy(key)
            self._changed.notify_all()

    def _release(self, owner: int, *, transaction: bool) -> None:
        with self._changed:
            for key, lock in [*self._locks.items()]:
                for shared in (False, True):
                    lock.held.pop((owner, shared, transaction), None)
                self._tidy(key)
            self._changed.notify_all()

    def _tidy(self, key: Key) -> None:
        lock = self._locks.get(key)
        if lock is not None and not lock.held and not lock.queue:
            del self._locks[key]

    def wake(self) -> None:
        """Make those that wait look whether they are canceled."""
        with self._changed:
            self._changed.notify_all()
