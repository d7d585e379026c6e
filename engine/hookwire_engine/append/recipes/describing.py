"""A scheme in words, for the docs."""

from __future__ import annotations

from hookwire_engine.append.recipes.schemes import (
    FieldsSignature,
    ItemSignature,
    ItemToken,
    Key,
    Layout,
    Method,
    Scheme,
    Signature,
    SignedByCertificate,
    Timestamp,
    Token,
    Unit,
)

HEADING = ("where", "proof", "of", "time")


def row(scheme: Scheme) -> tuple[str, str, str, str]:
    return _where(scheme), proof(scheme), _content(scheme), _time(scheme)


def _where(scheme: Scheme) -> str:
    match scheme:
        case Signature(layout=Layout.FIELDS):
            return f"`{scheme.header}: ...{scheme.field}=<signature>`"
        case Signature(layout=Layout.VERSIONS):
            return f"`{scheme.header}: {scheme.field},<signature>`, one or more"
        case Signature(layout=Layout.LIST):
            return f"`{scheme.header}: {scheme.prefix}<signature>`, one or more"
        case Signature(header=""):
            return "the option `header`"
        case Signature():
            return f"`{scheme.header}: {scheme.prefix}<signature>`"
        case Token(parameter=name) if name:
            return f"`?{name}=` in the URL"
        case Token():
            return f"`{scheme.header}: {scheme.scheme + ' ' if scheme.scheme else ''}<secret>`"
        case FieldsSignature():
            return f"`{'.'.join((*scheme.path, scheme.field))}` in the body, or a form's field"
        case ItemSignature():
            return f"`{scheme.field}` of each item of `{scheme.items}`"
        case ItemToken():
            return f"`{scheme.field}` of each item of `{scheme.items}`"
        case SignedByCertificate():
            return f"`{scheme.header}` {'header' if scheme.content else 'in the body'}"


def proof(scheme: Scheme) -> str:
    match scheme:
        case Signature(method=Method.ED25519):
            return "Ed25519"
        case Signature(method=Method.ECDSA):
            return "ECDSA P-256"
        case Signature(method=Method.HASH):
            return f"{_hash(scheme.algorithm)}, {scheme.encoding}"
        case Signature() | FieldsSignature() | ItemSignature():
            return f"HMAC-{_hash(scheme.algorithm)}, {scheme.encoding}" + _key(scheme)
        case SignedByCertificate():
            return "RSA with a certificate"
        case Token() | ItemToken():
            return "the secret itself"


def _hash(algorithm: str) -> str:
    return algorithm.upper().replace("SHA", "SHA-")


def _key(scheme: Scheme) -> str:
    key = getattr(scheme, "key", Key.TEXT)
    words = {Key.HEX: "hexadecimal", Key.BASE64: "base64", Key.WHSEC: "base64 after `whsec_`"}
    return f"; the key is {words[key]}" if key in words else ""


def _content(scheme: Scheme) -> str:
    match scheme:
        case Signature() | FieldsSignature():
            return f"`{scheme.content}`"
        case ItemSignature():
            return ", ".join(f"`{name}`" for name in scheme.fields)
        case SignedByCertificate():
            return f"`{scheme.content}`" if scheme.content else "the message's fields"
        case Token() | ItemToken():
            return ""


def _time(scheme: Scheme) -> str:
    timestamp: Timestamp | None = getattr(scheme, "timestamp", None)
    if timestamp is None:
        return ""
    unit = {Unit.SECONDS: "seconds", Unit.MILLISECONDS: "milliseconds", Unit.ISO: "ISO 8601"}
    if timestamp.tolerance is None:
        return f"{unit[timestamp.unit]}; any, unless the option `tolerance` says"
    ways = "past" if timestamp.past_only else "past or future"
    return f"{unit[timestamp.unit]}; {timestamp.tolerance} s {ways}"
