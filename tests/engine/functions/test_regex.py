"""Patterns that a backtracking engine must not be given."""

from __future__ import annotations

import pytest

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.regex.functions import regexp_like, regexp_replace
from hookwire_engine.functions.regex.match import re2_pattern

COSTLY = [
    "(a+)+$",
    "(a*)*b",
    r"(\w+\s?)+$",
    "(a*b*)*c",
    "(?:(x+))+y",
    "((a+)+)+",
    "(a|b+)*c",
    "(.*)*x",
]
FINE = [
    r"(\s*,\s*\w+)*",
    r"(\w+,)+",
    "(ab)+",
    "a+b+c*",
    r"(\d{1,3}\.)+",
    "(a|b)*",
    r"^(\w+)\s(\w+)$",
]


@pytest.mark.parametrize("pattern", COSTLY)
def test_nested_quantifiers_are_refused(pattern: str) -> None:
    with pytest.raises(Fault, match="nested quantifiers"):
        regexp_replace("a" * 40 + "!", pattern, "")
    assert re2_pattern(pattern) is not None


@pytest.mark.parametrize("pattern", FINE)
def test_others_are_not(pattern: str) -> None:
    assert regexp_like("a, b" * 10, pattern) in (True, False)
