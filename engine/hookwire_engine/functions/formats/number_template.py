"""Number templates, read into nodes and counts (PostgreSQL 9.8, tables 9.29 and 9.30)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hookwire_engine.functions.faults import Fault

_TOKEN = re.compile(
    r'"(?P<quoted>(?:\\.|[^"\\])*)"?'
    r"|(?P<pattern>EEEE|FM|MI|PL|PR|RN|SG|SP|TH|th|[,.0-9BCDGLSV]|eeee|fm|mi|pl|pr|rn|sg|sp"
    r"|[bcdglsv])"
    r'|\\(?P<escaped>")|(?P<other>.)',
    re.DOTALL,
)


@dataclass(slots=True)
class NumberTemplate:
    """`nodes` are (pattern, literal text), one of them empty.

    `before` and `after` count digit places around the point, `shift` those after V. `zero_from` is
    the first place before the point that always has a digit, None when none has; `zero_until` is
    one past the last such place, the point not counted. `sign` is S's place: "" when there is no S,
    "before" or "after".
    """

    nodes: list[tuple[str, str]]
    before: int = 0
    after: int = 0
    shift: int = 0
    zero_from: int | None = None
    zero_until: int = 0
    decimal: bool = False
    fill: bool = True
    sign: str = ""
    places_before_sign: int = 0
    minus: bool = False
    plus: bool = False
    bracket: bool = False
    roman: bool = False
    exponent: bool = False


@lru_cache(maxsize=512)
def read_number_template(text: str) -> NumberTemplate:
    template = NumberTemplate([])
    for found in _TOKEN.finditer(text):
        pattern = found["pattern"]
        if pattern is None or (pattern.isdigit() and pattern not in "09"):
            literal = found["quoted"]
            if literal is None:
                literal = found["escaped"] or found["other"] or pattern
            else:
                literal = re.sub(r"\\(.)", r"\1", literal)
            template.nodes.append(("", literal))
        else:
            name = pattern if pattern == "th" else pattern.upper()
            _count(template, name)
            template.nodes.append((name, ""))
    _check(template)
    return template


def _bad(message: str) -> Fault:
    return Fault("42601", message)


def _count(template: NumberTemplate, name: str) -> None:
    if template.exponent and name not in ("FM", "TH", "th"):
        raise _bad('"EEEE" must be the last pattern used')
    if name in "09":
        _digit(template, name)
    elif name in (".", "D"):
        if template.decimal:
            raise _bad("multiple decimal points")
        if template.shift:
            raise _bad('cannot use "V" and decimal point together')
        template.decimal = True
    elif name == "FM":
        template.fill = False
    elif name == "V":
        if template.decimal:
            raise _bad('cannot use "V" and decimal point together')
        template.shift = -1
    else:
        _flag(template, name)


def _digit(template: NumberTemplate, name: str) -> None:
    if template.bracket:
        raise _bad('"9" must be ahead of "PR"')
    if template.shift:
        template.shift = 1 if template.shift < 0 else template.shift + 1
        return
    if name == "0" and template.zero_from is None and not template.decimal:
        template.zero_from = template.before
    if template.decimal:
        template.after += 1
    else:
        template.before += 1
    if name == "0":
        template.zero_until = template.before + template.after


def _flag(template: NumberTemplate, name: str) -> None:
    if name == "S":
        if template.sign:
            raise _bad('cannot use "S" twice')
        if template.minus or template.plus or template.bracket:
            raise _bad('cannot use "S" and "PL"/"MI"/"SG"/"PR" together')
        template.sign = "after" if template.decimal else "before"
        template.places_before_sign = template.before
    elif name in ("MI", "PL", "SG"):
        if template.sign:
            raise _bad(f'cannot use "S" and "{name}" together')
        template.minus = template.minus or name != "PL"
        template.plus = template.plus or name != "MI"
    elif name == "PR":
        if template.sign or template.minus or template.plus:
            raise _bad('cannot use "PR" and "S"/"PL"/"MI"/"SG" together')
        template.bracket = True
    elif name == "RN":
        template.roman = True
    elif name == "EEEE":
        template.exponent = True


def _check(template: NumberTemplate) -> None:
    template.shift = max(template.shift, 0)
    if template.exponent and (
        not template.fill or template.sign or template.bracket or template.minus
        or template.plus or template.roman or template.shift
    ):  # fmt: skip
        raise _bad('"EEEE" is incompatible with other formats')
