"""Generated values of every type, there and back through a real session: PostgreSQL's very bytes.

A value goes as a parameter, in text and in binary, through `SELECT $1::type`, and comes back in
text and in binary: what PostgreSQL 15 sends for it is what we must send, or its error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer

RANDOM = random.Random(7)

Answer = tuple[bytes | None, str, str]
"""The value; or None, SQLSTATE and message."""


def _integers(bits: int) -> list[str]:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return [*map(str, (0, 1, -1, low, high, *(RANDOM.randint(low, high) for _ in range(20))))]


def _floats(least: int, most: int) -> list[str]:
    return [repr(RANDOM.uniform(-1, 1) * 10 ** RANDOM.randint(least, most)) for _ in range(40)]


def _dates() -> list[str]:
    return [f"{RANDOM.randint(1, 9999):04}-{RANDOM.randint(1, 12)}-{RANDOM.randint(1, 28)}"
            f"{RANDOM.choice(('', '', ' BC')) if RANDOM.random() < 0.3 else ''}"
            for _ in range(20)]  # fmt: skip


def _clock() -> str:
    whole = RANDOM.randrange(86_400)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{RANDOM.randrange(10**6):06}"


def _moments(zone: Callable[[], str]) -> list[str]:
    days = [date.partition(" ") for date in _dates()]
    return [f"{day} {_clock()}{zone()}{space}{era}" for day, space, era in days]


def _offset() -> str:
    """Of every kind: hours, quarters of hours, seconds."""
    sign, hours = RANDOM.choice("+-"), RANDOM.randint(0, 15)
    return RANDOM.choice((
        f"{sign}{hours:02}", f"{sign}{hours:02}:{RANDOM.choice((0, 15, 30, 45)):02}",
        f"{sign}{hours:02}:{RANDOM.randint(0, 59):02}:{RANDOM.randint(0, 59):02}",
    ))  # fmt: skip


def _intervals() -> list[str]:
    def part(most: int) -> int:
        return RANDOM.choice((0, 1, -1)) * RANDOM.randint(0, most)

    return [f"{part(5000)} mons {part(5000)} days {part(10**12)} us" for _ in range(30)]


_EDGE_MOMENTS = ["2000-01-01", "1999-12-31 23:59:59.999999", "0001-01-01 00:00:00", "infinity",
                 "0044-03-15 12:00:00.1 BC", "4714-11-24 00:00:00 BC", "-infinity",
                 "9999-12-31 23:59:59.999999", "290000-01-01", "epoch"]  # fmt: skip
_TEXTS = ["", "it's", "naïve 中文 😀", " pad ", "a\tb\nc\\d", '"', "NULL", "x" * 100_000]

VALUES: dict[str, list[str]] = {
    "bool": ["t", "f"],
    "int2": _integers(16),
    "int4": _integers(32),
    "int8": _integers(64),
    "oid": ["0", "4294967295", "26"],
    "float4": ["0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e38", "1.17549435e-38",
               "0.1", "16777217", *_floats(-37, 37)],
    "float8": ["0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "1e-320",
               "1.7976931348623157e308", "2.2250738585072014e-308", "0.1", "1e15", "1e16",
               "123456789.123456789", *_floats(-307, 307)],
    "text": _TEXTS,
    "varchar": _TEXTS,
    "bpchar": ["", "a", "a  ", "é"],
    "name": ["a", "A b", "x" * 63, "x" * 70, "é" * 40],
    '"char"': ["a", "", "é", "ab", " ", "\\001", "\\377", "\\", "\\1234"],
    "bytea": ["", "\\x", "\\x00ff5c27", "abc\\\\d", "\\000",
              *("\\x" + RANDOM.randbytes(RANDOM.randrange(40)).hex() for _ in range(10))],
    "date": ["2000-01-01", "0001-12-31 BC", "4714-11-24 BC", "5874897-12-31", "infinity",
             "-infinity", "10000-01-01", *_dates()],
    "time": ["00:00", "24:00:00", "23:59:59.999999", "12:30:00.5", *(_clock() for _ in range(10))],
    "timetz": ["24:00:00-15:59", "00:00:00+15:59:59", "12:00:00.5+00:00:01",
               *(_clock() + _offset() for _ in range(20))],
    "timestamp": [*_EDGE_MOMENTS, *_moments(lambda: "")],
    "timestamptz": [*_EDGE_MOMENTS, *_moments(_offset), "2024-03-10 07:00:00+00",
                    "2024-11-03 05:30:00+00", "2024-03-10 02:30 America/New_York",
                    "2024-11-03 01:30 America/New_York", "2024-10-27 02:30 Europe/Berlin"],
    "interval": ["0", "1 year 2 mons 3 days 04:05:06.789", "-1 mons +2 days -00:00:00.5",
                 "1 mon -1 day", "178000000 years", "-178000000 years", "100000:00:00",
                 "-0.000001 s", "2147483647 mons 2147483647 days", *_intervals()],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "0" * 32],
    "json": ['{"b": 1.10, "a" : [1,2]}', "null", ' 1 ', '{"a":1,"a":2}', "1e400", '"\\u0041"',
             "", "{", "nul"],
    "jsonb": ['{"b": 1.10, "a" : [1,2]}', "null", " 1 ", '{"a":1,"a":2}', '{"aa":1,"b":2}', "1.00",
              "1e3", '"\\u0041"', "-0", "1E-5", "123456789012345678901234567890.5", "[]", "{}"],
    "varbit": ["1", "0", "10110011", "101100111", "x1f"],
    "inet": ["127.0.0.1", "10.0.0.0/8", "::1", "fe80::1/64", "::ffff:1.2.3.4", "::1.2.3.4", "::",
             "1::2:3", "::ffff:0:1.2.3.4/100"],
    "hstore": ["", '"a"=>"b"', "a=>NULL", '"a b"=>"c\\"d", "e"=>""', '"é"=>"中"',
               "b=>1, aa=>2, c=>3"],
    "int2[]": ["{}", "{1,NULL}"],
    "int4[]": ["{}", "{1,NULL,-3}", "{NULL}"],
    "int8[]": ["{9223372036854775807}"],
    "oid[]": ["{1,4294967295}"],
    "bool[]": ["{t,f,NULL}"],
    "float4[]": ["{0.1,NaN}"],
    "float8[]": ["{1.5,NaN,Infinity,-0}"],
    "text[]": ["{}", '{a,"",NULL,"NULL","q\\"q","b\\\\s","c,c","{}"," p "}'],
    "varchar[]": ["{a,b}"],
    "name[]": ["{a,b}"],
    "bytea[]": ['{"\\\\x00ff","\\\\x"}'],
    "date[]": ["{2024-02-29,infinity,NULL}"],
    "time[]": ["{12:00}"],
    "timestamp[]": ['{"2024-02-29 00:00:00",-infinity}'],
    "timestamptz[]": ['{"2024-02-29 00:00:00+00",NULL}'],
    "interval[]": ['{"1 day","-1 mons +2 days"}'],
    "uuid[]": ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"],
    "json[]": ['{"{\\"a\\":  1}",NULL}'],
    "jsonb[]": ['{"{\\"a\\": 1}",NULL}'],
    "varbit[]": ["{1,01}"],
    "inet[]": ["{1.2.3.4}"],
}  # fmt: skip

REFUSED: dict[str, list[tuple[str, str]]] = {
    "numeric": [(text, "22003") for text in ("NaN", "Infinity", "1e100", "9" * 131_072, "1e-100")],
    "varbit": [("", "22003")],
    "timestamp": [("294276-12-31 23:59:59.999999", "22008")],
    "interval": [("2562047788:00:54.775807", "22008")],
    "int4[]": [("{{1,2},{3,4}}", "0A000")],
    "text[]": [("{{a,b},{c,NULL}}", "0A000")],
}
"""What DuckDB cannot hold, and what it is answered with; PostgreSQL takes it."""


@pytest.fixture(scope="module")
def ours(hookwire: HookwireProcess) -> Iterator[psycopg.Connection]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def theirs(postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    dsn = postgres.new_database("values_there_and_back")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION hstore")
        yield connection


def _through(
    connection: psycopg.Connection, type_: str, data: bytes, form: int, out: int
) -> Answer:
    """`data` in format `form` as a parameter of the type; the value in format `out`."""
    (oid,) = connection.execute(f"SELECT '{type_}'::regtype::oid".encode()).fetchone() or (0,)
    sql = f"SELECT $1::{type_}".encode()
    done = connection.pgconn.exec_params(sql, [data], [oid], [form], out)
    if done.status == psycopg.pq.ExecStatus.TUPLES_OK:
        return done.get_value(0, 0), "", ""
    fields = psycopg.pq.DiagnosticField
    state, message = (done.error_field(f) or b"" for f in (fields.SQLSTATE, fields.MESSAGE_PRIMARY))
    return None, state.decode(), message.decode()


@pytest.mark.parametrize("type_", VALUES)
def test_there_and_back(ours: psycopg.Connection, theirs: psycopg.Connection, type_: str) -> None:
    wrong = []
    for text in VALUES[type_]:
        ways = [(text.encode(), 0)]
        packed, _, _ = _through(theirs, type_, text.encode(), 0, 1)
        if packed is not None:
            ways.append((packed, 1))
        for data, form in ways:
            for out in (0, 1):
                expected = _through(theirs, type_, data, form, out)
                found = _through(ours, type_, data, form, out)
                if found != expected:
                    wrong.append((text[:60], form, out, found, expected))
    assert not wrong[:10]


@pytest.mark.parametrize("type_", REFUSED)
def test_what_cannot_be_held_is_refused(
    ours: psycopg.Connection, theirs: psycopg.Connection, type_: str
) -> None:
    for text, sqlstate in REFUSED[type_]:
        packed, _, _ = _through(theirs, type_, text.encode(), 0, 1)
        assert packed is not None
        for data, form in ((text.encode(), 0), (packed, 1)):
            value, state, _ = _through(ours, type_, data, form, 0)
            assert (value, state) == (None, sqlstate), text[:60]


@pytest.mark.parametrize("out", [0, 1])
def test_numeric(ours: psycopg.Connection, theirs: psycopg.Connection, out: int) -> None:
    """Where its digits after the point are said; else they are 16."""
    for text in [f"{RANDOM.randint(-(10**20), 10**20)}.{RANDOM.randint(0, 10**12)}"
                 for _ in range(50)]:  # fmt: skip
        expected = _through(theirs, "numeric(38,12)", text.encode(), 0, out)
        assert _through(ours, "numeric(38,12)", text.encode(), 0, out) == expected
        expected = _through(theirs, "numeric(38,16)", text.encode(), 0, out)
        assert _through(ours, "numeric", text.encode(), 0, out) == expected


ZONES = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Monrovia",
]
STYLES = ["postgres", "postgres_verbose", "sql_standard", "iso_8601"]


@pytest.mark.parametrize("setting, values, type_", [
    *(pytest.param(("TimeZone", zone), VALUES["timestamptz"], "timestamptz", id=zone)
      for zone in ZONES),
    *(pytest.param(("IntervalStyle", style), VALUES["interval"], "interval", id=style)
      for style in STYLES),
    pytest.param(("bytea_output", "escape"), VALUES["bytea"], "bytea", id="escape"),
    *(pytest.param(("extra_float_digits", digits), VALUES["float8"], "float8", id=digits)
      for digits in ("0", "-3", "3")),
])  # fmt: skip
def test_under_settings(
    ours: psycopg.Connection,
    theirs: psycopg.Connection,
    setting: tuple[str, str],
    values: list[str],
    type_: str,
) -> None:
    wrong = []
    for connection in (ours, theirs):
        connection.execute("SELECT set_config(%s, %s, false)", setting)
    try:
        for text in values:
            expected = _through(theirs, type_, text.encode(), 0, 0)
            found = _through(ours, type_, text.encode(), 0, 0)
            if found != expected:
                wrong.append((text, found, expected))
    finally:
        for connection in (ours, theirs):
            connection.execute("RESET ALL")
    assert not wrong[:10]


# A document made of DuckDB's own values is compact and keeps the order of its keys.
OWN = {
    "'170141183460469231731687303715884105727'::HUGEINT": ("numeric", str(2**127 - 1)),
    "'-170141183460469231731687303715884105728'::HUGEINT": ("numeric", str(-(2**127))),
    "18446744073709551615::UBIGINT": ("numeric", "18446744073709551615"),
    "255::UTINYINT": ("int2", "255"),
    "65535::USMALLINT": ("int4", "65535"),
    "4294967295::UINTEGER": ("int8", "4294967295"),
    "(-128)::TINYINT": ("int2", "-128"),
    "{'a': 1, 'b': 'x'}": ("json", '{"a":1,"b":"x"}'),
    "[1, 2, NULL]": ("int4[]", "{1,2,NULL}"),
    "[[1, 2], [3, 4]]": ("int4[]", "{{1,2},{3,4}}"),
    "MAP {'k': 'v'}": ("hstore", '"k"=>"v"'),
    "'10110'::BIT": ("varbit", "10110"),
    "TIMESTAMP_NS '2024-02-29 01:02:03.123456789'": ("timestamp", "2024-02-29 01:02:03.123457"),
    "TIMESTAMP_S '2024-02-29 01:02:03'": ("timestamp", "2024-02-29 01:02:03"),
    "TIMESTAMP_MS '2024-02-29 01:02:03.5'": ("timestamp", "2024-02-29 01:02:03.5"),
    "union_value(n := 7)": ("json", '{"n":7}'),
    "'2024-02-29'::DATE": ("date", "2024-02-29"),
}


@pytest.mark.parametrize("rows", [1, 500])
@pytest.mark.parametrize("expression", OWN)
def test_duckdbs_own_types(
    ours: psycopg.Connection, theirs: psycopg.Connection, expression: str, rows: int
) -> None:
    kind, text = OWN[expression]
    type_ = "jsonb" if kind == "json" else kind
    (oid,) = ours.execute(f"SELECT '{type_}'::regtype::oid".encode()).fetchone() or (0,)
    for out in (0, 1):
        sql = f"SELECT {expression} AS v FROM range({rows})".encode()
        done = ours.pgconn.exec_params(sql, [], [], [], out)
        assert done.status == psycopg.pq.ExecStatus.TUPLES_OK, done.error_message
        assert done.ftype(0) == oid
        version = b"\1" * (type_ != kind and out)
        expected, _, _ = _through(theirs, kind, text.encode(), 0, out)
        assert {done.get_value(row, 0) for row in range(rows)} == {version + (expected or b"")}
