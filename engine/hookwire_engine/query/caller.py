"""What functions do for the session that calls them; see functions/acting.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwire_catalog.errors import InsufficientPrivilege, InvalidParameterValue, SqlError
from hookwire_catalog.notices import warning
from hookwire_catalog.roles import SIGNAL_BACKEND
from hookwire_engine.functions.acting import LockKey

if TYPE_CHECKING:
    from hookwire_engine.query.session import Session

_MAX_CHANNEL_BYTES = 63
_MAX_PAYLOAD_BYTES = 7999
"""PostgreSQL's NAMEDATALEN - 1 and NOTIFY_PAYLOAD_MAX_LENGTH."""


class SessionCaller:
    """DuckDB's threads, while a statement of the session runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._work = session.work
        self._locks = session.host.shared.locks

    def set_config(self, name: str | None, value: str | None, local: bool | None) -> str:
        if name is None:
            raise _NullValue("SET requires parameter name")
        self._work.settings.set(name, value, local=bool(local))
        return self._session.setting(name)

    # Advisory locks.

    def lock(self, key: LockKey, *, shared: bool, transaction: bool, wait: bool) -> bool:
        owner = self._session.id
        if self._locks.try_acquire(owner, key, shared=shared, transaction=transaction):
            return True
        if not wait:
            return False
        self._locks.acquire(
            owner,
            key,
            shared=shared,
            transaction=transaction,
            canceled=self._work.interrupts.asked,
            timeout_s=self._work.seconds("lock_timeout") or None,
        )
        return True

    def unlock(self, key: LockKey, *, shared: bool) -> bool:
        if self._locks.release(self._session.id, key, shared=shared):
            return True
        mode = "ShareLock" if shared else "ExclusiveLock"
        self._session.notify(warning(f"you don't own a lock of type {mode}", "01000"))
        return False

    def unlock_all(self) -> None:
        self._locks.release_session(self._session.id)

    # Other sessions.

    def notify(self, channel: str | None, payload: str | None) -> None:
        if not channel:
            raise InvalidParameterValue("channel name cannot be empty")
        if len(channel.encode()) > _MAX_CHANNEL_BYTES:
            raise InvalidParameterValue("channel name too long")
        if payload is not None and len(payload.encode()) > _MAX_PAYLOAD_BYTES:
            raise InvalidParameterValue("payload string too long")
        self._session.send(channel, payload or "")

    def signal(self, session_id: int, *, terminate: bool) -> bool:
        for session in self._session.host.sessions():
            if session.id == session_id:
                self._check_signal(session, "terminate process" if terminate else "cancel query")
                session.signal(terminate=terminate)
                return True
        text = f"PID {session_id} is not a PostgreSQL backend process"
        self._session.notify(warning(text, "01000"))
        return False


    def _check_signal(self, target: Session, doing: str) -> None:
        """As PostgreSQL 16 (signalfuncs.c): one's own sessions, those of roles that one has the
        privileges of, and with pg_signal_backend all that are no superuser's."""
        rights = self._work.rights
        role = target.work.identity.session_role
        found = target.host.catalog.roles.get(role)
        if rights.superuser:
            return
        whose = "being terminated" if doing.startswith("t") else "being canceled"
        verb = doing.split()[0]
        if found is not None and found.superuser:
            raise InsufficientPrivilege(
                f"permission denied to {doing}",
                detail=f"Only roles with the SUPERUSER attribute may {verb} the processes of"
                " roles with the SUPERUSER attribute.",
            )
        if not rights.is_in(role, SIGNAL_BACKEND):
            raise InsufficientPrivilege(
                f"permission denied to {doing}",
                detail=f"Only roles with privileges of the role whose process is {whose} or of"
                ' the "pg_signal_backend" role may do this.',
            )


class _NullValue(SqlError):
    sqlstate = "22004"
