"""The journal's files as one sequence of entries. Knows segments, not threads or queues.

Written by one thread (`write`, `close`), read by others (`entries_after`), cut short by the
applier (`release`). What recovery does, on `open`:

* Segments that hold only applied positions are not needed; they become spares, unread.
* All others are checked from beginning to end. They must join without a gap from the position
  after `applied_position`. A torn tail of the last one is cut: the next frame is written over it.
  Damage anywhere else raises DataCorrupted with file and offset, and nothing is changed.
* If the tail that was cut had been applied, numbering goes on behind the applied position, in a
  new segment, so that no position is used twice.
* The last segment is synced, since a killed process may have left a frame in the page cache only.

When a write fails, the frame's header is overwritten with zeros, so that it is never replayed, and
the log goes on. When that fails too, or any fdatasync, nobody can say what the disk holds: the
log is done for (`JournalFailed`) until the files are opened and checked anew.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from hookwire_catalog.errors import DataCorrupted, DiskFull, SqlError, StorageFault
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.disk import Disk
from hookwire_engine.append.frame import HEADER_SIZE, Entry, encode_entries, encode_frame
from hookwire_engine.append.segment import (
    DATA_START,
    SUFFIX,
    Segment,
    encode_file_header,
    load,
    segment_path,
)
from hookwire_engine.append.spares import TEMPORARY_SUFFIX, Spares, fill_with_zeros

log = logging.getLogger("hookwire.journal")

SALT_BYTES = 16
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class JournalFailed(StorageFault):
    """The disk's state is unknown; nothing can be made durable until the next start."""


def write_fault(error: OSError) -> SqlError:
    """A write that failed and left nothing behind."""
    if error.errno in _FULL:
        return DiskFull(f"could not write the journal: {error.strerror}")
    return StorageFault(f"could not write the journal: {error.strerror}")


class SegmentLog:
    """See `open`."""

    def __init__(
        self, directory: Path, segments: list[Segment], spares: Spares, size: int, disk: Disk
    ) -> None:
        self._directory = directory
        self._segments = segments
        self._spares = spares
        self._segment_bytes = size
        self._disk = disk
        self._lock = threading.Lock()
        self._held_bytes = sum(segment.size for segment in segments)
        self._active: Segment | None = None
        self._fd = -1
        self._durable_position = 0

    @classmethod
    def open(
        cls, directory: Path, *, applied_position: int, segment_bytes: int, disk: Disk
    ) -> Self:
        """Check the files and be ready to write. Raises DataCorrupted, OSError."""
        directory.mkdir(parents=True, mode=0o700, exist_ok=True)
        # Not only when it was made now: an earlier run may have been killed before its sync.
        disk.sync_directory(directory.parent)
        segments, unneeded = recover(directory, applied_position)
        spares = Spares(directory, segment_bytes, disk)
        spares.adopt()
        disk.sync_directory(directory)
        self = cls(directory, segments, spares, segment_bytes, disk)
        try:
            self._begin(applied_position)
            for path in unneeded:
                spares.give(path, path.stat().st_size)
        except JournalFailed as error:
            raise OSError(errno.EIO, error.message) from error
        except BaseException:
            self.close()
            raise
        return self

    @property
    def durable_position(self) -> int:
        return self._durable_position

    @property
    def held_bytes(self) -> int:
        """Of the segments that have not been released."""
        return self._held_bytes

    def _begin(self, applied_position: int) -> None:
        last = self._segments[-1] if self._segments else None
        if last is not None and last.next_position > applied_position:
            self._continue(last)
        else:
            # Only in an empty directory, or where the tail that was cut had been applied.
            self._start_segment(applied_position + 1, 0)

    def _continue(self, segment: Segment) -> None:
        self._fd = self._disk.open(segment.path, os.O_RDWR)
        self._active = segment
        if segment.size < self._segment_bytes:
            fill_with_zeros(self._disk, self._fd, segment.size, self._segment_bytes)
            self._held_bytes += self._segment_bytes - segment.size
            segment.size = self._segment_bytes
        self._disk.sync(self._fd)
        self._durable_position = segment.next_position - 1

    def write(self, tickets: Sequence[Ticket]) -> None:
        """Make `tickets` durable as one frame and give them their positions.

        Raises DiskFull or StorageFault when none of them is in the journal, JournalFailed when
        that cannot be known.
        """
        entries = encode_entries(tickets)
        size = HEADER_SIZE + len(entries)
        active = self._active
        if active is None or not active.has_room(size):
            active = self._roll(size)
        first = active.next_position
        frame = encode_frame(active.seed, first, len(tickets), entries)
        try:
            self._disk.write(self._fd, frame, active.end)
        except OSError as error:
            self._erase(active.end, error)
            raise write_fault(error) from error
        self._sync(self._fd)
        active.grow(size, len(tickets))
        for position, ticket in enumerate(tickets, first):
            ticket.position = position
        self._durable_position = active.next_position - 1
        if active.end > active.size // 2:
            self._spares.prepare()

    def _erase(self, offset: int, cause: OSError) -> None:
        try:
            self._disk.write(self._fd, bytes(HEADER_SIZE), offset)
        except OSError:
            raise JournalFailed(f"could not write the journal: {cause.strerror}") from cause
        self._sync(self._fd)

    def _sync(self, fd: int) -> None:
        """A failed fdatasync may drop the pages and succeed the next time: never try it again."""
        try:
            self._disk.sync(fd)
        except OSError as error:
            raise JournalFailed(f"fdatasync of the journal failed: {error.strerror}") from error

    def _roll(self, frame_size: int) -> Segment:
        try:
            return self._start_segment(self._durable_position + 1, frame_size)
        except OSError as error:
            raise write_fault(error) from error

    def _start_segment(self, first_position: int, frame_size: int) -> Segment:
        """Make a new segment the active one. Raises OSError with the old one still active."""
        size = max(self._segment_bytes, DATA_START + frame_size)
        salt = os.urandom(SALT_BYTES)
        path = segment_path(self._directory, first_position)
        spare = self._spares.take(size)
        temporary = spare.with_suffix(TEMPORARY_SUFFIX)
        self._disk.rename(spare, temporary)
        fd = self._disk.open(temporary, os.O_RDWR)
        try:
            self._disk.write(fd, encode_file_header(first_position, salt), 0)
            self._sync(fd)
            self._disk.rename(temporary, path)
        except (OSError, JournalFailed):
            os.close(fd)
            self._spares.discard(temporary)
            raise
        self._sync_directory()
        segment = Segment(path, first_position, salt, size)
        with self._lock:
            if self._segments and self._segments[-1].first_position == first_position:
                # It holds no frame, and had no room for this one; the rename has replaced it.
                self._held_bytes -= self._segments.pop().size
            self._segments.append(segment)
            self._held_bytes += size
        if self._active is not None:
            os.close(self._fd)
        self._active, self._fd = segment, fd
        self._durable_position = first_position - 1
        return segment

    def _sync_directory(self) -> None:
        try:
            self._disk.sync_directory(self._directory)
        except OSError as error:
            raise JournalFailed(f"fsync of the journal failed: {error.strerror}") from error

    def entries_after(self, position: int) -> Iterator[Entry]:
        """Every entry behind `position` that is durable when the iteration begins.

        Any thread. Raises DataCorrupted when a file no longer holds what was made durable.
        """
        last = self._durable_position
        while position < last:
            segment, fd = self._open_for(position + 1)
            try:
                end = min(last, segment.next_position - 1)
                yield from segment.entries(fd, position + 1, end)
            finally:
                os.close(fd)
            position = end

    def _open_for(self, position: int) -> tuple[Segment, int]:
        """The segment that holds `position`, opened while it cannot be taken away."""
        with self._lock:
            at = bisect_right(self._segments, position, key=lambda s: s.first_position) - 1
            if at < 0:
                raise ValueError(f"position {position} of the journal has been released")
            segment = self._segments[at]
            return segment, os.open(segment.path, os.O_RDONLY | os.O_CLOEXEC)

    def release(self, applied_position: int) -> None:
        """Positions up to `applied_position` will not be read again. One thread at a time."""
        with self._lock:
            kept = bisect_right(
                self._segments, applied_position + 1, key=lambda s: s.first_position
            )
            gone = self._segments[: max(0, kept - 1)]
            del self._segments[: len(gone)]
            self._held_bytes -= sum(segment.size for segment in gone)
        for segment in gone:
            try:
                self._spares.give(segment.path, segment.size)
            except OSError as error:
                log.warning("%s is left until the next start: %s", segment.path, error)

    def close(self) -> None:
        """Everything written is durable already; only files are closed. Not for reading after."""
        self._spares.wait()
        if self._active is not None:
            os.close(self._fd)
            self._active = None


def recover(directory: Path, applied_position: int) -> tuple[list[Segment], list[Path]]:
    """The segments behind `applied_position`, checked, and the files that are not needed.

    Raises DataCorrupted. Changes nothing on the disk.
    """
    found = sorted((_first_position(p), p) for p in directory.glob(f"*{SUFFIX}"))
    if not found:
        if applied_position:
            raise DataCorrupted(
                f"journal {directory} is empty, but position {applied_position} has been applied"
            )
        return [], []
    needed = max(0, bisect_right([first for first, _ in found], applied_position + 1) - 1)
    first = found[needed][0]
    if first > applied_position + 1:
        raise DataCorrupted(
            f"journal {directory} lacks positions {applied_position + 1} to {first - 1}:"
            f" its first segment is {found[needed][1].name}"
        )
    ends: list[int | None] = [following for following, _ in found[needed + 1 :]]
    segments = [
        load(path, before=before)
        for (_, path), before in zip(found[needed:], [*ends, None], strict=True)
    ]
    return segments, [path for _, path in found[:needed]]


def _first_position(path: Path) -> int:
    if not path.stem.isdecimal():
        raise DataCorrupted(f"journal segment {path} has no position for a name")
    return int(path.stem)
