"""Array literals read at run time (PostgreSQL 8.15.2)."""

from __future__ import annotations

import re

from hookwire_engine.functions.faults import Fault

_ITEM = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>(?:[^\s",{}\\]|\\.)(?:[^",{}\\]|\\.)*))\s*([,}])',
    re.DOTALL,
)
_DIMENSIONS = re.compile(r"\s*(?:\[[-+]?\d+(?::[-+]?\d+)?\])+\s*=")


def read_array(text: str) -> list[str | None]:
    """The elements of a one-dimensional array literal; 22P02 when it is not one."""
    body = _DIMENSIONS.sub("", text, count=1).strip()
    if re.fullmatch(r"\{\s*\}", body):
        return []
    if not body.startswith("{") or not body.endswith("}"):
        raise _malformed(text)
    items: list[str | None] = []
    place, closed = 1, False
    while not closed:
        found = _ITEM.match(body, place)
        if found is None:
            raise _malformed(text)
        items.append(_value(found))
        place = found.end()
        closed = found[3] == "}"
    if place != len(body):
        raise _malformed(text)
    return items


def _malformed(text: str) -> Fault:
    if re.match(r"\s*\{\s*\{", text):
        return Fault(
            "0A000", "a multidimensional array literal is read only where it is a constant"
        )
    return Fault("22P02", f'malformed array literal: "{text}"')


def _value(found: re.Match[str]) -> str | None:
    bare = found["bare"]
    if bare is None:
        return re.sub(r"\\(.)", r"\1", found["quoted"], flags=re.DOTALL)
    if bare.strip().upper() == "NULL":
        return None
    return re.sub(r"\\(.)", r"\1", bare.rstrip(), flags=re.DOTALL)
