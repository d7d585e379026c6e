"""Names as text: keys of relations, types and functions."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.names import fold, quote_identifier, truncate
from hookwire_engine.system.name_input import name_key, name_parts, procedure_key, type_key

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_quoted_names_come_back(names: list[str]) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    assert name_parts(".".join(quoted)) == [truncate(name) for name in names]
    assert name_parts(" . ".join(quoted)) == [truncate(name) for name in names]


@given(st.from_regex(r"[A-Za-z_\u00e4][A-Za-z0-9_$\u00e4]{0,70}", fullmatch=True))
def test_bare_names_are_folded(name: str) -> None:
    assert name_parts(name) == [fold(name)]
    assert name_parts(quote_identifier(fold(name))) == [fold(name)]


SPELLINGS = [
    "a", "A.b", ' a . "B" ', '"a""b"', "a.b.c", "", ".", "a.", ".a", '"a', 'a"b"', "a b", '""',
    "a..b", '"a"b',
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_what_is_a_name(oracle: psycopg.Connection, text: str) -> None:
    """As to_regclass() takes it: an error, or the relation that nobody has."""
    try:
        oracle.execute("SELECT to_regclass(%s)", (text,))
    except psycopg.errors.InvalidName:
        assert name_parts(text) is None
    except psycopg.errors.FeatureNotSupported:
        assert len(name_parts(text) or ()) == 3  # the name of another database
    else:
        assert name_parts(text) is not None


def test_keys_leave_the_database_out() -> None:
    assert name_key("hookwire.public.t") == name_key("public.t") == name_key('PUBLIC."t"')
    assert name_key("t") != name_key("public.t")
    assert name_key("a.b.c.d") == name_key("a b") == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("INT", "integer"),
        ("pg_catalog.int4", "integer"),
        ('pg_catalog."char"', '"char"'),
        ("char", "character"),
        ('"char"', '"char"'),
        ("numeric(10, 2) [ 3 ][]", "numeric[]"),
        ("timestamp(3)  with time zone", "timestamp with time zone"),
        ("timestamp", "timestamp without time zone"),
        ("shop.mood[]", "shop\x1fmood[]"),
        ('"Mood"', "Mood"),
    ],
)
def test_type_keys(text: str, key: str) -> None:
    assert type_key(text) == key


def test_procedure_keys() -> None:
    assert procedure_key("f( int, pg_catalog.text )") == "f(integer,text)"
    assert procedure_key("Shop.f()") == "shop\x1ff()"
    assert procedure_key("f") == ""
