"""Which relations a statement writes."""

from __future__ import annotations

from hookwire_engine.safety.kinds import EXPLAIN_OPTIONS, MODIFIERS
from hookwire_engine.safety.lexemes import Form, Lexemes

_WRITING = frozenset({"insert", "update", "delete", "merge", "truncate", "create", "alter", "drop"})
_BEFORE_NAME = {
    "insert": ("or", "replace", "ignore", "into"),
    "merge": ("into",),
    "delete": ("from", "only"),
    "update": ("only",),
    "truncate": ("table", "only"),
    "create": ("if", "not", "exists", "only"),
    "alter": ("if", "exists", "only"),
    "drop": ("if", "exists"),
}
"""Words that may stand between the verb (and TABLE, VIEW) and the name, in this order."""


def targets(lexemes: Lexemes) -> list[tuple[str, ...]]:
    """The names (one to three parts, folded) of all relations that the statement writes.

    The writes of CTEs and of what an EXPLAIN explains are among them; an index counts as a write
    to its table.
    """
    if _WRITING.isdisjoint(lexemes.names):
        return []
    found: list[tuple[str, ...]] = []
    for at, name in enumerate(lexemes.names):
        if name in _WRITING and lexemes.word(at) and _starts(lexemes, at):
            found += _names(lexemes, _target_start(lexemes, at))
    return found


def _starts(lexemes: Lexemes, at: int) -> bool:
    """Whether a statement begins here: first of all, in a CTE, after CTEs, or explained."""
    if at == 0:
        return True
    before = lexemes.names[at - 1]
    return before in ("(", ")", "explain") or before in EXPLAIN_OPTIONS


def _target_start(lexemes: Lexemes, at: int) -> int:
    """Where the first name that the statement at `at` writes begins; the end if there is none."""
    verb = lexemes.names[at]
    at += 1
    if verb in ("create", "alter", "drop"):
        while lexemes.word(at) in MODIFIERS:
            at += 1
        what = lexemes.word(at)
        if what == "index" and verb == "create":
            while lexemes.name(at) and lexemes.word(at) != "on":
                at += 1
        elif what not in ("table", "view"):
            return len(lexemes.names)
        at += 1
    for word in _BEFORE_NAME[verb]:
        at += lexemes.word(at) == word
    return at


def _names(lexemes: Lexemes, at: int) -> list[tuple[str, ...]]:
    """The dotted names of the list that begins at `at`."""
    names: list[tuple[str, ...]] = []
    parts: list[str] = []
    while at < len(lexemes.names) and lexemes.forms[at] in (Form.WORD, Form.QUOTED):
        parts.append(lexemes.value(at))
        separator = lexemes.name(at + 1)
        if separator != ".":
            names.append(tuple(parts))
            parts = []
        if separator not in (".", ","):
            break
        at += 2
    return names
