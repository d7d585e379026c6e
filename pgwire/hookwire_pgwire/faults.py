"""Any exception to what the client is told; the door's only place that decides it."""

from __future__ import annotations

import logging
import secrets

from hookwire_catalog.errors import InternalError, SqlError

log = logging.getLogger("hookwire.pgwire")


class FatalError(Exception):
    """The connection must end, after its client was told `error`."""

    def __init__(self, error: SqlError) -> None:
        super().__init__(error.message)
        self.error = error


class ClientGoneError(Exception):
    """The connection is no more; there is nobody to tell."""


def as_sql_error(error: Exception, start: int = 0) -> SqlError:
    """The SqlError for `error`, its position moved by `start` characters.

    A SqlError stands for itself. Anything else is a fault of ours: the client gets XX000 and an
    id, the log gets the id and the traceback.
    """
    if isinstance(error, SqlError):
        if error.position is not None:
            error.position += start
        return error
    fault = secrets.token_hex(6)
    log.error("internal error %s", fault, exc_info=error)
    return InternalError("internal error", detail=f"The server's log has the cause under {fault}.")
