"""Interval arithmetic and text in PostgreSQL's sense (8.5.4, 9.9).

An interval is its months, days and microseconds; none of them is carried over into another.
"""

from __future__ import annotations

from hookwire_engine.functions.faults import Fault

_DAY = 86_400_000_000


def interval_text(months: int, days: int, micros: int) -> str:
    """The text under IntervalStyle postgres, as `1 year 2 mons -3 days +04:05:06.7`."""
    years, months = _signed_divmod(months, 12)
    parts: list[str] = []
    negative = False
    for value, unit in ((years, "year"), (months, "mon"), (days, "day")):
        if value:
            sign = "+" if negative and value > 0 else ""
            parts.append(f"{sign}{value} {unit}{'' if value == 1 else 's'}")
            negative = value < 0
    if micros or not parts:
        sign = "-" if micros < 0 else "+" if negative else ""
        parts.append(sign + clock_text(abs(micros)))
    return " ".join(parts)


def clock_text(micros: int) -> str:
    """Hours, minutes and seconds; as many decimals as there are."""
    seconds, fraction = divmod(micros, 1_000_000)
    shown = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return f"{shown}.{fraction:06d}".rstrip("0") if fraction else shown


def _signed_divmod(value: int, by: int) -> tuple[int, int]:
    quotient, rest = divmod(abs(value), by)
    return (-quotient, -rest) if value < 0 else (quotient, rest)


def for_duckdb(months: int, days: int, micros: int) -> str:
    """A text that DuckDB casts to INTERVAL."""
    if not all(-(1 << 31) <= part < 1 << 31 for part in (months, days)):
        raise Fault("22008", "interval out of range")
    return f"{months} months {days} days {micros} microseconds"


def multiply(months: int, days: int, micros: int, factor: float) -> str:
    return _scaled(months, days, micros, months * factor, days * factor, micros * factor)


def divide(months: int, days: int, micros: int, divisor: float) -> str:
    if divisor == 0:
        raise Fault("22012", "division by zero")
    return _scaled(months, days, micros, months / divisor, days / divisor, micros / divisor)


def _scaled(
    months: int, days: int, micros: int, new_months: float, new_days: float, new_micros: float
) -> str:
    """A fraction of a month goes on into days of a 30-day month, one of a day into time."""
    try:
        whole_months, whole_days = int(new_months), int(new_days)
    except (ValueError, OverflowError):
        raise Fault("22008", "interval out of range") from None
    from_months = round((new_months - whole_months) * 30, 6)
    seconds = round((new_days - whole_days + from_months - int(from_months)) * 86_400, 6)
    if abs(seconds) >= 86_400:
        carried = int(seconds / 86_400)
        whole_days += carried
        seconds -= carried * 86_400
    return for_duckdb(
        whole_months, whole_days + int(from_months), round(new_micros + seconds * 1_000_000)
    )


def justify_hours(months: int, days: int, micros: int) -> tuple[int, int, int]:
    whole, rest = _signed_divmod(micros, _DAY)
    return (months, *_same_sign(days + whole, rest, _DAY))


def justify_days(months: int, days: int, micros: int) -> tuple[int, int, int]:
    whole, rest = _signed_divmod(days, 30)
    return (*_same_sign(months + whole, rest, 30), micros)


def _same_sign(high: int, low: int, unit: int) -> tuple[int, int]:
    if high > 0 > low:
        return high - 1, low + unit
    if high < 0 < low:
        return high + 1, low - unit
    return high, low


def justify_interval(months: int, days: int, micros: int) -> tuple[int, int, int]:
    whole, micros = _signed_divmod(micros, _DAY)
    days += whole
    whole, days = _signed_divmod(days, 30)
    months += whole
    if months > 0 and (days < 0 or (days == 0 and micros < 0)):
        months, days = months - 1, days + 30
    elif months < 0 and (days > 0 or (days == 0 and micros > 0)):
        months, days = months + 1, days - 30
    return (months, *_same_sign(days, micros, _DAY))
