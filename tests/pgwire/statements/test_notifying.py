"""LISTEN and NOTIFY between connections."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from hookwire_catalog.errors import InvalidParameterValue, SqlError
from hookwire_pgwire import notifications
from hookwire_pgwire.notifications import Hub, Notification, Notifications
from hookwire_pgwire.parts import made
from hookwire_pgwire.registry import Registry
from hookwire_pgwire.statements.notifying import Listening, parse_listening
from support.memory_transport import MemoryClient, answers
from support.scripted_backend import ScriptedBackend
from support.wire import query

Scenario = Callable[[MemoryClient, MemoryClient], Awaitable[None]]


def talk(scenario: Scenario) -> None:
    """Two clients of one server."""

    async def run() -> None:
        registry = Registry(10)
        backend = registry.backend = ScriptedBackend()
        one = MemoryClient(backend, registry=registry)
        other = MemoryClient(backend, registry=registry)
        await one.login()
        await other.login()
        await scenario(one, other)

    asyncio.run(run())


def told(client: MemoryClient) -> list[str]:
    written = bytes(client.transport.written)
    client.transport.written.clear()
    return [str(answer) for answer in answers(written)]


@pytest.mark.parametrize(
    "sql, found",
    [
        ("LISTEN a", Listening("listen", "a")),
        ('LISTEN "A b"', Listening("listen", "A b")),
        ("UNLISTEN A", Listening("unlisten", "a")),
        ("UNLISTEN *", Listening("unlisten", None)),
        ("NOTIFY a", Listening("notify", "a")),
        ("NOTIFY a, 'it''s'", Listening("notify", "a", "it's")),
    ],
)
def test_the_statements(sql: str, found: Listening) -> None:
    assert parse_listening(made(sql)) == found


@pytest.mark.parametrize(
    "sql", ["LISTEN", "LISTEN *", "LISTEN a, b", "NOTIFY", "NOTIFY a,", "NOTIFY *"]
)
def test_what_is_no_such_statement(sql: str) -> None:
    with pytest.raises(SqlError) as caught:
        parse_listening(made(sql))
    assert caught.value.sqlstate == "42601"


def test_an_idle_client_is_told_at_once() -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        await other.ask(query("NOTIFY c, 'hello'"))
        assert told(one) == ['NotificationResponse "c" "hello"']
        assert told(other) == []

    talk(scenario)


def test_a_client_in_a_transaction_is_told_at_its_end() -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        await one.ask(query("BEGIN"))
        await other.ask(query("NOTIFY c, '1'"))
        await other.ask(query("NOTIFY c, '2'"))
        assert told(one) == []
        assert await one.ask(query("ROLLBACK")) == [
            'CommandComplete "ROLLBACK"',
            'NotificationResponse "c" "1"',
            'NotificationResponse "c" "2"',
            'ReadyForQuery "I"',
        ]

    talk(scenario)


def test_the_sender_is_named_by_its_process_id() -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        await other.ask(query("NOTIFY c"))
        assert bytes(one.transport.written)[5:9] == other.session.id.to_bytes(4)

    talk(scenario)


@pytest.mark.parametrize("end", ["UNLISTEN c", "UNLISTEN *", "DISCARD ALL"])
def test_what_is_not_listened_to_any_more(end: str) -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        await one.ask(query(end))
        await other.ask(query("NOTIFY c"))
        assert told(one) == []

    talk(scenario)


def test_a_client_that_has_gone_is_forgotten() -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        one.connection.eof_received()
        await one.ended.wait()
        one.transport.written.clear()
        await other.ask(query("NOTIFY c"))
        assert told(one) == []

    talk(scenario)


def test_a_client_that_does_not_read_is_told_when_it_reads_again() -> None:
    async def scenario(one: MemoryClient, other: MemoryClient) -> None:
        await one.ask(query("LISTEN c"))
        one.connection.pause_writing()
        await other.ask(query("NOTIFY c, '1'"))
        assert told(one) == []
        one.connection.resume_writing()
        assert told(one) == ['NotificationResponse "c" "1"']

    talk(scenario)


def test_what_waits_for_a_client_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()
    slow = Notifications(hub, lambda: None)
    slow.listen("c")
    slow.commit()
    with caplog.at_level(logging.WARNING, "hookwire.pgwire"):
        for number in range(notifications.MAX_WAITING + 5):
            hub.publish(Notification(0, "c", str(number)))
    assert [record.message for record in caplog.records] == [
        "a client that does not read loses notifications"
    ]
    assert [n.payload for n in slow.take()] == [str(n) for n in range(notifications.MAX_WAITING)]
    hub.publish(Notification(0, "c", "again"))
    assert len(slow.take()) == 1


def test_a_payload_has_a_limit() -> None:
    sender = Notifications(Hub(), lambda: None)
    sender.notify(Notification(0, "c", "x" * 7999))
    with pytest.raises(InvalidParameterValue, match="payload string too long"):
        sender.notify(Notification(0, "c", "ü" * 4000))


def test_a_hub_keeps_no_empty_channels() -> None:
    hub = Hub()
    listener = Notifications(hub, lambda: None)
    for channel in ("a", "b"):
        listener.listen(channel)
    listener.commit()
    listener.close()
    assert hub.channels == []


# Rows that have arrived.


@dataclass(frozen=True)
class Rows:
    schema: str
    source: str
    rows: int
    position: int


def test_arrivals_that_wait_become_one_for_each_channel() -> None:
    hub = Hub()
    calls: list[int] = []
    listener = Notifications(hub, lambda: calls.append(1))
    for channel in ("orders", "public.orders", "shop.orders"):
        listener.listen(channel)
    assert not hub.is_listened_to
    listener.commit()
    assert hub.is_listened_to
    hub.arrived(Rows("public", "orders", 2, 10))
    hub.arrived(Rows("public", "others", 5, 11))
    hub.arrived(Rows("public", "orders", 3, 12))
    hub.arrived(Rows("shop", "orders", 1, 13))
    told = {n.channel: json.loads(n.payload) for n in listener.take()}
    public = {"source": "public.orders", "rows": 5, "position": 12}
    shop = {"source": "shop.orders", "rows": 1, "position": 13}
    assert told == {"orders": public, "public.orders": public, "shop.orders": shop}
    assert len(calls) == 5
    assert listener.take() == []
    listener.close()
    assert not hub.is_listened_to


def test_the_name_of_a_channel_is_cut_as_listen_cuts_it() -> None:
    hub = Hub()
    listener = Notifications(hub, lambda: None)
    long = "s" * 40
    listener.listen(parse_listening(made(f'LISTEN "{long}.{long}"')).channel or "")
    listener.commit()
    hub.arrived(Rows(long, long, 1, 1))
    (told,) = listener.take()
    assert told.channel == f"{long}.{long}"[:63]
