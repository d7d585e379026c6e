"""Which bodies are JSON, judged by PostgreSQL's jsonb and Python's json, and their exact text."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator

import orjson
import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
    SqlError,
)
from hookwire_engine.append.json_scan import MAX_DEPTH
from hookwire_engine.append.json_text import documents, members
from support.postgres import PostgresServer

MANY = 1_000_000

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A JSON document in one of the many ways to write it."""
    value = draw(VALUES)
    return json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, None, 1, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (" ,\r\n ", " : ")])),
    )


PIECES = [
    "{", "}", "[", "]", ",", ":", '"a"', '""', "0", "-0", "1", "01", "-", "1.", ".5", "1.50", "1e5",
    "1E+05", "1e", "1e-", "+1", "true", "false", "null", "nul", "True", "NaN", "Infinity",
    "-Infinity", '"\\u0000"', '"\\\\u0000"', '"\\ud800"', '"\\udc00"', '"\\ud83d\\ude00"',
    '"\\ud83d\\ud83d"', '"\\uD83D\\uDE00\\ude00"', '"\\ud83d x"', '"\\n\\/\\b"', '"\\x"', '"\\u12"',
    '"\\u12g4"', '"\t"', '"\x01"', '"\x7f"', '"é"', '"', "\\", " ", "\n", "\t", "\r", "\x0b",
    "\xa0", "\ufeff", "'a'", "/**/", "//", "123456789012345678901234567890", "0x1", "1_000",
    "0.1e309", "1a", '"a"1', "\u2028", "\x00", "\x85",
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A document with something wrong in it, perhaps."""
    text = draw(texts())
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 2))
        piece = draw(st.sampled_from(["", *PIECES]))
        text = text[:at] + piece + text[at + cut :]
    return text


CANDIDATES = broken() | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def rows(text: str, *, expand: bool = False) -> list[str] | None:
    """What the body becomes; None where it is refused."""
    try:
        return [row.decode() for row in documents(text.encode(), expand=expand, limit=MANY)]
    except InvalidTextRepresentation:
        return None


def python_accepts(text: str) -> bool:
    """As Python's json, without what it knows beyond RFC 8259 or PostgreSQL refuses."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        value = json.loads(text, parse_constant=refuse, parse_int=len, parse_float=len)
    except ValueError:
        return False
    return "\x00" not in (all_text := strings(value)) and not any(
        0xD800 <= ord(c) < 0xE000 for c in all_text
    )


def strings(value: object) -> str:
    """Every string in a value, keys included."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(strings, value))
    if isinstance(value, dict):
        return "".join(k + strings(v) for k, v in value.items())
    return ""


@settings(max_examples=1500, deadline=None)
@given(CANDIDATES)
@example("\ufeff{}")
@example("[1]\x00")
@example('{"a":1}\n\x0b')
def test_one_document_is_accepted_as_python_accepts_it(text: str) -> None:
    found = rows(text)
    if python_accepts(text):
        assert found == [text]
    else:
        assert found is None or len(found) != 1


@pytest.fixture(scope="module")
def jsonb(postgres: PostgresServer) -> Iterator[Callable[[str], bool]]:
    """Whether PostgreSQL takes a text as jsonb."""
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute(
            """
            CREATE FUNCTION pg_temp.takes(document text) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM document::jsonb;
                RETURN true;
            EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
                RETURN false;
            END $$
            """
        )

        def takes(text: str) -> bool:
            row = connection.execute("SELECT pg_temp.takes(%s)", [text]).fetchone()
            assert row is not None
            return bool(row[0])

        yield takes


# What its text cannot hold, and exponents beyond its numeric: we keep every number as it is.
_NOT_FOR_POSTGRESQL = re.compile(r"\x00|[eE][+-]?[0-9]{4}")


@settings(max_examples=800, deadline=None)
@given(text=CANDIDATES.filter(lambda text: not _NOT_FOR_POSTGRESQL.search(text)))
def test_one_document_is_accepted_as_postgresql_accepts_it(
    jsonb: Callable[[str], bool], text: str
) -> None:
    found = rows(text)
    assert (found is not None and len(found) == 1) == jsonb(text)


SPACES = st.text(" \t\r\n", max_size=3)
JOINTS = st.text(" \t\r\n", min_size=1, max_size=3)


@given(st.lists(st.tuples(texts(), JOINTS), min_size=2, max_size=6), SPACES)
def test_a_stream_of_documents(parts: list[tuple[str, str]], lead: str) -> None:
    body = lead + "".join(text + joint for text, joint in parts)
    assert rows(body) == [text for text, _ in parts]


@given(st.lists(texts().filter(lambda text: text[0] in '[{"'), min_size=2, max_size=6))
def test_documents_that_end_by_themselves_need_nothing_between(parts: list[str]) -> None:
    assert rows("".join(parts)) == parts


@given(st.lists(VALUES.map(lambda v: json.dumps(v, ensure_ascii=False)), min_size=2, max_size=9))
def test_ndjson(lines: list[str]) -> None:
    for end in ("\n", "\r\n", "\n\n"):
        assert rows(end.join(lines)) == lines
        assert rows(end.join([*lines, ""])) == lines


@given(st.lists(st.tuples(SPACES, texts(), SPACES), max_size=5), SPACES, SPACES)
def test_the_elements_of_an_array(
    parts: list[tuple[str, str, str]], before: str, after: str
) -> None:
    body = before + "[" + ",".join(map("".join, parts)) + "]" + after
    assert rows(body, expand=True) == [text for _, text, _ in parts]
    twice = rows(body + " " + body, expand=True)
    assert twice == [text for _, text, _ in parts] * 2


KEYS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.mark.parametrize("nested", [0, 1500], ids=["flat", "deep"])
@given(st.lists(st.tuples(KEYS, texts()), max_size=5), st.sampled_from(["", " ", "\r\n\t"]))
def test_the_members_of_an_object(nested: int, pairs: list[tuple[str, str]], gap: str) -> None:
    """Also where the parser in C runs out of recursion."""
    pairs = [*pairs, ("last", "[" * nested + "0" + "]" * nested)]
    written = (f"{gap}{json.dumps(name)}{gap}:{gap}{text}{gap}" for name, text in pairs)
    found = members(gap + "{" + ",".join(written) + "}" + gap)
    assert [(name, text) for name, text, _ in found] == pairs
    strings = (json.loads(text) if text.startswith('"') else None for _, text in pairs)
    assert [string for _, _, string in found] == list(strings)
    assert members(f"{{{gap}}}") == []


@given(texts(), SPACES, SPACES)
def test_one_document_is_the_whole_body(text: str, before: str, after: str) -> None:
    body = before + text + after
    assert rows(body) == [body]


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 123456789012345678901234567890, "a": 1.10, "a": 2, "Z": 1e400, "b": -0.0}',
        '"\\u00e9\\ud83d\\ude00\\/"',
        "1E+0400",
        "9" * 10_000,
        "0." + "1" * 5_000,
        '{"":{"":[]}}',
        "[" * 1100 + "]" * 1100,
        '{"a":' * 1500 + "1" + "}" * 1500,
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        '["' + "[" * 5000 + '"]',
    ],
)
def test_every_digit_and_key_stays(text: str) -> None:
    assert rows(text) == [text]
    assert rows(f"{text}\n{text}") == [text, text]
    assert rows(f" [ {text} , {text} ] ", expand=True) in (
        [text, text],
        None if text.count("[") + text.count("{") > MAX_DEPTH - 1 else [],
    )


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_depth_has_a_limit_that_does_not_depend_on_the_parser(opening: str) -> None:
    deep = 100_000
    closing = "".join({"[": "]", "{": "}"}[c] for c in reversed(opening) if c in "[{")
    levels = sum(c in "[{" for c in opening)
    most = MAX_DEPTH // levels
    assert rows(opening * most + "1" + closing * most) is not None
    for count in (most + 1, deep):
        body = opening * count + "1" + closing * count
        for text in (body, f"1 {body}", f"{body}\n{body}"):
            with pytest.raises(InvalidTextRepresentation) as refused:
                documents(text.encode(), limit=MANY)
            assert f"nest deeper than {MAX_DEPTH}" in (refused.value.detail or "")
    with pytest.raises(InvalidTextRepresentation):
        documents((opening * deep).encode(), limit=MANY)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("[1,\n2,,3]", 'Expected a JSON value: line 2, column 3, near ",3]".'),
        ("NaN", 'NaN is not JSON: line 1, column 1, near "NaN".'),
        ('["NaN", -Infinity]', '-Infinity is not JSON: line 1, column 9, near "-Infinity]".'),
        ("1true", 'Expected the end of the document: line 1, column 2, near "true".'),
        ('["\\u0000"]', '\\u0000 cannot be converted to text: line 1, column 3, near "\\u0000"]".'),
        ('["é\\ud800"]', "A Unicode surrogate must be one of a pair, high before low: line 1,"
         ' column 4, near "\\ud800"]".'),
        ("\ufeff{}", "A byte order mark may not begin a JSON text: line 1, column 1, near"
         ' "?{}".'),
        ('{}\n\x07', 'Expected a JSON value: line 2, column 1, near "?".'),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(text: str, detail: str) -> None:
    with pytest.raises(InvalidTextRepresentation) as refused:
        documents(text.encode(), limit=MANY)
    assert refused.value.message == "invalid input syntax for type json"
    assert refused.value.detail == detail


def test_the_place_of_what_only_the_parser_knows() -> None:
    """Its words differ between Python's versions."""
    with pytest.raises(InvalidTextRepresentation) as refused:
        documents(b'[1,\n {"a" 1}]', limit=MANY)
    assert ': line 2, column 7, near "1}]".' in (refused.value.detail or "")


def test_a_body_that_is_not_utf8() -> None:
    for body in (b'"\xff"', b'{"a":"\xc3"}', b"\xff\xfe1\x00", b"1\n\x80", b'"\xed\xa0\x80"'):
        with pytest.raises(CharacterNotInRepertoire) as refused:
            documents(body, limit=MANY)
        assert refused.value.sqlstate == "22021"


def test_limits_count_rows() -> None:
    for body, expand in ((b"1 2 3", False), (b"1\n2\n3", False), (b"[1,2] [3]", True)):
        assert len(documents(body, expand=expand, limit=3)) == 3
        with pytest.raises(ProgramLimitExceeded):
            documents(body, expand=expand, limit=2)


def test_random_bytes_never_raise_anything_else() -> None:
    randomness = random.Random(1)
    seeds = [
        orjson.dumps({"a": [1, 2.5, "é", None, {"b": "\\"}]}),
        b"[1]\n[2]\n",
        b'"\xf0\x9f\x98\x80"',
    ]
    for number in range(6_000):
        body = bytearray(seeds[number % len(seeds)] * 2)
        for _ in range(3):
            body[randomness.randrange(len(body))] = randomness.randrange(256)
        try:
            found = documents(bytes(body), expand=bool(number % 2), limit=MANY)
        except SqlError as error:
            assert error.sqlstate in ("22P02", "22021")
        else:
            for row in found:
                json.loads(row)
