"""Function calls, and those functions that are more than a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hookwire_catalog.errors import InvalidParameterValue, UndefinedFunction
from hookwire_engine.append.checks import binary
from hookwire_engine.append.checks.building import build_array, build_object, to_jsonb
from hookwire_engine.append.checks.casts import output
from hookwire_engine.append.checks.code import Code, constant
from hookwire_engine.append.checks.powers import FLOATS_ONLY
from hookwire_engine.append.checks.predicates import extreme, nullif
from hookwire_engine.append.checks.reader import refused
from hookwire_engine.append.checks.resolve import apply, find_function, implicit, to_common, utf8
from hookwire_engine.append.checks.scope import Scope
from hookwire_engine.append.checks.types import UNKNOWN, display
from hookwire_engine.append.checks.values import Frame, Run, charge, width

_AGGREGATES = frozenset(
    """array_agg avg bit_and bit_or bool_and bool_or count every json_agg json_object_agg jsonb_agg
    jsonb_object_agg max min mode percentile_cont percentile_disc stddev string_agg sum
    variance""".split()
)
_WINDOWS = frozenset("row_number rank dense_rank lag lead first_value last_value ntile".split())
_SETS = {
    "regexp_matches": "Use regexp_match.",
    "regexp_split_to_table": "Use regexp_split_to_array.",
    "string_to_table": "Use string_to_array.",
    **dict.fromkeys(("unnest", "generate_series", "jsonb_array_elements", "jsonb_each",
                     "jsonb_array_elements_text", "jsonb_object_keys", "each", "skeys")),
}  # fmt: skip
_VOLATILE = frozenset(
    """random clock_timestamp timeofday gen_random_uuid uuid_generate_v4 nextval currval setval
    pg_sleep gen_random_bytes current_setting set_config txid_current setseed""".split()
)
_MAP_FUNCTIONS = ("exist", "defined", "header_values")


def call(scope: Scope, name: str, codes: Sequence[Code], at: int) -> Code:
    """The call of `name`; a check's error where PostgreSQL would have one."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(name, codes, at)
    if name in ("concat", "concat_ws"):
        return _concat(name, codes, at)
    if name in ("hmac", "hmac_hex") and len(codes) == 3 and _is_algorithm(codes[0]):
        return _hmac_hex(codes, at)
    _refuse(name, codes, at)
    made = apply(find_function(name, codes, at), codes, at)
    if name in _MAP_FUNCTIONS:
        scope.look_up(codes[0].run, codes[1].value)
    return made


def _refuse(name: str, codes: Sequence[Code], at: int) -> None:
    types = {code.type for code in codes}
    if name in FLOATS_ONLY and "numeric" in types and "float8" not in types:
        message = f"{name} of numeric is not supported in CHECK"
        raise refused(message, at, "Cast to double precision.")
    if name in _AGGREGATES:
        raise refused("aggregate functions are not allowed in CHECK", at)
    if name in _WINDOWS:
        raise refused("window functions are not allowed in CHECK", at)
    if name in _SETS:
        raise refused("set-returning functions are not allowed in CHECK", at, _SETS[name])
    if name in _VOLATILE:
        message = "functions in CHECK must be deterministic"
        raise refused(message, at, f"{name} is not; now() is the time of receipt.")


def _is_algorithm(code: Code) -> bool:
    value = code.value
    return code.type == UNKNOWN and isinstance(value, str) and value.lower() in binary.ALGORITHMS


def _hmac_hex(codes: Sequence[Code], at: int) -> Code:
    """`hmac('sha256', key, data)`: text or bytes for both, lower-case hex."""
    algorithm = binary.algorithm(codes[0].value)
    key, data = (_in_bytes(code, codes, at) for code in codes[1:])

    def run(frame: Frame) -> str | None:
        one, other = key(frame), data(frame)
        return None if one is None or other is None else binary.hmac_hex(algorithm, one, other)

    return Code("text", run, at, any(code.secret for code in codes))


def _in_bytes(code: Code, codes: Sequence[Code], at: int) -> Run:
    if code.type == "bytea":
        return code.run
    if code.type not in ("text", UNKNOWN):
        shown = ", ".join(display(c.type) for c in codes)
        raise UndefinedFunction(
            f"function hmac({shown}) does not exist",
            hint="The key and the data of hmac are text or bytea.",
            position=at + 1,
        )
    return utf8(implicit(code, "text"))


def _concat(name: str, codes: Sequence[Code], at: int) -> Code:
    """Arguments of any type as text; NULLs are left out."""
    if not codes or (name == "concat_ws" and len(codes) < 2):
        find_function(name, codes, at)
    items = list(codes)
    first = items.pop(0) if name == "concat_ws" else constant("text", "", at)
    separator = implicit(first, "text").run
    runs = [_shown(code, at) for code in items]

    def run(frame: Frame) -> str | None:
        between = separator(frame)
        texts = [text for one in runs if (text := one(frame)) is not None]
        if between is None:
            return None
        size = sum(map(len, texts)) + len(between) * len(texts)
        charge(frame, size * width(between, *texts))
        return str(between.join(texts))

    return Code("text", run, at, any(code.secret for code in codes))


def _shown(code: Code, at: int) -> Run:
    if code.type in (UNKNOWN, "text"):
        return implicit(code, "text").run
    convert, run = output(code.type), code.run
    if convert is None:
        raise refused(f"{display(code.type)} has no text form in CHECK", at)

    def shown(frame: Frame) -> str | None:
        value = run(frame)
        return None if value is None else convert(frame, value)

    return shown


def _coalesce(name: str, codes: Sequence[Code], at: int) -> Code:
    made = to_common(codes, "COALESCE")
    runs = [code.run for code in made]

    def run(frame: Frame) -> Any:
        for one in runs:
            value = one(frame)
            if value is not None:
                return value
        return None

    return Code(made[0].type, run, at, any(code.secret for code in codes))


def _extreme(name: str, codes: Sequence[Code], at: int) -> Code:
    return extreme(to_common(codes, name.upper()), name == "greatest", at)


def _nullif(name: str, codes: Sequence[Code], at: int) -> Code:
    if len(codes) != 2:
        raise InvalidParameterValue("NULLIF takes two arguments", position=at + 1)
    return nullif(codes[0], codes[1], at)


_SPECIAL: dict[str, Callable[[str, Sequence[Code], int], Code]] = {
    "coalesce": _coalesce,
    "greatest": _extreme,
    "least": _extreme,
    "jsonb_build_array": build_array,
    "jsonb_build_object": build_object,
    "nullif": _nullif,
    "to_jsonb": to_jsonb,
}
