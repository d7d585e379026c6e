"""The demo against a running server."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import asyncpg

from hookwire import __version__, messages, tables
from hookwire.client import Answer, SqlClient
from hookwire.demo import signing
from hookwire.demo.events import Event, make_events
from hookwire.demo.questions import QUESTIONS, SECRETS, SOURCES
from hookwire.demo.sending import Progress, megabytes, path, send
from hookwire.exits import ExitError

if TYPE_CHECKING:
    from hookwire.app import App


async def run_demo(app: App, *, keep_serving: bool) -> None:
    """Returns after the answers, or never with `keep_serving`. Raises ExitError."""
    print(f"hookwire {__version__} serves webhooks at {app.http_url} and SQL at {app.sql_url}\n")
    async with _connected(app) as client:
        for statement in SECRETS:
            await _ask(client, statement)
        print("Three secrets, and three sources that are validated with them, made over SQL:\n")
        for statement in SOURCES:
            print(f"{statement};\n{(await _ask(client, statement)).status}\n")
        await _send_events(app, make_events(datetime.now(UTC)))
        for question in QUESTIONS:
            answer = await _ask(client, question.sql)
            print(f"-- {question.title}\n{question.sql};\n\n{tables.table(answer)}\n")
    print(_next_steps(app), flush=True)
    if keep_serving:
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def _connected(app: App) -> AsyncIterator[SqlClient]:
    try:
        connection = await asyncpg.connect(app.sql_url, password=app.password or None)
    except (OSError, asyncpg.PostgresError) as error:
        raise ExitError(f"the demo cannot connect to its server: {error}") from error
    try:
        yield SqlClient(connection)
    finally:
        await connection.close()


async def _ask(client: SqlClient, statement: str) -> Answer:
    try:
        return await client.ask(statement)
    except asyncpg.PostgresError as error:
        told = messages.of_server(error).told(statement)
        raise ExitError(f"a statement of the demo failed\n{statement}\n{told}") from error


async def _send_events(app: App, events: Sequence[Event]) -> None:
    print(f"{len(events)} signed events, sent over HTTP:\n")
    progress, began = Progress(len(events), sys.stdout), time.monotonic()
    await send(app.http_address, events, progress)
    seconds, rows = time.monotonic() - began, sum(event.rows for event in events)
    print(
        f"  {len(events)} events are {rows} rows, {megabytes(progress.bytes)} in {seconds:.2f} s;"
        " each was on disk before it was answered 200\n"
    )


_STAR = '{"action": "created", "starred_at": "now"}'


def _next_steps(app: App) -> str:
    url = urljoin(app.http_url, path("github"))
    return f"""\
What to try next:

  psql {app.sql_url}
  curl -X POST {url} \\
       -H 'X-GitHub-Event: star' -H 'Content-Type: application/json' \\
       -H 'X-Hub-Signature-256: {signing.github(_STAR.encode())}' \\
       -d '{_STAR}'
  psql {app.sql_url} \\
       -c "SELECT event, body FROM github WHERE event = 'star'"

Connection string for pandas, Grafana, DBeaver and the like:

  {app.sql_url}
"""
