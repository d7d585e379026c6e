"""The data directory: made when missing, and held by one server at a time.

The lock is an flock on `hookwire.lock`, so it ends with the process however that ends. The file
holds the holder's process id, for the message alone, and is never removed: a server that removes
it could take it from under one that has just locked it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from hookwire.exits import DataDirectoryError, DataDirectoryInUseError

LOCK_FILE = "hookwire.lock"


@contextlib.contextmanager
def held(data_dir: Path | None) -> Iterator[None]:
    """Hold the data directory; None, for memory, needs no lock.

    Raises DataDirectoryInUseError, DataDirectoryError.
    """
    if data_dir is None:
        yield
        return
    try:
        _make(data_dir)
        lock = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataDirectoryError(
            f"data directory {data_dir} cannot be used: {error.strerror}"
        ) from None
    try:
        _lock(lock, data_dir)
        yield
    finally:
        os.close(lock)


def _make(data_dir: Path) -> None:
    if data_dir.is_dir():
        return
    data_dir.mkdir(mode=0o700, parents=True)
    # A new directory entry is durable only when its parent has been synced (fsync(2)).
    parent = os.open(data_dir.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _lock(lock: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder else "its process is just starting"
        raise DataDirectoryInUseError(
            f"data directory {data_dir} is in use by another server ({who})"
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
