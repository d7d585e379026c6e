"""WITH whose parts change rows, where DuckDB would answer otherwise than PostgreSQL: refused."""

from __future__ import annotations

import asyncio

import pytest

from hookwire_catalog.errors import FeatureNotSupported, WrongObjectType
from support.engine_session import run, running, session

SET_UP = (
    "CREATE TABLE t (id int, n text)",
    "CREATE TABLE b (id int, n text)",
    "CREATE VIEW v AS SELECT count(*) AS n FROM t",
    "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
    "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT",
)
_INSERT = "WITH i AS (INSERT INTO t VALUES (3, 'c') RETURNING id)"
REFUSED = {
    "read by the query": f"{_INSERT} SELECT count(*) FROM t",
    "read through a view": f"{_INSERT} SELECT n FROM v",
    "read by another part": f"{_INSERT}, r AS (SELECT * FROM t) SELECT * FROM r",
    "changed twice": f"{_INSERT}, d AS (DELETE FROM t) SELECT 1",
    "changed by both": "WITH d AS (DELETE FROM t RETURNING *) INSERT INTO t SELECT * FROM d",
    "in DuckDB's own SQL": f"{_INSERT} SELECT * FROM (PIVOT i ON id USING count(*))",
    "a type of DuckDB's": f"{_INSERT} SELECT {{'a': id}} AS a FROM i",
}


def test_refused() -> None:
    async def work() -> None:
        async with running() as engine:
            one = session(engine)
            for sql in SET_UP:
                await run(one, sql)
            for sql in REFUSED.values():
                with pytest.raises(FeatureNotSupported):
                    await run(one, sql)
            with pytest.raises(WrongObjectType, match="cannot change webhook source"):
                await run(one, "WITH i AS (INSERT INTO s VALUES ('x') RETURNING *) TABLE i")
            assert await run(one, "SELECT count(*) FROM t") == [(2,)]
            await run(one, "WITH c AS (SELECT count(*) FROM b) INSERT INTO b SELECT count FROM c")
            assert await run(one, "SELECT id FROM b") == [(0,)]

    asyncio.run(work())
