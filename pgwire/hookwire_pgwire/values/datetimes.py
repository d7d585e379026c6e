"""date, time, timetz, timestamp and timestamptz, from Arrow to the wire.

DuckDB's infinities arrive as the largest number of the Arrow type and its negative. What numpy's
lookups cannot write (infinities, years outside 1 to 9999) is written one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct

import numpy as np

from hookwire_catalog.errors import DatetimeFieldOverflow
from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    head,
    nulls_of,
    numbers_of,
    padded,
    replaced,
    window,
)
from hookwire_pgwire.values.civil import (
    DAY_US,
    DOT_THREE_DIGITS,
    THOUSANDS_LENGTHS,
    THREE_DIGITS,
    UNITS_LENGTHS,
    YEAR_1,
    YEAR_10000,
    clock_items,
    clock_text,
    date_items,
    date_text,
)
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.datetime_input import (
    parse_date,
    parse_time,
    parse_timestamp,
    parse_timestamptz,
    parse_timetz,
    unpack_date,
    unpack_time,
    unpack_timestamp,
    unpack_timestamptz,
    unpack_timetz,
    zone_seconds,
)
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.zones import offset_at, offset_text, offsets_at, zone_named

EPOCH_DAYS = 10_957
"""2000-01-01, from which PostgreSQL counts, as days since 1970-01-01."""

EPOCH_US = EPOCH_DAYS * DAY_US
MAX_US = 2**63 - 1
MAX_DAYS = 2**31 - 1
INT8 = Struct("!q")
INT4 = Struct("!i")
TIMETZ = Struct("!qi")
PER_UNIT = {"s": 1_000_000, "ms": 1_000, "us": 1}


def micros_of(array: Array) -> Numbers:
    """Timestamps or times of any unit as microseconds; infinities stay the extremes."""
    values = numbers_of(array, "<i8")
    unit = array.type.unit
    if unit == "us":
        return values
    infinite = np.abs(values) == MAX_US
    if unit == "ns":
        # To the nearest, halves away from zero, as DuckDB's casts to TIMESTAMP and TIME do.
        micros, rest = np.divmod(np.abs(values), 1000)
        return np.where(infinite, values, np.sign(values) * (micros + (rest >= 500)))
    factor = PER_UNIT[unit]
    nulls = nulls_of(array)
    known = ~infinite if nulls is None else ~(infinite | nulls)
    if (np.abs(values[known]) > MAX_US // factor).any():
        raise DatetimeFieldOverflow("timestamp out of range")
    return np.where(infinite, values, np.where(known, values, 0) * factor)


def _listed(values: Numbers, array: Array) -> list[int | None]:
    nulls = nulls_of(array)
    listed: list[int | None] = values.tolist()
    if nulls is None:
        return listed
    return [None if null else v for v, null in zip(listed, nulls.tolist(), strict=True)]


def infinity(value: int, largest: int) -> bytes | None:
    if abs(value) < largest:
        return None
    return b"infinity" if value > 0 else b"-infinity"


def _date(days: int) -> bytes:
    date, era = date_text(days)
    return infinity(days, MAX_DAYS) or (date + era).encode()


def _date_text(array: Array, rendering: Rendering) -> Values:
    days = _listed(numbers_of(array, "<i4"), array)
    return [None if v is None else _date(v) for v in days]


def _date_text_cells(array: Array, rendering: Rendering) -> Cells:
    days = numbers_of(array, "<i4")
    nulls = nulls_of(array)
    usual = (days >= YEAR_1) & (days < YEAR_10000)
    cells = padded(head(date_items(np.where(usual, days, 0)), 10), None, nulls)
    rows = np.flatnonzero(~usual if nulls is None else ~(usual | nulls))
    return replaced(cells, rows, [_date(v) for v in days[rows].tolist()])


def _date_binary(array: Array, rendering: Rendering) -> Values:
    days = _listed(_shifted_days(array), array)
    return [None if v is None else INT4.pack(v) for v in days]


def _date_binary_cells(array: Array, rendering: Rendering) -> Cells:
    return padded(_shifted_days(array).astype(">i4"), None, nulls_of(array))


def _shifted_days(array: Array) -> Numbers:
    """Days since 2000-01-01; PostgreSQL's -infinity is the lowest number."""
    days = numbers_of(array, "<i4").astype(np.int64)
    shifted = days - EPOCH_DAYS
    shifted[days == MAX_DAYS] = 2**31 - 1
    shifted[days == -MAX_DAYS] = -(2**31)
    low = shifted < -(2**31)
    nulls = nulls_of(array)
    if nulls is not None:
        shifted[nulls] = 0
        low &= ~nulls
    if low.any():
        raise DatetimeFieldOverflow("date out of range")
    return shifted


@dataclass(frozen=True, slots=True)
class Timestamps:
    """timestamp, or with `zoned` timestamptz, which is shown in the session's time zone."""

    zoned: bool

    def text(self, array: Array, rendering: Rendering) -> Values:
        values = _listed(micros_of(array), array)
        return [None if v is None else self.written(v, rendering) for v in values]

    def written(self, micros: int, rendering: Rendering) -> bytes:
        special = infinity(micros, MAX_US)
        if special is not None:
            return special
        suffix = ""
        if self.zoned:
            offset = offset_at(zone_named(rendering.timezone), micros // 1_000_000)
            micros += offset * 1_000_000
            suffix = offset_text(offset)
        days, clock = divmod(micros, DAY_US)
        date, era = date_text(days)
        return f"{date} {clock_text(clock)}{suffix}{era}".encode()

    def text_cells(self, array: Array, rendering: Rendering) -> Cells:
        micros = micros_of(array)
        nulls = nulls_of(array)
        usual = (micros >= (YEAR_1 + 1) * DAY_US) & (micros < (YEAR_10000 - 1) * DAY_US)
        strange = ~usual if nulls is None else ~(usual | nulls)
        local = micros if usual.all() else np.where(usual, micros, 0)
        if not self.zoned:
            cells = _moments(local, nulls)
        else:
            offsets = offsets_at(zone_named(rendering.timezone), local // 1_000_000)
            cells = _zoned(_moments(local + offsets * 1_000_000, None), offsets, nulls)
        rows = np.flatnonzero(strange)
        return replaced(cells, rows, [self.written(v, rendering) for v in micros[rows].tolist()])

    def binary(self, array: Array, rendering: Rendering) -> Values:
        values = _listed(_shifted_micros(array), array)
        return [None if v is None else INT8.pack(v) for v in values]

    def binary_cells(self, array: Array, rendering: Rendering) -> Cells:
        return padded(_shifted_micros(array).astype(">i8"), None, nulls_of(array))


def _shifted_micros(array: Array) -> Numbers:
    """Microseconds since 2000-01-01; PostgreSQL's -infinity is the lowest number."""
    micros = micros_of(array)
    infinite = (micros == MAX_US) | (micros == -MAX_US)
    low = micros < EPOCH_US - MAX_US
    if not (infinite | low).any():
        return micros - EPOCH_US
    nulls = nulls_of(array)
    bad = low & ~infinite
    if (bad if nulls is None else bad & ~nulls).any():
        raise DatetimeFieldOverflow("timestamp out of range")
    shifted = np.where(infinite | low, 0, micros) - EPOCH_US
    shifted[micros == MAX_US] = MAX_US
    shifted[micros == -MAX_US] = -MAX_US - 1
    return shifted


def _moments(micros: Numbers, nulls: Numbers | None) -> Cells:
    """'YYYY-MM-DD HH:MM:SS[.ffffff]' for the years 1 to 9999."""
    days = micros // DAY_US
    clock = micros - days * DAY_US
    seconds = clock // 1_000_000
    fraction = clock - seconds * 1_000_000
    fields: list[tuple[str, Numbers]] = [
        ("V11", date_items(days)),
        ("V8", clock_items().take(seconds)),
    ]
    return _with_fraction(fields, fraction, nulls)


def _with_fraction(
    fields: list[tuple[str, Numbers]], fraction: Numbers, nulls: Numbers | None
) -> Cells:
    whole = sum(np.dtype(form).itemsize for form, _ in fields)
    lengths: Numbers | None = None
    if fraction.any():
        thousands = fraction // 1000
        units = fraction - thousands * 1000
        fields += [("V4", DOT_THREE_DIGITS.take(thousands)), ("V3", THREE_DIGITS.take(units))]
        lengths = np.maximum(THOUSANDS_LENGTHS.take(thousands), UNITS_LENGTHS.take(units)) + whole
    forms = [(f"f{number}", form) for number, (form, _) in enumerate(fields)]
    items = np.empty(len(fraction), forms)
    for (name, _), (_, value) in zip(forms, fields, strict=True):
        items[name] = value
    return padded(items, lengths, nulls)


def _zoned(moments: Cells, offsets: Numbers, nulls: Numbers | None) -> Cells:
    """The moments with their offsets behind them."""
    assert moments.short is not None
    kinds, which = np.unique(offsets, return_inverse=True)
    texts = [offset_text(offset).encode() for offset in kinds.tolist()]
    sizes = np.array([len(text) for text in texts])[which]
    longest = max(map(len, texts))
    suffixes = np.array([text.ljust(longest) for text in texts], f"S{longest}").view(f"V{longest}")
    width = moments.short.dtype.itemsize
    items = np.zeros(moments.count, f"V{width},V{longest}")
    items["f0"] = moments.short
    ends = width if moments.lengths is None else moments.lengths
    starts = np.arange(moments.count) * items.dtype.itemsize + ends
    window(items.view(np.uint8), longest)[starts] = suffixes[which]
    return padded(items, ends + sizes, nulls)


def _time_text(array: Array, rendering: Rendering) -> Values:
    values = _listed(micros_of(array), array)
    return [None if v is None else clock_text(v).encode() for v in values]


def _time_text_cells(array: Array, rendering: Rendering) -> Cells:
    nulls = nulls_of(array)
    micros = micros_of(array)
    if nulls is not None:
        micros = np.where(nulls, 0, micros)
    seconds = micros // 1_000_000
    fields: list[tuple[str, Numbers]] = [("V8", clock_items().take(seconds))]
    return _with_fraction(fields, micros - seconds * 1_000_000, nulls)


def _time_binary(array: Array, rendering: Rendering) -> Values:
    values = _listed(micros_of(array), array)
    return [None if v is None else INT8.pack(v) for v in values]


def _time_binary_cells(array: Array, rendering: Rendering) -> Cells:
    return padded(micros_of(array).astype(">i8"), None, nulls_of(array))


def _timetz_text(array: Array, rendering: Rendering) -> Values:
    """Timetz arrives as DuckDB's text, which is PostgreSQL's too: Arrow would lose the offset."""
    return [None if v is None else v.encode() for v in array.to_pylist()]


def _timetz_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else _pack_timetz(v) for v in array.to_pylist()]


def _pack_timetz(text: str) -> bytes:
    clock, sign, zone = text.partition("+" if "+" in text else "-")
    hour, minute, second = clock.split(":")
    whole, _, fraction = second.partition(".")
    micros = (int(hour) * 3600 + int(minute) * 60 + int(whole)) * 1_000_000
    return TIMETZ.pack(micros + int(fraction.ljust(6, "0")), -zone_seconds(sign + zone))


def _codec(
    text: Output,
    binary: Output,
    parse: Callable[[str, Rendering], object],
    unpack: Callable[[bytes], object],
) -> Codec:
    return Codec(text=text, binary=binary, parse=parse, unpack=unpack)


_PLAIN, _ZONED = Timestamps(zoned=False), Timestamps(zoned=True)
DATE = _codec(
    Output(_date_text, _date_text_cells),
    Output(_date_binary, _date_binary_cells),
    parse_date,
    unpack_date,
)
TIME = _codec(
    Output(_time_text, _time_text_cells),
    Output(_time_binary, _time_binary_cells),
    parse_time,
    unpack_time,
)
TIMETZ_CODEC = _codec(Output(_timetz_text), Output(_timetz_binary), parse_timetz, unpack_timetz)
TIMESTAMP = _codec(
    Output(_PLAIN.text, _PLAIN.text_cells),
    Output(_PLAIN.binary, _PLAIN.binary_cells),
    parse_timestamp,
    unpack_timestamp,
)
TIMESTAMPTZ = _codec(
    Output(_ZONED.text, _ZONED.text_cells),
    Output(_ZONED.binary, _ZONED.binary_cells),
    parse_timestamptz,
    unpack_timestamptz,
)
