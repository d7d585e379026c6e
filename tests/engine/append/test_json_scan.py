"""The scanner that has the last word: against Python's parser, and on what parsers cannot do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_engine.append.json_scan import MAX_DEPTH, JsonTextError, Span, scan, skip_space

TOKENS = [
    "{", "}", "[", "]", ",", ":", '"k"', '"\\""', '"\\u00e9"', '"\\u00"', '"\n"', "0", "-1.5e-7",
    "00", "1.", "true", "null", "tru", " ", "\n", "x", '"',
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def python_spans(text: str) -> list[Span]:
    """The documents of a stream by Python's decoder, which must not touch when they are bare."""
    decoder = json.JSONDecoder(parse_constant=lambda name: 1 / 0)
    found = []
    at = skip_space(text, 0)
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        if text[at] not in '"[{' and end < len(text) and text[end] not in ' \t\r\n"[{':
            raise ValueError("they touch")
        found.append(Span(at, end))
        at = skip_space(text, end)
    return found


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=10).map("".join))
def test_a_stream_is_cut_as_python_cuts_it(text: str) -> None:
    try:
        wanted = python_spans(text)
    except (ValueError, ZeroDivisionError):
        with pytest.raises(JsonTextError):
            scan(text)
    else:
        assert scan(text) == wanted


@given(st.lists(VALUES, max_size=5), st.sampled_from(["", " ", "\n\t"]))
def test_the_elements_of_an_array(values: list[object], space: str) -> None:
    texts = [json.dumps(value) for value in values]
    body = space + "[" + ",".join(space + text + space for text in texts) + "]" + space
    assert [body[start:end] for start, end in scan(body, depth=1)] == texts


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("", 0, ""),
        ("[", 1, 'The text ends where a JSON value or "]" was expected'),
        ('{"a"', 4, 'The text ends where ":" was expected'),
        ('{"a" 1}', 5, 'Expected ":"'),
        ('{"a":1,}', 7, "Expected a string"),
        ("{1}", 1, 'Expected a string or "}"'),
        ("[1 2]", 3, 'Expected "," or "]"'),
        ('{"a":1]', 6, 'Expected "," or "}"'),
        ("]", 0, "Expected a JSON value"),
        ("12a", 2, "Expected the end of the document"),
        ("[" * (MAX_DEPTH + 1), MAX_DEPTH, f"Arrays and objects nest deeper than {MAX_DEPTH}"),
    ],
)
def test_where_it_is_wrong(text: str, at: int, why: str) -> None:
    if not why:
        assert scan(text) == []
        return
    with pytest.raises(JsonTextError) as refused:
        scan(text)
    assert (refused.value.at, refused.value.why) == (at, why)


def test_it_is_linear_and_does_not_recurse() -> None:
    """A megabyte of the worst: quotes, backslashes, digits, brackets up to the limit."""
    half = 500_000
    for text in (
        '"' + "\\\\" * half + '"',
        '"' + "\\\\" * half,
        "-" + "1" * half + "." + "1" * half,
        "[" + "[]," * half + "[]]",
        '{"a":{"a":' * (MAX_DEPTH // 2) + "1" + "}}" * (MAX_DEPTH // 2),
        " " * half + "\n" * half + "x",
    ):
        try:
            assert len(scan(text)) == 1
        except JsonTextError as error:
            assert error.at in (0, 2 * half)
