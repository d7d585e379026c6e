"""What the journal asks of the operating system: the seam at which tests break a disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Protocol


class Disk(Protocol):
    """Every method raises OSError. `write` writes all of `data` or fails; `sync` is fdatasync:
    it returns when the bytes written to `fd` survive a power cut."""

    def open(self, path: Path, flags: int) -> int: ...
    def write(self, fd: int, data: bytes, offset: int) -> None: ...
    def sync(self, fd: int) -> None: ...
    def sync_directory(self, path: Path) -> None: ...
    def rename(self, old: Path, new: Path) -> None: ...
    def remove(self, path: Path) -> None: ...


class RealDisk:
    """The operating system's files."""

    def open(self, path: Path, flags: int) -> int:
        return os.open(path, flags | os.O_CLOEXEC, 0o600)

    def write(self, fd: int, data: bytes, offset: int) -> None:
        written = os.pwrite(fd, data, offset)
        if written == len(data):
            return
        rest = memoryview(data)
        while written < len(data):
            step = os.pwrite(fd, rest[written:], offset + written)
            if step == 0:
                raise OSError(errno.EIO, "the disk took no more bytes")
            written += step

    def sync(self, fd: int) -> None:
        os.fdatasync(fd)

    def sync_directory(self, path: Path) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def rename(self, old: Path, new: Path) -> None:
        os.rename(old, new)

    def remove(self, path: Path) -> None:
        os.unlink(path)
