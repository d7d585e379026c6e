"""Arrays, hstore and addresses, case by case (PostgreSQL 9.12, 9.19, F.18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from hookwire_engine.functions.array_text import read_array
from hookwire_engine.functions.faults import Fault

CASES = """
|_int4 {1,2,3}|@>|_int4 {2}
|_int4 {1,2}|@>|_int4 {NULL}
|_int4 {}|<@|_int4 {1}
|_int4 {1,2}|&&|_int4 {2,3}
|_int4 {1}|¦¦|_int4 {2,3}
|_int4 {1}|¦¦|int4 2
|int4 0|¦¦|_int4 {1}
|_int4 {1,2}|<|_int4 {1,3}
|_int4 {1,2}|=|_int4 {1,2}
array_append|_int4 NULL!|int4 1
array_prepend|int4 1|_int4 {2}
array_cat|_int4 {1}|_int4 NULL!
array_remove|_int4 {1,2,NULL}|int4 NULL!
array_replace|_int4 {1,2,1}|int4 1|int4 9
array_position|_int4 {1,2,1}|int4 1
array_position|_int4 {1,2,1}|int4 1|int4 2
array_position|_int4 {1,NULL}|int4 NULL!
array_positions|_int4 {1,2,1}|int4 1
array_length|_int4 {1,2}|int4 1
array_length|_int4 {}|int4 1
array_length|_int4 {1}|int4 2
array_upper|_int4 {1,2}|int4 1
array_lower|_int4 {1,2}|int4 1
array_ndims|_int4 {1,2}
array_ndims|_int4 {}
array_dims|_int4 {1,2}
cardinality|_int4 {}
array_fill|int4 7|_int4 {3}
trim_array|_int4 {1,2,3}|int4 2
trim_array|_int4 {1,2,3}|int4 4
array_to_string|_text {a,NULL,b}|text ,
array_to_string|_text {a,NULL}|text ,|text *
array_to_string|_bool {true,NULL}|text ,
array_to_string|_float8 {1,1e20}|text ,
generate_subscripts|_int4 {5,6}|int4 1
generate_subscripts|_int4 {5,6}|int4 1|bool true
unnest|_text {a,NULL,b}
generate_series|int4 1|int4 3
generate_series|int4 5|int4 1|int4 -2
generate_series|int4 1|int4 2|int4 0
generate_series|numeric 1.0|numeric 2.0|numeric 0.5
generate_series|timestamp 2024-01-01|timestamp 2024-01-02|interval 12:00:00
|hstore a=>1|->|text a
|hstore a=>1|->|_text {a,b}
|hstore a=>1|?|text b
|hstore a=>1|?¦|_text {b,a}
|hstore a=>1|?&|_text {b,a}
|hstore a=>1|¦¦|hstore a=>2,b=>NULL
|hstore a=>1,b=>2|-|text a
|hstore a=>1,b=>2|-|hstore a=>1,b=>3
|hstore a=>1,b=>2|@>|hstore b=>2
|hstore a=>1,b=>2|=|hstore b=>2,a=>1
akeys|hstore bb=>1,a=>2
avals|hstore bb=>1,a=>NULL
each|hstore bb=>1,a=>NULL
exist|hstore a=>NULL|text a
defined|hstore a=>NULL|text a
hstore_to_json|hstore a=>1,b=>NULL
hstore|text a|text NULL!
hstore|_text {a,1,b,NULL}
hstore|_text {a}
host|inet 10.1.2.3/8
network|inet 10.1.2.3/8
masklen|inet 10.1.2.3/8
family|inet ::1
|inet 10.1.2.3|<<|inet 10.0.0.0/8
|inet 10.0.0.0/8|<<|inet 10.0.0.0/8
|inet 10.0.0.0/8|<|inet 10.0.0.0/16
|inet 10.0.0.0/8|&&|inet 10.1.0.0/16
"""


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines())
def test_answers_as_postgresql(check_line: Callable[[str], object], case: str) -> None:
    check_line(case)


LITERALS = [
    "{}", "{a,b}", ' { "a b" , NULL, "NULL", c\\,d } ', '{"a\\"b",""}', "{1,2", "1,2}", "{a,}",
    "{,}", "{a b}", "[1:2]={a,b}", '{"a"b}', "", "{ }",
]  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
def test_array_literals(pg: Any, literal: str) -> None:
    try:
        theirs = pg.execute(
            "SELECT array(SELECT x FROM unnest(%s::text[]) AS x)", (literal,)
        ).fetchall()[0][0]
    except psycopg.Error as error:
        with pytest.raises(Fault, match=error.sqlstate):
            read_array(literal)
        return
    assert read_array(literal) == theirs
