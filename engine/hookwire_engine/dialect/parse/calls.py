"""Function calls: arguments of every kind, and what may follow them (PostgreSQL 4.2.6 to 4.2.8)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr, SortKey
from hookwire_engine.dialect.parse.clauses import order_by, over
from hookwire_engine.dialect.parse.cursor import Cursor


@dataclass(slots=True)
class _Arguments:
    values: list[Expr] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    star: bool = False
    distinct: bool = False
    variadic: bool = False
    order: tuple[SortKey, ...] = ()
    nulls: str | None = None


def call(p: Cursor, at: int, parts: tuple[str, ...]) -> Expr:
    """The call of `parts`, whose opening parenthesis comes next."""
    given = _arguments(p)
    within: tuple[SortKey, ...] = ()
    if p.accept_words("within", "group"):
        p.expect("(")
        within = order_by(p)
        p.expect(")")
    condition = None
    if p.word == "filter" and p.words[p.i + 1] == "(":
        p.i += 2
        p.expect("where")
        condition = p.expression()
        p.expect(")")
    nulls = given.nulls or _null_treatment(p)
    window = over(p) if p.accept("over") else None
    names = tuple(given.names) if any(given.names) else ()
    return nodes.Call(
        at, parts, tuple(given.values), names, given.star, given.distinct, given.variadic,
        given.order, condition, within, window, nulls,
    )  # fmt: skip


def _null_treatment(p: Cursor) -> str | None:
    if p.word in ("ignore", "respect") and p.words[p.i + 1] == "nulls":
        word = p.word
        p.i += 2
        return word
    return None


def _arguments(p: Cursor) -> _Arguments:
    p.expect("(")
    given = _Arguments()
    if p.accept(")"):
        return given
    if p.word == "*" and p.words[p.i + 1] == ")":
        p.i += 2
        given.star = True
        return given
    if p.accept("distinct"):
        given.distinct = True
    else:
        p.accept("all")
    while True:
        _argument(p, given)
        if not p.accept(","):
            break
    given.order = order_by(p)
    given.nulls = _null_treatment(p)
    p.expect(")")
    return given


def _argument(p: Cursor, given: _Arguments) -> None:
    name = None
    if p.accept("variadic"):
        given.variadic = True
    elif p.words[p.i + 1] in ("=>", ":="):
        name = p.label()
        p.i += 1
    given.values.append(p.expression())
    given.names.append(name)
