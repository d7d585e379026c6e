"""Group commit: what one write takes, who is told, and the bounds of the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from hookwire_catalog.errors import (
    CannotConnectNow,
    DiskFull,
    InsufficientResources,
    SqlError,
    StorageFault,
)
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.commit import MAX_BATCH_BYTES, BatchStatistics, GroupCommit
from hookwire_engine.append.frame import ENTRY_OVERHEAD
from hookwire_engine.append.log import JournalFailed

WAIT_S = 60


def ticket(size: int = 10, rows: int = 1) -> Ticket:
    return Ticket(1, rows, bytes(size), 0)


class Harness:
    """A GroupCommit whose writes stop at a gate, and what it has told."""

    def __init__(
        self,
        *,
        queue_bytes: int = 1 << 20,
        is_behind: Callable[[], bool] = lambda: False,
        outcomes: Sequence[BaseException | None] = (),
        is_open: bool = False,
        deaf: bool = False,
    ) -> None:
        self.gate = threading.Semaphore(1 << 20 if is_open else 0)
        self.written: list[list[Ticket]] = []
        self.told: list[tuple[Sequence[Ticket], SqlError | None, BatchStatistics]] = []
        self.news = threading.Semaphore(0)
        self.writing = threading.Semaphore(0)
        self._outcomes = list(outcomes)
        self._deaf = deaf
        self.commit = GroupCommit(
            self._write, queue_bytes=queue_bytes, is_behind=is_behind, on_durable=self._tell
        )

    def _write(self, tickets: Sequence[Ticket]) -> None:
        self.written.append(list(tickets))
        self.writing.release()
        assert self.gate.acquire(timeout=WAIT_S)
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if outcome is not None:
            raise outcome

    def _tell(
        self, tickets: Sequence[Ticket], error: SqlError | None, batch: BatchStatistics
    ) -> None:
        self.told.append((tickets, error, batch))
        self.news.release()
        if self._deaf:
            raise RuntimeError("nobody listens")

    def wait_told(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.news.acquire(timeout=WAIT_S)

    def wait_writing(self) -> None:
        assert self.writing.acquire(timeout=WAIT_S)


def test_what_comes_during_a_write_goes_into_the_next_one() -> None:
    harness = Harness()
    first, *others = (ticket(rows=n) for n in range(1, 6))
    harness.commit.append(first)
    harness.wait_writing()
    for other in others:
        harness.commit.append(other)
    assert harness.written == [[first]]
    assert harness.told == []
    harness.gate.release(2)
    harness.wait_told(2)
    assert harness.written == [[first], others]
    (_, error, batch) = harness.told[1]
    assert error is None
    assert batch[:3] == (4, 2 + 3 + 4 + 5, 40)
    assert batch.seconds > 0
    assert harness.commit.rows == 15
    harness.commit.close()


def test_nobody_is_told_before_the_write_has_returned() -> None:
    harness = Harness()
    harness.commit.append(ticket())
    harness.wait_writing()
    assert not harness.news.acquire(blocking=False)
    harness.gate.release()
    harness.wait_told()
    harness.commit.close()


def test_a_batch_has_a_size() -> None:
    """What is larger waits its turn, in order; one ticket may be larger than a batch."""
    harness = Harness(queue_bytes=10 * MAX_BATCH_BYTES)
    start = ticket()
    harness.commit.append(start)
    harness.wait_writing()
    half = MAX_BATCH_BYTES // 2 - ENTRY_OVERHEAD
    waiting = [ticket(half), ticket(half), ticket(1), ticket(3 * half), ticket(2)]
    for one in waiting:
        harness.commit.append(one)
    harness.gate.release(10)
    harness.wait_told(5)
    a, b, c, d, e = waiting
    assert harness.written == [[start], [a, b], [c], [d], [e]]
    harness.commit.close()


def test_the_queue_is_bounded_in_bytes_until_they_are_durable() -> None:
    size = 100 + ENTRY_OVERHEAD
    harness = Harness(queue_bytes=3 * size)
    harness.commit.append(ticket(100))
    harness.wait_writing()
    harness.commit.append(ticket(100))
    harness.commit.append(ticket(100))
    assert harness.commit.queued_bytes == 3 * size
    with pytest.raises(InsufficientResources, match="the queue of webhook requests is full"):
        harness.commit.append(ticket(0))
    harness.gate.release(2)
    harness.wait_told(2)
    assert harness.commit.queued_bytes == 0
    harness.gate.release()
    harness.commit.append(ticket(100))
    harness.wait_told()
    harness.commit.close()


def test_nothing_is_taken_while_applying_is_behind() -> None:
    behind = True
    harness = Harness(is_behind=lambda: behind, is_open=True)
    with pytest.raises(InsufficientResources, match="too many webhook requests wait to be stored"):
        harness.commit.append(ticket())
    behind = False
    harness.commit.append(ticket())
    harness.wait_told()
    harness.commit.close()


def test_a_refused_batch_is_told_and_the_next_one_is_written() -> None:
    full = DiskFull("could not write the journal: No space left on device")
    harness = Harness(outcomes=[full], is_open=True)
    harness.commit.append(ticket())
    harness.wait_told()
    assert harness.told[0][1] is full
    assert harness.commit.failure is None
    assert harness.commit.queued_bytes == 0
    harness.commit.append(ticket())
    harness.wait_told()
    assert harness.told[1][1] is None
    assert harness.commit.rows == 1
    harness.commit.close()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (JournalFailed("fdatasync of the journal failed: EIO"), "fdatasync of the journal failed"),
        (ZeroDivisionError("unforeseen"), "the journal failed"),
    ],
)
def test_after_a_failure_nothing_is_accepted_or_written(
    fault: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    harness = Harness(outcomes=[fault])
    harness.commit.append(ticket())
    harness.wait_writing()
    harness.commit.append(ticket())  # waits behind the write that fails
    harness.gate.release()
    harness.wait_told(2)
    assert [type(error) for _, error, _ in harness.told] in (
        [JournalFailed, StorageFault],
        [StorageFault, StorageFault],
    )
    assert len(harness.written) == 1
    assert harness.commit.failure is not None
    assert reason in harness.commit.failure
    with pytest.raises(StorageFault, match=reason):
        harness.commit.append(ticket())
    assert "no request is accepted until the next start" in caplog.text
    assert "unforeseen" not in harness.commit.failure
    harness.commit.close()
    with pytest.raises(StorageFault):
        harness.commit.append(ticket())


def test_close_makes_durable_what_waits() -> None:
    harness = Harness()
    harness.commit.append(ticket())
    harness.wait_writing()
    harness.commit.append(ticket())
    closing = threading.Thread(target=harness.commit.close)
    closing.start()
    harness.gate.release(2)
    closing.join(WAIT_S)
    assert not closing.is_alive()
    assert [error for _, error, _ in harness.told] == [None, None]
    with pytest.raises(CannotConnectNow):
        harness.commit.append(ticket())
    harness.commit.close()


def test_close_of_an_idle_one() -> None:
    harness = Harness()
    harness.commit.close()
    assert harness.written == []


def test_a_listener_that_fails_does_not_stop_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    harness = Harness(is_open=True, deaf=True)
    for _ in range(2):
        harness.commit.append(ticket())
        harness.wait_told()
    harness.commit.close()
    assert caplog.text.count("could not be reported") == 2


def test_many_threads_append_in_their_own_order() -> None:
    harness = Harness(queue_bytes=1 << 30, is_open=True)
    count, threads = 500, 8

    def append(number: int) -> None:
        for at in range(count):
            harness.commit.append(Ticket(number, 1, b"", at))

    workers = [threading.Thread(target=append, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(WAIT_S)
    harness.commit.close()
    written = [t for batch in harness.written for t in batch]
    assert len(written) == threads * count
    assert [t for batch, _, _ in harness.told for t in batch] == written
    for number in range(threads):
        own = [t.received_at_us for t in written if t.collection_id == number]
        assert own == list(range(count))
