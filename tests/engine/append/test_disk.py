"""RealDisk: a write that the system takes in pieces is still one write."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookwire_engine.append.disk import RealDisk


@pytest.fixture
def limited() -> Iterator[int]:
    """No file of this process may grow beyond this size: a write over it is short, then fails."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, old[1]))
    yield 50_000
    resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_written_bytes_are_where_they_belong(tmp_path: Path) -> None:
    disk = RealDisk()
    fd = disk.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    disk.write(fd, b"there", 10)
    disk.write(fd, b"here", 0)
    disk.sync(fd)
    os.close(fd)
    assert (tmp_path / "file").read_bytes() == b"here" + bytes(6) + b"there"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_short_write_goes_on_and_says_how_it_ended(tmp_path: Path, limited: int) -> None:
    disk = RealDisk()
    fd = disk.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    with pytest.raises(OSError, match="File too large"):
        disk.write(fd, b"x" * 100, limited - 40)
    os.close(fd)
    assert (tmp_path / "file").stat().st_size == limited


def test_names(tmp_path: Path) -> None:
    disk = RealDisk()
    (tmp_path / "old").write_bytes(b"content")
    disk.rename(tmp_path / "old", tmp_path / "new")
    disk.sync_directory(tmp_path)
    assert (tmp_path / "new").read_bytes() == b"content"
    disk.remove(tmp_path / "new")
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError):
        disk.sync_directory(tmp_path / "nowhere")
