"""The settings of one session, with PostgreSQL's rules about transactions.

SET lasts if its transaction commits, SET LOCAL until its transaction ends (PostgreSQL, SET).

A mapping of values is never changed, but replaced: so sessions that began alike share one, and the
state before a transaction is a reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from hookwire_catalog import settings
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.settings import SESSION_SETTINGS, SYSTEM_SETTINGS

_IDENTITY = ("role", "session_authorization")
_NO_RESET_ALL = (*_IDENTITY, "is_superuser")
_TRANSACTION_ONLY = ("transaction_isolation", "transaction_read_only", "transaction_deferrable")
Mark: TypeAlias = tuple[Mapping[str, str], Mapping[str, str]]
"""The values that outlive a transaction, and those in force, at a savepoint."""

_REPORTED = tuple(name for name, setting in SESSION_SETTINGS.items() if setting.reported)


class SessionSettings:
    """`given` are the settings of the startup packet, which RESET goes back to; `system` tells
    those of the whole server. `identify` says what SET role and session_authorization come to."""

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        fixed: Mapping[str, str],
        system: Callable[[], Mapping[str, str]] = settings.system_defaults,
        identify: Callable[[str, str | None], Mapping[str, str]] | None = None,
    ) -> None:
        self._system = system
        self._identify = identify
        self._start = _start(tuple(given.items()), tuple(fixed.items()))
        self._kept = self._current = self._told = self._start

    # Reading.

    def get(self, name: str) -> str:
        """The current value in canonical form. Raises UndefinedObject (42704)."""
        found = self._current.get(name)
        if found is not None:
            return found
        setting = settings.lookup(name)
        if setting.name in self._current:
            return self._current[setting.name]
        if setting.name in SYSTEM_SETTINGS:
            return self._system()[setting.name]
        # A custom setting that was never SET does not exist (PostgreSQL 20.16).
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')

    def all(self) -> Mapping[str, str]:
        """Every value that SHOW ALL shows."""
        everything = {**self._system(), **self._current}
        return dict(sorted(everything.items(), key=lambda item: item[0].lower()))

    @property
    def reported(self) -> Mapping[str, str]:
        return {name: self._current[name] for name in _REPORTED}

    def drain_changes(self) -> list[tuple[str, str]]:
        """The reported settings whose value is not the one told last."""
        told, self._told = self._told, self._current
        if told is self._current:
            return []
        return [
            (name, self._current[name])
            for name in _REPORTED
            if told[name] != self._current[name]
        ]

    # Writing.

    def set(self, name: str, text: str | None, *, local: bool) -> None:
        """SET; `text` None is DEFAULT. Raises SqlError."""
        setting = settings.changeable(name)
        if self._identify is not None and setting.name in _IDENTITY:
            for changed, value in self._identify(setting.name, text).items():
                self._put(changed, value, local)
            return
        if text is None:
            value = self._start.get(setting.name, setting.default)
        else:
            value = settings.validate(name, text)
        self._put(setting.name, value, local)

    def _put(self, name: str, value: str, local: bool) -> None:
        changed = {name: value}
        self._current = {**self._current, **changed}
        if not local and name not in _TRANSACTION_ONLY:
            self._kept = {**self._kept, **changed}

    def reset_all(self) -> None:
        """All but who the session is, as in PostgreSQL."""
        start = {
            name: self._start.get(name, "")
            for name in self._current
            if name not in _NO_RESET_ALL and name not in _TRANSACTION_ONLY
        }
        self._kept = {**self._kept, **start}
        self._current = {**self._current, **start}

    # Transactions.

    def begin(self) -> Mapping[str, str]:
        """What `end` needs to undo; the modes of the transaction take their defaults."""
        self._current = _with_default_modes(self._current)
        return self._kept

    def mark(self) -> Mark:
        """What `go_back` needs to undo what is set from here on."""
        return self._kept, self._current

    def go_back(self, mark: Mark) -> None:
        self._kept, self._current = mark

    def undo(self, before: Mapping[str, str]) -> None:
        """The transaction has failed: what it SET is gone at once, not only at its end."""
        self._kept = before
        self._current = {**before, **_modes(self._current)}

    def end(self, before: Mapping[str, str], *, committed: bool) -> None:
        if not committed:
            self._kept = before
        self._current = _with_default_modes(self._kept)


@lru_cache(maxsize=256)
def _start(
    given: tuple[tuple[str, str], ...], fixed: tuple[tuple[str, str], ...]
) -> Mapping[str, str]:
    """What a session with these begins with; most begin alike. Raises SqlError."""
    start = settings.defaults()
    for name, text in given:
        start[settings.changeable(name).name] = settings.validate(name, text)
    start.update(fixed)
    return start


def _modes(values: Mapping[str, str]) -> Mapping[str, str]:
    return {name: values[name] for name in _TRANSACTION_ONLY}


def _with_default_modes(values: Mapping[str, str]) -> Mapping[str, str]:
    """`values` itself, as a rule."""
    defaults = {name: values[f"default_{name}"] for name in _TRANSACTION_ONLY}
    return values if defaults == _modes(values) else {**values, **defaults}
