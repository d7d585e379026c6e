"""interval to text in the four IntervalStyles (EncodeInterval in PostgreSQL's datetime.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hookwire_pgwire.values.civil import clock_text
from hookwire_pgwire.values.interval_input import Interval


class Fields(NamedTuple):
    """An interval's parts as they are shown: within months, days and clock all have one sign."""

    years: int
    months: int
    days: int
    hours: int
    minutes: int
    micros: int
    """Of the last minute, 60,000,000 excluded."""


def _fields(interval: Interval) -> Fields:
    years, months = divmod(abs(interval.months), 12)
    minutes, micros = divmod(abs(interval.micros), 60_000_000)
    hours, minutes = divmod(minutes, 60)
    sign = -1 if interval.months < 0 else 1
    clock = -1 if interval.micros < 0 else 1
    return Fields(
        sign * years, sign * months, interval.days, clock * hours, clock * minutes, clock * micros
    )


def _seconds(micros: int, form: str = "d") -> str:
    """Without a sign; `form` is for the whole seconds."""
    second, fraction = divmod(abs(micros), 1_000_000)
    text = format(second, form)
    return f"{text}.{fraction:06d}".rstrip("0") if fraction else text


def _postgres(interval: Interval) -> str:
    """A part after a negative one shows its plus sign."""
    fields = _fields(interval)
    shown: list[str] = []
    negative = False
    for value, unit in ((fields.years, "year"), (fields.months, "mon"), (fields.days, "day")):
        if value:
            plus = "+" if negative and value > 0 else ""
            shown.append(f"{plus}{value} {unit}{'' if value == 1 else 's'}")
            negative = value < 0
    if interval.micros or not shown:
        mark = "-" if interval.micros < 0 else "+" if negative else ""
        shown.append(mark + clock_text(abs(interval.micros)))
    return " ".join(shown)


def _postgres_verbose(interval: Interval) -> str:
    """The first part that is not zero decides whether all is 'ago'."""
    fields = _fields(interval)
    shown = ["@"]
    sign = 0
    for value, unit in zip(fields[:5], ("year", "mon", "day", "hour", "min"), strict=True):
        if value:
            sign = sign or (1 if value > 0 else -1)
            shown.append(f"{sign * value} {unit}{'' if sign * value == 1 else 's'}")
    if fields.micros:
        sign = sign or (1 if fields.micros > 0 else -1)
        minus = "-" if sign * fields.micros < 0 else ""
        plural = "" if abs(fields.micros) == 1_000_000 else "s"
        shown.append(f"{minus}{_seconds(fields.micros)} sec{plural}")
    if not sign:
        shown.append("0")
    if sign < 0:
        shown.append("ago")
    return " ".join(shown)


def _iso_8601(interval: Interval) -> str:
    fields = _fields(interval)
    date = "".join(f"{value}{unit}" for value, unit in zip(fields, "YMD", strict=False) if value)
    clock = "".join(
        f"{value}{unit}" for value, unit in zip(fields[3:], "HM", strict=False) if value
    )
    if fields.micros:
        clock += f"{'-' if fields.micros < 0 else ''}{_seconds(fields.micros)}S"
    if not date and not clock:
        return "PT0S"
    return f"P{date}T{clock}" if clock else f"P{date}"


def _sql_standard(interval: Interval) -> str:
    """Year and month, or day and time; what the standard has no form for shows every sign."""
    fields = _fields(interval)
    negative, positive = any(v < 0 for v in fields), any(v > 0 for v in fields)
    if not negative and not positive:
        return "0"
    has_months, has_rest = bool(interval.months), bool(interval.days or interval.micros)
    years, months, days, hours, minutes = map(abs, fields[:5])
    clock = f"{hours}:{minutes:02d}:{_seconds(fields.micros, '02d')}"
    if (negative and positive) or (has_months and has_rest):
        signs = ["-" if v < 0 else "+" for v in interval]
        return f"{signs[0]}{years}-{months} {signs[1]}{days} {signs[2]}{clock}"
    sign = "-" if negative else ""
    if has_months:
        return f"{sign}{years}-{months}"
    return f"{sign}{days} {clock}" if days else f"{sign}{clock}"


STYLES: dict[str, Callable[[Interval], str]] = {
    "postgres": _postgres,
    "postgres_verbose": _postgres_verbose,
    "sql_standard": _sql_standard,
    "iso_8601": _iso_8601,
}


def interval_text(interval: Interval, style: str) -> str:
    return STYLES[style](interval)
