"""Date and time functions, and their templates, case by case (PostgreSQL 9.8, 9.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from hookwire_engine.functions.extract import FIELDS, extract_call, refusal


class Connection(Protocol):
    def execute(self, sql: str, parameters: Any = ...) -> Any: ...


CASES = """
|timestamp 2024-03-01 00:00:00|-|timestamp 2024-01-01 12:00:00
|timestamp 2024-01-01 00:00:00|-|timestamp 2024-03-01 12:00:00
|timestamptz 2024-03-11 00:00:00+00|-|timestamptz 2024-03-10 12:00:00+00
|date 2024-01-31|+|interval 1 mon
|date 2024-01-05|-|date 2024-01-01
|time 10:00:00|-|time 11:00:00
|time 10:00:00|-|interval 11:00:00
|date 2024-01-01|+|time 10:00:00
|interval 1 mon 10 days|*|float8 1.5
|float8 0.1|*|interval 1 mon
|interval 1 year|/|float8 7
|interval 1 day|/|float8 0.3
|interval 1 day|/|float8 0
|interval 1 mon|=|interval 30 days
|interval 1 day|>|interval 23:59:59
|date 2024-01-01|=|timestamp 2024-01-01 00:00:00
age|timestamp 2024-03-31 00:00:00|timestamp 2024-02-29 12:00:00
age|timestamp 2024-01-01 00:00:00|timestamp 2024-03-15 12:00:00
date_trunc|text century|timestamp 2000-03-15 00:00:00
date_trunc|text millennium|timestamp 2001-03-15 00:00:00
date_trunc|text week|timestamp 2024-03-15 00:00:00
date_trunc|text quarter|date 2024-03-15
date_trunc|text hour|interval 1 day 03:45:00
date_trunc|text week|interval 10 days
date_trunc|text foo|timestamp 2024-01-01 00:00:00
date_trunc|text day|timestamptz 2001-02-16 20:38:40+00|text Australia/Sydney
date_bin|interval 00:15:00|timestamp 2024-01-01 10:07:00|timestamp 2001-01-01 00:00:00
date_bin|interval 1 day|timestamp 2000-01-01 10:07:00|timestamp 2001-01-01 02:00:00
date_bin|interval 1 mon|timestamp 2024-01-01 10:07:00|timestamp 2001-01-01 00:00:00
date_bin|interval 00:00:00|timestamp 2024-01-01 10:07:00|timestamp 2001-01-01 00:00:00
timezone|text +02|timestamp 2024-01-01 00:00:00
timezone|text CEST|timestamp 2024-07-01 00:00:00
timezone|text america/new_york|timestamptz 2024-07-01 00:00:00+00
timezone|text foo|timestamp 2024-07-01 00:00:00
timezone|interval 02:00:00|timestamp 2024-01-01 00:00:00
timezone|interval 1 day|timestamp 2024-01-01 00:00:00
make_date|int4 -44|int4 3|int4 15
make_date|int4 2024|int4 13|int4 2
make_date|int4 2023|int4 2|int4 29
make_time|int4 8|int4 15|float8 23.5
make_time|int4 25|int4 1|float8 1
make_timestamp|int4 2024|int4 1|int4 2|int4 3|int4 4|float8 5.5
make_timestamptz|int4 2024|int4 1|int4 2|int4 3|int4 4|float8 5.5|text Europe/Berlin
make_interval|int4 1|int4 2|int4 3|int4 4|int4 5|int4 6|float8 7.5
justify_days|interval 65 days
justify_days|interval -65 days
justify_hours|interval 50:00:00
justify_interval|interval 1 mon -01:00:00
justify_interval|interval -40 days 50:00:00
to_timestamp|float8 1.5
to_timestamp|float8 NaN
to_timestamp|float8 1e20
overlaps|timestamp 2024-01-01|timestamp 2024-01-10|timestamp 2024-01-10|timestamp 2024-02-01
overlaps|timestamp 2024-01-01|timestamp NULL!|timestamp 2024-01-01|timestamp 2024-01-02
overlaps|timestamp 2024-01-01|timestamp 2024-01-03|timestamp 2024-01-02|timestamp NULL!
overlaps|time 10:00:00|time 11:00:00|time 10:30:00|time 12:00:00
to_char|interval 100:05:00|text HH24:MI:SS
to_char|interval 1 year 2 mons 3 days 04:05:06|text YYYY-MM-DD HH24:MI:SS DDD
to_char|interval -05:00:00|text HH24:MI HH12
to_char|interval 1 day|text Day
to_date|text 10/03/2024|text DD/MM/YYYY
to_date|text 2024-070|text YYYY-DDD
to_date|text 05 Dec 2000|text DD Mon YYYY
to_date|text 20240310|text YYYYMMDD
to_date|text 24-3-1|text YY-MM-DD
to_date|text 69|text YY
to_date|text 70|text YY
to_date|text March 10, 2024|text Month DD, YYYY
to_date|text 2024-W10-7|text IYYY-"W"IW-ID
to_date|text 44-03-15 BC|text YYYY-MM-DD BC
to_date|text 2460380|text J
to_date|text   2024-03-10|text YYYY-MM-DD
to_date|text 2024-3|text YYYY-MM
to_date|text 1,234|text Y,YYY
to_date|text 2024-03-10 x|text YYYY-MM-DD
to_date|text 2024-13-01|text YYYY-MM-DD
to_date|text 2024-02-30|text YYYY-MM-DD
to_date|text abc|text YYYY-MM-DD
to_date|text Foo|text Mon
to_date|text 2024-W10|text YYYY-"W"IW
to_timestamp|text 2024-03-10 12|text YYYY-MM-DD HH24
to_timestamp|text 2024-03-10 12:34:56.789|text YYYY-MM-DD HH24:MI:SS.MS
to_timestamp|text 2024-03-10 01:02 pm|text YYYY-MM-DD HH:MI pm
to_timestamp|text 05 Dec 2000 +03|text DD Mon YYYY TZH
to_timestamp|text 20240310T123456|text YYYYMMDD"T"HH24MISS
to_timestamp|text 12:34 PM|text HH12:MI AM
to_timestamp|text 25|text HH24
to_timestamp|text 13|text HH12
to_timestamp|text 2024-03-10 EST|text YYYY-MM-DD TZ
to_number|text 1,234.5|text 9,999.9
to_number|text 12,454.8-|text 99G999D9S
to_number|text -12.5|text S99.9
to_number|text   12|text 99
to_number|text <12>|text 99PR
to_number|text 12th|text 99th
to_number|text 1234|text 99
to_number|text 12.34|text 99.9
to_number|text 1 2|text 9 9
to_number|text abc|text 999
to_number|text 1e5|text 9EEEE
"""


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines())
def test_answers_as_postgresql(check_line: Callable[[str], object], case: str) -> None:
    check_line(case)


NUMBER_TEMPLATES = [
    "FM9,999.00", "999", "0999", "9.99", "0.99", "999.999", "FM999.999", "FM999.990", "999S",
    "S999",
    "999MI", "FM999MI", "MI999", "PL999", "SG999", "9SG99", "999PR", "FM999PR", "L999", "RN",
    "FMRN",
    "999th", "999TH", '"n:"999', "99V999", "99V9", "9.99EEEE", "9,999", "9G999D99", "9", "FM9",
    "0.9", "FM9.99", "FM0.00", "9 9", "B99.9", "0,000,000", "9,999,999", "99.9S", "FM00000",
    "9999$",
    "99.99.9", "S9PR", "9999999999999999.99",
]  # fmt: skip
NUMBERS = [
    "0",
    "1",
    "-1",
    "0.1",
    "-0.5",
    "12",
    "12.45",
    "148.5",
    "485",
    "-485",
    "1234.567",
    "123456",
]


@pytest.mark.parametrize("template", NUMBER_TEMPLATES)
def test_to_char_of_numbers(check: Callable[..., object], template: str) -> None:
    for number in NUMBERS:
        check("to_char", f"numeric {number}", f"text {template}")
        check("to_char", f"float8 {number}", f"text {template}")


DATE_TEMPLATES = [
    "YYYY-MM-DD HH24:MI:SS.MS US", "Dy, DD Mon YYYY", "Day|Month|FMDay FMMonth|DAY|month",
    "D ID DDD IDDD W WW IW IYYY CC J Q RM", "HH12:MI AM a.m. SSSS", "FMDDth DDTH YYYYth",
    "YYYY BC AD b.c. CC Y,YYY", r'"Year" YYYY \"x\"', "YYYYMMDD", "FF1 FF3 FF6",
    "YYY YY Y IYY IY I",
    "MON mon Mon DY dy", "FMMM-FMDD FMHH24:FMMI", "rm RM FMRM", "TZ OF TZH:TZM", "", "x%y", "HH",
]  # fmt: skip
MOMENTS = [
    "2024-03-10 12:34:56.789", "2024-02-29 00:00:00", "1999-12-31 23:59:59.999999",
    "0044-03-15 00:00:00 BC", "2021-01-03 05:06:07",
]  # fmt: skip


@pytest.mark.parametrize("template", DATE_TEMPLATES)
@pytest.mark.parametrize("type_", ["timestamp", "timestamptz"])
def test_to_char_of_moments(check: Callable[..., object], template: str, type_: str) -> None:
    for moment in MOMENTS:
        written = moment if type_ == "timestamp" else moment.replace(" BC", "+00 BC")
        if "BC" not in written or type_ == "timestamp":
            check("to_char", f"{type_} {written}", f"text {template}")


def test_the_fast_target_gives_the_same(duck: Connection) -> None:
    """A literal template goes through DuckDB's strftime where that can say it."""
    for template in DATE_TEMPLATES:
        for moment in MOMENTS[:3]:
            fast, exact = duck.execute(
                f"SELECT memory.hw.to_char_timestamp_fast(TIMESTAMP '{moment}', '{template}'),"
                f" memory.hw.to_char_timestamp(TIMESTAMP '{moment}', '{template}')"
            ).fetchall()[0]
            assert (template, fast) == (template, exact)


SAMPLES = {
    "timestamp": MOMENTS,
    "timestamptz": MOMENTS[:3],
    "date": ["2024-03-10", "1999-12-31", "0044-03-15 BC"],
    "interval": ["1 year 2 mons 3 days 04:05:06.7", "-100:00:00", "25 years -40 days"],
    "time": ["00:00:00", "23:59:59.999999"],
}


@pytest.mark.parametrize("type_", FIELDS)
def test_extract(duck: Connection, pg: Connection, oracle: Any, type_: str) -> None:
    """Every field of every type: value, or the SQLSTATE of the refusal."""
    every = sorted({field for fields in FIELDS.values() for field in fields} | {"foo", "hours"})
    for field in every:
        for text in SAMPLES[type_]:
            theirs = oracle.ask_postgres(f"extract({field} from {type_} '{text}')")
            call = extract_call(field, type_)
            if call is None:
                assert theirs.error == refusal(field, type_)[0], (field, text)
                continue
            moment = "CAST(" + repr(_for_duckdb(text)) + f" AS {type_})"
            ours = oracle.ask_duckdb(call.replace("{0}", f"({moment})"), "numeric")
            assert not ours.error and float(ours.rows[0]) == float(theirs.rows[0]), (field, text)


def _for_duckdb(text: str) -> str:
    if text.endswith(" BC"):
        day, _, clock = text[:-3].partition(" ")
        return f"{day} (BC) {clock}".strip()
    return text.replace("mons", "months")
