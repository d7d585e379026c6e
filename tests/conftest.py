"""Fixtures shared by the tests that need a real server, and the options of the slow ones."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import postgres
from support.programs import need

__all__ = ["fuzz_messages", "hookwire", "kills", "make_hookwire", "postgres",
           "stream_rows"]  # fmt: skip

DEFAULT_KILLS = 50
DEFAULT_FUZZ_MESSAGES = 40_000
DEFAULT_STREAM_ROWS = 1_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=int(os.environ.get("HOOKWIRE_KILLS", DEFAULT_KILLS)),
        help="how often the crash test kills the server (default: $HOOKWIRE_KILLS or 50)",
    )
    parser.addoption(
        "--write-compatibility",
        action="store_true",
        help="write the table of clients in docs/compatibility.md from what tests/clients shows",
    )
    parser.addoption(
        "--fuzz-messages",
        type=int,
        default=int(os.environ.get("HOOKWIRE_FUZZ_MESSAGES", DEFAULT_FUZZ_MESSAGES)),
        help="how many messages the SQL door's fuzz test makes"
        f" (default: $HOOKWIRE_FUZZ_MESSAGES or {DEFAULT_FUZZ_MESSAGES})",
    )
    parser.addoption(
        "--stream-rows",
        type=int,
        default=int(os.environ.get("HOOKWIRE_STREAM_ROWS", DEFAULT_STREAM_ROWS)),
        help="how many rows the tests of slow readers stream"
        f" (default: $HOOKWIRE_STREAM_ROWS or {DEFAULT_STREAM_ROWS})",
    )


@pytest.fixture
def stream_rows(request: pytest.FixtureRequest) -> int:
    """How many rows the tests of slow readers stream."""
    count = request.config.getoption("--stream-rows")
    assert isinstance(count, int)
    return count


@pytest.fixture
def fuzz_messages(request: pytest.FixtureRequest) -> int:
    """How many messages the SQL door's fuzz test makes."""
    count = request.config.getoption("--fuzz-messages")
    assert isinstance(count, int)
    return count


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the crash test kills the server."""
    count = request.config.getoption("--kills")
    assert isinstance(count, int)
    return count


@pytest.fixture(scope="module")
def hookwire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HookwireProcess]:
    """A running server for a whole module; give each test its own names."""
    need("psql", shutil.which)
    with HookwireProcess(tmp_path_factory.mktemp("hookwire") / "data") as process:
        yield process


@pytest.fixture
def make_hookwire(tmp_path: Path) -> Iterator[Callable[..., HookwireProcess]]:
    """Servers for one test alone, not yet started; all are ended after it."""
    need("psql", shutil.which)
    made: list[HookwireProcess] = []

    def make(*arguments: str, name: str = "data") -> HookwireProcess:
        process = HookwireProcess(tmp_path / name, *arguments)
        made.append(process)
        return process

    yield make
    for process in made:
        process.close()
