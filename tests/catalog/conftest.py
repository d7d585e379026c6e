"""PostgreSQL as the oracle: what it says of a statement, and what it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from support.postgres import PostgresServer

Refusal = tuple[str, str, int | None, str | None, str | None]
"""SQLSTATE, message, position, detail, hint."""


@pytest.fixture(scope="session")
def oracle(postgres: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres.dsn, autocommit=True, prepare_threshold=None) as connection:
        yield connection


@pytest.fixture(scope="session")
def refusal(oracle: psycopg.Connection[Any]) -> Callable[[str], Refusal | None]:
    """The error that PostgreSQL raises for a statement; None where it takes it."""

    def ask(sql: str) -> Refusal | None:
        try:
            oracle.execute(sql)
        except psycopg.Error as error:
            said = error.diag
            position = said.statement_position
            return (
                said.sqlstate or "",
                said.message_primary or "",
                int(position) if position else None,
                said.message_detail,
                said.message_hint,
            )
        finally:
            oracle.rollback()
        return None

    return ask
