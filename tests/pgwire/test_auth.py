"""Trust is for this machine only."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_pgwire.auth import Accepted, TrustLoopback, is_loopback
from hookwire_pgwire.startup import SessionRequest

ANN = SessionRequest("ann", "hookwire", {})


@pytest.mark.parametrize("peer", [None, "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_any_name_is_believed_on_loopback(peer: str | None) -> None:
    assert is_loopback(peer)
    assert TrustLoopback().exchange(ANN, peer).begin() == Accepted()


@pytest.mark.parametrize("peer", ["192.0.2.1", "0.0.0.0", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_nobody_is_believed_from_elsewhere(peer: str) -> None:
    with pytest.raises(InvalidAuthorization, match="need authentication, and none is configured"):
        TrustLoopback().exchange(ANN, peer).begin()


def test_a_password_is_never_asked_for() -> None:
    with pytest.raises(InvalidAuthorization):
        TrustLoopback().exchange(ANN, None).respond(b"secret\0")
