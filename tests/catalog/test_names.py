from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_catalog import types
from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import tokenize
from hookwire_catalog.names import (
    MAX_IDENTIFIER_BYTES,
    ObjectName,
    fold,
    format_global_id,
    quote_identifier,
    quote_literal,
    relation_oid,
    truncate,
    webhook_path,
)

Oracle = psycopg.Connection[Any]
TEXT = st.text(min_size=1).filter(lambda text: "\0" not in text)


def one(oracle: Oracle, sql: str) -> Any:
    row = oracle.execute(sql).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    "name",
    [
        "abc",
        "ABC",
        "_x$1",
        "äÖ",
        "x" * 63,
        "X" * 64,
        "é" * 32,
        "aé" * 31,
        "😀" * 20,
        "a" + "😀" * 20,
    ],
)
def test_postgresql_folds_and_cuts_alike(oracle: Oracle, name: str) -> None:
    with oracle.transaction(force_rollback=True):
        oracle.execute(f"CREATE TEMP TABLE {name} ()")
        stored = one(oracle, "SELECT relname FROM pg_class ORDER BY oid DESC LIMIT 1")
    assert fold(name) == stored


@given(TEXT)
def test_cutting(name: str) -> None:
    cut = truncate(name)
    assert name.startswith(cut)
    assert len(cut.encode()) <= MAX_IDENTIFIER_BYTES
    assert cut == name or len(name[: len(cut) + 1].encode()) > MAX_IDENTIFIER_BYTES


@given(TEXT)
def test_a_quoted_identifier_reads_back(name: str) -> None:
    (token,) = tokenize(quote_identifier(name))
    assert token.value == truncate(name)
    assert not token.is_word(*RESERVED)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_a_quoted_literal_reads_back(oracle: Oracle, text: str) -> None:
    (token,) = tokenize(quote_literal(text))
    assert token.value == text == one(oracle, f"SELECT {quote_literal(text)}")


def test_postgresql_s_reserved_words(oracle: Oracle) -> None:
    rows = oracle.execute("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")
    assert {word for (word,) in rows} - RESERVED == set()
    assert RESERVED - {
        word for (word,) in oracle.execute("SELECT word FROM pg_get_keywords()")
    } == {
        "system_user"  # since 16
    }


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (ObjectName("hookwire", "public", "s"), "/api/webhook/hookwire/public/s"),
        (ObjectName("hookwire", "public", "odd-(]%/'"),
         "/api/webhook/hookwire/public/odd-(]%25%2F'"),
        (ObjectName("hookwire", "a b", "é?#"), "/api/webhook/hookwire/a%20b/%C3%A9%3F%23"),
    ],
)  # fmt: skip
def test_webhook_path(name: ObjectName, path: str) -> None:
    assert webhook_path(name) == path


@given(TEXT, TEXT)
def test_a_path_has_five_segments_that_read_back(schema: str, name: str) -> None:
    path = webhook_path(ObjectName("hookwire", schema, name))
    assert path.isascii()
    assert [unquote(part) for part in path.split("/")[3:]] == ["hookwire", schema, name]


def test_ids() -> None:
    assert format_global_id(7) == "u7"
    assert relation_oid(7) == 20_007
    assert str(ObjectName("hookwire", "A", "select")) == '"A"."select"'


def test_types_are_those_of_pg_type(oracle: Oracle) -> None:
    rows = oracle.execute(
        "SELECT oid, typname, typlen, typarray, typcategory, typelem, format_type(oid, NULL)"
        " FROM pg_type"
    )
    known = {row[0]: row[1:] for row in rows}
    for oid, found in types.BY_OID.items():
        if found in (types.HSTORE, types.ARRAY_TYPES[types.HSTORE.oid], types.VOID):
            continue
        element = found.element.oid if found.element is not None else None
        name, length, array, category, actual, display = known[oid]
        assert (name, length, category, display) == (
            found.name, found.length, found.category, found.display,
        )  # fmt: skip
        assert found.array_oid == array or found is types.UNKNOWN or element is not None
        assert element in (None, actual)


def test_an_array_of_arrays_is_that_array() -> None:
    array = types.array_of(types.INT4)
    assert array.name == "_int4"
    assert array.element is types.INT4
    assert types.array_of(array) is array
    assert types.BY_NAME["_int4"] is array
