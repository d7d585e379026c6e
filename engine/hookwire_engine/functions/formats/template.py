"""Date and time templates, read into nodes (PostgreSQL 9.8, tables 9.26 and 9.27)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

PATTERNS = tuple(
    """A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 FX HH24 HH12 HH
    IDDD ID IW IYYY IYY IY I J MI MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ
    US WW W Y,YYY YYYY YYY YY Y a.d. a.m. ad am b.c. bc cc day ddd dd dy d ff1 ff2 ff3 ff4 ff5 ff6
    fx hh24 hh12 hh iddd id iw iyyy iyy iy i j mi mm month mon ms of p.m. pm q rm sssss ssss ss tzh
    tzm tz us ww w y,yyy yyyy yyy yy y""".split()
)
"""What a template may hold; a pattern that begins another one comes after it."""

_TOKEN = re.compile(
    r'"(?P<quoted>(?:\\.|[^"\\])*)"?'
    r"|(?P<prefix>(?:FM|fm|TM|tm|FX|fx)?)"
    r"(?P<pattern>" + "|".join(map(re.escape, PATTERNS)) + r")(?P<suffix>TH|th|SP)?"
    r"|(?P<lone>FM|fm|TM|tm|FX|fx)(?P<after>[^\"\\])?"
    r'|\\(?P<escaped>")|(?P<other>.)',
    re.DOTALL,
)
_CASED = frozenset(
    "A.D. A.M. AD AM B.C. BC P.M. PM DAY Day DY Dy MONTH Month MON Mon RM TZ".split()
)


@dataclass(frozen=True, slots=True)
class Node:
    """A literal when `pattern` is empty, else a pattern; `cased` keeps the case as written."""

    text: str
    pattern: str = ""
    fill: bool = True
    ordinal: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    nodes: tuple[Node, ...]
    exact: bool


@lru_cache(maxsize=512)
def read_template(text: str) -> Template:
    """The nodes of a template; FX anywhere makes it exact."""
    nodes: list[Node] = []
    exact = False
    for found in _TOKEN.finditer(text):
        if found["pattern"]:
            exact = exact or "FX" in found["prefix"].upper() or found["pattern"].upper() == "FX"
            if found["pattern"].upper() != "FX":
                nodes.append(_pattern_node(found))
        elif found["quoted"] is not None:
            nodes.append(Node(re.sub(r"\\(.)", r"\1", found["quoted"]), quoted=True))
        elif found["lone"] is not None:
            # A prefix of nothing is dropped, and what follows it is text.
            nodes.append(Node(found["after"] or ""))
        else:
            nodes.append(Node(found["escaped"] or found["other"]))
    return Template(tuple(nodes), exact)


def _pattern_node(found: re.Match[str]) -> Node:
    pattern = found["pattern"]
    fill = "FM" not in found["prefix"].upper()
    suffix = found["suffix"] or ""
    return Node(pattern, pattern.upper(), fill, "" if suffix == "SP" else suffix)
