from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_catalog.split import split_statements

FRAGMENTS = st.sampled_from(
    [
        "select 1", "select 'a;b'", "select E'\\';'", "select $$;$$", "select $x$;$$;$x$",
        'select 1 as ";"', "select 1 /* ; /* ; */ ; */", "select 1 -- ;\n", "select U&'\\003b;'",
        "select (1)", "select 'a\\'", "values (1, ';')", "select 'a'\n';'", "-- ;\n", "/* ; */",
        " ",
        "select $a1$;$a1$", "select b'1', x'f'",
    ]
)  # fmt: skip


def texts(sql: str) -> list[str]:
    return [statement.text for statement in split_statements(sql)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        (" ; ;; -- nothing\n /* ; */ ;", []),
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        ("select 1 ; select 2", ["select 1", "select 2"]),
        ("/* a */ select 1 /* b */; -- c\nselect 2 -- d", ["select 1", "select 2"]),
        ("select ';' ; select E'\\';'", ["select ';'", "select E'\\';'"]),
        ("select 'a\\';select '2'", ["select 'a\\'", "select '2'"]),
        ("do $$ begin; end $$; select 1", ["do $$ begin; end $$", "select 1"]),
        ("select $q$ ; $$ ; $q$;x", ["select $q$ ; $$ ; $q$", "x"]),
        ('select ";";y', ['select ";"', "y"]),
        ("/* a /* b */ ; c */ select 1", ["select 1"]),
        ("select 1 # 2; select 3", ["select 1 # 2", "select 3"]),
        ("select a[1] || array[';']; b", ["select a[1] || array[';']", "b"]),
        ("create rule r as on insert to t do (a; b); c",
         ["create rule r as on insert to t do (a; b)", "c"]),
        ("select 1); select 2", ["select 1)", "select 2"]),
    ],
)  # fmt: skip
def test_split(sql: str, expected: list[str]) -> None:
    assert texts(sql) == expected


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fragments=st.lists(FRAGMENTS))
def test_postgresql_runs_as_many(oracle: psycopg.Connection[Any], fragments: list[str]) -> None:
    script = ";".join(fragments)
    cursor = oracle.execute(script)
    results = [cursor.statusmessage]
    while cursor.nextset():
        results.append(cursor.statusmessage)
    ran = [message for message in results if message]
    assert len(split_statements(script)) == len(ran)


@given(fragments=st.lists(FRAGMENTS))
def test_positions_lead_back_to_the_script(fragments: list[str]) -> None:
    script = ";\n".join(fragments)
    for statement in split_statements(script):
        assert script.startswith(statement.text, statement.start)
        for token in statement.tokens:
            assert statement.text[token.start : token.end] == token.text
        assert statement.tokens[0].start == 0
        assert statement.tokens[-1].end == len(statement.text)


def test_words() -> None:
    (statement,) = split_statements('Create /* x */ SOURCE "s"')
    assert statement.words(2) == ("create", "source")
    assert statement.words(9) == ("create", "source", '"s"')
