"""Forms and CloudEvents through a real server: curl, psql, psycopg and asyncpg, restarts."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from support.hookwire_process import HookwireProcess, webhook_path
from support.load import Reply
from support.programs import need

REQUIRED = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "order.paid"}
HEADERS = [(f"ce-{name}", value) for name, value in REQUIRED.items()]
STRUCTURED = ("content-type", "application/cloudevents+json; charset=utf-8")
BATCH = ("content-type", "application/cloudevents-batch+json")
COLUMNS = [
    *("id", "source", "type", "specversion", "time", "subject", "datacontenttype", "dataschema"),
    *("data", "extensions"),
]


def curl(hookwire: HookwireProcess, name: str, *arguments: str) -> str:
    """What curl prints: the status behind the body."""
    need("curl", shutil.which)
    url = hookwire.http_url + webhook_path(name)
    command = ["curl", "-s", "-w", " %{http_code}", *arguments, url]
    return subprocess.run(command, capture_output=True, check=True, timeout=60, text=True).stdout


@pytest.fixture(scope="module")
def forms(hookwire: HookwireProcess) -> str:
    hookwire.psql("CREATE SOURCE forms FROM WEBHOOK BODY FORMAT FORM INCLUDE METHOD")
    return "forms"


def bodies(hookwire: HookwireProcess, name: str) -> list[Any]:
    return [json.loads(line) for line in hookwire.psql(f"SELECT body FROM {name}").splitlines()]


def test_curl_sends_forms(hookwire: HookwireProcess, forms: str, tmp_path: Path) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(range(256)))
    encoded = ["-d", "a=1", "--data-urlencode", "b=x&y=\u00e9 %", "-d", "a=2"]
    assert curl(hookwire, forms, *encoded) == " 200"
    plain = ["-F", "a=1", "-F", "a=2;type=text/plain", "-F", 'say "hi"=\u00e9']
    assert curl(hookwire, forms, *plain, "-F", f"file=@{file}") == " 200"
    assert curl(hookwire, forms, "-X", "PUT", "-d", "") == " 200"
    assert bodies(hookwire, forms) == [
        {"a": ["1", "2"], "b": "x&y=\u00e9 %"},
        {"a": ["1", "2"], 'say "hi"': "\u00e9"},
        {},
    ]
    assert hookwire.psql(f"SELECT body->'a'->>1 FROM {forms} WHERE body ? 'b'") == "2"


@pytest.mark.parametrize(
    ("content_type", "body", "sentence"),
    [
        ("application/json", b"{}", "a form is sent as application/x-www-form-urlencoded or"
         " multipart/form-data, not as application/json"),
        ("application/x-www-form-urlencoded", b"a=%ff", 'the form\'s field "a" is not valid UTF-8'),
        ("multipart/form-data", b"", "the body is not valid multipart/form-data: the content type"
         " has no boundary of 1 to 70 characters"),
    ],
)  # fmt: skip
def test_what_is_no_form(
    hookwire: HookwireProcess, forms: str, content_type: str, body: bytes, sentence: str
) -> None:
    reply = hookwire.post(webhook_path(forms), body, [("content-type", content_type)])
    assert (reply.status, reply.body.decode()) == (400, sentence)


@pytest.fixture(scope="module")
def events(hookwire: HookwireProcess) -> str:
    """A source with an event of each mode in it."""
    hookwire.psql(
        "CREATE SOURCE events FROM WEBHOOK BODY FORMAT CLOUDEVENTS INCLUDE METHOD;"
        "COMMENT ON COLUMN events.time IS 'when it happened';"
        "CREATE VIEW paid AS SELECT id, data->>'n' AS n FROM events WHERE type = 'order.paid'"
    )

    def post(body: bytes, headers: Sequence[tuple[str, str | bytes]]) -> Reply:
        return hookwire.post(webhook_path("events"), body, headers)

    typed = ("content-type", "application/json")
    headers = [*HEADERS, ("ce-subject", "%E2%82%AC%20x"), ("ce-trace", "t-1"), typed]
    assert post(b'{"n": 1.10}', headers).status == 200
    time = "2024-06-01T12:00:00.1234567+02:00"
    one = {**REQUIRED, "id": "2", "time": time, "data": "text", "flag": True}
    assert post(json.dumps(one).encode(), [STRUCTURED]).status == 200
    many = [{**REQUIRED, "id": str(n), "data_base64": "/w==", "datacontenttype": "image/png"}
            for n in (3, 4)]  # fmt: skip
    assert post(json.dumps(many).encode(), [BATCH]).status == 200
    assert post(b"[]", [BATCH]).status == 200
    return "events"


ROWS: list[tuple[object, ...]] = [
    ("1", "/shop", "order.paid", "1.0", None, "€ x", "application/json", None, {"n": 1.1},
     {"trace": "t-1"}),
    ("2", "/shop", "order.paid", "1.0", datetime(2024, 6, 1, 10, 0, 0, 123457, UTC), None, None,
     None, "text", {"flag": True}),
    *((n, "/shop", "order.paid", "1.0", None, None, "image/png", None, "/w==", {}) for n in "34"),
]  # fmt: skip


@pytest.mark.parametrize("as_binary", [False, True], ids=["text", "binary"])
def test_psycopg_reads_events(hookwire: HookwireProcess, events: str, as_binary: bool) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        cursor = connection.cursor(binary=as_binary)
        rows = cursor.execute(f"SELECT * FROM {events} ORDER BY id").fetchall()
        assert [column.name for column in cursor.description or ()] == [*COLUMNS, "method"]
        assert [row[:-1] for row in rows] == ROWS


def test_asyncpg_reads_events(hookwire: HookwireProcess, events: str) -> None:
    async def run() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(hookwire.sql_dsn)
        try:
            found: list[asyncpg.Record] = await connection.fetch(
                f"SELECT * FROM {events} WHERE time >= $1", datetime(2024, 1, 1, tzinfo=UTC)
            )
            return found
        finally:
            await connection.close()

    (row,) = asyncio.run(run())
    assert (row["id"], row["time"], row["data"]) == ("2", ROWS[1][4], '"text"')


def test_json_comes_back_as_it_was_sent(hookwire: HookwireProcess, events: str) -> None:
    assert hookwire.psql(f"SELECT data FROM {events} WHERE id = '1'") == '{"n": 1.10}'
    assert hookwire.psql("SELECT n FROM paid WHERE id = '1'") == "1.10"
    assert hookwire.psql(f"SELECT data IS NULL, extensions->>'flag' FROM {events} WHERE id = '2'"
                         ) == "f|true"  # fmt: skip


def test_the_catalog_knows_the_columns(hookwire: HookwireProcess, events: str) -> None:
    shown = [line.split("|") for line in hookwire.psql(f"\\d+ {events}").splitlines()]
    assert [line[0] for line in shown] == [*COLUMNS, "method"]
    assert {line[0] for line in shown if "not null" in line} == {
        *("id", "source", "type", "specversion", "extensions", "method"),
    }
    described = hookwire.psql(f"SHOW COLUMNS FROM {events}").splitlines()
    assert described[4].split("|") == ["time", "t", "timestamp with time zone", "when it happened"]
    assert (
        hookwire.psql(f"SHOW CREATE SOURCE {events}")
        .split("|")[1]
        .startswith("CREATE SOURCE public.events FROM WEBHOOK BODY FORMAT CLOUDEVENTS\n")
    )
    listed = "SELECT name, format FROM hookwire.webhook_sources WHERE name IN ('events', 'forms')"
    assert "events|CLOUDEVENTS" in hookwire.psql(listed).splitlines()


def test_a_bad_event_leaves_nothing_of_its_batch(hookwire: HookwireProcess, events: str) -> None:
    batch = json.dumps([{**REQUIRED, "id": "good"}, {**REQUIRED, "time": "x"}]).encode()
    reply = hookwire.post(webhook_path(events), batch, [BATCH])
    assert (reply.status, reply.body.decode()) == (400, 'the event\'s time "x" is not RFC 3339')
    assert hookwire.psql(f"SELECT count(*) FROM {events} WHERE id = 'good'") == "0"
    reply = hookwire.post(webhook_path(events), b"{}", [("content-type", "application/json")])
    assert (reply.status, reply.body.decode()) == (
        400, 'the event lacks the attribute "specversion"',
    )  # fmt: skip


def test_an_attribute_in_two_header_lines_is_refused(
    hookwire: HookwireProcess, events: str
) -> None:
    for headers in ([*HEADERS, ("ce-id", "2")], [*HEADERS, ("CE-ID", "2"), ("x-y", "z" * 2000)]):
        reply = hookwire.post(webhook_path(events), b"", headers)
        assert (reply.status, reply.body.decode()) == (400, "the header ce-id is repeated")


def test_a_check_reads_the_form_that_is_stored(hookwire: HookwireProcess) -> None:
    hookwire.psql(
        "CREATE SOURCE guarded FROM WEBHOOK BODY FORMAT FORM"
        " CHECK (WITH (FORM) form['token'] = 's 3')"
    )
    assert curl(hookwire, "guarded", "-d", "token=s+3&a=1") == " 200"
    assert curl(hookwire, "guarded", "-F", "token=s 3", "-F", "a=2") == " 200"
    assert curl(hookwire, "guarded", "-d", "token=s+4") == "failed to validate the request 401"
    assert curl(hookwire, "guarded", "--json", '{"token":"s 3"}').endswith(" 401")
    assert [body["a"] for body in bodies(hookwire, "guarded")] == ["1", "2"]


def test_kill_9_loses_no_event_and_no_form(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire()
    hookwire.start()
    hookwire.psql("CREATE SOURCE e FROM WEBHOOK BODY FORMAT CLOUDEVENTS")
    hookwire.psql("CREATE SOURCE f FROM WEBHOOK BODY FORMAT FORM")
    sent = [str(number) for number in range(40)]
    for number in sent:
        event = json.dumps({**REQUIRED, "id": number, "data": {"n": number}}).encode()
        assert hookwire.post(webhook_path("e"), event, [STRUCTURED]).status == 200
        assert hookwire.post(webhook_path("f"), b"n=" + number.encode()).status == 200
    hookwire.kill9()
    hookwire.start()
    stored = hookwire.psql("SELECT id FROM e WHERE data->>'n' = id ORDER BY id::int").splitlines()
    assert stored == sent
    assert hookwire.psql("SELECT body->>'n' FROM f ORDER BY 1").splitlines() == sorted(sent)
