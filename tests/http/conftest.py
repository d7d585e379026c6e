"""Every test of the HTTP door runs on asyncio's own loop and on uvloop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from support.http_raw import Run


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs an async function on a loop of its own."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop

    def run_it(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main())

    return run_it


@pytest.fixture(params=["lane", "full stack"])
def lane(request: pytest.FixtureRequest) -> bool:
    """Whether the fast lane is on: the answers must not depend on it."""
    return bool(request.param == "lane")
