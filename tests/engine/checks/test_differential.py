"""Generated expressions over generated requests mean the same in a CHECK and in our own SELECT.

`HOOKWIRE_CHECK_EXAMPLES` says how many. Where our SELECT is known to differ from PostgreSQL
(docs/compatibility.md: the decimals of a numeric), PostgreSQL is asked instead.
"""

from __future__ import annotations

import os
from typing import Protocol

from hypothesis import HealthCheck, given, settings

from hookwire_catalog.errors import SqlError
from support.check_expressions import anything, bodies, header_maps, numerals
from support.checks import ERROR, Given, OwnSelect, Postgres, gives

EXAMPLES = int(os.environ.get("HOOKWIRE_CHECK_EXAMPLES", "400"))

many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
few = settings(many, max_examples=EXAMPLES // 4)


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


def test_the_comparison_can_fail(own: OwnSelect) -> None:
    """A wrong answer is noticed: of values, of errors, and of NULL."""
    assert gives("upper('a')", "A") and not gives("upper('a')", "a")
    assert gives("1 / 0", ERROR) and not gives("1 / 0", "1") and not gives("1", ERROR)
    assert gives("headers['none']", None) and not gives("headers['none']", "")
    assert own.answer("1 / 0") == (ERROR, "22012")
