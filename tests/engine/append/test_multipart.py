"""multipart/form-data: what senders write, what is malformed, and that it takes one pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import encode_multipart

from hookwire_catalog.errors import InvalidTextRepresentation, ProgramLimitExceeded
from hookwire_engine.append.multipart import MAX_FIELDS, MAX_PART_HEAD_BYTES, Part, parts

TYPE = "multipart/form-data; boundary=b"


def read(*lines: str, content_type: str = TYPE) -> list[Part]:
    return list(parts(content_type, "\r\n".join(lines).encode()))


def field(disposition: str, value: str = "v") -> list[Part]:
    return read("--b", f"Content-Disposition: form-data; {disposition}", "", value, "--b--")


def test_the_example_of_the_standard() -> None:
    """RFC 7578, with an empty line before, an epilogue and padding (RFC 2046)."""
    assert read(
        "", "--b \t", "content-disposition: form-data; name=field1", "", "Joe", "",
        "--b", 'Content-Disposition: form-data;\r\n name="pics"; filename="a.txt"',
        "Content-Type: text/plain", "", "... contents ...", "--b",
        'CONTENT-DISPOSITION: form-data; name=""', "content-type: text/plain;charset=windows-1252",
        "content-transfer-encoding: 8BIT", "", "--c", "--b--", "epilogue", "--b",
    ) == [
        Part(b"field1", b"Joe\r\n", None, False),
        Part(b"pics", b"", "text/plain", True),
        Part(b"", b"--c", "text/plain;charset=windows-1252", False),
    ]  # fmt: skip


def test_a_form_without_fields() -> None:
    assert read("--b--", "") == []


def test_an_empty_value_may_share_the_line_break_of_the_boundary() -> None:
    assert read("--b", HEAD, "", "--b--") == read("--b", HEAD, "", "", "--b--")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="a"', b"a"),
        ("name=a", b"a"),
        ('NAME="a;b=c"', b"a;b=c"),
        ('name="%22a%0D%0A%41"', b'"a\r\n%41'),
        (r'name="say \"hi\" \\ \n"', rb'say "hi" \ \n'),
        ('name="back\\"', b"back\\"),
        ('name="é"', "é".encode()),
        ("name*=utf-8''x; name=\"y\"", b"y"),
    ],
)
def test_names(disposition: str, name: bytes) -> None:
    assert field(disposition) == [Part(name, b"v", None, False)]


@pytest.mark.parametrize(
    "file", ['filename="f"', "filename=f", "filename*=utf-8''f", 'filename=""']
)
def test_files_are_told_by_their_file_name(file: str) -> None:
    assert field(f'name="a"; {file}', "x" * 100) == [Part(b"a", b"", None, True)]
    assert field(f'{file}; name="a"') == [Part(b"a", b"", None, True)]


HEAD = 'Content-Disposition: form-data; name="a"'
MALFORMED = [
    (["--b", HEAD, "", "v", "--b--"], "multipart/form-data", "no boundary"),
    (["--b", HEAD, "", "v", "--b--"], "multipart/form-data; boundary=" + "x" * 71, "no boundary"),
    ([], TYPE, "it does not begin with its boundary"),
    (["x--b", HEAD, "", "v", "--b--"], TYPE, "it does not begin with its boundary"),
    (["--b", HEAD, "", "v"], TYPE, "its last boundary is not there"),
    (["--b", HEAD, "", "v", "--b"], TYPE, "a boundary's line goes on"),
    (["--b", HEAD, "", "v", "--bc", "", "--b--"], TYPE, "a boundary's line goes on"),
    (["--b\n" + HEAD + "\n\nv\n--b--"], TYPE, "a boundary's line goes on"),
    (["--b", "--b--"], TYPE, "a part has no header"),
    (["--b", HEAD, "--b--"], TYPE, "a part has no header"),
    (["preamble", "--b", HEAD, "", "v", "--b--"], TYPE, "it does not begin"),
    (["--b", HEAD, "x: " + "y" * MAX_PART_HEAD_BYTES, "", "v", "--b--"], TYPE, "no header"),
    (["--b", "", "v", "--b--"], TYPE, "a part has no header"),
    (["--b", "x: y", "", "v", "--b--"], TYPE, "a part has no name"),
    (["--b", "Content-Disposition: form-data", "", "v", "--b--"], TYPE, "a part has no name"),
    (["--b", HEAD.replace("form-data", "file"), "", "v", "--b--"], TYPE, "a part has no name"),
    (["--b", HEAD, "Content-Transfer-Encoding: base64", "", "v", "--b--"], TYPE, "is encoded"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "content_type", "why"), MALFORMED)
def test_malformed(lines: list[str], content_type: str, why: str) -> None:
    with pytest.raises(InvalidTextRepresentation, match=why) as refused:
        read(*lines, content_type=content_type)
    assert refused.value.message.startswith("the body is not valid multipart/form-data: ")


def test_there_is_a_limit_of_parts() -> None:
    one = f"--b\r\n{HEAD}\r\n\r\n\r\n".encode()
    assert len(list(parts(TYPE, one * MAX_FIELDS + b"--b--"))) == MAX_FIELDS
    with pytest.raises(ProgramLimitExceeded, match="the form has more than 10000 fields"):
        list(parts(TYPE, one * (MAX_FIELDS + 1) + b"--b--"))


@given(st.lists(st.tuples(st.from_regex(r"[ -!#-\[\]-~é中]{1,8}", fullmatch=True), st.text())))
def test_what_werkzeug_writes(pairs: list[tuple[str, str]]) -> None:
    boundary, body = encode_multipart(MultiDict(pairs), boundary="8a3f")
    found = parts(f"multipart/form-data; boundary={boundary}", body)
    sent = [(name, value) for name, values in MultiDict(pairs).lists() for value in values]
    assert [(p.name.decode(), p.value.decode()) for p in found] == sent


@given(st.lists(st.sampled_from([b"--b", b"\r\n", b"--", HEAD.encode(), b"x", b"\r\n\r\n"])))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    try:
        found = list(parts(TYPE, b"".join(pieces)))
    except InvalidTextRepresentation:
        return
    assert {part.name for part in found} <= {b"a"}
