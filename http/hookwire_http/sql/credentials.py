"""Who asks, as far as HTTP tells. No I/O.

Without credentials only this machine may ask, and a request that reaches us from it need not have
begun on it: a proxy passes on what comes from outside, and a web page may send to 127.0.0.1, under
a name of its own (DNS rebinding). Both show in the request's head.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from hookwire_http.headers import Pairs, header

_PASSED_ON = ("forwarded", "via", "x-real-ip", "x-original-host")
_PASSED_ON_PREFIXES = ("x-forwarded-", "cf-", "x-envoy-")


class Basic(NamedTuple):
    user: str
    password: str


def basic(headers: Pairs) -> Basic | None:
    """The credentials of RFC 7617, in UTF-8; None without any or with others."""
    scheme, _, encoded = (header(headers, "authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (Error, ValueError):
        return None
    return Basic(user, password) if colon and "\0" not in user + password else None


def is_loopback(address: str | None) -> bool:
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return found.is_loopback or (mapped is not None and mapped.is_loopback)


def is_direct(peer: str | None, headers: Pairs, http_version: str) -> bool:
    """Whether it comes from a program on this machine, as far as can be seen.

    Proxies add headers, keep the name that was asked for, or speak HTTP/1.0 (nginx, unless told).
    """
    passed_on = any(n in _PASSED_ON or n.startswith(_PASSED_ON_PREFIXES) for n, _ in headers)
    return (
        is_loopback(peer)
        and not passed_on
        and http_version != "1.0"
        and _names_this_machine(header(headers, "host") or "")
    )


def _names_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name == "localhost" or is_loopback(name)


def is_foreign(headers: Pairs) -> bool:
    """Whether a web page of another origin asks."""
    origin = header(headers, "origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != (header(headers, "host") or "")
    except ValueError:
        return True
