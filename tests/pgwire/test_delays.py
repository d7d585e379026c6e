"""How late failed logins are answered, by address."""

from __future__ import annotations

from hookwire_pgwire.delays import MOST_ADDRESSES, MOST_SECONDS, Delays


def test_each_failure_from_an_address_waits_longer_up_to_a_limit() -> None:
    delays = Delays(0.5)
    waits = [delays.failed("192.0.2.1") for _ in range(40)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert waits == sorted(waits)
    assert waits[-1] == MOST_SECONDS
    assert delays.failed("192.0.2.2") == delays.failed(None) == 0.5
    delays.succeeded("192.0.2.1")
    assert delays.failed("192.0.2.1") == 0.5


def test_nobody_waits_where_the_first_wait_is_none() -> None:
    delays = Delays(0.0)
    assert [delays.failed("192.0.2.1") for _ in range(3)] == [0.0] * 3


def test_addresses_of_one_owner_count_as_one() -> None:
    delays = Delays(1.0)
    assert delays.failed("2001:db8::1") == 1.0
    assert delays.failed("2001:db8::ffff:1%eth0") == 2.0
    assert delays.failed("2001:db8:0:1::1") == 1.0
    assert delays.failed("10.0.0.1") == 1.0
    assert delays.failed("::ffff:10.0.0.1") == 2.0
    assert delays.failed("::ffff:10.0.0.2") == 1.0


def test_addresses_that_failed_are_bounded() -> None:
    delays = Delays(1.0)
    addresses = [f"10.0.{n >> 8}.{n & 255}" for n in range(MOST_ADDRESSES + 1)]
    for address in addresses:
        delays.failed(address)
    assert delays.failed(addresses[0]) == 1.0
    assert delays.failed(addresses[-1]) == 2.0
