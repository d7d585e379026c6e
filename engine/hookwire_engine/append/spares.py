"""Files that wait to become journal segments: of full size, written through, nameless.

A segment that is no longer needed becomes a spare. When there is none, one is filled with zeros,
ahead of time and on a thread of its own, since filling 16 MiB takes 10 to 50 ms.

    NNN.tmp    being filled or given a new header; removed when the journal is opened
    NNN.spare  ready

The rename to `.spare` is made durable before the file can be used again: else a power cut could
bring back the old name over a new content.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from hookwire_engine.append.disk import Disk

log = logging.getLogger("hookwire.journal")

SUFFIX = ".spare"
TEMPORARY_SUFFIX = ".tmp"
KEEP = 2
_CHUNK = bytes(1024 * 1024)


def fill_with_zeros(disk: Disk, fd: int, start: int, end: int) -> None:
    """Write zeros; a file grown that way has all its blocks, and none in need of conversion."""
    for at in range(start, end, len(_CHUNK)):
        disk.write(fd, _CHUNK[: end - at], at)
    disk.sync(fd)


class Spares:
    """`take` and `prepare` belong to the journal's thread, `give` to any one other thread."""

    def __init__(self, directory: Path, size: int, disk: Disk) -> None:
        self._directory = directory
        self._size = size
        self._disk = disk
        self._lock = threading.Lock()
        self._ready: list[Path] = []
        self._number = 0
        self._filler: threading.Thread | None = None

    def adopt(self) -> None:
        """Take over what an earlier run left; remove what cannot be used."""
        for path in sorted(self._directory.glob(f"*{SUFFIX}")):
            usable = path.stem.isdecimal() and path.stat().st_size == self._size
            if usable and len(self._ready) < KEEP:
                self._number = max(self._number, int(path.stem))
                self._ready.append(path)
            else:
                self._disk.remove(path)
        for path in self._directory.glob(f"*{TEMPORARY_SUFFIX}"):
            self._disk.remove(path)

    def take(self, size: int) -> Path:
        """A file of at least `size` bytes, the caller's to rename. Raises OSError."""
        if size > self._size:
            return self._fill(size)
        self.wait()
        with self._lock:
            if self._ready:
                return self._ready.pop()
        return self._fill(self._size)

    def give(self, path: Path, size: int) -> None:
        """A segment that is no longer needed: keep it, or remove it. Raises OSError."""
        with self._lock:
            full = len(self._ready) >= KEEP
        if full or size != self._size:
            self._disk.remove(path)
            return
        spare = self._name(SUFFIX)
        self._disk.rename(path, spare)
        self._disk.sync_directory(self._directory)
        with self._lock:
            self._ready.append(spare)

    def discard(self, path: Path) -> None:
        """Remove a file that was taken and could not be used."""
        try:
            self._disk.remove(path)
        except OSError as error:
            log.warning("%s is left until the next start: %s", path, error)

    def prepare(self) -> None:
        """See to it that a spare will be ready soon."""
        with self._lock:
            if self._ready:
                return
        if self._filler is None or not self._filler.is_alive():
            self._filler = threading.Thread(
                target=self._fill_ahead, name="hookwire-journal-spare", daemon=True
            )
            self._filler.start()

    def wait(self) -> None:
        """Until no spare is being filled."""
        if self._filler is not None:
            self._filler.join()

    def _fill_ahead(self) -> None:
        try:
            made = self._fill(self._size)
            spare = made.with_suffix(SUFFIX)
            self._disk.rename(made, spare)
            self._disk.sync_directory(self._directory)
        except OSError as error:
            log.warning("cannot prepare the next journal segment yet: %s", error)
        else:
            with self._lock:
                self._ready.append(spare)

    def _fill(self, size: int) -> Path:
        path = self._name(TEMPORARY_SUFFIX)
        fd = self._disk.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        try:
            fill_with_zeros(self._disk, fd, 0, size)
        except OSError:
            self.discard(path)
            raise
        finally:
            os.close(fd)
        return path

    def _name(self, suffix: str) -> Path:
        with self._lock:
            self._number += 1
            return self._directory / f"{self._number:06d}{suffix}"
