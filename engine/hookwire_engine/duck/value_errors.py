"""Values that are not what a type takes, and results that do not fit."""

from __future__ import annotations

import re

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    DatetimeFieldOverflow,
    DivisionByZero,
    InvalidDatetimeFormat,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    ProgramLimitExceeded,
    SqlError,
)
from hookwire_engine.duck.report import Report
from hookwire_engine.duck.rules import rule, says
from hookwire_engine.duck.spelling import decimal_sizes, type_name
from hookwire_engine.duck.states import (
    ArraySubscriptError,
    CannotCoerce,
    InvalidArgumentForLogarithm,
    InvalidArgumentForPowerFunction,
    InvalidEscapeSequence,
    InvalidRegularExpression,
    StringDataLengthMismatch,
)

_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_LIKE_A_TIME = re.compile(r"\d+[-:/.]\d+")
_WHOLE_TIMESTAMP = re.compile(r"\s*\d+-\d+-\d+[ T]\d+:\d+(:\d+(\.\d+)?)?\s*")
_HUGE_YEAR = re.compile(r"\s*\d{6,}-\d{1,2}-\d")
_ZONED = re.compile(r"tz\b|with\s+time\s+zone", re.IGNORECASE)
_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_OVERFLOW = "value out of range: overflow"


def _bad_text(found: re.Match[str], report: Report) -> SqlError:
    """A text that cannot be read as a type: of the wrong form, or out of its range."""
    text, spelled = found["text"], found["type"]
    name = type_name(spelled)
    if name in _INTEGERS and _WHOLE.fullmatch(text):
        return NumericValueOutOfRange(f'value "{text}" is out of range for type {name}')
    if name in ("real", "double precision") and _NUMBER.fullmatch(text):
        return NumericValueOutOfRange(f'"{text}" is out of range for type {name}')
    if name == "numeric" and _NUMBER.fullmatch(text):
        return field_overflow(spelled)
    if name.endswith("[]"):
        return InvalidTextRepresentation(f'malformed array literal: "{text}"')
    if name == "interval":
        return InvalidDatetimeFormat(f'invalid input syntax for type interval: "{text}"')
    return InvalidTextRepresentation(f'invalid input syntax for type {name}: "{text}"')


def field_overflow(spelled: str) -> SqlError:
    """A number too large for a numeric with precision and scale (apply_typmod in numeric.c)."""
    if "(" not in spelled:
        return NumericValueOutOfRange("value overflows numeric format")
    precision, scale = decimal_sizes(spelled)
    whole = precision - scale
    bound = f"10^{whole}" if whole else "1"
    detail = (
        f"A field with precision {precision}, scale {scale} must round to an absolute value"
        f" less than {bound}."
    )
    return NumericValueOutOfRange("numeric field overflow", detail=detail)


def _out_of_range(found: re.Match[str], report: Report) -> SqlError:
    name = type_name(found["type"])
    if name == "numeric":
        return field_overflow(found["type"])
    if name in ("real", "double precision"):
        return NumericValueOutOfRange(_OVERFLOW)
    return NumericValueOutOfRange(f"{name} out of range")


def _arithmetic_overflow(found: re.Match[str], report: Report) -> SqlError:
    name = type_name(found["type"])
    if name in _INTEGERS:
        return NumericValueOutOfRange(f"{name} out of range")
    if name in ("date", "timestamp without time zone", "timestamp with time zone", "interval"):
        return DatetimeFieldOverflow(f"{name.split(' ')[0]} out of range")
    return NumericValueOutOfRange("value overflows numeric format")


def _bad_datetime_form(found: re.Match[str], report: Report) -> SqlError:
    """DuckDB says so of minutes and seconds over 59, too."""
    if _WHOLE_TIMESTAMP.fullmatch(found["text"]):
        text = found["text"]
        return DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')
    return _bad_datetime(found["what"], found["text"], report)


def _date_out_of_range(found: re.Match[str], report: Report) -> SqlError:
    """DuckDB says so of a time that it cannot read, too."""
    text, what = found["text"], found["what"]
    if not _LIKE_A_TIME.search(text):
        return _bad_datetime(what, text, report)
    if what != "time" and _HUGE_YEAR.match(text):
        return DatetimeFieldOverflow(f'{what} out of range: "{text}"')
    return DatetimeFieldOverflow(f'date/time field value out of range: "{text}"')


def _bad_datetime(what: str, text: str, report: Report) -> SqlError:
    name = "timestamp with time zone" if what == "timestamp" and _zoned(report) else what
    return InvalidDatetimeFormat(f'invalid input syntax for type {name}: "{text}"')


def _zoned(report: Report) -> bool:
    return _ZONED.search(report.place) is not None


def _no_cast(found: re.Match[str], report: Report) -> SqlError:
    source, target = type_name(found["source"]), type_name(found["target"])
    return CannotCoerce(f"cannot cast type {source} to {target}")


def _padded_date(found: re.Match[str], report: Report) -> SqlError:
    year, month, day = found["date"].rsplit("-", 2)
    shown = f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"
    return DatetimeFieldOverflow(f"date field value out of range: {shown}")


def _padded_time(found: re.Match[str], report: Report) -> SqlError:
    hour, minute, second = found["time"].split(":")
    shown = f"{hour.zfill(2)}:{minute.zfill(2)}:{float(second):02g}".rstrip()
    return DatetimeFieldOverflow(f"time field value out of range: {shown}")


_TEXT = r"""['"](?P<text>.*)['"]"""
_FAILED = r"(?:Failed to cast value: )?"

RULES = (
    rule(
        rf"{_FAILED}Could not (?:convert|cast) string {_TEXT} to (?P<type>\w.*?)"
        r"(?: when casting from source column .*)?\Z",
        _bad_text,
    ),
    rule(
        r"Type VARCHAR with value '(?P<text>.*)' can't be cast to the destination type"
        r" (?P<type>.*)\Z",
        _bad_text,
    ),
    rule(
        rf"{_FAILED}Type .*? with value .* can't be cast because the value is out of range for the"
        r" destination type (?P<type>.*)\Z",
        _out_of_range,
    ),
    rule(r'Casting value ".*" to type (?P<type>.*?) failed: value is out of range!', _out_of_range),
    rule(rf"{_FAILED}Failed to cast decimal value \S+ to type (?P<type>\w+)", _out_of_range),
    rule(rf"{_FAILED}Could not cast value .*? to (?P<type>DECIMAL\(\d+,\d+\))", _out_of_range),
    rule(r"Overflow in (?:\w+|left shift) of (?P<type>\S+) \(", _arithmetic_overflow),
    rule(r"Overflow in (?P<type>HUGEINT|INT128) \w+:", _arithmetic_overflow),
    says(r"Overflow |Left-shift value|lcm value", NumericValueOutOfRange, "bigint out of range"),
    says(r"Division by zero", DivisionByZero, "division by zero"),
    rule(
        rf"invalid (?P<what>date|timestamp|time) field format: {_TEXT}, expected format",
        _bad_datetime_form,
    ),
    rule(
        rf"(?P<what>date|timestamp|time) field value out of range: {_TEXT}"
        r"(?:, expected format.*)?\Z",
        _date_out_of_range,
    ),
    rule(r"Date out of range: (?P<date>-?\d+-\d+-\d+)", _padded_date),
    rule(r"Time out of range: (?P<time>\d+:\d+:[\d.]+)", _padded_time),
    says(r"Date out of range", DatetimeFieldOverflow, "date out of range"),
    says(
        r"Timestamp .*out of range|Epoch seconds out of range|Could not convert Timestamp"
        r"|Overflow exception in date/time",
        DatetimeFieldOverflow, "timestamp out of range",
    ),
    says(
        r"Cannot subtract infinite timestamps",
        DatetimeFieldOverflow, "cannot subtract infinite timestamps",
    ),
    says(r"(?i:interval) .*out of range", DatetimeFieldOverflow, "interval out of range"),
    says(r"Malformed JSON", InvalidTextRepresentation, "invalid input syntax for type json"),
    says(
        rf"{_FAILED}(?:to numerical|to decimal)|Failed to cast value to|Expected \w+, but got",
        InvalidParameterValue, "cannot cast this jsonb value to the type that is asked for",
    ),
    rule(r"Unimplemented type for cast \((?P<source>.*?) -> (?P<target>.*?)\)", _no_cast),
    rule(r"Can't convert VARIANT\((?P<source>.*?)\) value .* to '(?P<target>.*)'", _no_cast),
    says(
        r"Invalid character encountered in string -> bit conversion: '(?P<text>.*)'",
        InvalidTextRepresentation, '"{text}" is not a valid binary digit',
    ),
    says(
        r"Invalid hex escape code|Invalid byte encountered|Invalid input for hex digit",
        InvalidTextRepresentation, "invalid input syntax for type bytea",
    ),
    says(
        r"Could not decode string .* as base64",
        InvalidParameterValue, "invalid base64 end sequence",
    ),
    says(
        r"Failure in decode: could not convert blob|Invalid unicode|Invalid string encoding",
        CharacterNotInRepertoire, 'invalid byte sequence for encoding "UTF8"',
    ),
    says(
        r'extract specifier "(?P<name>.*?)" not recognized',
        InvalidParameterValue, 'unit "{name}" not recognized',
    ),
    says(
        r"Unknown TimeZone '(?P<name>.*?)'",
        InvalidParameterValue, 'time zone "{name}" not recognized',
    ),
    says(
        r"(?P<text>cannot take square root of a negative number"
        r"|zero raised to a negative power is undefined"
        r"|a negative number raised to a non-integer power yields a complex result)",
        InvalidArgumentForPowerFunction, "{text}",
    ),
    says(
        r"(?P<text>cannot take logarithm of (?:zero|a negative number))",
        InvalidArgumentForLogarithm, "{text}",
    ),
    says(
        r"(?P<text>factorial of a negative number is undefined)", NumericValueOutOfRange, "{text}"
    ),
    says(r"Value out of range\Z", NumericValueOutOfRange, "value overflows numeric format"),
    says(
        r"\w+ is undefined outside|input value \S+ is out of range for|cannot take log gamma",
        NumericValueOutOfRange, "input is out of range",
    ),
    says(
        r"Cannot (?P<what>AND|OR|XOR) bit strings of different sizes",
        StringDataLengthMismatch, "cannot {what} bit strings of different sizes",
    ),
    says(
        r"bit index (?P<index>-?\d+) out of valid range \((?P<range>.*?)\.\.(?P<last>.*?)\)",
        ArraySubscriptError, "bit index {index} out of valid range ({range}..{last})",
    ),
    says(
        r"Invalid escape string", InvalidEscapeSequence, "invalid escape string",
        "Escape string must be empty or one character.",
    ),
    says(
        r"Like pattern must not end with escape character",
        InvalidEscapeSequence, "LIKE pattern must not end with escape character",
    ),
    says(
        r"missing \)|unexpected \)",
        InvalidRegularExpression, "invalid regular expression: parentheses () not balanced",
    ),
    says(
        r"missing \]",
        InvalidRegularExpression, "invalid regular expression: brackets [] not balanced",
    ),
    says(
        r"no argument for repetition operator|bad repetition operator",
        InvalidRegularExpression, "invalid regular expression: quantifier operand invalid",
    ),
    says(
        r"invalid repetition size",
        InvalidRegularExpression, "invalid regular expression: invalid repetition count(s)",
    ),
    says(
        r"invalid (?P<what>character class range|escape sequence|perl operator|named capture"
        r"|character class|UTF-8)",
        InvalidRegularExpression, "invalid regular expression: invalid {what}",
    ),
    says(
        r"trailing \\",
        InvalidRegularExpression, "invalid regular expression: invalid escape \\ sequence",
    ),
    says(
        r"Unrecognized Regex option (?P<option>.*)\Z",
        InvalidParameterValue, 'invalid regular expression option: "{option}"',
    ),
    says(r"interval cannot be 0!", InvalidParameterValue, "step size cannot equal zero"),
    says(r"Invalid UTF8 Codepoint -", InvalidParameterValue, "character number must be positive"),
    says(
        r"Invalid UTF8 Codepoint (?P<code>\d+)",
        ProgramLimitExceeded, "requested character too large for encoding: {code}",
    ),
)  # fmt: skip
