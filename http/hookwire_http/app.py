"""The Quart app: everything the fast lane does not serve, and every refusal.

Webhooks are routed before Quart's own routing, by the raw path: a source's name may hold any
character, and Werkzeug's router sees the path decoded, so `a%2Fb` would be two segments there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from quart import Quart, Request, Response, has_request_context, request, websocket
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from hookwire_http import responses
from hookwire_http.body import discard
from hookwire_http.config import SMALL_BODY_BYTES
from hookwire_http.headers import Pairs, declared_length, decode_headers, header
from hookwire_http.outcomes import Outcome
from hookwire_http.paths import PREFIX, parse_target, split_target
from hookwire_http.responses import Answer, Refusal
from hookwire_http.sql.door import SqlCall, SqlDoor
from hookwire_http.webhook import Call, WebhookDoor

SQL_PATH = "/api/sql"
_DISCARD_S = 1.0


def create_app(door: WebhookDoor, registry: CollectorRegistry, sql: SqlDoor | None) -> Quart:
    app = Quart("hookwire_http", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = None  # the source's own limit counts (body.py)
    app.url_map.merge_slashes = False  # a redirect is no answer for a POST
    _add_webhooks(app, door)
    _add_health(app, door)
    _add_metrics(app, registry)
    if sql is not None:
        _add_sql(app, sql)
    _add_refusals(app)
    return app


def _add_webhooks(app: Quart, door: WebhookDoor) -> None:
    async def webhook() -> Response | None:
        target = _target(request)
        if not split_target(target)[0].startswith(PREFIX):
            return None
        headers = decode_headers(request.scope["headers"])
        call = Call(
            method=request.method,
            target=parse_target(target),
            headers=headers,
            body=aiter(request.body),
            remote_address=door.sender(_remote_address(request), headers.pairs),
        )
        answer = await door.respond(call)
        closing = not await _body_is_read(headers.pairs, call.body)
        return _response(answer, headers.pairs, closing=closing)

    app.before_request(webhook)


def _add_health(app: Quart, door: WebhookDoor) -> None:
    async def livez() -> Response:
        return _plain(200, "alive")

    async def readyz() -> Response:
        readiness = door.readiness
        if readiness.ready:
            return _plain(200, readiness.reason)
        return _plain(503, readiness.reason, responses.retry_after(responses.RETRY_LATER_S))

    app.add_url_rule("/api/livez", view_func=livez)
    app.add_url_rule("/api/readyz", view_func=readyz)


def _add_metrics(app: Quart, registry: CollectorRegistry) -> None:
    async def metrics() -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), content_type=content_type)

    app.add_url_rule("/metrics", view_func=metrics)


def _add_sql(app: Quart, sql: SqlDoor) -> None:
    async def statements() -> Response:
        headers = decode_headers(request.scope["headers"]).pairs
        client = request.scope.get("client")
        peer = None if client is None else (client[0], client[1] or 0)
        call = SqlCall(headers, aiter(request.body), peer, request.http_version)
        answer = await sql.respond(call)
        # Without the request's headers: no other origin is told that it may read the answer.
        return _response(answer, (), closing=not await _body_is_read(headers, call.body))

    app.add_url_rule(
        SQL_PATH, view_func=statements, methods=["POST"], provide_automatic_options=False
    )


def _add_refusals(app: Quart) -> None:
    async def refuse(error: HTTPException) -> Response:
        status = error.code or 500
        sentence = "nothing is served here" if status == 404 else f"{error.name.lower()}"
        extra = tuple((k.lower(), v) for k, v in error.get_headers() if k.lower() == "allow")
        # A refused WebSocket has no request.
        asked = request.scope if has_request_context() else websocket.scope
        headers = decode_headers(asked["headers"]).pairs
        refusal = Refusal(status, sentence, Outcome.INTERNAL, extra)
        told = responses.answer(refusal, header(headers, "accept"))
        return _response(told, () if asked["path"] == SQL_PATH else headers)

    app.register_error_handler(HTTPException, refuse)


def _plain(status: int, sentence: str, headers: responses.Headers = ()) -> Response:
    return _response(Answer(status, sentence.encode(), (responses.PLAIN, *headers)), ())


def _response(
    answer: Answer, headers: tuple[tuple[str, str], ...], *, closing: bool = False
) -> Response:
    response = Response(answer.body, answer.status)
    response.headers = Headers(list(answer.headers))
    if answer.status not in (204, 205):
        response.headers["content-length"] = str(len(answer.body))
    origin = header(headers, "origin")
    if origin is not None:
        response.headers["access-control-allow-origin"] = origin
        response.headers["vary"] = "origin"
    if closing and request.http_version.startswith("1"):
        response.headers["connection"] = "close"
    return response


async def _body_is_read(headers: Pairs, body: AsyncIterator[bytes]) -> bool:
    """False when the client is still sending, so that the connection must end with the answer."""
    declared = declared_length(headers)
    if declared is None and header(headers, "transfer-encoding") is None:
        return True
    if declared is not None and declared > SMALL_BODY_BYTES:
        return False
    return await discard(body, limit=SMALL_BODY_BYTES, timeout_s=_DISCARD_S)


def _target(request: Request) -> str:
    query = request.scope["query_string"]
    raw: bytes = request.scope["raw_path"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


def _remote_address(request: Request) -> str | None:
    client = request.scope.get("client")
    return client[0] if client else None
