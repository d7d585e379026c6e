"""Why a request did not arrive, as a person finds out in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from support.hookwire_process import HookwireProcess, webhook_path

PLANTED = "planted-4c1f"
CREDENTIALS = {
    "Authorization": f"Bearer {PLANTED}",
    "Cookie": f"session={PLANTED}",
    "X-Api-Key": PLANTED,
    "X-Hub-Signature-256": f"sha256={PLANTED}",
    "X-Unheard-Of": PLANTED,
    "X-GitHub-Event": "push",
}


@pytest.fixture(scope="module")
def door(hookwire: HookwireProcess) -> Iterator[HookwireProcess]:
    hookwire.psql("CREATE SOURCE refusing FROM WEBHOOK BODY FORMAT JSON")
    yield hookwire
    hookwire.psql("DROP SOURCE refusing")


def rejected(door: HookwireProcess, where: str) -> dict[str, object]:
    """The newest rejection."""
    found = door.psql(
        "SELECT to_json(r) FROM hookwire.webhook_rejections r"
        f" WHERE {where} ORDER BY id DESC LIMIT 1"
    )
    row: dict[str, object] = json.loads(found)
    return row


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "cause", "source"),
    [
        ("POST", webhook_path("refusing"), {}, b"{", 400, "UNPARSABLE_BODY", "refusing"),
        ("POST", webhook_path("refusing"), {}, b"1" * 20_000, 413, "PAYLOAD_TOO_LARGE",
         "refusing"),
        ("POST", webhook_path("refusing"), {"Content-Encoding": "rot13"}, b"{}", 415,
         "UNSUPPORTED_ENCODING", "refusing"),
        ("DELETE", webhook_path("refusing"), {}, b"", 405, "UNSUPPORTED_METHOD", None),
        ("POST", webhook_path("not_there"), {}, b"{}", 404, "UNKNOWN_SOURCE", None),
    ],
)  # fmt: skip
def test_each_cause(
    door: HookwireProcess,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    cause: str,
    source: str | None,
) -> None:
    reply = door.request(method, path, body, list(headers.items()))
    assert reply.status == status
    row = rejected(door, f"cause = '{cause}'")
    assert (row["status"], row["method"], row["path"]) == (status, method, path)
    assert row["source"] == source
    assert row["remote_address"] == "127.0.0.1"


def test_no_credential_is_shown(door: HookwireProcess) -> None:
    body = f'{{"token": "{PLANTED}", '.encode()
    door.request(
        "POST", webhook_path("refusing") + f"?key={PLANTED}", body, list(CREDENTIALS.items())
    )
    everything = door.psql(
        "SELECT r, convert_from(body, 'UTF8') FROM hookwire.webhook_rejections r"
    )
    assert PLANTED not in everything
    row = rejected(door, "query IS NOT NULL")
    headers = row["headers"]
    assert isinstance(headers, dict)
    assert row["query"] == "key=***"
    assert (headers["authorization"], headers["x-github-event"]) == ("***", "push")


def test_statistics_join_with_sources(door: HookwireProcess) -> None:
    counted = (
        "SELECT accepted, (rejected_by_cause->>'UNPARSABLE_BODY')::int, p99_seconds > 0"
        " FROM hookwire.webhook_statistics s JOIN mz_sources m ON m.id = s.id"
        " WHERE m.name = 'refusing'"
    )
    door.request("POST", webhook_path("refusing"), b"{}")
    door.request("POST", webhook_path("refusing"), b"[")
    accepted, unparsable, timed = door.psql(counted).split("|")
    door.request("POST", webhook_path("refusing"), b"{}")
    door.request("POST", webhook_path("refusing"), b"[")
    assert door.psql(counted) == f"{int(accepted) + 1}|{int(unparsable) + 1}|t"
    assert timed == "t"


def test_rows_of_a_dropped_source_go(door: HookwireProcess) -> None:
    door.psql("CREATE SOURCE passing FROM WEBHOOK BODY FORMAT JSON")
    door.request("POST", webhook_path("passing"), b"{")
    count = "SELECT count(*) FROM hookwire.webhook_rejections WHERE source = 'passing'"
    assert door.psql(count) == "1"
    door.psql("DROP SOURCE passing")
    assert door.psql(count) == "0"
