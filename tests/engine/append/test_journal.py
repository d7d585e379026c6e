"""Journal and MemoryJournal: one behaviour, with files and without."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from hookwire_catalog.errors import InsufficientResources, SqlError, UndefinedObject
from hookwire_engine.append.appender import CollectionAppender, Ticket
from hookwire_engine.append.commit import BatchStatistics
from hookwire_engine.append.journal import Journal, MemoryJournal
from hookwire_engine.append.rowcodec import PackedRows
from support.faulty_disk import FaultyDisk, LazyDisk

WAIT_S = 60
AnyJournal = Journal | MemoryJournal


class Outcomes:
    """Collects what the journal says, and waits for it."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.errors: list[SqlError | None] = []
        self._news = threading.Condition()

    def __call__(
        self, tickets: Sequence[Ticket], error: SqlError | None, batch: BatchStatistics
    ) -> None:
        with self._news:
            self.tickets += tickets
            self.errors += [error] * len(tickets)
            self._news.notify()

    def wait(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.tickets) >= count, WAIT_S)


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture(params=["files", "memory"])
def make(
    request: pytest.FixtureRequest, tmp_path: Path, outcomes: Outcomes
) -> Iterator[Callable[..., AnyJournal]]:
    made: list[AnyJournal] = []

    def make_journal(queue_bytes: int = 1 << 20, backlog_bytes: int = 1 << 30) -> AnyJournal:
        bounds = {"queue_bytes": queue_bytes, "backlog_bytes": backlog_bytes}
        journal: AnyJournal
        if request.param == "memory":
            journal = MemoryJournal(on_durable=outcomes, **bounds)
        else:
            journal = Journal.open(
                tmp_path / "journal",
                applied_position=0,
                on_durable=outcomes,
                segment_bytes=8192,
                disk=LazyDisk(),
                **bounds,
            )
        made.append(journal)
        return journal

    yield make_journal
    for journal in made:
        journal.close()


def ticket(number: int, size: int = 8) -> Ticket:
    return Ticket(1, number, b"%d" % number * size, number)


def test_positions_are_given_in_order(
    make: Callable[..., AnyJournal], outcomes: Outcomes
) -> None:
    journal = make()
    sent = [ticket(n) for n in range(1, 3001)]
    for one in sent:
        journal.append(one)
    outcomes.wait(3000)
    assert [t.position for t in sent] == list(range(1, 3001))
    assert outcomes.tickets == sent
    assert journal.durable_position == 3000
    assert journal.rows == sum(range(1, 3001))
    assert (journal.queued_bytes, journal.failure) == (0, None)
    found = list(journal.entries_after(0))
    assert [(e.position, e.row_count, e.payload) for e in found] == [
        (t.position, t.row_count, t.payload) for t in sent
    ]
    assert [e.position for e in journal.entries_after(2500)] == list(range(2501, 3001))


def test_release_takes_away_and_positions_stay(
    make: Callable[..., AnyJournal], outcomes: Outcomes
) -> None:
    journal = make()
    for n in range(1, 101):
        journal.append(ticket(n, 400))
        outcomes.wait(n)
    journal.release(60)
    assert [e.position for e in journal.entries_after(60)] == list(range(61, 101))
    with pytest.raises(ValueError, match="position 1 of the journal has been released"):
        list(journal.entries_after(0))
    journal.release(20)
    journal.release(100)
    journal.append(ticket(101))
    outcomes.wait(101)
    assert [e.position for e in journal.entries_after(100)] == [101]


def test_a_journal_that_is_not_applied_takes_no_more(
    make: Callable[..., AnyJournal], outcomes: Outcomes
) -> None:
    journal = make(backlog_bytes=20_000)
    sent = 0
    with pytest.raises(InsufficientResources):
        for n in range(1, 1000):
            journal.append(ticket(n, 500))
            sent = n
            outcomes.wait(n)
    assert 5 < sent < 100
    journal.release(sent)
    journal.append(ticket(1))
    outcomes.wait(sent + 1)
    assert outcomes.errors == [None] * (sent + 1)


def test_reading_stays_possible_after_close(
    make: Callable[..., AnyJournal], outcomes: Outcomes
) -> None:
    """The applier reads the last of it then."""
    journal = make()
    journal.append(ticket(1))
    journal.close()
    assert [e.position for e in journal.entries_after(0)] == [1]


def test_an_appender_ends_with_its_collection(
    make: Callable[..., AnyJournal], outcomes: Outcomes
) -> None:
    appender = CollectionAppender(42, make())
    mark = object()
    sent = appender.append(PackedRows(3, b"payload"), 17, mark)
    outcomes.wait(1)
    assert outcomes.tickets == [sent]
    assert (sent.collection_id, sent.row_count, sent.payload, sent.received_at_us) == (
        42, 3, b"payload", 17,
    )  # fmt: skip
    assert sent.future is mark
    appender.close()
    with pytest.raises(UndefinedObject, match="the source has been dropped"):
        appender.append(PackedRows(1, b""), 18)


def test_a_journal_is_taken_up_where_it_was_left(tmp_path: Path, outcomes: Outcomes) -> None:
    directory = tmp_path / "journal"
    for start in (1, 11, 21):
        journal = Journal.open(
            directory, applied_position=0, on_durable=outcomes, disk=LazyDisk()
        )
        for n in range(start, start + 10):
            journal.append(ticket(n))
        journal.close()
        assert [e.row_count for e in journal.entries_after(0)] == list(range(1, start + 10))


def test_a_failed_fdatasync_is_for_good(tmp_path: Path, outcomes: Outcomes) -> None:
    """Invariant 6: no later success can make up for it."""
    failing = False
    disk = FaultyDisk(fault=lambda _, o: 5 if failing and o.do.value == "sync" else None)
    journal = Journal.open(
        tmp_path / "journal", applied_position=0, on_durable=outcomes, disk=disk
    )
    journal.append(ticket(1))
    outcomes.wait(1)
    failing = True
    journal.append(ticket(2))
    outcomes.wait(2)
    failing = False
    with pytest.raises(SqlError) as refused:
        journal.append(ticket(3))
    assert refused.value.sqlstate == "58030"
    assert journal.failure == "fdatasync of the journal failed: Input/output error"
    assert [e.position for e in journal.entries_after(0)] == [1]
    journal.close()


def test_this_wing_needs_neither_duckdb_nor_arrow_nor_asyncio() -> None:
    """It is meant to run in a process of its own (architecture section 2)."""
    program = """
import importlib, pkgutil, sys
import hookwire_engine.append as wing
for module in pkgutil.iter_modules(wing.__path__):
    importlib.import_module(f"hookwire_engine.append.{module.name}")
print(*sorted({"duckdb", "pyarrow", "numpy", "asyncio"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
