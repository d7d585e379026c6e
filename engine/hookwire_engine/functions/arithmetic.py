"""Mathematical functions and operators, and bit operators on integers (PostgreSQL 9.3)."""

from __future__ import annotations

from hookwire_engine.functions import numeric
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.signatures import NUMERIC

chapter = Chapter(
    "9.3",
    "Mathematical functions and operators",
    notes=(
        "numeric has at most 38 digits. A quotient, a root and a logarithm of numeric have 16 "
        "digits after the point, where PostgreSQL chooses between 16 and more.",
        "numeric has no NaN and no infinity.",
        "A product or sum of double precision that is too large is Infinity, not an error.",
        "random() gives other numbers than PostgreSQL for the same seed.",
    ),
)
_function, _operator = chapter.function, chapter.operator
_INTEGERS = ("int2", "int4", "int8")
_BITS = {"int2": 16, "int4": 32, "int8": 64}
_DUCKDB = {"int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT"}


def _zero_check(divisor: str) -> str:
    return f"CASE WHEN {divisor} = 0 THEN {error_sql('22012', _quoted('division by zero'))}"


def _quoted(text: str) -> str:
    return f"'{text}'"


def _wider(left: str, right: str) -> str:
    return max(left, right, key=lambda name: _BITS[name])


def _arithmetic() -> None:
    for symbol in ("+", "-", "*", "/"):
        for left in _INTEGERS:
            for right in _INTEGERS:
                _operator(f"{symbol}({left}, {right}) {_wider(left, right)}")
        for left in ("float4", "float8"):
            for right in ("float4", "float8"):
                wide = "float4" if left == right == "float4" else "float8"
                _operator(f"{symbol}({left}, {right}) {wide}")
    for symbol in ("+", "-"):
        _operator(f"{symbol}(numeric, numeric) numeric")
        for name in (*_INTEGERS, "numeric", "float4", "float8"):
            # DuckDB negates the least integer into the next larger type.
            wrap = f"CAST({{0}} AS {_DUCKDB[name]})" if name in _DUCKDB else None
            _operator(f"{symbol}({name}) {name}", wrap=wrap)
    _operator("*(numeric, numeric) numeric")
    for name in (*_INTEGERS, "numeric"):
        _operator(f"%({name}, {name}) {name}")
    for name in (*_INTEGERS, "numeric", "float4", "float8"):
        _operator(f"@({name}) {name}", target="abs")
        _function(f"abs({name}) {name}", target="abs")
    _operator("^(float8, float8) float8", target="memory.hw.power_float8")
    _operator("|/(float8) float8", target="sqrt")
    _operator("||/(float8) float8", target="cbrt")


def _division() -> None:
    chapter.udf("numeric_div", numeric.divide, ["VARCHAR", "VARCHAR"], "VARCHAR")
    chapter.udf("numeric_div_whole", numeric.integer_quotient, ["VARCHAR", "VARCHAR"], "VARCHAR")
    # A value with at most six decimals and 14 digits before them divides in 128-bit integers.
    small = " AND ".join(
        f"abs({side}) < 100000000000000 AND {side} = CAST({side} AS DECIMAL(38,6))"
        for side in ("_1", "_2")
    )
    over = "CAST(CAST(_1 AS DECIMAL(38,6)) * 1000000 AS HUGEINT)"
    under = "CAST(CAST(_2 AS DECIMAL(38,6)) * 1000000 AS HUGEINT)"
    top = f"({over} * CAST('10000000000000000' AS HUGEINT))"
    half_up = (
        f"CASE WHEN abs({top} % {under}) * 2 >= abs({under}) THEN sign(_1) * sign(_2) ELSE 0 END"
    )
    step = "CAST('0.0000000000000001' AS DECIMAL(16,16))"
    exact = f"CAST({top} // {under} + {half_up} AS DECIMAL(38,0)) * {step}"
    texts = "CAST(_1 AS VARCHAR), CAST(_2 AS VARCHAR)"
    _operator(
        "/(numeric, numeric) numeric",
        target="numeric_div",
        sql=f"{_zero_check('_2')} WHEN {small} THEN {exact}"
        f" ELSE CAST(hw_numeric_div({texts}) AS {NUMERIC}) END",
    )
    _function(
        "div(numeric, numeric) numeric",
        sql=f"{_zero_check('_2')} WHEN {small} THEN CAST({over} // {under} AS DECIMAL(38,0))"
        f" ELSE CAST(hw_numeric_div_whole({texts}) AS DECIMAL(38,0)) END",
    )


def _bit_operators() -> None:
    for name in _INTEGERS:
        _operator(f"&({name}, {name}) {name}")
        _operator(f"|({name}, {name}) {name}")
        _operator(f"#({name}, {name}) {name}", target="xor")
        _operator(f"~({name}) {name}")
        bits, native = _BITS[name], _DUCKDB[name]
        count = f"(_2 & {max(bits, 32) - 1})"
        left = (
            f"CAST((CAST(_1 AS HUGEINT) & {2**bits - 1}::HUGEINT) * (1::HUGEINT << {count})"
            f" & {2**bits - 1}::HUGEINT AS HUGEINT)"
        )
        signed = f"CASE WHEN {left} >= {2 ** (bits - 1)}::HUGEINT THEN {left} - {2**bits}::HUGEINT"
        _operator(
            f"<<({name}, int4) {name}",
            target=f"shift_left_{name}",
            sql=f"CAST({signed} ELSE {left} END AS {native})",
        )
        _operator(
            f">>({name}, int4) {name}",
            target=f"shift_right_{name}",
            sql=f"CAST(CAST(_1 AS BIGINT) >> {count} AS {native})",
        )


def _rounding() -> None:
    for name in ("ceil", "ceiling", "floor"):
        target = "floor" if name == "floor" else "ceil"
        _function(f"{name}(numeric) numeric", target=target)
        _function(f"{name}(float8) float8", target=target)
    _function("round(numeric) numeric", target="round")
    _function("round(float8) float8", as_="round_float8", sql="round_even(_1, 0)")
    _function("trunc(numeric) numeric", target="trunc")
    _function("trunc(float8) float8", target="trunc")
    for name, function in (("round", numeric.rounded), ("trunc", numeric.truncated)):
        _function(f"{name}(numeric, int4) numeric", as_=f"{name}_to", python=function, literal=name)
    _function("sign(numeric) numeric", as_="sign_numeric", sql="CAST(sign(_1) AS DECIMAL(1,0))")
    _function("sign(float8) float8", as_="sign_float8", sql="CAST(sign(_1) AS DOUBLE)")
    for name in (*_INTEGERS, "numeric"):
        _function(f"mod({name}, {name}) {name}", target="mod")
    _function("scale(numeric) int4", python=numeric.scale)
    _function("min_scale(numeric) int4", python=numeric.min_scale)
    _function("trim_scale(numeric) numeric", sql="_1")


def _whole_numbers() -> None:
    for name in ("int4", "int8"):
        cast = _DUCKDB[name]
        for function in ("gcd", "lcm"):
            _function(
                f"{function}({name}, {name}) {name}",
                as_=f"{function}_{name}",
                sql=f"CAST({function}(_1, _2) AS {cast})",
            )
    _function("gcd(numeric, numeric) numeric", as_="gcd_numeric", python=numeric.gcd)
    _function("lcm(numeric, numeric) numeric", as_="lcm_numeric", python=numeric.lcm)
    _function("factorial(int8) numeric", python=numeric.factorial, result="DECIMAL(38,0)")


def _roots_and_logarithms() -> None:
    _function("sqrt(float8) float8", target="sqrt")
    _function("sqrt(numeric) numeric", as_="sqrt_numeric", python=numeric.sqrt)
    _function("cbrt(float8) float8", target="cbrt")
    too_large = error_sql("22003", "'value out of range: overflow'")
    _function(
        "exp(float8) float8",
        as_="exp_float8",
        sql=f"CASE WHEN isinf(exp(_1)) AND isfinite(_1) THEN {too_large} ELSE exp(_1) END",
    )
    _function("exp(numeric) numeric", as_="exp_numeric", python=numeric.exp)
    _function("ln(float8) float8", target="ln")
    _function("ln(numeric) numeric", as_="ln_numeric", python=numeric.ln)
    for name in ("log", "log10"):
        _function(f"{name}(float8) float8", target="log10")
        _function(f"{name}(numeric) numeric", as_="log10_numeric", target="memory.hw.log10_numeric")
    chapter.udf("log10_numeric", numeric.log10, ["VARCHAR"], "VARCHAR")
    chapter.macro(
        "log10_numeric", "_1", f"CAST(hw_log10_numeric(CAST(_1 AS VARCHAR)) AS {NUMERIC})"
    )
    _function("log(numeric, numeric) numeric", as_="log_numeric", python=numeric.log)
    zero = error_sql("2201F", "'zero raised to a negative power is undefined'")
    complex_ = error_sql(
        "2201F",
        "'a negative number raised to a non-integer power yields a complex result'",
    )
    for name in ("power", "pow"):
        _function(
            f"{name}(float8, float8) float8",
            as_="power_float8",
            sql=f"CASE WHEN _1 = 0 AND _2 < 0 THEN {zero} WHEN _1 < 0 AND _2 <> floor(_2)"
            f" AND isfinite(_1) AND isfinite(_2) THEN {complex_}"
            " WHEN isinf(power(_1, _2)) AND isfinite(_1) AND isfinite(_2)"
            f" THEN {too_large} ELSE power(_1, _2) END",
        )
        _function(f"{name}(numeric, numeric) numeric", target="memory.hw.power_numeric")
    _operator("^(numeric, numeric) numeric", target="memory.hw.power_numeric")
    chapter.udf("power_numeric", numeric.power, ["VARCHAR", "VARCHAR"], "VARCHAR")
    chapter.macro(
        "power_numeric",
        "_1, _2",
        f"CAST(hw_power_numeric(CAST(_1 AS VARCHAR), CAST(_2 AS VARCHAR)) AS {NUMERIC})",
    )
    chapter.udf("numeric_mul", numeric.multiply, ["VARCHAR", "VARCHAR"], "VARCHAR")
    # For the dialect: a product whose scales together leave no digits before the point.
    chapter.macro(
        "numeric_mul",
        "_1, _2",
        "CASE WHEN abs(_1) < 10000000000 AND abs(_2) < 10000000000"
        " AND _1 = CAST(_1 AS DECIMAL(38,8)) AND _2 = CAST(_2 AS DECIMAL(38,8))"
        " THEN CAST(_1 AS DECIMAL(38,8)) * CAST(_2 AS DECIMAL(38,8))"
        f" ELSE CAST(hw_numeric_mul(CAST(_1 AS VARCHAR), CAST(_2 AS VARCHAR)) AS {NUMERIC}) END",
    )


def _angles() -> None:
    for name in "sin cos tan atan sinh cosh tanh asinh degrees radians".split():
        _function(f"{name}(float8) float8", target=name)
    _function(
        "cot(float8) float8",
        sql="CASE WHEN _1 = 0 THEN 'Infinity'::DOUBLE ELSE cot(_1) END",
    )
    outside = error_sql("22003", "'input is out of range'")
    for name, bad in (("asin", "abs(_1) > 1"), ("acos", "abs(_1) > 1"), ("acosh", "_1 < 1"),
                      ("atanh", "abs(_1) > 1")):  # fmt: skip
        _function(
            f"{name}(float8) float8",
            sql=f"CASE WHEN {bad} AND NOT isnan(_1) THEN {outside} ELSE {name}(_1) END",
        )
    _function("atan2(float8, float8) float8", target="atan2")
    _function("pi() float8", target="pi")
    for name in ("sind", "cosd", "tand", "cotd"):
        _DEGREES[name] = f"CASE WHEN isinf(_1) THEN {outside} ELSE {_DEGREES[name]} END"
    for name, sql in _DEGREES.items():
        count = sql.count("_2") and ", float8"
        _function(f"{name}(float8{count or ''}) float8", sql=sql)


_TURN = "_1 % 360"
_SIND = (
    "CASE WHEN _1 % 180 = 0 THEN 0.0::DOUBLE"
    f" WHEN abs({_TURN}) IN (30, 150) THEN 0.5 * sign({_TURN})"
    f" WHEN abs({_TURN}) IN (210, 330) THEN -0.5 * sign({_TURN})"
    f" WHEN abs({_TURN}) = 90 THEN sign({_TURN})::DOUBLE"
    f" WHEN abs({_TURN}) = 270 THEN -sign({_TURN})::DOUBLE ELSE sin(radians(_1 % 360)) END"
)
_COSD = (
    f"CASE WHEN abs({_TURN}) IN (90, 270) THEN 0.0::DOUBLE WHEN abs({_TURN}) IN (60, 300) THEN 0.5"
    f" WHEN abs({_TURN}) IN (120, 240) THEN -0.5 WHEN _1 % 360 = 0 THEN 1.0"
    f" WHEN abs({_TURN}) = 180 THEN -1.0 ELSE cos(radians(_1 % 360)) END"
)
_DEGREES = {
    "sind": _SIND,
    "cosd": _COSD,
    "tand": "CASE WHEN _1 % 180 = 0 THEN 0.0::DOUBLE WHEN (_1 - 45) % 180 = 0 THEN 1.0"
    " WHEN (_1 + 45) % 180 = 0 THEN -1.0 WHEN (_1 - 90) % 360 = 0 THEN 'Infinity'::DOUBLE"
    " WHEN (_1 + 90) % 360 = 0 THEN '-Infinity'::DOUBLE ELSE tan(radians(_1 % 360)) END",
    "cotd": "CASE WHEN (_1 - 90) % 180 = 0 THEN 0.0::DOUBLE WHEN (_1 - 45) % 180 = 0 THEN 1.0"
    " WHEN (_1 + 45) % 180 = 0 THEN -1.0 WHEN _1 % 360 = 0 THEN 'Infinity'::DOUBLE"
    " WHEN _1 % 180 = 0 THEN '-Infinity'::DOUBLE ELSE cot(radians(_1 % 360)) END",
    "asind": "CASE WHEN abs(_1) = 0.5 THEN 30.0 * sign(_1) WHEN abs(_1) = 1 THEN 90.0 * sign(_1)"
    " ELSE degrees(memory.hw.asin(_1)) END",
    "acosd": "CASE WHEN _1 = 0.5 THEN 60.0::DOUBLE WHEN _1 = -0.5 THEN 120.0"
    " WHEN _1 = 0 THEN 90.0 ELSE degrees(memory.hw.acos(_1)) END",
    "atand": "CASE WHEN abs(_1) = 1 THEN 45.0 * sign(_1) ELSE degrees(atan(_1)) END",
    "atan2d": "degrees(atan2(_1, _2))",
}


def _others() -> None:
    _function("random() float8", target="random", volatile=True)
    _function("setseed(float8) void", sql="setseed(abs(_1))", volatile=True)
    _function("width_bucket(numeric, numeric, numeric, int4) int4", python=numeric.width_bucket)
    _function(
        "width_bucket(float8, float8, float8, int4) int4",
        as_="width_bucket_float8",
        python=numeric.width_bucket_float,
    )
    _function(
        "width_bucket(anycompatible, anycompatiblearray) int4",
        as_="width_bucket_bounds",
        sql="CASE WHEN _1 IS NOT NULL AND len(list_filter(_2, lambda _b: _b IS NULL)) > 0 THEN "
        + error_sql("22004", "'thresholds array must not contain NULLs'")
        + " WHEN _1 IS NOT NULL"
        " THEN CAST(len(list_filter(_2, lambda _b: _b <= _1)) AS INTEGER) END",
    )


_arithmetic()
_division()
_bit_operators()
_rounding()
_whole_numbers()
_roots_and_logarithms()
_angles()
_others()
