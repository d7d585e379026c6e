"""The settings of the whole server: what ALTER SYSTEM has stored over what it was started with."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hookwire_catalog import settings
from hookwire_catalog.errors import SqlError
from hookwire_catalog.setting_values import canonical
from hookwire_engine.append.system import SystemLimits, limits_of

log = logging.getLogger("hookwire.engine")


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """`given` are values the server was started with, `stored` those of ALTER SYSTEM; `values` has
    every setting in canonical form. Immutable; any thread."""

    given: Mapping[str, str]
    stored: Mapping[str, str]
    values: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, str], stored: Mapping[str, str]) -> SystemSettings:
        """A stored value that this version does not take has no effect; a warning says so."""
        values = settings.system_defaults() | dict(given)
        for name, text in stored.items():
            try:
                values[settings.system(name).name] = canonical(settings.system(name), text)
            except SqlError as error:
                log.warning("the stored value of %s is not used: %s", name, error.message)
        return cls(given, stored, MappingProxyType(values))

    def altered(self, name: str, text: str | None) -> SystemSettings:
        """ALTER SYSTEM SET, or RESET with None; `name` "all" resets everything. Raises SqlError."""
        if name == "all":
            return self.of(self.given, {})
        setting = settings.system(name)
        stored = {n: t for n, t in self.stored.items() if n != setting.name}
        if text is not None:
            stored[setting.name] = canonical(setting, text)
        return self.of(self.given, stored)

    @property
    def limits(self) -> SystemLimits:
        return limits_of(self.values)
