"""Why the program ends before it has served, with the exit code that says so."""

from __future__ import annotations

from typing import ClassVar

OK = 0
FAILURE = 1


class ExitError(Exception):
    """The message is one plain sentence for the person who started the program."""

    exit_code: ClassVar[int] = FAILURE


class ConfigError(ExitError):
    """A setting or an argument cannot be."""

    exit_code = 2


class DataDirectoryInUseError(ExitError):
    """Another server holds the data directory."""

    exit_code = 3


class DataDirectoryError(ExitError):
    """The data directory cannot be read, written or trusted."""

    exit_code = 4
