"""The lane's recogniser: what it takes, what it must leave to h11, and that both read alike."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_http.headers import decode_headers
from hookwire_http.paths import Address
from hookwire_http.recogniser import recognise

PLAIN = [
    b"POST /api/webhook/hookwire/public/github HTTP/1.1",
    b"Host: localhost:6876",
    b"Content-Length: 5",
    b"X-GitHub-Event: push",
]


def head(*lines: bytes) -> bytes:
    return b"\r\n".join(lines)


def plain(**replaced: bytes) -> bytes:
    """The plain head with its request line, host or length replaced, or lines added."""
    lines = [
        replaced.get("request", PLAIN[0]),
        replaced.get("host", PLAIN[1]),
        replaced.get("length", PLAIN[2]),
        PLAIN[3],
    ]
    return head(*lines, *([replaced["more"]] if "more" in replaced else []))


def test_a_plain_head_is_read() -> None:
    found = recognise(plain(more=b"Accept: */*"))
    assert found is not None
    assert found.address == Address(("hookwire", "public", "github"))
    assert (found.path, found.query) == ("/api/webhook/hookwire/public/github", None)
    assert found.length == 5 and not found.close and found.accept == "*/*"
    assert found.headers == (
        ("host", "localhost:6876"),
        ("content-length", "5"),
        ("x-github-event", "push"),
        ("accept", "*/*"),
    )


@pytest.mark.parametrize(
    "host", [b"a", b"a.example", b"a_b.example:1", b"127.0.0.1:80", b"[::1]:6876", b"[fe80::1]"]
)
def test_hosts_taken(host: bytes) -> None:
    assert recognise(plain(host=b"Host: " + host)) is not None


def test_percent_encoding_stays_within_a_segment() -> None:
    found = recognise(plain(request=b"POST /api/webhook/hookwire/a%2Fb/%C3%BC%25?x=%2F HTTP/1.1"))
    assert found is not None
    assert found.address == Address(("hookwire", "a/b", "\u00fc%"))
    assert (found.path, found.query) == ("/api/webhook/hookwire/a%2Fb/%C3%BC%25", "x=%2F")


@pytest.mark.parametrize(("value", "close"), [(b"close", True), (b"Keep-Alive", False)])
def test_connection_options(value: bytes, close: bool) -> None:
    found = recognise(plain(more=b"Connection: " + value))
    assert found is not None and found.close is close


def test_repeated_lines_are_joined() -> None:
    found = recognise(plain(more=b"X-A: 1\r\nVia: v\r\nx-a:\t2 "))
    assert found is not None
    assert found.headers[-2:] == (("x-a", "1, 2"), ("via", "v"))
    assert found.repeated == {"x-a"}


NOT_MINE = {
    "GET": plain(request=b"GET /api/webhook/hookwire/public/github HTTP/1.1"),
    "lower-case method": plain(request=b"post /api/webhook/hookwire/public/github HTTP/1.1"),
    "HTTP/1.0": plain(request=b"POST /api/webhook/hookwire/public/github HTTP/1.0"),
    "HTTP/2.0": plain(request=b"POST /api/webhook/hookwire/public/github HTTP/2.0"),
    "no version": plain(request=b"POST /api/webhook/hookwire/public/github"),
    "two spaces": plain(request=b"POST  /api/webhook/hookwire/public/github HTTP/1.1"),
    "space in target": plain(request=b"POST /api/webhook/hookwire/public/git hub HTTP/1.1"),
    "trailing space": plain(request=b"POST /api/webhook/hookwire/public/github HTTP/1.1 "),
    "tab in request line": plain(request=b"POST\t/api/webhook/hookwire/public/github HTTP/1.1"),
    "absolute form": plain(request=b"POST http://a/api/webhook/hookwire/public/g HTTP/1.1"),
    "asterisk": plain(request=b"POST * HTTP/1.1"),
    "fragment": plain(request=b"POST /api/webhook/hookwire/public/g#x HTTP/1.1"),
    "backslash": plain(request=b"POST /api/webhook\\hookwire/public/g HTTP/1.1"),
    "two segments": plain(request=b"POST /api/webhook/hookwire/github HTTP/1.1"),
    "empty segment": plain(request=b"POST /api/webhook/hookwire//github HTTP/1.1"),
    "invalid UTF-8 in a segment": plain(request=b"POST /api/webhook/a/b/%FF HTTP/1.1"),
    "another path": plain(request=b"POST /api/sql HTTP/1.1"),
    "no host": head(PLAIN[0], PLAIN[2]),
    "two hosts": plain(more=b"Host: localhost:6876"),
    "host list": plain(host=b"Host: a, b"),
    "empty host": plain(host=b"Host:"),
    "host with user": plain(host=b"Host: u@a"),
    "no length": head(PLAIN[0], PLAIN[1]),
    "plus sign": plain(length=b"Content-Length: +5"),
    "minus sign": plain(length=b"Content-Length: -5"),
    "length list": plain(length=b"Content-Length: 5, 5"),
    "length twice": plain(more=b"Content-Length: 5"),
    "two lengths": plain(more=b"Content-Length: 6"),
    "hexadecimal": plain(length=b"Content-Length: 0x5"),
    "leading zero": plain(length=b"Content-Length: 05"),
    "underscore": plain(length=b"Content-Length: 1_0"),
    "empty length": plain(length=b"Content-Length:"),
    "huge length": plain(length=b"Content-Length: 99999999999999999999"),
    "space within": plain(length=b"Content-Length: 5 5"),
    "chunked": plain(more=b"Transfer-Encoding: chunked"),
    "chunked alone": head(PLAIN[0], PLAIN[1], b"Transfer-Encoding: chunked"),
    "odd transfer-encoding": plain(more=b"transfer-encoding: \x0bchunked"),
    "space before colon": plain(more=b"Transfer-Encoding : chunked"),
    "space before length's colon": plain(length=b"Content-Length : 5"),
    "folded line": plain(more=b"X-A: 1\r\n Transfer-Encoding: chunked"),
    "folded first line": head(PLAIN[0], b" X: y", *PLAIN[1:]),
    "bare LF": plain(more=b"X-A: 1\nTransfer-Encoding: chunked"),
    "bare CR": plain(more=b"X-A: 1\rTransfer-Encoding: chunked"),
    "CR CR LF": plain(more=b"X-A: 1\r\r\nX-B: 2"),
    "NUL": plain(more=b"X-A: \x00"),
    "control character": plain(more=b"X-A: \x08"),
    "DEL": plain(more=b"X-A: \x7f"),
    "not ASCII": plain(more="X-A: é".encode()),
    "not ASCII, latin-1": plain(more=b"X-A: \xe9"),
    "no colon": plain(more=b"X-A"),
    "no colon, known name": plain(more=b"Host"),
    "empty name": plain(more=b": x"),
    "bad name": plain(more=b"X(A): 1"),
    "expect": plain(more=b"Expect: 100-continue"),
    "upgrade": plain(more=b"Upgrade: h2c"),
    "connection upgrade": plain(more=b"Connection: Upgrade"),
    "connection list": plain(more=b"Connection: keep-alive, close"),
    "connection twice": plain(more=b"Connection: close\r\nConnection: keep-alive"),
    "compressed": plain(more=b"Content-Encoding: gzip"),
    "trailers": plain(more=b"Trailer: X-A"),
    "from a browser": plain(more=b"Origin: https://a.example"),
    "empty": b"",
    "only an empty line before": head(b"", *PLAIN),
}


@pytest.mark.parametrize("name", NOT_MINE)
def test_left_to_the_full_stack(name: str) -> None:
    recognise(plain())  # so that names and targets are known already
    assert recognise(NOT_MINE[name]) is None


lines = st.one_of(
    st.sampled_from(PLAIN + [h.split(b"\r\n")[-1] for h in NOT_MINE.values()]),
    st.sampled_from([b"Connection: close", b"x-a: 1", b"X-A:2\t", b"Via:", b"A:b:c", b" fold"]),
    st.binary(max_size=20),
)
ends = st.sampled_from([b"\r\n"] * 20 + [b"\n", b"\r", b"\r\r\n", b""])


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """Mostly plain heads, with lines added, swapped in, or bytes flipped."""
    chosen = list(PLAIN) + draw(st.lists(lines, max_size=4))
    for _ in range(draw(st.integers(0, 1))):
        chosen[draw(st.integers(0, len(chosen) - 1))] = draw(lines)
    raw = bytearray(b"".join(line + draw(ends) for line in chosen[:-1]) + chosen[-1])
    if raw and draw(st.booleans()):
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


@settings(max_examples=2000, deadline=None)
@given(heads())
def test_what_is_taken_reads_as_h11_reads_it(raw: bytes) -> None:
    found = recognise(raw)
    if found is None or b"\r\n\r\n" in raw:
        return
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(raw + b"\r\n\r\n")
    request = connection.next_event()
    assert isinstance(request, h11.Request)
    query = f"?{found.query}" if found.query else ""
    assert request.method == b"POST" and request.http_version == b"1.1"
    assert request.target.decode().removesuffix("?") == (found.path + query).removesuffix("?")
    assert decode_headers(request.headers) == (found.headers, frozenset(), found.repeated)
    framing = {n: v for n, v in request.headers if n in (b"content-length", b"transfer-encoding")}
    assert framing == {b"content-length": str(found.length).encode()}
