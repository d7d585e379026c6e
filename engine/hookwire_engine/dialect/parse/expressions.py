"""Expressions by operator precedence (PostgreSQL 4.1.6, gram.y a_expr).

The table, loosest first: OR, AND, NOT, IS, comparisons, BETWEEN IN LIKE SIMILAR, every other
operator (`->`, `||`, `@>`, ...), + -, * / %, ^, AT TIME ZONE, COLLATE, unary minus, [], ::, dot.
So `body->'a'->>'b' = 'x' AND ...` means what it says, unlike in DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable

from hookwire_catalog.lexer import Kind
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse import brackets, primary
from hookwire_engine.dialect.parse.cursor import NUMBER, PARAM, STRING, Cursor, spelled
from hookwire_engine.dialect.parse.typenames import type_name

OR, AND, NOT, IS, COMPARE, TEST, OTHER, ADD, MULTIPLY, POWER, AT, COLLATE, MINUS, INDEX, CAST = (
    range(1, 16)
)

_LEVELS = {
    "<": COMPARE, ">": COMPARE, "=": COMPARE, "<=": COMPARE, ">=": COMPARE, "<>": COMPARE,
    "!=": COMPARE, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY, "^": POWER,
    "//": MULTIPLY,
}  # fmt: skip


def expression(p: Cursor, minimum: int = 0) -> Expr:
    """An expression whose operators all bind at least as tightly as `minimum`."""
    if p.words[p.i + 1] in _CLOSING and p.words[p.i] in _CONSTANTS:
        return primary.primary(p)
    left = _prefix(p)
    while True:
        word = p.words[p.i]
        infix = _INFIX.get(word)
        if infix is not None:
            level, parse = infix
            if level < minimum:
                return left
            more = parse(p, left)
            if more is None:
                return left
            left = more
        elif p.i < len(p.tokens) and p.kinds[p.i] is Kind.OPERATOR:
            level = _LEVELS.get(word, OTHER)
            if level < minimum:
                return left
            left = _operation(p, left, level)
            if level == COMPARE and _LEVELS.get(p.words[p.i]) == COMPARE:
                raise p.fail()
        else:
            return left


_CLOSING = frozenset({",", ")"})
_CONSTANTS = frozenset({STRING, NUMBER, PARAM})
"""Between two of these a constant is the whole expression; of them long lists are made."""


def operand(p: Cursor) -> Expr:
    return expression(p, OTHER)


def _prefix(p: Cursor) -> Expr:
    word = p.words[p.i]
    if word == "not":
        at = p.at
        p.i += 1
        return nodes.Not(at, expression(p, NOT))
    if word == "+" or word == "-":
        at = p.at
        p.i += 1
        return _signed(at, word, expression(p, MINUS))
    if p.i < len(p.tokens) and p.kinds[p.i] is Kind.OPERATOR and word != "*":
        at = p.at
        p.i += 1
        return nodes.Operation(at, word, None, expression(p, OTHER + 1))
    if word == "operator" and p.words[p.i + 1] == "(":
        at = p.at
        symbol = _named_operator(p)
        return nodes.Operation(at, symbol, None, expression(p, OTHER + 1))
    return primary.primary(p)


def _signed(at: int, sign: str, operand: Expr) -> Expr:
    if sign == "-" and isinstance(operand, nodes.NumberConst):
        text = operand.text
        return nodes.NumberConst(at, text[1:] if text[0] == "-" else "-" + text)
    return nodes.Operation(at, sign, None, operand)


def _operation(p: Cursor, left: Expr, level: int) -> Expr:
    at = p.at
    symbol = spelled(p.word)
    p.i += 1
    return _right_side(p, at, symbol, left, level)


def _right_side(p: Cursor, at: int, symbol: str, left: Expr, level: int) -> Expr:
    quantifier = p.word
    if quantifier in ("any", "some", "all") and p.words[p.i + 1] == "(":
        p.i += 2
        right: Expr = p.query() if brackets.starts_query(p) else expression(p)
        p.expect(")")
        return nodes.Quantified(at, symbol, left, quantifier == "all", right)
    return nodes.Operation(at, symbol, left, expression(p, level + 1))


def _named_operator(p: Cursor) -> str:
    p.expect("operator")
    p.expect("(")
    while p.words[p.i + 1] == ".":
        p.label()
        p.i += 1
    if p.i >= len(p.tokens) or p.kinds[p.i] is not Kind.OPERATOR:
        raise p.fail()
    symbol = spelled(p.take().text)
    p.expect(")")
    return symbol


# Infix words and brackets. A function answers None when the word is not an operator here after
# all (NOT before something else, a label).

Infix = Callable[[Cursor, Expr], Expr | None]


def _logic(symbol: str, level: int) -> Infix:
    def parse(p: Cursor, left: Expr) -> Expr:
        at = p.at
        operands = [left]
        while p.accept(symbol):
            operands.append(expression(p, level + 1))
        return nodes.Logic(at, symbol, tuple(operands))

    return parse


def _is(p: Cursor, left: Expr) -> Expr:
    at = p.at
    p.i += 1
    negated = p.accept("not")
    if p.accept_words("distinct", "from"):
        return nodes.Distinct(at, left, expression(p, IS + 1), negated)
    what = p.accept_any("null", "true", "false", "unknown", "document", "normalized", "json")
    if what is None:
        raise p.fail()
    if what == "json":
        what = "json " + (p.accept_any("value", "scalar", "array", "object") or "value")
        if p.accept_any("with", "without"):
            p.expect("unique")
            p.accept("keys")
    return nodes.IsTest(at, left, what, negated)


def _isnull(p: Cursor, left: Expr) -> Expr:
    at = p.at
    negated = p.word == "notnull"
    p.i += 1
    return nodes.IsTest(at, left, "null", negated)


def _between(p: Cursor, left: Expr, negated: bool = False) -> Expr:
    at = p.at
    p.expect("between")
    symmetric = p.accept("symmetric")
    if not symmetric:
        p.accept("asymmetric")
    low = expression(p, TEST + 1)
    p.expect("and")
    high = expression(p, TEST + 1)
    return nodes.Between(at, left, low, high, negated, symmetric)


def _in(p: Cursor, left: Expr, negated: bool = False) -> Expr:
    at = p.at
    p.expect("in")
    if p.word != "(":
        return nodes.Operation(at, "in", left, expression(p, TEST + 1))
    p.expect("(")
    if brackets.starts_query(p):
        query = p.query()
        p.expect(")")
        return nodes.In(at, left, (), query, negated)
    items = p.expressions()
    p.expect(")")
    return nodes.In(at, left, items, None, negated)


def _like(p: Cursor, left: Expr, negated: bool = False) -> Expr:
    at = p.at
    kind = p.take().text.lower()
    if kind == "similar":
        p.expect("to")
    symbol = {"like": "~~", "ilike": "~~*"}.get(kind)
    if symbol and p.word in ("any", "all", "some") and p.words[p.i + 1] == "(":
        return _right_side(p, at, "!" + symbol if negated else symbol, left, TEST)
    pattern = expression(p, TEST + 1)
    escape = expression(p, TEST + 1) if p.accept("escape") else None
    return nodes.Like(at, kind, left, pattern, escape, negated)


def _not(p: Cursor, left: Expr) -> Expr | None:
    after = p.words[p.i + 1]
    parse = {"between": _between, "in": _in, "like": _like, "ilike": _like, "similar": _like}
    if after in parse:
        p.i += 1
        return parse[after](p, left, True)
    if after == "null":
        at = p.at
        p.i += 2
        return nodes.IsTest(at, left, "null", True)
    return None


def _at(p: Cursor, left: Expr) -> Expr | None:
    at = p.at
    if p.accept_words("at", "time", "zone"):
        return nodes.AtTimeZone(at, left, expression(p, AT + 1))
    if p.accept_words("at", "local"):
        return nodes.AtTimeZone(at, left, None)
    return None


def _collate(p: Cursor, left: Expr) -> Expr:
    at = p.at
    p.i += 1
    return nodes.Collate(at, left, p.qualified_name())


def _overlaps(p: Cursor, left: Expr) -> Expr:
    at = p.at
    p.i += 1
    right = expression(p, TEST + 1)
    if not isinstance(left, nodes.Row) or not isinstance(right, nodes.Row):
        raise p.fail()
    return nodes.Call(at, ("overlaps",), (*left.items, *right.items), syntax=True)


def _cast(p: Cursor, left: Expr) -> Expr:
    at = p.at
    p.i += 1
    return nodes.Cast(at, left, type_name(p))


def _index(p: Cursor, left: Expr) -> Expr:
    return brackets.subscript(p, left)


def _dot(p: Cursor, left: Expr) -> Expr:
    """`(x).field`, `(x).*`, and DuckDB's `x.method(...)`."""
    p.i += 1
    at = p.at
    if p.accept("*"):
        return nodes.Field(at, left, None)
    name = p.label()
    if p.word == "(":
        call = primary.call(p, at, (name,))
        assert isinstance(call, nodes.Call)
        names = (None, *call.names) if call.names else ()
        return nodes.Call(at, call.parts, (left, *call.arguments), names)
    return nodes.Field(at, left, name)


def _operator(p: Cursor, left: Expr) -> Expr | None:
    if p.words[p.i + 1] != "(":
        return None
    at = p.at
    symbol = _named_operator(p)
    return _right_side(p, at, symbol, left, OTHER)


_INFIX: dict[str, tuple[int, Infix]] = {
    "or": (OR, _logic("or", OR)),
    "and": (AND, _logic("and", AND)),
    "is": (IS, _is),
    "isnull": (IS, _isnull),
    "notnull": (IS, _isnull),
    "between": (TEST, _between),
    "in": (TEST, _in),
    "like": (TEST, _like),
    "ilike": (TEST, _like),
    "similar": (TEST, _like),
    "not": (TEST, _not),
    "overlaps": (TEST, _overlaps),
    "operator": (OTHER, _operator),
    "at": (AT, _at),
    "collate": (COLLATE, _collate),
    "::": (CAST, _cast),
    "[": (INDEX, _index),
    ".": (CAST, _dot),
}
