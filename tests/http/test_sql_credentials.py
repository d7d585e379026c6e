"""Who asks, as far as a request's head tells."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hookwire_http.sql.credentials import Basic, basic, is_direct, is_foreign, is_loopback

LOCAL = (("host", "127.0.0.1:6876"), ("user-agent", "curl/8"))


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Basic " + encoded("ann:hers"), Basic("ann", "hers")),
        ("bAsIc " + encoded("ann:with:colons"), Basic("ann", "with:colons")),
        ("Basic " + encoded("änn:ü "), Basic("änn", "ü ")),
        ("Basic " + encoded(":"), Basic("", "")),
        ("Basic " + encoded("ann"), None),
        ("Basic " + encoded("ann:\0"), None),
        ("Basic " + b64encode(b"ann:\xff").decode(), None),
        ("Basic ann:hers", None),
        ("Basic", None),
        ("Bearer " + encoded("ann:hers"), None),
        ("", None),
    ],
)
def test_basic(value: str, found: Basic | None) -> None:
    assert basic((("authorization", value),)) == found


def test_no_credentials() -> None:
    assert basic(LOCAL) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", [None, "", "localhost", "10.0.0.1", "::ffff:10.0.0.1", "::2"])
def test_not_loopback(address: str | None) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost:6876", "[::1]:6876"])
def test_a_program_on_this_machine(host: str) -> None:
    assert is_direct("127.0.0.1", (("host", host), ("accept", "*/*")), "1.1")


@pytest.mark.parametrize(
    "host", ["hooks.example.com", "127.0.0.1.example.com", "10.0.0.1", "", "[", "localhost@evil"]
)
def test_another_name_is_not_this_machine(host: str) -> None:
    assert not is_direct("127.0.0.1", (("host", host),), "1.1")


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-forwarded-proto", "forwarded", "via", "x-real-ip", "cf-ray"]
)
def test_what_a_proxy_passes_on_is_not_direct(name: str) -> None:
    assert not is_direct("127.0.0.1", (*LOCAL, (name, "x")), "1.1")


def test_old_http_and_other_machines_are_not_direct() -> None:
    assert not is_direct("127.0.0.1", LOCAL, "1.0")
    assert not is_direct("10.0.0.1", LOCAL, "1.1")
    assert not is_direct(None, LOCAL, "1.1")
    assert not is_direct("127.0.0.1", (), "1.1")


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        ("http://127.0.0.1:6876", False),
        ("http://127.0.0.1", True),
        ("http://127.0.0.1:1", True),
        ("http://evil.example", True),
        ("null", True),
        ("http://[", True),
    ],
)
def test_pages_of_another_origin(origin: str, foreign: bool) -> None:
    assert is_foreign((*LOCAL, ("origin", origin))) is foreign
    assert not is_foreign(LOCAL)
