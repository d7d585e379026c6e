"""What SQL functions say of the session that calls them: now(), current_setting(), version() ..."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hookwire_catalog import settings
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.names import DEFAULT_DATABASE, quote_identifier
from hookwire_catalog.setting_values import parse_boolean

if TYPE_CHECKING:
    from hookwire_engine.query.session import Session
    from hookwire_engine.query.transaction import Transaction

Arguments = Sequence[str | None]


class SessionValues:
    """Answers for one translation. Worker, for the length of one call of the session's. `user` is
    the current one, unless it is the session's."""

    def __init__(
        self, session: Session, transaction: Transaction, user: str | None = None
    ) -> None:
        self._session = session
        self._transaction = transaction
        self._current_user = user

    def __call__(self, name: str, arguments: Arguments) -> str | None:
        """PostgreSQL's text of the value; None is NULL. Raises what the function raises."""
        answer = _ANSWERS.get(name)
        return None if answer is None else answer(self, arguments)

    # Time, in UTC.

    def _transaction_start(self, _: Arguments) -> str:
        return _moment(self._transaction.started_us)

    def _statement_start(self, _: Arguments) -> str:
        return _moment(self._session.statement_started_us)

    def _clock(self, _: Arguments) -> str:
        return _moment(time.time_ns() // 1000)

    def _time_of_day(self, _: Arguments) -> str:
        return datetime.now(UTC).strftime("%a %b %d %H:%M:%S.%f %Y UTC")

    def _server_start(self, _: Arguments) -> str:
        return _moment(self._session.host.shared.started_us)

    # Names.

    def _schemas(self, *, with_system: bool) -> list[str]:
        known = self._transaction.catalog.schemas
        found = [schema for schema in self._session.work.search_path if schema in known]
        return ["pg_catalog", *found] if with_system else found

    def _current_schema(self, _: Arguments) -> str | None:
        return next(iter(self._schemas(with_system=False)), None)

    def _current_schemas(self, arguments: Arguments) -> str:
        schemas = self._schemas(with_system=bool(parse_boolean(arguments[0] or "")))
        return "{" + ",".join(quote_identifier(schema) for schema in schemas) + "}"

    def _user(self, _: Arguments) -> str:
        return self._current_user or self._session.work.user

    def _session_user(self, _: Arguments) -> str:
        return self._session.work.session_user

    # Settings.

    def _setting(self, arguments: Arguments) -> str | None:
        """current_setting(name [, missing_ok])"""
        name = arguments[0]
        if name is None:
            return None
        try:
            return self._session.setting(name)
        except UndefinedObject:
            if len(arguments) > 1 and parse_boolean(arguments[1] or ""):
                return None
            raise

    # The server.

    def _pid(self, _: Arguments) -> str:
        return str(self._session.id)

    def _client(self, part: int) -> str | None:
        address = self._session.peer.rpartition(":")
        return address[part] if address[0] else None


def _moment(us: int) -> str:
    moment = datetime.fromtimestamp(us // 1_000_000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{us % 1_000_000:06d}+00"


def _fixed(value: str | None) -> Callable[[SessionValues, Arguments], str | None]:
    return lambda values, arguments: value


_ANSWERS: dict[str, Callable[[SessionValues, Arguments], str | None]] = {
    "now": SessionValues._transaction_start,
    "transaction_timestamp": SessionValues._transaction_start,
    "statement_timestamp": SessionValues._statement_start,
    "clock_timestamp": SessionValues._clock,
    "timeofday": SessionValues._time_of_day,
    "pg_postmaster_start_time": SessionValues._server_start,
    "pg_conf_load_time": SessionValues._server_start,
    "version": _fixed(f"PostgreSQL {settings.SERVER_VERSION}"),
    "current_database": _fixed(DEFAULT_DATABASE),
    "current_schema": SessionValues._current_schema,
    "current_schemas": SessionValues._current_schemas,
    "current_user": SessionValues._user,
    "session_user": SessionValues._session_user,
    "current_setting": SessionValues._setting,
    "pg_backend_pid": SessionValues._pid,
    "inet_client_addr": lambda values, _: values._client(0),
    "inet_client_port": lambda values, _: values._client(2),
    "pg_my_temp_schema": _fixed("0"),
    "pg_client_encoding": lambda values, _: values._session.setting("client_encoding"),
    "pg_is_in_recovery": _fixed("false"),
    "pg_current_xact_id": SessionValues._pid,
    "txid_current": SessionValues._pid,
}

LASTING = frozenset(
    "version current_database current_schema current_schemas pg_postmaster_start_time"
    " pg_conf_load_time pg_my_temp_schema pg_is_in_recovery".split()
)
"""Values that are the same wherever a plan is kept for: they follow from the server, the catalog
and search_path (see Executor.key)."""
