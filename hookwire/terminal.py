"""Text as a terminal shows it, by psql's rules: how wide it is, and no control characters in it.

What a webhook sent may hold escape sequences; they must not reach the terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

TAB = 8
_NO_WIDTH = ("Mn", "Me")


def lines(text: str) -> list[str]:
    """The lines of a value, at least one, with control characters spelled out."""
    return ["".join(_spelled(line)) for line in text.split("\n")]


def _spelled(line: str) -> Iterator[str]:
    column = 0
    for character in line:
        shown = character
        if character == "\t":
            shown = " " * (TAB - column % TAB)
        elif character == "\r":
            shown = "\\r"
        elif unicodedata.category(character) == "Cc":
            code = ord(character)
            shown = f"\\x{code:02X}" if code < 0x80 else f"\\u{code:04X}"
        column += width(shown)
        yield shown


def width(text: str) -> int:
    """Columns on a terminal."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
