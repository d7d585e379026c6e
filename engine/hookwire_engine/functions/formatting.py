"""Data type formatting functions (PostgreSQL 9.8)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.formats import date_out, entry, number_in, number_out
from hookwire_engine.functions.signatures import NUMERIC

chapter = Chapter(
    "9.8",
    "Data type formatting functions",
    notes=("Names of months and days are English; TM means nothing.",),
)


def _dates() -> None:
    bigints = ["BIGINT"] * 3
    chapter.udf("to_char_timestamp", entry.timestamp_to_char, ["BIGINT", "VARCHAR"], "VARCHAR")
    chapter.udf(
        "to_char_timestamptz",
        entry.timestamptz_to_char,
        ["BIGINT", "BIGINT", "VARCHAR", "VARCHAR"],
        "VARCHAR",
    )
    chapter.udf("to_char_interval", entry.interval_to_char, [*bigints, "VARCHAR"], "VARCHAR")
    chapter.udf("as_strftime", date_out.as_strftime, ["VARCHAR"], "VARCHAR")
    for name, exact in (
        ("timestamp", "hw_to_char_timestamp(epoch_us(_1), _2)"),
        (
            "timestamptz",
            "hw_to_char_timestamptz(epoch_us(CAST(_1 AS TIMESTAMP)), epoch_us(_1),"
            " current_setting('TimeZone'), _2)",
        ),
    ):
        # strftime wants a constant format and writes years of four digits as PostgreSQL does.
        chapter.macro(
            f"to_char_{name}_fast",
            "_1, _2",
            "CASE WHEN hw_as_strftime(_2) IS NOT NULL AND date_part('year', _1) BETWEEN 1000 AND"
            f" 9999 THEN strftime(_1, hw_as_strftime(_2)) ELSE {exact} END",
        )
        chapter.function(
            f"to_char({name}, text) text",
            as_=f"to_char_{name}",
            sql=exact,
            literal=f"memory.hw.to_char_{name}_fast",
        )
    chapter.function(
        "to_char(interval, text) text",
        as_="to_char_interval",
        sql="hw_to_char_interval(memory.hw.interval_months(_1), memory.hw.interval_days(_1),"
        " memory.hw.interval_micros(_1), _2)",
    )


def _numbers() -> None:
    chapter.udf("to_char_number", number_out.number_to_char, ["VARCHAR", "VARCHAR"], "VARCHAR")
    for name in ("int4", "int8", "numeric"):
        chapter.function(
            f"to_char({name}, text) text",
            as_="to_char_number",
            sql="hw_to_char_number(CAST(_1 AS VARCHAR), _2)",
        )
    chapter.function(
        "to_char(float8, text) text", as_="to_char_float8", python=number_out.float_to_char
    )
    chapter.function(
        "to_char(float4, text) text", as_="to_char_float4", python=number_out.float4_to_char
    )
    chapter.function("to_number(text, text) numeric", python=number_in.to_number, result=NUMERIC)


def _reading() -> None:
    texts = ["VARCHAR", "VARCHAR"]
    chapter.udf("to_date", entry.text_to_days, texts, "BIGINT")
    chapter.udf("to_timestamp", entry.text_to_micros, texts, "BIGINT")
    chapter.udf("template_has_offset", entry.text_has_offset, ["VARCHAR"], "BOOLEAN")
    chapter.function(
        "to_date(text, text) date", sql="DATE '1970-01-01' + CAST(hw_to_date(_1, _2) AS INTEGER)"
    )
    chapter.function(
        "to_timestamp(text, text) timestamptz",
        as_="to_timestamp_template",
        sql="CASE WHEN hw_template_has_offset(_2) THEN memory.hw.instant(hw_to_timestamp(_1, _2))"
        " ELSE CAST(make_timestamp(hw_to_timestamp(_1, _2)) AS TIMESTAMPTZ) END",
    )


_dates()
_numbers()
_reading()
