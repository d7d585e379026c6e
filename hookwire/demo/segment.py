"""Segment: batches of track calls, as its webhook destination sends them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hookwire.demo import signing
from hookwire.demo.chance import Chance, milliseconds
from hookwire.demo.world import PEOPLE, PRODUCTS

Json = dict[str, Any]

MAX_BATCH = 44

_PAGES = ("/", "/moorings", "/tides", "/berths/plan", "/account/billing", "/pilots")
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Safari/605.1.15",
)


def headers(first_event: bytes) -> tuple[tuple[str, str], ...]:
    return (
        ("User-Agent", "Segment.io/1.0"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("X-Signature", signing.segment(first_event)),
    )


def batch(chance: Chance) -> list[bytes]:
    """The JSON texts of a batch's events, oldest first."""
    moment = chance.moment(timedelta(hours=22)) - timedelta(hours=2)  # longer than a batch
    shopper = chance.pick(PEOPLE)
    anonymous, agent = chance.uuid(), chance.pick(_AGENTS)
    events = []
    for _ in range(chance.number(2, MAX_BATCH)):
        moment += timedelta(seconds=chance.number(1, 90), milliseconds=chance.number(0, 999))
        event = _track(moment, agent, chance)
        event |= {"userId": shopper.user_id, "anonymousId": anonymous}
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        events.append(text.encode())
    return events


def body(events: list[bytes]) -> bytes:
    return b"[" + b",".join(events) + b"]"


def _track(moment: datetime, agent: str, chance: Chance) -> Json:
    name, properties = _action(chance)
    path = chance.pick(_PAGES)
    sent = moment + timedelta(milliseconds=chance.number(5, 900))
    return {
        "channel": "client",
        "context": {
            "ip": f"203.0.113.{chance.number(1, 254)}",
            "library": {"name": "analytics.js", "version": "next-1.81.0"},
            "locale": chance.pick(("nb-NO", "pt-PT", "ja-JP", "en-GB")),
            "page": {
                "path": path,
                "referrer": "https://harbour.example.com/",
                "search": "",
                "title": "Harbour",
                "url": f"https://harbour.example.com{path}",
            },
            "timezone": chance.pick(("Europe/Oslo", "Europe/Lisbon", "Asia/Tokyo")),
            "userAgent": agent,
        },
        "event": name,
        "integrations": {},
        "messageId": f"ajs-next-{_epoch_milliseconds(moment)}-{chance.uuid()}",
        "originalTimestamp": milliseconds(moment),
        "properties": properties,
        "receivedAt": milliseconds(sent),
        "sentAt": milliseconds(sent),
        "timestamp": milliseconds(moment),
        "type": "track",
        "version": 2,
    }


def _epoch_milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _action(chance: Chance) -> tuple[str, Json]:
    product = chance.pick(PRODUCTS)
    about: Json = {"plan": product.plan, "name": product.name, "price": product.cents / 100}
    name = chance.pick(EVENTS)
    if name == "Tide Table Opened":
        return name, {"station": chance.pick(("Bergen", "Porto", "Lagos"))}
    if name == "Berth Searched":
        return name, {"length_m": chance.number(4, 60), "nights": chance.number(1, 30)}
    return name, about | {"currency": "EUR"}


EVENTS = ("Tide Table Opened", "Berth Searched", "Product Viewed", "Checkout Started",
          "Order Completed")  # fmt: skip
