"""Cancel, statement_timeout and lock_timeout, without a database."""

from __future__ import annotations

import asyncio

import pytest

from hookwire_catalog.errors import LockNotAvailable, QueryCanceled
from hookwire_engine.query.interrupts import Interrupts


def _interrupts(stopped: list[str] | None = None) -> Interrupts:
    noted: list[str] = [] if stopped is None else stopped
    return Interrupts(asyncio.get_running_loop(), lambda: noted.append("stop"))


def test_a_wait_is_cancelled() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0)
        asyncio.get_running_loop().call_soon(interrupts.interrupt)
        with pytest.raises(QueryCanceled, match="user request"):
            await interrupts.wait(asyncio.Event().wait())
        assert await interrupts.wait(asyncio.sleep(0, "after")) == "after"

    asyncio.run(run())


def test_a_timeout_ends_a_wait_in_its_own_words() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0.01)
        with pytest.raises(QueryCanceled, match="statement timeout"):
            await interrupts.wait(asyncio.Event().wait())

    asyncio.run(run())


def test_a_lock_timeout_is_another_error() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0)
        with pytest.raises(LockNotAvailable, match="lock timeout"):
            await interrupts.wait(asyncio.Event().wait(), 0.01)

    asyncio.run(run())


def test_a_worker_that_does_not_notice_is_stopped_again() -> None:
    """DuckDB forgets an interrupt that comes before its query has begun."""

    async def run() -> None:
        again = asyncio.Event()
        stops: list[str] = []

        def stop() -> None:
            stops.append("stop")
            if len(stops) == 3:
                again.set()

        interrupts = Interrupts(asyncio.get_running_loop(), stop)
        interrupts.begin(0)
        with pytest.raises(QueryCanceled, match="user request"), interrupts.working():
            interrupts.interrupt()
            await again.wait()
            raise QueryCanceled("whatever DuckDB says")

    asyncio.run(run())


def test_a_worker_is_stopped_only_while_it_works() -> None:
    async def run() -> None:
        stopped: list[str] = []
        interrupts = _interrupts(stopped)
        interrupts.begin(0)
        with pytest.raises(QueryCanceled, match="user request"), interrupts.working():
            interrupts.interrupt()
            raise QueryCanceled("whatever DuckDB says")
        assert stopped == ["stop"]
        interrupts.begin(0)
        interrupts.interrupt()
        assert stopped == ["stop"]

    asyncio.run(run())


def test_an_interrupt_between_two_steps_stops_the_next() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0)
        interrupts.interrupt()
        with pytest.raises(QueryCanceled), interrupts.working():
            raise AssertionError("not reached")

    asyncio.run(run())


def test_an_interrupt_does_not_reach_the_next_statement() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0)
        interrupts.interrupt()
        interrupts.begin(0)
        with interrupts.working():
            pass

    asyncio.run(run())


def test_the_end_of_a_statement_stops_its_clock() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0.001)
        interrupts.end()
        done = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, done.set)
        await interrupts.wait(done.wait())

    asyncio.run(run())


def test_a_cancelled_task_is_not_taken_for_a_cancelled_statement() -> None:
    async def run() -> None:
        interrupts = _interrupts()
        interrupts.begin(0)
        task = asyncio.ensure_future(interrupts.wait(asyncio.Event().wait()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
