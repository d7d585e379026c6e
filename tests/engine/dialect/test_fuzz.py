"""Whatever the text: a translation or an SqlError, never another exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.dialect import translate
from support.dialect import Tables, relations

WORDS = (
    "select from where group by order limit offset having window over partition union all except "
    "intersect distinct on as with recursive values insert into update set delete returning using "
    "join left right full cross natural lateral exists in between and or not is null true false "
    "case when then else end cast array row any some like ilike similar to escape collate at time "
    "zone interval date timestamp extract position substring trim overlay coalesce nullif "
    "greatest least grouping sets rollup cube filter within ordinality create table temp primary "
    "key default check references alter add column drop truncate index sequence function explain "
    "analyze for update fetch first rows only tablesample qualify exclude lambda default"
).split()
NAMES = [
    "ev",
    "dep",
    "id",
    "s",
    "body",
    "arr",
    "n",
    "qty",
    "x",
    "public",
    '"Odd Name"',
    "count",
    "sum",
    "lower",
    "unnest",
    "generate_series",
    "jsonb_each",
    "int",
    "text",
    "jsonb",
]
SIGNS = [
    "(",
    ")",
    ",",
    ".",
    "*",
    "+",
    "-",
    "/",
    "%",
    "^",
    "=",
    "<",
    ">",
    "<>",
    "->",
    "->>",
    "#>",
    "@>",
    "?",
    "||",
    "::",
    "[",
    "]",
    ":",
    "{",
    "}",
    "~",
    "!~*",
    "&&",
    "=>",
    "$1",
    "$2",
    "1",
    "1.5",
    "'a'",
    "'{1,2}'",
    "'{\"a\": 1}'",
    "e'\\n'",
    "b'1'",
    "$$q$$",
]
TOKENS = st.lists(st.sampled_from(WORDS + NAMES * 2 + SIGNS * 2), min_size=1, max_size=25)
TABLES = Tables(relations())


def attempt(sql: str) -> None:
    try:
        for statement in split_statements(sql):
            translate(statement, TABLES)
    except SqlError as error:
        assert error.position is None or 1 <= error.position <= len(sql) + 1


@settings(max_examples=1500, deadline=None)
@given(TOKENS)
def test_any_words(tokens: list[str]) -> None:
    attempt("select " + " ".join(tokens))


@settings(max_examples=500, deadline=None)
@given(TOKENS, TOKENS, st.sampled_from(["where", "order by", "group by", "union select", ","]))
def test_words_in_a_query(left: list[str], right: list[str], clause: str) -> None:
    attempt(f"select {' '.join(left)} from ev {clause} {' '.join(right)}")


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    attempt(text)
