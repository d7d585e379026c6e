"""Looking functions and operators up, by name and by argument types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from hookwire_engine.functions.chapters import CHAPTERS
from hookwire_engine.functions.resolution import (
    UNKNOWN,
    Candidate,
    choose,
    fit_operator,
    fit_signature,
)
from hookwire_engine.functions.signatures import Operator, Signature


def _functions_by_name() -> dict[str, tuple[Signature, ...]]:
    found: dict[str, list[Signature]] = defaultdict(list)
    for chapter in CHAPTERS:
        for entry in chapter.functions:
            found[entry.name].append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def _operators_by_symbol() -> dict[str, tuple[Operator, ...]]:
    found: dict[str, list[Operator]] = defaultdict(list)
    for chapter in CHAPTERS:
        for entry in chapter.operators:
            found[entry.symbol].append(entry)
    return {symbol: tuple(entries) for symbol, entries in found.items()}


_FUNCTIONS = _functions_by_name()
_OPERATORS = _operators_by_symbol()


def functions(name: str) -> tuple[Signature, ...]:
    """The overloads of a function, in no special order; empty when there is none."""
    return _FUNCTIONS.get(name, ())


def operators(symbol: str) -> tuple[Operator, ...]:
    """The overloads of an operator; empty when there is none."""
    return _OPERATORS.get(symbol, ())


def function_names() -> tuple[str, ...]:
    return tuple(_FUNCTIONS)


def operator_symbols() -> tuple[str, ...]:
    return tuple(_OPERATORS)


def function_candidates(name: str, argument_types: Sequence[str]) -> list[Candidate[Signature]]:
    """What is left after PostgreSQL's rules: one, none (42883), or several (42725)."""
    fitted = (fit_signature(entry, argument_types) for entry in functions(name))
    return choose([c for c in fitted if c is not None], argument_types)


def operator_candidates(symbol: str, left: str | None, right: str) -> list[Candidate[Operator]]:
    """As `function_candidates`; `left` is None for a prefix operator."""
    given = (right,) if left is None else (left, right)
    fitted = (fit_operator(entry, given) for entry in operators(symbol))
    return choose([c for c in fitted if c is not None], given, operator=True)


@lru_cache(maxsize=4096)
def _function(name: str, argument_types: tuple[str, ...]) -> Signature | None:
    left = function_candidates(name, argument_types)
    return left[0].entry if len(left) == 1 else None


def resolve_function(name: str, argument_types: Sequence[str]) -> Signature | None:
    """The overload a call means, by PostgreSQL's rules (10.3); None when none or several fit."""
    return _function(name, tuple(argument_types))


@lru_cache(maxsize=4096)
def resolve_operator(symbol: str, left: str | None, right: str) -> Operator | None:
    """The operator that is meant (10.2); None when none or several fit."""
    found = operator_candidates(symbol, left, right)
    return found[0].entry if len(found) == 1 else None


__all__ = [
    "UNKNOWN",
    "function_candidates",
    "function_names",
    "functions",
    "operator_candidates",
    "operator_symbols",
    "operators",
    "resolve_function",
    "resolve_operator",
]
