"""Statements nested or repeated beyond reason: an answer or 54001, never a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from hookwire_catalog.errors import SqlError
from support.engine_session import run, running, session

DEEP: Mapping[str, str] = {
    "brackets": "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "open brackets": "SELECT " + "(" * 10_000,
    "calls": "SELECT " + "abs(" * 2000 + "1" + ")" * 2000,
    "signs": "SELECT " + "- " * 10_000 + "1",
    "negations": "SELECT " + "NOT " * 10_000 + "true",
    "sums": "SELECT " + "+".join(["1"] * 10_000),
    "casts": "SELECT 1" + "::int" * 10_000,
    "arrows": "SELECT '{}'::jsonb" + "->'a'" * 10_000,
    "subscripts": "SELECT a" + "[1]" * 10_000 + " FROM (SELECT ARRAY[1] AS a) q",
    "cases": "SELECT " + "CASE WHEN true THEN " * 3000 + "1" + " END" * 3000,
    "arrays": "SELECT " + "ARRAY[" * 3000 + "1" + "]" * 3000,
    "rows": "SELECT " + "ROW(" * 3000 + "1" + ")" * 3000,
    "queries": "SELECT * FROM " + "(SELECT * FROM " * 2000 + "(SELECT 1) x" + ") y" * 2000,
    "scalar queries": "SELECT " + "(SELECT " * 2000 + "1" + ")" * 2000,
    "unions": " UNION ALL ".join(["SELECT 1"] * 5000),
    "a view": "CREATE VIEW v AS SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "an explanation": "EXPLAIN SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "DuckDB's own": "FROM range(3) SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
}

LONG: Mapping[str, tuple[str, object]] = {
    "AND": ("SELECT " + " AND ".join(["true"] * 5000), True),
    "OR": ("SELECT " + " OR ".join(f"4999 = {i}" for i in range(5000)), True),
    "IN": ("SELECT 19999 IN (" + ",".join(map(str, range(20_000))) + ")", True),
    "VALUES": (
        "SELECT sum(a) FROM (VALUES " + ",".join(f"({i}, 'x')" for i in range(20_000)) + ") v (a)",
        199_990_000,
    ),
    "WITH": (
        "WITH a0 AS (SELECT 1 AS x), "
        + ", ".join(f"a{i} AS (SELECT * FROM a{i - 1})" for i in range(1, 300))
        + " SELECT x FROM a299",
        1,
    ),
}


def answers(statements: Iterable[str]) -> list[object]:
    """Of each statement the first value or the error; all in one session, which survives."""

    async def work() -> list[object]:
        found: list[object] = []
        async with running() as engine:
            one = session(engine)
            for sql in statements:
                try:
                    found.append((await run(one, sql))[0][0])
                except SqlError as error:
                    found.append(error)
                assert await run(one, "SELECT 'alive'") == [("alive",)]
        return found

    return asyncio.run(work())


def test_what_is_nested_too_deep_is_refused() -> None:
    states = [getattr(found, "sqlstate", found) for found in answers(DEEP.values())]
    assert dict(zip(DEEP, states, strict=True)) == dict.fromkeys(DEEP, "54001")


def test_at_every_depth_there_is_an_answer_or_54001() -> None:
    statements = [
        "SELECT " + before * depth + "1" + after * depth
        for depth in range(40, 400, 30)
        for before, after in (("(", ")"), ("abs(", ")"), ("(SELECT ", ")"), ("- ", ""))
    ]
    for found in answers(statements):
        assert getattr(found, "sqlstate", found) in (1, "54001")


def test_what_is_only_long_is_answered() -> None:
    found = answers(sql for sql, _ in LONG.values())
    assert dict(zip(LONG, found, strict=True)) == {name: right for name, (_, right) in LONG.items()}
