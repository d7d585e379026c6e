"""INSERT, UPDATE and DELETE: what they return, and what they leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.dialect import Pair, lines

STATEMENTS = lines(Path(__file__).parent / "statements" / "changes.sql")


@pytest.mark.parametrize("sql", STATEMENTS)
def test_change_is_that_of_postgres(pair: Pair, sql: str) -> None:
    sides = (pair.postgres, pair.translated)
    for side in sides:
        side.execute("begin")
    try:
        expected, found = (side.answer(sql) for side in sides)
        assert found == expected
        for table in ("dep", "ev"):
            after = f"select * from {table} order by 1, 2"
            assert pair.translated.answer(after) == pair.postgres.answer(after)
    finally:
        for side in sides:
            side.execute("rollback")
