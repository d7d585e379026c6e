"""How many files and sockets this process may have open, and whether that is enough."""

from __future__ import annotations

import logging
import sys

from hookwire.exits import ConfigError

log = logging.getLogger("hookwire.files")

OTHER_FILES = 200
"""Beside SQL sessions: the store, the journal, logs, and some webhook connections."""

WEBHOOK_SOCKETS = 4096
"""What is asked for webhooks beyond that; with fewer the server starts all the same."""


def allow_open_files(max_connections: int) -> None:
    """Raise the soft limit as far as it is of use. Raises ConfigError where even the hard limit
    leaves no room for the SQL sessions."""
    if sys.platform == "win32":
        return
    import resource  # POSIX only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = max_connections + OTHER_FILES
    wanted = needed + max_connections + WEBHOOK_SOCKETS
    if hard != resource.RLIM_INFINITY:
        if hard < needed:
            raise ConfigError(
                f"max_connections {max_connections} needs {needed} open files, and this process may"
                f" have {hard}: raise the limit (`ulimit -Hn`, LimitNOFILE= of a systemd unit) or"
                " lower --max-connections"
            )
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        log.debug("open files: %d, %d before", wanted, soft)
