"""What stands in brackets: rows, subqueries, arrays, subscripts, DuckDB's lists and structs."""

from __future__ import annotations

from hookwire_catalog.errors import SqlSyntaxError
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse.cursor import STRING, Cursor

_QUERY_STARTS = frozenset({"select", "with", "values", "table", "from"})


def starts_query(p: Cursor) -> bool:
    """Whether a query comes next, whatever brackets it stands in."""
    i = p.i
    while p.words[i] == "(":
        i += 1
    word = p.words[i]
    if word not in _QUERY_STARTS:
        return False
    if i == p.i or word in ("select", "with", "from"):
        return True
    return word == "values" or p.words[i + 1] != ","


def query_in_parentheses(p: Cursor) -> nodes.Query | None:
    """The query between the brackets that come next; None, and nothing read, if what the inner
    brackets hold is only the first part of an expression or of a join."""
    if not starts_query(p):
        return None
    start = p.i
    nested = p.words[start + 1] == "("
    p.i += 1
    try:
        query = p.query()
        if p.accept(")"):
            return query
    except SqlSyntaxError:
        if not nested:
            raise
    if not nested:
        raise p.fail()
    p.i = start
    return None


def subscript(p: Cursor, operand: Expr) -> Expr:
    at = p.at
    p.expect("[")
    low = None if p.word == ":" else p.expression()
    if not p.accept(":"):
        p.expect("]")
        return nodes.Subscript(at, operand, low)
    high = None if p.word == "]" else p.expression()
    p.expect("]")
    return nodes.Subscript(at, operand, low, high, sliced=True)


def parenthesis(p: Cursor) -> Expr:
    at = p.at
    query = query_in_parentheses(p)
    if query is not None:
        return nodes.Scalar(at, query)
    p.expect("(")
    items = p.expressions()
    p.expect(")")
    if len(items) > 1:
        return nodes.Row(at, items, explicit=False)
    return items[0]


def array_in_brackets(p: Cursor) -> Expr:
    at = p.at
    p.expect("array")
    if p.accept("("):
        query = p.query()
        p.expect(")")
        return nodes.ArrayQuery(at, query)
    return _array_items(p, at, bare=False)


def _array_items(p: Cursor, at: int, bare: bool) -> Expr:
    p.expect("[")
    items: list[Expr] = []
    while p.word != "]":
        nested = p.word == "[" and not bare
        items.append(_array_items(p, p.at, bare) if nested else p.expression())
        if not p.accept(","):
            break
    p.expect("]")
    return nodes.Array(at, tuple(items), bare)


def list_in_brackets(p: Cursor) -> Expr:
    return _array_items(p, p.at, bare=True)


def struct_in_brackets(p: Cursor) -> Expr:
    at = p.at
    p.expect("{")
    fields: list[tuple[str, Expr]] = []
    while p.word != "}":
        name = p.string() if p.word == STRING else p.label()
        p.expect(":")
        fields.append((name, p.expression()))
        if not p.accept(","):
            break
    p.expect("}")
    return nodes.Struct(at, tuple(fields))


def row_in_brackets(p: Cursor) -> Expr:
    at = p.at
    p.i += 2
    items = () if p.word == ")" else p.expressions()
    p.expect(")")
    return nodes.Row(at, items, explicit=True)


def exists_in_brackets(p: Cursor) -> Expr:
    at = p.at
    p.i += 2
    query = p.query()
    p.expect(")")
    return nodes.Exists(at, query)
