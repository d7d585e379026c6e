"""`hookwire demo`: a server, real events, answers, and what to try next."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hookwire import logs
from hookwire.commands.arguments import Commands, add_command, add_settings, flags
from hookwire.demo.run import run_demo
from hookwire.memory import limit_memory
from hookwire.sources import flags_only

DESCRIPTION = """\
Start a server, make three sources, send them 200 signed events of GitHub, Stripe and Segment over
HTTP, and query them over the PostgreSQL protocol. Then keep serving until Ctrl-C.

Without --data-dir everything goes into a temporary folder that is removed at the end. The demo
reads neither the environment nor a configuration file.
"""
EXAMPLES = """\
examples:
  hookwire demo
  hookwire demo --data-dir ./demo-data
  hookwire demo --sql-port 0 --http-port 0 --exit-after
"""
SETTINGS = ("data_dir", "sql_port", "http_port", "log_format", "log_level")
DEFAULTS = {"data_dir": "a temporary folder", "log_level": "warning"}


def register(commands: Commands) -> None:
    parser = add_command(
        commands, "demo", "See it work, in one command.", _run,
        description=DESCRIPTION, examples=EXAMPLES,
    )  # fmt: skip
    add_settings(parser, SETTINGS, DEFAULTS)
    parser.add_argument(
        "--exit-after", action="store_true", help="End after the answers instead of serving on."
    )


def _run(arguments: argparse.Namespace) -> int:
    limit_memory()
    from hookwire.runner import run  # see serve.py

    given = flags(arguments)
    given["log_level"] = given["log_level"] or DEFAULTS["log_level"]
    with _data_dir(given["data_dir"]) as given["data_dir"]:
        config = flags_only(given)
        logs.configure(config.log_format, config.log_level)
        return run(config, partial(run_demo, keep_serving=not arguments.exit_after))


@contextlib.contextmanager
def _data_dir(given: str | None) -> Iterator[str]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="hookwire-demo-") as folder:
        yield str(Path(folder) / "data")
