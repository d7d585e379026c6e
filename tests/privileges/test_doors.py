"""Every way to a relation's rows asks for the same rights."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hookwire_catalog.errors import InsufficientPrivilege, SqlError
from hookwire_engine.engine import Engine
from support.engine_session import post, run, running, session

MADE = """
CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON
CREATE TABLE t (a int, b text)
INSERT INTO t VALUES (1, 'x')
CREATE SEQUENCE q
CREATE FUNCTION of_t() RETURNS int AS $$ SELECT max(a) FROM t $$ LANGUAGE sql
CREATE FUNCTION of_of_t() RETURNS int AS $$ SELECT of_t() $$ LANGUAGE sql
CREATE FUNCTION plain(x int) RETURNS int AS $$ SELECT x + 1 $$ LANGUAGE sql
CREATE SCHEMA hidden
CREATE TABLE hidden.t (a int)
CREATE ROLE ann LOGIN
CREATE ROLE bob LOGIN
"""

Test = Callable[[Engine], Awaitable[None]]


def on_engine(work: Test, data_dir: Path | None = None) -> None:
    async def main() -> None:
        async with running(data_dir) as engine:
            if engine.catalog.role("ann") is None:
                await everything(engine, MADE)
            await work(engine)

    asyncio.run(main())


async def everything(engine: Engine, script: str) -> None:
    owner = session(engine)
    for line in script.strip().splitlines():
        await run(owner, line)
    await owner.close()


async def refused(engine: Engine, sql: str, message: str, user: str = "ann") -> None:
    asking = session(engine, user)
    with pytest.raises(InsufficientPrivilege) as raised:
        await run(asking, sql)
    assert message in raised.value.message
    await asking.close()


READS = [
    "SELECT * FROM {}",
    "TABLE {}",
    "FROM {}",
    "FROM {} SELECT 1",
    "SUMMARIZE {}",
    "DESCRIBE {}",
    "SELECT * EXCLUDE (x) FROM (SELECT 1 AS x) AS v, {}",
    "SELECT 1 FROM (VALUES (1)) AS v(x) ASOF JOIN {} AS w ON true",
    "WITH c AS (FROM {}) SELECT 1",
    "WITH c AS MATERIALIZED (SELECT * FROM {}) SELECT 1 FROM c",
    "SELECT (SELECT count(*) FROM {})",
    "SELECT EXISTS (FROM {})",
    "SELECT ARRAY(SELECT 1 FROM {})",
    "EXPLAIN SELECT * FROM {}",
    "EXPLAIN ANALYZE SELECT * FROM {}",
    "SELECT 1 FROM {} TABLESAMPLE system (1)",
    "SELECT 1 UNION ALL SELECT 1 FROM {}",
    "CREATE TEMPORARY TABLE c AS SELECT * FROM {}",
    "CREATE TEMPORARY TABLE c AS FROM {}",
    "CREATE TEMPORARY TABLE c (LIKE {})",
    "SELECT * FROM (VALUES (1)) AS v(x) POSITIONAL JOIN {}",
    "SELECT * FROM (VALUES (1)) AS v(x), LATERAL (SELECT * FROM {}) AS l",
]


def test_reading_needs_select() -> None:
    async def work(engine: Engine) -> None:
        for sql in READS:
            for relation in ("s", 'hookwire.public."t"'):
                await refused(engine, sql.format(relation), "permission denied for table")
            await refused(engine, sql.format("hidden.t"), "permission denied for schema hidden")
        for sql in (
            "PIVOT t ON a USING count(*)",
            "SELECT * FROM (PIVOT t ON a IN (1) USING count(*))",
        ):
            await refused(engine, sql, "permission denied for table t")
        await everything(engine, "GRANT SELECT ON t, s TO ann")
        allowed = session(engine, "ann")
        for sql in READS:
            for relation in ("s", "t"):
                try:
                    await run(allowed, sql.format(relation))
                except SqlError as error:  # what some of them are refused with for everybody
                    assert error.sqlstate != "42501", (sql, relation)
        assert await run(allowed, "PIVOT t ON a USING count(*)")
        await allowed.close()

    on_engine(work)


REFUSED = [
    ("INSERT INTO t VALUES (2, 'y')", "permission denied for table t"),
    ("UPDATE t SET a = 2", "permission denied for table t"),
    ("DELETE FROM t", "permission denied for table t"),
    ("WITH d AS (DELETE FROM t RETURNING a) SELECT 1", "permission denied for table t"),
    ("TRUNCATE t", "permission denied for table t"),
    ("DROP TABLE t", "must be owner of table t"),
    ("ALTER TABLE t ADD COLUMN c int", "must be owner of table t"),
    ("ALTER TABLE t OWNER TO ann", "must be owner of table t"),
    ("CREATE INDEX ON t (a)", "must be owner of table t"),
    ("COMMENT ON COLUMN t.a IS 'x'", "must be owner of table t"),
    ("DROP SEQUENCE q", "must be owner of sequence q"),
    ("SELECT nextval('q')", "permission denied for sequence q"),
    ("SELECT setval('public.q', 1)", "permission denied for sequence q"),
    ("SELECT nextval('q'::regclass)", "permission denied for sequence q"),
    ("SELECT nextval('public' || '.q')", "permission denied for function nextval"),
    ("SELECT of_t()", "permission denied for table t"),
    ("SELECT of_of_t()", "permission denied for table t"),
    ("FROM (VALUES (1)) AS v(x) SELECT of_t()", "permission denied for table t"),
    ("FROM (VALUES (1)) AS v(x) SELECT public.of_of_t()", "permission denied for table t"),
    ("CREATE OR REPLACE FUNCTION plain(x int) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql",
     "permission denied for schema public"),
    ("DROP FUNCTION plain", "must be owner of function plain"),
    ("SELECT * FROM query_table('t')", "permission denied"),
    ("SELECT * FROM query('FROM t')", "permission denied"),
    ("DROP SOURCE s", "must be owner of source s"),
    ("ALTER SOURCE s PAUSE", "must be owner of source s"),
    ("ALTER SOURCE s SET (max_body_bytes = 10)", "must be owner of source s"),
    ("ALTER SOURCE s RENAME TO x", "must be owner of source s"),
    ("COMMENT ON SOURCE s IS 'x'", "must be owner of source s"),
    ("CREATE SOURCE s2 FROM WEBHOOK BODY FORMAT JSON", "permission denied for schema public"),
    ("CREATE SECRET x AS 'y'", "permission denied for schema public"),
    ("CREATE VIEW v AS SELECT 1", "permission denied for schema public"),
    ("CREATE TABLE x (a int)", "permission denied for schema public"),
    ("CREATE TABLE hidden.x (a int)", "permission denied for schema hidden"),
    ("CREATE SEQUENCE x", "permission denied for schema public"),
    ("CREATE TYPE x AS ENUM ('a')", "permission denied for schema public"),
    ("CREATE FUNCTION x() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql",
     "permission denied for schema public"),
    ("CREATE SCHEMA x", "permission denied for database hookwire"),
    ("DROP SCHEMA hidden CASCADE", "must be owner of schema hidden"),
    ("ALTER SYSTEM SET public_url = 'http://x'", 'permission denied to set parameter "public_url"'),
    ("SELECT * FROM hookwire.webhook_rejections", "permission denied for view webhook_rejections"),
    ("FROM hookwire.webhook_rejections", "permission denied for view webhook_rejections"),
    ("SUMMARIZE hookwire.webhook_rejection_verdicts", "permission denied for view"),
    ("SELECT * FROM pg_authid", "permission denied for table pg_authid"),
    ("FROM pg_catalog.pg_shadow", "permission denied for view pg_shadow"),
]  # fmt: skip


def test_what_needs_more_is_refused() -> None:
    async def work(engine: Engine) -> None:
        for sql, message in REFUSED:
            await refused(engine, sql, message)

    on_engine(work)


def test_a_plan_is_not_kept_beyond_the_rights_it_was_made_with() -> None:
    async def work(engine: Engine) -> None:
        ann = session(engine, "ann")
        await everything(engine, "GRANT SELECT ON t TO ann")
        (statement,) = ann.statements("SELECT a FROM t")
        prepared = await ann.prepare(statement)
        await ann.sync()
        assert await run(ann, "SELECT a FROM t") == [(1,)]
        await everything(engine, "REVOKE SELECT ON t FROM ann")
        with pytest.raises(InsufficientPrivilege):
            await ann.bind(prepared, ())
        ann.fail()
        await ann.sync()
        with pytest.raises(InsufficientPrivilege):
            await run(ann, "SELECT a FROM t")
        await ann.close()

    on_engine(work)


def test_a_view_reads_with_its_owners_rights() -> None:
    async def work(engine: Engine) -> None:
        await everything(
            engine,
            "CREATE SCHEMA work\n"
            "GRANT USAGE ON SCHEMA work TO PUBLIC\nGRANT CREATE ON SCHEMA work TO bob\n"
            "CREATE VIEW work.open AS SELECT a FROM t\nGRANT SELECT ON work.open TO ann\n"
            "CREATE VIEW work.refused AS SELECT count(*) AS n FROM hookwire.webhook_rejections\n"
            "GRANT SELECT ON work.refused TO ann",
        )
        ann, bob = session(engine, "ann"), session(engine, "bob")
        assert await run(ann, "SELECT a FROM work.open") == [(1,)]
        assert await run(ann, "SUMMARIZE work.open")
        assert await run(ann, "SELECT n FROM work.refused") == [(0,)]
        # What bob may not read, his view does not show either, to anybody.
        await run(bob, "CREATE VIEW work.his AS SELECT b FROM t")
        await run(bob, "GRANT SELECT ON work.his TO PUBLIC")
        for reader in ("ann", "bob", "hookwire"):
            await refused(engine, "SELECT * FROM work.his", "permission denied for table t", reader)
        await everything(engine, "GRANT SELECT ON t TO bob")
        assert await run(ann, "SELECT b FROM work.his") == [("x",)]
        await ann.close()
        await bob.close()

    on_engine(work)


def test_who_makes_something_owns_it() -> None:
    async def work(engine: Engine) -> None:
        await everything(engine, "GRANT CREATE ON SCHEMA public TO ann")
        ann = session(engine, "ann")
        for sql in (
            "CREATE SOURCE mine FROM WEBHOOK BODY FORMAT JSON",
            "CREATE SECRET key AS 'hush'",
            "ALTER SOURCE mine SET CHECK (WITH (SECRET key AS k, BODY) body = k)",
            "CREATE VIEW of_mine AS SELECT * FROM mine",
            "CREATE TABLE tab (a serial, b int)",
            "INSERT INTO tab (b) VALUES (1)",
            "ALTER TABLE tab RENAME TO tab2",
            "ALTER TABLE tab2 ADD COLUMN c int",
            "GRANT SELECT ON mine, tab2 TO bob",
        ):
            await run(ann, sql)
        bob = session(engine, "bob")
        assert await run(bob, "SELECT b FROM tab2") == [(1,)]
        assert await run(bob, "SELECT count(*) FROM mine") == [(0,)]
        owners = "SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname IN"
        found = await run(ann, f"{owners} ('mine', 'of_mine', 'tab2', 'q') ORDER BY 1")
        assert found == [("mine", "ann"), ("of_mine", "ann"), ("q", "hookwire"), ("tab2", "ann")]
        await run(ann, "DROP TABLE tab2")
        await everything(engine, "CREATE TABLE tab2 (a int)")
        await refused(engine, "SELECT * FROM tab2", "permission denied for table tab2", "ann")
        await ann.close()
        await bob.close()

    on_engine(work)


def test_a_check_needs_the_right_to_use_its_secrets() -> None:
    async def work(engine: Engine) -> None:
        await everything(
            engine, "CREATE SECRET key AS 'hush'\nGRANT CREATE ON SCHEMA public TO ann"
        )
        source = "CREATE SOURCE m FROM WEBHOOK BODY FORMAT TEXT CHECK ({})"
        check = source.format("WITH (SECRET key AS k, BODY) body = k")
        await refused(engine, check, "permission denied for secret key")
        await refused(engine, "ALTER SECRET key AS 'x'", "must be owner of secret key")
        await refused(engine, "DROP SECRET key", "must be owner of secret key")
        await everything(engine, "GRANT USAGE ON SECRET key TO ann")
        ann = session(engine, "ann")
        await run(ann, check)
        await ann.close()

    on_engine(work)


def test_other_roles_statements_are_not_shown() -> None:
    async def work(engine: Engine) -> None:
        owner, ann = session(engine), session(engine, "ann")
        await run(owner, "SELECT 'from the owner'")
        asked = "SELECT query FROM {} WHERE {} = 'hookwire' ORDER BY 1"
        for relation, column in (
            ("pg_stat_activity", "usename"), ("hookwire.sessions", '"user"')
        ):  # fmt: skip
            sql = asked.format(relation, column)
            assert await run(ann, sql) == [("<insufficient privilege>",)]
            await run(owner, "GRANT pg_monitor TO ann")
            assert ("<insufficient privilege>",) not in await run(ann, sql)
            await run(owner, "REVOKE pg_monitor FROM ann")
        await ann.close()
        await owner.close()

    on_engine(work)


def test_signals_are_for_ones_own_sessions_and_pg_signal_backend() -> None:
    async def work(engine: Engine) -> None:
        owner, ann, bob = session(engine), session(engine, "ann"), session(engine, "bob")
        cancel = f"SELECT pg_cancel_backend({bob.id})"
        end = f"SELECT pg_terminate_backend({bob.id})"
        await refused(engine, cancel, "permission denied to cancel query")
        await refused(engine, end, "permission denied to terminate process")
        await everything(engine, "GRANT pg_signal_backend TO ann")
        assert await run(ann, cancel) == [(True,)]
        ours = f"SELECT pg_terminate_backend({owner.id})"
        await refused(engine, ours, "permission denied to terminate process")
        other = session(engine, "bob")
        assert await run(bob, f"SELECT pg_cancel_backend({other.id})") == [(True,)]
        for one in (owner, ann, bob, other):
            await one.close()

    on_engine(work)


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    async def before(engine: Engine) -> None:
        await everything(
            engine,
            "ALTER ROLE ann PASSWORD 'hush'\nALTER ROLE ann SET TimeZone = 'CET'\n"
            "GRANT SELECT ON t, s TO ann WITH GRANT OPTION\n"
            "GRANT ann TO bob WITH ADMIN OPTION\nALTER TABLE t OWNER TO bob\n"
            "REVOKE CONNECT ON DATABASE hookwire FROM PUBLIC\nALTER ROLE hookwire PASSWORD 'x'\n"
            "GRANT CONNECT ON DATABASE hookwire TO ann",
        )
        await post(engine, "s", "{}")

    async def after(engine: Engine) -> None:
        catalog = engine.catalog
        ann, bob, owner = (catalog.role(name) for name in ("ann", "bob", "hookwire"))
        assert ann and bob and owner
        assert ann.verifier and ann.verifier.startswith("SCRAM-SHA-256$4096:")
        assert owner.verifier and owner.superuser
        assert ann.settings == (("TimeZone", "CET"),)
        assert [(m.role, m.admin) for m in bob.memberships] == [(ann.id, True)]
        session_of_ann = session(engine, "ann")
        assert await run(session_of_ann, "SELECT count(*) FROM s") == [(1,)]
        assert await run(session_of_ann, "SHOW TimeZone") == [("CET",)]
        assert catalog.database.acl is not None
        await refused(engine, "DROP TABLE t", "must be owner of table t")
        session_of_bob = session(engine, "bob")
        assert await run(session_of_bob, "DROP TABLE t") == ["DROP TABLE"]
        await session_of_ann.close()
        await session_of_bob.close()

    on_engine(before, tmp_path)
    on_engine(after, tmp_path)
