"""Strings (PostgreSQL 9.4). What makes a longer string asks the budget before it makes it."""

from __future__ import annotations

from hookwire_catalog.errors import InvalidParameterValue, ProgramLimitExceeded
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.values import Frame, charge, width

table = Table()
_function, _operator = table.function, table.operator

_FEW = 64


def joined(frame: Frame, left: str, right: str) -> str:
    size = len(left) + len(right)
    if size > 256:
        charge(frame, size * width(left, right))
    return left + right


def joined_bytes(frame: Frame, left: bytes, right: bytes) -> bytes:
    charge(frame, len(left) + len(right))
    return left + right


def cased(text: str, upper: bool) -> str:
    """Letter by letter: no letter becomes two, as it would in Python."""
    if text.isascii():
        return text.upper() if upper else text.lower()
    changed = ((c, c.upper() if upper else c.lower()) for c in text)
    return "".join(new if len(new) == 1 else old for old, new in changed)


def _lower(frame: Frame, text: str) -> str:
    charge(frame, len(text) * width(text))
    return cased(text, upper=False)


def _upper(frame: Frame, text: str) -> str:
    charge(frame, len(text) * width(text))
    return cased(text, upper=True)


def _left(text: str, count: int) -> str:
    return text[: max(len(text) + count, 0)] if count < 0 else text[:count]


def _right(text: str, count: int) -> str:
    if count < 0:
        return text[-count:]
    return text[len(text) - count :] if count < len(text) else text


def _substring(text: str, start: int) -> str:
    return text[max(start - 1, 0) :]


def _substring_for(text: str, start: int, count: int) -> str:
    if count < 0:
        raise InvalidParameterValue("negative substring length not allowed")
    return text[max(start - 1, 0) : max(start - 1 + count, 0)]


def _replace(frame: Frame, text: str, old: str, new: str) -> str:
    if not old:
        return text
    grown = len(text)
    if len(new) > len(old):
        grown += text.count(old) * (len(new) - len(old))
    charge(frame, grown * width(text, new))
    return text.replace(old, new)


def _repeat(frame: Frame, text: str, count: int) -> str:
    charge(frame, len(text) * max(count, 0) * width(text))
    return text * max(count, 0)


def _padded(frame: Frame, text: str, count: int, fill: str) -> tuple[str, str]:
    """The text, cut to `count`, and what it lacks."""
    text = text[: max(count, 0)]
    missing = count - len(text)
    if missing <= 0 or not fill:
        return text, ""
    charge(frame, count * width(text, fill))
    return text, (fill * (missing // len(fill) + 1))[:missing]


def _lpad(frame: Frame, text: str, count: int, fill: str = " ") -> str:
    kept, filling = _padded(frame, text, count, fill)
    return filling + kept


def _rpad(frame: Frame, text: str, count: int, fill: str = " ") -> str:
    kept, filling = _padded(frame, text, count, fill)
    return kept + filling


def _reverse(frame: Frame, text: str) -> str:
    charge(frame, len(text) * width(text))
    return text[::-1]


def _strip(text: str, characters: str, left: bool, right: bool) -> str:
    if not characters:
        return text
    if len(characters) > _FEW:
        return _strip_many(text, frozenset(characters), left, right)
    if left:
        text = text.lstrip(characters)
    return text.rstrip(characters) if right else text


def _strip_many(text: str, characters: frozenset[str], left: bool, right: bool) -> str:
    """In time linear in the text, which that of Python's strip is not."""
    start, end = 0, len(text)
    while left and start < end and text[start] in characters:
        start += 1
    while right and start < end and text[end - 1] in characters:
        end -= 1
    return text[start:end]


def split_part(text: str, delimiter: str, number: int) -> str:
    """By searching, so that only as many pieces are made as are asked for: none but one."""
    if number == 0:
        raise InvalidParameterValue("field position must not be zero")
    if not text:
        return ""
    if not delimiter:
        return text if number in (1, -1) else ""
    if number < 0:
        number += text.count(delimiter) + 2
        if number < 1:
            return ""
    start = 0
    for _ in range(number - 1):
        found = text.find(delimiter, start)
        if found < 0:
            return ""
        start = found + len(delimiter)
    end = text.find(delimiter, start)
    return text[start:] if end < 0 else text[start:end]


def _chr(code: int) -> str:
    if code < 0:
        raise InvalidParameterValue("character number must be positive")
    if code == 0:
        raise ProgramLimitExceeded("null character not permitted")
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ProgramLimitExceeded(f"requested character too large for encoding: {code}")
    return chr(code)


for _name in ("length", "char_length", "character_length"):
    _function(f"{_name}(text) int4", len)
_function("octet_length(text) int4", lambda text: len(text.encode()))
_function("lower(text) text", _lower, framed=True)
_function("upper(text) text", _upper, framed=True)
_function("left(text, int4) text", _left)
_function("right(text, int4) text", _right)
for _name in ("substr", "substring"):
    _function(f"{_name}(text, int4) text", _substring)
    _function(f"{_name}(text, int4, int4) text", _substring_for)
_function("replace(text, text, text) text", _replace, framed=True)
_function("repeat(text, int4) text", _repeat, framed=True)
for _name, _pad in (("lpad", _lpad), ("rpad", _rpad)):
    _function(f"{_name}(text, int4) text", _pad, framed=True)
    _function(f"{_name}(text, int4, text) text", _pad, framed=True)
_function("reverse(text) text", _reverse, framed=True)
_function("btrim(text) text", lambda text: text.strip(" "))
_function("ltrim(text) text", lambda text: text.lstrip(" "))
_function("rtrim(text) text", lambda text: text.rstrip(" "))
_function("btrim(text, text) text", lambda text, those: _strip(text, those, True, True))
_function("ltrim(text, text) text", lambda text, those: _strip(text, those, True, False))
_function("rtrim(text, text) text", lambda text, those: _strip(text, those, False, True))
for _name in ("strpos", "position"):
    _function(f"{_name}(text, text) int4", lambda text, part: text.find(part) + 1)
_function("starts_with(text, text) bool", lambda text, prefix: text.startswith(prefix))
_function("split_part(text, text, int4) text", split_part)
_function("ascii(text) int4", lambda text: ord(text[0]) if text else 0)
_function("chr(int4) text", _chr)
_function("to_hex(int4) text", lambda number: format(number & 0xFFFFFFFF, "x"))
_function("to_hex(int8) text", lambda number: format(number & 0xFFFFFFFFFFFFFFFF, "x"))

_operator("||(text, text) text", joined, framed=True)
_operator("||(bytea, bytea) bytea", joined_bytes, framed=True)
_operator("^@(text, text) bool", lambda text, prefix: text.startswith(prefix))
