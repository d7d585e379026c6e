"""The rows of a materialized view: of sources, beside readers, after a restart and a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest

from hookwire_catalog.errors import ObjectNotInPrerequisiteState, SqlError, WrongObjectType
from hookwire_engine.engine import Engine
from support.engine_session import fetch, portal_of, post, run, running, session
from support.hookwire_process import HookwireProcess

SOURCE = "CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON"
VIEW = "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n, max(body->>'id') AS last FROM s"


def test_a_refresh_reads_every_acknowledged_row() -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, SOURCE)
            await post(engine, "s", '{"id": "1"}')
            assert await run(asking, VIEW) == ["SELECT 1"]
            assert await run(asking, "SELECT n, last FROM m") == [(1, "1")]
            for number in range(2, 6):
                await post(engine, "s", f'{{"id": "{number}"}}')
                assert await run(asking, "SELECT n FROM m") == [(number - 1,)]
                await run(asking, "REFRESH MATERIALIZED VIEW m")
                assert await run(asking, "SELECT n, last FROM m") == [(number, str(number))]

    asyncio.run(main())


def test_readers_see_the_old_rows_until_the_commit() -> None:
    async def main() -> None:
        async with running() as engine:
            writer, reader, late = (session(engine) for _ in range(3))
            await run(writer, "CREATE TABLE t (a int)")
            await run(writer, "INSERT INTO t SELECT range FROM range(5000)")
            await run(writer, "CREATE MATERIALIZED VIEW m AS SELECT a FROM t")
            portal = await portal_of(reader, "SELECT a FROM m")
            first = await fetch(portal, 10)
            await run(late, "BEGIN")
            assert await run(late, "SELECT count(*) FROM m") == [(5000,)]
            await run(writer, "UPDATE t SET a = -1")
            await run(writer, "BEGIN")
            await run(writer, "REFRESH MATERIALIZED VIEW m")
            assert await run(writer, "SELECT DISTINCT a FROM m") == [(-1,)]
            assert await _distinct(engine) == 5000
            await run(writer, "COMMIT")
            rest = await fetch(portal, None)
            assert len({a for (a,) in first + rest}) == 5000
            await reader.sync()
            assert await run(late, "SELECT count(DISTINCT a) FROM m") == [(5000,)]
            await run(late, "COMMIT")
            assert await _distinct(engine) == 1

    asyncio.run(main())


async def _distinct(engine: Engine) -> int:
    asking = session(engine)
    ((found,),) = await run(asking, "SELECT count(DISTINCT a) FROM m")
    await asking.close()
    assert isinstance(found, int)
    return found


def test_a_refresh_over_a_later_one_is_refused() -> None:
    async def main() -> None:
        async with running() as engine:
            early, other = session(engine), session(engine)
            await run(early, "CREATE TABLE t (a int)")
            await run(early, "INSERT INTO t VALUES (1)")
            await run(early, "CREATE MATERIALIZED VIEW m AS SELECT a FROM t")
            await run(early, "BEGIN")
            await run(early, "SELECT a FROM m")
            await run(other, "UPDATE t SET a = 2")
            await run(other, "REFRESH MATERIALIZED VIEW m")
            with pytest.raises(SqlError) as raised:
                await run(early, "REFRESH MATERIALIZED VIEW m")
            assert raised.value.sqlstate == "40001"
            await run(early, "ROLLBACK")
            assert await run(early, "SELECT a FROM m") == [(2,)]

    asyncio.run(main())


def test_what_fails_leaves_the_old_rows() -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, "CREATE TABLE t (a int)")
            await run(asking, "INSERT INTO t VALUES (1)")
            await run(asking, "CREATE MATERIALIZED VIEW m AS SELECT 10 / a AS q FROM t")
            await run(asking, "INSERT INTO t VALUES (0)")
            with pytest.raises(SqlError) as raised:
                await run(asking, "REFRESH MATERIALIZED VIEW m")
            assert raised.value.sqlstate == "22012"
            assert await run(asking, "SELECT q FROM m") == [(10,)]

    asyncio.run(main())


CHANGES = [
    "INSERT INTO m VALUES (1)",
    "INSERT INTO public.m SELECT 1",
    "UPDATE m SET n = 1",
    "DELETE FROM m USING t WHERE true",
    "TRUNCATE m",
    "MERGE INTO m USING t ON m.n = t.a WHEN MATCHED THEN DELETE",
    "WITH x AS (SELECT 1) INSERT INTO m SELECT 1",
    "WITH x AS (DELETE FROM m RETURNING n) SELECT n FROM x",
    "EXPLAIN INSERT INTO m VALUES (1)",
    "ALTER TABLE m ADD COLUMN x int",
    "ALTER TABLE m DROP COLUMN n",
    "CREATE INDEX i ON m (n)",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_nothing_else_changes_the_rows(sql: str) -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, "CREATE TABLE t (a int)")
            await run(asking, "CREATE MATERIALIZED VIEW m AS SELECT 7 AS n")
            with pytest.raises(WrongObjectType):
                await run(asking, sql)
            assert await run(asking, "SELECT n FROM m") == [(7,)]

    asyncio.run(main())


READS = [
    "SELECT * FROM {}",
    "TABLE {}",
    "FROM {}",
    "FROM {} SELECT 1",
    "SUMMARIZE {}",
    "SELECT EXISTS (FROM {})",
    "SELECT * EXCLUDE (x) FROM (SELECT 1 AS x) AS v, {}",
    "CREATE TABLE c AS FROM {}",
    "EXPLAIN ANALYZE SELECT n FROM {}",
    "SELECT 1 UNION ALL SELECT 1 FROM {}",
]


@pytest.mark.parametrize("sql", READS)
def test_no_way_to_read_one_without_rows(sql: str) -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, "CREATE MATERIALIZED VIEW m AS SELECT 1 AS n WITH NO DATA")
            await run(asking, "CREATE VIEW v AS SELECT n FROM m")
            for name in ("m", "public.m", "v"):
                with pytest.raises(ObjectNotInPrerequisiteState):
                    await run(asking, sql.format(name))

    asyncio.run(main())


def test_a_source_that_one_reads_stays() -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, SOURCE)
            await run(asking, VIEW)
            with pytest.raises(SqlError) as raised:
                await run(asking, "DROP SOURCE s")
            assert raised.value.sqlstate == "2BP01"
            assert raised.value.detail == "materialized view m depends on source s"
            await run(asking, "ALTER SOURCE s RENAME TO r")
            await run(asking, "REFRESH MATERIALIZED VIEW m")
            ((name, text),) = await run(asking, "SHOW CREATE MATERIALIZED VIEW m")
            assert name == "hookwire.public.m"
            assert text.startswith("CREATE MATERIALIZED VIEW public.m (n, last) AS SELECT")
            assert "FROM public.r AS s" in text
            assert await run(asking, "SHOW VIEWS") == []
            assert await run(asking, "SHOW OBJECTS") == [
                ("m", "materialized view", None),
                ("r", "source", None),
            ]
            await run(asking, "DROP SOURCE r CASCADE")
            assert await run(asking, "SELECT count(*) FROM pg_matviews") == [(0,)]

    asyncio.run(main())


def test_a_refresh_is_by_the_owners_rights() -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, "CREATE ROLE ann LOGIN")
            await run(asking, "GRANT CREATE ON SCHEMA public TO ann")
            ann = session(engine, "ann")
            await run(ann, "CREATE MATERIALIZED VIEW m AS SELECT current_user AS who")
            await run(asking, "REFRESH MATERIALIZED VIEW m")
            assert await run(asking, "SELECT who FROM m") == [("ann",)]
            assert await run(asking, "SELECT current_user") == [("hookwire",)]

    asyncio.run(main())


def test_a_function_over_one_reads_by_the_callers_rights() -> None:
    async def main() -> None:
        async with running() as engine:
            asking = session(engine)
            await run(asking, "CREATE ROLE ann LOGIN")
            await run(asking, "CREATE MATERIALIZED VIEW m AS SELECT 1 AS n")
            await run(
                asking,
                "CREATE FUNCTION f() RETURNS int AS $$ SELECT max(n) FROM m $$ LANGUAGE sql",
            )
            assert await run(asking, "SELECT f()") == [(1,)]
            ann = session(engine, "ann")
            with pytest.raises(SqlError) as raised:
                await run(ann, "SELECT f()")
            assert raised.value.message == "permission denied for materialized view m"

    asyncio.run(main())


def test_nothing_of_a_dropped_one_is_left_in_the_file(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as engine:
            asking = session(engine)
            await run(asking, "CREATE SCHEMA a")
            await run(asking, "CREATE MATERIALIZED VIEW m AS SELECT 1 AS n")
            await run(asking, "CREATE MATERIALIZED VIEW a.m AS SELECT 1 AS n WITH NO DATA")
            await run(asking, "ALTER SCHEMA a RENAME TO b")
            await run(asking, "REFRESH MATERIALIZED VIEW b.m")
            assert await run(asking, "SELECT n FROM b.m") == [(1,)]
            await run(asking, "DROP SCHEMA b CASCADE")
            await run(asking, "DROP MATERIALIZED VIEW m")

    asyncio.run(main())
    with duckdb.connect(str(tmp_path / "hookwire.duckdb"), read_only=True) as file:
        left = file.execute(
            "SELECT table_name FROM duckdb_tables() WHERE regexp_matches(table_name, '^m[0-9]+$')"
            " UNION ALL SELECT view_name FROM duckdb_views() WHERE view_name = 'm'"
        )
        assert left.fetchall() == []


def test_a_restart_and_a_kill_keep_the_rows(
    make_hookwire: Callable[..., HookwireProcess],
) -> None:
    hookwire = make_hookwire().start()
    hookwire.psql("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)")
    hookwire.psql("CREATE MATERIALIZED VIEW m (x) AS SELECT a FROM t")
    hookwire.psql("CREATE MATERIALIZED VIEW blank AS SELECT a FROM t WITH NO DATA")
    hookwire.psql("COMMENT ON MATERIALIZED VIEW m IS 'kept'; INSERT INTO t VALUES (3)")
    hookwire.kill9()
    hookwire.start()
    assert hookwire.psql("SELECT x FROM m ORDER BY x").split() == ["1", "2"]
    hookwire.psql("REFRESH MATERIALIZED VIEW m; ALTER MATERIALIZED VIEW m RENAME TO n")
    connection = psycopg.connect(hookwire.sql_dsn)
    connection.execute("INSERT INTO t VALUES (4)")
    connection.execute("REFRESH MATERIALIZED VIEW n")
    connection.execute("REFRESH MATERIALIZED VIEW blank")
    hookwire.kill9()
    connection.close()
    hookwire.start()
    assert hookwire.psql("SELECT x FROM n ORDER BY x").split() == ["1", "2", "3"]
    assert hookwire.psql("SELECT obj_description('n'::regclass)").strip() == "kept"
    told = "SELECT matviewname, ispopulated FROM pg_matviews ORDER BY 1"
    before = hookwire.psql(told)
    assert hookwire.terminate() == 0
    hookwire.start()
    assert hookwire.psql(told) == before
    hookwire.psql("REFRESH MATERIALIZED VIEW blank")
    assert hookwire.psql("SELECT count(*) FROM blank").strip() == "3"


def test_psql_lists_and_describes_one(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE MATERIALIZED VIEW shown AS SELECT 1 AS a, 'x'::text AS b")
    assert "public|shown|materialized view|hookwire" in hookwire.psql("\\dm")
    described = hookwire.psql("\\d shown")
    assert "a|integer|||" in described
    assert "b|text|||" in described
