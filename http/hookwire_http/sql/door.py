"""`POST /api/sql`: from a request to its answer, in the order of the decisions.

    starting, draining   503        web page, elsewhere   403        password   401
    content type         415        too many              503        body       413, 400, 422

A statement that fails is no failed request: the answer is 200, and says so in its results.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_catalog.names import DEFAULT_DATABASE
from hookwire_catalog.roles import LoginRole
from hookwire_http import proxies, responses
from hookwire_http.body import read_body
from hookwire_http.headers import Pairs, declared_length, header
from hookwire_http.limits import Reservation
from hookwire_http.outcomes import Outcome
from hookwire_http.responses import Answer, Refusal, RefusedError
from hookwire_http.sql.credentials import basic, is_direct, is_foreign, is_loopback
from hookwire_http.sql.request import Asked, read_request
from hookwire_http.sql.run import Run
from hookwire_http.sql.services import Session, SqlServices
from hookwire_http.webhook import WebhookDoor

BODY_BYTES = 1024 * 1024
"""The largest request body, as sent or decompressed."""

MOST_REQUESTS = 16
"""How many run at a time; each has a session of its own."""

GONE = 499
"""How a request is counted whose client went away."""

CANCELLED_S = 2.0
"""How long a statement that was cancelled may take to notice, at the end."""

_JSON = (
    ("content-type", "application/json"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
)


@dataclass(frozen=True, slots=True)
class SqlCall:
    """One request as the full stack gives it; `peer` is at the other end of the connection."""

    headers: Pairs
    body: AsyncIterator[bytes]
    peer: tuple[str, int] | None
    http_version: str


class SqlDoor:
    """`door` has the engine and the budget of bytes."""

    def __init__(self, door: WebhookDoor, services: SqlServices, timeout_s: float) -> None:
        self._door = door
        self._services = services
        self._timeout_s = timeout_s
        self._running: Counter[str] = Counter()
        self._tasks: dict[asyncio.Task[list[bytes]], Run] = {}

    async def respond(self, call: SqlCall) -> Answer:
        """Cancelled when the client goes away; then the statement is, too."""
        started = time.perf_counter()
        status = GONE
        try:
            answer = await self._respond(call)
            status = answer.status
            return answer
        except Exception as error:
            refusal = responses.refusal_of(error)
            status = refusal.status
            return responses.answer(refusal, header(call.headers, "accept"))
        finally:
            self._door.metrics.sql.count(status, time.perf_counter() - started)

    async def end(self) -> None:
        """The grace period is over: end what runs."""
        for run in self._tasks.values():
            run.terminate()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CANCELLED_S)

    async def _respond(self, call: SqlCall) -> Answer:
        self._door.refuse_if_unavailable()
        if is_foreign(call.headers):
            raise _refused(403, "a web page of another origin may not send statements")
        media_type = (header(call.headers, "content-type") or "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise _refused(415, "statements are sent as application/json")
        role = await self._authenticated(call)
        asked = read_request(await self._body(call))
        results = await self._run(role, asked, _shown(call.peer))
        return Answer(200, b'{"results":[' + b",".join(results) + b"]}", _JSON)

    async def _authenticated(self, call: SqlCall) -> LoginRole:
        peer = None if call.peer is None else call.peer[0]
        trusted = self._door.engine.limits.trusted_proxies
        if not is_loopback(peer) and not proxies.is_trusted(peer, trusted):
            raise _refused(
                403, "statements are taken from this machine and from trusted proxies only"
            )
        found = basic(call.headers)
        sender = self._door.sender(peer, call.headers) or ""
        if found is not None:
            role = await self._services.authenticate(found.user, found.password, sender)
        elif trusted or not is_direct(peer, call.headers, call.http_version):
            role = None
        else:
            role = await self._services.authenticate(None, None, sender)
        if role is None:
            raise _unauthenticated()
        return role

    async def _body(self, call: SqlCall) -> bytes:
        if (declared_length(call.headers) or 0) > BODY_BYTES:
            raise _too_large()
        with Reservation(self._door.budget) as held:
            return await read_body(
                call.body,
                content_encoding=header(call.headers, "content-encoding"),
                limit=BODY_BYTES,
                too_large=_too_large,
                held=held,
                timeout_s=self._timeout_s,
            )

    async def _run(self, role: LoginRole, asked: Asked, peer: str) -> list[bytes]:
        if self._running.total() >= MOST_REQUESTS:
            raise responses.overloaded(f"more than {MOST_REQUESTS} requests run, try again")
        if 0 <= role.connection_limit <= self._running[role.name] and not role.superuser:
            raise responses.overloaded(f'too many connections for role "{role.name}"')
        try:
            session = self._door.engine.session(
                user=role.name, database=DEFAULT_DATABASE, settings={}, peer=peer
            )
        except InvalidAuthorization:
            raise _unauthenticated() from None
        self._running[role.name] += 1
        run = Run(session, self._services)
        task = asyncio.create_task(self._to_the_end(run, session, asked, role.name))
        self._tasks[task] = run
        task.add_done_callback(self._tasks.pop)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            run.cancel()
            raise

    async def _to_the_end(self, run: Run, session: Session, asked: Asked, role: str) -> list[bytes]:
        """Whatever becomes of the client, the session is closed."""
        try:
            return await run.run(asked)
        finally:
            self._running[role] -= 1
            await session.close()


def _shown(peer: tuple[str, int] | None) -> str:
    return "local" if peer is None else f"{peer[0]}:{peer[1]}"


def _refused(status: int, sentence: str, headers: responses.Headers = ()) -> RefusedError:
    return RefusedError(Refusal(status, sentence, Outcome.VALIDATION_FAILED, headers))


def _unauthenticated() -> RefusedError:
    """One sentence for all causes."""
    challenge = ("www-authenticate", 'Basic realm="hookwire", charset="UTF-8"')
    return _refused(401, "name a role and its password with HTTP Basic", (challenge,))


def _too_large() -> RefusedError:
    return _refused(413, f"request body exceeds {BODY_BYTES} bytes")
