"""Savepoints: what the transaction keeps of them, and what can be written again."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import duckdb
import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidSavepoint,
    NoActiveSqlTransaction,
    SqlError,
)
from hookwire_engine.engine import Engine
from hookwire_engine.query.replay import MAX_BYTES, TOO_MUCH, VOLATILE, Write, WriteLog, Writers
from hookwire_engine.query.transaction import Transaction
from support.engine_session import run, running, session


def _block() -> Transaction:
    return Transaction({}, Catalog.empty(), block=True)


def _savepoint(transaction: Transaction, name: str) -> None:
    transaction.savepoint(name, ({}, {}), {})


def test_going_back_mends_the_transaction_and_forgets_what_came_after() -> None:
    transaction = _block()
    transaction.log.add(Write(count=1))
    _savepoint(transaction, "a")
    _savepoint(transaction, "b")
    transaction.log.add(Write(count=1))
    transaction.on_commit.append("DROP TABLE t")
    transaction.failed = True
    transaction.gone_back(transaction.find("a"))
    assert (transaction.failed, len(transaction.log.writes), transaction.on_commit) == (
        False,
        1,
        [],
    )
    with pytest.raises(InvalidSavepoint, match='savepoint "b" does not exist'):
        transaction.release("b")
    transaction.gone_back(transaction.find("a"))


def test_the_newest_of_a_name_counts_and_release_takes_the_later_ones() -> None:
    transaction = _block()
    for name in ("a", "b", "a"):
        _savepoint(transaction, name)
    newest = transaction.innermost
    assert newest is not None and transaction.find("a") is newest
    transaction.release("b")
    with pytest.raises(InvalidSavepoint, match='savepoint "b" does not exist'):
        transaction.find("b")
    oldest = transaction.find("a")
    assert oldest.serial < newest.serial


def test_what_cannot_be_written_again_is_refused_with_its_reason() -> None:
    transaction = _block()
    _savepoint(transaction, "before")
    transaction.log.add(Write(reason="it is odd"))
    _savepoint(transaction, "after")
    transaction.check_replay(transaction.find("before"))
    with pytest.raises(FeatureNotSupported, match='savepoint "after": it is odd'):
        transaction.check_replay(transaction.find("after"))


def test_much_is_not_kept() -> None:
    log = WriteLog()
    log.add(Write(count=1), MAX_BYTES)
    log.add(Write(count=1), 1)
    assert (log.cannot(1), log.cannot(2)) == (None, TOO_MUCH)
    assert log.writes[1] == Write(reason=TOO_MUCH)


@pytest.mark.parametrize("command", ["savepoint", "release", "find"])
def test_only_in_a_block(command: str) -> None:
    transaction = Transaction({}, Catalog.empty())
    more: tuple[Any, ...] = (({}, {}), {}) if command == "savepoint" else ()
    with pytest.raises(NoActiveSqlTransaction, match="transaction blocks"):
        getattr(transaction, command)("s", *more)


# Who else has written.


def test_a_commit_counts_from_its_beginning_to_its_end() -> None:
    writers = Writers()
    before = writers.moment()
    assert writers.unchanged_since(before, {"t"})
    writers.begin({"t"})
    during = writers.moment()
    assert not writers.unchanged_since(before, {"t"})
    assert writers.unchanged_since(before, {"u"})
    writers.end({"t"})
    after = writers.moment()
    found = [writers.unchanged_since(moment, {"t"}) for moment in (before, during, after)]
    assert found == [False, False, True]


def test_what_may_have_changed_every_table_counts_for_each() -> None:
    writers = Writers()
    before = writers.moment()
    writers.begin({"*"})
    writers.end({"*"})
    assert not writers.unchanged_since(before, {"t"})
    assert writers.unchanged_since(before, ())


# What is made again.


async def _functions(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    caller = session(engine)
    await run(caller, "SELECT 1")
    cursor: duckdb.DuckDBPyConnection = caller.work.cursor.duckdb
    found = cursor.execute(
        "SELECT function_name, stability, macro_definition FROM duckdb_functions()"
        " WHERE function_type IN ('scalar', 'macro')"
    ).fetchall()
    await caller.close()
    return found


def test_every_volatile_function_is_known() -> None:
    async def scenario() -> None:
        async with running() as engine:
            functions = await _functions(engine)
        volatile = {name for name, stability, _ in functions if stability == "VOLATILE"}
        calls = re.compile(rf"\b(?:{'|'.join(map(re.escape, volatile))})\(")
        volatile |= {name for name, _, made in functions if made and calls.search(made)}
        unknown = {name for name in volatile if not VOLATILE.search(f"{name}(")}
        assert "hw_clock_timestamp" in volatile
        assert unknown == set()

    asyncio.run(scenario())


REFUSED = [
    ("UPDATE t SET b = random()::text", "volatile function"),
    ("UPDATE t SET b = DEFAULT", "a default or"),
    ("UPDATE t SET b = (SELECT max(b) FROM t)", "more than its table"),
    ("DELETE FROM t USING u WHERE t.a = u.a", "more than its table"),
    ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 'x'", "in conflict"),
    ("CREATE TABLE v AS SELECT 1 AS a", "not made again"),
    ("INSERT INTO bits VALUES ('1')", "type BIT"),
    ("WITH d AS (DELETE FROM t RETURNING a) SELECT * FROM d", "not made again|more than"),
]


@pytest.mark.parametrize(("sql", "why"), REFUSED, ids=[sql[:30] for sql, _ in REFUSED])
def test_a_write_of_unsure_outcome_is_not_made_again(sql: str, why: str) -> None:
    async def scenario() -> None:
        async with running() as engine:
            caller = session(engine)
            await run(caller, "CREATE TABLE t (a int PRIMARY KEY, b text)")
            await run(caller, "CREATE TABLE u (a int)")
            await run(caller, "CREATE TABLE bits (a bit(1))")
            for statement in ("BEGIN", "INSERT INTO t VALUES (1, 'x')", sql, "SAVEPOINT s"):
                await run(caller, statement)
            await run(caller, "ROLLBACK TO s")  # nothing has happened since: nothing to do
            await run(caller, "INSERT INTO u VALUES (1)")
            with pytest.raises(FeatureNotSupported, match=why):
                await run(caller, "ROLLBACK TO s")
            assert caller.transaction_status == "E"
            await run(caller, "ROLLBACK")
            assert await run(caller, "SELECT * FROM t") == []

    asyncio.run(scenario())


def test_what_others_have_changed_meanwhile_is_a_failure_to_serialize() -> None:
    async def scenario() -> None:
        async with running() as engine:
            caller, other = session(engine), session(engine)
            await run(caller, "CREATE TABLE t (a int, b text)")
            await run(caller, "CREATE TABLE u (a int)")
            await run(caller, "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
            for statement in ("BEGIN", "UPDATE t SET b = 'mine' WHERE a = 1", "SAVEPOINT s"):
                await run(caller, statement)
            await run(other, "INSERT INTO u VALUES (1)")
            await run(caller, "INSERT INTO u VALUES (2)")
            await run(caller, "ROLLBACK TO s")
            assert await run(caller, "SELECT b FROM t ORDER BY a") == [("mine",), ("y",)]
            assert await run(caller, "SELECT a FROM u") == [(1,)]
            await run(other, "INSERT INTO t VALUES (3, 'z')")
            await run(caller, "INSERT INTO u VALUES (2)")
            for expected in ("40001", "0A000"):
                with pytest.raises(SqlError) as caught:
                    await run(caller, "ROLLBACK TO s")
                assert caught.value.sqlstate == expected
            await run(caller, "ROLLBACK")
            assert await run(caller, "SELECT b FROM t ORDER BY a") == [("x",), ("y",), ("z",)]

    asyncio.run(scenario())
