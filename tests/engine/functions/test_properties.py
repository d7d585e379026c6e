"""Properties over generated values, with PostgreSQL 15 as the judge."""

from __future__ import annotations

import json
import math
from typing import Any, Protocol

import psycopg
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.formats.date_out import as_strftime
from hookwire_engine.functions.intervals import interval_text
from hookwire_engine.functions.jsonb.compare import contains_text, sort_key
from hookwire_engine.functions.jsonb.document import normal
from hookwire_engine.functions.regex.functions import regexp_match, regexp_replace


class Connection(Protocol):
    def execute(self, sql: str, parameters: Any = ...) -> Any: ...


many = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

_characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
_strings = st.text(_characters, max_size=6)
_numbers = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?([eE][-+]?[0-9]{1,2})?", fullmatch=True),
)
_spaces = st.sampled_from(["", " ", "\n", "  "])


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    members = draw(
        st.lists(st.tuples(st.sampled_from("a b aa B".split()) | _strings, inner), max_size=4)
    )
    gap = draw(_spaces)
    return "{" + ",".join(f"{gap}{json.dumps(k)}{gap}:{gap}{v}" for k, v in members) + "}"


_documents = st.recursive(
    st.one_of(
        st.sampled_from(["null", "true", "false", '"a"', '"b"', "1", "1.0"]),
        _numbers,
        _strings.map(json.dumps),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + " , ".join(items) + "]"),
        _objects(inner),
    ),
    max_leaves=8,
)


@many
@given(_documents)
def test_normal_form(pg: Connection, document: str) -> None:
    assert normal(document) == pg.execute("SELECT %s::jsonb::text", (document,)).fetchall()[0][0]


@many
@given(_documents)
def test_normal_form_is_a_fixed_point(document: str) -> None:
    assert normal(normal(document)) == normal(document)
    assert sort_key(document) == sort_key(normal(document))


@many
@given(_documents, _documents)
def test_order_and_equality(pg: Connection, left: str, right: str) -> None:
    less, equal = pg.execute(
        "SELECT a < b, a = b FROM (SELECT %s::jsonb AS a, %s::jsonb AS b) AS one", (left, right)
    ).fetchall()[0]
    assert (sort_key(left) < sort_key(right), sort_key(left) == sort_key(right)) == (less, equal)


@many
@given(_documents, _documents)
def test_containment(pg: Connection, outer: str, inner: str) -> None:
    theirs = pg.execute("SELECT %s::jsonb @> %s::jsonb", (outer, inner)).fetchall()[0][0]
    assert contains_text(outer, inner) == theirs


@many
@given(_documents)
def test_a_document_contains_itself_and_its_parts(document: str) -> None:
    assert contains_text(document, document)
    value = json.loads(document)
    if isinstance(value, dict):
        for key, item in value.items():
            assert contains_text(document, json.dumps({key: item})) or not _exact(item)


def _exact(value: object) -> bool:
    """Whether Python's json gives the numbers in it back as they were."""
    if isinstance(value, dict):
        return all(map(_exact, value.values()))
    if isinstance(value, list):
        return all(map(_exact, value))
    return not isinstance(value, float)


@many
@given(_documents, st.sampled_from(["a", "b", "aa", "B", "", "x"]))
def test_a_key_read_by_duckdb(duck: Connection, pg: Connection, document: str, key: str) -> None:
    """`->` and `->>` of a document as it was sent, which DuckDB's JSON functions mostly answer."""
    assume(not _repeats_a_key(document))
    theirs = pg.execute(
        "SELECT (d -> %s)::text, d ->> %s FROM (SELECT %s::jsonb AS d) AS one",
        (key, key, document),
    ).fetchall()
    ours = duck.execute(
        "SELECT CAST(memory.hw.jsonb_get(d, $1) AS VARCHAR), memory.hw.jsonb_get_text(d, $1)"
        " FROM (SELECT CAST($2 AS JSON) AS d)",
        [key, document],
    ).fetchall()
    assert ours == theirs


def _repeats_a_key(document: str) -> bool:
    repeated = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated.append(len(dict(members)) != len(members))
        return dict(members)

    json.loads(document, object_pairs_hook=pairs)
    return any(repeated)


_atoms = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        r"\d",
        r"\w",
        "(a)",
        "(b|ab)",
        "(?:a|b)",
        "(a|b|ab)",
        "^",
        "$",
        "c",
    ]
)
_quantifiers = st.sampled_from(
    ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,1}?"]
)


@st.composite
def _regexes(draw: st.DrawFn) -> str:
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        atom = draw(_atoms)
        pieces.append(atom + ("" if atom in "^$" else draw(_quantifiers)))
    return draw(st.sampled_from(["", "", "a|"])) + "".join(pieces)


@many
@given(_regexes(), st.text("abc1", max_size=6))
def test_regular_expressions_match_alike(pg: Connection, pattern: str, text: str) -> None:
    """Where a match begins and ends; how groups share it is Perl's rule here."""
    sql = "SELECT regexp_replace(%s, %s, '[\\&]'), regexp_match(%s, %s) IS NULL"
    try:
        theirs = pg.execute(sql, (text, pattern, text, pattern)).fetchall()[0]
    except psycopg.Error as error:
        theirs = (error.sqlstate, None)
    try:
        ours = (
            regexp_replace(text, pattern, "[\\&]"),
            regexp_match(text, pattern) is None,
        )
    except Fault as fault:
        assert theirs[1] is None and str(theirs[0]) in str(fault)
        return
    assert ours == theirs


@many
@given(_regexes(), st.text("abc1", max_size=6))
def test_re2_and_python_agree(duck: Connection, pattern: str, text: str) -> None:
    """A literal pattern is matched by RE2; the answer is that of the exact engine."""
    ours = duck.execute("SELECT memory.hw.regex_like(?, ?)", [text, pattern]).fetchall()[0][0]
    assert ours == (regexp_match(text, pattern) is not None)


_parts = st.integers(-40, 40)


@many
@given(_parts, _parts, st.integers(-(10**12), 10**12))
def test_interval_text(pg: Connection, months: int, days: int, micros: int) -> None:
    theirs = pg.execute(
        "SELECT (make_interval(months => %s, days => %s) + %s * interval '1 microsecond')::text",
        (months, days, micros),
    ).fetchall()[0][0]
    assert interval_text(months, days, micros) == theirs


@many
@given(_parts, _parts, st.integers(-(10**9), 10**9), st.floats(-50, 50).map(lambda f: round(f, 3)))
def test_interval_arithmetic(
    duck: Connection, pg: Connection, months: int, days: int, micros: int, factor: float
) -> None:
    theirs = pg.execute(
        "SELECT (i * %s::float8)::text, justify_interval(i)::text, extract(epoch FROM i)::float8"
        " FROM (SELECT make_interval(months => %s, days => %s)"
        " + %s * interval '1 microsecond' AS i) AS one",
        (factor, months, days, micros),
    ).fetchall()
    ours = duck.execute(
        "SELECT memory.hw.interval_text(memory.hw.interval_mul(i, $4)),"
        " memory.hw.interval_text(memory.hw.justify_interval(i)),"
        " memory.hw.date_part_interval('epoch', i)"
        " FROM (SELECT to_months($1) + to_days($2) + to_microseconds($3) AS i)",
        [months, days, micros, factor],
    ).fetchall()
    assert ours == theirs


_TEMPLATE_PARTS = """YYYY YY MM DD HH24 HH12 MI SS MS US Mon Month FMMonth Dy Day DDD D ID IW IYYY
Q J AM CC WW - : T / "q" th FM"""
_templates = st.lists(st.sampled_from([*_TEMPLATE_PARTS.split(), " "]), min_size=1, max_size=6).map(
    "".join
)


@many
@given(_templates, st.datetimes())
def test_to_char(duck: Connection, pg: Connection, template: str, moment: Any) -> None:
    """The exact target and the fast one, which uses strftime where it can, on any moment."""
    written = moment.isoformat(sep=" ")
    theirs = pg.execute("SELECT to_char(%s::timestamp, %s)", (written, template)).fetchall()[0][0]
    literal = template.replace("'", "''")
    ours = duck.execute(
        f"SELECT memory.hw.to_char_timestamp(m, '{literal}'),"
        f" memory.hw.to_char_timestamp_fast(m, '{literal}')"
        f" FROM (SELECT TIMESTAMP '{written}' AS m)"
    ).fetchall()[0]
    assert ours == (theirs, theirs), as_strftime(template)


@many
@given(
    st.decimals(-(10**9), 10**9, places=3),
    st.lists(st.sampled_from(["9", "0", "9", ",", "."]), min_size=1, max_size=9).map("".join),
    st.sampled_from(["", "FM", "S", "MI"]),
)
def test_to_char_of_numbers(
    duck: Connection, pg: Connection, number: Any, digits: str, prefix: str
) -> None:
    template = prefix + digits
    assume(digits.count(".") < 2)
    theirs = pg.execute("SELECT to_char(%s::numeric, %s)", (number, template)).fetchall()[0][0]
    ours = duck.execute(
        "SELECT memory.hw.to_char_number(CAST($1 AS VARCHAR), $2)", [str(number), template]
    ).fetchall()[0][0]
    assert ours == theirs


@many
@given(st.decimals(-(10**9), 10**9, places=4), st.decimals(-(10**6), 10**6, places=6))
def test_numeric_division(duck: Connection, pg: Connection, left: Any, right: Any) -> None:
    assume(right != 0)
    theirs = pg.execute("SELECT round(%s::numeric / %s::numeric, 16)", (left, right)).fetchall()[0][
        0
    ]
    ours = duck.execute(
        "SELECT memory.hw.numeric_div(CAST($1 AS DECIMAL(20,4)), CAST($2 AS DECIMAL(20,6)))",
        [str(left), str(right)],
    ).fetchall()[0][0]
    scale = -min(theirs.as_tuple().exponent, 0)
    assert math.isclose(ours, theirs, rel_tol=1e-15) or abs(ours - theirs) <= 10**-scale


@many
@given(st.floats(allow_nan=False) | st.floats(width=32, allow_nan=False))
def test_float_text(duck: Connection, pg: Connection, value: float) -> None:
    theirs = pg.execute("SELECT %s::float8::text", (value,)).fetchall()[0][0]
    ours = duck.execute("SELECT memory.hw.float_text(CAST(? AS DOUBLE))", [value]).fetchall()[0][0]
    # PostgreSQL takes a digit more where the shortest text lies half way to the next value.
    assert ours == theirs or (float(ours) == value and len(ours) < len(theirs))
