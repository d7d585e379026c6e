"""The token bucket, with an explicit clock."""

from __future__ import annotations

from hookwire_engine.append.bucket import Bucket


def test_a_burst_then_the_rate() -> None:
    bucket = Bucket(2.0, 3.0)
    assert [bucket.take(10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(10.25) == 0.25
    assert bucket.take(10.5) == 0.0
    assert bucket.take(10.5) == 0.5


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


def test_other_limits_neither_fill_nor_overfill_it() -> None:
    bucket = Bucket(1.0, 2.0)
    bucket.take(0.0)
    bucket.change(10.0, 5.0)
    assert [bucket.take(0.0), bucket.take(0.0)] == [0.0, 0.1]
    bucket = Bucket(1.0, 9.0)
    bucket.change(1.0, 2.0)
    assert [bucket.take(0.0) for _ in range(3)] == [0.0, 0.0, 1.0]
