"""What operators stand between: constants, inputs, calls, CASE, brackets, arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hookwire_catalog.lexer import Kind
from hookwire_engine.append.checks import nodes
from hookwire_engine.append.checks.nodes import Node
from hookwire_engine.append.checks.reader import STRINGS, Reader, refused
from hookwire_engine.append.checks.types import type_named


class Parse(Protocol):
    """Reads an expression; a tight one ends before IN, LIKE and comparisons (gram.y b_expr)."""

    def __call__(self, reader: Reader, *, tight: bool = False) -> Node: ...


_BASES = {"0x": 16, "0o": 8, "0b": 2}
_FUNCTIONS_TOO = ("left", "right")
_NOW = ("current_timestamp", "localtimestamp")
_TIMED = ("current_date", "current_time", "localtime")
_WHO = ("current_user", "current_role", "session_user", "user", "current_catalog",
        "current_schema", "system_user")  # fmt: skip
_TRIMS = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}
_TYPE_WORDS = frozenset(("double", "timestamp", "time", "interval", "numeric", "character", "bit"))
_UNITS = ("year", "month", "day", "hour", "minute", "second")


def operand(p: Reader, parse: Parse) -> Node:
    at, kind, word = p.at, p.kind(), p.word
    if kind is Kind.NUMBER:
        return nodes.Number(at, _number_text(p.take().text))
    if kind in STRINGS:
        return _string(p)
    if kind is Kind.PARAM:
        raise refused("parameters are not allowed in CHECK", at)
    if word == "(":
        return _parenthesis(p, parse)
    form = _FORMS.get(word)
    if form is not None and (word in _BARE or p.peek(1) in ("(", "[")):
        return form(p, parse)
    return _named(p, parse)


def _number_text(text: str) -> str:
    base = _BASES.get(text[:2].lower())
    plain = text.replace("_", "")
    return str(int(plain[2:], base)) if base else plain


def _string(p: Reader) -> Node:
    token = p.take()
    if token.text[0] in "bBxX":
        raise refused("bit strings are not supported in CHECK", token.start)
    return nodes.Text(token.start, token.value)


def refuse_query(p: Reader) -> None:
    if p.word in ("select", "with", "values", "table"):
        raise refused("cannot use subquery in CHECK", p.at)


def _parenthesis(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.expect("(")
    refuse_query(p)
    items = listed(p, parse, ")")
    if len(items) > 1:
        raise refused("rows are not supported in CHECK", at)
    return items[0]


def bracketed(p: Reader, parse: Parse) -> Node:
    p.expect("(")
    refuse_query(p)
    inner = parse(p)
    p.expect(")")
    return inner


def listed(p: Reader, parse: Parse, end: str) -> tuple[Node, ...]:
    """One or more expressions with commas between, and `end`."""
    items = [parse(p)]
    while p.accept(","):
        items.append(parse(p))
    p.expect(end)
    return tuple(items)


def subscript(p: Reader, left: Node, parse: Parse) -> Node:
    at = p.at
    p.expect("[")
    if p.word == ":":
        raise refused("array slices are not supported in CHECK", p.at)
    index = parse(p)
    if p.word == ":":
        raise refused("array slices are not supported in CHECK", p.at)
    p.expect("]")
    return nodes.Subscript(at, left, index)


# Names.


def _named(p: Reader, parse: Parse) -> Node:
    at, word = p.at, p.word
    if p.peek(1) == "(" and word in _FUNCTIONS_TOO:
        p.i += 1
        return _call(p, at, word, parse)
    if not p.is_name():
        raise p.fail()
    if word == "secret" and p.is_name(1) and p.peek(1) != "between":
        p.i += 1
        return nodes.InlineSecret(p.at, p.names())
    if _is_typed_constant(p, word):
        return _typed_constant(p)
    parts = p.names()
    if p.word == "(":
        name = parts[-1] if len(parts) == 1 or parts[0] == "pg_catalog" else ".".join(parts)
        return _call(p, at, name, parse)
    return nodes.Name(at, parts)


def _is_typed_constant(p: Reader, word: str) -> bool:
    """`jsonb '{}'`, `timestamp with time zone '...'`."""
    ahead = 1
    if word in _TYPE_WORDS:
        while p.peek(ahead) in ("with", "without", "time", "zone", "precision", "varying"):
            ahead += 1
    return p.kind(ahead) in STRINGS


def _typed_constant(p: Reader) -> Node:
    at = p.at
    name = type_name(p)
    value = nodes.Text(p.at, p.string())
    if name == "interval" and p.word in _UNITS:
        value = nodes.Text(value.at, f"{value.value} {p.take().text}")
    return nodes.Cast(at, value, name)


def type_name(p: Reader) -> str:
    """The name of a type as it stands after `::`; 0A000 for one that checks do not have."""
    at = p.at
    parts = p.names()
    word = parts[-1]
    if word == "double":
        p.expect("precision")
        word = "float8"
    elif word in ("timestamp", "time"):
        if p.accept("with", "time", "zone"):
            word += "tz"
        else:
            p.accept("without", "time", "zone")
    elif word == "character":
        word = "varchar" if p.accept("varying") else "bpchar"
    if p.word == "(":
        raise refused(f'type modifiers are not supported in CHECK: "{word}(..)"', at)
    if p.word == "[" and p.peek(1) == "]":
        p.i += 2
        word = "_" + word
    return type_named(word, at)


# Calls.


def _call(p: Reader, at: int, name: str, parse: Parse) -> Node:
    p.expect("(")
    if p.accept(")"):
        arguments: tuple[Node, ...] = ()
    elif p.word == "*" or p.word in ("distinct", "all", "variadic"):
        raise refused(f"{name}({p.take().text.upper()} ...) is not supported in CHECK", at)
    else:
        refuse_query(p)
        arguments = listed(p, parse, ")")
    if p.word in ("over", "filter", "within") and p.peek(1) in ("(", "group"):
        what = "window functions are" if p.word == "over" else f"{p.word.upper()} is"
        raise refused(f"{what} not allowed in CHECK", at)
    return nodes.Call(at, name, arguments)


def _special(p: Reader, parse: Parse) -> Node:
    at = p.at
    name = p.take().text.lower()
    p.expect("(")
    return nodes.Call(at, name, listed(p, parse, ")"))


def _cast(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    inner = parse(p)
    p.expect("as")
    name = type_name(p)
    p.expect(")")
    return nodes.Cast(at, inner, name)


def _extract(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    field_at = p.at
    field = p.string() if p.kind() in STRINGS else p.take().value
    p.expect("from")
    source = parse(p)
    p.expect(")")
    return nodes.Call(at, "extract", (nodes.Text(field_at, field), source))


def _position(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    part = parse(p, tight=True)
    p.expect("in")
    whole = parse(p, tight=True)
    p.expect(")")
    return nodes.Call(at, "position", (whole, part))


def _substring(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    items = [parse(p)]
    if p.word == ",":
        p.i += 1
        return nodes.Call(at, "substring", (*items, *listed(p, parse, ")")))
    if p.accept("from"):
        items.append(parse(p))
    elif p.word == "for":
        items.append(nodes.Number(at, "1"))
    if p.accept("for"):
        items.append(parse(p))
    p.expect(")")
    return nodes.Call(at, "substring", tuple(items))


def _overlay(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    items = [parse(p)]
    if p.accept(","):
        return nodes.Call(at, "overlay", (*items, *listed(p, parse, ")")))
    p.expect("placing")
    items.append(parse(p))
    p.expect("from")
    items.append(parse(p))
    if p.accept("for"):
        items.append(parse(p))
    p.expect(")")
    return nodes.Call(at, "overlay", tuple(items))


def _trim(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 2
    side = p.word if p.word in _TRIMS else "both"
    p.accept(side)
    characters = None if p.word == "from" else parse(p)
    if p.accept("from"):
        source = parse(p)
    else:
        assert characters is not None
        source, characters = characters, parse(p) if p.accept(",") else None
    p.expect(")")
    return nodes.Call(at, _TRIMS[side], (source,) if characters is None else (source, characters))


# Words with a syntax of their own.


def _constant(p: Reader, parse: Parse) -> Node:
    token = p.take()
    return nodes.Constant(token.start, {"true": True, "false": False}.get(token.text.lower()))


def _now(p: Reader, parse: Parse) -> Node:
    token = p.take()
    call = nodes.Call(token.start, "now", ())
    if token.text.lower() == "localtimestamp":
        return nodes.Cast(token.start, call, "timestamp")
    return call


def _session(p: Reader, parse: Parse) -> Node:
    raise refused(f"{p.word.upper()} is not supported in CHECK", p.at)


def _exists(p: Reader, parse: Parse) -> Node:
    raise refused("cannot use subquery in CHECK", p.at)


def _row(p: Reader, parse: Parse) -> Node:
    raise refused("rows are not supported in CHECK", p.at)


def _array(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 1
    if p.word == "(":
        raise refused("cannot use subquery in CHECK", p.at)
    p.expect("[")
    if p.accept("]"):
        return nodes.Array(at, ())
    return nodes.Array(at, listed(p, parse, "]"))


def _case(p: Reader, parse: Parse) -> Node:
    at = p.at
    p.i += 1
    subject = None if p.word == "when" else parse(p)
    branches: list[tuple[Node, Node]] = []
    while p.accept("when"):
        condition = parse(p)
        p.expect("then")
        branches.append((condition, parse(p)))
    if not branches:
        raise p.fail()
    default = parse(p) if p.accept("else") else None
    p.expect("end")
    return nodes.Case(at, subject, tuple(branches), default)


_BARE = frozenset(("true", "false", "null", "case", *_NOW, *_TIMED, *_WHO))
_FORMS: dict[str, Callable[[Reader, Parse], Node]] = {
    "true": _constant,
    "false": _constant,
    "null": _constant,
    "case": _case,
    "array": _array,
    "exists": _exists,
    "row": _row,
    "cast": _cast,
    "extract": _extract,
    "overlay": _overlay,
    "position": _position,
    "substring": _substring,
    "trim": _trim,
    **dict.fromkeys(("coalesce", "nullif", "greatest", "least"), _special),
    **dict.fromkeys(_NOW, _now),
    **dict.fromkeys((*_TIMED, *_WHO), _session),
}
