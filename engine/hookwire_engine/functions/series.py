"""Set returning functions: generate_series (PostgreSQL 9.25)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import error_sql
from hookwire_engine.functions.signatures import Kind

chapter = Chapter("9.25", "Set returning functions")
_MOST = 50_000_000
"""Elements of a series that is made as a list, outside FROM."""
_TOO_MANY = error_sql("54000", "'series is too long'")
_ZERO = error_sql("22023", "'step size cannot equal zero'")

for _name, _native in (("int4", "INTEGER"), ("int8", "BIGINT")):
    chapter.function(
        f"generate_series({_name}, {_name}, {_name}=) {_name}",
        as_=f"generate_series_{_name}",
        kind=Kind.TABLE,
        sql=(
            f"CAST(CASE WHEN _3 = 0 THEN {_ZERO} WHEN (_2::HUGEINT - _1) // _3 > {_MOST} THEN"
            f" {_TOO_MANY} ELSE generate_series(_1::BIGINT, _2::BIGINT, _3::BIGINT)"
            f" END AS {_native}[])",
            f"CAST(CASE WHEN _2::HUGEINT - _1 > {_MOST} THEN {_TOO_MANY}"
            f" ELSE generate_series(_1::BIGINT, _2::BIGINT) END AS {_native}[])",
        ),
        from_target="generate_series",
    )
chapter.function(
    "generate_series(numeric, numeric, numeric=) numeric",
    as_="generate_series_numeric",
    kind=Kind.TABLE,
    sql=(
        f"CASE WHEN _3 = 0 THEN {_ZERO} ELSE list_transform(range(CAST(greatest("
        f"floor(memory.hw.numeric_div(_2 - _1, _3)) + 1, 0) AS BIGINT)),"
        f" lambda _i: _1 + CAST(_i AS DECIMAL(18,0)) * _3) END",
        "list_transform(range(CAST(greatest(floor(_2 - _1) + 1, 0) AS BIGINT)),"
        " lambda _i: _1 + CAST(_i AS DECIMAL(18,0)))",
    ),
)
for _name in ("timestamp", "timestamptz"):
    chapter.function(
        f"generate_series({_name}, {_name}, interval) {_name}",
        as_=f"generate_series_{_name}",
        kind=Kind.TABLE,
        sql=f"CASE WHEN _3 = INTERVAL 0 DAY THEN {_ZERO} ELSE generate_series(_1, _2, _3) END",
        from_target="generate_series",
    )
