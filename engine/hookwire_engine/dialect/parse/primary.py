"""What an expression is made of: constants, references, calls, CASE, rows, arrays, subqueries."""

from __future__ import annotations

from collections.abc import Callable

from hookwire_catalog.lexer import Kind
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse import brackets, calls, syntax
from hookwire_engine.dialect.parse.cursor import END, NUMBER, PARAM, QUOTED, STRING, Cursor
from hookwire_engine.dialect.parse.keywords import NOT_A_COLUMN
from hookwire_engine.dialect.parse.typenames import interval_fields, type_name


def primary(p: Cursor) -> Expr:
    word = p.words[p.i]
    special = _WORDS.get(word)
    if special is not None:
        return special(p)
    if word == END:
        raise p.fail()
    kind = p.kinds[p.i]
    if kind is Kind.IDENT and p.words[p.i + 1] == "(":
        parse = _FORMS.get(word)
        if parse is not None:
            return parse(p)
    if kind is Kind.IDENT or kind is Kind.QUOTED_IDENT:
        return _named(p, word)
    raise p.fail()


def _named(p: Cursor, word: str) -> Expr:
    """A column, a function call, or a constant with its type before it."""
    if word == "array":
        return brackets.array_in_brackets(p)
    if p.words[p.i + 1] == STRING and word != QUOTED and word not in NOT_A_COLUMN:
        return _typed_constant(p)
    at = p.at
    if p.is_name():
        first = p.take().value
    elif p.is_function_name() and p.words[p.i + 1] == "(":
        return call(p, at, (p.take().value,))
    else:
        raise p.fail()
    if word in _TYPE_WORDS and p.words[p.i] != "." and _constant_follows(p):
        p.i -= 1
        return _typed_constant(p)
    return _reference(p, at, first)


_TYPE_WORDS = frozenset(
    {"double", "timestamp", "time", "character", "char", "bit", "national", "interval", "float",
     "numeric", "decimal", "dec", "varchar", "nchar"}
)  # fmt: skip


def _constant_follows(p: Cursor) -> bool:
    """After the first word of a type: whether more type and then a string come."""
    i = p.i
    if p.words[i] == "(":
        i += 1
        while p.words[i] in (NUMBER, ","):
            i += 1
        if p.words[i] != ")":
            return False
        i += 1
    while p.words[i] in ("with", "without", "time", "zone", "precision", "varying", "character"):
        i += 1
    return p.words[i] == STRING


def _typed_constant(p: Cursor) -> Expr:
    """`date '2024-01-01'`, `interval '1' day`, `pg_catalog.int4 '1'`."""
    at = p.at
    type_ = type_name(p)
    value = nodes.StringConst(p.at, p.string())
    if type_.parts == ("interval",):
        type_ = nodes.TypeName(type_.at, type_.parts, type_.mods, 0, interval_fields(p))
    return nodes.Cast(at, value, type_)


def _reference(p: Cursor, at: int, first: str) -> Expr:
    parts = [first]
    while p.words[p.i] == ".":
        if p.words[p.i + 1] == "*":
            p.i += 2
            return star(p, at, tuple(parts))
        p.i += 1
        parts.append(p.label())
    if p.words[p.i] == "(":
        return call(p, at, tuple(parts))
    if len(parts) > 1 and p.words[p.i] == STRING:
        value = nodes.StringConst(p.at, p.string())
        return nodes.Cast(at, value, nodes.TypeName(at, tuple(parts)))
    return nodes.ColumnRef(at, tuple(parts))


def star(p: Cursor, at: int, parts: tuple[str, ...]) -> Expr:
    """`*` has been read; DuckDB lets EXCLUDE and REPLACE follow it."""
    exclude: tuple[str, ...] = ()
    replace: list[nodes.Target] = []
    if p.word == "exclude" and (p.words[p.i + 1] == "(" or p.words[p.i + 2] in (",", "from")):
        p.i += 1
        exclude = p.names_in_parentheses() if p.word == "(" else (p.name(),)
    if p.word == "replace" and p.words[p.i + 1] == "(":
        p.i += 2
        while True:
            value = p.expression()
            p.expect("as")
            replace.append(nodes.Target(value.at, value, p.label()))
            if not p.accept(","):
                break
        p.expect(")")
    if exclude or replace:
        return nodes.Star(at, parts, exclude, tuple(replace))
    return nodes.ColumnRef(at, parts, star=True)


call = calls.call


# Constants.


def _string(p: Cursor) -> Expr:
    token = p.take()
    prefix = token.text[0]
    if prefix in "bBxX":
        return syntax.bit_constant(token)
    return nodes.StringConst(token.start, token.value)


def _number(p: Cursor) -> Expr:
    token = p.take()
    return nodes.NumberConst(token.start, syntax.number_text(token))


def _param(p: Cursor) -> Expr:
    token = p.take()
    return nodes.Param(token.start, int(token.text[1:]))


def _constant(p: Cursor) -> Expr:
    token = p.take()
    word = token.text.lower()
    if word == "null":
        return nodes.NullConst(token.start)
    if word == "default":
        return nodes.DefaultConst(token.start)
    return nodes.BoolConst(token.start, word == "true")


# Brackets.


def _case(p: Cursor) -> Expr:
    at = p.at
    p.expect("case")
    operand = None if p.word == "when" else p.expression()
    branches: list[tuple[Expr, Expr]] = []
    while p.accept("when"):
        condition = p.expression()
        p.expect("then")
        branches.append((condition, p.expression()))
    if not branches:
        raise p.fail()
    default = p.expression() if p.accept("else") else None
    p.expect("end")
    return nodes.Case(at, operand, tuple(branches), default)


def _star(p: Cursor) -> Expr:
    at = p.at
    p.i += 1
    return star(p, at, ())


def _lambda(p: Cursor) -> Expr:
    if p.words[p.i + 1] in (".", ",", ")", END):
        return _named(p, "lambda")
    at = p.at
    p.i += 1
    names = [p.name()]
    while p.accept(","):
        names.append(p.name())
    p.expect(":")
    return nodes.Lambda(at, tuple(names), p.expression())


def _sql_value(p: Cursor) -> Expr:
    at = p.at
    name = p.take().text.lower()
    if name == "current_schema" and p.word == "(":
        return call(p, at, (name,))
    precision = None
    if name in syntax.WITH_PRECISION and p.word == "(" and p.words[p.i + 1] == NUMBER:
        p.i += 1
        precision = p.number()
        p.expect(")")
    return nodes.SqlValue(at, name, precision)


_WORDS: dict[str, Callable[[Cursor], Expr]] = {
    STRING: _string,
    NUMBER: _number,
    PARAM: _param,
    "null": _constant,
    "true": _constant,
    "false": _constant,
    "default": _constant,
    "(": brackets.parenthesis,
    "[": brackets.list_in_brackets,
    "{": brackets.struct_in_brackets,
    "case": _case,
    "collation": syntax.collation_for,
    "*": _star,
    "lambda": _lambda,
    **dict.fromkeys(syntax.SQL_VALUES, _sql_value),
}

_FORMS: dict[str, Callable[[Cursor], Expr]] = {
    **syntax.FORMS,
    "row": brackets.row_in_brackets,
    "exists": brackets.exists_in_brackets,
}
"""By the word before a parenthesis."""
