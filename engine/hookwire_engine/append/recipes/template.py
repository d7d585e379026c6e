"""What a signature covers, as text: `v0:{x-slack-request-timestamp}:{body}`.

A place in braces is one of PLACES, a field of the signature's own header or document, or the name
of a header, in that order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_PLACE = re.compile(r"\{([^{}]+)\}")


class Place(StrEnum):
    """What is not a field or a header."""

    BODY = "body"
    FIRST_ELEMENT = "first_element"  # the text of the body's first element, if it is an array
    METHOD = "method"
    URL = "url"
    FORM = "form"  # names and values, sorted by name
    FORM_OR_HASH = "form_or_hash"  # Twilio: the form, or nothing if the URL has the body's hash
    SECRET = "secret"
    CRC32 = "crc32"  # of the body, in decimal


PLACES = frozenset(place.value for place in Place)


@dataclass(frozen=True, slots=True)
class Template:
    """`parts` are bytes to take as they are, and names of places."""

    parts: tuple[bytes | str, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part for part in self.parts if isinstance(part, str))


@lru_cache(maxsize=256)
def parse(text: str) -> Template:
    pieces = _PLACE.split(text)
    parts = [piece if at % 2 else piece.encode() for at, piece in enumerate(pieces)]
    return Template(tuple(part for part in parts if part != b""))


BODY = "{body}"
