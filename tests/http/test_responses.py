"""Which form an error takes for which Accept."""

from __future__ import annotations

import pytest

from hookwire_http.responses import TIMEOUT, answer


@pytest.mark.parametrize(
    ("accept", "problem"),
    [
        (None, False),
        ("", False),
        ("*/*", False),
        ("application/json", True),
        ("Application/Problem+JSON; q=0.5", True),
        ("application/json;q=0", False),
        ("application/json; q=0.000, text/plain", False),
        ("text/plain, application/json;q=0.5", False),
        ("text/plain;q=0.2, application/json;q=0.5", True),
        ("text/plain, application/json", True),
        ("application/json;q=nan", True),
        ("application/json;q=;,", True),
        ("application/json;q=0, application/problem+json", True),
    ],
)
def test_problem_documents_follow_accept(accept: str | None, problem: bool) -> None:
    content_type = dict(answer(TIMEOUT, accept).headers)["content-type"]
    assert (content_type == "application/problem+json") is problem
