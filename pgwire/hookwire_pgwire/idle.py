"""How long a client may say nothing between two statements."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hookwire_catalog import settings
from hookwire_catalog.errors import IdleInTransactionSessionTimeout, IdleSessionTimeout, SqlError
from hookwire_pgwire.backend import Session

_MILLISECOND = 0.001


class IdleLimit(NamedTuple):
    seconds: float
    error: SqlError


def idle_limit(session: Session) -> IdleLimit | None:
    """What applies now; None when the setting is 0, which is its default."""
    if session.transaction_status == "I":
        seconds = _seconds("idle_session_timeout", session)
        if not seconds:
            return None
        return IdleLimit(
            seconds, IdleSessionTimeout("terminating connection due to idle-session timeout")
        )
    seconds = _seconds("idle_in_transaction_session_timeout", session)
    if not seconds:
        return None
    return IdleLimit(
        seconds,
        IdleInTransactionSessionTimeout(
            "terminating connection due to idle-in-transaction timeout"
        ),
    )


def _seconds(name: str, session: Session) -> float:
    return _amount(name, session.setting(name)) * _MILLISECOND


_amount = lru_cache(maxsize=256)(settings.amount)
