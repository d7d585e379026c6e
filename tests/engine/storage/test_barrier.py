"""The read barrier: a reader waits for what was durable before it came, and for no more."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import StorageFault
from hookwire_engine.barrier import Barrier

ALL = None


class Demand:
    """Counts how often the applier was asked to hurry."""

    count = 0

    def __call__(self) -> None:
        self.count += 1


async def turns(count: int = 3) -> None:
    """Let what is due on the loop happen."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_nobody_waits_for_nothing() -> None:
    async def main() -> None:
        demand = Demand()
        barrier = Barrier(asyncio.get_running_loop(), demand)
        await barrier.wait(ALL)
        await barrier.wait(frozenset())
        await barrier.wait(frozenset([1]))
        barrier.start_at(10)
        barrier.note(1, 10)
        await barrier.wait(frozenset([1]))
        assert demand.count == 0

    asyncio.run(main())


def test_a_reader_waits_for_its_own_sources() -> None:
    async def main() -> None:
        demand = Demand()
        barrier = Barrier(asyncio.get_running_loop(), demand)
        barrier.note(1, 5)
        barrier.note(2, 8)
        await barrier.wait(frozenset([3]))
        readers = [
            asyncio.ensure_future(barrier.wait(sources))
            for sources in (frozenset([1]), frozenset([1, 2]), ALL)
        ]
        await turns()
        assert demand.count == 3
        assert [r.done() for r in readers] == [False, False, False]
        barrier.note(1, 9)  # later: nobody here waits for it
        barrier.reached(7)
        await turns()
        assert [r.done() for r in readers] == [True, False, False]
        barrier.reached(8)
        await turns()
        assert [r.done() for r in readers] == [True, True, True]
        await asyncio.gather(*readers)

    asyncio.run(main())


def test_a_reader_that_gave_up_is_forgotten() -> None:
    async def main() -> None:
        barrier = Barrier(asyncio.get_running_loop(), Demand())
        barrier.note(1, 5)
        gone, stays = (asyncio.ensure_future(barrier.wait(ALL)) for _ in range(2))
        await turns()
        gone.cancel()
        await turns()
        barrier.reached(5)
        await stays
        assert gone.cancelled()

    asyncio.run(main())


def test_rows_that_are_applied_while_a_reader_queues_up() -> None:
    """Between its look at the applied position and its place in the queue."""

    class Applies:
        """A loop on which the applier is just then done."""

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self._loop = loop

        def create_future(self) -> asyncio.Future[None]:
            barrier.reached(5)
            return self._loop.create_future()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._loop, name)

    async def main() -> None:
        await asyncio.wait_for(barrier.wait(ALL), 20)

    with asyncio.Runner() as runner:
        loop: Any = Applies(runner.get_loop())
        barrier = Barrier(loop, Demand())
        barrier.note(1, 5)
        runner.run(main())


def test_a_dropped_source_holds_nobody_up() -> None:
    async def main() -> None:
        barrier = Barrier(asyncio.get_running_loop(), Demand())
        barrier.note(1, 5)
        barrier.forget(1)
        barrier.forget(1)
        await barrier.wait(ALL)

    asyncio.run(main())


def test_readers_are_told_when_rows_cannot_be_applied() -> None:
    async def main() -> None:
        barrier = Barrier(asyncio.get_running_loop(), Demand())
        barrier.note(1, 5)
        readers = [asyncio.ensure_future(barrier.wait(ALL)) for _ in range(3)]
        await turns()
        readers[0].cancel()
        barrier.fail("the disk is full")
        for reader in readers[1:]:
            with pytest.raises(StorageFault, match="the disk is full"):
                await reader
        late = asyncio.ensure_future(barrier.wait(ALL))
        await turns()
        assert not late.done()
        barrier.reached(5)
        await late

    asyncio.run(main())


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("note"), st.integers(1, 4)),
            st.tuples(st.just("apply"), st.integers(1, 5)),
            st.tuples(st.just("wait"), st.none() | st.frozensets(st.integers(1, 4), max_size=3)),
        ),
        max_size=40,
    )
)
def test_any_order_of_events(events: list[tuple[str, object]]) -> None:
    """A reader is through exactly when what was noted for its sources before it is applied."""

    async def main() -> None:
        barrier = Barrier(asyncio.get_running_loop(), Demand())
        durable = applied = 0
        last: dict[int, int] = {}
        waiting: list[tuple[int, asyncio.Future[None]]] = []
        for what, argument in events:
            if what == "note":
                assert isinstance(argument, int)
                durable += 1
                last[argument] = durable
                barrier.note(argument, durable)
            elif what == "apply":
                assert isinstance(argument, int)
                applied = min(durable, applied + argument)
                barrier.reached(applied)
            else:
                ids = last.keys() if argument is None else argument
                assert not isinstance(ids, int)
                wanted = max((last.get(i, 0) for i in ids), default=0)  # type: ignore[attr-defined]
                reader = asyncio.ensure_future(barrier.wait(argument))  # type: ignore[arg-type]
                waiting.append((wanted, reader))
            await turns()
            assert [r.done() for _, r in waiting] == [w <= applied for w, _ in waiting]
        barrier.reached(durable)
        await asyncio.gather(*(r for _, r in waiting))

    asyncio.run(main())


def test_every_answer_is_seen_by_the_reader_behind_it() -> None:
    """The journal's thread and the applier's, as they are, against a reader on the loop."""
    count = 2000

    async def main() -> None:
        loop = asyncio.get_running_loop()
        wake = threading.Semaphore(0)
        barrier = Barrier(loop, wake.release)
        durable = 0
        applied = 0
        stop = False

        def apply() -> None:
            nonlocal applied
            while not stop:
                wake.acquire()
                applied = durable
                barrier.reached(applied)

        applier = threading.Thread(target=apply)
        applier.start()

        def journal(position: int, answered: asyncio.Future[None]) -> None:
            nonlocal durable
            durable = position
            barrier.note(1, position)
            loop.call_soon_threadsafe(answered.set_result, None)

        for position in range(1, count + 1):
            answered = loop.create_future()
            writer = loop.run_in_executor(None, journal, position, answered)
            await answered
            await barrier.wait(frozenset([1]))
            assert applied >= position
            await writer
        stop = True
        wake.release()
        applier.join()

    asyncio.run(main())
