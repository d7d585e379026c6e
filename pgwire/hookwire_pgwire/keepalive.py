"""How long a peer that does not answer is believed in: TCP's timers, by PostgreSQL's settings.

A client that vanished while it was idle is found by keepalives; one that vanished while it was
being sent something by the system's retransmissions, or sooner by tcp_user_timeout.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from functools import lru_cache

from hookwire_catalog import settings

log = logging.getLogger("hookwire.pgwire")

_OPTIONS = {
    "tcp_keepalives_idle": "TCP_KEEPIDLE",
    "tcp_keepalives_interval": "TCP_KEEPINTVL",
    "tcp_keepalives_count": "TCP_KEEPCNT",
    "tcp_user_timeout": "TCP_USER_TIMEOUT",
}
"""Setting to socket option; not every system has them all."""

NAMES = tuple(_OPTIONS)


class Keepalive:
    """The timers of one TCP socket."""

    __slots__ = ("_applied", "_socket")

    def __init__(self, plug: socket.socket) -> None:
        self._socket = plug
        self._applied: tuple[str, ...] = ()
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._apply(_defaults())

    def follow(self, setting: Callable[[str], str]) -> None:
        """Apply what the session's settings say now."""
        wanted = tuple(map(setting, NAMES))
        if wanted != self._applied:
            self._apply(wanted)

    def _apply(self, wanted: tuple[str, ...]) -> None:
        self._applied = wanted
        for name, text, system in zip(NAMES, wanted, _system(), strict=True):
            if system is None:
                continue
            option = getattr(socket, _OPTIONS[name])
            try:
                self._socket.setsockopt(socket.IPPROTO_TCP, option, _amount(name, text) or system)
            except OSError as error:
                log.debug("%s = %s could not be set: %s", name, text, error)


_amount = lru_cache(maxsize=256)(settings.amount)


@lru_cache(maxsize=1)
def _defaults() -> tuple[str, ...]:
    return tuple(settings.SESSION_SETTINGS[name].default for name in NAMES)


@lru_cache(maxsize=1)
def _system() -> tuple[int | None, ...]:
    """What each is when nobody has set it, which 0 stands for; None where there is no such."""
    with socket.socket() as fresh:
        return tuple(
            fresh.getsockopt(socket.IPPROTO_TCP, getattr(socket, option))
            if hasattr(socket, option)
            else None
            for option in _OPTIONS.values()
        )
