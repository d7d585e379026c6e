"""Advisory locks: who is before whom. What a client sees is in tests/wire."""

from __future__ import annotations

import threading

import pytest

from hookwire_catalog.errors import LockNotAvailable, QueryCanceled
from hookwire_engine.query.advisory import AdvisoryLocks, DeadlockDetected

KEY = (1,)


def held(locks: AdvisoryLocks, owner: int, *, shared: bool = False) -> bool:
    return locks.try_acquire(owner, KEY, shared=shared, transaction=False)


def wait(locks: AdvisoryLocks, owner: int, key: tuple[int, ...] = KEY) -> None:
    locks.acquire(
        owner, key, shared=False, transaction=False, canceled=lambda: False, timeout_s=0.01
    )


def test_a_shared_lock_queues_behind_an_exclusive_one_that_waits() -> None:
    locks = AdvisoryLocks()
    asked = threading.Event()
    stop = threading.Event()

    def canceled() -> bool:
        asked.set()
        return stop.is_set()

    def second() -> None:
        with pytest.raises(QueryCanceled):
            locks.acquire(
                2, KEY, shared=False, transaction=False, canceled=canceled, timeout_s=None
            )

    assert held(locks, 1, shared=True)
    thread = threading.Thread(target=second)
    thread.start()
    asked.wait()
    assert not held(locks, 3, shared=True)
    assert held(locks, 1, shared=True)  # who has one need not queue for another
    stop.set()
    locks.wake()
    thread.join()
    assert held(locks, 3, shared=True)


def test_a_wait_that_ends_leaves_nothing_behind() -> None:
    locks = AdvisoryLocks()
    assert held(locks, 1)
    with pytest.raises(LockNotAvailable):
        wait(locks, 2)
    assert locks.release(1, KEY, shared=False)
    assert not locks.release(1, KEY, shared=False)
    assert held(locks, 3)


def test_the_last_of_a_circle_is_refused_at_once() -> None:
    locks = AdvisoryLocks()
    keys = [(1,), (2,), (3,)]
    for owner, key in enumerate(keys):
        assert locks.try_acquire(owner, key, shared=False, transaction=True)
    threads = []
    for owner in (0, 1):
        asked = threading.Event()

        def canceled(asked: threading.Event = asked) -> bool:
            asked.set()
            return False

        def act(owner: int = owner, canceled: object = canceled) -> None:
            locks.acquire(
                owner, keys[owner + 1], shared=False, transaction=True,
                canceled=canceled, timeout_s=None,  # type: ignore[arg-type]
            )  # fmt: skip
            locks.release_transaction(owner)

        threads.append(threading.Thread(target=act))
        threads[-1].start()
        asked.wait()
    with pytest.raises(DeadlockDetected):
        wait(locks, 2, keys[0])
    locks.release_transaction(2)
    for thread in threads:
        thread.join()
    assert all(locks.try_acquire(9, key, shared=False, transaction=False) for key in keys)
