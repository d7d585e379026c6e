"""Expressions by operator precedence (PostgreSQL 4.1.6, gram.y a_expr).

Loosest first: OR, AND, NOT, IS, comparisons, BETWEEN IN LIKE, every other operator, + -, * / %, ^,
unary minus, [], `::`. An operator's node stands where its symbol stands.
"""

from __future__ import annotations

from hookwire_catalog.lexer import Kind
from hookwire_engine.append.checks import nodes, operands
from hookwire_engine.append.checks.nodes import Node
from hookwire_engine.append.checks.reader import Reader, refused

OR, AND, NOT, IS, COMPARE, TEST, OTHER, ADD, MULTIPLY, POWER, MINUS, POSTFIX = range(1, 13)

_LEVELS = {
    "<": COMPARE, ">": COMPARE, "=": COMPARE, "<=": COMPARE, ">=": COMPARE, "<>": COMPARE,
    "!=": COMPARE, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY, "^": POWER,
}  # fmt: skip
_TESTS = ("between", "in", "like", "ilike", "similar")


def parse(reader: Reader, *, tight: bool = False) -> Node:
    """The expression that comes next; a tight one ends before IN, LIKE and comparisons."""
    return _expression(reader, OTHER if tight else 0)


def _expression(p: Reader, minimum: int) -> Node:
    p.down()
    left = _prefix(p)
    while True:
        more = _infix(p, left, minimum)
        if more is None:
            p.up()
            return left
        left = more


def _prefix(p: Reader) -> Node:
    at, word = p.at, p.word
    if word == "not":
        p.i += 1
        return nodes.Not(at, _expression(p, NOT))
    if word in ("+", "-"):
        p.i += 1
        return _signed(at, word, _expression(p, MINUS))
    if p.kind() is Kind.OPERATOR and word not in _LEVELS:
        p.i += 1
        return nodes.Operation(at, word, None, _expression(p, OTHER + 1))
    return operands.operand(p, parse)


def _signed(at: int, sign: str, operand: Node) -> Node:
    if sign == "-" and isinstance(operand, nodes.Number):
        text = operand.text
        return nodes.Number(at, text[1:] if text[0] == "-" else "-" + text)
    return nodes.Operation(at, sign, None, operand)


def _infix(p: Reader, left: Node, minimum: int) -> Node | None:
    """`left` with what follows it; None where nothing that binds tightly enough does."""
    word = p.word
    if p.kind() is Kind.OPERATOR:
        level = _LEVELS.get(word, OTHER)
        return _operation(p, left, level) if level >= minimum else None
    if word in ("or", "and"):
        level = OR if word == "or" else AND
        return _logic(p, left, word, level) if level >= minimum else None
    if word in ("is", "isnull", "notnull"):
        return _is(p, left) if minimum <= IS else None
    if word in _TESTS or (word == "not" and p.peek(1) in _TESTS):
        return _test(p, left) if minimum <= TEST else None
    if word == "::":
        at = p.at
        p.i += 1
        return nodes.Cast(at, left, operands.type_name(p))
    if word == "[":
        return operands.subscript(p, left, parse)
    if word in ("collate", "at", "overlaps", "operator", "."):
        if word == ".":
            raise p.fail()
        raise refused(f"{word.upper()} is not supported in CHECK", p.at)
    return None


def _logic(p: Reader, left: Node, word: str, level: int) -> Node:
    at = p.at
    items = [left]
    while p.accept(word):
        items.append(_expression(p, level + 1))
    return nodes.Logic(at, word, tuple(items))


def _operation(p: Reader, left: Node, level: int) -> Node:
    at, symbol = p.at, p.word
    p.i += 1
    symbol = "<>" if symbol == "!=" else symbol
    if p.word in ("any", "some", "all") and p.peek(1) == "(":
        every = p.word == "all"
        p.i += 1
        return nodes.Quantified(at, symbol, left, operands.bracketed(p, parse), every)
    made = nodes.Operation(at, symbol, left, _expression(p, level + 1))
    if level == COMPARE and p.kind() is Kind.OPERATOR and _LEVELS.get(p.word) == COMPARE:
        raise p.fail()
    return made


def _is(p: Reader, left: Node) -> Node:
    at, word = p.at, p.word
    p.i += 1
    if word != "is":
        return nodes.Is(at, left, "null", word == "notnull")
    negated = p.accept("not")
    if p.accept("distinct", "from"):
        return nodes.Distinct(at, left, _expression(p, IS + 1), negated)
    what = p.word
    if what not in ("null", "true", "false", "unknown"):
        raise p.fail()
    p.i += 1
    return nodes.Is(at, left, what, negated)


def _test(p: Reader, left: Node) -> Node:
    at = p.at
    negated = p.accept("not")
    word = p.word
    p.i += 1
    if word == "between":
        return _between(p, at, left, negated)
    if word == "in":
        return _in(p, at, left, negated)
    if word == "similar":
        raise refused("SIMILAR TO is not supported in CHECK", at, "Use the operator ~.")
    pattern = _expression(p, TEST + 1)
    escape = _expression(p, TEST + 1) if p.accept("escape") else None
    return nodes.Like(at, left, pattern, escape, word == "ilike", negated)


def _between(p: Reader, at: int, left: Node, negated: bool) -> Node:
    symmetric = p.accept("symmetric")
    if not symmetric:
        p.accept("asymmetric")
    low = _expression(p, TEST + 1)
    p.expect("and")
    return nodes.Between(at, left, low, _expression(p, TEST + 1), negated, symmetric)


def _in(p: Reader, at: int, left: Node, negated: bool) -> Node:
    p.expect("(")
    operands.refuse_query(p)
    items = operands.listed(p, parse, ")")
    return nodes.In(at, left, items, negated)
