"""What is wrong with the data of a COPY FROM."""

from __future__ import annotations

from hookwire_catalog.errors import SqlError

SHOWN = 100
"""How many characters of a bad value an error shows (MAX_COPY_DATA_DISPLAY)."""


class BadCopyFileFormat(SqlError):
    sqlstate = "22P04"


def placed(error: SqlError, table: str, line: int, column: str = "", value: str = "") -> SqlError:
    """The error with the place in the data."""
    if error.context is None:
        place = f"COPY {table}, line {line}"
        if column:
            short = value if len(value) <= SHOWN else value[:SHOWN] + "..."
            place += f', column {column}: "{short}"'
        error.context = place
    return error
