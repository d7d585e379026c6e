"""DDL of plain tables beside CREATE TABLE: ALTER TABLE, DROP, TRUNCATE, indexes, sequences, enums.

Only what DuckDB can do is parsed into a tree; the rest of PostgreSQL's grammar for these is a
syntax error or FeatureNotSupported with a hint.
"""

from __future__ import annotations

from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Change
from hookwire_engine.dialect.parse import clauses, functions
from hookwire_engine.dialect.parse.cursor import Cursor
from hookwire_engine.dialect.parse.tabledefs import (
    column_definition,
    sequence_option,
    table_constraint,
)
from hookwire_engine.dialect.parse.typenames import type_name

_DROPPED = ("table", "index", "sequence", "type", "function")


def definition(p: Cursor) -> nodes.Statement | None:
    """The statement, or None for one that is not of these."""
    word = p.word
    if word == "alter" and p.words[p.i + 1] == "table":
        return _alter_table(p)
    if word == "drop" and p.words[p.i + 1] in _DROPPED:
        return _drop(p)
    if word == "truncate":
        return _truncate(p)
    if word == "create":
        return _create(p)
    return None


def _create(p: Cursor) -> nodes.Statement | None:
    i = p.i + 1
    replace = p.words[i] == "or" and p.words[i + 1] == "replace"
    if p.words[i + 2 * replace] == "function":
        return functions.create_function(p, replace)
    temporary = p.words[i] in ("temp", "temporary")
    i += temporary
    unique = p.words[i] == "unique"
    what = p.words[i + unique]
    if what == "index":
        p.i = i + unique + 1
        return _index(p, unique)
    if what == "sequence":
        p.i = i + 1
        return _sequence(p, temporary)
    if what == "type":
        p.i = i + 1
        return _enum(p)
    return None


def _references(p: Cursor) -> tuple[nodes.ColumnRef, ...]:
    found = []
    while True:
        at = p.at
        found.append(nodes.ColumnRef(at, p.qualified_name()))
        if p.word == "(":
            p.skip_parentheses()
        if not p.accept(","):
            return tuple(found)


def _behaviour(p: Cursor) -> bool:
    """Whether CASCADE is said."""
    return p.accept_any("cascade", "restrict") == "cascade"


def _drop(p: Cursor) -> nodes.Drop:
    at = p.at
    p.i += 1
    kind = p.take().text.lower()
    p.accept("concurrently")
    lenient = p.accept_words("if", "exists")
    names = _references(p)
    return nodes.Drop(at, kind, names, lenient, _behaviour(p))


def _truncate(p: Cursor) -> nodes.Truncate:
    at = p.at
    p.i += 1
    p.accept("table")
    p.accept("only")
    tables = tuple(nodes.TableRef(name.at, name.parts) for name in _references(p))
    if p.accept_any("restart", "continue"):
        p.expect("identity")
    _behaviour(p)
    return nodes.Truncate(at, tables)


# ALTER TABLE.


def _alter_table(p: Cursor) -> nodes.AlterTable:
    p.i += 2
    lenient = p.accept_words("if", "exists")
    p.accept("only")
    at = p.at
    parts = p.qualified_name()
    actions = [_action(p)]
    while p.accept(","):
        actions.append(_action(p))
    return nodes.AlterTable(at, parts, lenient, tuple(actions))


def _action(p: Cursor) -> Change:
    at = p.at
    if p.accept("add"):
        return _add(p, at)
    if p.accept("drop"):
        if p.accept("constraint"):
            lenient = p.accept_words("if", "exists")
            return Change(at, "drop constraint", p.name(), lenient=lenient, cascade=_behaviour(p))
        p.accept("column")
        lenient = p.accept_words("if", "exists")
        return Change(at, "drop", p.name(), lenient=lenient, cascade=_behaviour(p))
    if p.accept("alter"):
        p.accept("column")
        return _alter_column(p, at)
    if p.accept("rename"):
        return _rename(p, at)
    if p.accept_words("owner", "to"):
        p.name()
        return Change(at, "nothing")
    if p.accept("replica"):
        p.expect("identity")
        p.label()
        return Change(at, "nothing")
    raise p.fail()


def _add(p: Cursor, at: int) -> Change:
    constraint = table_constraint(p)
    if constraint is not None:
        while p.accept_any("deferrable", "initially", "deferred", "immediate") or (
            p.accept_words("not", "valid")
        ):
            pass
        return Change(at, "constraint", constraint=constraint)
    p.accept("column")
    lenient = p.accept_words("if", "not", "exists")
    return Change(at, "add", column=column_definition(p), lenient=lenient)


def _alter_column(p: Cursor, at: int) -> Change:
    name = p.name()
    if p.accept_words("set", "data", "type") or p.accept("type"):
        type_ = type_name(p)
        if p.accept("collate"):
            p.qualified_name()
        value = p.expression() if p.accept("using") else None
        return Change(at, "type", name, type=type_, value=value)
    if p.accept_words("set", "default"):
        return Change(at, "default", name, value=p.expression())
    if p.accept_words("drop", "default"):
        return Change(at, "drop default", name)
    if p.accept_words("set", "not", "null"):
        return Change(at, "not null", name)
    if p.accept_words("drop", "not", "null"):
        return Change(at, "null", name)
    if p.accept_words("set", "statistics") or p.accept_words("set", "storage"):
        p.take()
        return Change(at, "nothing")
    raise p.fail()


def _rename(p: Cursor, at: int) -> Change:
    if p.accept("to"):
        return Change(at, "rename to", p.name())
    if p.accept("constraint"):
        p.name()
        p.expect("to")
        p.name()
        return Change(at, "nothing")
    p.accept("column")
    old = p.name()
    p.expect("to")
    new = nodes.StringConst(p.at, p.name())
    return Change(at, "rename", old, value=new)


# CREATE INDEX, SEQUENCE, TYPE.


def _index(p: Cursor, unique: bool) -> nodes.CreateIndex:
    at = p.at
    p.accept("concurrently")
    lenient = p.accept_words("if", "not", "exists")
    name = None if p.word == "on" else p.name()
    p.expect("on")
    p.accept("only")
    table_at = p.at
    table = nodes.TableRef(table_at, p.qualified_name())
    method = p.name() if p.accept("using") else "btree"
    p.expect("(")
    keys = [_index_key(p)]
    while p.accept(","):
        keys.append(_index_key(p))
    p.expect(")")
    if p.accept("include"):
        p.names_in_parentheses()
    if p.accept("with"):
        p.skip_parentheses()
    where = p.expression() if p.accept("where") else None
    return nodes.CreateIndex(at, name, table, tuple(keys), unique, lenient, method, where)


def _index_key(p: Cursor) -> nodes.SortKey:
    """A column or expression; operator class and order change no answer."""
    key = clauses.sort_key(p)
    if p.is_name() and p.words[p.i + 1] in (",", ")", "asc", "desc"):
        p.qualified_name()
        p.accept_any("asc", "desc")
    if p.accept("nulls"):
        p.accept_any("first", "last")
    return key


def _sequence(p: Cursor, temporary: bool) -> nodes.CreateSequence:
    lenient = p.accept_words("if", "not", "exists")
    at = p.at
    parts = p.qualified_name()
    options: list[str] = []
    while p.i < len(p.tokens):
        sequence_option(p, options)
    return nodes.CreateSequence(at, parts, lenient, temporary, tuple(options))


def _enum(p: Cursor) -> nodes.CreateEnum:
    at = p.at
    parts = p.qualified_name()
    p.expect("as")
    p.expect("enum")
    p.expect("(")
    labels: list[str] = []
    while p.word != ")":
        labels.append(p.string())
        if not p.accept(","):
            break
    p.expect(")")
    return nodes.CreateEnum(at, parts, tuple(labels))
