"""Captured requests under judgement, in the order of decisions of contract section 3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

import orjson

from hookwire.commands.captured import Captured, LineError, captured, parsed
from hookwire.exits import FAILURE, OK
from hookwire_catalog.errors import SqlError
from hookwire_engine.append.checks import Check, SecretRef, compile_check
from hookwire_engine.append.recipes.binding import Validation, bind
from hookwire_engine.append.recipes.recipe import DEFAULT_MAX_BODY_BYTES
from hookwire_engine.append.recipes.registry import find
from hookwire_engine.append.recipes.values import (
    Accepted,
    Cause,
    Handshake,
    Rejected,
    Request,
    Response,
)
from hookwire_engine.append.recipes.verify import METHODS, verify
from hookwire_engine.append.replay import answer_of
from hookwire_engine.append.request import WebhookRequest
from hookwire_http import responses

MAX_COMPILED = 256


def check_lines(lines: Iterable[bytes], out: BinaryIO) -> int:
    """The exit code; each answer is flushed, so that a pipe sees it at once."""
    code = OK
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        answer = _answer(line, number)
        if "error" in answer:
            code = FAILURE
        out.write(orjson.dumps(answer) + b"\n")
        out.flush()
    return code


def _answer(line: bytes, number: int) -> dict[str, Any]:
    identity: object = None
    try:
        document = parsed(line)
        identity = document.get("id")
        return {"id": identity, **_judge(captured(document))}
    except LineError as error:
        return {"id": identity, "line": number, "error": str(error)}
    except SqlError as error:
        told = {"sqlstate": error.sqlstate, "hint": error.hint, "position": error.position}
        said = {key: value for key, value in told.items() if value is not None}
        return {"id": identity, "line": number, "error": error.message, **said}


def _judge(request: Captured) -> dict[str, Any]:
    if request.recipe is not None:
        return _by_recipe(request)
    if request.options:
        raise LineError("options are a recipe's; a check has none")
    return _by_check(request)


def _by_recipe(request: Captured) -> dict[str, Any]:
    options = tuple(request.options.items())
    validation = _bound(request.recipe or "", options, len(request.secrets))
    refused = _refused(request, validation.methods, validation.recipe.max_body_bytes)
    if refused is not None:
        return refused
    sent = Request(request.method, request.url, request.headers, request.body)
    match verify(validation, list(request.secrets.values()), sent, request.now):
        case Accepted():
            return _told("accepted", validation.recipe.success)
        case Handshake(response):
            return _told("handshake", response)
        case Rejected(cause):
            return _rejected(cause, validation.methods)


@lru_cache(MAX_COMPILED)
def _bound(name: str, options: tuple[tuple[str, str], ...], secrets: int) -> Validation:
    return bind(find(name), dict(options), secrets)


def _by_check(request: Captured) -> dict[str, Any]:
    check = _compiled(request.check or "", tuple(request.secrets))
    refused = _refused(request, METHODS, DEFAULT_MAX_BODY_BYTES)
    if refused is not None:
        return refused
    lines = Counter(name.lower() for name, _ in request.headers)
    repeated = {name for name, count in lines.items() if count > 1}
    if repeated and (check.reads_all_headers or repeated & check.reads_headers):
        return _rejected(Cause.REPEATED_HEADER, METHODS)
    origin, path, query = _split(request.url)
    sent = WebhookRequest(
        headers=_joined(request.headers),
        body=request.body,
        received_at_us=round(request.now * 1_000_000),
        method=request.method,
        path=path,
        query=query,
    )
    secrets: dict[SecretRef, Sequence[bytes]] = dict(request.secrets.items())
    passed = check.evaluate(sent, secrets, sent.received_at_us, public_url=origin)
    return _told("accepted", Response()) if passed else _rejected(Cause.VALIDATION_FAILED, METHODS)


@lru_cache(MAX_COMPILED)
def _compiled(text: str, secrets: tuple[str, ...]) -> Check:
    return compile_check(text, {name: name for name in secrets})


def _split(url: str) -> tuple[str, str, str | None]:
    """Origin, path and query."""
    scheme, slashes, rest = url.partition("#")[0].partition("://")
    rest, question, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host}", f"/{path}" if slash else "/", query if question else None


def _joined(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return tuple(found.items())


def _refused(
    request: Captured, methods: frozenset[str], max_body_bytes: int
) -> dict[str, Any] | None:
    """What the server says before it looks at the check."""
    if request.method not in methods:
        if request.method == "OPTIONS":
            answer = responses.preflight(dict(_joined(request.headers)))
            return _told("handshake", Response(answer.status, answer.body, answer.headers))
        return _rejected(Cause.UNSUPPORTED_METHOD, methods)
    limit = request.max_body_bytes or max_body_bytes
    if len(request.body) <= limit:
        return None
    refusal = responses.body_too_large("...", limit).refusal
    response = Response(refusal.status, refusal.sentence.encode(), (responses.PLAIN,))
    return _told("rejected", response, refusal.outcome)


def _rejected(cause: Cause, methods: frozenset[str]) -> dict[str, Any]:
    return _told("rejected", answer_of(cause, methods), cause)


def _told(outcome: str, response: Response, cause: str | None = None) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "status": response.status,
        "cause": cause,
        "response_body": response.body.decode("utf-8", "replace"),
        "response_headers": dict(response.headers),
    }
