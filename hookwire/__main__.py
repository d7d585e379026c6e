"""`hookwire <command>`; `python -m hookwire` is the same."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from hookwire import __version__
from hookwire.commands import check, demo, serve, sql
from hookwire.commands.arguments import add_command
from hookwire.exits import FAILURE, OK, ConfigError, ExitError

DESCRIPTION = "Webhooks in, SQL out, over the Postgres wire."
EPILOG = """\
examples:
  hookwire demo                                  see it work: a server, events, answers
  hookwire serve                                 serve what is in ./hookwire-data
  hookwire sql "SHOW SOURCES"                    ask a running server
  psql postgresql://hookwire@127.0.0.1:6875/hookwire

`hookwire <command> --help` tells more about a command.
"""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message} (see {self.prog} --help)")


def build_parser() -> Parser:
    parser = Parser(
        prog="hookwire",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"hookwire {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="<command>")
    for module in (serve, demo, sql, check):
        module.register(commands)
    add_command(commands, "version", "Print the version.", _version)
    return parser


def _version(arguments: argparse.Namespace) -> int:
    print(f"hookwire {__version__}")
    return OK


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 well, 1 failure, 2 bad usage, 3 data in use, 4 data cannot be used."""
    parser = build_parser()
    try:
        parsed = parser.parse_args(arguments)
        if parsed.command is None:
            parser.print_help()
            return OK
        code: int = parsed.run(parsed)
        return code
    except ExitError as error:
        print(f"hookwire: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader has gone (`hookwire sql ... | head`); keep the flush at exit from saying so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
