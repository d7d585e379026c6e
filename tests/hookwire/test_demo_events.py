"""The demo's events: real in size, shape and signature, and the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hookwire.demo import signing
from hookwire.demo.events import COUNT, Event, make_events

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
EVENTS = make_events(NOW)
BY_SOURCE = {
    source: [event for event in EVENTS if event.source == source]
    for source in ("github", "stripe", "segment")
}


def headers(event: Event) -> dict[str, str]:
    return {name.lower(): value for name, value in event.headers}


def document(event: Event) -> Any:
    return json.loads(event.body)


def by_kind(kind: str) -> list[dict[str, Any]]:
    return [document(e) for e in BY_SOURCE["github"] if headers(e)["x-github-event"] == kind]


def hmac_of(algorithm: str, key: str, data: bytes) -> str:
    """RFC 2104, written out: not the code that signed."""
    padded = key.encode().ljust(64, b"\0")
    inner = hashlib.new(algorithm, bytes(b ^ 0x36 for b in padded) + data).digest()
    return hashlib.new(algorithm, bytes(b ^ 0x5C for b in padded) + inner).hexdigest()


def test_two_hundred_of_three_providers() -> None:
    assert len(EVENTS) == COUNT == 200
    assert sum(map(len, BY_SOURCE.values())) == 200
    kinds = Counter(headers(event)["x-github-event"] for event in BY_SOURCE["github"])
    assert kinds["ping"] == 1
    assert min(kinds[kind] for kind in ("push", "pull_request", "issues")) > 20
    assert headers(EVENTS[0])["x-github-event"] == "ping"


def test_the_same_seed_and_time_give_the_same_events() -> None:
    assert make_events(NOW) == EVENTS
    assert make_events(NOW, seed=1) != EVENTS
    assert make_events(NOW + timedelta(days=1)) != EVENTS


def test_sizes_are_those_of_real_deliveries() -> None:
    sizes = {source: [len(e.body) for e in events] for source, events in BY_SOURCE.items()}
    every = [size for some in sizes.values() for size in some]
    assert min(every) > 1_000 and max(every) < 40_000
    assert max(sizes["github"]) > 20_000
    assert max(sizes["segment"]) > 25_000
    assert min(sizes["stripe"]) > 3_000


def test_rows_are_counted_as_the_source_will_split_them() -> None:
    for event in EVENTS:
        found = document(event)
        assert event.rows == (len(found) if event.source == "segment" else 1)
    assert all(event.rows > 1 for event in BY_SOURCE["segment"])


def test_github_deliveries_have_the_documented_shape() -> None:
    for event in BY_SOURCE["github"]:
        found, sent = document(event), headers(event)
        assert {"organization", "sender"} <= found.keys()
        assert uuid.UUID(sent["x-github-delivery"]).version == 4
        assert sent["content-type"] == "application/json"
        assert sent["user-agent"].startswith("GitHub-Hookshot/")
    for push in by_kind("push"):
        commits = push["commits"]
        assert 1 <= len(commits) <= 9
        assert push["head_commit"] == commits[-1] and push["after"] == commits[-1]["id"]
        assert push["repository"]["full_name"].startswith("harbour/")
    for pull in by_kind("pull_request"):
        assert pull["action"] in ("opened", "synchronize", "closed")
        assert pull["pull_request"]["base"]["repo"]["id"] == pull["repository"]["id"]
        assert pull["pull_request"]["merged"] <= (pull["pull_request"]["state"] == "closed")
    for issue in by_kind("issues"):
        assert issue["issue"]["state"] == ("closed" if issue["action"] == "closed" else "open")
        assert ("label" in issue) == (issue["action"] == "labeled")
    assert by_kind("ping")[0]["zen"]


def test_deliveries_and_events_have_ids_of_their_own() -> None:
    for source, get in (
        ("github", lambda e: headers(e)["x-github-delivery"]),
        ("stripe", lambda e: document(e)["id"]),
    ):
        ids = [get(event) for event in BY_SOURCE[source]]
        assert len(set(ids)) == len(ids)
    messages = [call["messageId"] for e in BY_SOURCE["segment"] for call in document(e)]
    assert len(set(messages)) == len(messages)


def test_stripe_events_have_the_documented_shape() -> None:
    types = Counter(document(event)["type"] for event in BY_SOURCE["stripe"])
    assert {"charge.succeeded", "charge.failed", "invoice.paid"} <= types.keys()
    assert types["invoice.payment_failed"] > 0
    for event in BY_SOURCE["stripe"]:
        found = document(event)
        subject = found["data"]["object"]
        assert found["object"] == "event" and found["type"].startswith(subject["object"])
        assert event.body.startswith(b'{\n  "id": "evt_')
        if subject["object"] == "invoice":
            lines = subject["lines"]["data"]
            assert subject["total"] == sum(line["amount"] for line in lines)
            assert (subject["status"] == "paid") == (found["type"] == "invoice.paid")
        else:
            assert subject["paid"] == (found["type"] != "charge.failed")


def test_segment_batches_are_tracks_of_one_person_in_order() -> None:
    for event in BY_SOURCE["segment"]:
        calls = document(event)
        assert {call["type"] for call in calls} == {"track"}
        assert len({call["userId"] for call in calls}) == 1
        times = [call["timestamp"] for call in calls]
        assert times == sorted(times)


def test_everything_happened_in_the_day_before() -> None:
    day = (int((NOW - timedelta(hours=24)).timestamp()), int(NOW.timestamp()))
    for event in BY_SOURCE["stripe"]:
        assert day[0] <= document(event)["created"] <= day[1]
    for event in BY_SOURCE["segment"]:
        for call in document(event):
            happened = datetime.fromisoformat(call["timestamp"])
            assert day[0] <= happened.timestamp() <= day[1]
    for push in by_kind("push"):
        assert day[0] <= push["repository"]["pushed_at"] <= day[1]


def test_github_signs_the_body() -> None:
    for event in BY_SOURCE["github"]:
        signature = headers(event)["x-hub-signature-256"]
        wanted = hmac_of("sha256", signing.GITHUB_SECRET, event.body)
        assert signature == f"sha256={wanted}"


def test_stripe_signs_time_and_body() -> None:
    for event in BY_SOURCE["stripe"]:
        parts = dict(p.split("=", 1) for p in headers(event)["stripe-signature"].split(","))
        assert parts["t"] == str(int(NOW.timestamp()))
        signed = parts["t"].encode() + b"." + event.body
        assert parts["v1"] == hmac_of("sha256", signing.STRIPE_SECRET, signed)


def test_segment_signs_the_first_call_of_a_batch() -> None:
    """Its text as it stands in the body: a receiver has nothing else."""
    for event in BY_SOURCE["segment"]:
        text = event.body.decode()
        _, end = json.JSONDecoder().raw_decode(text, 1)
        first = text[1:end].encode()
        wanted = hmac_of("sha1", signing.SEGMENT_SECRET, first)
        assert headers(event)["x-signature"] == wanted
