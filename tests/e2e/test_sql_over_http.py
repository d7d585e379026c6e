"""`POST /api/sql` of a running server, asked as curl would."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.load import Reply

Make = Callable[..., HookwireProcess]
Header = tuple[str, str]
JSON = ("Content-Type", "application/json")
LONG = "select count(*) as counted from generate_series(1, 100000000) a, generate_series(1, 9999) b"


def send(
    server: HookwireProcess, document: object, headers: Sequence[Header] = (), type: Header = JSON
) -> Reply:
    return server.post("/api/sql", json.dumps(document), [type, *headers])


def results(server: HookwireProcess, *queries: object, headers: Sequence[Header] = ()) -> Any:
    """What comes of one text, or of statements with their parameters."""
    document: object = {"query": queries[0]}
    if not isinstance(queries[0], str):
        document = {"queries": queries}
    reply = send(server, document, headers)
    assert reply.status == 200, reply
    assert reply.headers["content-type"] == "application/json"
    (name, found), *others = json.loads(reply.body).items()
    assert (name, others) == ("results", [])
    return found


def rows(server: HookwireProcess, sql: str, headers: Sequence[Header] = ()) -> Any:
    (result,) = results(server, sql, headers=headers)
    return result["rows"]


def failure(server: HookwireProcess, sql: str, headers: Sequence[Header] = ()) -> Any:
    return results(server, sql, headers=headers)[-1]["error"]


def basic(user: str, password: str) -> list[Header]:
    return [("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())]


def raw_status(address: tuple[str, int], headers: str) -> int:
    """The answer's status to a request with these headers and no others of a client's making."""
    body = '{"query": "select 1"}'
    head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}"
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(f"POST /api/sql HTTP/1.1\r\n{head}\r\n\r\n{body}".encode())
        with client.makefile("rb") as answer:
            return int(answer.readline().split()[1])


# Results.


def test_rows_come_with_their_tag_and_columns(hookwire: HookwireProcess) -> None:
    sql = "select 1 as a, 'x'::varchar(5) as b union all select 2, null"
    assert results(hookwire, sql) == [
        {
            "tag": "SELECT 2",
            "rows": [[1, "x"], [2, None]],
            "desc": {
                "columns": [
                    {"name": "a", "type_oid": 23, "type_len": 4, "type_mod": -1},
                    {"name": "b", "type_oid": 1043, "type_len": -1, "type_mod": 9},
                ]
            },
            "notices": [],
        }
    ]


def test_statements_of_one_text_have_a_result_each(hookwire: HookwireProcess) -> None:
    assert results(
        hookwire, "create table many (a int); insert into many values (1), (2); drop table many"
    ) == [
        {"ok": "CREATE TABLE", "notices": []},
        {"ok": "INSERT 0 2", "notices": []},
        {"ok": "DROP TABLE", "notices": []},
    ]
    assert results(hookwire, " -- nothing\n") == []


def test_notices_come_with_their_statement(hookwire: HookwireProcess) -> None:
    (result,) = results(hookwire, "create source told from webhook body format text")
    assert result["ok"] == "CREATE SOURCE"
    assert "/api/webhook/hookwire/public/told" in result["notices"][0]["message"]
    assert result["notices"][0]["severity"] == "notice"


def test_what_a_webhook_stored_can_be_read_at_once(hookwire: HookwireProcess) -> None:
    results(hookwire, "create source exact from webhook body format json include headers")
    body = '{"n": 1.000000000000000000000000001, "a": [1e3, null]}'
    path = "/api/webhook/hookwire/public/exact"
    assert hookwire.post(path, body, [("X-One", "1")]).status == 200
    reply = send(hookwire, {"query": "select body, headers from exact"})
    assert b"1.000000000000000000000000001" in reply.body
    ((stored, headers),) = json.loads(reply.body)["results"][0]["rows"]
    assert stored["a"] == [1000, None]
    assert headers["x-one"] == "1"


def test_an_error_ends_the_list_and_undoes_what_came_before(hookwire: HookwireProcess) -> None:
    made, failed = results(hookwire, "create table gone (a int); select\n 1/0; select 3")
    assert made == {"ok": "CREATE TABLE", "notices": []}
    assert failed == {"error": {"message": "division by zero", "code": "22012"}, "notices": []}
    assert failure(hookwire, "select 1; select * from gone") == {
        "message": 'relation "gone" does not exist',
        "code": "42P01",
        "position": 25,
    }


def test_the_text_is_read_before_any_of_it_runs(hookwire: HookwireProcess) -> None:
    (result,) = results(hookwire, "create table never (a int); selec 1")
    assert result["error"]["code"] == "42601"
    assert result["error"]["position"] == 29


def test_parameters_are_text(hookwire: HookwireProcess) -> None:
    made, put, found = results(
        hookwire,
        {"query": "create table put (a int, b text, c int[])"},
        {"query": "insert into put values ($1, $2, $3)", "params": ["41", None, "{1,NULL}"]},
        {"query": "select a + $1::int, b, c from put", "params": ["1"]},
    )
    assert (made["ok"], put["ok"]) == ("CREATE TABLE", "INSERT 0 1")
    assert found["rows"] == [[42, None, [1, None]]]
    results(hookwire, "drop table put")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"query": "select $1::int", "params": ["x"]}, "22P02"),
        ({"query": "select $1::int", "params": []}, "08P01"),
        ({"query": "select $1::int"}, "08P01"),
        ({"query": "select 1; select 2"}, "42601"),
    ],
)
def test_a_bad_query_undoes_those_before_it(
    hookwire: HookwireProcess, query: dict[str, Any], code: str
) -> None:
    made, failed = results(hookwire, {"query": "create table gone (a int)"}, query)
    assert made["ok"] == "CREATE TABLE"
    assert failed["error"]["code"] == code
    assert failure(hookwire, "select * from gone")["code"] == "42P01"


def test_transactions_of_ones_own(hookwire: HookwireProcess) -> None:
    done = results(
        hookwire,
        "begin; create table kept (a int); commit; begin; insert into kept values (1); rollback",
    )
    assert [result["ok"] for result in done] == [
        "BEGIN", "CREATE TABLE", "COMMIT", "BEGIN", "INSERT 0 1", "ROLLBACK"
    ]  # fmt: skip
    assert failure(hookwire, "begin; insert into kept values (2)")["code"] == "25000"
    assert rows(hookwire, "select count(*) from kept") == [["0"]]
    results(hookwire, "drop table kept")


def test_settings_end_with_the_request(hookwire: HookwireProcess) -> None:
    _, shown = results(hookwire, "set timezone = 'Asia/Tokyo'; show timezone")
    assert shown["rows"] == [["Asia/Tokyo"]]
    assert rows(hookwire, "show timezone") == [["UTC"]]


def test_listeners_are_told_after_the_commit(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as listener:
        listener.execute("listen news")
        assert failure(hookwire, "select pg_notify('news', 'lost'); select 1/0")["code"] == "22012"
        results(
            hookwire,
            "begin; select pg_notify('news', 'one'); savepoint s; select pg_notify('news', 'no');"
            " rollback to s; commit; select pg_notify('news', 'two')",
        )
        told = [n.payload for n in listener.notifies(timeout=20, stop_after=2)]
    assert told == ["one", "two"]
    assert failure(hookwire, f"select pg_notify('news', '{'x' * 8000}')")["code"] == "22023"


# What is refused.


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to stdout",
        "listen x",
        "unlisten *",
        "notify x",
        "declare c cursor for select 1",
        "fetch c",
        "move c",
        "close c",
        "prepare p as select 1",
        "execute p",
        "deallocate all",
        "discard all",
    ],
)
def test_what_needs_the_wire_is_refused(hookwire: HookwireProcess, sql: str) -> None:
    first, refused = results(hookwire, f"select 1; {sql}")
    assert first["tag"] == "SELECT 1"
    word = sql.split()[0].upper()
    assert refused["error"]["code"] == "0A000"
    assert refused["error"]["message"] == f"{word} is not supported in SQL over HTTP"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "attach '/tmp/x.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "select getenv('HOME')",
    ],
)
def test_files_network_and_environment_stay_closed(hookwire: HookwireProcess, sql: str) -> None:
    assert failure(hookwire, sql)["code"] == "42501"
    queried = results(hookwire, {"query": sql})
    assert queried[0]["error"]["code"] == "42501"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"select 1", 400),
        (b"", 400),
        (b'{"query": "\xff"}', 400),
        (b"[]", 422),
        (b'{"query": 1}', 422),
        (b'{"query": "select 1", "queries": []}', 422),
        (b'{"queries": [{"query": "select $1", "params": [1]}]}', 422),
        (b'{"queries": ["select 1"]}', 422),
        (b'{"query": "select \\u0000"}', 422),
        (b" " * (1024 * 1024 + 1), 413),
    ],
)
def test_other_bodies_are_refused(hookwire: HookwireProcess, body: bytes, status: int) -> None:
    assert hookwire.post("/api/sql", body, [JSON]).status == status


def test_other_methods_are_refused(hookwire: HookwireProcess) -> None:
    for method in ("GET", "PUT", "OPTIONS", "DELETE"):
        reply = hookwire.request(method, "/api/sql", headers=[("Origin", "http://evil.example")])
        assert reply.status == 405
        assert reply.headers["allow"] == "POST"
        assert "access-control-allow-origin" not in reply.headers


def test_a_web_page_cannot_use_it(hookwire: HookwireProcess) -> None:
    query = {"query": "select 1"}
    for type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert send(hookwire, query, type=("Content-Type", type)).status == 415
    foreign = send(hookwire, query, [("Origin", "http://evil.example")])
    assert foreign.status == 403
    assert "access-control-allow-origin" not in foreign.headers
    for rebound in ("Host: evil.example", "Host: evil.example\r\nOrigin: http://evil.example"):
        assert raw_status(hookwire.http_address, rebound) == 401
    assert raw_status(hookwire.http_address, "Host: localhost:1") == 200


def test_a_result_has_a_limit(hookwire: HookwireProcess) -> None:
    many = "select * from generate_series(1, 1000000)"
    _, kept, failed = results(hookwire, f"set max_result_size = 1000; select 1; {many}")
    assert kept["rows"] == [[1]]
    assert failed["error"]["code"] == "54000"
    assert "max_result_size (1000 bytes)" in failed["error"]["message"]
    assert len(rows(hookwire, "select * from generate_series(1, 100000)")) == 100_000


def test_statement_timeout_holds(hookwire: HookwireProcess) -> None:
    error = failure(hookwire, f"set statement_timeout = '50ms'; {LONG}")
    assert error == {"message": "canceling statement due to statement timeout", "code": "57014"}


# Who is gone, and who is ended.


def running(connection: psycopg.Connection, mark: str) -> list[int]:
    found = connection.execute(
        "select pid from pg_stat_activity where state = 'active' and query like %s"
        " and pid <> pg_backend_pid()",
        [f"%{mark}%"],
    )
    return [pid for (pid,) in found]


def until(connection: psycopg.Connection, mark: str, count: int) -> list[int]:
    deadline = time.monotonic() + 30
    while len(found := running(connection, mark)) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def begin(server: HookwireProcess, mark: str) -> socket.socket:
    body = json.dumps({"query": LONG.replace("counted", mark)}).encode()
    client = socket.create_connection(server.http_address, timeout=30)
    client.sendall(
        b"POST /api/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    return client


def test_a_client_that_goes_away_cancels_its_statement(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as watcher:
        with begin(hookwire, "leaver"):
            until(watcher, "leaver", 1)
        until(watcher, "leaver", 0)
    assert 'hookwire_http_sql_requests_total{status="499"}' in hookwire.request(
        "GET", "/metrics"
    ).text


@pytest.mark.parametrize(
    ("call", "code"), [("pg_cancel_backend", "57014"), ("pg_terminate_backend", "57P01")]
)
def test_another_session_can_end_it(hookwire: HookwireProcess, call: str, code: str) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as watcher, begin(hookwire, call) as c:
        (pid,) = until(watcher, call, 1)
        watcher.execute(f"select {call}(%s)", [pid])
        with c.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"200"
            while line := answer.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            (result,) = json.loads(answer.read(length))["results"]
    assert result["error"]["code"] == code


def test_no_session_is_left(hookwire: HookwireProcess) -> None:
    results(hookwire, "select 1")
    sessions = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
    before = hookwire.psql(sessions)
    for _ in range(20):
        failure(hookwire, "begin; select 1/0")
    assert hookwire.psql(sessions) == before


# Who may ask.


def test_without_passwords_this_machine_is_believed(hookwire: HookwireProcess) -> None:
    assert rows(hookwire, "select current_user") == [["hookwire"]]
    query = {"query": "select 1"}
    for passed_on in ("X-Forwarded-For", "Forwarded", "Via"):
        reply = send(hookwire, query, [(passed_on, "192.0.2.1")])
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Basic ")
    assert send(hookwire, query, basic("hookwire", "guess")).status == 401


def test_a_public_address_ends_the_belief(make_hookwire: Make) -> None:
    server = make_hookwire("--public-url", "https://hooks.example.com").start()
    assert send(server, {"query": "select 1"}).status == 401


def test_passwords_are_asked_for_and_privileges_hold(make_hookwire: Make) -> None:
    server = make_hookwire()
    server.environment = {**server.environment, "HOOKWIRE_PASSWORD": "a:b ü"}
    server.start()
    admin = basic("hookwire", "a:b ü")
    query = {"query": "select 1"}
    assert send(server, query).status == 401
    assert send(server, query, basic("hookwire", "wrong")).status == 401
    assert send(server, query, basic("hookwire", "")).status == 401
    assert send(server, query, basic("nobody", "a:b ü")).status == 401
    assert send(server, query, [("Authorization", "Bearer x")]).status == 401
    assert send(server, query, [("Authorization", "Basic ???")]).status == 401
    results(
        server,
        "create role ann login password 'hers'; create role mute password 'x';"
        " create role old login password 'x' valid until '2001-01-01';"
        " create role none_at_once login password 'x' connection limit 0;"
        " create table open (a int); create table closed (a int); grant select on open to ann",
        headers=admin,
    )
    ann = basic("ann", "hers")
    assert rows(server, "select current_user, session_user", ann) == [["ann", "ann"]]
    assert rows(server, "select * from open", ann) == []
    assert failure(server, "select * from closed", ann)["code"] == "42501"
    assert failure(server, "set role hookwire", ann)["code"] == "42501"
    assert send(server, query, basic("mute", "x")).status == 401
    assert send(server, query, basic("old", "x")).status == 401
    assert send(server, query, basic("none_at_once", "x")).status == 503
    assert "hers" not in server.log()


def test_rules_decide_here_too(make_hookwire: Make, tmp_path: Path) -> None:
    rules = tmp_path / "hba.conf"
    rules.write_text(
        "host all ann 127.0.0.1/32 reject\nhost all bob 127.0.0.1/32 scram-sha-256\n"
        "hostssl all eve 127.0.0.1/32 scram-sha-256\nhost all hookwire 127.0.0.1/32 trust\n"
    )
    server = make_hookwire("--hba-file", str(rules)).start()
    roles = ("ann", "bob", "eve")
    results(server, "".join(f"create role {r} login password 'x';" for r in roles))
    answers = {role: send(server, {"query": "select 1"}, basic(role, "x")).status for role in roles}
    assert answers == {"ann": 401, "bob": 200, "eve": 401}


def test_others_may_not_ask_in_clear_text(make_hookwire: Make) -> None:
    others = _own_address()
    server = make_hookwire("--host", "0.0.0.0")
    server.environment = {**server.environment, "HOOKWIRE_PASSWORD": "x"}
    server.start()
    port = int(server.http_url.rpartition(":")[2])
    credentials = f"Authorization: {basic('hookwire', 'x')[0][1]}"
    assert raw_status((others, port), f"Host: {others}\r\n{credentials}") == 403
    assert raw_status(("127.0.0.1", port), f"Host: {others}\r\n{credentials}") == 200


def _own_address() -> str:
    """An address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has loopback only")
        return str(probe.getsockname()[0])
