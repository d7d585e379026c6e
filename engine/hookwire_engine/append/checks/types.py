"""The types of a check, and which overload a call means (PostgreSQL 10.2, 10.3, 10.5).

Value in Python:  bool bool | text str | bytea bytes | int4, int8 int | numeric Decimal |
float8 float | timestamp, timestamptz int (us since 1970, UTC) | interval Interval |
jsonb Json | hstore dict[str, str | None] | bhstore dict[str, bytes] | _text list[str | None].
NULL is None for each. A literal and NULL are `unknown` until something gives them a type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from hookwire_catalog.errors import FeatureNotSupported, SqlError, UndefinedObject
from hookwire_catalog.types import BY_NAME

UNKNOWN = "unknown"
ANY = "any"

_CATEGORIES = {
    "bool": "B", "text": "S", "bytea": "U", "int4": "N", "int8": "N", "numeric": "N",
    "float8": "N", "timestamp": "D", "timestamptz": "D", "interval": "T", "jsonb": "U",
    "hstore": "U", "bhstore": "U", "_text": "A", UNKNOWN: "X",
}  # fmt: skip
_PREFERRED = frozenset(("bool", "text", "float8", "timestamptz", "interval"))
_IMPLICIT = {
    "int4": ("int8", "numeric", "float8"),
    "int8": ("numeric", "float8"),
    "numeric": ("float8",),
    "timestamp": ("timestamptz",),
}
_SPELLINGS = {
    "int": "int4", "integer": "int4", "bigint": "int8", "boolean": "bool", "decimal": "numeric",
    "varchar": "text", "timestamp": "timestamp", "_varchar": "_text",
}  # fmt: skip
_HINTS = {
    "json": "Use the type jsonb.",
    "float4": "Use the type float8.",
    "real": "Use the type float8.",
    "int2": "Use the type integer.",
    "smallint": "Use the type integer.",
    "bpchar": "Use the type text.",
    "date": "Use the type timestamp.",
}


def type_named(word: str, at: int) -> str:
    """The type that a check's text calls `word`."""
    name = _SPELLINGS.get(word, word)
    if name in _CATEGORIES and name not in (UNKNOWN, "bhstore"):
        return name
    error: SqlError
    if name in BY_NAME or word in _HINTS:
        message = f"type {display(word)} is not supported in CHECK"
        error = FeatureNotSupported(message, hint=_HINTS.get(word), position=at + 1)
    else:
        error = UndefinedObject(f'type "{word}" does not exist', position=at + 1)
    raise error


def display(name: str) -> str:
    """The type as messages show it."""
    if name == "bhstore":
        return "map[text=>bytea]"
    known = BY_NAME.get(name)
    return known.display if known is not None else name


def reaches(given: str, wanted: str) -> bool:
    """Whether a value of type `given` becomes a `wanted` by itself."""
    if given in (wanted, UNKNOWN) or wanted == ANY:
        return True
    return wanted in _IMPLICIT.get(given, ())


class Overload(Protocol):
    @property
    def types(self) -> tuple[str, ...]: ...


_Overload = TypeVar("_Overload", bound=Overload)


def choose(
    overloads: Sequence[_Overload], given: tuple[str, ...], *, operator: bool = False
) -> list[_Overload]:
    """The overloads that remain: one for a clear call, several for an ambiguous one."""
    left = [o for o in overloads if len(o.types) == len(given)]
    exact = [o for o in left if o.types == given]
    if not exact and operator and given.count(UNKNOWN) == 1 and len(given) == 2:
        known = given[0] if given[1] == UNKNOWN else given[1]
        exact = [o for o in left if o.types == (known, known)]
    if exact:
        return exact[:1]
    left = [o for o in left if all(map(reaches, given, o.types))]
    left = _best(left, given, preferred=False)
    left = _best(left, given, preferred=True)
    if len(left) > 1:
        left = _by_category(left, given)
    if len(left) > 1:
        left = _by_known_type(left, given)
    return left


def _best(left: list[_Overload], given: tuple[str, ...], *, preferred: bool) -> list[_Overload]:
    if len(left) < 2:
        return left
    scores = [
        sum(_fits(g, t, preferred) for g, t in zip(given, o.types, strict=True)) for o in left
    ]
    top = max(scores)
    return [o for o, score in zip(left, scores, strict=True) if score == top]


def _fits(given: str, wanted: str, preferred: bool) -> bool:
    if given == UNKNOWN:
        return False
    same_kind = _CATEGORIES.get(given) == _CATEGORIES.get(wanted)
    return given == wanted or (preferred and wanted in _PREFERRED and same_kind)


def _by_category(left: list[_Overload], given: tuple[str, ...]) -> list[_Overload]:
    for place, name in enumerate(given):
        if name != UNKNOWN:
            continue
        found = {_CATEGORIES.get(o.types[place], "P") for o in left}
        if "S" not in found and len(found) > 1:
            return left
        chosen = "S" if "S" in found else found.pop()
        kept = [o for o in left if _CATEGORIES.get(o.types[place], "P") == chosen]
        left = [o for o in kept if o.types[place] in _PREFERRED] or kept
    return left


def _by_known_type(left: list[_Overload], given: tuple[str, ...]) -> list[_Overload]:
    known = set(given) - {UNKNOWN}
    if len(known) != 1 or UNKNOWN not in given:
        return left
    one = known.pop()
    return [o for o in left if all(reaches(one, t) for t in o.types)] or left


def common_type(names: Sequence[str]) -> str | None:
    """The type of CASE, COALESCE, IN or ARRAY of these; None where there is none."""
    known = [name for name in names if name != UNKNOWN]
    if not known:
        return "text"
    chosen = known[0]
    for name in known[1:]:
        if _CATEGORIES[name] != _CATEGORIES[chosen]:
            return None
        if chosen not in _PREFERRED and reaches(chosen, name) and not reaches(name, chosen):
            chosen = name
    return chosen if all(reaches(name, chosen) for name in known) else None
