"""Functions with a syntax of their own (gram.y func_expr_common_subexpr), and odd constants."""

from __future__ import annotations

from collections.abc import Callable

from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.lexer import Token
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse import calls
from hookwire_engine.dialect.parse.cursor import STRING, Cursor
from hookwire_engine.dialect.parse.typenames import type_name

SQL_VALUES = (
    "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "localtime", "localtimestamp", "session_user", "user",
)  # fmt: skip
WITH_PRECISION = frozenset({"current_time", "current_timestamp", "localtime", "localtimestamp"})
_SPECIAL = ("coalesce", "greatest", "least", "nullif", "grouping")
_BASES = {"0x": 16, "0o": 8, "0b": 2}


def number_text(token: Token) -> str:
    """A number in plain decimal spelling."""
    text = token.text
    base = _BASES.get(text[:2].lower())
    if base is not None:
        return str(int(text[2:].replace("_", ""), base))
    return text.replace("_", "")


def bit_constant(token: Token) -> Expr:
    prefix = token.text[0].lower()
    digits = "".join(token.text[1:].split("'"))
    valid = "01" if prefix == "b" else "0123456789abcdefABCDEF"
    for digit in digits:
        if digit not in valid:
            kind = "binary" if prefix == "b" else "hexadecimal"
            message = f'"{digit}" is not a valid {kind} digit'
            raise SqlSyntaxError(message, position=token.start + 1)
    if prefix == "x":
        digits = "".join(f"{int(digit, 16):04b}" for digit in digits)
    return nodes.BitConst(token.start, digits)


def _open(p: Cursor) -> int:
    at = p.at
    p.i += 2
    return at


def _cast(p: Cursor) -> Expr:
    lenient = p.word == "try_cast"
    at = _open(p)
    operand = p.expression()
    p.expect("as")
    type_ = type_name(p)
    p.expect(")")
    return nodes.Cast(at, operand, type_, lenient)


def _special(p: Cursor) -> Expr:
    name = p.word
    at = _open(p)
    arguments = () if name == "grouping" and p.word == ")" else p.expressions()
    p.expect(")")
    return nodes.Special(at, name, arguments)


def _extract(p: Cursor) -> Expr:
    at = _open(p)
    field_at = p.at
    field = p.string() if p.word == STRING else p.label()
    p.expect("from")
    source = p.expression()
    p.expect(")")
    name = nodes.StringConst(field_at, field)
    return nodes.Call(at, ("extract",), (name, source), syntax=True)


def _position(p: Cursor) -> Expr:
    at = _open(p)
    part = p.operand()
    p.expect("in")
    whole = p.expression()
    p.expect(")")
    return nodes.Call(at, ("position",), (whole, part), syntax=True)


def _substring(p: Cursor) -> Expr:
    at = _open(p)
    source = p.expression()
    if p.word in (",", ")"):
        arguments = [source]
        while p.accept(","):
            arguments.append(p.expression())
        p.expect(")")
        return nodes.Call(at, ("substring",), tuple(arguments))
    if p.accept("similar"):
        pattern = p.expression()
        p.expect("escape")
        escape = p.expression()
        p.expect(")")
        return nodes.Call(at, ("substring",), (source, pattern, escape), syntax=True)
    start: Expr | None = None
    length: Expr | None = None
    while p.word in ("from", "for"):
        if p.accept("from"):
            start = p.expression()
        elif p.accept("for"):
            length = p.expression()
    p.expect(")")
    arguments = [source, start or nodes.NumberConst(at, "1")]
    if length is not None:
        arguments.append(length)
    return nodes.Call(at, ("substring",), tuple(arguments), syntax=True)


def _overlay(p: Cursor) -> Expr:
    at = _open(p)
    arguments = [p.expression()]
    if p.accept("placing"):
        arguments.append(p.expression())
        p.expect("from")
        arguments.append(p.expression())
        if p.accept("for"):
            arguments.append(p.expression())
    while p.accept(","):
        arguments.append(p.expression())
    p.expect(")")
    return nodes.Call(at, ("overlay",), tuple(arguments), syntax=True)


_TRIMS = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}


def _trim(p: Cursor) -> Expr:
    at = _open(p)
    name = _TRIMS[p.accept_any(*_TRIMS) or "both"]
    if p.accept("from"):
        arguments = p.expressions()
    else:
        first = p.expression()
        if p.accept("from"):
            arguments = (*p.expressions(), first)
        else:
            rest = p.expressions() if p.accept(",") else ()
            arguments = (first, *rest)
    p.expect(")")
    return nodes.Call(at, (name,), arguments, syntax=True)


def _normalize(p: Cursor) -> Expr:
    at = _open(p)
    arguments = [p.expression()]
    if p.accept(","):
        form_at = p.at
        arguments.append(nodes.StringConst(form_at, p.label()))
    p.expect(")")
    return nodes.Call(at, ("normalize",), tuple(arguments), syntax=True)


def collation_for(p: Cursor) -> Expr:
    at = p.at
    if not p.accept_words("collation", "for", "("):
        raise p.fail()
    operand = p.expression()
    p.expect(")")
    return nodes.Call(at, ("pg_collation_for",), (operand,), syntax=True)


def _plain(p: Cursor) -> Expr:
    """A word of the grammar that is a function like any other when a parenthesis follows."""
    at = p.at
    return calls.call(p, at, (p.take().text.lower(),))


FORMS: dict[str, Callable[[Cursor], Expr]] = {
    "cast": _cast,
    "try_cast": _cast,
    "extract": _extract,
    "position": _position,
    "substring": _substring,
    "overlay": _overlay,
    "trim": _trim,
    "normalize": _normalize,
    "left": _plain,
    "right": _plain,
    "values": _plain,
    **dict.fromkeys(_SPECIAL, _special),
}
"""By the word before the parenthesis."""
