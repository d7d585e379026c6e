"""The connection of a command to a server."""

from __future__ import annotations

import os
import sys
from getpass import getpass

import asyncpg

from hookwire.config import DATABASE, USER, Config
from hookwire.exits import ConfigError, ExitError

CONNECT_SECONDS = 10
CLOSE_SECONDS = 5
DEFAULT_URL = f"postgresql://{USER}@{Config().host}:{Config().sql_port}/{DATABASE}"


async def connect(url: str) -> asyncpg.Connection:
    """With the URL's password, PGPASSWORD or ~/.pgpass, as psql does; a terminal is asked for one
    that is missing. Raises ExitError."""
    try:
        try:
            return await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        except asyncpg.InvalidPasswordError:
            if "PGPASSWORD" in os.environ or not sys.stdin.isatty():
                raise
        password = getpass("Password: ")
        return await asyncpg.connect(url, password=password, timeout=CONNECT_SECONDS)
    except asyncpg.PostgresError as error:
        raise ExitError(f"the server refused: {error}") from None
    except (OSError, TimeoutError) as error:
        raise ExitError(f"cannot connect: {error or 'no answer'}") from None
    except (ValueError, asyncpg.InterfaceError) as error:
        raise ConfigError(f"--url: {error}") from None
