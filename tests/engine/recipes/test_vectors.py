"""Requests of real providers, genuine and not (tests/data/provider_vectors.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hookwire_engine.append.recipes.binding import bind
from hookwire_engine.append.recipes.registry import find
from hookwire_engine.append.recipes.values import (
    STALE,
    Accepted,
    Handshake,
    Outcome,
    Rejected,
    Request,
)
from hookwire_engine.append.recipes.verify import verify

DATA = Path(__file__).parents[2] / "data" / "provider_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(DATA.read_text())
SOME_TIME = 1_760_000_000

RECIPE_OF = {
    "standard-webhooks": "STANDARD_WEBHOOKS",
    "msgraph": "MICROSOFT_GRAPH",
    "eventgrid": "EVENT_GRID",
    "aws-sns": "SNS",
    "x-twitter": "X",
    "bitbucket-server": "BITBUCKET",
    "basic-auth": "BASIC_AUTH",
    "cloudevents": "BEARER",
    "convoy": "HMAC",
    "generic-hmac": "HMAC",
}
OPTIONS = {
    "generic-hmac": {"header": "X-Signature"},
    "convoy": {"header": "X-Convoy-Signature", "field": "v1", "content": "{t},{body}"},
}


def judge(vector: Mapping[str, Any]) -> Outcome:
    provider, secret = vector["provider"], vector["secret"]
    options = OPTIONS.get(provider, {})
    if provider == "cloudevents":
        options = {"allowed_origin": secret}
    values = secret.values() if isinstance(secret, dict) else [secret]
    secrets = [[value.encode()] for value in values]
    validation = bind(find(RECIPE_OF.get(provider, provider)), options, len(secrets))
    headers = tuple(vector["headers"].items())
    request = Request(vector["method"], vector["url"], headers, vector["body"].encode())
    return verify(validation, secrets, request, vector.get("now", SOME_TIME))


def test_all_vectors_are_there() -> None:
    assert len(VECTORS) == 95
    assert len({vector["provider"] for vector in VECTORS}) == 41


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_vector(vector: Mapping[str, Any]) -> None:
    outcome = judge(vector)
    if not vector["valid"]:
        assert isinstance(outcome, Rejected)
    elif vector["kind"] == "handshake":
        assert isinstance(outcome, Handshake)
        expected = vector["expect"]
        assert outcome.response.status == expected["status"]
        assert outcome.response.body.decode() == expected["body"]
        assert expected["headers"].items() <= dict(outcome.response.headers).items()
    else:
        assert outcome == Accepted()


@pytest.mark.parametrize(
    "vector",
    [v for v in VECTORS if v["valid"] and "tolerance_s" in v],
    ids=lambda vector: str(vector["id"]),
)
def test_a_replayed_vector_is_stale(vector: Mapping[str, Any]) -> None:
    late = {**vector, "now": vector["now"] + vector["tolerance_s"] + 60}
    assert judge(late) == STALE
