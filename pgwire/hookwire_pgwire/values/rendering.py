"""The settings of a session that decide how values read as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rendering:
    """Each field is the setting of that name, as SHOW prints it; `date_order` is DateStyle's.

    Results depend on the first four, parameters on `timezone`, `interval_style` and `date_order`.
    Binary forms depend on none.
    """

    timezone: str = "UTC"
    extra_float_digits: int = 1
    bytea_output: str = "hex"
    interval_style: str = "postgres"
    date_order: str = "MDY"

    @staticmethod
    def of(setting: Callable[[str], str]) -> Rendering:
        """The rendering of a session, by what its settings are."""
        return _rendering(
            setting("TimeZone"),
            setting("extra_float_digits"),
            setting("bytea_output"),
            setting("IntervalStyle"),
            setting("DateStyle"),
        )


@lru_cache(maxsize=256)
def _rendering(
    timezone: str, extra_float_digits: str, bytea_output: str, interval_style: str, date_style: str
) -> Rendering:
    order = date_style.rpartition(" ")[2]
    return Rendering(timezone, int(extra_float_digits), bytea_output, interval_style, order)
