"""Kept plans, habits and answers: a statement means what it would mean without them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from hookwire_catalog.errors import InFailedSqlTransaction, SqlError
from hookwire_engine.engine import Engine
from hookwire_engine.query.quick import FEW_ROWS, is_constant
from hookwire_engine.query.session import Session
from hookwire_engine.query.shared import Texts
from hookwire_pgwire.values import Rendering, encode_rows
from support.engine_session import post, run, running, session

Steps = Callable[..., Coroutine[Any, Any, None]]


def on_a_loop(steps: Steps) -> Callable[..., None]:
    @functools.wraps(steps)
    def test(*arguments: Any, **named: Any) -> None:
        asyncio.run(steps(*arguments, **named))

    return test


SAME = 4
"""Runs of one statement: the first streams and is learnt from, the others may go the short way."""


async def _settled(session: Session, sql: str, *parameters: object) -> list[Any]:
    """The answer, which is the same each time."""
    answers = [await run(session, sql, *parameters) for _ in range(SAME)]
    assert answers == [answers[0]] * SAME
    return answers[0]


# What a constant is.


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT 1 AS x, 'a', NULL, true",
        "SELECT CAST('1' AS BIGINT)",
        "SELECT (-1 + 2) AS x",
    ],
)
def test_constants(sql: str) -> None:
    assert is_constant(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM t",
        "SELECT now()",
        "SELECT current_timestamp",
        "SELECT random()",
        'SELECT "random"()',
        "SELECT (SELECT 1)",
        "SELECT $1",
        "SELECT ?",
        "SELECT x",
        "VALUES (1)",
        "FROM t",
        "WITH t AS (SELECT 1) SELECT 1",
        "SELECT unnest([1, 2])",
        "",
    ],
)
def test_no_constants(sql: str) -> None:
    assert not is_constant(sql)


# The same answers, however often.

TABLE = """
CREATE TABLE things (id bigint PRIMARY KEY, i2 smallint, i4 integer, f4 real, f8 double precision,
    t text, b boolean, x bytea, n numeric(10,3), d date, ts timestamp, tz timestamptz, j jsonb,
    u uuid, a integer[], iv interval)
"""
ROWS = [
    """(1, 1, 2, 1.5, 0.1, 'one', true, '\\x00ff', 1.500, '2024-01-02',
    '2024-01-02 03:04:05.678901', '2024-01-02 03:04:05+00', '{"a": [1, null]}',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{1,NULL}',
    '1 month 2 days')""",
    """(2, -32768, -2147483648, '-Infinity', 'NaN', '', false, '', -0.001, 'infinity', 'infinity',
    '-infinity', 'null', '00000000-0000-0000-0000-000000000000', '{}', '-1 year 1 second')""",
    "(3" + ", NULL" * 15 + ")",
]
QUESTIONS: Sequence[tuple[str, tuple[object, ...]]] = [
    *((f"SELECT {name} FROM things ORDER BY id", ()) for name in (
        "id i2 i4 f4 f8 t b x n d ts tz j u a iv".split()
    )),
    ("SELECT * FROM things WHERE id = $1", (2,)),
    ("SELECT t, b FROM things WHERE id = $1", (1,)),
    ("SELECT t, b FROM things WHERE id = $1", (99,)),
    ("SELECT count(*), sum(i4), max(t) FROM things", ()),
    ("SELECT 1", ()),
    ("SELECT 1, 'a', NULL, true, 1.50, -7::bigint", ()),
    ("SELECT '2024-01-02 03:04:05+00'::timestamptz", ()),
    ("SELECT '2024-01-02 03:04:05+00'::timestamptz::text", ()),
    ("SELECT $1::int + 1", (41,)),
    ("SELECT version(), current_database()", ()),
    ("SELECT g FROM generate_series(1, 200) AS s(g)", ()),
    ("SELECT t FROM things WHERE id < 0", ()),
]  # fmt: skip


async def _fill(first: Session) -> None:
    await run(first, TABLE)
    for row in ROWS:
        await run(first, f"INSERT INTO things VALUES {row}")


async def _data_rows(session: Session, sql: str, parameters: Sequence[object]) -> bytes:
    """The rows as a client gets them."""
    (statement,) = session.statements(sql)
    prepared = await session.prepare(statement)
    portal = await session.bind(prepared, parameters)
    assert portal.columns is not None
    formats = [0] * len(portal.columns)
    sent = b""
    while (batch := await portal.next_batch(256)) is not None:
        sent += encode_rows(batch, portal.columns, formats, Rendering())
    await session.sync()
    return sent


@on_a_loop
async def test_the_same_answers_at_first_and_later() -> None:
    async with running() as engine:
        await _fill(session(engine))
        for sql, parameters in QUESTIONS:
            one, two = session(engine), session(engine)
            fresh = await _data_rows(one, sql, parameters)
            for who in (one, two) * SAME:
                assert await _data_rows(who, sql, parameters) == fresh, sql


@on_a_loop
async def test_more_rows_than_the_habit() -> None:
    async with running() as engine:
        one = session(engine)
        sql = "SELECT g FROM generate_series(1, $1::int) AS s(g)"
        assert len(await _settled(one, sql, 3)) == 3
        for count in (FEW_ROWS, FEW_ROWS + 1, 1000, 3, 0):
            assert await run(one, sql, count) == [(n,) for n in range(1, count + 1)]


@on_a_loop
async def test_in_a_block_too() -> None:
    async with running() as engine:
        one = session(engine)
        await _fill(one)
        sql = "SELECT g FROM generate_series(1, $1::int) AS s(g)"
        await run(one, sql, 1)
        await run(one, "BEGIN")
        await run(one, "INSERT INTO things (id) VALUES (4)")
        assert len(await run(one, sql, 500)) == 500
        assert await _settled(one, "SELECT count(*) FROM things") == [(4,)]
        await run(one, "ROLLBACK")
        assert await _settled(one, "SELECT count(*) FROM things") == [(3,)]


@on_a_loop
async def test_errors_are_the_same_each_time() -> None:
    async with running() as engine:
        one = session(engine)
        await _fill(one)
        sql = "SELECT CAST(t AS integer) FROM things WHERE id = $1"
        await _settled(one, "SELECT CAST(t AS integer) FROM things WHERE id = $1", 3)
        told = []
        for who in (one, session(engine)):
            with pytest.raises(SqlError) as caught:
                await run(who, sql, 1)
            error = caught.value
            told.append((error.sqlstate, error.message, error.position))
        assert told[0] == told[1]
        assert told[0][0] == "22P02"


@on_a_loop
async def test_a_sequence_is_asked_once_each_time() -> None:
    async with running() as engine:
        one = session(engine)
        await run(one, "CREATE SEQUENCE s")
        assert [await run(one, "SELECT nextval('s')") for _ in range(4)] == [
            [(n,)] for n in range(1, 5)
        ]


# What makes kept things go.


@pytest.mark.parametrize("other", [False, True], ids=["same session", "another session"])
@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ([("one",)], ["DROP TABLE x", "CREATE TABLE x (v int)"], []),
        ([("one",)], ["ALTER TABLE x ALTER v TYPE varchar(2)"], None),
        ([("one",)], ["ALTER TABLE x RENAME TO y", "CREATE VIEW x AS SELECT 7 AS v"], [(7,)]),
        ([("one",)], ["UPDATE x SET v = 'two'"], [("two",)]),
        ([("one",)], ["DELETE FROM x"], []),
        ([("one",)], ["TRUNCATE x"], []),
    ],
)
@on_a_loop
async def test_changes(other: bool, before: list[Any], change: list[str], after: Any) -> None:
    async with running() as engine:
        one = session(engine)
        who = session(engine) if other else one
        await run(one, "CREATE TABLE x (v text)")
        await run(one, "INSERT INTO x VALUES ('one')")
        assert await _settled(one, "SELECT v FROM x") == before
        for sql in change:
            try:
                await run(who, sql)
            except SqlError:
                assert after is None
        fresh = await run(session(engine), "SELECT v FROM x")
        assert await _settled(one, "SELECT v FROM x") == fresh
        assert after is None or fresh == after


@on_a_loop
async def test_search_path() -> None:
    async with running() as engine:
        one = session(engine)
        for schema in ("a", "b"):
            await run(one, f"CREATE SCHEMA {schema}")
            await run(one, f"CREATE TABLE {schema}.x (v text)")
            await run(one, f"INSERT INTO {schema}.x VALUES ('{schema}')")
        for path in ("a", "b", "a"):
            await run(one, f"SET search_path = {path}")
            assert await _settled(one, "SELECT v FROM x") == [(path,)]
            assert await _settled(one, "SELECT current_schema()") == [(path,)]


@on_a_loop
async def test_time_zone() -> None:
    async with running() as engine:
        one = session(engine)
        sql = "SELECT '2024-01-02 00:00:00+00'::timestamptz::text"
        assert await _settled(one, sql) == [("2024-01-02 00:00:00+00",)]
        await run(one, "SET TimeZone = 'Asia/Tokyo'")
        assert await _settled(one, sql) == [("2024-01-02 09:00:00+09",)]
        assert await _settled(session(engine), sql) == [("2024-01-02 00:00:00+00",)]
        await run(one, "RESET TimeZone")
        assert await _settled(one, sql) == [("2024-01-02 00:00:00+00",)]


@on_a_loop
async def test_temporary_tables_hide_others() -> None:
    async with running() as engine:
        one, two = session(engine), session(engine)
        await run(one, "CREATE TABLE x (v text)")
        await run(one, "INSERT INTO x VALUES ('all')")
        assert await _settled(one, "SELECT v FROM x") == [("all",)]
        await run(one, "CREATE TEMP TABLE x (v text)")
        assert await _settled(one, "SELECT v FROM x") == []
        assert await _settled(two, "SELECT v FROM x") == [("all",)]
        await run(one, "DROP TABLE x")
        assert await _settled(one, "SELECT v FROM x") == [("all",)]


@on_a_loop
async def test_catalog_changes_in_an_open_block() -> None:
    async with running() as engine:
        one, two = session(engine), session(engine)
        await run(one, "CREATE VIEW v AS SELECT 1 AS v")
        assert await _settled(one, "SELECT v FROM v") == [(1,)]
        await run(one, "BEGIN")
        await run(one, "CREATE OR REPLACE VIEW v AS SELECT 2 AS v")
        assert await _settled(one, "SELECT v FROM v") == [(2,)]
        assert await _settled(two, "SELECT v FROM v") == [(1,)]
        await run(one, "ROLLBACK")
        assert await _settled(one, "SELECT v FROM v") == [(1,)]


async def _told_apart(engine: Engine, sql: str) -> None:
    first = await run(session(engine), sql)
    assert await run(session(engine), sql) != first


@on_a_loop
async def test_values_of_a_session_are_its_own() -> None:
    async with running() as engine:
        await _told_apart(engine, "SELECT pg_backend_pid()")
        one = session(engine)
        assert len({str(await run(one, "SELECT now()")) for _ in range(SAME)}) == SAME
        await run(one, "SET application_name = 'a'")
        assert await _settled(one, "SELECT current_setting('application_name')") == [("a",)]
        await run(one, "SET application_name = 'b'")
        assert await _settled(one, "SELECT current_setting('application_name')") == [("b",)]


@on_a_loop
async def test_every_post_is_seen_by_the_next_select() -> None:
    async with running() as engine:
        one = session(engine)
        await run(one, "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
        for number in range(20):
            await post(engine, "s", "x")
            assert await run(one, "SELECT count(*) FROM s") == [(number + 1,)]


@on_a_loop
async def test_a_block_reads_one_snapshot_from_its_first_statement_on() -> None:
    async with running() as engine:
        one, two = session(engine), session(engine)
        await run(one, "CREATE TABLE x (v int)")
        await run(one, "CREATE TABLE y (v int)")
        assert await _settled(one, "SELECT count(*) FROM y") == [(0,)]
        await run(one, "BEGIN")
        assert await _settled(one, "SELECT count(*) FROM y") == [(0,)]
        await run(two, "INSERT INTO x VALUES (1)")
        assert await _settled(one, "SELECT count(*) FROM x") == [(0,)]
        await run(one, "COMMIT")
        assert await _settled(one, "SELECT count(*) FROM x") == [(1,)]


@on_a_loop
async def test_what_is_kept_is_refused_in_a_failed_block() -> None:
    async with running() as engine:
        one = session(engine)
        await _settled(one, "SELECT 1")
        await run(one, "BEGIN")
        with pytest.raises(SqlError):
            await run(one, "SELECT x")
        with pytest.raises(InFailedSqlTransaction):
            await run(one, "SELECT 1")
        with pytest.raises(InFailedSqlTransaction):
            await run(one, "SELECT 1")
        await run(one, "ROLLBACK")
        assert await _settled(one, "SELECT 1") == [(1,)]


# Texts.


def test_texts_are_split_once() -> None:
    texts = Texts()
    assert texts.split("SELECT 1;") is texts.split("SELECT 1;")
    assert texts.split("SELECT 1; SELECT 2") is not texts.split("SELECT 1; SELECT 2")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE SECRET s AS 'hush'",
        "ALTER SECRET s ADD 'hush'",
        "CREATE ROLE r PASSWORD 'hush'",
        "SELECT 1; ALTER ROLE r PASSWORD 'hush'",
    ],
)
def test_no_secret_is_kept(sql: str) -> None:
    texts = Texts()
    assert texts.split(sql) is not texts.split(sql)
