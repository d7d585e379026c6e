"""Which overload a call means (PostgreSQL 10.2 "Operators" and 10.3 "Functions").

Argument types are names; a string literal without a type, and NULL, are `unknown`. Candidates are
anything with argument types, so functions and operators are resolved by the same steps:

1. an exact match (for a binary operator, also with an unknown side read as the other side's type);
2. drop what cannot be reached by implicit casts;
3. keep the most exact matches, then the most preferred types where a cast is needed;
4. for unknown arguments choose a category: string if any candidate takes it, else the one that all
   share; keep the candidates of that category, preferred types first;
5. if all known arguments have one type, read the unknown ones as that type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hookwire_catalog.types import BY_NAME
from hookwire_engine.functions.casts import VECTORS, category, implicit, is_preferred
from hookwire_engine.functions.signatures import Operator, Signature

UNKNOWN = "unknown"
POLYMORPHIC = frozenset(
    ("any", "anyelement", "anyarray", "anynonarray", "anycompatible", "anycompatiblearray")
)

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[_Entry]):
    """An overload fitted to a number of arguments; `types` are concrete or "any"."""

    entry: _Entry
    types: tuple[str, ...]
    expanded: bool = False


def choose(
    candidates: Iterable[Candidate[_Entry]], given: Sequence[str], *, operator: bool = False
) -> list[Candidate[_Entry]]:
    """The candidates that remain: one when the call is clear, several when it is ambiguous."""
    fitting = [c for c in candidates if len(c.types) == len(given)]
    return [_settled(c) for c in _chosen(fitting, given, operator)]


def _settled(candidate: Candidate[_Entry]) -> Candidate[_Entry]:
    """With text for polymorphic parameters that only unknown arguments speak for."""
    if POLYMORPHIC.isdisjoint(candidate.types):
        return candidate
    types = tuple(t if t == "any" else _filled(t, "text") for t in candidate.types)
    return replace(candidate, types=types)


def _chosen(
    fitting: list[Candidate[_Entry]], given: Sequence[str], operator: bool
) -> list[Candidate[_Entry]]:
    exact = [c for c in fitting if tuple(given) == c.types]
    if exact:
        return exact[:1]
    if operator and len(given) == 2 and (given[0] == UNKNOWN) != (given[1] == UNKNOWN):
        known = given[0] if given[1] == UNKNOWN else given[1]
        exact = [c for c in fitting if c.types == (known, known)]
        if exact:
            return exact[:1]
    left = [c for c in fitting if all(map(_reaches, given, c.types))]
    left = _unexpanded(left)
    for step in (_most_exact, _most_preferred, _by_category, _by_known_type):
        if len(left) <= 1:
            return left
        left = step(left, given)
    return left


def _reaches(given: str, wanted: str) -> bool:
    return wanted == "any" or implicit(given, wanted)


def _unexpanded(left: list[Candidate[_Entry]]) -> list[Candidate[_Entry]]:
    """A match without spreading a VARIADIC parameter hides those with."""
    plain = [c for c in left if not c.expanded]
    return plain or left


def _best(
    left: list[Candidate[_Entry]], score: Callable[[Candidate[_Entry]], int]
) -> list[Candidate[_Entry]]:
    scores = [score(c) for c in left]
    top = max(scores)
    return [c for c, value in zip(left, scores, strict=True) if value == top]


def _most_exact(left: list[Candidate[_Entry]], given: Sequence[str]) -> list[Candidate[_Entry]]:
    return _best(left, lambda c: sum(g == t for g, t in zip(given, c.types, strict=True)))


def _most_preferred(left: list[Candidate[_Entry]], given: Sequence[str]) -> list[Candidate[_Entry]]:
    def score(candidate: Candidate[_Entry]) -> int:
        return sum(
            g != UNKNOWN and (g == t or (is_preferred(t) and category(g) == category(t)))
            for g, t in zip(given, candidate.types, strict=True)
        )

    return _best(left, score)


def _by_category(left: list[Candidate[_Entry]], given: Sequence[str]) -> list[Candidate[_Entry]]:
    for position, name in enumerate(given):
        if name != UNKNOWN:
            continue
        chosen = _category_at(left, position)
        if chosen is None:
            return left
        kept = [c for c in left if category(c.types[position]) == chosen]
        preferred = [c for c in kept if is_preferred(c.types[position])]
        left = preferred or kept
    return left


def _category_at(left: list[Candidate[_Entry]], position: int) -> str | None:
    found = {category(c.types[position]) for c in left}
    if "S" in found:
        return "S"
    return found.pop() if len(found) == 1 else None


def _by_known_type(left: list[Candidate[_Entry]], given: Sequence[str]) -> list[Candidate[_Entry]]:
    known = {name for name in given if name != UNKNOWN}
    if len(known) != 1:
        return left
    one = known.pop()
    return [c for c in left if all(_reaches(one, t) for t in c.types)] or left


def fit_signature(entry: Signature, given: Sequence[str]) -> Candidate[Signature] | None:
    """`entry` with as many parameters as there are arguments, its polymorphic types filled in."""
    count, declared = len(given), entry.arguments
    expanded = entry.variadic and count >= len(declared)
    if expanded:
        last = declared[-1] if declared[-1] == "any" else declared[-1].removeprefix("_")
        parameters = (*declared[:-1], *[last] * (count - len(declared) + 1))
    elif len(declared) - entry.defaults <= count <= len(declared):
        parameters = declared[:count]
    else:
        return None
    types = fill(parameters, given)
    return None if types is None else Candidate(entry, types, expanded)


def fit_operator(entry: Operator, given: Sequence[str]) -> Candidate[Operator] | None:
    parameters = (entry.right,) if entry.left is None else (entry.left, entry.right)
    if len(parameters) != len(given):
        return None
    types = fill(parameters, given)
    return None if types is None else Candidate(entry, types)


def fill(parameters: Sequence[str], given: Sequence[str]) -> tuple[str, ...] | None:
    """Concrete types for polymorphic parameters; None when the arguments contradict each other.

    They stay as they are when only unknown arguments stand for them.
    """
    if _only_unknowns(parameters, given):
        return tuple(parameters)
    element = polymorphic_element(parameters, given)
    if element is None:
        return None
    return tuple(_filled(parameter, element) for parameter in parameters)


def _only_unknowns(parameters: Sequence[str], given: Sequence[str]) -> bool:
    """Whether nothing says what the polymorphic parameters stand for."""
    pairs = zip(parameters, given, strict=True)
    return all(name == UNKNOWN for parameter, name in pairs if parameter in POLYMORPHIC - {"any"})


def _filled(parameter: str, element: str) -> str:
    if parameter in ("anyelement", "anynonarray", "anycompatible"):
        return element
    if parameter in ("anyarray", "anycompatiblearray"):
        return "_" + element if not element.startswith("_") else element
    return parameter


def polymorphic_element(parameters: Sequence[str], given: Sequence[str]) -> str | None:
    """What anyelement stands for in a call; "text" where only unknowns say.

    None when arguments disagree. `anycompatible` takes the common type (10.5).
    """
    found: str | None = None
    for parameter, name in zip(parameters, given, strict=True):
        if parameter not in POLYMORPHIC or parameter == "any" or name == UNKNOWN:
            continue
        name = VECTORS.get(name, name) if parameter.endswith("array") else name
        if parameter in ("anyarray", "anycompatiblearray"):
            if not name.startswith("_"):
                return None
            name = name[1:]
        elif parameter == "anynonarray" and name.startswith("_"):
            return None
        found = name if found is None else _common(found, name, parameter)
        if found is None:
            return None
    return found or "text"


def _common(one: str, other: str, parameter: str) -> str | None:
    if one == other:
        return one
    if not parameter.startswith("anycompatible"):
        return None
    if category(one) != category(other):
        return None
    if implicit(one, other) and not is_preferred(one):
        return other
    return one if implicit(other, one) else None


def common_type(names: Sequence[str]) -> str | None:
    """The type of a UNION column, CASE, VALUES, COALESCE or ARRAY of these types (10.5).

    None when they cannot be matched; "text" when all are unknown.
    """
    known = [name for name in names if name != UNKNOWN]
    if not known:
        return "text"
    chosen = known[0]
    for name in known[1:]:
        if name == chosen:
            continue
        if category(name) != category(chosen):
            return None
        if not is_preferred(chosen) and implicit(chosen, name) and not implicit(name, chosen):
            chosen = name
    return chosen if all(implicit(name, chosen) for name in known) else None


def result_type(returns: str, parameters: Sequence[str], given: Sequence[str]) -> str:
    """`returns` with a polymorphic type filled in."""
    if returns not in POLYMORPHIC:
        return returns
    element = polymorphic_element(parameters, given) or "text"
    name = _filled(returns, element)
    return name if name in BY_NAME else "text"
