"""The relations a view's query names: to write their schemas out, and to follow renames.

The text between the names stays as the user wrote it.
"""

from __future__ import annotations

from collections.abc import Callable

from hookwire_catalog.lexer import Token
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName, quote_identifier
from hookwire_catalog.viewscan import Parts, Reference, Scan

_Edit = tuple[int, int, str]
"""Start, end, and what stands there instead."""


def qualify(query: str, find: Callable[[Parts], ObjectName | None]) -> str:
    """`query` with `schema.name` for every relation that `find` knows.

    Columns keep their qualifiers: `t.a` and `public.t.a` both hold beside `FROM public.t`.
    """
    edits: list[_Edit] = []
    for reference in Scan(query).references:
        found = find(reference.parts)
        if found is not None:
            edits.append((*reference.span, str(found)))
    return _edited(query, edits)


def references(query: str) -> list[Parts]:
    """The names of relations in `query` as written, one to three parts each, in order."""
    return [reference.parts for reference in Scan(query).references]


def rename(query: str, new_name: Callable[[Parts], ObjectName | None]) -> str | None:
    """`query` with the new names of those relations that have one.

    A relation without an alias gets its old name as one, since columns may be qualified by it
    (PostgreSQL's ruleutils.c does the same), and `schema.t.column` becomes `t.column`. None where
    the text does not show for certain what `t` would then mean.
    """
    scan = Scan(query)
    edits: list[_Edit] = []
    moved: dict[Parts, ObjectName] = {}
    for reference in scan.references:
        new = new_name(reference.parts)
        if new is None:
            continue
        if not reference.aliased:
            moved[reference.parts[-2:]] = new
            if new.name != reference.parts[-1] and scan.is_shared(reference):
                return None
        edits += _renamed(reference, new)
    for column in scan.columns:
        qualifier = _qualifier(column, moved)
        if qualifier is None:
            continue
        old = (qualifier[-2].value, qualifier[-1].value)
        new = moved[old]
        if not scan.is_plain(old, renamed=new.name != old[1]):
            return None
        text = str(new) if new.name == old[1] else quote_identifier(old[1])
        edits.append((qualifier[0].start, qualifier[-1].end, text))
    return _edited(query, edits)


def _renamed(reference: Reference, new: ObjectName) -> list[_Edit]:
    old, word = reference.name[-1].value, reference.word
    if reference.aliased or new.name == old or (word is not None and not word.is_word("table")):
        return [(*reference.span, str(new))]
    edits = [(*reference.span, f"{new} AS {quote_identifier(old)}")]
    if word is not None:
        edits.append((word.start, word.end, "SELECT * FROM"))
    return edits


def _qualifier(
    column: tuple[Token, ...], moved: dict[Parts, ObjectName]
) -> tuple[Token, ...] | None:
    """The `[database.]schema.relation` that begins a column's name, if it is of `moved`."""
    parts = tuple(token.value for token in column)
    if len(parts) > 3 and parts[0] == DEFAULT_DATABASE and parts[1:3] in moved:
        return column[:3]
    return column[:2] if parts[:2] in moved else None


def _edited(text: str, edits: list[_Edit]) -> str:
    """`text` with pieces replaced; `edits` are (start, end, new text) and do not overlap."""
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        pieces += (text[at:start], new)
        at = end
    return "".join(pieces) + text[at:]
