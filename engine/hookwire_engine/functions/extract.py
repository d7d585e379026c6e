"""EXTRACT and date_part: every field of every type as a DuckDB expression (PostgreSQL 9.9.1).

The dialect writes `extract_call` where the field is a literal, so that the result has the type
(numeric with as many decimals as PostgreSQL gives) and the speed of the field alone.
"""

from __future__ import annotations

from hookwire_engine.functions.faults import error_sql

_PLAIN = "DECIMAL(18,0)"
_MICROS = "CAST(date_part('microsecond', {0}) AS DECIMAL(18,0))"
_CALENDAR = {
    "year": "(date_part('year', {0}) - CASE WHEN date_part('year', {0}) <= 0 THEN 1 ELSE 0 END)",
    "month": "date_part('month', {0})",
    "day": "date_part('day', {0})",
    "decade": "CAST(floor(date_part('year', {0}) / 10.0::DOUBLE) AS BIGINT)",
    "century": "date_part('century', {0})",
    "millennium": "date_part('millennium', {0})",
    "quarter": "date_part('quarter', {0})",
    "week": "date_part('week', {0})",
    "isoyear": "(date_part('isoyear', {0})"
    " - CASE WHEN date_part('isoyear', {0}) <= 0 THEN 1 ELSE 0 END)",
    "dow": "date_part('dow', {0})",
    "isodow": "date_part('isodow', {0})",
    "doy": "date_part('doy', {0})",
}
_CLOCK = {"hour": "date_part('hour', {0})", "minute": "date_part('minute', {0})"}
_FRACTIONS = {
    "second": f"CAST({_MICROS} * 0.000001 AS DECIMAL(18,6))",
    "millisecond": f"CAST({_MICROS} * 0.001 AS DECIMAL(18,3))",
    "microsecond": _MICROS,
}
_EPOCH = "CAST(CAST(epoch_us({0}) AS DECIMAL(20,0)) * 0.000001 AS DECIMAL(26,6))"
_JULIAN_DAY = "(date_diff('day', DATE '1970-01-01', CAST({0} AS DATE)) + 2440588)"
_INTERVAL_MICROS = "CAST(date_part('microsecond', {0}) AS DECIMAL(18,0))"


def _whole(expression: str) -> str:
    return f"CAST({expression} AS {_PLAIN})"


def _timestamp() -> dict[str, str]:
    fields = {name: _whole(sql) for name, sql in (_CALENDAR | _CLOCK).items()}
    fields |= _FRACTIONS
    fields["epoch"] = _EPOCH
    fields["julian"] = (
        f"CAST({_JULIAN_DAY} AS {_PLAIN}) + CAST(CAST((epoch_us({{0}}) - epoch_us("
        "date_trunc('day', {0}))) AS DOUBLE) / 86400000000.0 AS DECIMAL(38,20))"
    )
    return fields


def _date() -> dict[str, str]:
    fields = {name: _whole(sql) for name, sql in _CALENDAR.items()}
    fields["epoch"] = _whole("epoch_us({0}) // 1000000")
    fields["julian"] = _whole(_JULIAN_DAY)
    return fields


def _interval() -> dict[str, str]:
    months = "memory.hw.interval_months({0})"
    fields = {
        "year": f"{months} // 12",
        "month": f"{months} % 12",
        "day": "date_part('day', {0})",
        "decade": f"{months} // 120",
        "century": f"{months} // 1200",
        "millennium": f"{months} // 12000",
        "quarter": f"{months} % 12 // 3 + 1",
    } | _CLOCK
    found = {name: _whole(sql) for name, sql in fields.items()} | _FRACTIONS
    found["epoch"] = (
        f"CAST(CAST({months} // 12 * 31557600000000 + {months} % 12 * 2592000000000"
        " + memory.hw.interval_days({0}) * 86400000000 + memory.hw.interval_micros({0})"
        " AS DECIMAL(20,0)) * 0.000001 AS DECIMAL(26,6))"
    )
    return found


def _time() -> dict[str, str]:
    return {name: _whole(sql) for name, sql in _CLOCK.items()} | _FRACTIONS | {"epoch": _EPOCH}


_ZONED = {
    "timezone": _whole("date_part('timezone', {0})"),
    "timezone_hour": _whole("date_part('timezone_hour', {0})"),
    "timezone_minute": _whole("date_part('timezone_minute', {0})"),
}
FIELDS: dict[str, dict[str, str]] = {
    "timestamp": _timestamp(),
    "timestamptz": _timestamp() | _ZONED,
    "date": _date(),
    "interval": _interval(),
    "time": _time(),
}
"""By type and field, an expression over `{0}` that gives a numeric."""

_DISPLAY = {
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}
_ALIASES = {
    "years": "year", "y": "year", "yr": "year", "yrs": "year", "months": "month", "mon": "month",
    "mons": "month", "days": "day", "d": "day", "hours": "hour", "h": "hour", "hr": "hour",
    "hrs": "hour", "minutes": "minute", "m": "minute", "min": "minute", "mins": "minute",
    "seconds": "second", "s": "second", "sec": "second", "secs": "second",
    "milliseconds": "millisecond", "ms": "millisecond", "msec": "millisecond",
    "msecs": "millisecond", "microseconds": "microsecond", "us": "microsecond",
    "usec": "microsecond", "usecs": "microsecond", "decades": "decade", "dec": "decade",
    "decs": "decade", "centuries": "century", "c": "century", "cent": "century",
    "millennia": "millennium", "mil": "millennium", "mils": "millennium", "weeks": "week",
    "w": "week", "qtr": "quarter", "jd": "julian", "j": "julian", "timezone_h": "timezone_hour",
    "timezone_m": "timezone_minute",
}  # fmt: skip
_KNOWN = frozenset(name for fields in FIELDS.values() for name in fields)
KNOWN_LIST = "('" + "', '".join(sorted(_KNOWN)) + "')"
"""Every field that some type has, for an SQL IN."""


def field_name(written: str) -> str:
    """A field under its one name, as `hour` for HOURS."""
    lowered = written.lower()
    return _ALIASES.get(lowered, lowered)


def extract_call(field: str, pg_type: str) -> str | None:
    """The expression over `{0}` for a literal field; None when the type has no such field."""
    return FIELDS[pg_type].get(field_name(field))


def refusal(field: str, pg_type: str) -> tuple[str, str]:
    """SQLSTATE and message for a field that `extract_call` does not know."""
    display = _DISPLAY.get(pg_type, pg_type)
    if field_name(field) in _KNOWN:
        return "0A000", f'unit "{field}" not supported for type {display}'
    return "22023", f'unit "{field}" not recognized for type {display}'


def by_field(pg_type: str, cast: str) -> str:
    """A macro's body over `_1`, the field, and `_2`: for a field that is not a literal."""
    name = "hw_date_field(_1)"
    branches = " ".join(
        f"WHEN '{field}' THEN CAST({sql.replace('{0}', '_2')} AS {cast})"
        for field, sql in FIELDS[pg_type].items()
    )
    display = _DISPLAY.get(pg_type, pg_type)
    refused = " ".join(
        (
            f"CASE WHEN {name} IN {KNOWN_LIST} THEN",
            error_sql("0A000", f"'unit \"' || _1 || '\" not supported for type {display}'"),
            "ELSE",
            error_sql("22023", f"'unit \"' || _1 || '\" not recognized for type {display}'"),
            "END",
        )
    )
    return f"CASE {name} {branches} ELSE {refused} END"
