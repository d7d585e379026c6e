"""What an idle session gives back, and what it keeps."""

from __future__ import annotations

import asyncio

import pytest

from hookwire_engine.engine import Engine
from hookwire_engine.query.session import Session
from support.engine_session import portal_of, run, running, session


def _given_back(session: Session) -> bool:
    """Whether a session that was used before two sweeps gives its cursor back at the second."""
    assert session.give_back() is None
    cursor = session.give_back()
    if cursor is None:
        return False
    cursor.close()
    return True


def _in_engine(test: object) -> None:
    async def go() -> None:
        async with running() as engine:
            await test(engine)  # type: ignore[operator]

    asyncio.run(go())


def test_it_goes_on_as_if_nothing_had_happened() -> None:
    async def test(engine: Engine) -> None:
        one = session(engine, TimeZone="Asia/Tokyo")
        await run(one, "CREATE SCHEMA other")
        await run(one, "CREATE TABLE other.t (a int)")
        await run(one, "SET search_path = other")
        questions = (
            "SELECT '2024-01-01 00:00:00+00'::timestamptz::text",
            "SELECT count(*) FROM t",
            "SELECT count(*) > 0 FROM pg_class",
            "SELECT 7 / 2",
        )
        before = [await run(one, sql) for sql in questions]
        assert _given_back(one)
        assert [await run(one, sql) for sql in questions] == before

    _in_engine(test)


def test_only_a_session_that_did_nothing_in_between() -> None:
    async def test(engine: Engine) -> None:
        one = session(engine)
        for _ in range(3):
            await run(one, "SELECT random()")
            assert one.give_back() is None
        assert one.give_back() is not None

    _in_engine(test)


@pytest.mark.parametrize(
    "made, read",
    [
        ("CREATE TEMPORARY TABLE mine AS SELECT 1 AS a", "SELECT a FROM mine"),
        ("CREATE LOCAL TEMP TABLE mine (a int DEFAULT 1)", "INSERT INTO mine DEFAULT VALUES"),
        ("CREATE TEMPORARY SEQUENCE mine", "SELECT nextval('mine')"),
    ],
)
def test_temporary_objects_stay(made: str, read: str) -> None:
    async def test(engine: Engine) -> None:
        one = session(engine)
        await run(one, made)
        assert not _given_back(one)
        assert await run(one, read) in ([(1,)], ["INSERT 0 1"])

    _in_engine(test)


def test_an_open_transaction_stays() -> None:
    async def test(engine: Engine) -> None:
        one = session(engine)
        await run(one, "CREATE TABLE t (a int)")
        await run(one, "BEGIN", sync=False)
        await run(one, "INSERT INTO t VALUES (1)", sync=False)
        assert not _given_back(one)
        assert await run(one, "SELECT a FROM t", sync=False) == [(1,)]
        await run(one, "ROLLBACK")
        assert _given_back(one)

    _in_engine(test)


def test_a_suspended_portal_stays() -> None:
    async def test(engine: Engine) -> None:
        one = session(engine)
        portal = await portal_of(one, "SELECT * FROM generate_series(1, 100000)")
        batch = await portal.next_batch(10)
        assert batch.num_rows == 10
        assert not _given_back(one)
        assert (await portal.next_batch(10)).num_rows == 10
        await portal.close()
        await one.sync()

    _in_engine(test)
