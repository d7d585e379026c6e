"""Validated sources as senders and operators meet them: psql on one side, HTTP on the other."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from http.client import HTTPConnection
from types import MappingProxyType

import pytest

from support.hookwire_process import HookwireProcess, PsqlError, webhook_path
from support.load import Reply

BODY = b'{"zen": "Keep it simple."}'
OPAQUE = "failed to validate the request"


def sign(key: str, body: bytes = BODY) -> str:
    return hmac.new(key.encode(), body, "sha256").hexdigest()


def github(key: str) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + sign(key)}


def post(
    server: HookwireProcess,
    source: str,
    headers: Mapping[str, str] = MappingProxyType({}),
    body: bytes = BODY,
) -> Reply:
    return server.request("POST", webhook_path(source), body, tuple(headers.items()))


def count(server: HookwireProcess, source: str) -> int:
    return int(server.psql(f"SELECT count(*) FROM {source}"))


@pytest.fixture(scope="module")
def server(hookwire: HookwireProcess) -> HookwireProcess:
    hookwire.psql(
        "CREATE SECRET gh AS 'one'; CREATE SECRET token AS 'tok-en';"
        "CREATE SOURCE github FROM WEBHOOK BODY FORMAT JSON VALIDATE GITHUB (SECRET gh);"
        "CREATE SOURCE meta FROM WEBHOOK BODY FORMAT JSON"
        " VALIDATE META (SECRET gh, SECRET token);"
        "CREATE SOURCE checked FROM WEBHOOK BODY FORMAT TEXT CHECK ("
        " WITH (HEADERS, BODY BYTES, SECRET gh BYTES)"
        " headers['x-sign'] = encode(hmac(body, gh, 'sha256'), 'hex'))"
    )
    return hookwire


@pytest.mark.parametrize("more", [{}, {"Origin": "https://a.example"}], ids=["lane", "full stack"])
def test_only_what_is_signed_becomes_a_row(server: HookwireProcess, more: dict[str, str]) -> None:
    for source, headers in (("github", github("one")), ("checked", {"X-Sign": sign("one")})):
        before = count(server, source)
        assert post(server, source, headers | more).status == 200
        (name, value), *_ = headers.items()
        for wrong in ({}, {name: value[:-1] + "x"}, {name: ""}, github("two"), {name: "é"}):
            reply = post(server, source, wrong | more)
            assert (reply.status, reply.text) == (401, OPAQUE)
        assert post(server, source, headers | more, BODY + b" ").status == 401
        assert count(server, source) == before + 1


def test_a_problem_document_says_no_more(server: HookwireProcess) -> None:
    reply = post(server, "github", {"Accept": "application/json"})
    assert reply.status == 401
    assert json.loads(reply.text)["detail"] == OPAQUE


@pytest.mark.parametrize("origin", [None, "https://a.example"], ids=["lane", "full stack"])
def test_a_signature_that_is_sent_twice_is_400(server: HookwireProcess, origin: str | None) -> None:
    before = count(server, "github")
    connection = HTTPConnection(*server.http_address, timeout=20)
    connection.putrequest("POST", webhook_path("github"))
    for value in ("sha256=00", *github("one").values()):
        connection.putheader("X-Hub-Signature-256", value)
    connection.putheader("Content-Length", str(len(BODY)))
    if origin is not None:
        connection.putheader("Origin", origin)
    connection.endheaders(BODY)
    assert connection.getresponse().status == 400
    connection.close()
    assert count(server, "github") == before


def test_handshakes_are_answered_and_become_no_rows(server: HookwireProcess) -> None:
    path = webhook_path("meta") + "?hub.mode=subscribe&hub.challenge=1158&hub.verify_token="
    reply = server.request("GET", path + "tok-en")
    assert (reply.status, reply.text) == (200, "1158")
    assert server.request("GET", path + "wrong").status == 401
    reply = server.request("GET", webhook_path("meta"))
    assert reply.status == 405
    assert {"POST", "PUT", "GET"} <= set(reply.headers["allow"].replace(",", " ").split())
    assert count(server, "meta") == 0


def test_a_validated_body_that_is_no_json_is_400(server: HookwireProcess) -> None:
    headers = {"X-Hub-Signature-256": "sha256=" + sign("one", b"{")}
    assert post(server, "github", headers, b"{").status == 400
    assert post(server, "github", {}, b"{").status == 401


def test_rotation_takes_effect_with_the_next_request(server: HookwireProcess) -> None:
    server.psql(
        "CREATE SECRET turning AS 'old';"
        "CREATE SOURCE turning FROM WEBHOOK BODY FORMAT JSON VALIDATE GITHUB (SECRET turning)"
    )

    def statuses() -> list[int]:
        return [post(server, "turning", github(k)).status for k in ("old", "new")]

    assert statuses() == [200, 401]
    server.psql("ALTER SECRET turning ADD 'new'")
    assert statuses() == [200, 200]
    server.psql("ALTER SECRET turning RETIRE PREVIOUS")
    assert statuses() == [401, 200]
    server.psql("BEGIN; ALTER SECRET turning AS 'old'; ROLLBACK")
    assert statuses() == [401, 200]
    server.psql("ALTER SECRET turning RENAME TO turned; ALTER SECRET turned AS 'old'")
    assert statuses() == [200, 401]
    server.psql("ALTER SOURCE turning DROP CHECK")
    assert statuses() == [200, 200]


def test_psql_points_at_the_fault(server: HookwireProcess) -> None:
    with pytest.raises(PsqlError) as refused:
        server.psql("CREATE SOURCE x FROM WEBHOOK BODY FORMAT TEXT CHECK (headers['a'] = nope)")
    assert 'column "nope" does not exist' in str(refused.value)
    assert "LINE 1" in str(refused.value)


def test_the_statement_that_is_shown_can_be_run(server: HookwireProcess) -> None:
    for source in ("github", "checked", "meta"):
        shown = server.psql(f"SHOW CREATE SOURCE {source}")
        sql = shown.partition("|")[2]
        server.psql(f"BEGIN; DROP SOURCE {source}; {sql}; COMMIT")
        assert server.psql(f"SHOW CREATE SOURCE {source}") == shown
