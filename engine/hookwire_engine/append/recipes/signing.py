"""Signatures in a header: the shapes 2 to 7, 10 and 11."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hookwire_engine.append.recipes import forms, keys, template
from hookwire_engine.append.recipes.facts import Facts, encoded
from hookwire_engine.append.recipes.schemes import Layout, Method, Signature
from hookwire_engine.append.recipes.template import Place, Template

MAX_SIGNATURES = 16
"""In one header: a bound on the work that an asymmetric scheme can be made to do."""

NO_FIELDS: Mapping[str, bytes] = {}


def matching_value(
    scheme: Signature, facts: Facts, values: Sequence[bytes]
) -> tuple[bytes, Mapping[str, bytes]] | None:
    """The secret's value that made the signature, and the fields of the signature's header."""
    header = facts.headers.get(scheme.header)
    if header is None:
        return None
    fields = _fields(header, scheme.separator) if scheme.layout is Layout.FIELDS else NO_FIELDS
    given = _signatures(scheme, header)
    parsed = template.parse(scheme.content)
    for value in values if given else ():
        for content in contents(parsed, scheme, facts, fields, value):
            if _proved(scheme, value, given, content):
                return value, fields
    return None


def _fields(header: str, separator: str) -> dict[str, bytes]:
    """The first of each name; `t=1, v1=ab` has a space after the comma at WorkOS."""
    found: dict[str, bytes] = {}
    for part in header.split(separator):
        name, equals, value = part.strip().partition("=")
        if equals:
            found.setdefault(name, encoded(value))
    return found


def _signatures(scheme: Signature, header: str) -> list[bytes]:
    if scheme.layout is Layout.WHOLE:
        parts, prefix = [header], scheme.prefix
    elif scheme.layout is Layout.LIST:
        parts, prefix = header.split(","), scheme.prefix
    elif scheme.layout is Layout.FIELDS:
        parts, prefix = header.split(scheme.separator), f"{scheme.field}="
    else:
        parts, prefix = header.split(" "), f"{scheme.field},"
    stripped = (part.strip() for part in parts)
    given = [encoded(part[len(prefix) :]) for part in stripped if part.startswith(prefix)]
    if scheme.any_case and scheme.encoding == "hex":
        given = [one.lower() for one in given]
    return given[:MAX_SIGNATURES]


def _proved(scheme: Signature, value: bytes, given: list[bytes], content: bytes) -> bool:
    if scheme.method is Method.HMAC:
        key = keys.key_of(value, scheme.key)
        if key is None:
            return False
        expected = keys.hmac_of(key, content, scheme.algorithm, scheme.encoding)
        return any(keys.same(expected, one) for one in given)
    if scheme.method is Method.HASH:
        expected = keys.hash_of(content, scheme.algorithm, scheme.encoding)
        return any(keys.same(expected, one) for one in given)
    proves = keys.ed25519_proves if scheme.method is Method.ED25519 else keys.ecdsa_proves
    key = keys.key_of(value, scheme.key)
    raw = (keys.decoded(one, scheme.encoding) for one in given)
    return key is not None and any(proves(key, one, content) for one in raw if one is not None)


def contents(
    parsed: Template, scheme: Signature, facts: Facts, fields: Mapping[str, bytes], value: bytes
) -> Iterator[bytes]:
    """What may have been signed: one text, or one for each spelling of the URL."""
    if parsed.parts == (Place.BODY,):
        yield facts.request.body
        return
    urls = facts.urls(scheme.urls) if Place.URL in parsed.names else (b"",)
    for url in urls:
        content = fill(parsed, facts, fields, value, url)
        if content is not None:
            yield content


def fill(
    parsed: Template, facts: Facts, fields: Mapping[str, bytes], value: bytes, url: bytes = b""
) -> bytes | None:
    """None: the request lacks a part."""
    found: list[bytes] = []
    for part in parsed.parts:
        text = part if isinstance(part, bytes) else _part(part, facts, fields, value, url)
        if text is None:
            return None
        found.append(text)
    return b"".join(found)


def _part(
    name: str, facts: Facts, fields: Mapping[str, bytes], value: bytes, url: bytes
) -> bytes | None:
    match name:
        case Place.BODY:
            return facts.request.body
        case Place.FIRST_ELEMENT:
            return facts.first_element
        case Place.METHOD:
            return encoded(facts.request.method)
        case Place.URL:
            return url
        case Place.FORM:
            return None if facts.form is None else forms.sorted_by_name(facts.form)
        case Place.FORM_OR_HASH:
            return _form_or_hash(facts, url)
        case Place.SECRET:
            return value
        case Place.CRC32:
            return facts.crc32
    if name in fields:
        return fields[name]
    text = facts.headers.get(name.lower())
    return None if text is None else encoded(text)


def _form_or_hash(facts: Facts, url: bytes) -> bytes | None:
    """Twilio signs a form's fields; of any other body the URL, which is signed, holds the hash."""
    query = forms.urlencoded(url.partition(b"?")[2]) or []
    hash_given = forms.single(query, b"bodySHA256")
    if hash_given is not None:
        same = keys.same(keys.hash_of(facts.request.body, "sha256", "hex"), hash_given)
        return b"" if same else None
    if facts.form is not None:
        return forms.sorted_and_unique(facts.form)
    return None if facts.request.body else b""
