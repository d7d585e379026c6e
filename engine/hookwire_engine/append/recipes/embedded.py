"""Tokens, and signatures that lie in the body: the shapes 1 and 9."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from hookwire_engine.append.recipes import keys, template
from hookwire_engine.append.recipes.facts import MISSING, Facts, at, encoded, text_of
from hookwire_engine.append.recipes.schemes import FieldsSignature, ItemSignature, ItemToken, Token
from hookwire_engine.append.recipes.signing import fill


def token_matches(scheme: Token, facts: Facts, values: Sequence[bytes]) -> bytes | None:
    """The secret's value that was sent."""
    given = _token(scheme, facts)
    if given is None:
        return None
    for value in values:
        if keys.same(_credentials(value) if scheme.credentials else value, given):
            return value
    return None


def _token(scheme: Token, facts: Facts) -> bytes | None:
    if scheme.parameter:
        return facts.parameter(scheme.parameter)
    text = facts.headers.get(scheme.header)
    if text is None or not scheme.scheme:
        return None if text is None else encoded(text)
    name, _, given = text.partition(" ")
    return encoded(given.strip()) if name.lower() == scheme.scheme.lower() else None


def _credentials(value: bytes) -> bytes:
    """user:password as it is sent. Without a colon it is taken as base64 already."""
    return base64.b64encode(value) if b":" in value else value


def fields_match(
    scheme: FieldsSignature, facts: Facts, values: Sequence[bytes]
) -> tuple[bytes, Mapping[str, bytes]] | None:
    fields = _fields(scheme, facts)
    given = fields.get(scheme.field)
    if given is None:
        return None
    parsed = template.parse(scheme.content)
    for value in values:
        content = fill(parsed, facts, fields, value)
        if content is None:
            return None
        if keys.same(keys.hmac_of(value, content, scheme.algorithm, scheme.encoding), given):
            return value, fields
    return None


def _fields(scheme: FieldsSignature, facts: Facts) -> dict[str, bytes]:
    names = template.parse(scheme.content).names | {scheme.field}
    if facts.form is not None:
        return {
            field.decode("latin-1"): value
            for field, value in facts.form
            if field.decode("latin-1") in names
        }
    place = at(facts.document, scheme.path)
    texts = {name: text_of(at(place, (name,))) for name in names}
    return {name: encoded(text) for name, text in texts.items() if text is not None}


def items_match(scheme: ItemSignature, facts: Facts, values: Sequence[bytes]) -> bytes | None:
    """The value that signed every item; no items prove nothing."""
    items = at(facts.document, (scheme.items,))
    if not isinstance(items, list) or not items:
        return None
    for value in values:
        key = keys.key_of(value, scheme.key)
        if key is not None and all(_item_signed(scheme, item, key) for item in items):
            return value
    return None


def _item_signed(scheme: ItemSignature, wrapped: Any, key: bytes) -> bool:
    item = at(wrapped, (scheme.item,))
    given = at(item, tuple(scheme.field.split(".")))
    values = [at(item, tuple(path.split("."))) for path in scheme.fields]
    texts = ["" if value is MISSING or value is None else text_of(value) for value in values]
    if not isinstance(given, str) or None in texts:
        return False
    content = encoded(":".join(text or "" for text in texts))
    return keys.same(keys.hmac_of(key, content, scheme.algorithm, scheme.encoding), encoded(given))


def item_tokens_match(scheme: ItemToken, facts: Facts, values: Sequence[bytes]) -> bytes | None:
    """The value that every item holds; no items prove nothing."""
    items = at(facts.document, (scheme.items,))
    if not isinstance(items, list) or not items:
        return None
    given = [at(item, (scheme.field,)) for item in items]
    if not all(isinstance(one, str) for one in given):
        return None
    for value in values:
        if all(keys.same(value, encoded(one)) for one in given):
            return value
    return None
