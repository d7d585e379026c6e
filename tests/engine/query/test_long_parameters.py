"""Statements of thousands of parameters, which DuckDB is given as lists."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from hookwire_catalog import types
from hookwire_engine.dialect.columns import MANY
from support.engine_session import fetch, run, running, session

VALUES: dict[str, Sequence[object]] = {
    "bool": [True, False, None],
    "smallint": [-32768, 7, None],
    "bigint": [2**63 - 1, -(2**63), None],
    "float8": [1.5, float("inf"), -0.0, None],
    "real": [0.25, None],
    "text": ["", "it's \x1f \x1e {}", "e\u0301", None, "NULL"],
    "varchar(9)": ["short", None],
    "int": [None],
}


def pairs(count: int) -> str:
    return ", ".join(f"(${2 * i + 1}, ${2 * i + 2})" for i in range(count))


@pytest.mark.parametrize("type_", VALUES)
def test_many_parameters_are_the_values_of_few(type_: str) -> None:
    """The rows of one long INSERT are those of a row at a time."""
    values = VALUES[type_]
    rows = [(i, values[i % len(values)]) for i in range(MANY + 1)]

    async def work() -> None:
        async with running() as engine:
            one = session(engine)
            for name in ("long", "short"):
                await run(one, f"CREATE TABLE {name} (id int, v {type_})")
            flat = [value for row in rows for value in row]
            tag = await run(one, f"INSERT INTO long VALUES {pairs(len(rows))}", *flat)
            assert tag == [f"INSERT 0 {len(rows)}"]
            for row in rows[: len(values)]:
                await run(one, "INSERT INTO short VALUES ($1, $2)", *row)
            found = await run(one, "SELECT id, v FROM long ORDER BY id")
            assert len(found) == len(rows)
            short = await run(one, "SELECT id, v FROM short ORDER BY id")
            assert str(found[: len(values)]) == str(short)

    asyncio.run(work())


def test_other_parameters_keep_their_places() -> None:
    """Before, between and after those of a list, and one that the list holds, too."""
    listed = ", ".join(f"${i}" for i in range(2, MANY + 2))
    sql = f"SELECT $1::text, x, $3::int, x IN ({listed}), ${MANY + 2}::text"

    rows = " FROM generate_series(1, 3) r(x) WHERE x <> 1 ORDER BY x"

    async def work() -> None:
        async with running() as engine:
            one = session(engine)
            numbers = list(range(2, MANY + 2))
            found = await run(one, sql + rows, "a", *numbers, "z")
            assert found == [("a", x, 3, True, "z") for x in (2, 3)]

    asyncio.run(work())


def test_a_null_among_the_members_is_unknown() -> None:
    listed = ", ".join(f"${i}" for i in range(1, MANY + 1))

    async def work() -> None:
        async with running() as engine:
            one = session(engine)
            numbers = [None, *range(1, MANY)]
            sql = f"SELECT 1 IN ({listed}), -1 IN ({listed}), -1 NOT IN ({listed})"
            assert await run(one, sql, *numbers) == [(True, None, None)]

    asyncio.run(work())


def test_integers_of_several_sizes_are_one_list() -> None:
    """A client gives each its type by its size (int2, int4)."""
    rows = ", ".join(f"(${i})" for i in range(1, MANY + 1))
    oids = [types.INT2.oid if i % 3 else types.INT4.oid for i in range(MANY)]
    values = [i if i % 3 else i * 100_000 for i in range(MANY)]

    async def work() -> None:
        async with running() as engine:
            one = session(engine)
            await run(one, "CREATE TABLE t (a bigint)")
            (statement,) = one.statements(f"INSERT INTO t VALUES {rows}")
            prepared = await one.prepare(statement, oids)
            assert prepared.plan is not None and len(prepared.plan.given) == 1
            portal = await one.bind(prepared, values)
            assert await fetch(portal, None) == []
            await one.sync()
            found = await run(one, "SELECT a FROM t ORDER BY a")
            assert [a for (a,) in found] == sorted(values)

    asyncio.run(work())
