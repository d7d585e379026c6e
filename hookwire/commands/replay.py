"""`hookwire check --replay` and `--all`: refused requests before their source as it is now.

The server keeps the requests and judges; this asks for its verdicts and prints them.
"""

from __future__ import annotations

import asyncio
from typing import Any, BinaryIO

import asyncpg
import orjson

from hookwire import messages
from hookwire.client import SqlClient, Value
from hookwire.commands.connecting import CLOSE_SECONDS, connect
from hookwire.exits import FAILURE, OK, ExitError

_VERDICTS = """
SELECT id, outcome, status, cause, response_body, response_headers
FROM hookwire.webhook_rejection_verdicts
WHERE ($1::bigint IS NULL OR id = $1) AND ($2::text IS NULL OR source_id = $2)
ORDER BY id
"""
_SOURCE_ID = "SELECT id FROM mz_catalog.mz_sources WHERE oid = to_regclass($1::text)::oid"


def replay(url: str, rejection: int | None, source: str | None, out: BinaryIO) -> int:
    """Print a line for each; without `rejection` for all that are kept, of `source` if given.

    The exit code is 1 if one was not judged. Raises ExitError.
    """
    rows = asyncio.run(_verdicts(url, rejection, source))
    if rejection is not None and not rows:
        raise ExitError(f"the request of rejection {rejection} is not kept")
    answers = [_answer(row) for row in rows]
    for answer in answers:
        out.write(orjson.dumps(answer) + b"\n")
    out.flush()
    return FAILURE if any("error" in answer for answer in answers) else OK


async def _verdicts(
    url: str, rejection: int | None, source: str | None
) -> tuple[tuple[Value, ...], ...]:
    connection = await connect(url)
    client = SqlClient(connection)
    try:
        source_id = None if source is None else await _source_id(client, source)
        answer = await client.ask(_VERDICTS, rejection, source_id)
        await connection.close(timeout=CLOSE_SECONDS)
        return answer.rows
    except asyncpg.PostgresError as error:
        raise ExitError(messages.of_server(error).text) from None
    except (ConnectionError, TimeoutError, asyncpg.InterfaceError) as error:
        raise ExitError(f"the connection was lost: {error}") from None
    finally:
        connection.terminate()


async def _source_id(client: SqlClient, source: str) -> Value:
    rows = (await client.ask(_SOURCE_ID, source)).rows
    if not rows:
        raise ExitError(f'source "{source}" does not exist')
    return rows[0][0]


def _answer(row: tuple[Value, ...]) -> dict[str, Any]:
    id_, outcome, status, cause, body, headers = row
    if outcome is None or status is None:
        return {"id": int(id_ or 0), "error": "not judged: the checks of the others took too long"}
    return {
        "id": int(id_ or 0),
        "outcome": outcome,
        "status": int(status),
        "cause": cause,
        "response_body": bytes.fromhex((body or "").removeprefix("\\x")).decode("utf-8", "replace"),
        "response_headers": orjson.loads(headers or "{}"),
    }
