"""A moment broken into the fields that templates show; any year, also before Christ."""

from __future__ import annotations

from dataclasses import dataclass

_DAY = 86_400_000_000


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar; year 0 is 1 BC."""
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a count of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = (shifted + 2) % 12 + 1
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    return year_of_era + era * 400 + (month <= 2), month, day


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def iso_week(days: int) -> tuple[int, int]:
    """ISO 8601 year and week of a day count."""
    thursday = days - (days + 3) % 7 + 3
    year = civil_from_days(thursday)[0]
    return year, (thursday - days_from_civil(year, 1, 1)) // 7 + 1


def iso_week_start(year: int, week: int) -> int:
    """The day count of the Monday of an ISO week."""
    fourth = days_from_civil(year, 1, 4)
    return fourth - (fourth + 3) % 7 + (week - 1) * 7


@dataclass(frozen=True, slots=True)
class Moment:
    """Fields of a timestamp, or with `interval` those of an interval.

    `days` counts from 1970-01-01 and means nothing for an interval. `zone` is the abbreviation and
    `offset` the seconds east of Greenwich; None where the value has no zone.
    """

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    micro: int
    days: int = 0
    interval: bool = False
    offset: int | None = None
    zone: str = ""

    @classmethod
    def of_micros(cls, micros: int, offset: int | None = None, zone: str = "") -> Moment:
        """The local time `micros` microseconds after 1970-01-01."""
        days, rest = divmod(micros, _DAY)
        return cls(*civil_from_days(days), *_clock(rest), days, False, offset, zone)

    @classmethod
    def of_interval(cls, months: int, days: int, micros: int) -> Moment:
        sign = -1 if micros < 0 else 1
        clock = [sign * part for part in _clock(abs(micros))]
        year_sign = -1 if months < 0 else 1
        years, rest = divmod(abs(months), 12)
        hour, minute, second, micro = clock
        return cls(
            year_sign * years, year_sign * rest, days, hour, minute, second, micro, interval=True
        )

    @property
    def day_of_year(self) -> int:
        if self.interval:
            return abs(self.year) * 12 * 30 + self.month * 30 + self.day
        return self.days - days_from_civil(self.year, 1, 1) + 1

    @property
    def weekday(self) -> int:
        """0 is Sunday."""
        return (self.days + 4) % 7

    @property
    def julian(self) -> int:
        return self.days + 2_440_588


def _clock(micros: int) -> tuple[int, int, int, int]:
    minutes, rest = divmod(micros, 60_000_000)
    return minutes // 60, minutes % 60, rest // 1_000_000, rest % 1_000_000
