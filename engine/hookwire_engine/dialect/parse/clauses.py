"""Clauses that more than one rule has: sort keys and windows."""

from __future__ import annotations

from hookwire_catalog.lexer import Kind
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse.cursor import Cursor

_BOUNDS = ("preceding", "following")


def order_by(p: Cursor) -> tuple[nodes.SortKey, ...]:
    """ORDER BY and its keys, if it comes next."""
    if not p.accept_words("order", "by"):
        return ()
    keys = [sort_key(p)]
    while p.accept(","):
        keys.append(sort_key(p))
    return tuple(keys)


def sort_key(p: Cursor) -> nodes.SortKey:
    at = p.at
    value = p.expression()
    using = None
    descending = False
    if p.accept("using"):
        using = p.take().text
        descending = using in (">", "~>~")
    elif p.accept("desc"):
        descending = True
    else:
        p.accept("asc")
    nulls = None
    if p.accept("nulls"):
        nulls = p.accept_any("first", "last")
        if nulls is None:
            raise p.fail()
    return nodes.SortKey(at, value, descending, nulls, using)


def window(p: Cursor, name: str | None) -> nodes.Window:
    """The definition in parentheses, of OVER or of WINDOW name AS."""
    at = p.at
    p.expect("(")
    base = None
    if p.is_name() and p.word not in ("partition", "range", "rows", "groups"):
        base = p.name()
    partition: tuple[Expr, ...] = ()
    if p.accept_words("partition", "by"):
        partition = p.expressions()
    order = order_by(p)
    frame = _frame(p)
    p.expect(")")
    return nodes.Window(at, name, base, partition, order, frame)


def over(p: Cursor) -> nodes.Window:
    """After OVER: a name or a definition."""
    if p.word == "(":
        return window(p, None)
    at = p.at
    return nodes.Window(at, None, p.name(), (), (), ("named",))


def _frame(p: Cursor) -> tuple[str | Expr, ...]:
    unit = p.accept_any("rows", "range", "groups")
    if unit is None:
        return ()
    parts: list[str | Expr] = [unit]
    if p.accept("between"):
        parts.append("between")
        _bound(p, parts)
        p.expect("and")
        parts.append("and")
    _bound(p, parts)
    if p.accept("exclude"):
        parts.append("exclude")
        if p.accept("current"):
            p.expect("row")
            parts.append("current row")
        elif p.accept("no"):
            p.expect("others")
            parts.append("no others")
        else:
            which = p.accept_any("group", "ties")
            if which is None:
                raise p.fail()
            parts.append(which)
    return tuple(parts)


def _bound(p: Cursor, parts: list[str | Expr]) -> None:
    if p.accept_words("current", "row"):
        parts.append("current row")
        return
    if p.word == "unbounded" and p.kinds[p.i] is Kind.IDENT:
        p.i += 1
        parts.append("unbounded")
    else:
        parts.append(p.expression())
    side = p.accept_any(*_BOUNDS)
    if side is None:
        raise p.fail()
    parts.append(side)
