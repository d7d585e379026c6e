"""Queries: SELECT, VALUES, TABLE, set operations, WITH (PostgreSQL's SELECT reference page)."""

from __future__ import annotations

from collections.abc import Callable

from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr, Node
from hookwire_engine.dialect.parse import tables
from hookwire_engine.dialect.parse.clauses import order_by, window
from hookwire_engine.dialect.parse.cursor import END, Cursor
from hookwire_engine.dialect.parse.keywords import NOT_A_BARE_LABEL, RESERVED
from hookwire_engine.dialect.parse.limits import limits as limits_clause

Body = nodes.Select | nodes.Values | nodes.SetOperation
Changing = Callable[[Cursor], nodes.Statement]


def query(p: Cursor) -> nodes.Query:
    at = p.at
    with_ = with_clause(p)
    return finish_query(p, at, with_)


def finish_query(p: Cursor, at: int, with_: nodes.With | None) -> nodes.Query:
    """The query after its WITH."""
    body = _set_operations(p, 0)
    return _with_tail(p, at, with_, body)


def _with_tail(
    p: Cursor, at: int, with_: nodes.With | None, body: Body | nodes.Query
) -> nodes.Query:
    order, order_all = _order(p)
    limit, offset, ties, percent = limits_clause(p)
    if isinstance(body, nodes.Query):
        bare = with_ is None and not order and limit is None and offset is None and not order_all
        if bare:
            return body
        if _is_plain(body):
            body = body.body
        else:
            star = nodes.Target(at, nodes.ColumnRef(at, (), star=True))
            body = nodes.Select(at, (star,), tables=(nodes.QueryRef(at, body, False),))
    return nodes.Query(at, body, with_, order, order_all, limit, offset, ties, percent)


def _is_plain(query: nodes.Query) -> bool:
    tail = query.with_ or query.order or query.limit or query.offset or query.order_all
    return not tail


def with_clause(p: Cursor) -> nodes.With | None:
    if not p.accept("with"):
        return None
    at = p.at
    recursive = p.accept("recursive")
    ctes = [_cte(p)]
    while p.accept(","):
        ctes.append(_cte(p))
    return nodes.With(at, recursive, tuple(ctes))


def _cte(p: Cursor) -> nodes.Cte:
    at = p.at
    name = p.name()
    columns = p.names_in_parentheses() if p.word == "(" else ()
    p.expect("as")
    materialized = None
    if p.accept("materialized"):
        materialized = True
    elif p.accept_words("not", "materialized"):
        materialized = False
    p.expect("(")
    inner = p.statement()
    p.expect(")")
    return nodes.Cte(at, name, columns, inner, materialized)


_SET_LEVELS = {"union": 1, "except": 1, "intersect": 2}


def _set_operations(p: Cursor, minimum: int) -> Body | nodes.Query:
    """UNION and EXCEPT bind alike, INTERSECT tighter; all to the left."""
    at = p.at
    left: Body | nodes.Query = _operand(p)
    while True:
        symbol = p.word
        level = _SET_LEVELS.get(symbol, 0)
        if level == 0 or level <= minimum:
            return left
        at = p.at
        p.i += 1
        every = p.accept("all")
        if not every:
            p.accept("distinct")
        by_name = p.accept_words("by", "name")
        right = _set_operations(p, level)
        left = nodes.SetOperation(at, symbol, every, _as_query(left), _as_query(right), by_name)


def _as_query(body: Body | nodes.Query) -> nodes.Query:
    return body if isinstance(body, nodes.Query) else nodes.Query(body.at, body)


def _operand(p: Cursor) -> Body | nodes.Query:
    word = p.word
    if word == "select":
        return _select(p)
    if word == "values":
        return _values(p)
    if word == "(":
        p.i += 1
        inner = p.query()
        p.expect(")")
        return inner
    if word == "table":
        at = p.at
        p.i += 1
        table = tables.table(p)
        star = nodes.Target(at, nodes.ColumnRef(at, (), star=True))
        return nodes.Select(at, (star,), tables=(table,))
    if word == "from":
        return _from_first(p)
    raise p.fail()


def _from_first(p: Cursor) -> nodes.Select:
    """DuckDB's FROM t [SELECT ...]."""
    at = p.at
    p.expect("from")
    found = tables.tables(p)
    if p.word == "select":
        return _select(p, found)
    star = nodes.Target(at, nodes.ColumnRef(at, (), star=True))
    return _rest(p, at, (star,), False, (), found)


def _select(p: Cursor, found: tuple[Node, ...] = ()) -> nodes.Select:
    at = p.at
    p.expect("select")
    distinct = False
    distinct_on: tuple[Expr, ...] = ()
    if p.accept("distinct"):
        if p.accept("on"):
            p.expect("(")
            distinct_on = p.expressions()
            p.expect(")")
        else:
            distinct = True
    else:
        p.accept("all")
    targets = target_list(p)
    if p.word == "into":
        raise p.fail()
    if p.accept("from"):
        found = tables.tables(p)
    return _rest(p, at, targets, distinct, distinct_on, found)


def _rest(
    p: Cursor,
    at: int,
    targets: tuple[nodes.Target, ...],
    distinct: bool,
    distinct_on: tuple[Expr, ...],
    found: tuple[Node, ...],
) -> nodes.Select:
    select = nodes.Select(at, targets, distinct, distinct_on, found)
    if p.accept("where"):
        select.where = p.expression()
    if p.accept_words("group", "by"):
        if p.accept("all"):
            select.group_all = True
        else:
            select.group = _grouping(p)
    if p.accept("having"):
        select.having = p.expression()
    if p.accept("window"):
        select.windows = _windows(p)
    if p.word == "qualify":
        p.i += 1
        select.qualify = p.expression()
    return select


_TARGETS_END = frozenset(
    {END, ")", "from", "where", "union", "intersect", "except", "order", "limit", "into", "group"}
)


def target_list(p: Cursor) -> tuple[nodes.Target, ...]:
    if p.word in _TARGETS_END:
        return ()
    targets = [_target(p)]
    while p.accept(","):
        if p.word in ("from", END):
            break
        targets.append(_target(p))
    return tuple(targets)


def _target(p: Cursor) -> nodes.Target:
    at = p.at
    value = p.expression()
    if isinstance(value, nodes.Star) or (isinstance(value, nodes.ColumnRef) and value.star):
        return nodes.Target(at, value)
    if p.accept("as"):
        return nodes.Target(at, value, p.label())
    word = p.word
    if word == '"' or (_is_word(p) and word not in NOT_A_BARE_LABEL):
        if word == "qualify" or word in ("all", "any") or _ends_query(word):
            return nodes.Target(at, value)
        return nodes.Target(at, value, p.label())
    return nodes.Target(at, value)


def _is_word(p: Cursor) -> bool:
    return p.word.isidentifier()


def _ends_query(word: str) -> bool:
    """A label may be a reserved word without AS (gram.y BareColLabel); not where one would end
    the clause, which the grammar knows by its precedence."""
    return word in RESERVED and word in (
        "from", "into", "where", "group", "having", "window", "union", "intersect", "except",
        "order", "limit", "offset", "fetch", "for",
    )  # fmt: skip


def _grouping(p: Cursor) -> tuple[Node, ...]:
    p.accept("distinct")
    items = [_group_item(p)]
    while p.accept(","):
        items.append(_group_item(p))
    return tuple(items)


def _group_item(p: Cursor) -> Node:
    at = p.at
    word = p.word
    if word in ("rollup", "cube") and p.words[p.i + 1] == "(":
        p.i += 2
        items = p.expressions()
        p.expect(")")
        return nodes.Grouping(at, word, items)
    if p.accept_words("grouping", "sets", "("):
        sets = [_group_item(p)]
        while p.accept(","):
            sets.append(_group_item(p))
        p.expect(")")
        return nodes.Grouping(at, "grouping sets", tuple(sets))
    if word == "(" and p.words[p.i + 1] == ")":
        p.i += 2
        return nodes.Grouping(at, "empty", ())
    return p.expression()


def _windows(p: Cursor) -> tuple[nodes.Window, ...]:
    found = []
    while True:
        name = p.name()
        p.expect("as")
        found.append(window(p, name))
        if not p.accept(","):
            return tuple(found)


def _values(p: Cursor) -> nodes.Values:
    at = p.at
    p.expect("values")
    rows = [_values_row(p)]
    while p.accept(","):
        rows.append(_values_row(p))
    return nodes.Values(at, tuple(rows))


def _values_row(p: Cursor) -> tuple[Expr, ...]:
    p.expect("(")
    row = p.expressions()
    p.expect(")")
    return row


def _order(p: Cursor) -> tuple[tuple[nodes.SortKey, ...], str]:
    """The keys, or DuckDB's ALL with its direction."""
    if p.words[p.i + 2] != "all" or not p.accept_words("order", "by", "all"):
        return order_by(p), ""
    words = "ALL DESC" if p.accept_any("asc", "desc") == "desc" else "ALL"
    if p.accept("nulls"):
        nulls = p.accept_any("first", "last")
        if nulls is None:
            raise p.fail()
        words += f" NULLS {nulls.upper()}"
    return (), words
