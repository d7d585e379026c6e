"""Values as PostgreSQL prints them, in SQL: what concat, format and casts to text show."""

from __future__ import annotations

from hookwire_engine.functions.casts import VECTORS
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import NUMERIC

chapter = Chapter(
    "8",
    "Text of values",
    notes=(
        "A numeric without precision and scale is shown without zeros at its end.",
        "A source's jsonb column is shown as it was sent; what is computed, as PostgreSQL does.",
    ),
)

_TEMPLATES = {
    "bool": "CASE WHEN {0} THEN 't' WHEN NOT {0} THEN 'f' END",
    "float4": "memory.hw.float_text({0})",
    "float8": "memory.hw.float_text({0})",
    "numeric": "memory.hw.numeric_text({0})",
    "date": "memory.hw.date_text({0})",
    "timestamp": "memory.hw.date_text({0})",
    "timestamptz": "memory.hw.date_text({0})",
    "interval": "memory.hw.interval_text({0})",
    "bytea": "'\\x' || lower(hex({0}))",
    "hstore": "hw_hstore_out({0})",
    "text": "{0}",
    "varchar": "{0}",
}

_CAST_TEMPLATES = {"bool": "CAST({0} AS VARCHAR)", "inet": "memory.hw.inet_text({0})"}


def text_item(pg_type: str, *, cast: bool = False) -> str:
    """A DuckDB expression over `{0}`, a value of `pg_type`, that gives PostgreSQL's text of it.

    `cast` is `::text`, which differs from output in two places: booleans are spelled out, and an
    inet always shows the length of its mask.
    """
    if cast and pg_type in _CAST_TEMPLATES:
        return _CAST_TEMPLATES[pg_type]
    if pg_type in VECTORS:
        return "array_to_string({0}, ' ')"
    if pg_type.startswith("_"):
        inner = text_item(pg_type[1:]).format("_e")
        return f"memory.hw.array_text(list_transform({{0}}, lambda _e: {inner}))"
    return _TEMPLATES.get(pg_type, "CAST({0} AS VARCHAR)")


_SPECIAL = (
    "CASE WHEN isnan(_1) THEN 'NaN' WHEN isinf(_1) THEN"
    " CASE WHEN _1 > 0 THEN 'Infinity' ELSE '-Infinity' END"
)
# PostgreSQL turns to an exponent from 1e15 on (1e6 for float4), DuckDB later.
chapter.udf("float8_text", lambda value: _shortest(value, 15), ["DOUBLE"], "VARCHAR")
chapter.udf("float4_text", lambda text: _shortest(float(text), 6), ["VARCHAR"], "VARCHAR")
chapter.macro(
    "float_text",
    "_1",
    f"{_SPECIAL} WHEN typeof(_1) = 'FLOAT' AND abs(_1) >= 1000000"
    " THEN hw_float4_text(CAST(_1 AS VARCHAR))"
    " WHEN abs(_1) >= 1e15 OR (abs(_1) < 0.0001 AND _1 <> 0) THEN"
    " CASE WHEN typeof(_1) = 'FLOAT' THEN hw_float4_text(CAST(_1 AS VARCHAR))"
    " ELSE hw_float8_text(_1) END"
    " ELSE regexp_replace(CAST(_1 AS VARCHAR), '[.]0$', '') END",
)
chapter.macro(
    "array_text",
    "_1",
    "'{' || array_to_string(list_transform(_1, lambda _e: CASE WHEN _e IS NULL THEN 'NULL'"
    " WHEN _e = '' OR lower(_e) = 'null' OR regexp_matches(_e, '[{},\"\\\\\\s]')"
    " THEN '\"' || replace(replace(_e, '\\', '\\\\'), '\"', '\\\"') || '\"' ELSE _e END), ',')"
    " || '}'",
)
# DuckDB marks years before Christ inside the text, and writes a lone fraction without its zero.
chapter.macro(
    "date_text",
    "_1",
    "CASE WHEN contains(CAST(_1 AS VARCHAR), ' (BC)')"
    " THEN replace(CAST(_1 AS VARCHAR), ' (BC)', '') || ' BC' ELSE CAST(_1 AS VARCHAR) END",
)
chapter.macro(
    "date_json",
    "_1",
    "replace(replace(memory.hw.date_text(_1), ' ', 'T'), 'TBC', ' BC')",
)
chapter.macro(
    "timestamptz_json",
    "_1",
    "regexp_replace(memory.hw.date_json(_1), '([-+][0-9]{2})( BC)?$', '\\1:00\\2')",
)
chapter.macro(
    "numeric_text",
    "_1",
    f"CASE WHEN typeof(_1) = '{NUMERIC}'"
    " THEN regexp_replace(CAST(_1 AS VARCHAR), '[.]?0+$', '')"
    " ELSE regexp_replace(CAST(_1 AS VARCHAR), '^(-?)[.]', '\\10.') END",
)


def _shortest(value: float, limit: int) -> str:
    """The shortest digits that give the value back, with an exponent from 1e`limit` on."""
    digits, _, exponent = f"{value!r}".partition("e")
    if not exponent and abs(value) >= 10.0**limit:
        sign, whole = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
        plain = whole.partition(".")[0]
        fraction = (plain[1:] + whole.partition(".")[2]).rstrip("0")
        return f"{sign}{plain[0]}{'.' + fraction if fraction else ''}e+{len(plain) - 1:02d}"
    if not exponent:
        return digits.removesuffix(".0")
    power = int(exponent)
    return f"{digits.removesuffix('.0')}e{'-' if power < 0 else '+'}{abs(power):02d}"


def joined(texts: str, separator: str) -> str:
    """The elements of a list of VARCHAR that are not NULL, as one text.

    Any expression may separate them, where DuckDB's array_to_string takes a constant only and
    gives NULL for no elements. Neither may be NULL.
    """
    each = f"list_transform({texts}, lambda _j: {separator} || _j)"
    return f"coalesce(substring(array_to_string({each}, ''), length({separator}) + 1), '')"
