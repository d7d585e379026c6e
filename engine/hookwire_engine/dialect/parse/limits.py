"""LIMIT, OFFSET, FETCH FIRST and locking clauses (PostgreSQL's SELECT reference page)."""

from __future__ import annotations

from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Expr
from hookwire_engine.dialect.parse.cursor import Cursor


def limits(p: Cursor) -> tuple[Expr | None, Expr | None, bool, bool]:
    """LIMIT, OFFSET, FETCH FIRST and locking clauses, in any order (gram.y select_limit)."""
    limit: Expr | None = None
    offset: Expr | None = None
    ties = percent = False
    while True:
        if limit is not None and p.word in ("limit", "fetch"):
            raise p.fail()
        if p.accept("limit"):
            if p.accept("all"):
                limit = None
            else:
                limit = p.expression()
                if p.accept("%") or p.accept("percent"):
                    percent = True
        elif p.accept("offset"):
            offset = p.expression()
            p.accept_any("row", "rows")
        elif p.accept("fetch"):
            limit, ties = _fetch(p)
        elif p.word == "for" and p.words[p.i + 1] in ("update", "no", "share", "key", "read"):
            _locking(p)
        else:
            return limit, offset, ties, percent


def _fetch(p: Cursor) -> tuple[Expr, bool]:
    if p.accept_any("first", "next") is None:
        raise p.fail()
    at = p.at
    amount = nodes.NumberConst(at, "1") if p.word in ("row", "rows") else p.operand()
    if p.accept_any("row", "rows") is None:
        raise p.fail()
    if p.accept_words("with", "ties"):
        return amount, True
    p.expect("only")
    return amount, False


def _locking(p: Cursor) -> None:
    """FOR UPDATE and its like: a snapshot needs no lock, so it is read and forgotten."""
    p.i += 1
    if p.accept_words("read", "only"):
        return
    p.accept_words("no", "key")
    p.accept("key")
    if p.accept_any("update", "share") is None:
        raise p.fail()
    if p.accept("of"):
        p.qualified_name()
        while p.accept(","):
            p.qualified_name()
    if not p.accept("nowait"):
        p.accept_words("skip", "locked")
