"""One expression, three times: as a CHECK, on PostgreSQL 15, and by our own SELECT."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import psycopg

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.checks import compile_check
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.query.session import Session
from support.engine_session import run, running, session
from support.postgres import PostgresServer

NOW_US = 1_767_323_045_678_000
"""2026-01-02 03:04:05.678+00."""
NOW = "timestamptz '2026-01-02 03:04:05.678+00'"
ERROR = "an error"


def quoted(text: str) -> str:
    """A literal that means `text` to every side."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Given:
    """What the inputs of an expression are."""

    body: str = "The body, of 26 characters"
    headers: dict[str, str] = field(default_factory=lambda: {"x-a": "1", "x-b": "t=5,v1=ab,v1=cd"})
    secret: str = "k3y"
    method: str = "POST"

    def request(self) -> WebhookRequest:
        return WebhookRequest(
            tuple(self.headers.items()),
            self.body.encode(),
            NOW_US,
            method=self.method,
            path="/api/webhook/hookwire/public/s",
            query="a=1&b=two",
            remote_address="10.1.2.3",
        )

    def table(self) -> str:
        """The inputs as a row of a SELECT."""
        pairs = ", ".join(f"{quoted(k)}, {quoted(v)}" for k, v in self.headers.items())
        return (
            f"(SELECT {quoted(self.body)}::text AS body, {quoted(self.secret)}::text AS secret,"
            f" {quoted(self.method)}::text AS method, {NOW} AS received_at,"
            f" hstore(ARRAY[{pairs}]) AS headers) AS request"
        )


def accepted(expression: str, given: Given | None = None) -> bool:
    """What a CHECK with all of the inputs says."""
    given = given or Given()
    text = (
        "CHECK (WITH (HEADERS, BODY, SECRET s AS secret, METHOD, RECEIVED_AT, URL, PATH, QUERY,"
        f" FORM, REMOTE_ADDRESS) ({expression}) AND method IS NOT NULL)"
    )
    check = compile_check(text, {"s": "s"})
    return check.evaluate(given.request(), {"s": [given.secret.encode()]}, NOW_US)


def gives(expression: str, text: str | None, given: Given | None = None) -> bool:
    """Whether `expression`, as text, is `text` to a CHECK; ERROR asks whether it is an error."""
    if text == ERROR:
        # True whatever the value is, so that only an error makes it false.
        return not accepted(f"(({expression})::text IS NULL) IS NOT NULL", given)
    wanted = "NULL" if text is None else quoted(text)
    return accepted(f"({expression})::text IS NOT DISTINCT FROM {wanted}", given)


class Postgres:
    def __init__(self, server: PostgresServer) -> None:
        self.connection = psycopg.connect(server.dsn, autocommit=True)
        for extension in ("hstore", "pgcrypto"):
            self.connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET statement_timeout = '10s'")

    def answer(self, expression: str, given: Given | None = None) -> tuple[str | None, str]:
        """The text of the value, or ERROR; and the SQLSTATE."""
        given = given or Given()
        written = expression.replace("now()", NOW)
        sql = f"SELECT ({written})::text FROM {given.table()}"
        try:
            row = self.connection.execute(sql.encode()).fetchone()
        except psycopg.Error as error:
            return ERROR, error.sqlstate or ""
        assert row is not None
        return row[0], ""

    def failure(self, expression: str) -> psycopg.Error | None:
        try:
            self.connection.execute(f"SELECT 1 FROM {Given().table()} WHERE {expression}".encode())
        except psycopg.Error as error:
            return error
        return None


class OwnSelect:
    """A session of an engine, as a client has it."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._opening = running()
        self._session = runner.run(self._open())

    async def _open(self) -> Session:
        return session(await self._opening.__aenter__(), TimeZone="UTC")

    def close(self) -> None:
        self._runner.run(self._opening.__aexit__(None, None, None))

    def answer(self, expression: str, given: Given | None = None) -> tuple[str | None, str]:
        """As `Postgres.answer`."""
        written = expression.replace("now()", NOW)
        sql = f"SELECT ({written})::text FROM {(given or Given()).table()}"
        try:
            rows = self._runner.run(run(self._session, sql))
        except SqlError as error:
            return ERROR, error.sqlstate
        return rows[0][0], ""


def refusal(expression: str) -> SqlError | None:
    """The error that a CHECK of `expression` is refused with."""
    try:
        accepted(expression)
    except SqlError as error:
        return error
    return None
