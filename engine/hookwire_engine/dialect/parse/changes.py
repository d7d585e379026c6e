"""INSERT, UPDATE, DELETE."""

from __future__ import annotations

from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr, Node
from hookwire_engine.dialect.parse import tables
from hookwire_engine.dialect.parse.cursor import Cursor
from hookwire_engine.dialect.parse.select import target_list

WORDS = frozenset({"insert", "update", "delete"})


def change(p: Cursor, with_: nodes.With | None) -> nodes.Statement:
    word = p.word
    if word == "insert":
        return _insert(p, with_)
    if word == "update":
        return _update(p, with_)
    return _delete(p, with_)


def _insert(p: Cursor, with_: nodes.With | None) -> nodes.Insert:
    at = p.at
    p.expect("insert")
    p.expect("into")
    table_at = p.at
    parts = p.qualified_name()
    alias = p.name() if p.accept("as") else None
    table = nodes.TableRef(table_at, parts, alias)
    columns: tuple[nodes.ColumnRef, ...] = ()
    if p.word == "(" and p.words[p.i + 1] not in ("select", "with", "values", "("):
        p.i += 1
        columns = _columns(p)
        p.expect(")")
    overriding = None
    if p.accept("overriding"):
        overriding = p.accept_any("system", "user")
        p.expect("value")
    query = None if p.accept_words("default", "values") else p.query()
    conflict = _conflict(p) if p.accept_words("on", "conflict") else None
    return nodes.Insert(at, table, columns, query, conflict, _returning(p), with_, overriding)


def _columns(p: Cursor) -> tuple[nodes.ColumnRef, ...]:
    found = []
    while True:
        at = p.at
        found.append(nodes.ColumnRef(at, (p.name(),)))
        if not p.accept(","):
            return tuple(found)


def _conflict(p: Cursor) -> nodes.Conflict:
    at = p.at
    columns: tuple[Expr, ...] = ()
    constraint = None
    where = None
    if p.accept_words("on", "constraint"):
        constraint = p.name()
    elif p.accept("("):
        columns = p.expressions()
        p.expect(")")
        where = p.expression() if p.accept("where") else None
    p.expect("do")
    if p.accept("nothing"):
        return nodes.Conflict(at, columns, constraint, where, None)
    p.expect("update")
    p.expect("set")
    assignments = _assignments(p)
    condition = p.expression() if p.accept("where") else None
    return nodes.Conflict(at, columns, constraint, where, assignments, condition)


def _update(p: Cursor, with_: nodes.With | None) -> nodes.Update:
    at = p.at
    p.expect("update")
    table = _target_table(p)
    p.expect("set")
    assignments = _assignments(p)
    found = tables.tables(p) if p.accept("from") else ()
    where = p.expression() if p.accept("where") else None
    return nodes.Update(at, table, assignments, found, where, _returning(p), with_)


def _delete(p: Cursor, with_: nodes.With | None) -> nodes.Delete:
    at = p.at
    p.expect("delete")
    p.expect("from")
    table = _target_table(p)
    found: tuple[Node, ...] = tables.tables(p) if p.accept("using") else ()
    where = p.expression() if p.accept("where") else None
    return nodes.Delete(at, table, found, where, _returning(p), with_)


def _target_table(p: Cursor) -> nodes.TableRef:
    only = p.accept("only")
    at = p.at
    parts = p.qualified_name()
    if not only and p.word == "*":
        p.i += 1
    alias = None
    if p.accept("as") or (p.is_name() and p.word not in ("set", "using", "where", "returning")):
        alias = p.name()
    return nodes.TableRef(at, parts, alias)


def _assignments(p: Cursor) -> tuple[nodes.Assignment, ...]:
    found = [_assignment(p)]
    while p.accept(","):
        found.append(_assignment(p))
    return tuple(found)


def _assignment(p: Cursor) -> nodes.Assignment:
    at = p.at
    columns: tuple[str, ...]
    if p.accept("("):
        references = _columns(p)
        p.expect(")")
        columns = tuple(reference.parts[0] for reference in references)
        places = tuple(reference.at for reference in references)
    else:
        columns, places = (p.name(),), (at,)
    p.expect("=")
    return nodes.Assignment(at, columns, p.expression(), places)


def _returning(p: Cursor) -> tuple[nodes.Target, ...]:
    return target_list(p) if p.accept("returning") else ()
