"""CloudEvents in three modes: the specification's examples, exact data, what is refused."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
)
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import BodyFormat, SourceOptions, WebhookSource
from hookwire_engine.append.cloudevents import BATCH, STRUCTURED
from hookwire_engine.append.event_time import microseconds
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.rowcodec import RowReader
from support.webhooks import TEXT, read_columns, requests, shared_columns, sources

SOURCE = WebhookSource(1, ObjectName("hookwire", "public", "s"), BodyFormat.CLOUDEVENTS, "x")
NAMES = [column.name for column in SOURCE.columns]
REQUIRED = {"specversion": "1.0", "id": "A234-1234-1234", "source": "/s", "type": "t"}
BINARY = tuple((f"ce-{name}", value) for name, value in REQUIRED.items())
Row = dict[str, Any]


def rows(request: WebhookRequest, source: WebhookSource = SOURCE) -> list[Row]:
    packed = Intake(source).pack(request)
    reader = RowReader(source)
    if packed.count:
        reader.add(packed.payload, packed.count)
    names = [column.name for column in source.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*read_columns(reader), strict=True)]


def binary(body: bytes, *headers: tuple[str, str]) -> Row:
    (row,) = rows(WebhookRequest((*BINARY, *headers), body, 1))
    return row


def structured(body: bytes | dict[str, Any], content_type: str = STRUCTURED) -> Row:
    (row,) = rows(json_request(body, content_type))
    return row


def json_request(body: Any, content_type: str) -> WebhookRequest:
    text = body if isinstance(body, bytes) else orjson.dumps(body)
    return WebhookRequest((("content-type", content_type),), text, 1)


EXAMPLE: dict[str, Any] = {
    "specversion": "1.0",
    "type": "com.github.pull_request.opened",
    "source": "https://github.com/cloudevents/spec/pull",
    "subject": "123",
    "id": "A234-1234-1234",
    "time": "2018-04-05T17:31:00Z",
    "comexampleextension1": "value",
    "comexampleothervalue": 5,
    "datacontenttype": "text/xml",
    "data": '<much wow="xml"/>',
}
EXAMPLE_ROW: Row = {
    "id": "A234-1234-1234",
    "source": "https://github.com/cloudevents/spec/pull",
    "type": "com.github.pull_request.opened",
    "specversion": "1.0",
    "time": microseconds("2018-04-05T17:31:00Z"),
    "subject": "123",
    "datacontenttype": "text/xml",
    "dataschema": None,
    "data": '"<much wow=\\"xml\\"/>"',
    "extensions": '{"comexampleextension1":"value","comexampleothervalue":5}',
}


def test_the_example_of_the_specification_as_json() -> None:
    """CloudEvents 1.0.2, 5 "Example"."""
    assert structured(EXAMPLE) == EXAMPLE_ROW
    assert list(EXAMPLE_ROW) == NAMES


def test_the_example_of_the_specification_as_headers() -> None:
    names = [name for name in EXAMPLE if name not in ("data", "datacontenttype")]
    headers = (*((f"ce-{n}", str(EXAMPLE[n])) for n in names), ("content-type", "text/xml"))
    (row,) = rows(WebhookRequest(headers, EXAMPLE["data"].encode(), 1))
    extensions = '{"comexampleextension1":"value","comexampleothervalue":"5"}'
    assert row == {**EXAMPLE_ROW, "extensions": extensions}


def test_the_example_of_the_specification_as_a_batch() -> None:
    """JSON format 4.3; the second event has no data."""
    second = {**REQUIRED, "data": None}
    first, other, last = rows(json_request([EXAMPLE, second, REQUIRED], BATCH))
    assert first == EXAMPLE_ROW
    assert (other["data"], last["data"], last["time"]) == ("null", None, None)
    assert last["extensions"] == "{}"


def test_an_empty_batch_is_no_row() -> None:
    assert rows(json_request(b" [ ]\n", BATCH + "; charset=utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"b": 1.10,\n "a":[1E400, "\\u00e9é\\/"], "b":2}',
        *(" [ ] ", "null", '"x"', "-0", "[" * 99 + "]" * 99),
    ],
)
def test_json_is_kept_as_it_was_sent(text: str) -> None:
    assert binary(text.encode(), ("content-type", "application/vnd.x+json"))["data"] == text
    members = ",".join(f'"{name}":"{value}"' for name, value in REQUIRED.items())
    for event in (f'{{"data":{text},{members}}}', f'{{{members} , "data" : {text}\n}}'):
        assert structured(event.encode())["data"] == text.strip(" ")
        assert rows(json_request(f"[{event},{event}]".encode(), BATCH))[1]["data"] == text.strip()


def test_events_nested_deeper_than_the_fast_scanner_goes() -> None:
    text = '{"x":' * 1500 + '["é"]' + "}" * 1500
    members = ",".join(f'"{name}":"{value}"' for name, value in REQUIRED.items())
    row = structured(f'{{"\\u0065xt":{text},{members},"data":{text}}}'.encode())
    assert (row["data"], row["extensions"]) == (text, f'{{"ext":{text}}}')


@pytest.mark.parametrize(
    ("content_type", "data", "shown"),
    [
        ("text/plain", b"h\xc3\xa9 \"'\n", '"hé \\"\'\\n"'),
        ("text/plain; charset=iso-8859-1", b"\xe9", '"é"'),
        ("application/x; charset=utf-8", b"x", '"x"'),
        ("application/xml", b"<a/>", '"<a/>"'),
        ("image/svg+xml", b"<a/>", '"<a/>"'),
        ("application/json", b'{"a": 1}', '{"a": 1}'),
        ("application/octet-stream", b"abc", '"YWJj"'),
        ("image/png", b"\x89PNG\x00", '"iVBORwA="'),
        (None, b'{"a": 1}', '{"a": 1}'),
        (None, b"{a", '"{a"'),
        (None, b"1 2", '"1 2"'),
        (None, b"\xff", '"/w=="'),
        (None, b"a\x00", '"YQA="'),
        ("text/plain", b"", None),
    ],
)
def test_data_is_the_same_in_both_modes(
    content_type: str | None, data: bytes, shown: str | None
) -> None:
    typed = () if content_type is None else (("content-type", content_type),)
    row = binary(data, *typed)
    assert (row["data"], row["datacontenttype"]) == (shown, content_type)
    event = {**REQUIRED, "datacontenttype": content_type}
    if data:
        event["data_base64"] = base64.b64encode(data).decode()
    assert structured(event) == row


def test_data_in_a_json_event_is_json_whatever_its_type_says() -> None:
    event = {**REQUIRED, "datacontenttype": "text/plain", "data": {"a": [1]}}
    assert structured(event)["data"] == '{"a":[1]}'


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ('"quoted \\"text\\" \\\\ %41"', 'quoted "text" \\ A'),
        ('say "hi"', 'say "hi"'),
        ("100%", "100%"),
        ("a%25b+c", "a%b+c"),
        ("é", "é"),
        ("", ""),
    ],
)
def test_header_values(sent: str, value: str) -> None:
    """HTTP protocol binding 3.1.3.2; what is no escape stays."""
    row = binary(b"", ("ce-subject", sent), ("ce-ext1", sent), ("ce-", "x"))
    assert row["subject"] == value
    assert json.loads(row["extensions"]) == {"ext1": value, "": "x"}


def test_null_attributes_are_absent_and_extensions_keep_their_types() -> None:
    extensions = '"b":true,"n":-1,"s":"é\\u00e9","none":null,"o":{"a": 1}'
    members = ",".join(f'"{name}":"{value}"' for name, value in REQUIRED.items())
    row = structured(f'{{{extensions},{members},"subject":null,"time":null}}'.encode())
    assert (row["subject"], row["time"]) == (None, None)
    assert row["extensions"] == '{"b":true,"n":-1,"s":"é\\u00e9","o":{"a": 1}}'


def without(name: str) -> dict[str, str]:
    return {n: v for n, v in REQUIRED.items() if n != name}


VERSION = 'CloudEvents of version "0.3" are not supported; send 1.0'
REFUSED: list[tuple[Any, str, str]] = [
    *((without(name), STRUCTURED, f'the event lacks the attribute "{name}"') for name in REQUIRED),
    ({**REQUIRED, "id": ""}, STRUCTURED, 'the event lacks the attribute "id"'),
    ({**REQUIRED, "id": 7}, STRUCTURED, 'the event\'s "id" must be a string'),
    ({**REQUIRED, "subject": ["a"]}, STRUCTURED, 'the event\'s "subject" must be a string'),
    ({**REQUIRED, "specversion": "0.3"}, STRUCTURED, VERSION),
    ({**REQUIRED, "time": "now"}, STRUCTURED, 'the event\'s time "now" is not RFC 3339'),
    ({**REQUIRED, "data_base64": "YQ"}, STRUCTURED, 'the event\'s "data_base64" is not base64'),
    ({**REQUIRED, "data_base64": "Y\u00e9=="}, STRUCTURED,
     'the event\'s "data_base64" is not base64'),
    ({**REQUIRED, "data_base64": 1}, STRUCTURED, 'the event\'s "data_base64" must be a string'),
    ({**REQUIRED, "data": 1, "data_base64": "YQ=="}, STRUCTURED,
     "an event has data or data_base64, not both"),
    ([REQUIRED], STRUCTURED, "an event is a JSON object"),
    (b"", STRUCTURED, "the body must be one JSON document, not 0"),
    (b"{}{}", STRUCTURED, "the body must be one JSON document, not 2"),
    (b"{", STRUCTURED, "invalid input syntax for type json"),
    (REQUIRED, BATCH, "a batch of events is a JSON array"),
    ([REQUIRED, 1], BATCH, "an event is a JSON object"),
    ([REQUIRED, {}], BATCH, 'the event lacks the attribute "specversion"'),
    (REQUIRED, "application/cloudevents+avro",
     f"events are sent as {STRUCTURED} or {BATCH}, not as application/cloudevents+avro"),
    (REQUIRED, "application/json", 'the event lacks the attribute "specversion"'),
]  # fmt: skip


@pytest.mark.parametrize(("body", "content_type", "message"), REFUSED)
def test_refused(body: Any, content_type: str, message: str) -> None:
    with pytest.raises(InvalidTextRepresentation) as refused:
        rows(json_request(body, content_type))
    assert refused.value.message == message


HEADERS_REFUSED: list[tuple[dict[str, str], bytes, str]] = [
    ({"ce-id": ""}, b"", 'the event lacks the attribute "id"'),
    ({"ce-specversion": "0.3"}, b"", VERSION),
    ({"ce-time": "2018-04-05"}, b"", 'the event\'s time "2018-04-05" is not RFC 3339'),
    ({"ce-id": "a%00"}, b"", "an attribute of the event has a NUL"),
    ({"ce-id": "\ud800"}, b"", "an attribute of the event is not valid UTF-8"),
    ({"ce-x": "%ff"}, b"", "the header ce-x is not valid UTF-8 once percent-decoded"),
    ({"content-type": "application/json"}, b"{", "invalid input syntax for type json"),
    ({"content-type": "application/json"}, b"1 2",
     "the event's data must be one JSON document, not 2"),
    ({"content-type": "text/plain"}, b"\xff", "the event's data is not valid text in UTF-8"),
    ({"content-type": "text/plain"}, b"\x00", "the event's data is not valid text in UTF-8"),
    ({"content-type": "text/plain; charset=zip"}, b"x",
     "the event's data is not valid text in zip"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "body", "message"), HEADERS_REFUSED)
def test_refused_in_binary_mode(headers: dict[str, str], body: bytes, message: str) -> None:
    given_headers = tuple({**dict(BINARY), **headers}.items())
    with pytest.raises((InvalidTextRepresentation, CharacterNotInRepertoire)) as refused:
        rows(WebhookRequest(given_headers, body, 1))
    assert refused.value.message == message


def test_an_attribute_in_two_headers_is_refused() -> None:
    joined = WebhookRequest(
        (("ce-x", "1, 2"), *BINARY), b"", 1, repeated_headers=frozenset({"ce-x"})
    )
    apart = WebhookRequest((*BINARY, ("ce-x", "1"), ("ce-x", "2")), b"", 1)
    for request in (joined, apart):
        with pytest.raises(InvalidTextRepresentation, match="the header ce-x is repeated"):
            rows(request)


def test_a_batch_has_a_limit_of_rows() -> None:
    limited = WebhookSource(
        1, SOURCE.name, BodyFormat.CLOUDEVENTS, "x", options=SourceOptions(max_rows_per_request=2)
    )
    assert len(rows(json_request([REQUIRED] * 2, BATCH), limited)) == 2
    with pytest.raises(ProgramLimitExceeded):
        rows(json_request([REQUIRED] * 3, BATCH), limited)


ATTRIBUTES = st.fixed_dictionaries(
    {name: TEXT.filter(bool) for name in ("id", "source", "type")},
    optional={"subject": TEXT, "dataschema": TEXT, "extone": TEXT, "ext2": TEXT},
)


@given(ATTRIBUTES, TEXT.filter(bool))
def test_an_event_is_the_same_row_in_all_modes(attributes: dict[str, str], text: str) -> None:
    event = {**attributes, "specversion": "1.0", "datacontenttype": "text/plain", "data": text}
    row = structured(event)
    assert rows(json_request([event], BATCH)) == [row]
    headers = tuple((f"ce-{n}", quote(v)) for n, v in attributes.items())
    headers += (("ce-specversion", "1.0"), ("content-type", "text/plain"))
    assert rows(WebhookRequest(headers, text.encode(), 1)) == [row]
    known = {name: value for name, value in attributes.items() if name in NAMES}
    assert {name: row[name] for name in known} == known
    assert json.loads(row["data"]) == text


@given(sources([BodyFormat.CLOUDEVENTS, BodyFormat.FORM]), requests())
def test_the_columns_behind_are_those_of_any_source(
    source: WebhookSource, request: WebhookRequest
) -> None:
    events = source.body_format is BodyFormat.CLOUDEVENTS
    batch = json_request([REQUIRED, EXAMPLE], BATCH) if events else WebhookRequest((), b"a=b", 1)
    headers = [pair for pair in request.headers if pair[0] != "content-type"]
    sent = WebhookRequest(
        headers=(*headers, *batch.headers),
        body=batch.body,
        received_at_us=request.received_at_us,
        query=request.query,
        request_id=request.request_id,
        latin1_headers=request.latin1_headers - {"content-type"},
    )
    found = [list(row.values()) for row in rows(sent, source)]
    first = len(source.body_format.columns)
    assert [row[first:] for row in found] == [shared_columns(source, sent)] * (2 if events else 1)
    assert found[-1][:first] == (list(EXAMPLE_ROW.values()) if events else ['{"a":"b"}'])
