"""Where in a statement a table is named: after FROM, JOIN, INTO and the like, and after the commas
of a FROM clause. Good enough to find every such place; a place too many does no harm."""

from __future__ import annotations

from collections.abc import Iterator

from hookwire_engine.safety.lexemes import Form, Lexemes

_NAMING = frozenset(
    "join into update table using pivot unpivot describe desc summarize only lateral".split()
)
_OPENING = frozenset({"join", "pivot", "unpivot"})
_ENDING = frozenset(
    """select where group having order limit offset window qualify set returning values union
    intersect except when fetch""".split()
)
_FROM_ARGUMENTS = frozenset({"extract", "substring", "trim", "overlay"})
"""Functions with a FROM of their own between their parentheses."""


def table_places(lexemes: Lexemes) -> Iterator[int]:
    """The index of every lexeme that stands where a table is named."""
    clauses = ["other"]
    """For each open bracket: `from` inside of a FROM clause, `argument` of such a function."""
    expected = False
    word = before = ""
    for at, (name, form) in enumerate(zip(lexemes.names, lexemes.forms, strict=True)):
        if expected:
            yield at
        if form is Form.OTHER:
            if name == "(":
                inside = "argument" if word in _FROM_ARGUMENTS else "other"
                clauses.append("from" if expected else inside)
            elif name == ")":
                expected = False
                if len(clauses) > 1:
                    clauses.pop()
            else:
                expected = name == "," and clauses[-1] == "from"
        elif form is not Form.WORD or word == ".":
            expected = False
        elif name == "from":
            distinct = word == "distinct" and before in ("is", "not")
            expected = clauses[-1] != "argument" and not distinct
            if expected:
                clauses[-1] = "from"
        elif name in _NAMING:
            expected = True
            if name in _OPENING:
                clauses[-1] = "from"
        else:
            expected = False
            if name in _ENDING:
                clauses[-1] = "other"
        before, word = word, name
