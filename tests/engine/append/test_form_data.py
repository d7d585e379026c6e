"""Forms: the URL standard's decoding, charsets, what is refused, one JSON object."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
)
from hookwire_engine.append.checks.check import compile_check
from hookwire_engine.append.form_data import fields, form_object
from hookwire_engine.append.multipart import MAX_FIELDS
from hookwire_engine.append.request import WebhookRequest

URLENCODED = "application/x-www-form-urlencoded"
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=10)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=6)


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        (b"", []),
        (b"&", []),
        (b"a", [("a", "")]),
        (b"a=", [("a", "")]),
        (b"=", [("", "")]),
        (b"=b", [("", "b")]),
        (b"a&b", [("a", ""), ("b", "")]),
        (b"a=b&&c=d&", [("a", "b"), ("c", "d")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a+b=+c+", [("a b", " c ")]),
        (b"a%20b=%2B%26%3D", [("a b", "+&=")]),
        (b"a=%", [("a", "%")]),
        (b"a=%4", [("a", "%4")]),
        (b"a=%zz%41%4g", [("a", "%zzA%4g")]),
        (b"a=%%34%31", [("a", "%41")]),
        (b"a=%e2%82%AC", [("a", "\u20ac")]),
        ("a=é😀".encode(), [("a", "é😀")]),
        (b"a=%EF%BB%BFb", [("a", "\ufeffb")]),
        (b"a;b=c;d", [("a;b", "c;d")]),
        (b"a[]=1&a[b]=2\r\n", [("a[]", "1"), ("a[b]", "2\r\n")]),
        (b"id=0&id=%31", [("id", "0"), ("id", "1")]),
    ],
)
def test_urlencoded(body: bytes, pairs: list[tuple[str, str]]) -> None:
    """Most are of the web platform tests for the standard (url/urlencoded-parser)."""
    assert fields(URLENCODED, body) == pairs
    assert fields(None, body) == pairs


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ("", b"{}"),
        ("b=1&a=2", b'{"b":"1","a":"2"}'),
        ("a=1&b=x&a=2&a=", b'{"a":["1","2",""],"b":"x"}'),
        ("=1", b'{"":"1"}'),
        ("a=%C3%A9%F0%9F%98%80%22%5C%0A%01/%7F", '{"a":"é😀\\"\\\\\\n\\u0001/\x7f"}'.encode()),
        ("n=1.10&t=true&z=null", b'{"n":"1.10","t":"true","z":"null"}'),
    ],
)
def test_one_object(pairs: str, text: bytes) -> None:
    assert form_object(URLENCODED, pairs.encode()) == text


def grouped(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


@given(PAIRS)
def test_round_trips(pairs: list[tuple[str, str]]) -> None:
    body = urlencode(pairs).encode()
    assert fields(URLENCODED, body) == pairs
    assert list(orjson.loads(form_object(None, body)).items()) == list(grouped(pairs).items())


@given(st.text(st.sampled_from("a=&%+41C3 é"), max_size=30))
def test_the_standard_library_reads_the_same(text: str) -> None:
    try:
        theirs = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(CharacterNotInRepertoire):
            fields(URLENCODED, text.encode())
        return
    assert fields(URLENCODED, text.encode()) == theirs


@given(st.lists(st.tuples(st.sampled_from("abc"), TEXT)))
def test_both_ways_of_sending_give_one_object(pairs: list[tuple[str, str]]) -> None:
    boundary, body = encode_multipart(MultiDict(pairs), boundary="x1")
    multipart = form_object(f'Multipart/Form-Data; boundary="{boundary}"', body)
    assert multipart == form_object(None, urlencode(sorted(pairs, key=_first(pairs))).encode())


def _first(pairs: list[tuple[str, str]]) -> Any:
    names = [name for name, _ in pairs]
    return lambda pair: names.index(pair[0])


def multipart(*parts: bytes) -> tuple[str, bytes]:
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return "multipart/form-data; boundary=x", body + b"--x--\r\n"


def test_charsets() -> None:
    assert fields(URLENCODED + "; charset=ISO-8859-1", b"a=%E9\xe8") == [("a", "éè")]
    assert fields(URLENCODED + "; charset=Shift_JIS", b"a=%93%FA") == [("a", "日")]
    typed = b'name="a"\r\nContent-Type: text/plain; charset="windows-1252"\r\n\r\n\x80'
    assert fields(*multipart(typed)) == [("a", "€")]
    stated = b'name="_charset_"\r\n\r\niso-8859-1'
    plain = b'name="\xc3\xa9"\r\n\r\n\xe9'
    assert fields(*multipart(plain, typed, stated)) == [
        ("é", "é"), ("a", "€"), ("_charset_", "iso-8859-1"),
    ]  # fmt: skip


def test_files_are_left_out() -> None:
    file = b'name="a"; filename="f"\r\nContent-Type: image/png\r\n\r\n\xff\x00'
    assert form_object(*multipart(file, b'name="a"\r\n\r\nx', file)) == b'{"a":"x"}'
    assert form_object(*multipart(file)) == b"{}"


NOT_A_FORM = "a form is sent as application/x-www-form-urlencoded or multipart/form-data, not as "
REFUSED = [
    ("application/json", b"{}", "22P02", NOT_A_FORM + "application/json"),
    ("text/plain", b"a=b", "22P02", NOT_A_FORM + "text/plain"),
    ("x\ny" + "z" * 99, b"a=b", "22P02", NOT_A_FORM + "x?y" + "z" * 37),
    (None, b"a=%FF", "22021", 'the form\'s field "a" is not valid UTF-8'),
    (None, b"%C3%28=x", "22021", "the name of a form's field is not valid UTF-8"),
    (None, b"a=%00", "22021", 'the form\'s field "a" has a NUL, which text cannot hold'),
    (None, b"a%00=b", "22021", "the name of a form's field has a NUL, which text cannot hold"),
    (None, b"a=%ED%A0%80", "22021", 'the form\'s field "a" is not valid UTF-8'),
    (URLENCODED + ";charset=rot13", b"a=b", "22P02", "the charset rot13 of the form is not known"),
    (URLENCODED + ";charset=ascii", b"a=%80", "22021", 'the form\'s field "a" is not valid ascii'),
    (*multipart(b'name="b\\"c"\r\n\r\n\xff'), "22021",
     'the form\'s field "b"c" is not valid UTF-8'),
    (*multipart(b'name="a"\r\nContent-Type: text/plain; charset=zip\r\n\r\nx'), "22P02",
     "the charset zip of the form is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "body", "sqlstate", "message"), REFUSED)
def test_refused(content_type: str | None, body: bytes, sqlstate: str, message: str) -> None:
    with pytest.raises((InvalidTextRepresentation, CharacterNotInRepertoire)) as refused:
        form_object(content_type, body)
    assert (refused.value.sqlstate, refused.value.message) == (sqlstate, message)


def test_a_form_has_a_limit_of_fields() -> None:
    body = b"&".join([b"a"] * MAX_FIELDS)
    assert len(fields(None, body)) == MAX_FIELDS
    with pytest.raises(ProgramLimitExceeded, match="the form has more than 10000 fields"):
        fields(None, body + b"&a")


@pytest.mark.parametrize(
    ("content_type", "body", "passes"),
    [
        (URLENCODED, b"token=s+3", True),
        (None, b"x=1&token=s%203", True),
        (*multipart(b'name="token"\r\n\r\ns 3'), True),
        (URLENCODED + "; charset=latin1", b"token=s+3", True),
        (URLENCODED, b"token=s+3&token=s+3", False),
        (URLENCODED, b"token=s+3&x=%ff", False),
        ("application/json", b"token=s+3", False),
    ],
)
def test_a_check_reads_the_same_form(content_type: str | None, body: bytes, passes: bool) -> None:
    check = compile_check("CHECK (WITH (FORM) form['token'] = 's 3')", {})
    headers = () if content_type is None else (("content-type", content_type),)
    assert check.evaluate(WebhookRequest(headers, body, 1), {}, 1) is passes
