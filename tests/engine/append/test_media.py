"""Content types, their parameters and charsets."""

from __future__ import annotations

import pytest

from hookwire_engine.append.media import CODECS, decode, is_json, media_type, parameter


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        (None, ""),
        ("", ""),
        ("Text/Plain", "text/plain"),
        (" application/JSON ; charset=utf-8", "application/json"),
    ],
)
def test_media_types(content_type: str | None, kind: str) -> None:
    assert media_type(content_type) == kind


@pytest.mark.parametrize(
    ("content_type", "value"),
    [
        ("a/b", None),
        ("a/b; charset=utf-8", "utf-8"),
        ("a/b;CHARSET=UTF-8", "UTF-8"),
        ('a/b; x=";charset=no"; charset="y e\\"s\\\\"', 'y e"s\\'),
        ("a/b; charset=one; charset=two", "one"),
        ("a/b; charset = spaced ; q=1", "spaced"),
        ("a/b; charset=a/b=c", "a/b=c"),
        ("a/b; notcharset=1", None),
        ('a/b; charset="open', None),
    ],
)
def test_parameters(content_type: str, value: str | None) -> None:
    assert (parameter(content_type, "charset") or None) == value


def test_charsets() -> None:
    assert decode("é".encode(), None) == "é"
    assert decode(b"\xe9", None) is None
    assert decode(b"\xe9", "ISO-8859-1") == "é"
    assert decode(b"\x80", "windows-1252") == "€"
    assert decode("日本".encode("shift_jis"), "Shift_JIS") == "日本"
    for name in ("rot13", "zip", "idna", "punycode", "unicode_escape", "utf-16", "nosuch"):
        assert decode(b"a", name) is None
    assert all(decode(b"a", name) == "a" for name in CODECS)


def test_what_declares_json() -> None:
    assert all(map(is_json, ("application/json", "text/json", "application/vnd.x+json")))
    assert not any(map(is_json, ("", "json", "text/plain", "application/jsonp", "a/json+xml")))
