"""Tests on values: comparisons and what is made of them, each operand evaluated once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from hookwire_catalog.errors import WrongObjectType
from hookwire_engine.append.checks.casts import conversion
from hookwire_engine.append.checks.code import NOT_CONSTANT, Code, Function
from hookwire_engine.append.checks.comparisons import constant_time
from hookwire_engine.append.checks.resolve import apply, find_operator, implicit, prepared
from hookwire_engine.append.checks.types import UNKNOWN
from hookwire_engine.append.checks.values import Frame, Run

Pair: TypeAlias = Callable[[Frame, Any, Any], Any]
"""Compares two values that their operands have given already: true, false or None."""


def operation(symbol: str, codes: Sequence[Code], at: int) -> Code:
    """An operator applied; equality of what a secret has gone into takes constant time."""
    function = find_operator(symbol, codes, at)
    return apply(_guarded(function, codes), codes, at)


def _guarded(function: Function, codes: Sequence[Code]) -> Function:
    if function.name not in ("=", "<>") or not any(code.secret for code in codes):
        return function
    same = constant_time(function.types[0])
    if same is None:
        return function
    make = same if function.name == "=" else lambda one, other: not same(one, other)
    return Function(function.name, function.types, function.returns, make)


def pair(symbol: str, left: Code, right: Code, at: int) -> Pair:
    function = _guarded(find_operator(symbol, (left, right), at), (left, right))
    one, other = prepared(function, (left, right))
    make, framed = function.make, function.framed
    first, second = _converter(left, one), _converter(right, other)

    def compare(frame: Frame, a: Any, b: Any) -> Any:
        a, b = first(frame, a), second(frame, b)
        if a is None or b is None:
            return None
        return make(frame, a, b) if framed else make(a, b)

    return compare


def _converter(before: Code, after: Code) -> Callable[[Frame, Any], Any]:
    """From the value of `before` to that of `after`, its implicit cast."""
    if after.value is not NOT_CONSTANT:
        return lambda frame, value: after.value
    if before.type == after.type:
        return lambda frame, value: value
    convert = conversion(before.type, after.type)
    assert convert is not None
    return lambda frame, value: None if value is None else convert(frame, value)


def negated(run: Run) -> Run:
    def opposite(frame: Frame) -> Any:
        value = run(frame)
        return None if value is None else not value

    return opposite


def any_of(left: Code, items: Sequence[Code], at: int) -> Run:
    """`left IN (items)`: true if one is equal, else NULL if one is NULL, else false."""
    pairs = [(pair("=", left, item, at), item.run) for item in items]
    left_run = left.run

    def run(frame: Frame) -> Any:
        value = left_run(frame)
        answer: bool | None = False
        for compare, item in pairs:
            found = compare(frame, value, item(frame))
            if found:
                return True
            if found is None:
                answer = None
        return answer

    return run


def between(left: Code, low: Code, high: Code, symmetric: bool, at: int) -> Run:
    above_low, below_high = pair(">=", left, low, at), pair("<=", left, high, at)
    above_high, below_low = pair(">=", left, high, at), pair("<=", left, low, at)
    left_run, low_run, high_run = left.run, low.run, high.run

    def run(frame: Frame) -> Any:
        value, least, most = left_run(frame), low_run(frame), high_run(frame)
        inside = both(above_low(frame, value, least), below_high(frame, value, most))
        if symmetric and not inside:
            turned = both(above_high(frame, value, most), below_low(frame, value, least))
            return True if turned else None if turned is None else inside
        return inside

    return run


def both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def distinct(left: Code, right: Code, at: int) -> Run:
    """`left IS DISTINCT FROM right`."""
    equal = pair("=", left, right, at)
    one, other = left.run, right.run

    def run(frame: Frame) -> bool:
        a, b = one(frame), other(frame)
        if a is None or b is None:
            return (a is None) != (b is None)
        return not equal(frame, a, b)

    return run


def nullif(left: Code, right: Code, at: int) -> Code:
    equal = pair("=", left, right, at)
    left = implicit(left, "text") if left.type == UNKNOWN else left
    one, other = left.run, right.run

    def run(frame: Frame) -> Any:
        value = one(frame)
        return None if equal(frame, value, other(frame)) else value

    return Code(left.type, run, at, left.secret)


def quantified(symbol: str, left: Code, array: Code, every: bool, at: int) -> Code:
    """`left symbol ANY (array)`, or ALL."""
    array = implicit(array, "_text") if array.type == UNKNOWN else array
    if array.type != "_text":
        raise WrongObjectType("op ANY/ALL (array) requires array on right side", position=at + 1)
    element = Code("text", array.run, array.at, array.secret)
    compare = pair(symbol, left, element, at)
    left_run, array_run = left.run, array.run

    def run(frame: Frame) -> Any:
        items = array_run(frame)
        if items is None:
            return None
        value = left_run(frame)
        answer: bool | None = every
        for item in items:
            found = compare(frame, value, item)
            if found is None:
                answer = None
            elif found is not every:
                return not every
        return answer

    return Code("bool", run, at, left.secret or array.secret)


def extreme(codes: Sequence[Code], largest: bool, at: int) -> Code:
    """GREATEST or LEAST of operands of one type; NULLs do not count."""
    compare = find_operator(">" if largest else "<", (codes[0], codes[0]), at).make
    runs = [code.run for code in codes]

    def run(frame: Frame) -> Any:
        best = None
        for one in runs:
            value = one(frame)
            if value is not None and (best is None or compare(value, best)):
                best = value
        return best

    return Code(codes[0].type, run, at, any(code.secret for code in codes))
