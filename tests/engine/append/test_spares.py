"""Files in waiting: made ahead, used again, and gone when nobody needs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hookwire_engine.append.spares import KEEP, Spares
from support.faulty_disk import Do, FaultyDisk, LazyDisk

SIZE = 10_000


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_file_is_made_when_there_is_none(tmp_path: Path) -> None:
    disk = FaultyDisk()
    taken = Spares(tmp_path, SIZE, disk).take(SIZE)
    assert taken.read_bytes() == bytes(SIZE)
    assert [o.do for o in disk.operations] == [Do.CREATE, Do.WRITE, Do.SYNC]


def test_a_file_larger_than_usual(tmp_path: Path) -> None:
    spares = Spares(tmp_path, SIZE, LazyDisk())
    size = 2 * 1024 * 1024 + 7
    assert spares.take(size).stat().st_size == size


def test_one_is_made_ahead_once(tmp_path: Path) -> None:
    disk = FaultyDisk()
    spares = Spares(tmp_path, SIZE, disk)
    spares.prepare()
    spares.wait()
    spares.prepare()
    spares.wait()
    (name,) = names(tmp_path)
    assert name.endswith(".spare")
    assert disk.operations[-1].do is Do.SYNC_DIRECTORY
    count = len(disk.operations)
    assert spares.take(SIZE).name == name
    assert len(disk.operations) == count


def test_what_is_given_is_kept_up_to_a_number(tmp_path: Path) -> None:
    spares = Spares(tmp_path, SIZE, LazyDisk())
    for number in range(KEEP + 2):
        path = tmp_path / f"{number}.journal"
        path.write_bytes(bytes(SIZE))
        spares.give(path, SIZE)
    assert len(names(tmp_path)) == KEEP
    odd = tmp_path / "odd.journal"
    odd.write_bytes(bytes(SIZE + 1))
    spares.take(SIZE)
    spares.give(odd, SIZE + 1)
    assert not odd.exists()


def test_a_name_whose_change_may_be_lost_is_not_used(tmp_path: Path) -> None:
    """Else a power cut could bring back the old name over a new content."""
    disk = FaultyDisk(fault=lambda _, o: 5 if o.do is Do.SYNC_DIRECTORY else None)
    spares = Spares(tmp_path, SIZE, disk)
    given = spares.take(SIZE)
    with pytest.raises(OSError):
        spares.give(given, SIZE)
    (left,) = names(tmp_path)
    assert spares.take(SIZE).name != left


def test_what_an_earlier_run_left(tmp_path: Path) -> None:
    for name, size in {
        "000003.spare": SIZE, "000005.spare": SIZE - 1, "000009.spare": SIZE, "000011.spare": SIZE,
        "odd.spare": SIZE, "000012.tmp": SIZE,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(os.urandom(size))
    spares = Spares(tmp_path, SIZE, LazyDisk())
    spares.adopt()
    assert names(tmp_path) == ["000003.spare", "000009.spare"]
    taken = {spares.take(SIZE).name for _ in range(2)}
    assert taken == {"000003.spare", "000009.spare"}
    assert spares.take(SIZE).name not in taken


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    disk = FaultyDisk(fault=lambda _, o: 28 if o.do is Do.WRITE else None)
    spares = Spares(tmp_path, SIZE, disk)
    with pytest.raises(OSError, match="No space left"):
        spares.take(SIZE)
    spares.prepare()
    spares.wait()
    assert "cannot prepare the next journal segment yet" in caplog.text
    assert names(tmp_path) == []
