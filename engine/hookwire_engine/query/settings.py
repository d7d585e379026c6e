"""The settings of one session, with PostgreSQL's rules about transactions.

SET lasts if its transaction commits, SET LOCAL until its transaction ends (PostgreSQL, SET).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookwire_catalog import settings
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.settings import SESSION_SETTINGS, SYSTEM_SETTINGS

_TRANSACTION_ONLY = ("transaction_isolation", "transaction_read_only", "transaction_deferrable")
_REPORTED = tuple(name for name, setting in SESSION_SETTINGS.items() if setting.reported)


class SessionSettings:
    """`given` are the settings of the startup packet, which RESET goes back to; `system` tells
    those of the whole server."""

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        fixed: Mapping[str, str],
        system: Callable[[], Mapping[str, str]] = settings.system_defaults,
    ) -> None:
        self._system = system
        start = settings.defaults()
        for name, text in given.items():
            start[settings.changeable(name).name] = settings.validate(name, text)
        start.update(fixed)
        self._start = start
        self._kept = dict(start)
        self._current = dict(start)
        self._told = {name: start[name] for name in _REPORTED}

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
        everything = dict(self._system()) | self._current
        return dict(sorted(everything.items(), key=lambda item: item[0].lower()))

    @property
    def reported(self) -> Mapping[str, str]:
        return {name: self._current[name] for name in _REPORTED}

    def drain_changes(self) -> list[tuple[str, str]]:
        """The reported settings whose value is not the one told last."""
        changes = [
            (name, self._current[name])
            for name in _REPORTED
            if self._told[name] != self._current[name]
        ]
        self._told.update(changes)
        return changes

    # Writing.

    def set(self, name: str, text: str | None, *, local: bool) -> None:
        """SET; `text` None is DEFAULT. Raises SqlError."""
        setting = settings.changeable(name)
        if text is None:
            value = self._start.get(setting.name, setting.default)
        else:
            value = settings.validate(name, text)
        self._current[setting.name] = value
        if not local and setting.name not in _TRANSACTION_ONLY:
            self._kept[setting.name] = value

    def reset_all(self) -> None:
        for name in [*self._current]:
            if name not in _TRANSACTION_ONLY:
                self._current[name] = self._start.get(name, "")
                self._kept[name] = self._current[name]

    # Transactions.

    def begin(self) -> Mapping[str, str]:
        """What `end` needs to undo; the modes of the transaction take their defaults."""
        before = dict(self._kept)
        for name in _TRANSACTION_ONLY:
            self._current[name] = self._current[f"default_{name}"]
        return before

    def undo(self, before: Mapping[str, str]) -> None:
        """The transaction has failed: what it SET is gone at once, not only at its end."""
        self._kept = dict(before)
        modes = {name: self._current[name] for name in _TRANSACTION_ONLY}
        self._current = self._kept | modes

    def end(self, before: Mapping[str, str], *, committed: bool) -> None:
        if not committed:
            self._kept = dict(before)
        self._current = dict(self._kept)
        for name in _TRANSACTION_ONLY:
            self._current[name] = self._current[f"default_{name}"]
