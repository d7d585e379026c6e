"""What the string functions are where SQL alone does not reach."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from hookwire_catalog.keywords import RESERVED
from hookwire_engine.functions.faults import Fault

_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_COLUMN_NAME_KEYWORDS = frozenset(
    """between bigint bit boolean char character coalesce dec decimal exists extract float greatest
    grouping inout int integer interval least national nchar none normalize nullif numeric out
    overlay position precision real row setof smallint substring time timestamp treat trim values
    varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
    xmlroot xmlserialize xmltable""".split()
)


def initcap(text: str) -> str:
    """Each run of letters and digits with its first letter upper and the rest lower."""
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


@lru_cache(maxsize=256)
def _translation(source: str, target: str) -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for index, character in enumerate(source):
        table.setdefault(ord(character), target[index] if index < len(target) else None)
    return table


def translate(text: str, source: str, target: str) -> str:
    return text.translate(_translation(source, target))


def overlay(text: str, new: str, start: int, count: int | None = None) -> str:
    """`text` with `count` characters from `start` (from 1) on replaced."""
    if start <= 0:
        raise Fault("22011", "negative substring length not allowed")
    taken = len(new) if count is None else count
    if start + taken > 0x7FFFFFFF:
        raise Fault("22003", "integer out of range")
    return text[: start - 1] + new + text[max(start - 1 + taken, 0) :]


def string_to_array(
    text: str | None, delimiter: str | None, null: str | None = None
) -> list[str | None] | None:
    """Pieces of `text`; single characters for a NULL delimiter; `null` stands for NULL."""
    if text is None:
        return None
    if not text:
        return []
    pieces: list[str | None] = [*text]
    if delimiter is not None:
        pieces = [*text.split(delimiter)] if delimiter else [text]
    return pieces if null is None else [None if piece == null else piece for piece in pieces]


def quote_ident(text: str) -> str:
    plain = _PLAIN.fullmatch(text)
    if plain and text not in RESERVED and text not in _COLUMN_NAME_KEYWORDS:
        return text
    return '"' + text.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return "E'" + quoted.replace("\\", "\\\\") + "'" if "\\" in text else f"'{quoted}'"


_SPECIFIER = re.compile(
    r"%(?:(?P<percent>%)|(?:(?P<position>\d+)\$)?(?P<minus>-+)?"
    r"(?P<width>\d+|\*(?:\d+\$)?)?(?P<type>.)?)",
    re.DOTALL,
)
_USE_PERCENT = 'For a single "%" use "%%".'


def format_(pattern: str, values: Sequence[str | None]) -> str:
    """format(): %s, %I and %L with positions, widths and `-` (PostgreSQL 9.4.1)."""
    return _Formatter(values).run(pattern)


class _Formatter:
    def __init__(self, values: Sequence[str | None]) -> None:
        self._values = values
        self._next = 0

    def run(self, pattern: str) -> str:
        return _SPECIFIER.sub(self._one, pattern)

    def _one(self, found: re.Match[str]) -> str:
        if found["percent"]:
            return "%"
        kind = found["type"]
        if kind is None:
            raise Fault("22023", "unterminated format() type specifier", _USE_PERCENT)
        width, left = self._width(found["width"]), bool(found["minus"])
        value = self._value(found["position"])
        shown = self._shown(kind, value)
        if width < 0:
            left, width = True, -width
        return shown.ljust(width) if left else shown.rjust(width)

    def _width(self, written: str | None) -> int:
        if written is None:
            return 0
        if not written.startswith("*"):
            return int(written)
        value = self._value(written[1:-1] or None)
        return 0 if value is None else int(value)

    def _value(self, position: str | None) -> str | None:
        if position is not None:
            if int(position) == 0:
                raise Fault(
                    "22023", "format specifies argument 0, but arguments are numbered from 1"
                )
            self._next = int(position)
        else:
            self._next += 1
        if self._next > len(self._values):
            raise Fault("22023", "too few arguments for format()")
        return self._values[self._next - 1]

    @staticmethod
    def _shown(kind: str, value: str | None) -> str:
        if kind == "s":
            return value or ""
        if kind == "L":
            return "NULL" if value is None else quote_literal(value)
        if kind != "I":
            message = f'unrecognized format() type specifier "{kind}"'
            raise Fault("22023", message, _USE_PERCENT)
        if value is None:
            raise Fault("22004", "null values cannot be formatted as an SQL identifier")
        return quote_ident(value)


_ESCAPES = re.compile(
    r"\\(?:(?P<slash>\\)|\+(?P<six>[0-9a-fA-F]{6})|u?(?P<four>[0-9a-fA-F]{4})"
    r"|U(?P<eight>[0-9a-fA-F]{8})|(?P<bad>))"
)


def unistr(text: str) -> str:
    """Unicode escapes `\\XXXX`, `\\+XXXXXX`, `\\uXXXX`, `\\UXXXXXXXX` evaluated."""
    replaced = _ESCAPES.sub(_unescaped, text)
    try:
        return replaced.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Fault("42601", "invalid Unicode surrogate pair") from None


def _unescaped(found: re.Match[str]) -> str:
    if found["slash"]:
        return "\\"
    digits = found["six"] or found["four"] or found["eight"]
    if not digits:
        hint = "Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX."
        raise Fault("42601", "invalid Unicode escape", hint)
    code = int(digits, 16)
    if not 0 < code < 0x110000:
        raise Fault("42601", "invalid Unicode code point: " + digits)
    return chr(code)


_Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_FORMS: dict[str, _Form] = {"NFC": "NFC", "NFD": "NFD", "NFKC": "NFKC", "NFKD": "NFKD"}


def _form(name: str) -> _Form:
    found = _FORMS.get(name.upper())
    if found is None:
        raise Fault("22023", f"invalid normalization form: {name}")
    return found


def normalize(text: str, form: str = "NFC") -> str:
    return unicodedata.normalize(_form(form), text)


def is_normalized(text: str, form: str = "NFC") -> bool:
    return unicodedata.is_normalized(_form(form), text)
