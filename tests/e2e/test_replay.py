"""`hookwire check --replay`: would what was refused pass now?"""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from support.hookwire_process import HookwireProcess, child_environment, webhook_path

RIGHT, WRONG, OTHER = "planted-right-1a", "planted-wrong-2b", "planted-other-3c"
BODY = b'{"action": "opened", "note": "planted-note"}'
OPAQUE = {
    "outcome": "rejected",
    "status": 401,
    "cause": "VALIDATION_FAILED",
    "response_body": "failed to validate the request",
    "response_headers": {"content-type": "text/plain; charset=utf-8"},
}
ACCEPTED = {
    "outcome": "accepted",
    "status": 200,
    "cause": None,
    "response_body": "",
    "response_headers": {},
}


@pytest.fixture
def door(hookwire: HookwireProcess) -> Iterator[HookwireProcess]:
    """A source that was given the wrong secret."""
    hookwire.psql(f"CREATE SECRET gh AS '{WRONG}'")
    hookwire.psql(
        "CREATE SOURCE forge FROM WEBHOOK BODY FORMAT JSON VALIDATE GITHUB (SECRET gh)"
    )
    yield hookwire
    hookwire.psql("DROP SOURCE forge")
    hookwire.psql("DROP SECRET gh")


def send(door: HookwireProcess, secret: str) -> int:
    """A refused request; its id in the list of rejections."""
    signature = hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()
    headers = [("X-Hub-Signature-256", f"sha256={signature}"), ("Authorization", OTHER)]
    assert door.request("POST", webhook_path("forge"), BODY, headers).status == 401
    newest = "SELECT max(id) FROM hookwire.webhook_rejections WHERE cause = 'VALIDATION_FAILED'"
    return int(door.psql(newest))


def check(
    door: HookwireProcess, *arguments: str, fails: int = 0
) -> tuple[list[dict[str, Any]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "hookwire", "check", "--url", door.sql_dsn, *arguments],
        capture_output=True, text=True, check=False, env=child_environment(),
    )  # fmt: skip
    assert done.returncode == fails, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def test_a_changed_secret_lets_in_what_it_signed(door: HookwireProcess) -> None:
    first, second = send(door, RIGHT), send(door, OTHER)
    assert check(door, "--replay", str(first))[0] == [{"id": first, **OPAQUE}]
    door.psql(f"ALTER SECRET gh AS '{RIGHT}'")
    assert check(door, "--replay", str(first))[0] == [{"id": first, **ACCEPTED}]
    expected = [{"id": first, **ACCEPTED}, {"id": second, **OPAQUE}]
    assert check(door, "--all", "--source", "forge")[0] == expected
    assert check(door, "--all", "--source", 'public."forge"')[0] == expected
    assert check(door, "--all")[0][-2:] == expected
    assert door.psql("SELECT count(*) FROM forge") == "0"


def test_nothing_of_the_request_is_told(door: HookwireProcess) -> None:
    send(door, RIGHT)
    door.psql(f"ALTER SECRET gh AS '{RIGHT}'")
    printed = check(door, "--all", "--source", "forge")[1]
    listed = door.psql("SELECT v FROM hookwire.webhook_rejection_verdicts v")
    digest = hmac.new(RIGHT.encode(), BODY, hashlib.sha256).hexdigest()
    for text in (printed, listed):
        assert "accepted" in text
        assert "planted" not in text and digest not in text


def test_requests_of_a_dropped_source_are_not_judged(hookwire: HookwireProcess) -> None:
    hookwire.psql("CREATE SOURCE gone FROM WEBHOOK BODY FORMAT TEXT CHECK (WITH (BODY) body = 'x')")
    assert hookwire.request("POST", webhook_path("gone"), b"y").status == 401
    count = "SELECT count(*) FROM hookwire.webhook_rejection_verdicts WHERE source = 'gone'"
    assert hookwire.psql(count) == "1"
    hookwire.psql("DROP SOURCE gone")
    assert hookwire.psql(count) == "0"


def test_what_is_not_there(door: HookwireProcess) -> None:
    assert "the request of rejection 1 is not kept" in check(door, "--replay", "1", fails=1)[1]
    assert 'source "nope" does not exist' in check(door, "--all", "--source", "nope", fails=1)[1]
