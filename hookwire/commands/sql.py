"""`hookwire sql`: one script, run and printed, for shells and for people without psql."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable

import asyncpg

from hookwire import messages, tables
from hookwire.client import Answer, SqlClient
from hookwire.commands.arguments import Commands, add_command
from hookwire.commands.connecting import CLOSE_SECONDS, DEFAULT_URL, connect
from hookwire.exits import FAILURE, OK, ExitError
from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import Statement, split_statements

EXAMPLES = """\
examples:
  hookwire sql "SELECT count(*) FROM github"
  hookwire sql --format json "SELECT body FROM github LIMIT 5"
  hookwire sql < schema.sql
  hookwire sql --url postgresql://hookwire@127.0.0.1:7000/hookwire "SHOW SOURCES"

Statements run one after another, each in a transaction of its own; the first error ends it with
exit code 1.
"""
PRINTERS = {"table": tables.table, "json": tables.json_rows, "csv": tables.csv_rows}


def register(commands: Commands) -> None:
    parser = add_command(
        commands, "sql", "Run SQL on a server and print the answer.", _run, examples=EXAMPLES
    )
    parser.add_argument("sql", nargs="?", metavar="SQL", help="Statements. [read from stdin]")
    parser.add_argument(
        "--url", default=DEFAULT_URL, metavar="URL", help="Server to ask. [%(default)s]"
    )
    parser.add_argument(
        "--format", choices=PRINTERS, default="table", help="Form of the answer. [%(default)s]"
    )


def _run(arguments: argparse.Namespace) -> int:
    text: str = sys.stdin.read() if arguments.sql in (None, "-") else arguments.sql
    try:
        statements = split_statements(text)
    except SqlError as error:
        print(messages.of_error(error).told(text), file=sys.stderr)
        return FAILURE
    return asyncio.run(_ask_all(arguments.url, statements, PRINTERS[arguments.format]))


async def _ask_all(url: str, statements: list[Statement], printer: Callable[[Answer], str]) -> int:
    connection = await connect(url)
    connection.add_log_listener(_print_notice)
    client = SqlClient(connection)
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        connection.terminate()  # the server cancels what runs when its client has gone

    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
    try:
        for statement in statements:
            answer = await client.ask(statement.text)
            await asyncio.sleep(0)  # asyncpg hands notices over in the next turn of the loop
            if answer.columns or printer is tables.table:
                print(printer(answer), flush=True)
        await connection.close(timeout=CLOSE_SECONDS)
    except asyncpg.PostgresError as error:
        if interrupted:
            raise KeyboardInterrupt from None
        print(messages.of_server(error).told(statement.text), file=sys.stderr)
        return FAILURE
    except BrokenPipeError:
        raise  # of stdout: the reader has gone, not the server
    except (ConnectionError, TimeoutError, asyncpg.InterfaceError) as error:
        if interrupted:
            raise KeyboardInterrupt from None
        raise ExitError(f"the connection was lost: {error}") from None
    finally:
        connection.terminate()
    return OK


def _print_notice(connection: asyncpg.Connection, notice: asyncpg.PostgresLogMessage) -> None:
    print(messages.of_server(notice).told(), file=sys.stderr, flush=True)
