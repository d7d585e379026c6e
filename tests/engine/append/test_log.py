"""The journal's files: positions, segments that fill up, and what is taken back."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import DataCorrupted, DiskFull, StorageFault
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.disk import Disk
from hookwire_engine.append.log import SegmentLog
from hookwire_engine.append.segment import DATA_START, INDEX_BYTES, READ_BYTES
from support.faulty_disk import FaultyDisk, LazyDisk, nth

KIB = 1024


def open_log(
    path: Path, *, applied: int = 0, size: int = DATA_START + 4 * KIB, disk: Disk | None = None
) -> SegmentLog:
    return SegmentLog.open(
        path, applied_position=applied, segment_bytes=size, disk=disk or LazyDisk()
    )


def tickets(*payloads: bytes) -> list[Ticket]:
    return [Ticket(9, 2, payload, 1000 + len(payload)) for payload in payloads]


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    log = open_log(tmp_path / "journal")
    assert log.durable_position == 0
    assert list(log.entries_after(0)) == []
    written = [Ticket(2**32 - 1, 7, b"\x00\xffHWf1", -5), Ticket(0, 1, b"", 2**62)]
    log.write(written)
    assert [t.position for t in written] == [1, 2]
    assert [tuple(e) for e in log.entries_after(0)] == [
        (1, 2**32 - 1, 7, -5, b"\x00\xffHWf1"),
        (2, 0, 1, 2**62, b""),
    ]
    log.close()


@settings(max_examples=40, deadline=None)
@given(
    batches=st.lists(
        st.lists(st.integers(0, 3 * KIB), min_size=1, max_size=5), min_size=1, max_size=25
    ),
    after=st.integers(0, 60),
)
def test_any_batches_read_from_any_position(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]], after: int
) -> None:
    directory = tmp_path_factory.mktemp("log") / "journal"
    log = open_log(directory)
    payloads: list[bytes] = []
    for sizes in batches:
        batch = [os.urandom(size) for size in sizes]
        log.write(tickets(*batch))
        payloads += batch
    after = min(after, len(payloads))
    for _ in range(2):
        found = list(log.entries_after(after))
        assert [e.payload for e in found] == payloads[after:]
        assert [e.position for e in found] == list(range(after + 1, len(payloads) + 1))
        log.close()
        log = open_log(directory)
    log.close()


def test_reading_beyond_the_index_and_the_read_size(tmp_path: Path) -> None:
    """Frames larger than one read, and many small ones behind each place of the index."""
    log = open_log(tmp_path / "journal", size=8 * READ_BYTES)
    payloads = [b"a" * 3000] * (2 * INDEX_BYTES // 3000)
    payloads += [b"b" * (2 * READ_BYTES), b"c", b"d" * (READ_BYTES - 200)]
    payloads += [b"e" * 900] * 1500
    for payload in payloads:
        log.write(tickets(payload))
    for after in (0, 1, 20, 21, 43, 44, 45, 46, 700, len(payloads) - 1, len(payloads)):
        assert [e.payload for e in log.entries_after(after)] == payloads[after:]
    log.close()


def test_a_read_ends_where_it_began_to_end(tmp_path: Path) -> None:
    """What becomes durable meanwhile is for the next read."""
    log = open_log(tmp_path / "journal")
    log.write(tickets(b"1", b"2"))
    reading = log.entries_after(0)
    assert next(reading).payload == b"1"
    log.write(tickets(b"3"))
    assert [e.payload for e in reading] == [b"2"]
    log.close()


def test_what_has_been_released_cannot_be_read(tmp_path: Path) -> None:
    log = open_log(tmp_path / "journal", size=DATA_START + 300)
    for number in range(8):
        log.write(tickets(b"%d" % number * 90))
    log.release(8)
    with pytest.raises(ValueError, match="position 1 of the journal has been released"):
        list(log.entries_after(0))
    log.release(3)  # backwards: nothing to do
    assert [e.payload for e in log.entries_after(7)] == [b"7" * 90]
    log.close()


def test_released_segments_become_spares_and_are_used_again(tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    log = open_log(directory, size=DATA_START + KIB)
    for number in range(30):
        log.write(tickets(b"x" * 400))
        log.release(number)
    log.close()
    names = sorted(path.suffix for path in directory.iterdir())
    assert names.count(".journal") == 1
    assert names.count(".spare") <= 3
    assert names.count(".tmp") == 0


def test_what_is_held_grows_with_segments_and_shrinks_with_release(tmp_path: Path) -> None:
    size = DATA_START + KIB
    log = open_log(tmp_path / "journal", size=size)
    assert log.held_bytes == size
    for _ in range(6):
        log.write(tickets(b"x" * 400))
    assert log.held_bytes == 3 * size
    log.write(tickets(b"x" * 5000))
    held = log.held_bytes
    assert held > 3 * size + 5000
    log.close()
    log = open_log(tmp_path / "journal", size=size)
    assert log.held_bytes == held
    log.release(6)
    assert log.held_bytes == held - 3 * size
    log.close()


def test_a_frame_larger_than_a_segment_replaces_an_empty_one(tmp_path: Path) -> None:
    """Both would have the same name; the file in use must never be taken for a released one."""
    directory = tmp_path / "journal"
    size = DATA_START + KIB
    log = open_log(directory, size=size)
    log.write(tickets(b"x" * 5000))
    log.write(tickets(b"y"))
    log.release(0)
    log.release(1)
    assert [e.payload for e in log.entries_after(1)] == [b"y"]
    log.close()
    again = open_log(directory, applied=1, size=size)
    assert [e.payload for e in again.entries_after(1)] == [b"y"]
    again.close()


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "journal"
    log = open_log(directory, size=DATA_START + KIB)
    for _ in range(5):
        log.write(tickets(b"x" * 400))
    log.close()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


def test_a_segment_of_another_size_is_brought_to_size(tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    log = open_log(directory, size=DATA_START + KIB)
    log.write(tickets(b"one"))
    log.close()
    log = open_log(directory, size=DATA_START + 8 * KIB)
    log.write(tickets(b"x" * 6000))
    log.close()
    (segment,) = directory.glob("*.journal")
    assert segment.stat().st_size == DATA_START + 8 * KIB
    log = open_log(directory, size=DATA_START + KIB)
    assert [e.payload for e in log.entries_after(0)] == [b"one", b"x" * 6000]
    log.close()


def test_damage_behind_the_back_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    log = open_log(directory)
    log.write(tickets(b"x" * 100))
    (segment,) = directory.glob("*.journal")
    content = bytearray(segment.read_bytes())
    content[DATA_START + 100] ^= 1
    segment.write_bytes(content)
    with pytest.raises(DataCorrupted, match=f"{segment} is corrupt at byte {DATA_START}"):
        list(log.entries_after(0))
    content[DATA_START] ^= 1
    segment.write_bytes(content)
    with pytest.raises(DataCorrupted, match="a durable frame is gone"):
        list(log.entries_after(0))
    log.close()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EIO, StorageFault),
    ],
)
def test_what_a_failed_write_is_called(
    tmp_path: Path, code: int, error: type[DiskFull] | type[StorageFault]
) -> None:
    disk = FaultyDisk(fault=lambda _, o: code if o.data.endswith(b"two") else None)
    log = open_log(tmp_path / "journal", disk=disk)
    log.write(tickets(b"one"))
    with pytest.raises(error) as refused:
        log.write(tickets(b"two"))
    assert type(refused.value) is error
    assert refused.value.message == f"could not write the journal: {os.strerror(code)}"
    log.write(tickets(b"three"))
    assert [e.payload for e in log.entries_after(0)] == [b"one", b"three"]
    log.close()


def test_a_disk_too_full_for_a_new_segment_still_takes_small_frames(tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    is_full = False
    disk = FaultyDisk(fault=lambda _, o: errno.ENOSPC if is_full and len(o.data) > 500 else None)
    log = open_log(directory, size=DATA_START + KIB, disk=disk)
    log.write(tickets(b"x" * 400))
    log.close()
    for spare in directory.glob("*.spare"):
        spare.unlink()
    is_full = True
    log = open_log(directory, size=DATA_START + KIB, disk=disk)
    with pytest.raises(DiskFull):
        log.write(tickets(b"y" * 800))
    assert not list(directory.glob("*.tmp"))
    log.write(tickets(b"z" * 100))
    assert [e.payload[:1] for e in log.entries_after(0)] == [b"x", b"z"]
    log.close()


def test_a_start_that_the_disk_refuses_is_an_os_error(tmp_path: Path) -> None:
    whole = FaultyDisk()
    open_log(tmp_path / "whole", disk=whole).close()
    assert len(whole.operations) > 6
    for number in range(len(whole.operations)):
        with pytest.raises(OSError):
            open_log(tmp_path / f"{number}", disk=FaultyDisk(fault=nth(number)))
