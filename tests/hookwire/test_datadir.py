"""The data directory: made, locked, and refused in a sentence."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hookwire.datadir import LOCK_FILE, held
from hookwire.exits import DataDirectoryError, DataDirectoryInUseError
from support.hookwire_process import child_environment

HOLDER = """
import sys
from pathlib import Path
from hookwire.datadir import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold_elsewhere(data_dir: Path) -> subprocess.Popen[str]:
    """Another process that holds the directory until its stdin ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    data_dir = tmp_path / "some" / "where"
    with held(data_dir):
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
        assert (data_dir / LOCK_FILE).read_text() == f"{os.getpid()}\n"


def test_one_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    (tmp_path / "kept").write_text("x")
    with held(tmp_path):
        pass
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750
    assert (tmp_path / "kept").read_text() == "x"


def test_memory_needs_no_directory() -> None:
    with held(None), held(None):
        pass


def test_it_is_held_once_in_a_process_too(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(DataDirectoryInUseError), held(tmp_path):
        pass
    with held(tmp_path):
        pass


def test_another_process_is_named_and_the_lock_ends_with_it(tmp_path: Path) -> None:
    other = hold_elsewhere(tmp_path)
    with other:
        with pytest.raises(DataDirectoryInUseError) as refused, held(tmp_path):
            pass
        assert str(refused.value) == (
            f"data directory {tmp_path} is in use by another server (process {other.pid})"
        )
        assert refused.value.exit_code == 3
        other.kill()
    with held(tmp_path):
        assert (tmp_path / LOCK_FILE).read_text() == f"{os.getpid()}\n"


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        with pytest.raises(DataDirectoryError) as refused, held(tmp_path / place):
            pass
        assert str(refused.value).startswith(f"data directory {tmp_path / place} cannot be used: ")
        assert refused.value.exit_code == 4
