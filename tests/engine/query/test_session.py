"""Sessions on a whole engine: transactions, the catalog, the barrier, plans, cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    DuplicateTable,
    FeatureNotSupported,
    InFailedSqlTransaction,
    InvalidAuthorization,
    LockNotAvailable,
    QueryCanceled,
    ReadOnlySqlTransaction,
    SerializationFailure,
    SqlSyntaxError,
    UndefinedTable,
    WrongObjectType,
)
from hookwire_engine.engine import Engine
from support.engine_session import fetch, portal_of, post, run, running, session

SOURCE = "CREATE SOURCE {} FROM WEBHOOK BODY FORMAT TEXT"
ENDLESS = (
    "SELECT count(*) FROM generate_series(1, 1000000) AS a(i),"
    " generate_series(1, 1000000) AS b(j) WHERE (i * j) % 7 = 3"
)


def on_engine(work: Callable[[Engine], Awaitable[None]], data_dir: Path | None = None) -> None:
    async def main() -> None:
        async with running(data_dir) as engine:
            await work(engine)

    asyncio.run(main())


def test_a_select_sees_what_was_durable_before_it_began() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        for number in range(1, 100):
            await post(engine, "s", "x")
            assert await run(one, "SELECT count(*) FROM s") == [(number,)]

    on_engine(work)


def test_what_is_told_of_a_source_is_as_new_as_its_rows() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        await post(engine, "s", "x")
        assert await run(one, "SELECT rows FROM hookwire.webhook_sources") == [(1,)]

    on_engine(work)


def test_a_block_reads_one_snapshot_from_its_first_statement_on() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        await run(one, SOURCE.format("t"))
        await run(one, "BEGIN")
        await post(engine, "s", "before the first statement")
        await post(engine, "t", "too")
        assert await run(one, "SELECT count(*) FROM s") == [(1,)]
        await post(engine, "s", "after it")
        await post(engine, "t", "too")
        assert await run(one, "SELECT count(*) FROM s") == [(1,)]
        assert await run(one, "SELECT count(*) FROM t") == [(1,)]
        assert await run(one, "COMMIT") == ["COMMIT"]
        assert await run(one, "SELECT count(*) FROM s") == [(2,)]

    on_engine(work)


def test_the_second_who_changes_the_catalog_waits_for_the_first() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "BEGIN")
        await run(one, SOURCE.format("s"))
        waiting = asyncio.ensure_future(run(other, SOURCE.format("s")))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        await run(one, "COMMIT")
        with pytest.raises(DuplicateTable):
            await waiting
        await run(other, "DROP SOURCE s")

    on_engine(work)


def test_lock_timeout_and_cancel_end_that_wait() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "BEGIN")
        await run(one, SOURCE.format("s"))
        await run(other, "SET lock_timeout = 20")
        with pytest.raises(LockNotAvailable):
            await run(other, "CREATE TABLE plain (a int)")
        await run(other, "SET lock_timeout = 0")
        waiting = asyncio.ensure_future(run(other, "CREATE SCHEMA x"))
        await asyncio.wait([waiting], timeout=0.05)
        other.cancel()
        with pytest.raises(QueryCanceled):
            await waiting
        await run(one, "ROLLBACK")
        assert await run(other, "CREATE SCHEMA x") == ["CREATE SCHEMA"]

    on_engine(work)


def test_a_block_that_began_before_anothers_change_cannot_change_the_catalog() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "BEGIN")
        await run(one, "SELECT count(*) FROM mz_sources")
        await run(other, SOURCE.format("s"))
        with pytest.raises(SerializationFailure):
            await run(one, SOURCE.format("t"))
        await run(one, "ROLLBACK")
        await run(one, SOURCE.format("t"))

    on_engine(work)


def test_a_closed_session_lets_go_of_the_catalog() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "BEGIN")
        await run(one, SOURCE.format("s"))
        await one.close()
        await run(other, SOURCE.format("s"))

    on_engine(work)


def test_after_an_error_a_block_takes_only_its_end() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "BEGIN")
        await run(one, SOURCE.format("s"))
        with pytest.raises(UndefinedTable):
            await run(one, "SELECT * FROM nowhere")
        for statement in ("SELECT 1", "SHOW ALL", "CREATE SCHEMA x", "SET TimeZone = 'UTC'"):
            with pytest.raises(InFailedSqlTransaction):
                await run(one, statement)
        failed = one.transaction_status
        assert failed == "E"
        assert await run(one, "COMMIT") == ["ROLLBACK"]
        assert one.transaction_status == "I"
        assert engine.find_webhook("hookwire", "public", "s") is None

    on_engine(work)


def test_a_savepoint_mends_a_block_that_only_read() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "BEGIN")
        await run(one, SOURCE.format("s"))
        await run(one, "SAVEPOINT here")
        with pytest.raises(UndefinedTable):
            await run(one, "SELECT * FROM nowhere")
        await run(one, "ROLLBACK TO SAVEPOINT here")
        assert await run(one, "SELECT count(*) FROM s") == [(0,)]
        await run(one, "RELEASE here")
        await run(one, "COMMIT")
        assert engine.find_webhook("hookwire", "public", "s") is not None

    on_engine(work)


def test_a_read_only_transaction_changes_nothing() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "CREATE TABLE plain (a int)")
        await run(one, "BEGIN READ ONLY")
        with pytest.raises(ReadOnlySqlTransaction, match="cannot execute INSERT"):
            await run(one, "INSERT INTO plain VALUES (1)")
        await run(one, "ROLLBACK")
        await run(one, "BEGIN READ ONLY")
        with pytest.raises(ReadOnlySqlTransaction, match="cannot execute CREATE SOURCE"):
            await run(one, SOURCE.format("s"))
        await run(one, "ROLLBACK")
        assert await run(one, "SELECT count(*) FROM plain") == [(0,)]

    on_engine(work)


def test_writes_of_one_message_commit_together() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "CREATE TABLE plain (a int)")
        one.begin_implicit()
        await run(one, "INSERT INTO plain VALUES (1)", sync=False)
        assert await run(one, "SELECT count(*) FROM plain", sync=False) == [(1,)]
        assert await run(other, "SELECT count(*) FROM plain") == [(0,)]
        with pytest.raises(UndefinedTable):
            await run(one, "SELECT * FROM nowhere")
        assert await run(other, "SELECT count(*) FROM plain") == [(0,)]

    on_engine(work)


def test_two_portals_share_a_cursor() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "BEGIN")
        numbers = "SELECT i FROM generate_series(1, 10000) AS g(i) ORDER BY i"
        first, second = await portal_of(one, numbers), await portal_of(one, numbers)
        assert await fetch(first, 3) == [(1,), (2,), (3,)]
        assert await fetch(second, 1) == [(1,)]
        assert await fetch(first, 2) == [(4,), (5,)]
        assert len(await fetch(second, None)) == 9999
        assert len(await fetch(first, None)) == 9995
        assert first.command_tag == second.command_tag == "SELECT 10000"
        await run(one, "COMMIT")

    on_engine(work)


def test_views_follow_what_they_read() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        await run(one, "CREATE TABLE plain (a int)")
        await run(one, "CREATE VIEW v AS SELECT body, a FROM s, plain")
        await run(one, "CREATE VIEW w (shown) AS SELECT body FROM v")
        await run(one, "INSERT INTO plain VALUES (7)")
        await post(engine, "s", "row")
        await run(one, "ALTER SOURCE s RENAME TO renamed")
        await run(one, "CREATE SCHEMA elsewhere")
        await run(one, "SET search_path = elsewhere")
        assert await run(one, "SELECT shown FROM public.w") == [("row",)]
        await run(one, "SET search_path = public")
        with pytest.raises(DependentObjectsStillExist):
            await run(one, "DROP TABLE plain")
        with pytest.raises(DependentObjectsStillExist):
            await run(one, "DROP VIEW v")
        await run(one, "DROP SOURCE renamed CASCADE")
        await run(one, "DROP TABLE plain")

    on_engine(work)


def test_names_are_shared_between_tables_and_ours() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        await run(one, "CREATE TABLE plain (a int)")
        with pytest.raises(DuplicateTable):
            await run(one, "CREATE TABLE s (a int)")
        with pytest.raises(DuplicateTable):
            await run(one, SOURCE.format("plain"))
        with pytest.raises(DuplicateTable):
            await run(one, "CREATE VIEW plain AS SELECT 1 AS a")
        for statement in ("DROP TABLE s", "ALTER TABLE s ADD COLUMN x int"):
            with pytest.raises(WrongObjectType):
                await run(one, statement)

    on_engine(work)


def test_a_schema_with_tables_is_not_dropped_by_the_way() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "CREATE SCHEMA x")
        await run(one, "CREATE TABLE x.plain (a int)")
        with pytest.raises(DependentObjectsStillExist):
            await run(one, "DROP SCHEMA x")
        await run(one, "DROP SCHEMA x CASCADE")
        with pytest.raises(UndefinedTable):
            await run(one, "SELECT * FROM x.plain")

    on_engine(work)


def test_a_plan_is_made_anew_when_what_it_names_has_changed() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, "CREATE TABLE plain (a int)")
        (statement,) = one.statements("SELECT * FROM plain")
        prepared = await one.prepare(statement)
        await run(other, "DROP TABLE plain")
        await run(other, "CREATE TABLE plain (a int)")
        await run(other, "INSERT INTO plain VALUES (1)")
        assert await fetch(await one.bind(prepared, ()), None) == [(1,)]
        await one.sync()
        await run(other, "ALTER TABLE plain ADD COLUMN b int")
        with pytest.raises(FeatureNotSupported, match="cached plan must not change result type"):
            await one.bind(prepared, ())

    on_engine(work)


def test_set_config_takes_effect_when_it_runs_not_when_it_is_described() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        sql = "SELECT set_config('application_name', 'told', false)"
        (statement,) = one.statements(sql)
        await one.prepare(statement)
        assert one.setting("application_name") == ""
        assert await run(one, sql) == [("told",)]
        assert one.setting("application_name") == "told"

    on_engine(work)


def test_now_stands_still_in_a_transaction() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "BEGIN")
        first = await run(one, "SELECT now(), current_timestamp, transaction_timestamp()")
        assert await run(one, "SELECT now(), now(), now()") == first
        assert len(set(first[0])) == 1
        await run(one, "COMMIT")
        assert await run(one, "SELECT now() > $1::timestamptz", first[0][0]) == [(True,)]

    on_engine(work)


def test_cancel_and_statement_timeout() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        running_ = asyncio.ensure_future(run(one, ENDLESS))
        while not running_.done():
            await asyncio.wait([running_], timeout=0.05)
            one.cancel()
        with pytest.raises(QueryCanceled, match="user request"):
            await running_
        await run(one, "SET statement_timeout = 50")
        with pytest.raises(QueryCanceled, match="statement timeout"):
            await run(one, ENDLESS)
        assert await run(one, "SELECT 1") == [(1,)]

    on_engine(work)


def test_explain_is_told_as_postgresql_tells_it() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        portal = await portal_of(one, "EXPLAIN SELECT 1")
        assert [column.name for column in portal.columns] == ["QUERY PLAN"]
        assert len(await fetch(portal, None)) > 1

    on_engine(work)


def test_syntax_is_checked_before_anything_runs() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        script = one.statements("CREATE SCHEMA x; SELECT 1; SELEC 2")
        with pytest.raises(SqlSyntaxError) as raised:
            await one.check_syntax(script)
        assert raised.value.position == 28

    on_engine(work)


def test_everything_survives_a_reopening(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    async def fill(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE.format("s"))
        await run(one, "CREATE VIEW v AS SELECT upper(body) AS loud FROM s")
        await post(engine, "s", "row")

    async def look(engine: Engine) -> None:
        assert await run(session(engine), "SELECT loud FROM v") == [("ROW",)]

    on_engine(fill, tmp_path / "data")
    on_engine(look, tmp_path / "data")


# Roles.


def test_a_session_is_of_a_role_that_exists() -> None:
    async def work(engine: Engine) -> None:
        with pytest.raises(InvalidAuthorization, match='role "nobody" does not exist'):
            engine.session(user="nobody", database="hookwire", settings={}, peer="test:1")
        assert engine.role("nobody") is None
        found = engine.role("pg_monitor")
        assert found is not None
        assert found.memberships == {
            "pg_read_all_settings", "pg_read_all_stats", "pg_stat_scan_tables"
        }  # fmt: skip

    on_engine(work)
