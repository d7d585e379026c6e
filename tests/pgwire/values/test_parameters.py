"""Parameters of Bind, good and bad, as PostgreSQL reads them and as DuckDB then has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import BY_NAME, PgType
from hookwire_pgwire.values import Rendering, decode_parameter
from support.golden import BINARY_FORMAT, FORMATS, TEXT_FORMAT, Golden, encoded

DUCK = {"float4": "FLOAT", "float8": "DOUBLE", "numeric": "DECIMAL(38, 10)", "bytea": "BLOB",
        "varbit": "BIT", "oid": "UINTEGER", "inet": "VARCHAR", "timetz": "VARCHAR"}  # fmt: skip


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(":memory:")
    yield connection
    connection.close()


def _through(duck: duckdb.DuckDBPyConnection, type_: PgType, value: object) -> bytes | None:
    """The binary form of a decoded parameter after DuckDB had it in its hands."""
    name = DUCK.get(type_.name, type_.name)
    relation = duck.sql(f"SELECT CAST($1 AS {name}) AS v", params=[value])
    array = relation.to_arrow_table().column("v").combine_chunks()
    return encoded(array, type_, BINARY_FORMAT)[0]


GOOD: dict[str, list[str]] = {
    "bool": ["t", "true", "y", "yes", "on", "1", "f", "FALSE", "no", "of", "off", "0", " t ", "tr"],
    "int2": ["0", "-32768", "32767", " 12 ", "+5", "007"],
    "int4": ["0", "-2147483648", "2147483647", "\t1\n"],
    "int8": ["0", "-9223372036854775808", "9223372036854775807"],
    "oid": ["0", "4294967295", "-1", "17"],
    "float4": ["0.1", "1e-45", "3.4028235e38", "inf", "-Infinity", "NaN", "16777217", ".5", "1.",
               "-0"],
    "float8": ["0.1", "5e-324", "1.7976931348623157e308", "+inf", "-infinity", "nan", "1E5", " 7 ",
               "-0"],
    "numeric": ["0", "1.10", "-0.0000000001", "1234567890123456789012345678.0123456789", "1e3",
                "12e-3",
                " 5 ", "+.5", "5."],
    "text": ["", "it's", "naïve 中文 😀", " pad "],
    "bytea": ["", "\\x", "\\x00ff", "\\x 00 FF", "abc", "a\\\\b", "\\000\\377"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
             "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}"],
    "varbit": ["1", "0", "1010", "b101", "xFf", "X0"],
    "inet": ["127.0.0.1", "10.0.0.0/8", "::1", "fe80::1/64"],
    "date": ["2024-02-29", "20240229", "2024/2/9", "1/2/2024", "Feb 29, 2024", "29 Feb 2024",
             "29-Feb-2024",
             "0044-03-15 BC", "0001-01-01", "9999-12-31", "infinity", "-infinity",
             "2024-02-29 12:00", "epoch",
             "2024-Feb-29", "february 3 1999", "12/31/99", "1-2-69", "1-2-70", "1.2.2024",
             "5874897-12-31",
             "4714-11-24 BC"],
    "time": ["00:00", "24:00:00", "23:59:59.999999", "12:30:00.5", "04:05 PM", "12:00 am", "040506",
             "0405",
             "1:02:03", "23:59:59.9999999", "23:59:60"],
    "timetz": ["12:00:00+02", "12:00:00-05:30", "00:00:00Z", "23:59:59.5 +15:59", "12:00 UTC",
               "24:00:00+00"],
    "timestamp": ["2024-02-29 12:00:00", "2024-02-29T12:00:00.123456", "2024-02-29",
                  "20240229T120000",
                  "2024-02-29 12:00:00+05", "0044-03-15 12:00:00 BC", "infinity", "-infinity",
                  "epoch",
                  "4714-11-24 00:00:00 BC", "2024-12-31 24:00:00", "2024-01-01 00:00:00.0000005",
                  "12/31/2024 1:02 PM", "2024-02-29 12:00:00 Europe/Berlin", "20240229 120000.25",
                  "294246-12-31 23:59:59.999999"],
    "timestamptz": ["2024-02-29 12:00:00+00", "2024-02-29 12:00:00", "2024-07-01 00:00:00",
                    "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-02-29T12:00:00Z",
                    "infinity",
                    "2024-02-29 12:00:00 America/New_York", "2024-02-29 12:00:00-03:30", "epoch",
                    "-infinity",
                    "0044-03-15 12:00:00+00 BC", "2024-02-29 12:00:00 +0530", "1890-01-01 00:00:00",
                    "2024-02-29 12:00:00.5 +05:30:15", "2024-02-29"],
    "interval": ["1 year 2 mons 3 days 04:05:06.789", "0", "1 day", "-1 mons +2 days -00:00:00.5",
                 "100:00:00",
                 "P1Y2M3DT4H5M6S", "PT0S", "P-1Y", "1 day ago", "@ 1 year 2 mons", "1.5 days",
                 "1.5 months",
                 "2 weeks", "1 decade", "3", "1-2", "-1-2", "1-2 3 4:05:06", "10 milliseconds",
                 "1 us",
                 "-23:59:59", "1.5 years", "0.1 mons", "1:30", "2 h 3 m 4 s", "-1 day 02:00",
                 "1 century",
                 "2147483647 months", "P1W", "PT1.5S", "P0.5D", "1 d 2", "@ 1 day @ 2 hours ago"],
}  # fmt: skip
ZONE = "Europe/Berlin"


def _cases(table: dict[str, list[str]]) -> list[Any]:
    return [
        pytest.param(name, text, id=f"{name}: {text!r}") for name in table for text in table[name]
    ]


@pytest.mark.parametrize("name, text", _cases(GOOD))
def test_text(golden: Golden, duck: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    (shown,) = golden.shown(name, [text], BINARY_FORMAT, {"TimeZone": ZONE})
    value = decode_parameter(BY_NAME[name], TEXT_FORMAT, text.encode(), Rendering(timezone=ZONE))
    assert _through(duck, BY_NAME[name], value) == (
        _scaled(golden, text) if name == "numeric" else shown
    )


def _scaled(golden: Golden, text: str) -> bytes | None:
    return golden.shown("numeric(38, 10)", [text], BINARY_FORMAT)[0]


@pytest.mark.parametrize("name, text", _cases(GOOD))
def test_binary(golden: Golden, duck: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    """What PostgreSQL sends is what a client may send."""
    settings = {"TimeZone": ZONE}
    kind = "numeric(38, 10)" if name == "numeric" else name
    (shown,) = golden.shown(kind, [text], BINARY_FORMAT, settings)
    assert shown is not None
    value = decode_parameter(BY_NAME[name], BINARY_FORMAT, shown, Rendering())
    assert _through(duck, BY_NAME[name], value) == shown


@pytest.mark.parametrize("order", ["MDY", "DMY", "YMD"])
def test_dates_are_read_in_the_order_of_datestyle(
    golden: Golden, duck: duckdb.DuckDBPyConnection, order: str
) -> None:
    texts = [
        "1/2/3",
        "01-02-2003",
        "2003-01-02",
        "1.2.03",
        "3/1/99",
        "13/1/2003",
        "1/13/2003",
        "99/1/13",
    ]
    for text in texts:
        refused: str | None = None
        try:
            (shown,) = golden.shown("date", [text], BINARY_FORMAT, {"DateStyle": f"ISO, {order}"})
        except Exception as error:
            refused = str(error).partition("\n")[0]
        rendering = Rendering(date_order=order)
        if refused is not None:
            with pytest.raises(SqlError) as caught:
                decode_parameter(types.DATE, TEXT_FORMAT, text.encode(), rendering)
            assert caught.value.message == refused
            assert caught.value.hint == 'Perhaps you need a different "datestyle" setting.'
            continue
        value = decode_parameter(types.DATE, TEXT_FORMAT, text.encode(), rendering)
        assert _through(duck, types.DATE, value) == shown


def test_intervals_follow_the_sql_standard_when_told(
    golden: Golden, duck: duckdb.DuckDBPyConnection
) -> None:
    settings, rendering = (
        {"IntervalStyle": "sql_standard"},
        Rendering(interval_style="sql_standard"),
    )
    for text in [
        "-1-2 3 4:05:06",
        "-1 day 02:03:04",
        "-1 day +02:03:04",
        "1 day -02:03:04",
        "-1 2:03",
        "-3",
    ]:
        (shown,) = golden.shown("interval", [text], BINARY_FORMAT, settings)
        value = decode_parameter(types.INTERVAL, TEXT_FORMAT, text.encode(), rendering)
        assert _through(duck, types.INTERVAL, value) == shown


ARRAYS = {
    "int4[]": ["{}", "{1,2,NULL,-4}", " { 1 , 2 } ", "{{1,2},{3,4}}", "[2:3]={1,2}", "{null}"],
    "text[]": ['{a,"",NULL,"NULL","with \\"quotes\\"","back\\\\slash","co,mma"," pad "}',
               "{a b, c }", "{a\\,b}",
               '{{a},{"b"}}', '{"ü"}'],
    "bool[]": ["{t,f,NULL}"],
    "float8[]": ["{0.5,NaN,NULL,-inf}"],
    "date[]": ["{2024-02-29,1999-12-31}"],
    "bytea[]": ['{"\\\\x00ff",""}'],
    "timestamptz[]": ['{"2024-02-29 12:00:00",NULL}'],
    "uuid[]": ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name, text", _cases(ARRAYS))
def test_arrays(
    golden: Golden, duck: duckdb.DuckDBPyConnection, name: str, text: str, form: int
) -> None:
    type_ = BY_NAME["_" + name[:-2]]
    settings = {"TimeZone": ZONE}
    sent = text.encode()
    if form == BINARY_FORMAT:
        sent = golden.shown(name, [text], BINARY_FORMAT, settings)[0] or b""
    rendering = Rendering(timezone=ZONE)
    value = decode_parameter(type_, form, sent, rendering)
    depth = 1 + text.lstrip(" ").startswith("{{")
    element = DUCK.get(name[:-2], name[:-2]) + "[]" * depth
    array = duck.sql(f"SELECT CAST($1 AS {element}) AS v", params=[value]).to_arrow_table()
    (ours,) = encoded(array.column("v").combine_chunks(), type_, TEXT_FORMAT, rendering)
    (theirs,) = golden.shown(name, [text.rpartition("=")[2]], TEXT_FORMAT, settings)
    assert ours == theirs


def test_hstore(golden: Golden) -> None:
    texts = [
        "",
        "a=>1",
        '"a b"=>"c\\"d", e=>NULL',
        "a=>1, a=>2",
        " x => y ",
        'k=>"NULL"',
        "a=>b=c",
        '"=>"=>","',
    ]
    for text in texts:
        query = "SELECT hstore_to_json(v::hstore)::jsonb::text FROM unnest(%s::text[]) AS u(v)"
        (shown,) = golden.column(query, ([text],), TEXT_FORMAT)
        (binary,) = golden.shown("hstore", [text], BINARY_FORMAT)
        expected = json.loads(shown or b"")
        assert decode_parameter(types.HSTORE, TEXT_FORMAT, text.encode(), Rendering()) == expected
        assert decode_parameter(types.HSTORE, BINARY_FORMAT, binary, Rendering()) == expected


BAD: dict[str, list[str]] = {
    "bool": ["", "o", "maybe", "2", "truee"],
    "int2": ["32768", "-32769", "", "x", "1.5", "0x10", "1 2", "--1", "+"],
    "int4": ["2147483648", "1e3", "\u0967"],
    "int8": ["9223372036854775808", "-9223372036854775809", "9" * 5000],
    "oid": ["4294967296", "-2147483649", "abc"],
    "float4": ["1e39", "1e-60", "x", "", "0x1p", "1e"],
    "float8": ["1e309", "1e-400", "abc", "", "infin", "1_000", "\u0661"],
    "numeric": ["", "abc", "1.2.3", "1e", "--1", "+-1"],
    "bytea": ["\\x0", "\\x0g", "\\8", "\\12", "\\"],
    "uuid": ["", "a0eebc99", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
             "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "varbit": ["2", "b12", "xg"],
    "inet": ["", "256.0.0.1", "1.2.3.4/33", "::1/129", "host"],
    "date": ["", "2024-13-01", "2024-02-30", "2023-02-29", "2024-00-10", "0000-01-01",
             "yesterdayish", "31/12/2024",
             "2024-01", "5874898-01-01", "4714-11-23 BC"],
    "time": ["", "25:00:00", "24:00:01", "12:60", "13:00 PM", "noonish"],
    "timestamp": ["", "2024-02-30 00:00:00", "2024-01-01 25:00", "294277-01-01 00:00:00", "nope",
                  "2024-01-01 12:00:00 Mars/Phobos", "4714-11-23 00:00:00 BC"],
    "timestamptz": ["2024-01-01 00:00:00+17", "2024-01-01 12:00:00 Mars/Phobos", ""],
    "interval": ["", "1 fortnight", "x", "1 day 1 day x", "2147483648 months", "P", "1:61", "ago",
                 "1 day 2 days", "1 hour 01:00", "1 2", "1 2 days", "1 day and 2 hours"],
    "int4[]": ["", "1,2", "{1,2", "{1,2}}", "{1,2}x", "{1,,2}", "{,1}", "{1,}", "{{1,2},{3}}",
               "{{1},2}", "{a}",
               "{{{{{{{1}}}}}}}", "{1 2}", '{"1"2}'],
}  # fmt: skip


@pytest.mark.parametrize("name, text", _cases(BAD))
def test_bad_text(golden: Golden, name: str, text: str) -> None:
    refusal = golden.refusal(name, text.encode(), TEXT_FORMAT)
    assert refusal is not None
    type_ = BY_NAME["_" + name[:-2] if name.endswith("[]") else name]
    with pytest.raises(SqlError) as caught:
        decode_parameter(type_, TEXT_FORMAT, text.encode(), Rendering())
    assert (caught.value.sqlstate, caught.value.message) == refusal


def _hex(*parts: str) -> bytes:
    return bytes.fromhex("".join(parts))


ARRAY_HEAD = "00000001 00000000 00000017 00000001 00000001"
BAD_BINARY: dict[str, list[bytes]] = {
    "name": [b"x" * 64, b"\xff"],
    '"char"': [b"", b"ab"],
    "bool": [b"", b"\0\0"],
    "int2": [b"", b"\0", b"\0\0\0\0"],
    "int4": [b"\0\0\0", b"\0" * 8],
    "int8": [b"\0" * 4],
    "float8": [b"\0" * 4],
    "numeric": [b"", b"\0\0", _hex("0001 0000 0000 0000"), _hex("0001 0000 0001 0000 0001"),
                _hex("0001 0000 0000 0000 2710"), _hex("0000 0000 0000 7fff")],
    "uuid": [b"\0" * 15],
    "varbit": [b"", b"\0\0\0\x09\xff", b"\xff\xff\xff\xff"],
    "inet": [b"", b"\2\x20\0\4\1\2\3", b"\2\x21\0\4\1\2\3\4", b"\7\x20\0\4\1\2\3\4"],
    "date": [b"\0" * 3, b"\x7f\xff\xff\xfe", b"\x80\0\0\1"],
    "time": [b"\0" * 7, b"\xff" * 8, b"\0\0\0\x14\x1d\xd7\x60\1"],
    "timestamp": [b"\0" * 7, b"\x7f" + b"\xff" * 6 + b"\xfe", b"\x80" + b"\0" * 6 + b"\1"],
    "interval": [b"\0" * 15],
    "jsonb": [b""],
    "text": [b"a\0b", b"\xff", b"\xc3", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80",
             b"a\xc3("],
    "int4[]": [b"", _hex("00000007 00000000 00000017"), _hex("00000000 00000002 00000017"),
               _hex("00000000 00000000 00000019"), _hex(ARRAY_HEAD), _hex(ARRAY_HEAD,
                                                                          "00000004 0000"),
               _hex(ARRAY_HEAD, "00000002 0000"), _hex(ARRAY_HEAD, "00000004 00000001 ff"),
               _hex("00000001 00000000 00000017 7fffffff 00000001")],
}  # fmt: skip


@pytest.mark.parametrize(
    "name, data",
    [pytest.param(n, d, id=f"{n}: {d.hex()}") for n in BAD_BINARY for d in BAD_BINARY[n]],
)
def test_bad_binary(golden: Golden, name: str, data: bytes) -> None:
    refusal = golden.refusal(name, data, BINARY_FORMAT)
    assert refusal is not None
    type_ = BY_NAME["_" + name[:-2] if name.endswith("[]") else name.strip('"')]
    with pytest.raises(SqlError) as caught:
        decode_parameter(type_, BINARY_FORMAT, data, Rendering())
    assert (caught.value.sqlstate, caught.value.message) == refusal
