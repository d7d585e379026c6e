"""`/api/sql` on a real engine: who may ask, how many at once, and the end of the server."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hookwire_catalog.roles import LoginRole
from hookwire_engine.engine import Engine
from hookwire_http import HttpConfig, HttpServer, create_server
from hookwire_http.sql.door import MOST_REQUESTS
from hookwire_http.sql.services import SqlServices
from hookwire_pgwire.values import json_rows
from support import engine_session
from support.http_raw import Reply, Run, Wire, ask, connected, post

BASIC = "Authorization: Basic " + b64encode(b"ann:hers").decode()
HUNDRED_YEARS = "select count(*) from generate_series(1, 100000000) a, generate_series(1, 9999) b"


@dataclass(slots=True)
class Gate:
    """Lets in everybody who is of `roles`; notes who asked."""

    roles: dict[str, LoginRole] = field(default_factory=dict)
    asked: list[tuple[str | None, str | None, str]] = field(default_factory=list)

    async def authenticate(
        self, user: str | None, password: str | None, peer: str
    ) -> LoginRole | None:
        self.asked.append((user, password, peer))
        return self.roles.get(user or "hookwire")

    def services(self) -> SqlServices:
        return SqlServices(
            self.authenticate, json_rows, lambda *_: None, lambda channel, payload: None
        )


HOOKWIRE = LoginRole("hookwire", True, True)


@asynccontextmanager
async def serving(gate: Gate) -> AsyncIterator[tuple[HttpServer, Engine]]:
    async with engine_session.running() as engine:
        server = create_server(engine, HttpConfig(sql=gate.services(), linger_s=0.5))
        await server.start()
        try:
            yield server, engine
        finally:
            await server.drain(0.2)


def query(sql: str = "select 1", headers: Sequence[str] = ()) -> bytes:
    body = json.dumps({"query": sql}).encode()
    return post("/api/sql", body, ["Content-Type: application/json", *headers])


def result(reply: Reply) -> dict[str, object]:
    assert reply.status == 200, reply
    (found,) = json.loads(reply.body)["results"]
    assert isinstance(found, dict)
    return found


def test_whoever_names_nobody_must_be_here(run: Run) -> None:
    async def main() -> None:
        gate = Gate({"hookwire": HOOKWIRE})
        async with serving(gate) as (server, _):
            assert result(await ask(server, query()))["rows"] == [[1]]
            assert gate.asked == [(None, None, "127.0.0.1")]
            old = query().replace(b"HTTP/1.1", b"HTTP/1.0")
            passed_on = query(headers=["X-Forwarded-For: 192.0.2.1"])
            for request in (old, passed_on):
                reply = await ask(server, request)
                assert reply.status == 401
                challenge = reply.headers["www-authenticate"]
                assert challenge == 'Basic realm="hookwire", charset="UTF-8"'
            assert len(gate.asked) == 1

    run(main)


def test_behind_a_trusted_proxy_a_password_is_needed_and_the_sender_is_told(run: Run) -> None:
    async def main() -> None:
        gate = Gate({"hookwire": HOOKWIRE, "ann": HOOKWIRE})
        async with serving(gate) as (server, engine):
            admin = engine_session.session(engine)
            await engine_session.run(admin, "alter system set trusted_proxies = '127.0.0.1'")
            await admin.close()
            passed_on = "X-Forwarded-For: 198.51.100.1, 192.0.2.1"
            assert (await ask(server, query())).status == 401
            assert (await ask(server, query(headers=[passed_on]))).status == 401
            assert (await ask(server, query(headers=[passed_on, BASIC]))).status == 200
            assert gate.asked == [("ann", "hers", "192.0.2.1")]

    run(main)


def test_a_role_that_is_gone_meanwhile_is_refused(run: Run) -> None:
    async def main() -> None:
        gone = LoginRole("gone", True, False)
        async with serving(Gate({"ann": gone})) as (server, _):
            assert (await ask(server, query(headers=[BASIC]))).status == 401

    run(main)


@asynccontextmanager
async def waiting(server: HttpServer, count: int) -> AsyncIterator[list[Wire]]:
    """Requests that wait for a lock."""
    async with serving_wires(server, count) as wires:
        for wire in wires:
            await wire.send(query("select pg_advisory_xact_lock(1)"))
        yield wires


@asynccontextmanager
async def serving_wires(server: HttpServer, count: int) -> AsyncIterator[list[Wire]]:
    if not count:
        yield []
        return
    async with connected(server) as wire, serving_wires(server, count - 1) as others:
        yield [wire, *others]


async def until_sessions(engine: Engine, count: int) -> None:
    async with asyncio.timeout(20):
        while len(engine.sessions()) != count:
            await asyncio.sleep(0.01)


def test_no_more_than_so_many_run_at_once(run: Run) -> None:
    async def main() -> None:
        limited = LoginRole("hookwire", True, False, connection_limit=MOST_REQUESTS - 1)
        async with serving(Gate({"hookwire": HOOKWIRE, "ann": limited})) as (server, engine):
            holder = engine_session.session(engine)
            await engine_session.run(holder, "select pg_advisory_lock(1)")
            async with waiting(server, MOST_REQUESTS - 1) as wires:
                await until_sessions(engine, MOST_REQUESTS)
                refused = await ask(server, query(headers=[BASIC]))
                assert refused.status == 503
                assert refused.text == 'too many connections for role "hookwire"'
                assert result(await ask(server, query()))["rows"] == [[1]]
                async with waiting(server, 1) as last:
                    await until_sessions(engine, MOST_REQUESTS + 1)
                    refused = await ask(server, query())
                    assert refused.status == 503
                    assert refused.headers["retry-after"] == "1"
                    await engine_session.run(holder, "select pg_advisory_unlock(1)")
                    for wire in (*wires, *last):
                        assert result(await wire.reply())["tag"] == "SELECT 1"
            assert result(await ask(server, query()))["rows"] == [[1]]
            await holder.close()
            await until_sessions(engine, 0)

    run(main)


def test_the_end_of_the_server_cancels_what_runs(run: Run) -> None:
    async def main() -> None:
        async with serving(Gate({"hookwire": HOOKWIRE})) as (server, engine):
            async with connected(server) as wire:
                await wire.send(query(HUNDRED_YEARS))
                await until_sessions(engine, 1)
                await server.drain(0.1)
                assert b"SELECT" not in await wire.ended()
            assert engine.sessions() == ()

    run(main)


def test_while_the_engine_opens_nobody_is_asked(run: Run) -> None:
    async def main() -> None:
        gate = Gate({"hookwire": HOOKWIRE})
        server = create_server(None, HttpConfig(sql=gate.services()))
        await server.start()
        try:
            reply = await ask(server, query())
            assert (reply.status, reply.text) == (503, "the server is starting")
            assert gate.asked == []
        finally:
            await server.drain(0.2)

    run(main)


def test_without_services_there_is_no_sql(run: Run) -> None:
    async def main() -> None:
        async with engine_session.running() as engine:
            server = create_server(engine, HttpConfig())
            await server.start()
            assert (await ask(server, query())).status == 404
            await server.drain(0.2)

    run(main)
