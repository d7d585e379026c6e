"""Strings rewritten (PostgreSQL 9.4): initcap, translate, overlay, quoting."""

from __future__ import annotations

import re

from hookwire_catalog.errors import NumericValueOutOfRange, SqlError
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.texts import cased
from hookwire_engine.append.checks.values import Frame, charge, width

table = Table()
_function = table.function

_WORD = re.compile(r"[^\W_]+")
_MAX_INT = 0x7FFFFFFF


class SubstringError(SqlError):
    sqlstate = "22011"


def _initcap(frame: Frame, text: str) -> str:
    """A word is a run of letters and digits."""
    charge(frame, 2 * len(text) * width(text))
    return _WORD.sub(lambda w: cased(w[0][:1], upper=True) + cased(w[0][1:], upper=False), text)


def _translate(frame: Frame, text: str, source: str, target: str) -> str:
    """Each character of `source` becomes the one of `target` at its place, or nothing."""
    charge(frame, len(text) * width(text, target))
    changed: dict[int, str | None] = {}
    for place, character in enumerate(source):
        changed.setdefault(ord(character), target[place] if place < len(target) else None)
    return text.translate(changed)


def _overlay(frame: Frame, text: str, new: str, start: int, count: int | None = None) -> str:
    if start <= 0:
        raise SubstringError("negative substring length not allowed")
    end = start + (len(new) if count is None else count)
    if end > _MAX_INT:
        raise NumericValueOutOfRange("integer out of range")
    charge(frame, (2 * len(text) + len(new)) * width(text, new))
    return text[: start - 1] + new + text[max(end - 1, 0) :]


def _quote_literal(frame: Frame, text: str) -> str:
    charge(frame, (2 * len(text) + 3) * width(text))
    quoted = text.replace("'", "''").replace("\\", "\\\\")
    return f"E'{quoted}'" if "\\" in text else f"'{quoted}'"


def _quote_nullable(frame: Frame, text: str | None) -> str:
    return "NULL" if text is None else _quote_literal(frame, text)


_function("initcap(text) text", _initcap, framed=True)
_function("translate(text, text, text) text", _translate, framed=True)
_function("overlay(text, text, int4) text", _overlay, framed=True)
_function("overlay(text, text, int4, int4) text", _overlay, framed=True)
_function("quote_literal(text) text", _quote_literal, framed=True)
_function("quote_nullable(text) text", _quote_nullable, framed=True, strict=False)
_function("bit_length(text) int4", lambda text: 8 * len(text.encode()))
