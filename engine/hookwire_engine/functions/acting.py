"""Functions that do something for the session that calls them (PostgreSQL 9.27).

DuckDB tells a function nothing of who calls it, so the dialect writes the session's id before the
arguments (`Signature.caller`), and the session has entered itself in CALLERS under that id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from hookwire_catalog.errors import SqlError
from hookwire_engine.functions.declare import Chapter, Macro
from hookwire_engine.functions.faults import Fault

LockKey = tuple[int, ...]
"""One int8, or two int4: two spaces of keys that do not meet."""


class Caller(Protocol):
    """What a session does when it is asked to. Called by DuckDB's threads; raises SqlError."""

    def set_config(self, name: str | None, value: str | None, local: bool | None) -> str: ...

    def lock(self, key: LockKey, *, shared: bool, transaction: bool, wait: bool) -> bool: ...

    def unlock(self, key: LockKey, *, shared: bool) -> bool: ...

    def unlock_all(self) -> None: ...

    def notify(self, channel: str | None, payload: str | None) -> None: ...

    def signal(self, session_id: int, *, terminate: bool) -> bool: ...


CALLERS: dict[int, Caller] = {}
"""The open sessions by id, which no two sessions of a process share."""

settings = Chapter("9.27", "System administration functions: settings")
locks = Chapter(
    "9.27",
    "System administration functions: advisory locks",
    notes=("They are kept in memory and gone when the server stops; pg_locks does not list them.",),
)
signals = Chapter("9.27", "System administration functions: signals")


def _acting(act: Callable[..., Any]) -> Callable[..., Any]:
    """`act(caller, *arguments)`, for DuckDB to call; NULL for a void answer is the empty text."""

    def call(session_id: int, *given: Any) -> Any:
        try:
            return act(CALLERS[session_id], *given)
        except SqlError as error:
            raise Fault(error.sqlstate, error.message, error.hint) from None

    return call


def _declare(
    chapter: Chapter,
    shown: str,
    act: Callable[..., Any],
    types: str,
    returns: str,
    *,
    as_: str | None = None,
    strict: bool = True,
) -> None:
    """`types` are DuckDB's of the arguments."""
    name = as_ or shown.partition("(")[0]
    listed = types.split()
    function = _strict(_acting(act)) if strict else _acting(act)
    # DuckDB counts the parameters of what it is given.
    counted: dict[int, Callable[..., Any]] = {
        0: lambda s: function(s),
        1: lambda s, a: function(s, a),
        2: lambda s, a, b: function(s, a, b),
        3: lambda s, a, b, c: function(s, a, b, c),
    }
    chapter.udf(
        name, counted[len(listed)], ["BIGINT", *listed], returns, nulls=True, volatile=True
    )
    parameters = ", ".join(f"_{number}" for number in range(len(listed) + 1))
    chapter.macros.append(Macro(name, ((parameters, f"hw_{name}({parameters})"),)))
    chapter.function(shown, as_=name, strict=strict, volatile=True, caller=True)


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: None if None in given else function(*given)


# Settings and notifications.


def _set_config(caller: Caller, name: str | None, value: str | None, local: bool | None) -> str:
    return caller.set_config(name, value, local)


def _notify(caller: Caller, channel: str | None, payload: str | None) -> str:
    caller.notify(channel, payload)
    return ""


_declare(
    settings, "set_config(text, text, bool) text", _set_config, "VARCHAR VARCHAR BOOLEAN",
    "VARCHAR", strict=False,
)  # fmt: skip
_declare(
    signals, "pg_notify(text, text) void", _notify, "VARCHAR VARCHAR", "VARCHAR", strict=False
)


# Sessions.


def _signal(*, terminate: bool) -> Callable[..., bool]:
    return lambda caller, session_id: caller.signal(session_id, terminate=terminate)


def _terminate(caller: Caller, session_id: int, timeout: int) -> bool:
    return caller.signal(session_id, terminate=True)


_declare(signals, "pg_cancel_backend(int4) bool", _signal(terminate=False), "INTEGER", "BOOLEAN")
_declare(signals, "pg_terminate_backend(int4) bool", _signal(terminate=True), "INTEGER", "BOOLEAN")
_declare(
    signals, "pg_terminate_backend(int4, int8) bool", _terminate, "INTEGER BIGINT", "BOOLEAN",
    as_="pg_terminate_backend_within",
)  # fmt: skip


# Advisory locks.


def _lock(*, shared: bool, transaction: bool) -> Callable[..., str]:
    def act(caller: Caller, *key: int) -> str:
        caller.lock(key, shared=shared, transaction=transaction, wait=True)
        return ""

    return act


def _try_lock(*, shared: bool, transaction: bool) -> Callable[..., bool]:
    def act(caller: Caller, *key: int) -> bool:
        return caller.lock(key, shared=shared, transaction=transaction, wait=False)

    return act


def _unlock(*, shared: bool) -> Callable[..., bool]:
    return lambda caller, *key: caller.unlock(key, shared=shared)


def _unlock_all(caller: Caller) -> str:
    caller.unlock_all()
    return ""


def _declare_of_key(name: str, returns: str, act: Callable[..., Any]) -> None:
    """Both forms of a function of a key."""
    result = "BOOLEAN" if returns == "bool" else "VARCHAR"
    _declare(locks, f"{name}(int8) {returns}", act, "BIGINT", result)
    _declare(
        locks, f"{name}(int4, int4) {returns}", act, "INTEGER INTEGER", result, as_=f"{name}_pair"
    )


for _shared in (False, True):
    _tail = "_shared" if _shared else ""
    for _transaction in (False, True):
        _stem = ("xact_lock" if _transaction else "lock") + _tail
        _declare_of_key(
            f"pg_advisory_{_stem}", "void", _lock(shared=_shared, transaction=_transaction)
        )
        _declare_of_key(
            f"pg_try_advisory_{_stem}", "bool", _try_lock(shared=_shared, transaction=_transaction)
        )
    _declare_of_key(f"pg_advisory_unlock{_tail}", "bool", _unlock(shared=_shared))
_declare(locks, "pg_advisory_unlock_all() void", _unlock_all, "", "VARCHAR")
