"""What stands in FROM: tables, queries, function calls, joins (PostgreSQL 7.2.1)."""

from __future__ import annotations

from hookwire_catalog.lexer import Kind
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr, Node
from hookwire_engine.dialect.parse import brackets, syntax
from hookwire_engine.dialect.parse.cursor import QUOTED, STRING, Cursor
from hookwire_engine.dialect.parse.keywords import NOT_A_COLUMN
from hookwire_engine.dialect.parse.typenames import type_name

_DUCKDB_JOINS = frozenset({"asof", "positional", "semi", "anti"})
_DUCKDB_QUERIES = frozenset({"summarize", "describe", "pivot", "unpivot"})
_AFTER_A_TABLE = frozenset({"qualify", "pivot", "unpivot", "sample"})


def tables(p: Cursor) -> tuple[Node, ...]:
    found = [_joined(p)]
    while p.accept(","):
        found.append(_joined(p))
    return tuple(found)


def _joined(p: Cursor) -> Node:
    left = _table_or_query(p)
    while True:
        join = _join(p, left)
        if join is None:
            return left
        left = join


def _join(p: Cursor, left: Node) -> Node | None:
    at = p.at
    natural = p.accept("natural")
    kind = _join_kind(p)
    if kind is None:
        if natural:
            raise p.fail()
        return None
    right = _table_or_query(p)
    if kind in ("cross", "positional") or natural:
        return nodes.Join(at, kind, left, right, natural)
    # a JOIN b JOIN c ON .. ON ..: the inner join comes first.
    while p.word not in ("on", "using"):
        more = _join(p, right)
        if more is None:
            raise p.fail()
        right = more
    if p.accept("on"):
        return nodes.Join(at, kind, left, right, on=p.expression())
    p.expect("using")
    using = p.names_in_parentheses()
    alias = p.name() if p.accept("as") else None
    return nodes.Join(at, kind, left, right, False, using, alias)


def _join_kind(p: Cursor) -> str | None:
    word, after = p.word, p.words[p.i + 1]
    if word == "join":
        p.i += 1
        return "inner"
    if word in ("inner", "cross") and after == "join":
        p.i += 2
        return word
    if word in ("left", "right", "full"):
        p.i += 1
        p.accept("outer")
        p.expect("join")
        return word
    if word in _DUCKDB_JOINS and after in ("join", "left", "inner"):
        p.i += 1
        side = p.accept_any("left", "inner")
        p.accept("outer")
        p.expect("join")
        return f"{word} left" if side == "left" else word
    return None


def _table_or_query(p: Cursor) -> Node:
    lateral = p.accept("lateral")
    if p.word == "(":
        return _parenthesis(p, lateral)
    if p.accept_words("rows", "from", "("):
        return _rows_from(p, lateral)
    if _function_follows(p):
        at = p.at
        call = p.operand()
        return _function(p, at, (call,), lateral)
    return table(p)


def _function_follows(p: Cursor) -> bool:
    i = p.i
    word = p.words[i]
    if word in ("only", "table"):
        return False
    while p.words[i + 1] == ".":
        i += 2
    if p.words[i + 1] == "(":
        return i > p.i or p.is_function_name() or word in syntax.FORMS
    return word in syntax.SQL_VALUES and p.kinds[p.i] is Kind.IDENT


def _parenthesis(p: Cursor, lateral: bool) -> Node:
    at = p.at
    inner = brackets.query_in_parentheses(p)
    if inner is not None:
        alias, columns = _alias(p)
        return nodes.QueryRef(at, inner, lateral, alias, columns)
    p.expect("(")
    if p.word in _DUCKDB_QUERIES and p.kinds[p.i + 1] in (Kind.IDENT, Kind.QUOTED_IDENT):
        raise p.fail()
    inside = _joined(p)
    p.expect(")")
    alias, columns = _alias(p)
    if isinstance(inside, nodes.Join):
        inside.alias, inside.columns = alias, columns
    elif alias is not None:
        raise p.fail()
    return inside


def table(p: Cursor) -> nodes.TableRef:
    """A relation by its name, with alias and sample."""
    only = p.accept("only")
    bracket = only and p.accept("(")
    at = p.at
    parts = p.qualified_name()
    if bracket:
        p.expect(")")
    if p.word == "*":
        p.i += 1
    alias, columns = _alias(p)
    return nodes.TableRef(at, parts, alias, columns, _sample(p))


def _sample(p: Cursor) -> nodes.Sample | None:
    at = p.at
    if not p.accept("tablesample"):
        return None
    method = p.name()
    p.expect("(")
    amount = p.expression()
    if p.accept("%") or p.accept("percent"):
        pass
    p.expect(")")
    seed = None
    if p.accept("repeatable"):
        p.expect("(")
        seed = p.expression()
        p.expect(")")
    return nodes.Sample(at, method, amount, seed)


def _alias(p: Cursor) -> tuple[str | None, tuple[str, ...]]:
    if p.accept("as"):
        alias = p.string() if p.word == STRING else p.name()
    elif _bare_alias_follows(p):
        alias = p.name()
    else:
        return None, ()
    columns = p.names_in_parentheses() if p.word == "(" else ()
    return alias, columns


def _bare_alias_follows(p: Cursor) -> bool:
    word = p.word
    if word == QUOTED:
        return True
    if not p.is_name() or word in NOT_A_COLUMN:
        return False
    after = p.words[p.i + 1]
    if word in _DUCKDB_JOINS and after in ("join", "left", "inner"):
        return False
    return not (word in _AFTER_A_TABLE and _continues(p, after))


def _continues(p: Cursor, after: str) -> bool:
    """Whether DuckDB's word is a clause here, not an alias: something of its own comes after it."""
    if after in ("", ")", ",", ";", "where", "join", "on", "using", "group", "order", "limit"):
        return False
    return after not in ("left", "right", "full", "inner", "cross", "natural", "union")


def _rows_from(p: Cursor, lateral: bool) -> Node:
    at = p.at
    calls: list[Expr] = [p.operand()]
    while p.accept(","):
        calls.append(p.operand())
    p.expect(")")
    return _function(p, at, tuple(calls), lateral)


def _function(p: Cursor, at: int, calls: tuple[Expr, ...], lateral: bool) -> Node:
    ordinality = p.accept_words("with", "ordinality")
    if p.accept_words("as", "("):
        return nodes.FunctionRef(at, calls, ordinality, lateral, definitions=_definitions(p))
    explicit = p.accept("as")
    if not explicit and not _bare_alias_follows(p):
        return nodes.FunctionRef(at, calls, ordinality, lateral)
    alias = p.name()
    if p.word == "(" and _has_types(p):
        p.i += 1
        definitions = _definitions(p)
        return nodes.FunctionRef(at, calls, ordinality, lateral, alias, definitions=definitions)
    columns = p.names_in_parentheses() if p.word == "(" else ()
    return nodes.FunctionRef(at, calls, ordinality, lateral, alias, columns)


def _has_types(p: Cursor) -> bool:
    return p.words[p.i + 2] not in (",", ")")


def _definitions(p: Cursor) -> tuple[nodes.ColumnDef, ...]:
    """Columns with types; the opening parenthesis has been read."""
    found = []
    while True:
        at = p.at
        name = p.name()
        found.append(nodes.ColumnDef(at, name, type_name(p)))
        if not p.accept(","):
            break
    p.expect(")")
    return tuple(found)
