"""The ledger of rejections: bounds, fairness, sampling, and that no credential is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog import settings
from hookwire_engine.append.ledger import (
    BODY_PREFIX_BYTES,
    HEADERS_BYTES,
    ROWS_A_SECOND,
    SAMPLE_US,
    Ledger,
    Refused,
)
from hookwire_engine.append.masking import MASK, masked_body, masked_headers, masked_query
from hookwire_engine.append.system import SystemLimits

PLANTED = "planted-9f2c"


def refuse(ledger: Ledger, source: int, at: int, cause: str = "INTERNAL", **more: object) -> None:
    ledger.refused(source, cause, Refused(at, 500, **more))  # type: ignore[arg-type]


def test_ids_grow_even_within_one_microsecond() -> None:
    ledger = Ledger()
    for at in (5, 5, 3, 9):
        refuse(ledger, 1, at)
    assert [row.id for row in ledger.rejections()] == [5, 6, 7, 9]


def test_a_flooded_source_pushes_out_its_own_rows() -> None:
    ledger = Ledger(max_rows=10)
    for at in range(3):
        refuse(ledger, 1, at)
    for at in range(10, 100):
        refuse(ledger, 2, at)
    kept = ledger.rejections()
    assert len(kept) == 10
    assert [row.received_at_us for row in kept if row.source_id == 1] == [0, 1, 2]
    assert kept[-1].received_at_us == 99


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4000)), max_size=60))
def test_bounds_hold_whatever_comes(requests: list[tuple[int, int]]) -> None:
    ledger = Ledger(max_rows=8, max_bytes=9000)
    for at, (source, size) in enumerate(requests):
        refuse(ledger, source, at, body=b"x" * size)
        kept = ledger.rejections()
        assert len(kept) <= 8
        assert sum(row.size for row in kept) <= 9000
        assert all(len(row.body) <= BODY_PREFIX_BYTES for row in kept)


def test_one_row_a_second_of_a_flood() -> None:
    ledger = Ledger()
    for at in range(0, 3 * SAMPLE_US, 100_000):
        refuse(ledger, 1, at, "RATE_LIMITED")
    refuse(ledger, 2, 1, "RATE_LIMITED")
    assert [row.source_id for row in ledger.rejections()].count(1) == 3
    assert len(ledger.rejections()) == 4


def test_no_more_than_so_many_rows_a_second_of_a_source() -> None:
    ledger = Ledger()
    for at in range(ROWS_A_SECOND + 50):
        refuse(ledger, 1, at)
    refuse(ledger, 2, 5)
    assert len(ledger.rejections()) == ROWS_A_SECOND + 1
    refuse(ledger, 1, 1_000_000)
    assert len(ledger.rejections()) == ROWS_A_SECOND + 2


def test_smaller_bounds_and_dropped_sources_take_effect_at_once() -> None:
    ledger = Ledger()
    for at in range(20):
        refuse(ledger, 1 + at % 2, at)
    ledger.resize(6, 1 << 20)
    assert len(ledger.rejections()) == 6
    ledger.keep_only({2})
    assert {row.source_id for row in ledger.rejections()} == {2}
    ledger.resize(0, 0)
    assert ledger.rejections() == []


@pytest.mark.parametrize("name", ["rejections_max_rows", "rejections_max_bytes"])
def test_bounds_are_what_the_settings_say(name: str) -> None:
    declared = settings.SYSTEM_SETTINGS[f"webhook_{name}"]
    assert settings.amount(declared.name, declared.default) == getattr(SystemLimits(), name)


def test_headers_are_cut() -> None:
    ledger = Ledger()
    refuse(ledger, 1, 1, headers=tuple((f"host{n}", "v" * 500) for n in range(5000)))
    [row] = ledger.rejections()
    assert sum(len(n) + len(v) for n, v in row.headers) <= HEADERS_BYTES


@pytest.mark.parametrize(
    "name",
    [
        "authorization", "Cookie", "proxy-authorization", "X-API-Key", "x-gitlab-token",
        "x-hub-signature-256", "stripe-signature", "svix-signature", "x-my-own-thing",
        "x-secret-event", "x-auth-timestamp",
    ],
)  # fmt: skip
def test_credentials_are_masked(name: str) -> None:
    assert masked_headers([(name, PLANTED)]) == ((name.lower(), MASK),)


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(["token", "SECRET", "api-key"]))
def test_a_name_that_speaks_of_a_credential_is_masked(head: str, tail: str, word: str) -> None:
    for name in (head + word + tail, f"{head}{word}-event"):
        assert masked_headers([(name, PLANTED)])[0][1] == MASK


def test_what_helps_is_shown() -> None:
    shown = (("content-type", "application/json"), ("x-github-event", "push"))
    assert masked_headers(shown) == shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (None, None), ("", ""), (PLANTED, MASK),
        (f"token={PLANTED}&a=1=2", f"token={MASK}&a={MASK}"),
    ],
)  # fmt: skip
def test_query(query: str | None, shown: str | None) -> None:
    assert masked_query(query) == shown


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a": 1, "token": "{PLANTED}"}}', f'{{"client_secret" : "x\\"{PLANTED}"}}',
        f'{{"token": "{PLANTED}', f"a=1&token={PLANTED}&b=2", f'{{"apiKey":{PLANTED}}}',
    ],
)  # fmt: skip
def test_bodies_hide_what_is_named_a_credential(body: str) -> None:
    masked = masked_body(body.encode())
    assert PLANTED.encode() not in masked
    assert b"***" in masked
