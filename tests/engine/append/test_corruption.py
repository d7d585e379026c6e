"""One damaged byte, at every place of a small journal: cut off as a torn tail, or refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from hookwire_catalog.errors import DataCorrupted
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.frame import ENTRY_OVERHEAD, HEADER_SIZE, encode_entries, encode_frame
from hookwire_engine.append.log import SegmentLog, recover
from hookwire_engine.append.segment import DATA_START, segment_path
from support.faulty_disk import LazyDisk

SEGMENT_BYTES = DATA_START + 470
FRAMES = ((b"one", b"two"), (b"", b"x" * 150), (b"three" * 20,), (b"four",), (b"five", b"six" * 9))
FILE_HEADER_BYTES = 44


def make_journal(directory: Path) -> None:
    log = SegmentLog.open(
        directory, applied_position=0, segment_bytes=SEGMENT_BYTES, disk=LazyDisk()
    )
    for payloads in FRAMES:
        log.write([Ticket(3, 1, payload, 5) for payload in payloads])
    log.close()


def size_of(payloads: tuple[bytes, ...]) -> int:
    return HEADER_SIZE + sum(ENTRY_OVERHEAD + len(payload) for payload in payloads)


def payloads(directory: Path, applied: int = 0) -> list[bytes]:
    """All that a start finds, after the checks of a start."""
    log = SegmentLog.open(
        directory, applied_position=applied, segment_bytes=SEGMENT_BYTES, disk=LazyDisk()
    )
    try:
        return [entry.payload for entry in log.entries_after(applied)]
    finally:
        log.close()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    directory = tmp_path / "journal"
    make_journal(directory)
    return directory


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.journal"))


ALL = [payload for frame in FRAMES for payload in frame]


def test_the_journal_is_what_these_tests_take_it_for(journal: Path) -> None:
    assert [path.name for path in segments(journal)] == [
        segment_path(journal, 1).name,
        segment_path(journal, 6).name,
    ]
    assert payloads(journal) == ALL


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_any_byte_of_a_segment_that_is_not_the_last(journal: Path, flip: int) -> None:
    """Everything in it is known to have been durable, so nothing of it may be missing."""
    path = segments(journal)[0]
    good = path.read_bytes()
    end = DATA_START + sum(map(size_of, FRAMES[:3]))
    for at in [*range(FILE_HEADER_BYTES), *range(DATA_START, end)]:
        path.write_bytes(good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :])
        with pytest.raises(DataCorrupted) as refused:
            recover(journal, 0)
        assert str(path) in refused.value.message
        assert "at byte " in refused.value.message
        place = int(refused.value.message.split("at byte ")[1].split(":")[0])
        assert place <= at
    unused = [FILE_HEADER_BYTES, DATA_START - 1, end, len(good) - 1]
    for at in unused:
        path.write_bytes(good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :])
        assert payloads(journal) == ALL


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_any_byte_of_the_last_segment(journal: Path, flip: int) -> None:
    """Damage to the last frame looks like a torn write and is cut; before it, it is refused."""
    path = segments(journal)[-1]
    good = path.read_bytes()
    last = DATA_START + size_of(FRAMES[3])
    end = last + size_of(FRAMES[4])
    for at in [*range(FILE_HEADER_BYTES), *range(DATA_START, end)]:
        path.write_bytes(good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :])
        if at >= last:
            assert payloads(journal) == ALL[:-2]
        else:
            with pytest.raises(DataCorrupted, match=str(path)):
                recover(journal, 0)


def test_a_refused_start_changes_nothing(journal: Path) -> None:
    path = segments(journal)[0]
    path.write_bytes(path.read_bytes()[:DATA_START] + bytes(400))
    before = {p.name: p.read_bytes() for p in journal.iterdir()}
    for _ in range(2):
        with pytest.raises(DataCorrupted):
            payloads(journal)
    assert {p.name: p.read_bytes() for p in journal.iterdir()} == before


def test_what_has_been_applied_is_not_looked_at(journal: Path) -> None:
    first = segments(journal)[0]
    first.write_bytes(b"rubbish" * 100)
    assert payloads(journal, applied=5) == ALL[5:]
    assert not first.exists()


@pytest.mark.parametrize("length", [0, 20, FILE_HEADER_BYTES - 1])
def test_a_segment_without_a_whole_header(journal: Path, length: int) -> None:
    path = segments(journal)[-1]
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataCorrupted, match=f"at byte {length}: the file's header"):
        recover(journal, 0)


def test_every_length_of_the_last_segment(journal: Path) -> None:
    """A file that has lost its end is a torn tail; the start makes it whole again."""
    path = segments(journal)[-1]
    good = path.read_bytes()
    first = DATA_START + size_of(FRAMES[3])
    second = first + size_of(FRAMES[4])
    for length in range(FILE_HEADER_BYTES, second + 1, 7):
        path.write_bytes(good[:length])
        left = 5 + (length >= first) + 2 * (length >= second)
        assert payloads(journal) == ALL[:left]
        assert path.stat().st_size == SEGMENT_BYTES


def test_a_missing_segment(journal: Path) -> None:
    first, last = segments(journal)
    content = first.read_bytes()
    first.unlink()
    with pytest.raises(DataCorrupted, match="lacks positions 1 to 5"):
        recover(journal, 0)
    last.unlink()
    with pytest.raises(DataCorrupted, match="is empty, but position 3 has been applied"):
        recover(journal, 3)
    first.write_bytes(content)
    assert payloads(journal) == ALL[:5]


def test_a_segment_under_a_wrong_name(journal: Path) -> None:
    last = segments(journal)[-1]
    last.rename(segment_path(journal, 7))
    with pytest.raises(DataCorrupted, match=r"positions 6 to 6 are not there"):
        recover(journal, 0)
    with pytest.raises(DataCorrupted, match="it begins at position 6, unlike its name"):
        recover(journal, 6)
    segment_path(journal, 7).rename(journal / "odd.journal")
    with pytest.raises(DataCorrupted, match="has no position for a name"):
        recover(journal, 0)


def test_a_format_of_the_future(journal: Path) -> None:
    path = segments(journal)[-1]
    good = path.read_bytes()
    head = good[:8] + struct.pack("<I", 2) + good[12:40]
    path.write_bytes(head + struct.pack("<I", zlib.crc32(head)) + good[44:])
    with pytest.raises(DataCorrupted, match="at byte 8: its format 2 is not known"):
        recover(journal, 0)


def test_a_tail_that_was_cut_after_it_had_been_applied(journal: Path) -> None:
    """A disk that lied about fdatasync: no position is given out twice."""
    path = segments(journal)[-1]
    path.write_bytes(path.read_bytes()[: DATA_START + 5])
    log = SegmentLog.open(
        journal, applied_position=8, segment_bytes=SEGMENT_BYTES, disk=LazyDisk()
    )
    ticket = Ticket(3, 1, b"next", 5)
    log.write([ticket])
    assert ticket.position == 9
    log.close()
    assert payloads(journal, applied=8) == [b"next"]


def test_leftovers_of_an_earlier_life_are_not_frames(tmp_path: Path) -> None:
    """A recycled segment holds old frames, with positions that would fit."""
    directory = tmp_path / "journal"
    log = SegmentLog.open(
        directory, applied_position=0, segment_bytes=SEGMENT_BYTES, disk=LazyDisk()
    )
    for number in range(40):
        log.write([Ticket(3, 1, b"%03d" % number * 20, 5)])
        log.release(max(0, number - 3))
    log.close()
    newest = segments(directory)[-1]
    content = newest.read_bytes()
    assert content.count(b"HWf1") > sum(f"{n:03d}".encode() in content for n in range(37, 40))
    assert payloads(directory, applied=37) == [b"%03d" % n * 20 for n in (37, 38, 39)]


def test_a_frame_inside_a_payload_is_not_a_frame(tmp_path: Path) -> None:
    """Somebody who knows the format sends one. It lacks the salt, and so cannot make the torn
    frame around it look like damage that something durable follows."""
    directory = tmp_path / "journal"
    log = SegmentLog.open(
        directory, applied_position=0, segment_bytes=SEGMENT_BYTES, disk=LazyDisk()
    )
    log.write([Ticket(3, 1, b"good", 5)])
    forged = [Ticket(3, 1, b"forged", 5)]
    for seed in (0, zlib.crc32(b""), zlib.crc32(bytes(16))):
        frame = encode_frame(seed, 2, 1, encode_entries(forged))
        log.write([Ticket(3, 1, frame, 5)])
    log.close()
    (path,) = segments(directory)
    content = bytearray(path.read_bytes())
    first = DATA_START + size_of((b"good",))
    content[first : first + 4] = bytes(4)
    content[first + HEADER_SIZE + ENTRY_OVERHEAD + len(frame) :] = bytes(
        len(content) - first - HEADER_SIZE - ENTRY_OVERHEAD - len(frame)
    )
    path.write_bytes(content)
    assert payloads(directory) == [b"good"]
