"""Generated queries over joined tables: PostgreSQL's rows, types and names, and ours.

Left out is what is known to differ (docs/compatibility.md): the text of a numeric's trailing
zeros, quotients beyond their sixteenth digit, sums of floats in another order.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.dialect import Pair, comparable

EXAMPLES = int(os.environ.get("HOOKWIRE_GENERATED", "150"))
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")


def joined(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The template with generated parts in its braces."""
    return st.tuples(*parts).map(lambda found: template.format(*found))


NUMBERS = st.sampled_from(
    "id|n|i2::int|big % 1000|qty|amount|1|2.5|-3|0|10|length(s)|null::int|(body->>'k')::int"
    "|extract(year from ts)|cardinality(arr)".split("|")
)
TEXTS = st.sampled_from("s|name|'x'|'Alpha'|v|body->>'a'|''|null::text|u::text|dt::text".split("|"))
FACTS = st.sampled_from(
    "flag|true|id > 2|name is null|s like 'A%'|body ? 'k'|null::bool|body @> '{\"a\": \"b\"}'"
    "|1 = any(arr)|ts > '2020-01-01'|dt is null".split("|")
)
SIGNS = st.sampled_from(["=", "<", ">", "<>", "<=", ">="])


def larger(
    number: st.SearchStrategy[str], text: st.SearchStrategy[str], fact: st.SearchStrategy[str]
) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str], st.SearchStrategy[str]]:
    """Expressions whose parts are `number`, `text` and `fact`."""
    numbers = st.one_of(
        number,
        joined("({} {} {})", number, st.sampled_from("+-*"), number),
        joined("coalesce({}, 0)", number),
        joined("abs({})", number),
        joined("case when {} then {} else {} end", fact, number, number),
        joined("greatest({}, {})", number, number),
        joined("({})::{}", number, st.sampled_from(["numeric", "numeric(12,2)"])),
        joined("length({})", text),
    )
    texts = st.one_of(
        text,
        joined("({} || {})", text, text),
        joined("{}({})", st.sampled_from(["upper", "lower", "reverse", "trim", "md5"]), text),
        joined("coalesce({}, 'none')", text),
        joined("case when {} then {} else {} end", fact, text, text),
        joined("replace({}, 'a', {})", text, text),
        joined("nullif({}, {})", text, text),
    )
    facts = st.one_of(
        fact,
        joined("({} {} {})", number, SIGNS, number),
        joined("({} {} {})", text, SIGNS, text),
        joined("({} {} {})", fact, st.sampled_from(["and", "or"]), fact),
        joined("(not {})", fact),
        joined("({} is {})", number, st.sampled_from(["null", "not null"])),
        joined("({} in (1, 2, {}))", number, number),
        joined("({} between {} and {})", number, number, number),
        joined("({} is distinct from {})", text, text),
        joined("({} {} {})", text, st.sampled_from(["like", "not like", "ilike"]), text),
    )
    return numbers, texts, facts


NUMBER, TEXT, FACT = larger(*larger(NUMBERS, TEXTS, FACTS))
ANY = st.one_of(NUMBER, TEXT, FACT)
TABLES = st.sampled_from(
    [
        "ev join dep on dep.ev_id = ev.id",
        "ev left join dep on dep.ev_id = ev.id",
        "ev full join dep on dep.ev_id = ev.id",
        "(select * from ev where id < 4) ev cross join dep",
        "ev left join lateral (select name, qty, amount from dep where ev_id = ev.id) d on true",
    ]
)
WHERE = st.one_of(st.just(""), joined(" where {}", FACT))
AGGREGATE = st.one_of(
    joined("sum({})", NUMBER),
    joined("count({})", ANY),
    joined("count(distinct {})", ANY),
    joined("min({})", st.one_of(NUMBER, TEXT)),
    joined("max({})", st.one_of(NUMBER, TEXT)),
    joined("count(*) filter (where {})", FACT),
    joined("bool_or({})", FACT),
    joined("string_agg({}, ',' order by id, qty, name)", TEXT),
    joined("array_agg({} order by id, qty, name)", TEXT),
)
QUERY = st.one_of(
    joined("select {}, {} from {}{} order by 1, 2", ANY, ANY, TABLES, WHERE),
    joined("select {}, {} from {}{}", AGGREGATE, AGGREGATE, TABLES, WHERE),
    joined(
        "select {}, {}, {} from {}{} group by 1, 2 order by 1, 2, 3",
        ANY, ANY, AGGREGATE, TABLES, WHERE,
    ),
    joined(
        "select id, qty, name, sum({}) over (partition by {} order by id, qty, name),"
        " rank() over (order by {} desc) from {}{} order by id, qty, name, 4, 5",
        NUMBER, FACT, NUMBER, TABLES, WHERE,
    ),
    joined(
        "select {} from {} {} select {} from {} order by 1",
        TEXT, TABLES, st.sampled_from(["union", "union all", "except", "intersect"]), TEXT, TABLES,
    ),
    joined(
        "with q as (select {} as a, {} as b from {}{})"
        " select b, count(*), max(a) from q where a > (select min(a) from q) group by b order by 1",
        NUMBER, TEXT, TABLES, WHERE,
    ),
)  # fmt: skip


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sql=QUERY)
def test_a_query_gives_the_rows_of_postgres(pair: Pair, sql: str) -> None:
    expected, found = pair.postgres.answer(sql), pair.translated.answer(sql)
    if expected.sqlstate:
        assert found.sqlstate == expected.sqlstate
    else:
        assert comparable(found) == comparable(expected)
