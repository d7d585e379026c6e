"""The reference page of the library, made from its chapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hookwire_engine.functions.chapters import CHAPTERS
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Kind, Operator, Signature

_HEAD = """\
# Functions and operators

PostgreSQL 15's functions and operators, by the chapters of its manual, as Hookwire has them. Where
an answer may differ from PostgreSQL's, the chapter says so. DuckDB's own functions are there, too,
under their own names.
"""
_KINDS = {Kind.AGGREGATE: "aggregate", Kind.WINDOW: "window", Kind.TABLE: "set"}


def reference_page() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for chapter in sorted(CHAPTERS, key=_order):
        parts.append("\n".join(_chapter(chapter)))
    return "\n".join(parts)


def _order(chapter: Chapter) -> tuple[bool, list[int], str]:
    """Numbered chapters in their order, then the extensions."""
    numbers = [int(part) for part in chapter.section.split(".") if part.isdigit()]
    return not chapter.section[0].isdigit(), numbers, chapter.title


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title} ({chapter.section})\n"
    if chapter.operators:
        yield from _table("Operator", sorted({_operator(entry) for entry in chapter.operators}))
    if chapter.functions:
        yield from _table("Function", sorted({_function(entry) for entry in chapter.functions}))
    for note in chapter.notes:
        yield f"- {note}"
    for name, instead in sorted(chapter.unsupported.items()):
        yield f"- `{name}` is not there: {instead}"
    yield ""


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"| {title} | Result |"
    yield "|---|---|"
    for call, result in rows:
        yield f"| {_code(call)} | {_code(result)} |"
    yield ""


def _code(text: str) -> str:
    """Inline code for a table cell."""
    return "`" + text.replace("|", "\\|") + "`"


def _operator(entry: Operator) -> tuple[str, str]:
    left = "" if entry.left is None else display(entry.left) + " "
    return f"{left}{entry.symbol} {display(entry.right)}", display(entry.returns)


def _function(entry: Signature) -> tuple[str, str]:
    arguments = [display(name) for name in entry.arguments]
    if entry.variadic:
        arguments[-1] = f"VARIADIC {arguments[-1]}"
    first_optional = len(arguments) - entry.defaults
    arguments = [
        f"[{argument}]" if position >= first_optional else argument
        for position, argument in enumerate(arguments)
    ]
    result = display(entry.returns)
    kind = _KINDS.get(entry.kind)
    if kind == "set":
        return f"{entry.name}({', '.join(arguments)})", f"set of {result}"
    if entry.within_group:
        ordered = arguments.pop()
        call = f"{entry.name}({', '.join(arguments)}) WITHIN GROUP (ORDER BY {ordered})"
        return call, result
    return f"{entry.name}({', '.join(arguments)})", result


def display(name: str) -> str:
    """A type's name as people write it: text[] for _text."""
    return f"{name[1:]}[]" if name.startswith("_") else name
