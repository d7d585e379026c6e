"""Generated text as a tree of pieces, with the places it comes from.

Building a string for every subexpression would copy each character once for every level above
it; a piece is made of pieces instead, and written out once, at the end. A parameter is a piece of
its own, because its type may be settled only after it has been placed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, Union

Code: TypeAlias = Union[str, "Mark", "Slot", tuple["Code", ...]]


@dataclass(frozen=True, slots=True)
class Mark:
    """`code` was written for what stands at `at` in the statement."""

    at: int
    code: Code


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of parameter `number`."""

    number: int


def written(code: Code, parameter: Callable[[int], str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, and for each mark where it begins in the text and in the statement."""
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    stack: list[Code] = [code]
    while stack:
        piece = stack.pop()
        if type(piece) is str:
            parts.append(piece)
            length += len(piece)
        elif type(piece) is tuple:
            stack.extend(reversed(piece))
        elif isinstance(piece, Mark):
            marks.append((length, piece.at))
            stack.append(piece.code)
        else:
            assert isinstance(piece, Slot)
            text = parameter(piece.number)
            parts.append(text)
            length += len(text)
    return "".join(parts), tuple(marks)


def flat(code: Code) -> str:
    """The text without its places: equal for expressions that are the same."""
    return written(code, str)[0]


def joined(separator: str, pieces: list[Code]) -> Code:
    """The pieces with `separator` between them."""
    if len(pieces) < 2:
        return pieces[0] if pieces else ""
    result: list[Code] = [pieces[0]]
    for piece in pieces[1:]:
        result.append(separator)
        result.append(piece)
    return tuple(result)


def filled(template: str, *arguments: Code) -> Code:
    """`template` with `{}` or `{0}`, `{1}` ... replaced by pieces; `{{` and `}}` are braces."""
    result: list[Code] = []
    text = ""
    position = 0
    at = 0
    while at < len(template):
        character = template[at]
        if character in "{}" and template[at : at + 2] == character * 2:
            text += character
            at += 2
        elif character == "{":
            close = template.index("}", at)
            name = template[at + 1 : close]
            result.append(text)
            text = ""
            result.append(arguments[int(name) if name else position])
            position += 1
            at = close + 1
        else:
            text += character
            at += 1
    result.append(text)
    return tuple(result)


def quoted(identifier: str) -> str:
    """A DuckDB identifier, always in quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A DuckDB string literal. NUL cannot occur: PostgreSQL's strings have none."""
    return "'" + text.replace("'", "''") + "'"
