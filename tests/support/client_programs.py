"""Programs in other languages that use a client, run against PostgreSQL and against Hookwire.

Such a program prints a section for each feature, `== name` and then what the server answered, and
in place of that `FAILED ...` where the client could not go on. The two servers hold the same
tables (clients/programs/fixture.sql) and the same events: here a webhook source, there a table.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.hookwire_process import HookwireProcess, webhook_path
from support.postgres import PostgresServer

PROGRAMS = Path(__file__).parents[1] / "clients" / "programs"
SECONDS = 100

EVENTS_HERE = (
    "CREATE SOURCE shop.events FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS ('x-kind', 'x-tag')"
    " INCLUDE HEADER 'x-kind' AS kind INCLUDE RECEIVED_AT"
)
EVENTS_THERE = (
    "CREATE EXTENSION hstore; CREATE TABLE shop.events (body jsonb NOT NULL, headers hstore NOT"
    " NULL, kind text, received_at timestamptz NOT NULL)"
)
TAGS = ("t0", "", '"q" => ü', "t3", "t4")


@dataclass(frozen=True, slots=True)
class Shop:
    """The same database on both servers; user and database are called hookwire."""

    postgres: tuple[str, int]
    hookwire: tuple[str, int]

    @property
    def sides(self) -> Mapping[str, tuple[str, int]]:
        return {"postgres": self.postgres, "hookwire": self.hookwire}


def open_shop(postgres: PostgresServer, hookwire: HookwireProcess) -> Shop:
    postgres.psql("CREATE ROLE hookwire SUPERUSER LOGIN")
    postgres.new_database("hookwire")
    there = postgres.host, postgres.port
    fixture = (PROGRAMS / "fixture.sql").read_text()
    psql(there, fixture + EVENTS_THERE)
    psql(hookwire.sql_address, fixture + EVENTS_HERE)
    for number, tag in enumerate(TAGS):
        kind = ("push", "pull")[number % 2]
        body = json.dumps({"n": number, "user": {"login": f"u{number}"}})
        headers: list[tuple[str, str | bytes]] = [("x-kind", kind), ("x-tag", tag.encode())]
        reply = hookwire.request("POST", webhook_path("events", "shop"), body, headers)
        assert reply.status == 200
        kept = f"hstore(ARRAY['x-kind', '{kind}', 'x-tag', '{tag}'])"
        psql(there, f"INSERT INTO shop.events VALUES ('{body}', {kept}, '{kind}', now())")
    return Shop(there, hookwire.sql_address)


def psql(address: tuple[str, int], sql: str) -> str:
    """What psql prints, unaligned and without heads, for `sql`."""
    host, port = address
    command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
    command.append(f"postgresql://hookwire@{host}:{port}/hookwire")
    done = subprocess.run(command, input=sql, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True, slots=True)
class Answers:
    """The sections that a program printed for each server."""

    postgres: Mapping[str, str]
    hookwire: Mapping[str, str]

    def same(self, section: str) -> str:
        """What both servers answered; fails where they or the client differ."""
        expected, got = self.postgres[section], self.hookwire[section]
        assert expected.strip() and "FAILED" not in expected
        assert got == expected, "\n".join(difflib.ndiff(expected.splitlines(), got.splitlines()))
        return got


def answers(shop: Shop, command: Callable[[str, int], Sequence[str]], folder: Path) -> Answers:
    """Run a program once for each server."""
    return Answers(*(_sections(command(*address), folder) for address in shop.sides.values()))


def _sections(command: Sequence[str], folder: Path) -> Mapping[str, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    named = re.split(r"^== (.*)\n", done.stdout, flags=re.MULTILINE)[1:]
    assert named, done.stdout + done.stderr
    return dict(zip(named[::2], named[1::2], strict=True))
