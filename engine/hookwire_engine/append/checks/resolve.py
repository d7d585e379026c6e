"""Types to operands: literals, implicit casts, overloads (PostgreSQL 10.2 to 10.5)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hookwire_catalog.errors import (
    AmbiguousFunction,
    DatatypeMismatch,
    SqlError,
    UndefinedFunction,
)
from hookwire_engine.append.checks import (
    arrays,
    binary,
    comparisons,
    dates,
    documents,
    fields,
    maps,
    moments,
    numbers,
    occurrences,
    patterns,
    powers,
    rewriting,
    templates,
    texts,
    verify,
)
from hookwire_engine.append.checks.casts import conversion
from hookwire_engine.append.checks.code import NOT_CONSTANT, Code, Function, applied, constant
from hookwire_engine.append.checks.types import UNKNOWN, choose, common_type, display, reaches
from hookwire_engine.append.checks.values import Frame, Run, charge
from hookwire_engine.append.request import WebhookRequest

FUNCTIONS: dict[str, list[Function]] = {}
OPERATORS: dict[str, list[Function]] = {}
for _module in (
    arrays, binary, comparisons, dates, documents, fields, maps, moments, numbers, occurrences,
    patterns, powers, rewriting, templates, texts, verify,
):  # fmt: skip
    for _all, _own in (
        (FUNCTIONS, _module.table.functions),
        (OPERATORS, _module.table.operators),
    ):
        for _name, _overloads in _own.items():
            _all.setdefault(_name, []).extend(_overloads)

_LITERAL_MEMORY = 1 << 20
_CASTS_HINT = "You might need to add explicit type casts."


class CannotCoerce(SqlError):
    sqlstate = "42846"


@contextmanager
def placed(at: int) -> Iterator[None]:
    """Gives an error about a constant the place of the constant."""
    try:
        yield
    except SqlError as error:
        if error.position is None:
            error.position = at + 1
        raise


def _literal_frame() -> Frame:
    return Frame(WebhookRequest((), b"", 0), {}, 0, _LITERAL_MEMORY, "", math.inf)


def _converted(run: Run, convert: Callable[[Frame, Any], Any]) -> Run:
    def converted(frame: Frame) -> Any:
        value = run(frame)
        return None if value is None else convert(frame, value)

    return converted


def cast(code: Code, wanted: str, at: int) -> Code:
    """An explicit cast; 42846 where there is none."""
    if code.type in (wanted, UNKNOWN):
        return implicit(code, wanted)
    convert = conversion(code.type, wanted)
    if convert is None:
        message = f"cannot cast type {display(code.type)} to {display(wanted)}"
        raise CannotCoerce(message, position=at + 1)
    return Code(wanted, _converted(code.run, convert), code.at, code.secret)


def implicit(code: Code, wanted: str) -> Code:
    """`code` as a `wanted`, which it must reach by itself."""
    if code.type == wanted:
        return code
    if code.type == UNKNOWN:
        return _literal(code, wanted)
    convert = conversion(code.type, wanted)
    assert convert is not None
    made = _converted(code.run, convert)
    if code.value is NOT_CONSTANT:
        return Code(wanted, made, code.at, code.secret)
    return constant(wanted, made(_literal_frame()), code.at)


def _literal(code: Code, wanted: str) -> Code:
    if wanted == "text" or code.value is None:
        return constant(wanted, code.value, code.at)
    convert = conversion("text", wanted)
    if convert is None:
        message = f"a constant of type {display(wanted)} is not supported in CHECK"
        raise CannotCoerce(message, position=code.at + 1)
    with placed(code.at):
        return constant(wanted, convert(_literal_frame(), code.value), code.at)


def to_boolean(code: Code, what: str) -> Code:
    """`what` names the construct that needs a boolean, as PostgreSQL does."""
    if code.type not in ("bool", UNKNOWN):
        raise DatatypeMismatch(
            f"argument of {what} must be type boolean, not type {display(code.type)}",
            position=code.at + 1,
        )
    return implicit(code, "bool")


def to_common(codes: Sequence[Code], what: str) -> list[Code]:
    """All of one type, for `what` (CASE, COALESCE ...); 42804 where there is none."""
    wanted = common_type([code.type for code in codes])
    if wanted is None:
        first = next(code for code in codes if code.type != UNKNOWN)
        other = next(
            code for code in codes if code.type != UNKNOWN and not _match(first.type, code.type)
        )
        raise DatatypeMismatch(
            f"{what} types {display(first.type)} and {display(other.type)} cannot be matched",
            position=other.at + 1,
        )
    return [implicit(code, wanted) for code in codes]


def _match(one: str, other: str) -> bool:
    return common_type((one, other)) is not None


def prepared(function: Function, codes: Sequence[Code]) -> list[Code]:
    """The arguments as `function` takes them, constants looked at."""
    made = [
        implicit(c, t) if reaches(c.type, t) else c
        for c, t in zip(codes, function.types, strict=True)
    ]
    for place, validate in function.validate.items():
        value = made[place].value if place < len(made) else NOT_CONSTANT
        if value is not NOT_CONSTANT and value is not None:
            with placed(made[place].at):
                validate(value)
    return made


def utf8(code: Code) -> Run:
    """What gives a text in UTF-8: as it came, if it came as bytes."""
    if code.raw is not None:
        return code.raw
    run = code.run
    if code.value is not NOT_CONSTANT:
        constant_bytes = None if code.value is None else code.value.encode()
        return lambda frame: constant_bytes

    def encoded(frame: Frame) -> bytes | None:
        text: str | None = run(frame)
        if text is None:
            return None
        charge(frame, len(text))
        return text.encode()

    return encoded


def apply(function: Function, codes: Sequence[Code], at: int) -> Code:
    made = prepared(function, codes)
    runs = [
        utf8(code) if place < function.of_bytes and code.type == "text" else code.run
        for place, code in enumerate(made)
    ]
    run = applied(function, runs)
    return Code(function.returns, run, at, any(code.secret for code in made))


def find_function(name: str, codes: Sequence[Code], at: int) -> Function:
    given = tuple(code.type for code in codes)
    found = choose(FUNCTIONS.get(name, ()), given)
    if len(found) == 1:
        return found[0]
    shown = f"function {name}({', '.join(map(display, given))})"
    if found:
        raise AmbiguousFunction(
            f"{shown} is not unique",
            hint=f"Could not choose a best candidate function. {_CASTS_HINT}",
            position=at + 1,
        )
    raise UndefinedFunction(
        f"{shown} does not exist",
        hint=f"No function matches the given name and argument types. {_CASTS_HINT}",
        position=at + 1,
    )


def find_operator(symbol: str, codes: Sequence[Code], at: int) -> Function:
    given = tuple(code.type for code in codes)
    found = choose(OPERATORS.get(symbol, ()), given, operator=True)
    if len(found) == 1:
        return found[0]
    shown = " ".join(_operation(symbol, given))
    if found:
        raise AmbiguousFunction(
            f"operator is not unique: {shown}",
            hint=f"Could not choose a best candidate operator. {_CASTS_HINT}",
            position=at + 1,
        )
    hint = "No operator matches the given name and argument type"
    hint += (
        f"s. {_CASTS_HINT}" if len(given) > 1 else ". You might need to add an explicit type cast."
    )
    raise UndefinedFunction(f"operator does not exist: {shown}", hint=hint, position=at + 1)


def _operation(symbol: str, given: Sequence[str]) -> list[str]:
    shown = [display(name) for name in given]
    return [symbol, shown[0]] if len(shown) == 1 else [shown[0], symbol, shown[1]]
