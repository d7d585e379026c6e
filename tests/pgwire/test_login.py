"""From the first byte to the first ReadyForQuery, or to the refusal."""

from __future__ import annotations

import asyncio
from struct import pack

import pytest

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_catalog.roles import LoginRole
from hookwire_pgwire import replies
from hookwire_pgwire.auth import Accepted, Challenge, Exchange, Login, Step
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.registry import Registry
from support.memory_transport import LOGIN, MemoryClient, answers, error_fields, frames
from support.scripted_backend import ScriptedBackend
from support.wire import query, startup, terminate

SSL, GSSENC = pack("!ii", 8, 80877103), pack("!ii", 8, 80877104)


def exchange(
    *messages: bytes,
    config: SqlServerConfig | None = None,
    registry: Registry | None = None,
    peer: tuple[str, int] = ("127.0.0.1", 5),
) -> tuple[bytes, MemoryClient]:
    """What a fresh connection answers, up to ReadyForQuery or its end."""

    async def run() -> tuple[bytes, MemoryClient]:
        client = MemoryClient(config=config, registry=registry, peer=peer)
        return await client.raw(*messages), client

    return asyncio.run(run())


def test_a_login_says_all_that_is_reported() -> None:
    login = startup({"user": "ann", "database": "hookwire", "application_name": "t"})
    data, client = exchange(login)
    told = answers(data)
    reported = dict(a.values for a in told if a.name == "ParameterStatus")
    assert [a.name for a in told if a.name != "ParameterStatus"] == [
        "Authentication",
        "BackendKeyData",
        "ReadyForQuery",
    ]
    assert reported == dict(client.session.parameters)
    assert (reported["application_name"], client.session.user) == ("t", "ann")


@pytest.mark.parametrize("requests", [[SSL], [GSSENC], [SSL, GSSENC], [GSSENC, SSL]])
def test_encryption_is_declined(requests: list[bytes]) -> None:
    data, _ = exchange(*requests, LOGIN)
    assert data.startswith(b"N" * len(requests) + replies.AUTHENTICATION_OK)


@pytest.mark.parametrize(("minor", "size"), [(0, 4), (1, 4), (2, 32), (9, 32)])
def test_the_cancel_key_is_as_long_as_the_version_allows(minor: int, size: int) -> None:
    login = startup({"user": "ann", "database": "hookwire"}, 3 << 16 | minor)
    data, _ = exchange(login)
    (key,) = (payload for kind, payload in frames(data) if kind == b"K")
    assert len(key) == 4 + size
    assert data.startswith(b"v") == (minor > 2)


@pytest.mark.parametrize(
    ("login", "code", "words"),
    [
        (startup({"user": "ann", "database": "nope"}), "3D000", 'database "nope" does not exist'),
        (startup({"user": "ann"}), "3D000", 'database "ann" does not exist'),
        (startup({"user": "hookwire", "client_encoding": "nope"}), "22023",
         'invalid value for parameter "client_encoding": "nope"'),
        (startup({"user": "hookwire", "nope": "1"}), "42704",
         'unrecognized configuration parameter "nope"'),
        (startup({"user": "hookwire", "options": "-z"}), "42601",
         "invalid command-line argument for server process: -z"),
        (startup({"database": "hookwire"}), "28000",
         "no PostgreSQL user name specified in startup packet"),
        (startup({"user": "hookwire"}, 2 << 16), "0A000",
         "unsupported frontend protocol 2.0: server supports 3.0 to 3.2"),
        (b"GET / HTTP/1.1\r\n\r\n", "08P01", "invalid length of startup packet"),
        (b"\x16\x03\x01\x02\x00\x01", "08P01", "direct TLS connections are not supported"),
    ],
)  # fmt: skip
def test_refusals_in_postgresqls_words(login: bytes, code: str, words: str) -> None:
    data, client = exchange(login)
    found = error_fields(data)
    assert (found["S"], found["C"], found["M"]) == ("FATAL", code, words)
    assert client.transport.closing
    assert client.sample("hookwire_sql_sessions") == 0


def test_the_quotes_of_asyncpg_round_the_encoding_are_understood() -> None:
    data, client = exchange(startup({"user": "hookwire", "client_encoding": "'utf-8'"}))
    assert client.session.setting("client_encoding") == "UTF8"
    assert data.endswith(b"Z\0\0\0\5I")


def test_settings_of_the_options_parameter_are_set() -> None:
    options = r"-c statement_timeout=5000 -c application_name=two\ words"
    _, client = exchange(startup({"user": "hookwire", "options": options}))
    assert client.session.setting("statement_timeout") == "5s"
    assert client.session.setting("application_name") == "two words"


def refusal(registry: Registry) -> tuple[str, str, str]:
    data, _ = exchange(LOGIN, registry=registry)
    found = error_fields(data)
    return found["S"], found["C"], found["M"]


def test_while_the_system_starts() -> None:
    told = refusal(Registry(1))
    assert told == ("FATAL", "57P03", "the database system is starting up")


def test_while_the_system_stops() -> None:
    registry = Registry(1)
    registry.backend = ScriptedBackend()
    registry.draining = True
    told = refusal(registry)
    assert told == ("FATAL", "57P03", "the database system is shutting down")


def test_only_so_many_sessions_at_once() -> None:
    async def run() -> None:
        registry = Registry(1)
        backend = ScriptedBackend()
        registry.backend = backend
        first = MemoryClient(backend, registry=registry)
        await first.login()
        second = MemoryClient(backend, registry=registry)
        found = error_fields(await second.raw(LOGIN))
        assert (found["C"], found["M"]) == ("53300", "sorry, too many clients already")
        first.send(terminate())
        await first.ended.wait()
        third = MemoryClient(backend, registry=registry)
        assert (await third.raw(LOGIN)).endswith(b"I")

    asyncio.run(run())


def test_the_last_sessions_are_for_superusers() -> None:
    async def run() -> None:
        registry = Registry(2, reserved=1)
        roles = {name: LoginRole(name, True, name == "hookwire") for name in ("ann", "hookwire")}
        registry.backend = backend = ScriptedBackend(roles=roles)
        ann = startup({"user": "ann", "database": "hookwire"})
        first = MemoryClient(backend, registry=registry)
        assert (await first.raw(ann)).endswith(b"I")
        refused = MemoryClient(backend, registry=registry)
        found = error_fields(await refused.raw(ann))
        assert found["C"] == "53300"
        assert found["M"] == (
            "remaining connection slots are reserved for roles with the SUPERUSER attribute"
        )
        await refused.ended.wait()
        last = MemoryClient(backend, registry=registry)
        assert (await last.raw(LOGIN)).endswith(b"I")

    asyncio.run(run())


def test_nobody_is_trusted_from_elsewhere() -> None:
    data, client = exchange(LOGIN, peer=("192.0.2.1", 5))
    assert error_fields(data)["C"] == "28000"
    assert client.backend.sessions == []


def test_a_client_that_says_nothing_is_sent_away_without_a_word() -> None:
    data, client = exchange(b"\0\0", config=SqlServerConfig(startup_timeout_s=0.001))
    assert (data, client.transport.closing) == (b"", True)


class Password(Exchange):
    """Asks twice, then believes the word "open"."""

    def __init__(self) -> None:
        self.asked = 0

    def begin(self) -> Step:
        return Challenge(replies.authentication_request(3))

    def respond(self, data: bytes) -> Step:
        self.asked += 1
        if data != b"open\0":
            raise InvalidAuthorization("password authentication failed")
        return Challenge(replies.authentication_request(3)) if self.asked < 2 else Accepted(b"")


class AskForPassword:
    def exchange(self, login: Login) -> Exchange:
        return Password()


@pytest.mark.parametrize(("word", "end"), [("open", "ReadyForQuery"), ("shut", "ErrorResponse")])
def test_an_exchange_may_take_several_rounds(word: str, end: str) -> None:
    config = SqlServerConfig(authenticator=AskForPassword())
    answer = b"p\0\0\0\x09" + word.encode() + b"\0"
    data, _ = exchange(LOGIN, answer, answer, config=config)
    told = [a.name for a in answers(data)]
    assert told[0] == "Authentication"
    assert told[-1] == end


def test_a_query_instead_of_a_password_is_refused() -> None:
    config = SqlServerConfig(authenticator=AskForPassword())
    data, _ = exchange(LOGIN, query("SELECT 1"), config=config)
    found = error_fields(data)
    assert found["M"] == "expected password response, got message type 81"
