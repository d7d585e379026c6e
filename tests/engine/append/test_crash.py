"""Power cuts and failing disks, at every operation of a journal's life in turn.

What must hold then: everything acknowledged is there, once, in order; nothing is there that was
refused; and the journal goes on.
"""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.disk import Disk
from hookwire_engine.append.log import JournalFailed, SegmentLog
from support.faulty_disk import (
    Do,
    FaultyDisk,
    Kept,
    LazyDisk,
    Operation,
    from_nth,
    nth,
    pending_names,
    power_cut,
)

SEGMENT_BYTES = 6 * 1024
"""Room for about 2 KiB of frames."""

BATCHES = (
    (100,), (300, 0, 5), (900,), (700, 700), (40,) * 20, (3_000,), (10,), (1_500,), (200, 200),
    (7_000, 1), (60,), (1_800,), (1_700,), (1_600,), (500,), (1_000,), (1_200,), (90, 90),
)  # fmt: skip
"""Payload sizes. Several segments come of them, two with a size of their own."""


@dataclass(slots=True)
class Life:
    """What the journal was told and what it said."""

    disk: FaultyDisk
    acknowledged: list[bytes] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    refused: int = 0
    failed: bool = False
    applied: list[int] = field(default_factory=lambda: [0])

    def live(self, directory: Path) -> None:
        """Write the batches, apply some distance behind, and start anew in the middle."""
        try:
            self._write_all(directory)
        except OSError:
            self.failed = True  # the start was refused, and nothing else has happened

    def _write_all(self, directory: Path) -> None:
        log = self._open(directory)
        try:
            for number, sizes in enumerate(BATCHES):
                if number == 8:
                    log.close()
                    log = self._open(directory)
                self._write(log, number, sizes)
                if self.failed:
                    return
                if number % 3 == 2:
                    self._apply(log, len(self.acknowledged) - 2)
        finally:
            log.close()

    def _open(self, directory: Path) -> SegmentLog:
        return open_log(directory, self.applied[-1], self.disk)

    def _write(self, log: SegmentLog, number: int, sizes: tuple[int, ...]) -> None:
        payloads = [b"%d.%d " % (number, i) + b"x" * size for i, size in enumerate(sizes)]
        tickets = [Ticket(7, 1, payload, number) for payload in payloads]
        self.disk.mark += 1
        try:
            log.write(tickets)
        except JournalFailed:
            self.unknown += payloads
            self.failed = True
        except SqlError:
            self.refused += 1
        else:
            self.acknowledged += payloads
            assert [t.position for t in tickets] == [
                *range(len(self.acknowledged) - len(sizes) + 1, len(self.acknowledged) + 1)
            ]
        join_fillers()

    def _apply(self, log: SegmentLog, position: int) -> None:
        self.disk.mark += 1
        self.applied.append(position)
        log.release(position)


def join_fillers() -> None:
    """So that every life has the same operations in the same order."""
    for thread in threading.enumerate():
        if thread.name == "hookwire-journal-spare":
            thread.join()


def open_log(directory: Path, applied: int, disk: Disk) -> SegmentLog:
    return SegmentLog.open(
        directory, applied_position=applied, segment_bytes=SEGMENT_BYTES, disk=disk
    )


def check(directory: Path, acknowledged: list[bytes], unknown: list[bytes], applied: int) -> None:
    """Start on what the crash left; go on; start again."""
    log = open_log(directory, applied, LazyDisk())
    found = list(log.entries_after(applied))
    assert [e.position for e in found] == [*range(applied + 1, applied + 1 + len(found))]
    payloads = [e.payload for e in found]
    wanted = acknowledged[applied:]
    assert payloads[: len(wanted)] == wanted
    rest = payloads[len(wanted) :]
    assert rest in ([], unknown)
    assert log.durable_position == applied + len(found)
    after = Ticket(7, 1, b"after", 0)
    log.write([after])
    log.close()
    join_fillers()
    again = open_log(directory, applied, LazyDisk())
    assert [e.payload for e in again.entries_after(applied)] == [*payloads, b"after"]
    again.close()


@pytest.fixture(scope="module")
def whole_life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A life without a fault."""
    life = Life(FaultyDisk())
    life.live(tmp_path_factory.mktemp("life") / "journal")
    assert not life.failed and not life.refused
    assert len(life.acknowledged) == sum(map(len, BATCHES))
    return life


def moments(life: Life) -> Iterator[tuple[list[Operation], int]]:
    """Each prefix of the operations, with the mark at which the crash comes."""
    for count in range(len(life.disk.operations) + 1):
        done = life.disk.operations[:count]
        yield done, done[-1].mark if done else 0


def test_a_life_has_all_that_can_go_wrong(whole_life: Life) -> None:
    names = [o.new for o in whole_life.disk.operations if o.do is Do.RENAME]
    assert sum(name.endswith(".journal") for name in names) >= 8
    assert sum(name.endswith(".spare") for name in names) >= 4
    assert any(o.do is Do.REMOVE for o in whole_life.disk.operations)


@pytest.mark.parametrize("kept", Kept)
def test_a_power_cut_at_any_moment_loses_nothing(
    whole_life: Life, kept: Kept, tmp_path: Path
) -> None:
    steps = marks(whole_life)
    target = tmp_path / "journal"
    for operations, mark in moments(whole_life):
        acknowledged, unknown, applied = steps[mark]
        for names_kept in range(pending_names(operations, "journal") + 1):
            power_cut(operations, target, "journal", names_kept=names_kept, kept=kept)
            check(target, acknowledged, unknown, applied)
            shutil.rmtree(target)


def marks(life: Life) -> dict[int, tuple[list[bytes], list[bytes], int]]:
    """For each mark: what had been acknowledged, what was being written, what had been applied.

    A mark is set before a write or a release. What a write has acknowledged holds from the next
    mark on; a release comes after the store has committed the position, so it holds at once.
    """
    found: dict[int, tuple[list[bytes], list[bytes], int]] = {0: ([], [], 0)}
    acknowledged: list[bytes] = []
    applied = 0
    mark = 0
    at = 0
    for number, sizes in enumerate(BATCHES):
        mark += 1
        written = life.acknowledged[at : at + len(sizes)]
        found[mark] = (list(acknowledged), written, applied)
        acknowledged += written
        at += len(sizes)
        if number % 3 == 2:
            mark += 1
            applied = len(acknowledged) - 2
            found[mark] = (list(acknowledged), [], applied)
    return found


FAULTS: list[tuple[str, Callable[[int], Callable[[int, Operation], int | None]]]] = [
    ("an error once", nth),
    ("an error from then on", from_nth),
    ("a full disk once", lambda n: nth(n, errno.ENOSPC)),
    ("a full disk from then on", lambda n: from_nth(n, errno.ENOSPC)),
]


@pytest.mark.parametrize("make", [f for _, f in FAULTS], ids=[name for name, _ in FAULTS])
def test_a_fault_at_any_operation_loses_nothing(
    whole_life: Life, make: Callable[[int], Callable[[int, Operation], int | None]], tmp_path: Path
) -> None:
    for number in range(len(whole_life.disk.operations)):
        directory = tmp_path / str(number) / "journal"
        life = Life(FaultyDisk(fault=make(number)))
        life.live(directory)
        assert life.disk.failed, number
        killed = tmp_path / "killed"
        shutil.copytree(directory, killed)
        check(killed, life.acknowledged, life.unknown, life.applied[-1])
        shutil.rmtree(killed)
        target = tmp_path / "cut"
        power_cut(
            life.disk.operations,
            target,
            "journal",
            names_kept=0,
            kept=Kept.NOTHING,
        )
        check(target, life.acknowledged, life.unknown, life.applied[-1])
        shutil.rmtree(target)
        shutil.rmtree(directory)


def test_a_fault_of_a_write_is_survived_and_of_a_sync_is_not(
    whole_life: Life, tmp_path: Path
) -> None:
    """Once a frame could not be written the next one can; once fdatasync has failed none can."""
    operations = whole_life.disk.operations
    frames = [
        n
        for n, o in enumerate(operations)
        if o.do is Do.WRITE and o.data.startswith(b"HWf1") and operations[n + 1].do is Do.SYNC
    ]
    assert len(frames) == len(BATCHES)
    for n in frames:
        written = Life(FaultyDisk(fault=nth(n)))
        written.live(tmp_path / f"write {n}" / "journal")
        assert (written.failed, written.refused) == (False, 1)
        assert len(written.acknowledged) > len(whole_life.acknowledged) - 30
        synced = Life(FaultyDisk(fault=nth(n + 1)))
        synced.live(tmp_path / f"sync {n}" / "journal")
        assert synced.failed
        assert synced.disk.operations[n + 2 :] == []
