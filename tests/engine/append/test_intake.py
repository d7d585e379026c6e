"""From a request to rows: header filters, body formats, what is refused and how."""

from __future__ import annotations

import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
    SqlError,
)
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    HeaderFilter,
    MappedHeader,
    RequestAttribute,
    SourceOptions,
    WebhookSource,
)
from hookwire_engine.append import intake as intake_module
from hookwire_engine.append.intake import Intake, build_intakes
from hookwire_engine.append.recipes.values import ACCEPTED, Response
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.rowcodec import RowReader
from hookwire_engine.append.system import IntakeDefaults, SystemLimits
from support.webhooks import read_columns

NAME = ObjectName("hookwire", "public", "s")
HEADERS = (("host", "h"), ("authorization", "secret"), ("x-kind", "k"), ("x-empty", ""))


def source(body_format: BodyFormat = BodyFormat.TEXT, **changes: object) -> WebhookSource:
    return WebhookSource(1, NAME, body_format, "ext", **changes)  # type: ignore[arg-type]


def request(body: bytes = b"body", **changes: object) -> WebhookRequest:
    fields: dict[str, object] = {"headers": HEADERS, "received_at_us": 5}
    return WebhookRequest(body=body, **{**fields, **changes})  # type: ignore[arg-type]


def columns(made: WebhookSource, sent: WebhookRequest) -> list[list[object]]:
    packed = Intake(made).pack(sent)
    reader = RowReader(made)
    reader.add(packed.payload, packed.count)
    return read_columns(reader)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([], ["host", "authorization", "x-kind", "x-empty"]),
        (["x-kind"], ["x-kind"]),
        (["x-kind", "host", "not-sent"], ["host", "x-kind"]),
        (["not-sent"], []),
        (["NOT authorization"], ["host", "x-kind", "x-empty"]),
        (["NOT authorization", "NOT host"], ["x-kind", "x-empty"]),
        (["x-kind", "NOT x-kind"], []),
        (["x-kind", "host", "NOT x-kind"], ["host"]),
        (["NOT x-kind", "host"], ["host"]),
    ],
)
def test_which_headers_pass(filters: list[str], names: list[str]) -> None:
    made = source(
        include_headers=tuple(
            HeaderFilter(f.removeprefix("NOT "), f.startswith("NOT ")) for f in filters
        )
    )
    wanted = [(name, value) for name, value in HEADERS if name in names]
    assert columns(made, request()) == [["body"], [wanted]]


def test_mapped_headers_are_null_when_they_were_not_sent() -> None:
    made = source(
        mapped_headers=(
            MappedHeader("x-kind", "kind"),
            MappedHeader("x-none", "none"),
            MappedHeader("x-empty", "empty"),
            MappedHeader("x-none", "none_bytes", True),
            MappedHeader("x-empty", "empty_bytes", True),
        )
    )
    assert columns(made, request())[1:] == [["k"], [None], [""], [None], [b""]]


def test_a_mapped_header_is_seen_even_where_the_filter_keeps_it_out() -> None:
    made = source(
        include_headers=(HeaderFilter("x-kind", True),),
        mapped_headers=(MappedHeader("x-kind", "kind"),),
    )
    headers, kind = columns(made, request())[1:]
    assert "x-kind" not in dict(headers[0])  # type: ignore[call-overload]
    assert kind == ["k"]


def test_headers_in_latin_1_come_back_as_bytes_and_as_text() -> None:
    made = source(
        mapped_headers=(
            MappedHeader("x-old", "bytes", True),
            MappedHeader("x-old", "text"),
            MappedHeader("x-new", "utf8", True),
        )
    )
    sent = request(
        headers=(("x-old", "caf\xe9"), ("x-new", "caf\xe9")), latin1_headers=frozenset({"x-old"})
    )
    assert columns(made, sent)[1:] == [[b"caf\xe9"], ["caf\xe9"], ["caf\xe9".encode()]]


def test_a_repeated_name_is_joined() -> None:
    """The store would refuse a map with a key twice, and with it the whole batch."""
    sent = request(headers=(("a", "1"), ("b", "2"), ("a", "3")))
    assert columns(source(include_headers=()), sent)[1] == [[("a", "1, 3"), ("b", "2")]]


def test_attributes() -> None:
    attributes = tuple(AttributeColumn(a, a.default_column) for a in RequestAttribute)
    sent = request(
        path="/p", query="q=1", remote_address="::1", request_id=bytes(range(16)), method="PUT"
    )
    assert columns(source(attributes=attributes), sent)[1:] == [
        [5], [bytes(range(16))], ["::1"], ["PUT"], ["/p"], ["q=1"],
    ]  # fmt: skip
    bare = request(request_id=bytes(16))
    assert columns(source(attributes=attributes), bare)[3] == [None]
    assert columns(source(attributes=attributes), bare)[6] == [None]


ALL = source(
    BodyFormat.BYTES,
    include_headers=(),
    mapped_headers=(MappedHeader("x-raw", "raw", True), MappedHeader("x-text", "text")),
    attributes=(AttributeColumn(RequestAttribute.PATH, "path"),),
)


@pytest.mark.parametrize(
    "sent",
    [
        request(headers=(("a", "x\x00y"),)),
        request(headers=(("a\x00", "x"),)),
        request(headers=(("x-raw", "x\x00y"),)),
        request(headers=(("x-text", "\x00"),)),
        request(path="/\x00"),
        request(path="/\udc80"),
        request(headers=(("a", "\ud800"),)),
        request(BodyFormat.TEXT.value.encode() + b"\x00", headers=(("a", "\x00"),)),
    ],
)
def test_what_text_cannot_hold_is_refused_in_headers_and_url(sent: WebhookRequest) -> None:
    with pytest.raises(CharacterNotInRepertoire) as refused:
        Intake(ALL).pack(sent)
    assert refused.value.sqlstate == "22021"


def test_bodies_as_text() -> None:
    for body in (b"", b"  \n", "é中😀\ufeff".encode(), b"\x01\x7f\r\n"):
        assert columns(source(), request(body)) == [[body.decode()]]
    with pytest.raises(CharacterNotInRepertoire) as refused:
        Intake(source()).pack(request(b"abc\xff"))
    assert refused.value.message == 'invalid byte sequence for encoding "UTF8": 0xff'
    assert refused.value.detail == "The byte is number 4 of the body."
    with pytest.raises(CharacterNotInRepertoire, match="0x00"):
        Intake(source()).pack(request(b"a\x00b"))


def test_bodies_as_bytes() -> None:
    everything = bytes(range(256))
    for body in (b"", everything):
        assert columns(source(BodyFormat.BYTES), request(body)) == [[body]]


@pytest.mark.parametrize(
    ("body", "json", "json_array"),
    [
        (b"", 0, 0),
        (b" \n\t ", 0, 0),
        (b"{}", 1, 1),
        (b"[]", 1, 0),
        (b"[1, [2, 3], []]", 1, 3),
        (b"1 2\n3", 3, 3),
        (b'{"a":1}{"b":2}[3,4]', 3, 4),
        (b"[[]][[],[]]", 2, 3),
        (b"null", 1, 1),
    ],
)
def test_how_many_rows_a_body_is(body: bytes, json: int, json_array: int) -> None:
    assert Intake(source(BodyFormat.JSON)).pack(request(body)).count == json
    assert Intake(source(BodyFormat.JSON_ARRAY)).pack(request(body)).count == json_array


@pytest.mark.parametrize("body", [b"{} x", b"[1,]", b"[1", b"{}\n{", b"\xef\xbb\xbf{}"])
def test_a_request_is_all_or_nothing(body: bytes) -> None:
    for body_format in (BodyFormat.JSON, BodyFormat.JSON_ARRAY):
        with pytest.raises(InvalidTextRepresentation):
            Intake(source(body_format)).pack(request(body))


@pytest.mark.parametrize(
    ("body_format", "fits", "too_many"),
    [
        (BodyFormat.JSON, b"1 2 3", b"1 2 3 4"),
        (BodyFormat.JSON, b"1\n2\n3", b"1\n2\n3\n4"),
        (BodyFormat.JSON, b"[1,2,3,4]", b"1 [2] 3 [4]"),
        (BodyFormat.JSON_ARRAY, b"[1,2,3]", b"[1,2,3,4]"),
        (BodyFormat.JSON_ARRAY, b"[1] [2,3]", b"[1,2] [3,4]"),
        (BodyFormat.JSON_ARRAY, b"[1] 2 3", b"[1] 2 3 4"),
    ],
)
def test_too_many_rows(body_format: BodyFormat, fits: bytes, too_many: bytes) -> None:
    made = Intake(source(body_format, options=SourceOptions(max_rows_per_request=3)))
    made.pack(request(fits))
    with pytest.raises(ProgramLimitExceeded) as refused:
        made.pack(request(too_many))
    assert refused.value.message == "the request has more than 3 rows"
    assert "max_rows_per_request" in (refused.value.hint or "")


def test_a_limit_of_no_rows() -> None:
    options = SourceOptions(max_rows_per_request=0)
    for body_format in BodyFormat:
        with pytest.raises(ProgramLimitExceeded):
            Intake(source(body_format, options=options)).pack(request(b"1"))


def test_headers_may_not_grow_without_bound_by_being_repeated() -> None:
    """1,000 bytes of headers in each of 100,000 rows of a body of 200 kB."""
    made = Intake(
        source(
            BodyFormat.JSON_ARRAY,
            include_headers=(),
            options=SourceOptions(max_rows_per_request=1_000_000),
        )
    )
    rows = intake_module.MAX_SHARED_BYTES // 1000
    body = b"[" + b"1," * rows + b"1]"
    made.pack(request(body))
    with pytest.raises(ProgramLimitExceeded, match="the headers of the request, repeated in"):
        made.pack(request(body, headers=(("x", "y" * 1000),)))
    made.pack(request(b"1", headers=(("x", "y" * 1000 * rows),)))


def test_limits_and_answers_of_a_source_go_before_the_system_wide_ones() -> None:
    plain = Intake(source())
    assert (plain.max_body_bytes, plain.max_rows) == (16384, 10_000)
    assert plain.success == Response()
    defaults = SystemLimits(defaults=IntakeDefaults(5, 6, 201, "é", "drop"))
    other = Intake(source(), defaults)
    assert (other.max_body_bytes, other.max_rows) == (5, 6)
    headers = (("content-type", "text/plain; charset=utf-8"),)
    assert other.success == Response(201, "é".encode(), headers)
    assert (plain.on_reject, other.on_reject) == ("log", "drop")
    own = Intake(source(options=SourceOptions(7, 8, "", 204)), defaults)
    assert (own.max_body_bytes, own.max_rows) == (7, 8)
    assert own.success == Response(204)


def test_a_source_without_validation_takes_every_request() -> None:
    made = Intake(source())
    assert (made.judges, made.paused, made.rate) == (False, False, None)
    assert made.methods == {"POST", "PUT"}
    assert made.judge(request()) is ACCEPTED
    assert made.admits("192.0.2.1") and made.admits(None)


def test_a_source_s_limits_beside_the_system_wide_ones() -> None:
    defaults = IntakeDefaults(burst=9, allow_ips=("10.0.0.0/8",), block_ips=("10.0.0.7",))
    limits = SystemLimits(defaults=defaults)
    inherited = Intake(source(options=SourceOptions(max_requests_per_second=2)), limits)
    assert inherited.rate == (2.0, 9.0)
    assert inherited.admits("10.0.0.1") and not inherited.admits("10.0.0.7")
    assert not inherited.admits("11.0.0.1") and not inherited.admits(None)
    own = SourceOptions(max_requests_per_second=2, burst=5, allow_ips=(), block_ips=("::1",))
    made = Intake(source(options=own), limits)
    assert made.rate == (2.0, 5.0)
    assert made.admits("10.0.0.7") and made.admits(None) and not made.admits("::1")
    assert Intake(source(options=SourceOptions(burst=5)), limits).rate is None


def test_intakes_are_found_by_name_and_external_id_and_kept() -> None:
    one = WebhookSource(2, NAME, BodyFormat.TEXT, "one")
    two = WebhookSource(3, ObjectName("hookwire", "Other", "S"), BodyFormat.JSON, "two")
    catalog = Catalog.empty().changed(added=[one, two])
    intakes = build_intakes(catalog, None)
    found = intakes.find("hookwire", "Other", "S")
    assert found is not None
    assert found.source == two
    assert intakes.find("hookwire", "other", "s") is None
    assert intakes.find_by_external_id("two") is found
    assert intakes.find_by_external_id("none") is None
    renamed = WebhookSource(2, ObjectName("hookwire", "public", "t"), BodyFormat.TEXT, "one")
    after = build_intakes(catalog.changed(replaced=[(one, renamed)]), intakes)
    assert after.get(3) is found
    assert after.find("hookwire", "public", "s") is None
    assert after.find_by_external_id("one") is not intakes.find_by_external_id("one")
    assert build_intakes(catalog, intakes, SystemLimits(queue_bytes=1)).get(3) is found
    for limits, url in (
        (SystemLimits(defaults=IntakeDefaults(1)), ""),
        (SystemLimits(check_memory_bytes=1), ""),
        (SystemLimits(), "https://hooks.example.com"),
    ):
        assert build_intakes(catalog, intakes, limits, public_url=url).get(3) is not found


def test_errors_say_nothing_of_the_headers() -> None:
    with pytest.raises(SqlError) as refused:
        Intake(ALL).pack(request(headers=(("authorization", "Bearer s3cret\x00"),)))
    assert "s3cret" not in str(refused.value) + str(refused.value.detail)
