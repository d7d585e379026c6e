"""`hookwire check`: what a source would say to captured or to refused requests."""

from __future__ import annotations

import argparse
import sys

from hookwire.commands.arguments import Commands, add_command
from hookwire.commands.connecting import DEFAULT_URL
from hookwire.commands.replay import replay
from hookwire.exits import ConfigError

DESCRIPTION = """\
Read requests from stdin, one JSON object a line, and print for each what becomes of it.

in:   {"id", "recipe": "GITHUB" | null, "options": {}, "check": "<expression>" | null,
       "secrets": {"name": "value"}, "method", "url", "headers": {..} or [[k, v], ..],
       "body" or "body_b64", "now": seconds since 1970}
out:  {"id", "outcome": "accepted" | "handshake" | "rejected", "status", "cause",
       "response_body", "response_headers"}

One of recipe and check is needed. Secrets are given to the recipe in their order; a list of values
is a secret in rotation. The body is what the check sees, after any Content-Encoding. Among the
options, max_body_bytes is the source's. A line that cannot be run gives {"id", "line", "error"},
the others go on, and the exit code is 1.

With --replay or --all the requests are those that a running server has refused because of their
source's check or recipe, and are judged by what the source says now, as of when they came. `id` is
that of hookwire.webhook_rejections; nothing is stored.
"""
EXAMPLES = """\
examples:
  hookwire check < captured.jsonl
  tail -f captured.jsonl | hookwire check | grep -v '"accepted"'
  hookwire check --replay 1764064000000000
  hookwire check --all --source github
"""


def register(commands: Commands) -> None:
    parser = add_command(
        commands, "check", "Say whether captured or refused requests pass a check.", _run,
        description=DESCRIPTION, examples=EXAMPLES,
    )  # fmt: skip
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--replay", type=_id, metavar="ID", help="A rejection of a running server."
    )
    which.add_argument(
        "--all", action="store_true", help="All rejections that a running server can judge again."
    )
    parser.add_argument("--source", metavar="NAME", help="With --all: those of this source.")
    parser.add_argument("--url", metavar="URL", help=f"Server to ask. [{DEFAULT_URL}]")


def _id(text: str) -> int:
    if not text.isdecimal() or int(text) >= 1 << 63:
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a rejection")
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    if arguments.replay is not None or arguments.all:
        return _replay(arguments)
    if arguments.source is not None or arguments.url is not None:
        raise ConfigError("--source and --url go with --all or --replay")
    from hookwire.commands.dry_run import check_lines  # here, as it brings cryptography

    return check_lines(sys.stdin.buffer, sys.stdout.buffer)


def _replay(arguments: argparse.Namespace) -> int:
    if arguments.replay is not None and arguments.source is not None:
        raise ConfigError("--source goes with --all")
    url = arguments.url or DEFAULT_URL
    return replay(url, arguments.replay, arguments.source, sys.stdout.buffer)
