"""Which connections may come in, and how they prove who they are: the rules of pg_hba.conf.

    # type   database  user         address        method  [options]
    hostssl  all       all          0.0.0.0/0      scram-sha-256
    host     hookwire  +analysts    192.168.0.0/16 scram-sha-256
    host     all       hookwire     127.0.0.1/32   trust

Read as PostgreSQL reads it (21.1): the first rule that matches decides, and where none does nobody
comes in. Names may be in quotes, which takes a keyword's meaning away; `+role` means its members.
Stricter than PostgreSQL in two points: `trust` is for loopback addresses only, and `password`,
which sends it in clear text, for those and for hostssl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple, TypeAlias

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_pgwire.auth import CleartextExchange, Exchange, Login, TrustExchange, address_of
from hookwire_pgwire.scram import MOCK_KEY, ScramExchange
from hookwire_pgwire.startup import SessionRequest

Network: TypeAlias = IPv4Network | IPv6Network

TYPES = ("local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc")
METHODS = ("trust", "reject", "scram-sha-256", "password", "cert")
MD5 = "md5"
"""Means scram-sha-256, as in PostgreSQL where a SCRAM verifier is stored: we store no other."""

_CLIENT_CERTIFICATES = ("verify-ca", "verify-full")
EVERYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_TOKEN = re.compile(r'[\s,]*(?:(#)|((?:"[^"]*"|[^\s,"#])+)(,?)|("))')
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


class BadRulesError(Exception):
    """The message names the line."""


class Word(NamedTuple):
    text: str
    quoted: bool = False

    def means(self, *keywords: str) -> bool:
        return not self.quoted and self.text in keywords


@dataclass(frozen=True, slots=True)
class Rule:
    """`networks` is empty for `local`, which no connection of ours is."""

    line: int
    type: str
    databases: tuple[Word, ...]
    users: tuple[Word, ...]
    networks: tuple[Network, ...]
    method: str
    client_certificate: str | None = None

    def matches(self, login: Login) -> bool:
        encrypted = login.tls is not None
        if self.type in ("local", "hostgssenc") or (self.type == "hostssl" and not encrypted):
            return False
        if self.type == "hostnossl" and encrypted:
            return False
        return self._reaches(login.peer) and self._names(login)

    def _reaches(self, peer: str | None) -> bool:
        if peer is None:
            return False
        address = address_of(peer)
        return any(address in network for network in self.networks)

    def _names(self, login: Login) -> bool:
        role, request = login.role, login.request
        groups = frozenset() if role is None else role.memberships | {role.name}
        return any(_is_database(word, request, groups) for word in self.databases) and any(
            _is_user(word, request.user, groups) for word in self.users
        )


def _is_database(word: Word, request: SessionRequest, groups: frozenset[str]) -> bool:
    if word.means("all"):
        return True
    if word.means("sameuser"):
        return request.database == request.user
    if word.means("samerole", "samegroup"):
        return request.database in groups
    return not word.means("replication") and word.text == request.database


def _is_user(word: Word, user: str, groups: frozenset[str]) -> bool:
    if not word.quoted and word.text.startswith("+"):
        return word.text[1:] in groups
    return word.means("all") or word.text == user


@dataclass(frozen=True, slots=True)
class Rules:
    """An Authenticator. `mock_key` is for `ScramExchange`."""

    rules: tuple[Rule, ...] = ()
    mock_key: bytes = field(default=MOCK_KEY, repr=False)

    def exchange(self, login: Login) -> Exchange:
        rule = next((rule for rule in self.rules if rule.matches(login)), None)
        if rule is None:
            raise InvalidAuthorization(f"no pg_hba.conf entry for {_described(login)}")
        if rule.method == "reject":
            raise InvalidAuthorization(f"pg_hba.conf rejects connection for {_described(login)}")
        _check_certificate(rule, login)
        if rule.method == "scram-sha-256":
            return ScramExchange(login, self.mock_key)
        return CleartextExchange(login) if rule.method == "password" else TrustExchange()


def passwords_for_all(mock_key: bytes = MOCK_KEY) -> Rules:
    """The rules of a server whose superuser has a password and no file of its own."""
    everybody = (Word("all"),)
    return Rules((Rule(0, "host", everybody, everybody, EVERYWHERE, "scram-sha-256"),), mock_key)


def _described(login: Login) -> str:
    encryption = "no encryption" if login.tls is None else "SSL encryption"
    user, database = login.request.user, login.request.database
    return f'host "{login.peer}", user "{user}", database "{database}", {encryption}'


def _check_certificate(rule: Rule, login: Login) -> None:
    if rule.method != "cert" and rule.client_certificate is None:
        return
    name = None if login.tls is None else login.tls.client_name
    if name is None:
        raise InvalidAuthorization("connection requires a valid client certificate")
    exact = rule.method == "cert" or rule.client_certificate == "verify-full"
    if exact and name != login.request.user:
        raise InvalidAuthorization(
            f'certificate authentication failed for user "{login.request.user}"'
        )


# Reading.


def parse(text: str, mock_key: bytes = MOCK_KEY) -> Rules:
    """Raises BadRulesError."""
    rules = []
    for number, line in _logical_lines(text):
        try:
            fields = _fields(line)
            if fields:
                rules.append(_rule(number, fields))
        except ValueError as error:
            raise BadRulesError(f"line {number}: {error}") from None
    return Rules(tuple(rules), mock_key)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """With the number of their first line; a backslash at its end joins a line to the next."""
    joined, start = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        start = start if joined else number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        yield start, joined + line
        joined = ""
    yield start, joined


def _fields(line: str) -> list[list[Word]]:
    """Words between spaces; a comma right after a word joins the next one to its field."""
    fields: list[list[Word]] = []
    joins, at = False, 0
    while (token := _TOKEN.match(line, at)) is not None and token[1] is None:
        at = token.end()
        if token[2] is None:
            raise ValueError("a quote is not closed")
        text = _QUOTED.sub(lambda found: found[1].replace('""', '"'), token[2])
        if not joins:
            fields.append([])
        fields[-1].append(Word(text, token[2].startswith('"')))
        joins = bool(token[3])
    return fields


def _rule(number: int, fields: Sequence[Sequence[Word]]) -> Rule:
    type_ = _one(fields, 0, "a connection type")
    if type_ not in TYPES:
        raise ValueError(f'invalid connection type "{type_}"')
    databases, users = _some(fields, 1, "a database"), _some(fields, 2, "a user")
    networks, at = ((), 3) if type_ == "local" else _networks(fields)
    method = _one(fields, at, "an authentication method")
    method = "scram-sha-256" if method == MD5 else method
    if method not in METHODS:
        raise ValueError(f'authentication method "{method}" is not one of {", ".join(METHODS)}')
    certificate = _options(type_, fields[at + 1 :])
    _check_method(type_, method, networks)
    return Rule(number, type_, databases, users, networks, method, certificate)


def _check_method(type_: str, method: str, networks: Iterable[Network]) -> None:
    near = all(_is_loopback(network) for network in networks)
    if method == "trust" and not near:
        raise ValueError("trust is for loopback addresses only; scram-sha-256 is for all")
    if method == "password" and type_ != "hostssl" and not near:
        raise ValueError("password is for hostssl and for loopback addresses only")
    if method == "cert" and type_ != "hostssl":
        raise ValueError("cert authentication is only supported on hostssl connections")


def _is_loopback(network: Network) -> bool:
    return any(
        network.version == own.version and network.subnet_of(own)  # type: ignore[arg-type]
        for own in _LOOPBACK
    )


def _some(fields: Sequence[Sequence[Word]], at: int, what: str) -> tuple[Word, ...]:
    if at >= len(fields):
        raise ValueError(f"end-of-line before {what} specification")
    words = tuple(fields[at])
    if any(not word.quoted and word.text.startswith("@") for word in words):
        raise ValueError("files of names (@file) are not supported")
    return words


def _one(fields: Sequence[Sequence[Word]], at: int, what: str) -> str:
    words = _some(fields, at, what)
    if len(words) != 1:
        raise ValueError(f"{what} must be one word")
    return words[0].text


def _networks(fields: Sequence[Sequence[Word]]) -> tuple[tuple[Network, ...], int]:
    """The networks of the address, and where the method stands."""
    text = _one(fields, 3, "an IP address")
    if text == "all":
        return EVERYWHERE, 4
    if text in ("samehost", "samenet"):
        raise ValueError(f"{text} is not supported; write the addresses")
    mask = fields[4][0].text if len(fields) > 5 and "/" not in text else ""
    try:
        ip_address(mask)
    except ValueError:
        mask = ""
    if not mask and "/" not in text:
        raise ValueError(f'address "{text}" needs a mask, such as {text}/32')
    try:
        network = ip_network(f"{text}/{mask}" if mask else text, strict=False)
    except ValueError:
        raise ValueError(f'invalid IP address "{text}"; host names are not supported') from None
    return (network,), 5 if mask else 4


def _options(type_: str, fields: Sequence[Sequence[Word]]) -> str | None:
    certificate = None
    for words in fields:
        name, _, value = ",".join(word.text for word in words).partition("=")
        if name != "clientcert" or value not in _CLIENT_CERTIFICATES:
            raise ValueError(f'authentication option "{name}={value}" is not supported')
        if type_ != "hostssl":
            raise ValueError("clientcert can only be configured for hostssl rows")
        certificate = value
    return certificate
