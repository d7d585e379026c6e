"""`hookwire check`: what the server would say to captured requests, without a server."""

from __future__ import annotations

import argparse
import sys

from hookwire.commands.arguments import Commands, add_command

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
"""
EXAMPLES = """\
examples:
  hookwire check < captured.jsonl
  tail -f captured.jsonl | hookwire check | grep -v '"accepted"'
"""


def register(commands: Commands) -> None:
    add_command(
        commands, "check", "Say whether captured requests pass a check.", _run,
        description=DESCRIPTION, examples=EXAMPLES,
    )  # fmt: skip


def _run(arguments: argparse.Namespace) -> int:
    from hookwire.commands.dry_run import check_lines  # here, as it brings cryptography

    return check_lines(sys.stdin.buffer, sys.stdout.buffer)
