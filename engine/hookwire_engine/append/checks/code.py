"""Compiled pieces, and how a function of values becomes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hookwire_engine.append.checks.values import Frame, Run, Value

NOT_CONSTANT: Final = object()


@dataclass(frozen=True, slots=True)
class Code:
    """An expression ready to run.

    `secret`: a value of a secret has gone into it, so what it is compared with must not be
    learnable from the time it takes. `value` is set for constants; of an `unknown` one it is the
    literal's text. `at` is where the expression stands. `raw` gives the bytes of a text that came
    as bytes.
    """

    type: str
    run: Run
    at: int
    secret: bool = False
    value: Any = NOT_CONSTANT
    raw: Run | None = None


def constant(type_: str, value: Value, at: int) -> Code:
    return Code(type_, lambda frame: value, at, value=value)


@dataclass(frozen=True, slots=True)
class Function:
    """One overload. `make` gets the frame first when `framed`; a strict one is never given NULL.

    `validate` looks at constant arguments, by place, when the check is made. Those of the first
    `of_bytes` arguments that are text are given in UTF-8.
    """

    name: str
    types: tuple[str, ...]
    returns: str
    make: Callable[..., Value]
    framed: bool = False
    strict: bool = True
    validate: Mapping[int, Callable[[Any], object]] = field(default_factory=dict)
    of_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Functions and operators by name."""

    functions: dict[str, list[Function]] = field(default_factory=dict)
    operators: dict[str, list[Function]] = field(default_factory=dict)

    def function(
        self,
        signature: str,
        make: Callable[..., Value],
        *,
        framed: bool = False,
        strict: bool = True,
        validate: Mapping[int, Callable[[Any], object]] | None = None,
        of_bytes: int = 0,
    ) -> None:
        """Adds `name(type, ...) type`."""
        name, types, returns = _read(signature)
        made = Function(name, types, returns, make, framed, strict, validate or {}, of_bytes)
        self.functions.setdefault(name, []).append(made)

    def operator(
        self,
        signature: str,
        make: Callable[..., Value],
        *,
        framed: bool = False,
        validate: Mapping[int, Callable[[Any], object]] | None = None,
    ) -> None:
        """Adds `symbol(left, right) type`, or `symbol(right) type`; always strict."""
        symbol, types, returns = _read(signature)
        made = Function(symbol, types, returns, make, framed, True, validate or {})
        self.operators.setdefault(symbol, []).append(made)


def _read(signature: str) -> tuple[str, tuple[str, ...], str]:
    name, _, rest = signature.partition("(")
    types, _, returns = rest.rpartition(") ")
    return name, tuple(types.split(", ")) if types else (), returns


def applied(function: Function, arguments: Sequence[Run]) -> Run:
    """What runs `function` on what `arguments` give."""
    make = function.make
    if not function.strict:
        return _lenient(make, tuple(arguments), function.framed)
    one, two, many = _FRAMED if function.framed else _PLAIN
    if len(arguments) == 1:
        return one(make, arguments[0])
    if len(arguments) == 2:
        return two(make, arguments[0], arguments[1])
    return many(make, *arguments)


def _lenient(make: Callable[..., Value], arguments: tuple[Run, ...], framed: bool) -> Run:
    if framed:
        return lambda frame: make(frame, *[a(frame) for a in arguments])
    return lambda frame: make(*[a(frame) for a in arguments])


def _plain_one(make: Callable[..., Value], one: Run) -> Run:
    def run(frame: Frame) -> Value:
        a = one(frame)
        return None if a is None else make(a)

    return run


def _plain_two(make: Callable[..., Value], one: Run, two: Run) -> Run:
    def run(frame: Frame) -> Value:
        a, b = one(frame), two(frame)
        return None if a is None or b is None else make(a, b)

    return run


def _plain_many(make: Callable[..., Value], *arguments: Run) -> Run:
    def run(frame: Frame) -> Value:
        values = [argument(frame) for argument in arguments]
        return None if None in values else make(*values)

    return run


def _framed_one(make: Callable[..., Value], one: Run) -> Run:
    def run(frame: Frame) -> Value:
        a = one(frame)
        return None if a is None else make(frame, a)

    return run


def _framed_two(make: Callable[..., Value], one: Run, two: Run) -> Run:
    def run(frame: Frame) -> Value:
        a, b = one(frame), two(frame)
        return None if a is None or b is None else make(frame, a, b)

    return run


def _framed_many(make: Callable[..., Value], *arguments: Run) -> Run:
    def run(frame: Frame) -> Value:
        values = [argument(frame) for argument in arguments]
        return None if None in values else make(frame, *values)

    return run


_PLAIN = (_plain_one, _plain_two, _plain_many)
_FRAMED = (_framed_one, _framed_two, _framed_many)
