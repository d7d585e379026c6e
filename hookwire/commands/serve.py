"""`hookwire serve`: the server."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import TYPE_CHECKING

from hookwire import __version__, logs
from hookwire.commands.arguments import Commands, add_command, add_settings, flags
from hookwire.memory import limit_memory
from hookwire.sources import CONFIG_VARIABLE, DEFAULT_FILE, load_config

if TYPE_CHECKING:
    from hookwire.app import App

DESCRIPTION = """\
Serve webhooks over HTTP and SQL over the PostgreSQL protocol.

Every setting can also be an environment variable (HOOKWIRE_SQL_PORT) or a key of the
configuration file (sql_port); a flag beats the environment, which beats the file.
Once both ports serve, three lines on stdout say where. SIGTERM or SIGINT lets what has begun
finish and then ends the server; a second one ends it at once.
"""
EXAMPLES = """\
examples:
  hookwire serve --data-dir /var/lib/hookwire --log-format json
  hookwire serve --data-dir :memory: --sql-port 0 --http-port 0
  hookwire serve --public-url https://hooks.example.com

exit codes:
  0 ended as asked   1 failure   2 bad setting   3 data directory in use   4 data cannot be used
"""


def register(commands: Commands) -> None:
    parser = add_command(
        commands, "serve", "Run the server.", _run, description=DESCRIPTION, examples=EXAMPLES
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help=f"Configuration file, TOML; also {CONFIG_VARIABLE}. [{DEFAULT_FILE}, if there is one]",
    )
    add_settings(parser)


def _run(arguments: argparse.Namespace) -> int:
    limit_memory()
    from hookwire.runner import (
        run,  # here, as it brings all parts: half a second for `hookwire sql`
    )

    config = load_config(flags(arguments), os.environ, file=arguments.config)
    logs.configure(config.log_format, config.log_level)
    return run(config, _serve)


async def _serve(app: App) -> None:
    print(ready_lines(app), flush=True)
    await asyncio.Event().wait()


def ready_lines(app: App) -> str:
    return f"hookwire {__version__} ready\n  SQL   {app.sql_url}\n  HTTP  {app.http_url}"
