"""The token bucket, with an explicit clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hookwire_engine.append.bucket import Bucket

RATES = st.floats(0.5, 1e5)
BURSTS = st.floats(1, 1e5)
STEPS = st.lists(st.floats(-1, 10), min_size=1, max_size=200)


def test_a_burst_then_the_rate() -> None:
    bucket = Bucket(2.0, 3.0)
    assert [bucket.take(10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(10.25) == 0.25
    assert bucket.take(10.5) == 0.0
    assert bucket.take(10.5) == 0.5
    assert bucket.reset(10.5) == 1.5


def test_it_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(100.0, 2.0)
    bucket.take(0.0)
    assert [bucket.take(1000.0) > 0 for _ in range(3)] == [False, False, True]


def test_a_clock_that_steps_back_gives_nothing() -> None:
    bucket = Bucket(1.0, 1.0)
    assert bucket.take(5.0) == 0.0
    assert bucket.take(4.0) == 1.0
    assert bucket.take(5.0) == 1.0
    assert bucket.take(6.0) == 0.0


def test_a_new_limit_is_no_new_burst() -> None:
    bucket = Bucket(1.0, 10.0)
    for _ in range(10):
        assert bucket.take(0.0) == 0.0
    wider = bucket.changed(2.0, 100.0, 0.5)
    assert (wider.rate, wider.burst, wider.remaining) == (2.0, 100.0, 0.5)
    assert wider.take(0.5) == 0.25
    assert Bucket(1.0, 10.0).changed(1.0, 3.0, 0.0).remaining == 3.0


@given(RATES, BURSTS, STEPS)
def test_never_more_than_burst_and_rate_allow(
    rate: float, burst: float, steps: list[float]
) -> None:
    bucket, now, first, latest, taken = Bucket(rate, burst), 100.0, 100.0, 100.0, 0
    for step in steps:
        now += step
        if not taken:
            first = latest = now
        latest = max(latest, now)
        taken += bucket.take(now) == 0.0
        assert taken <= burst + (latest - first) * rate + 1e-6 * (taken + 1)
        assert 0.0 <= bucket.remaining <= bucket.burst


@given(RATES, BURSTS, STEPS)
def test_who_waits_as_told_is_served_and_who_waits_less_is_not(
    rate: float, burst: float, steps: list[float]
) -> None:
    bucket, now = Bucket(rate, burst), 100.0
    for step in steps:
        now += abs(step)
        wait = bucket.take(now)
        if wait:
            assert bucket.take(now + wait / 2) > 0.0
            assert bucket.take(now + wait * (1 + 1e-9) + 1e-9) == 0.0
            now += wait * (1 + 1e-9) + 1e-9


@given(RATES, BURSTS, st.integers(0, 50))
def test_after_its_reset_a_whole_burst_is_there(rate: float, burst: float, taken: int) -> None:
    bucket = Bucket(rate, burst)
    for _ in range(taken):
        bucket.take(7.0)
    full = 7.0 + bucket.reset(7.0)
    assert bucket.reset(full + 1e-9) <= 1e-6 * (1 + 1 / rate)
    for _ in range(min(int(burst * 0.999), 1000)):
        assert bucket.take(full + 1e-6) == 0.0
