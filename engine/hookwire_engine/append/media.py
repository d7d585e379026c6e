"""What a Content-Type says: the media type, its parameters, and the text that bytes are in it."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))', re.DOTALL)
_SHOWN = 40
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

# Labels of the Encoding standard (encoding.spec.whatwg.org) that senders use, with the names of
# Python's codecs. No other codec may be named from outside: some of them are not encodings.
_ALIASES = {
    "utf8": "utf-8",
    "ascii": "ascii",
    "us-ascii": "ascii",
    "latin1": "iso-8859-1",
    "gb2312": "gbk",
    "x-gbk": "gbk",
    "x-sjis": "shift_jis",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
}
_SAME = (
    *("utf-8", "gbk", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp"),
    *(f"iso-8859-{number}" for number in (*range(1, 12), *range(13, 17))),
    *(f"windows-{number}" for number in (874, *range(1250, 1259))),
)
CODECS = {**{name: name.replace("windows-", "cp") for name in _SAME}, **_ALIASES}


def media_type(content_type: str | None) -> str:
    """`type/subtype` in lower case; empty without one."""
    return (content_type or "").partition(";")[0].strip().lower()


def parameter(content_type: str, name: str) -> str | None:
    """A parameter's value, without its quotes (RFC 9110 5.6.6); the first of that name."""
    for found, quoted, plain in _PARAMETER.findall(content_type):
        if found.lower() == name:
            return _ESCAPED.sub(r"\1", quoted) or plain.strip()
    return None


def decode(data: bytes, charset: str | None) -> str | None:
    """Text in `charset`, or in UTF-8 without one; None: it is not, or the charset is not known."""
    codec = CODECS.get((charset or "utf-8").strip().lower())
    if codec is None:
        return None
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def shown(text: str) -> str:
    """What of a sender's text may stand in an error's sentence."""
    return "".join(c if c.isprintable() else "?" for c in text[:_SHOWN])


def is_json(kind: str) -> bool:
    """Whether a media type declares JSON (CloudEvents JSON format 1.0.2, 3.1)."""
    subtype = kind.partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")
