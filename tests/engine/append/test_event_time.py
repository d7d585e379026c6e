"""RFC 3339 times, with PostgreSQL as the judge of rounding and of what comes after a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_engine.append.event_time import microseconds
from support.postgres import PostgresServer

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(timezones=OFFSETS))
def test_what_python_writes(moment: datetime) -> None:
    text = moment.isoformat()
    assert microseconds(text) == (moment - EPOCH) // timedelta(microseconds=1)


TIMES = [
    "2018-04-05T17:31:00Z", "2018-04-05t17:31:00z", "1969-12-31T23:59:59.999999Z",
    "2020-02-29T00:00:00.1+05:30", "2020-02-29T23:59:59.123456-15:59", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z", "2020-01-01T00:00:00.1234565Z", "2020-01-01T00:00:00.1234575Z",
    "2020-01-01T00:00:00.123456499999Z", "2020-01-01T00:00:00.9999999Z",
    "2016-12-31T23:59:60Z", "2020-01-01T00:00:00.000000000Z",
    "2020-01-01T00:00:00-00:00", "2024-06-01T12:00:00.123456789+02:00",
]  # fmt: skip


def test_as_postgres_reads_them(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn) as connection:
        for text in TIMES:
            row = connection.execute(
                "SELECT (extract(epoch FROM %s::timestamptz) * 1000000)::int8", (text,)
            ).fetchone()
            assert row is not None
            assert microseconds(text) == row[0], text


def test_a_leap_second_may_have_a_fraction() -> None:
    next_minute = microseconds("2017-01-01T00:00:00.5Z")
    assert microseconds("2016-12-31T23:59:60.5Z") == next_minute


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2018-04-05", "2018-04-05T17:31:00", "2018-04-05T17:31Z", "2018-04-05 17:31:00Z",
        "2018-4-05T17:31:00Z", "2018-02-29T00:00:00Z", "2018-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "2018-04-05T24:00:00Z", "2018-04-05T17:60:00Z",
        "2018-04-05T17:31:61Z", "2018-04-05T17:31:00.Z", "2018-04-05T17:31:00+2:00",
        "2018-04-05T17:31:00+24:00", "2018-04-05T17:31:00+02:60", "2018-04-05T17:31:00+0200",
        "2018-04-05T17:31:00Z\n", " 2018-04-05T17:31:00Z", "٢٠١٨-04-05T17:31:00Z",
        "+2018-04-05T17:31:00Z", "20180405T173100Z",
    ],
)  # fmt: skip
def test_other_texts_are_no_times(text: str) -> None:
    assert microseconds(text) is None
