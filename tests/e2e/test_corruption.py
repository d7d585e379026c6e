"""A damaged journal: a torn tail is cut, anything else stops the start with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.hookwire_process import HookwireExitedError, HookwireProcess, webhook_path

ROWS = [f"row {number:03d} " + "x" * 200 for number in range(200)]


def _segments(hookwire: HookwireProcess) -> list[Path]:
    return sorted((Path(hookwire.data_dir) / "journal").glob("*.journal"))


def _written(hookwire: HookwireProcess) -> tuple[Path, int]:
    """The segment with the rows of the test and where its last row ends."""
    for segment in _segments(hookwire):
        content = segment.read_bytes()
        last = content.rfind(ROWS[-1].encode())
        if last >= 0:
            return segment, last + len(ROWS[-1])
    raise AssertionError("the rows are in no segment")


@pytest.fixture
def killed(make_hookwire: Callable[..., HookwireProcess]) -> HookwireProcess:
    """A server killed with rows in its journal; its database is put back to before them."""
    hookwire = make_hookwire().start()
    hookwire.psql("CREATE SOURCE damaged FROM WEBHOOK BODY FORMAT TEXT")
    assert hookwire.terminate() == 0
    database = Path(hookwire.data_dir) / "hookwire.duckdb"
    before = database.read_bytes()
    hookwire.start()
    for row in ROWS:
        assert hookwire.post(webhook_path("damaged"), row).status == 200
    hookwire.kill9()
    for leftover in database.parent.glob("hookwire.duckdb*"):
        leftover.unlink()
    database.write_bytes(before)
    return hookwire


def _stored(hookwire: HookwireProcess) -> list[str]:
    return hookwire.psql("SELECT body FROM damaged").splitlines()


def test_the_journal_alone_brings_every_row_back(killed: HookwireProcess) -> None:
    killed.start()
    assert sorted(_stored(killed)) == ROWS


def test_damage_in_the_middle_stops_the_start(killed: HookwireProcess) -> None:
    segment, _ = _written(killed)
    content = bytearray(segment.read_bytes())
    content[content.find(ROWS[100].encode()) + 20] ^= 0x40
    segment.write_bytes(content)
    for _ in range(2):
        with pytest.raises(HookwireExitedError) as refused:
            killed.start()
        assert refused.value.exit_code == 4
        assert segment.name in refused.value.stderr and "corrupt" in refused.value.stderr
        assert "Traceback" not in refused.value.stderr
    assert segment.read_bytes() == content, "a damaged journal is evidence: it is left alone"
    content[content.find(b"row 100") + 20] ^= 0x40
    segment.write_bytes(content)
    killed.start()
    assert sorted(_stored(killed)) == ROWS


@pytest.mark.parametrize("cut", [1, 150, 400])
def test_a_torn_tail_is_cut(killed: HookwireProcess, cut: int) -> None:
    """A write that the machine did not finish was never acknowledged."""
    segment, end = _written(killed)
    content = segment.read_bytes()
    segment.write_bytes(content[: end - cut])
    killed.start()
    stored = sorted(_stored(killed))
    assert stored == ROWS[: len(stored)] and len(ROWS) - 3 <= len(stored) < len(ROWS)
    assert killed.post(webhook_path("damaged"), "after").status == 200
    killed.kill9()
    killed.start()
    assert sorted(_stored(killed)) == ["after", *stored]


def test_a_file_that_is_no_database_stops_the_start(killed: HookwireProcess) -> None:
    (Path(killed.data_dir) / "hookwire.duckdb").write_bytes(b"this is not a database" * 1000)
    with pytest.raises(HookwireExitedError) as refused:
        killed.start()
    assert refused.value.exit_code == 4
    assert "hookwire.duckdb" in refused.value.stderr
    assert "Traceback" not in refused.value.stderr
