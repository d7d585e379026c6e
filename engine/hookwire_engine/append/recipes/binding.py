"""VALIDATE <recipe> ( SECRET ..., option => literal ): a recipe with its options put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_engine.append.recipes import keys, template
from hookwire_engine.append.recipes.recipe import SIGNED_GREETINGS, Greeting, Recipe
from hookwire_engine.append.recipes.schemes import (
    FieldsSignature,
    Key,
    Layout,
    Scheme,
    Signature,
    SignedByCertificate,
    Timestamp,
    Token,
)
from hookwire_engine.append.recipes.values import Request

CRC_TOKEN = re.compile(rb"[A-Za-z0-9+/=_.~-]{1,256}")
MAX_TOLERANCE_S = 30 * 86_400
DEFAULT_TOLERANCE_S = 300
_HEADER = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNITS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60}
_UNITS |= {"h": 3600, "hr": 3600, "hour": 3600, "d": 86_400, "day": 86_400}
_AMOUNT = re.compile(r"\s*([0-9]{1,9})\s*([a-z]*)\s*", re.ASCII)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_GREETING_METHODS = {
    Greeting.HEAD: "HEAD",
    Greeting.HUB_CHALLENGE: "GET",
    Greeting.ECHO_CHALLENGE: "GET",
    Greeting.CRC_TOKEN: "GET",
    Greeting.CLOUDEVENTS_OPTIONS: "OPTIONS",
}


@dataclass(frozen=True, slots=True)
class Validation:
    """What `verify` needs to know.

    `reads` are the headers, in lower case, that it looks at: one of them sent twice is refused.
    `methods` are those that the recipe answers, with the methods of its handshakes.
    """

    recipe: Recipe
    schemes: tuple[Scheme, ...]
    reads: frozenset[str]
    methods: frozenset[str]
    unsigned: tuple[Greeting, ...]
    signed: tuple[Greeting, ...]
    url: str = ""
    allowed_origin: str = ""

    def url_of(self, request: Request) -> str:
        """The URL that the provider signed."""
        if not self.url:
            return request.url
        query = request.url.partition("#")[0].partition("?")[2]
        return f"{self.url}?{query}" if query and "?" not in self.url else self.url

    def forbids(self, body: bytes) -> bool:
        """Whether the handshake would sign `body` for anybody who asks (X)."""
        return Greeting.CRC_TOKEN in self.unsigned and CRC_TOKEN.fullmatch(body) is not None


def bind(recipe: Recipe, options: Mapping[str, str], secrets: int) -> Validation:
    """A recipe with `options`, as texts, and with that many secrets named.

    Raises InvalidParameterValue (22023) for what the recipe does not have or cannot take.
    """
    _check_secrets(recipe, secrets)
    _check_options(recipe, options)
    schemes = tuple(_with_options(scheme, options) for scheme in recipe.schemes)
    if "tolerance" in options and not any(getattr(s, "timestamp", None) for s in schemes):
        raise InvalidParameterValue("option tolerance needs the option timestamp")
    if "version" in options:
        schemes = tuple(s for s in schemes if getattr(s, "version", "") == options["version"])
        if not schemes:
            raise _invalid("version", options["version"])
    allowed_origin = options.get("allowed_origin", recipe.allowed_origin)
    greetings = tuple(
        greeting
        for greeting in recipe.greetings
        if greeting is not Greeting.CLOUDEVENTS_OPTIONS or allowed_origin
    )
    answered = {_GREETING_METHODS[g] for g in greetings if g in _GREETING_METHODS}
    return Validation(
        recipe=recipe,
        schemes=schemes,
        reads=_reads(schemes, greetings),
        methods=frozenset({"POST", "PUT"} | answered),
        unsigned=tuple(g for g in greetings if g not in SIGNED_GREETINGS),
        signed=tuple(g for g in greetings if g in SIGNED_GREETINGS),
        url=_url(options.get("url", "")),
        allowed_origin=allowed_origin,
    )


def _invalid(name: str, value: str, hint: str | None = None) -> InvalidParameterValue:
    return InvalidParameterValue(f'invalid value for option "{name}": "{value}"', hint=hint)


def _check_secrets(recipe: Recipe, secrets: int) -> None:
    if secrets < recipe.secrets_required:
        raise InvalidParameterValue(
            f"recipe {recipe.name} needs a secret",
            hint=f"Write VALIDATE {recipe.name} (SECRET <name>); it is {recipe.roles[0]}.",
        )
    if recipe.has_roles and secrets > len(recipe.roles):
        raise InvalidParameterValue(
            f"recipe {recipe.name} takes at most {len(recipe.roles)} secrets",
            hint=f"In this order: {', '.join(recipe.roles)}.",
        )


def _check_options(recipe: Recipe, options: Mapping[str, str]) -> None:
    known = [option.name for option in recipe.options]
    for name in options:
        if name not in known:
            available = f"Available options: {', '.join(known)}." if known else "It has none."
            raise InvalidParameterValue(
                f'recipe {recipe.name} has no option "{name}"', hint=available
            )
    for option in recipe.options:
        if option.required and option.name not in options:
            raise InvalidParameterValue(
                f'recipe {recipe.name} needs the option "{option.name}"',
                hint=f"For example {option.name} => '{option.example}'.",
            )


def _url(url: str) -> str:
    if url and re.match(r"https?://[^/?#]", url) is None:
        raise _invalid("url", url, "It begins with https:// or http://.")
    return url.partition("#")[0]


def seconds_of(interval: str) -> int:
    """`5 minutes`, `1 hour 30 min`, `00:05:00` or a number of seconds."""
    clock = _CLOCK.fullmatch(interval.strip())
    total, at, text = 0, 0, interval.lower()
    if clock is not None:
        total = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
        at = len(text)
    while at < len(text) and (match := _AMOUNT.match(text, at)):
        unit = match[2].removesuffix("s") or "s"
        if unit not in _UNITS:
            break
        total += int(match[1]) * _UNITS[unit]
        at = match.end()
    if at < len(text) or not 1 <= total <= MAX_TOLERANCE_S:
        raise _invalid("tolerance", interval, "It is an interval of 1 second to 30 days.")
    return total


# Options become fields of schemes


def _with_options(scheme: Scheme, options: Mapping[str, str]) -> Scheme:
    names = {field.name for field in fields(scheme)}
    changes: dict[str, Any] = {
        name: _FIELDS[name](value)
        for name, value in options.items()
        if name in _FIELDS and name in names
    }
    if isinstance(scheme, Signature):
        changes |= _of_signature(options)
    timestamp = changes.get("timestamp", getattr(scheme, "timestamp", None))
    if "tolerance" in options and timestamp is not None:
        changes["timestamp"] = replace(timestamp, tolerance=seconds_of(options["tolerance"]))
    return replace(scheme, **changes)


def _of_signature(options: Mapping[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "field" in options:
        changes["layout"] = Layout.FIELDS
        if "prefix" in options:
            raise InvalidParameterValue("options field and prefix exclude each other")
    if "timestamp" in options:
        place = options["timestamp"]
        if place not in template.parse(options.get("content", "")).names:
            raise _invalid("timestamp", place, f"The option content has {{{place}}} in it then.")
        changes["timestamp"] = Timestamp(
            header=place.lower(), field=place, tolerance=DEFAULT_TOLERANCE_S
        )
    return changes


def _header(name: str) -> str:
    if _HEADER.fullmatch(name) is None:
        raise _invalid("header", name, "It is the name of a header.")
    return name.lower()


def _choice(option: str, allowed: tuple[str, ...]) -> Any:
    def chosen(value: str) -> str:
        if value.lower() not in allowed:
            raise _invalid(option, value, f"It is one of {', '.join(allowed)}.")
        return value.lower()

    return chosen


def _key(name: str) -> Key:
    chosen: str = _choice("key", ("text", "hex", "base64"))(name)
    return Key[chosen.upper()]


def _content(text: str) -> str:
    if template.Place.BODY not in template.parse(text).names:
        raise _invalid("content", text, "It has {body} in it: what is not signed is not proved.")
    return text


_FIELDS: Mapping[str, Any] = {
    "header": _header,
    "parameter": str,
    "prefix": str,
    "field": str,
    "topic": str,
    "key": _key,
    "content": _content,
    "algorithm": _choice("algorithm", keys.ALGORITHMS),
    "encoding": _choice("encoding", tuple(keys.ENCODERS)),
}


# Which headers are read


def _reads(schemes: tuple[Scheme, ...], greetings: tuple[Greeting, ...]) -> frozenset[str]:
    read: set[str] = set()
    return frozenset(read.union(*map(_headers, schemes), *map(_of_greeting, greetings)))


def _headers(scheme: Scheme) -> set[str]:
    names: set[str] = set()
    if isinstance(scheme, (Token, Signature, SignedByCertificate)):
        names.add(scheme.header)
    if isinstance(scheme, (Signature, FieldsSignature, SignedByCertificate)):
        parsed = template.parse(scheme.content)
        names |= parsed.names - template.PLACES
        if scheme.timestamp is not None:
            names.add(scheme.timestamp.header)
        if parsed.names & {template.Place.FORM, template.Place.FORM_OR_HASH}:
            names.add("content-type")
    if isinstance(scheme, FieldsSignature):
        names.add("content-type")
    if isinstance(scheme, SignedByCertificate):
        names |= {scheme.url_header, scheme.algorithm_header}
    return {name.lower() for name in names if name}


def _of_greeting(greeting: Greeting) -> set[str]:
    if greeting is Greeting.GRID_VALIDATION:
        return {"aeg-event-type"}
    if greeting is Greeting.CLOUDEVENTS_OPTIONS:
        return {"webhook-request-origin", "webhook-request-rate"}
    return set()
