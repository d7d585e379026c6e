"""Generated expressions over generated requests mean the same in a CHECK and in our own SELECT.

`HOOKWIRE_CHECK_EXAMPLES` says how many. Where our SELECT is known to differ from PostgreSQL
(docs/compatibility.md: the decimals of a numeric), PostgreSQL is asked instead.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Protocol

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwire_catalog.errors import SqlError
from support.check_expressions import anything, bodies, header_maps, numerals
from support.checks import ERROR, Given, OwnSelect, Postgres, gives

EXAMPLES = int(os.environ.get("HOOKWIRE_CHECK_EXAMPLES", "400"))

many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
few = settings(many, max_examples=EXAMPLES // 4)


moments = st.datetimes(datetime(1001, 1, 1), datetime(9998, 12, 31)).map("timestamp '{}'".format)
NOT_TRUNCATED = ("dow", "isodow", "doy", "isoyear", "epoch")
UNITS = (
    *"microseconds milliseconds second minute hour day week month quarter year decade".split(),
    *("century", "millennium", *NOT_TRUNCATED),
)
TEMPLATES = (
    "YYYY-MM-DD HH24:MI:SS.US", "Dy, DD Mon YYYY HH12 AM", "FMDay FMDDth FMMonth YY",
    "IYYY-IW-ID DDD Q D", "DAY month MSth FF2 SSSSS pm",
)  # fmt: skip


class Side(Protocol):
    def answer(self, expression: str, given: Given | None = None) -> tuple[str | None, str]: ...


def agrees(side: Side, expression: str, request: Given) -> bool:
    """The same text, or both an error; one that CREATE finds is the same error."""
    text, sqlstate = side.answer(expression, request)
    try:
        return gives(expression, text, request)
    except SqlError as error:
        return text == ERROR and error.sqlstate == sqlstate


@many
@given(expression=anything(3), body=bodies, headers=header_maps)
def test_as_our_own_select(
    own: OwnSelect, expression: str, body: str, headers: dict[str, str]
) -> None:
    assert agrees(own, expression, Given(body, headers))


@few
@given(expression=anything(3), body=bodies, headers=header_maps)
def test_as_postgresql(
    oracle: Postgres, expression: str, body: str, headers: dict[str, str]
) -> None:
    if "base64url" not in expression:
        assert agrees(oracle, expression, Given(body, headers))


@few
@given(expression=numerals)
def test_every_decimal_as_postgresql(oracle: Postgres, expression: str) -> None:
    assert agrees(oracle, expression, Given())


@many
@given(one=moments, other=moments, unit=st.sampled_from(UNITS), template=st.sampled_from(TEMPLATES))
def test_every_moment_as_postgresql(
    oracle: Postgres, one: str, other: str, unit: str, template: str
) -> None:
    for expression in (
        f"age({one}, {other})",
        f"extract({unit} from {one})",
        f"date_part('{unit}', age({one}, {other}))",
        f"date_part('{unit}', {one})",
        f"date_trunc('{unit}', age({one}, {other}))",
        f"date_trunc('{unit}', {one})",
        f"to_char({one}, '{template}')",
    ):
        if not expression.startswith("date_trunc") or unit not in NOT_TRUNCATED:
            assert agrees(oracle, expression, Given())


def test_the_comparison_can_fail(own: OwnSelect) -> None:
    """A wrong answer is noticed: of values, of errors, and of NULL."""
    assert gives("upper('a')", "A") and not gives("upper('a')", "a")
    assert gives("1 / 0", ERROR) and not gives("1 / 0", "1") and not gives("1", ERROR)
    assert gives("headers['none']", None) and not gives("headers['none']", "")
    assert own.answer("1 / 0") == (ERROR, "22012")
