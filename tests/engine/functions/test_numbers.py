"""Mathematical functions and operators, case by case (PostgreSQL 9.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

CASES = """
|numeric 7|/|numeric 2.0
|numeric 1|/|numeric 3.0
|numeric 2|/|numeric -3.0
|numeric 0.0000001|/|numeric 3
|numeric 1000000000000000|/|numeric 7
|numeric 1|/|numeric 0
|int4 7|/|int4 -2
|int4 -7|%|int4 3
|int4 1|/|int4 0
|int4 1|%|int4 0
|int4 2147483647|+|int4 1
|int8 9223372036854775807|+|int4 1
|int2 32767|+|int2 1
|int2 32767|+|int4 1
|int4 5|#|int4 3
|int4 5|&|int4 3
|int4 1|<<|int4 31
|int4 1|<<|int4 33
|int4 -8|>>|int4 1
|int8 1|<<|int4 63
|numeric 2|^|numeric 0.5
|float8 2|^|float8 10
|float8 0|^|float8 -1
|float8 -8|^|float8 0.5
|float8 1|/|float8 0
|numeric 7.5|%|numeric 2
round|numeric 2.5
round|numeric -2.5
round|float8 2.5
round|float8 -0.5
round|numeric 2.345|int4 2
round|numeric 12345.6|int4 -2
trunc|numeric -2.567|int4 1
trunc|float8 -2.5
ceil|numeric -2.5
floor|float8 -2.5
sign|numeric -3
sign|float8 -3
div|numeric 7.5|numeric 2
div|numeric -7.5|numeric 2
div|numeric 1|numeric 0
mod|int4 7|int4 -2
gcd|int4 12|int4 18
lcm|int4 4|int4 6
gcd|numeric 1.5|numeric 2
lcm|numeric 1.5|numeric 2
factorial|int8 5
factorial|int8 -1
sqrt|numeric 2
sqrt|numeric -1
sqrt|float8 2
sqrt|float8 -1
exp|numeric 1.0
ln|numeric 2.718281828459045
ln|numeric 0
ln|numeric -1
log|numeric 2|numeric 8
log|numeric 100
log|float8 100
power|numeric 2|numeric 0.5
power|numeric 0|numeric -1
power|numeric -2|numeric 0.5
cbrt|float8 27
width_bucket|numeric 5.35|numeric 0.024|numeric 10.06|int4 5
width_bucket|float8 5.35|float8 0.024|float8 10.06|int4 5
width_bucket|numeric 5|numeric 1|numeric 1|int4 5
width_bucket|numeric 5|numeric 1|numeric 2|int4 0
width_bucket|int4 3|_int4 {1,5}
scale|numeric 1.50
min_scale|numeric 1.50
sind|float8 30
cosd|float8 60
tand|float8 45
asind|float8 0.5
acosd|float8 0.5
atand|float8 1
asin|float8 2
acosh|float8 0
degrees|float8 1
radians|float8 180
pg_size_pretty|int8 10239
pg_size_pretty|int8 10240
pg_size_pretty|int8 -123456789
pg_size_pretty|int8 9223372036854775807
pg_size_bytes|text 1.5 kB
pg_size_bytes|text 1 parsec
num_nulls|int4 1|text NULL!|int4 NULL!
num_nonnulls|int4 1|text NULL!
"""


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines())
def test_answers_as_postgresql(check_line: Callable[[str], object], case: str) -> None:
    check_line(case)
