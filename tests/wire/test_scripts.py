"""Message-level scripts that PostgreSQL 15 and Hookwire must answer alike.

The answers in `scripts/*.wire` were recorded from PostgreSQL 15, and are held against it wherever
it is installed, so that they stay true.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer
from support.wire import WireClient, encode, play, read_script, terminate

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.wire"))


def _names(script: Path) -> str:
    return script.stem


@pytest.mark.parametrize("script", SCRIPTS, ids=_names)
def test_hookwire_answers_as_recorded(hookwire: HookwireProcess, script: Path) -> None:
    with WireClient(hookwire.sql_address) as client:
        client.login("hookwire", "hookwire")
        for answer, expected in play(client, read_script(script)):
            assert answer == expected


@pytest.mark.parametrize("script", SCRIPTS, ids=_names)
def test_postgresql_still_answers_as_recorded(postgres: PostgresServer, script: Path) -> None:
    with WireClient((postgres.host, postgres.port)) as client:
        client.login("postgres", "postgres")
        for answer, expected in play(client, read_script(script)):
            assert answer == expected


@pytest.mark.parametrize("size", [1, 7, 1_000_000], ids=["bytes", "pieces", "one write"])
@pytest.mark.parametrize("script", SCRIPTS, ids=_names)
def test_the_answers_do_not_depend_on_how_the_bytes_arrive(
    hookwire: HookwireProcess, script: Path, size: int
) -> None:
    """The whole script without waiting for an answer, a byte at a time or all at once."""
    steps = read_script(script)
    sent = b"".join(map(encode, chain.from_iterable(step.sent for step in steps))) + terminate()
    with WireClient(hookwire.sql_address) as client:
        client.login("hookwire", "hookwire")
        for start in range(0, len(sent), size):
            client.send(sent[start : start + size])
        for expected in chain.from_iterable(step.answers for step in steps):
            assert str(client.receive()) == expected
        assert client.receive() is None
