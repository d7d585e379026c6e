"""The shapes of research/providers.md, as values: what a recipe's scheme is made of.

Shape 1 is `Token`; 2 to 7, 10 and 11 are `Signature` (they differ in where the parts lie); 8 is
`SignedByCertificate`; 9 is `FieldsSignature`, `ItemSignature` and `ItemToken`. The names of fields
that a user may set are the names of options (binding.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from hookwire_engine.append.recipes import template


class Unit(Enum):
    SECONDS = auto()
    MILLISECONDS = auto()
    ISO = auto()


class Method(Enum):
    """How the content becomes a signature."""

    HMAC = auto()
    HASH = auto()  # the secret is part of the content
    ED25519 = auto()
    ECDSA = auto()  # P-256, SHA-256, DER


class Layout(Enum):
    """How signatures lie in their header."""

    WHOLE = auto()  # `sha256=5e8..`: the prefix, then the signature
    LIST = auto()  # `v1=5e8..,v1=77a..`: several of those
    FIELDS = auto()  # `t=17..,v1=5e8..`: each field named `field` is one
    VERSIONS = auto()  # `v1,K5o.. v1a,hnO..`: those of the version `field`


class Key(Enum):
    """How a secret's value becomes the key."""

    TEXT = auto()  # as it is
    HEX = auto()
    BASE64 = auto()
    WHSEC = auto()  # Standard Webhooks: base64, padded or not, after `whsec_`
    WHPK = auto()  # Standard Webhooks: an Ed25519 key, base64 after `whpk_`


class UrlForms(Enum):
    """Which spellings of the URL a provider may have signed."""

    AS_SENT = auto()
    PORT = auto()  # with and without the port (Twilio)
    DECODED = auto()  # with and without percent-encoded punctuation (HubSpot)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """Where the time of sending is, and how old it may be.

    Looked for at `path` in the JSON body, else in `field` of the signature's header or document,
    else in `header`. `tolerance` is in seconds; None: not looked at.
    """

    header: str = ""
    field: str = ""
    path: tuple[str, ...] = ()
    unit: Unit = Unit.SECONDS
    tolerance: int | None = None
    past_only: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """The secret itself, in a header after `scheme` or in a parameter of the query."""

    header: str = ""
    parameter: str = ""
    scheme: str = ""
    credentials: bool = False  # the secret is user:password, sent as base64 (RFC 7617)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in a header over `content`.

    `separator` stands between fields (FIELDS); `any_case` takes upper-case hexadecimal too.
    `version` tells schemes of one recipe apart.
    """

    header: str
    content: str = template.BODY
    method: Method = Method.HMAC
    algorithm: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""
    layout: Layout = Layout.WHOLE
    field: str = ""
    separator: str = ","
    key: Key = Key.TEXT
    timestamp: Timestamp | None = None
    urls: UrlForms = UrlForms.AS_SENT
    any_case: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class FieldsSignature:
    """HMAC over fields of the body, which lie at `path` of a JSON body or in a form."""

    content: str
    field: str
    path: tuple[str, ...] = ()
    algorithm: str = "sha256"
    encoding: str = "hex"
    timestamp: Timestamp | None = None


@dataclass(frozen=True, slots=True)
class ItemSignature:
    """HMAC in each item of a JSON body over its fields, joined by colons; a path has dots."""

    items: str
    item: str
    field: str
    fields: tuple[str, ...]
    algorithm: str = "sha256"
    encoding: str = "base64"
    key: Key = Key.HEX


@dataclass(frozen=True, slots=True)
class ItemToken:
    """The secret itself in each item of a JSON body."""

    items: str
    field: str


@dataclass(frozen=True, slots=True)
class SignedByCertificate:
    """RSA (PKCS #1 v1.5) with the key of a certificate that the request names.

    With `content` (PayPal), everything lies in headers; else (SNS) in the body, and what is signed
    depends on the message's type. The certificate is a secret's value in PEM, or fetched from a
    URL whose host matches `hosts` and whose path matches `paths`.
    """

    hosts: str
    paths: str
    content: str = ""
    header: str = ""
    url_header: str = ""
    algorithm_header: str = ""
    algorithms: tuple[tuple[str, str], ...] = ()  # what the request calls it -> the hash
    topic: str = ""
    timestamp: Timestamp | None = None


Scheme: TypeAlias = (
    Token | Signature | FieldsSignature | ItemSignature | ItemToken | SignedByCertificate
)
