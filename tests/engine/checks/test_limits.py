"""What a request may cost: memory, time, depth."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.checks import compile_check
from hookwire_engine.append.request import WebhookRequest


def passes(expression: str, body: str, memory: int = 20 << 20) -> bool:
    sent = WebhookRequest((), body.encode(), 0)
    return compile_check(expression, {}).evaluate(sent, {}, 0, memory)


def test_memory_is_refused_before_it_is_taken() -> None:
    text = "length(repeat(body, 20)) >= 0"
    assert passes(text, "x" * 500_000)
    assert not passes(text, "x" * 5_000_000)
    assert not passes(text, "x" * 500_000, memory=1 << 20)


def test_memory_is_charged_for_a_string_each_time_it_stands_in_a_document() -> None:
    many = "array_replace(string_to_array(body, ','), '', body)"
    text = f"length(jsonb_build_array({many})::text) > 0"
    assert passes(text, "," * 100)
    assert not passes(text, "," * 50_000)


@pytest.mark.parametrize(
    "expression",
    ["not body ~ '^(a+)+$'", "not body ~ '(a|a)*b$'", "not body like '%a%a%a%a%a%b'",
     "btrim(body, body) = ''", "split_part(body, 'ab', 3) = ''", "position('aab' in body) = 0",
     "regexp_count(body, '(a|a)*b') = 0", "length(translate(body, body, body)) > 0",
     "length(initcap(body)) > 0"],
)  # fmt: skip
def test_no_body_makes_a_check_run_for_long(expression: str) -> None:
    """With a backtracking matcher these would not end within the test's time limit."""
    assert passes(expression, "a" * 200_000 + "c")
    assert passes(expression, "".join(map(chr, range(0x4E00, 0x9FFF))) * 4)


@pytest.mark.parametrize("text", ["(" * 101 + "body" + ")" * 101 + " = ''", "not " * 101 + "true"])
def test_too_deep(text: str) -> None:
    with pytest.raises(SqlError) as caught:
        compile_check(text, {})
    assert caught.value.sqlstate == "54001"
    assert caught.value.hint == "Write the check with at most 100 levels of nesting."
