"""The character sets that a client may speak, by PostgreSQL's names (PostgreSQL 24.3).

The server's own is UTF8; those here have one byte for a character, and ASCII in its place.
"""

from __future__ import annotations

import re

_PARTS = dict(enumerate((1, 2, 3, 4, 9, 10, 13, 14, 15, 16), 1))
"""Of ISO 8859, by the number of LATIN."""

CODECS = {
    **{f"LATIN{n}": f"iso8859-{part}" for n, part in _PARTS.items()},
    **{f"ISO_8859_{n}": f"iso8859-{n}" for n in (5, 6, 7, 8)},
    **{f"WIN{n}": f"cp{n}" for n in (866, 874, *range(1250, 1259))},
    "KOI8R": "koi8-r",
    "KOI8U": "koi8-u",
}  # fmt: skip
"""What Python calls each."""

UNCONVERTED = ("UTF8", "SQL_ASCII")
"""Sent and taken as they are: SQL_ASCII is a client that does not care."""

_ALIASES = {
    "unicode": "UTF8", "koi8": "KOI8R", "alt": "WIN866", "win": "WIN1251", "abc": "WIN1258",
    "tcvn": "WIN1258", "tcvn5712": "WIN1258", "vscii": "WIN1258",
    **{f"iso8859{part}": f"LATIN{n}" for n, part in _PARTS.items()},
    **{f"windows{n}": f"WIN{n}" for n in (866, 874, *range(1250, 1259))},
}  # fmt: skip


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


_NAMES = {_key(name): name for name in (*UNCONVERTED, *CODECS)} | _ALIASES


def encoding_named(text: str) -> str | None:
    """PostgreSQL's name of an encoding, however it is written; None for one that is not here."""
    return _NAMES.get(_key(text))
