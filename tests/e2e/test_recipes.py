"""Every recipe on a running server: what the provider signs is a row, what it does not is none."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hookwire_engine.append.recipes import registry
from hookwire_engine.append.recipes.pages import ddl
from hookwire_engine.append.recipes.recipe import Recipe
from hookwire_engine.append.recipes.values import Request
from support.hookwire_process import HookwireProcess, webhook_path
from support.load import Reply
from support.providers import SECRET, Genuine, Sender, certificate, sns_message

ALIASES = dict.fromkeys(("SVIX", "CLERK", "RESEND", "OPENAI"), "STANDARD_WEBHOOKS")
RECIPES = [*Sender().genuine(), *ALIASES]
_numbers = count()


@pytest.fixture(scope="module")
def connection(hookwire: HookwireProcess) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as made:
        yield made


class Source:
    """A source of its own name with a recipe; `url` is where its provider sends to."""

    def __init__(
        self,
        hookwire: HookwireProcess,
        connection: psycopg.Connection[Any],
        recipe: str,
        *secrets: bytes,
        body_format: str = "BYTES",
        **options: str,
    ) -> None:
        self.hookwire = hookwire
        self.connection = connection
        self.name = f"{recipe.lower()}_{next(_numbers)}"
        self.url = f"{hookwire.http_url}{webhook_path(self.name)}?tenant=7"
        named = [f"{self.name}_s{number}" for number in range(len(secrets))]
        for name, value in zip(named, secrets, strict=True):
            connection.execute(f"CREATE SECRET {name} AS decode('{value.hex()}', 'hex')")
        given = [f"SECRET {name}" for name in named]
        given += [f"{name} => '{value}'" for name, value in options.items()]
        connection.execute(
            f"CREATE SOURCE {self.name} FROM WEBHOOK BODY FORMAT {body_format}"
            f" VALIDATE {recipe} ({', '.join(given)})"
        )

    def send(self, request: Request) -> Reply:
        url = urlsplit(request.url)
        path = f"{url.path}?{url.query}" if url.query else url.path
        return self.hookwire.request(request.method, path, request.body, request.headers)

    def rows(self) -> list[bytes]:
        return [row[0] for row in self.connection.execute(f"SELECT body FROM {self.name}")]


def signed_for(source: Source, recipe: str, now: int) -> Genuine:
    return Sender(now, source.url).genuine()[ALIASES.get(recipe, recipe)]


def made(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any], recipe: str, **options: str
) -> Source:
    genuine = Sender().genuine()[ALIASES.get(recipe, recipe)]
    secrets = [genuine.secret] if genuine.secret else []
    if genuine.certificate is not None:
        secrets.append(genuine.certificate)
    return Source(hookwire, connection, recipe, *secrets, **genuine.options, **options)


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_the_provider_signed_is_one_row(
    recipe: str, hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = made(hookwire, connection, recipe)
    request = signed_for(source, recipe, int(time.time())).request
    reply = source.send(request)
    assert 200 <= reply.status < 300, reply
    assert source.rows() == [request.body]


def _spoilt(genuine: Genuine) -> Request:
    """Another body; where no body is proved, another proof."""
    request = genuine.request
    if genuine.body_is_proved:
        end = b"x" if request.body.endswith(b"=") else b" "
        return replace(request, body=request.body + end)
    if genuine.signature:
        headers = [
            (name, value + "x" if name.lower() == genuine.signature.lower() else value)
            for name, value in request.headers
        ]
        return replace(request, headers=tuple(headers))
    if b"Signature" in request.body or b"signature" in request.body:
        return replace(request, body=_with_another_proof(request.body))
    secret = SECRET.decode()
    return replace(
        request,
        url=request.url.replace(secret, "wrong"),
        body=request.body.replace(SECRET, b"wrong"),
    )


def _with_another_proof(body: bytes) -> bytes:
    for part in (b'"MessageId": "m-1"', b'"value": 1130', b'"token": "a'):
        if part in body:
            return body.replace(part, part[:-1] + b"2" + part[-1:])
    raise AssertionError(body)


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_it_did_not_sign_is_refused_and_no_row(
    recipe: str, hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = made(hookwire, connection, recipe)
    reply = source.send(_spoilt(signed_for(source, recipe, int(time.time()))))
    assert (reply.status, reply.text) == (401, "failed to validate the request")
    assert source.rows() == []


DATED = [name for name, one in Sender().genuine().items() if one.timestamp]
# Their pages set no limit of age; the option does.
UNLIMITED = ("PAYPAL", "ZENDESK", "DISCORD", "SENDGRID")


@pytest.mark.parametrize("recipe", DATED)
def test_what_was_signed_long_ago_is_refused(
    recipe: str, hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    options = {"tolerance": "5 minutes"} if recipe in UNLIMITED else {}
    source = made(hookwire, connection, recipe, **options)
    reply = source.send(signed_for(source, recipe, int(time.time()) - 86400 * 2).request)
    assert (reply.status, reply.text) == (401, "failed to validate the request")
    assert source.rows() == []


def test_a_rolled_secret_proves_with_both_values(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = made(hookwire, connection, "GITHUB")
    request = signed_for(source, "GITHUB", 0).request
    secret = f"{source.name}_s0"
    connection.execute(f"ALTER SECRET {secret} ADD 'newer'")
    assert source.send(request).status == 200
    connection.execute(f"ALTER SECRET {secret} RETIRE PREVIOUS")
    assert source.send(request).status == 401
    assert source.rows() == [request.body]


def test_a_repeated_signature_is_refused(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = made(hookwire, connection, "GITHUB")
    request = signed_for(source, "GITHUB", 0).request
    twice = replace(request, headers=(*request.headers, request.headers[-1]))
    assert source.send(twice).status == 400
    assert source.rows() == []


# Handshakes: answered as the provider wants, and no rows.


def signed_as_slack(source: Source, family: str, body: bytes) -> Request:
    now = str(int(time.time()))
    mac = hmac.new(SECRET, f"v0:{now}:".encode() + body, "sha256").hexdigest()
    headers = ((f"{family}-signature", f"v0={mac}"), (f"{family}-request-timestamp", now))
    return Request("POST", source.url, headers, body)


def asked(source: Source, query: str, method: str = "GET", *headers: tuple[str, str]) -> Request:
    return Request(method, source.url.split("?")[0] + query, headers, b"")


def json_of(reply: Reply) -> Any:
    assert reply.headers["content-type"] == "application/json"
    return json.loads(reply.body)


def test_slack_gets_its_challenge(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "SLACK", SECRET, body_format="JSON")
    body = b'{"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"}'
    request = signed_as_slack(source, "x-slack", body)
    reply = source.send(request)
    assert (reply.status, reply.text) == (200, "3eZbrw1a")
    assert source.send(replace(request, body=body + b" ")).status == 401
    assert source.rows() == []


def test_zoom_gets_its_token_signed(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "ZOOM", SECRET)
    body = b'{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8"}}'
    reply = source.send(signed_as_slack(source, "x-zm", body))
    proof = hmac.new(SECRET, b"qgg8", "sha256").hexdigest()
    assert reply.status == 200
    assert json_of(reply) == {"plainToken": "qgg8", "encryptedToken": proof}
    assert source.rows() == []


def test_meta_gets_its_challenge_for_the_verify_token(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "META", SECRET, b"verify")
    query = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    reply = source.send(asked(source, query + "verify"))
    assert (reply.status, reply.text) == (200, "1158201444")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert source.send(asked(source, query + "other")).status == 401
    assert source.rows() == []


def test_dropbox_gets_its_challenge(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "DROPBOX", SECRET)
    reply = source.send(asked(source, "?challenge=a%3Cb%3E"))
    assert (reply.status, reply.text) == (200, "a<b>")
    assert reply.headers["content-type"].startswith("text/plain")
    assert source.rows() == []


def test_x_gets_its_token_signed(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "X", SECRET)
    reply = source.send(asked(source, "?crc_token=Ab9&nonce=1"))
    proof = base64.b64encode(hmac.new(SECRET, b"Ab9", "sha256").digest()).decode()
    assert json_of(reply) == {"response_token": f"sha256={proof}"}
    assert source.rows() == []


def test_discord_gets_its_ping_answered(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex().encode()
    source = Source(hookwire, connection, "DISCORD", public)
    now = str(int(time.time()))

    def sent(body: bytes) -> Reply:
        headers = (
            ("X-Signature-Ed25519", key.sign(now.encode() + body).hex()),
            ("X-Signature-Timestamp", now),
        )
        return source.send(Request("POST", source.url, headers, body))

    assert json_of(sent(b'{"id":"1","type":1,"token":"x"}')) == {"type": 1}
    assert sent(b'{"version":1,"type":0}').status == 204
    assert source.rows() == []
    assert sent(b'{"type":2}').status == 200
    assert source.rows() == [b'{"type":2}']


def test_graph_gets_its_token_decoded(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "MICROSOFT_GRAPH", SECRET)
    reply = source.send(asked(source, "?validationToken=a%3a+%3Cb%3E", "POST"))
    assert (reply.status, reply.text) == (200, "a: <b>")
    assert reply.headers["content-type"].startswith("text/plain")
    assert source.rows() == []


def test_event_grid_gets_its_code(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "EVENT_GRID", SECRET, body_format="JSON ARRAY")
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent"}
    body = json.dumps([{**event, "data": {"validationCode": "c-1"}}]).encode()
    headers = (("aeg-event-type", "SubscriptionValidation"),)
    reply = source.send(Request("POST", source.url, headers, body))
    assert json_of(reply) == {"validationResponse": "c-1"}
    assert source.rows() == []


@pytest.mark.parametrize(
    ("recipe", "options", "origin"),
    [
        ("EVENT_GRID", {}, "eventgrid.azure.net"),
        ("BEARER", {"allowed_origin": "events.example"}, "events.example"),
    ],
)
def test_cloudevents_senders_are_let_in_by_their_origin(
    recipe: str,
    options: dict[str, str],
    origin: str,
    hookwire: HookwireProcess,
    connection: psycopg.Connection[Any],
) -> None:
    source = Source(hookwire, connection, recipe, SECRET, **options)
    allowed = ("WebHook-Request-Origin", origin)
    reply = source.send(asked(source, "", "OPTIONS", allowed, ("WebHook-Request-Rate", "120")))
    assert reply.status == 200
    assert reply.headers["webhook-allowed-origin"] == origin
    assert reply.headers["webhook-allowed-rate"] == "120"
    other = source.send(asked(source, "", "OPTIONS", ("WebHook-Request-Origin", "b.example")))
    assert "webhook-allowed-origin" not in other.headers
    assert source.rows() == []


@pytest.mark.parametrize("recipe", ["MANDRILL", "INTERCOM"])
def test_head_finds_somebody_there(
    recipe: str, hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, recipe, SECRET)
    assert source.send(asked(source, "", "HEAD")).status == 200
    assert source.rows() == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_recipe_without_such_a_handshake_names_its_methods(
    method: str, hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "GITHUB", SECRET)
    reply = source.send(asked(source, "", method))
    assert reply.status == 405
    assert {"POST", "PUT"} <= set(reply.headers["allow"].split(", ")) <= {"POST", "PUT", "OPTIONS"}


def test_sns_confirmation_is_no_row(
    hookwire: HookwireProcess, connection: psycopg.Connection[Any]
) -> None:
    source = Source(hookwire, connection, "SNS", certificate())
    url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    message = sns_message("SubscriptionConfirmation", SubscribeURL=url, Token="t")
    assert source.send(replace(message, url=source.url)).status == 200
    assert source.rows() == []


@pytest.mark.parametrize("recipe", registry.RECIPES, ids=lambda r: str(r.name))
def test_what_a_page_says_to_paste_runs(
    recipe: Recipe, connection: psycopg.Connection[Any]
) -> None:
    schema = f"page_{recipe.name.lower()}"
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET search_path = {schema}")
    try:
        for statement in ddl(recipe).removesuffix(";").split(";\n"):
            connection.execute(statement)
        if recipe.deduplicate_by:
            name = recipe.name.lower()
            connection.execute(f"SELECT DISTINCT ON ({recipe.deduplicate_by}) * FROM {name}")
    finally:
        connection.execute("RESET search_path")
