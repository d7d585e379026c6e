"""The types of settings: text as a user writes it to text as PostgreSQL shows it.

The rules are PostgreSQL's guc.c as seen from outside (checked against PostgreSQL 15): which words
are booleans, which units multiply, what is rounded, and every message.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from urllib.parse import urlsplit

from hookwire_catalog.charsets import encoding_named
from hookwire_catalog.errors import FeatureNotSupported, InvalidParameterValue
from hookwire_catalog.names import fold, quote_identifier, truncate
from hookwire_catalog.networks import canonical_list

MAX_INT = 2_147_483_647


class Type(Enum):
    """`vartype` of pg_settings is the value."""

    BOOL = "bool"
    INT = "integer"
    ENUM = "enum"
    STRING = "string"
    NAMES = "string", "a list of identifiers"
    DATESTYLE = "string", "DateStyle"
    TIMEZONE = "string", "TimeZone"
    ENCODING = "string", "client_encoding"
    ALWAYS_ON = "bool", "only on"
    NETWORKS = "string", "addresses and CIDR blocks"
    URL = "string", "the base of URLs"

    @property
    def vartype(self) -> str:
        return self.value if isinstance(self.value, str) else self.value[0]


class Unit(Enum):
    """The unit a number is counted in, and the suffixes that may follow it."""

    NONE = ""
    SECONDS = "s"
    MILLISECONDS = "ms"
    KILOBYTES = "kB"
    BYTES = "B"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` is canonical text; `reported` ones go out as ParameterStatus.
    `maximum` of a STRING, if it has one, is its longest value in bytes.

    `allowed` are the words of an ENUM; `hidden` other words for them, as pairs, which PostgreSQL
    takes and does not list. A `bare` number is shown without its unit.
    """

    name: str
    type: Type
    default: str
    help: str
    unit: Unit = Unit.NONE
    allowed: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    minimum: int = 0
    maximum: int = 0
    reported: bool = False
    read_only: bool = False
    bare: bool = False

    @property
    def is_list(self) -> bool:
        """Whether SET takes several values with commas between them."""
        return self.type in (Type.NAMES, Type.DATESTYLE, Type.NETWORKS)


def canonical(setting: Setting, text: str) -> str:
    """`text` as SHOW will print it; raises InvalidParameterValue (22023) or 0A000."""
    return _CANONICAL[setting.type](setting, text)


def _invalid(
    setting: Setting, text: str, *, detail: str | None = None, hint: str | None = None
) -> InvalidParameterValue:
    return InvalidParameterValue(
        f'invalid value for parameter "{setting.name}": "{text}"', detail=detail, hint=hint
    )


# Booleans and choices.

_BOOLEAN_WORDS = {"true": "on", "yes": "on", "false": "off", "no": "off"}


def parse_boolean(text: str) -> bool | None:
    """PostgreSQL's booleans: on, off (of), 1, 0 and beginnings of true, false, yes, no."""
    word = text.lower()
    if word in ("on", "1"):
        return True
    if word in ("off", "of", "0"):
        return False
    if word:
        for whole, meaning in _BOOLEAN_WORDS.items():
            if whole.startswith(word):
                return meaning == "on"
    return None


def _boolean(setting: Setting, text: str) -> str:
    value = parse_boolean(text)
    if value is None:
        raise InvalidParameterValue(f'parameter "{setting.name}" requires a Boolean value')
    return "on" if value else "off"


def _always_on(setting: Setting, text: str) -> str:
    if _boolean(setting, text) == "off":
        raise FeatureNotSupported(
            f'parameter "{setting.name}" cannot be off',
            hint="Write E'...' for strings with backslash escapes.",
        )
    return "on"


def _enum(setting: Setting, text: str) -> str:
    word = text.lower()
    word = dict(setting.hidden).get(word, word)
    if word in setting.allowed:
        return word
    raise InvalidParameterValue(
        f'invalid value for parameter "{setting.name.lower()}": "{text}"',
        hint=f"Available values: {', '.join(setting.allowed)}.",
    )


def _string(setting: Setting, text: str) -> str:
    if setting.name == "application_name":
        return "".join(c if " " <= c <= "~" else "?" * len(c.encode()) for c in text)
    if setting.maximum and len(text.encode()) > setting.maximum:
        raise InvalidParameterValue(
            f'value for parameter "{setting.name}" is too long',
            hint=f"It may have {setting.maximum} bytes.",
        )
    return text


# Numbers with units. The first column is what a suffix multiplies the setting's own unit by.

_TIME = (("d", 86_400_000.0), ("h", 3_600_000.0), ("min", 60_000.0), ("s", 1000.0), ("ms", 1.0),
         ("us", 0.001))  # fmt: skip
_SIZE_BYTES = (("TB", 2.0**40), ("GB", 2.0**30), ("MB", 2.0**20), ("kB", 1024.0), ("B", 1.0))
_SIZE_KILOBYTES = tuple((suffix, factor / 1024) for suffix, factor in _SIZE_BYTES)
_FACTORS: dict[Unit, tuple[tuple[str, float], ...]] = {
    Unit.NONE: (),
    Unit.SECONDS: tuple((suffix, factor / 1000) for suffix, factor in _TIME),
    Unit.MILLISECONDS: _TIME,
    Unit.KILOBYTES: _SIZE_KILOBYTES,
    Unit.BYTES: _SIZE_BYTES,
}
_TIME_HINT = 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".'
_UNIT_HINTS = {
    Unit.SECONDS: _TIME_HINT,
    Unit.MILLISECONDS: _TIME_HINT,
    Unit.KILOBYTES: 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
    Unit.BYTES: 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
}
# C's strtol with any base, and strtod where a point or an exponent follows.
_AMOUNT = re.compile(
    r"\s*([+-]?)(?:(0[xX][0-9a-fA-F]+)|(0[0-7]+)(?![0-7.eE])|(0)(?=[89])"
    r"|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*(.*)",
    re.ASCII | re.DOTALL,
)


def parse_amount(setting: Setting, text: str) -> int:
    """The number that `text` means, in the setting's unit, within its bounds."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise _invalid(setting, text)
    sign, hexadecimal, octal, zero, decimal, suffix = found.groups()
    if hexadecimal:
        value = float(int(hexadecimal, 16))
    else:
        value = float(int(octal, 8)) if octal else float(zero or decimal)
    value = -value if sign == "-" else value
    suffix = suffix.rstrip()
    if suffix:
        factor = dict(_FACTORS[setting.unit]).get(suffix)
        if factor is None:
            raise _invalid(setting, text, hint=_UNIT_HINTS.get(setting.unit))
        value *= factor
    limit = max(MAX_INT, setting.maximum)
    if not -limit - 1 <= value <= limit:
        raise _invalid(setting, text, hint="Value exceeds integer range.")
    number = round(value)
    if not setting.minimum <= number <= setting.maximum:
        unit = f" {setting.unit.value}" if setting.unit.value else ""
        raise InvalidParameterValue(
            f'{number}{unit} is outside the valid range for parameter "{setting.name}"'
            f" ({setting.minimum} .. {setting.maximum})"
        )
    return number


def _amount(setting: Setting, text: str) -> str:
    """PostgreSQL shows the largest unit that divides the value. Ours in bytes stay plain numbers:
    their names end in `_bytes`, and programs read them."""
    number = parse_amount(setting, text)
    if setting.unit in (Unit.MILLISECONDS, Unit.KILOBYTES) and number > 0 and not setting.bare:
        for suffix, factor in _FACTORS[setting.unit]:
            if factor >= 1 and number % int(factor) == 0:
                return f"{number // int(factor)}{suffix}"
    return str(number)


# Lists of names, dates, zones, encodings.


_NAME = re.compile(r'\s*+("[^"]*+(?:""[^"]*+)*+"|[^\s,"][^\s,]*+)\s*+(,|\Z)')


def split_names(text: str) -> list[str] | None:
    """The identifiers of a comma-separated list, folded; None when it is not one."""
    names: list[str] = []
    at, more = 0, bool(text.strip())
    while more:
        found = _NAME.match(text, at)
        if found is None:
            return None
        name, comma = found.groups()
        quoted = name.startswith('"')
        names.append(truncate(name[1:-1].replace('""', '"')) if quoted else fold(name))
        at, more = found.end(), comma == ","
    return names


def _names(setting: Setting, text: str) -> str:
    """Each identifier quoted where it must be; the empty name is one, which no schema has."""
    names = split_names(text)
    if names is None:
        raise _invalid(setting, text, detail="List syntax is invalid.")
    return ", ".join(quote_identifier(name) for name in names)


_STYLES = {"iso": "ISO", "sql": "SQL", "postgres": "Postgres", "german": "German"}
_ORDERS = {"ymd": "YMD", "dmy": "DMY", "mdy": "MDY", "us": "MDY", "noneuro": "MDY", "euro": "DMY"}
_BEGINNINGS = ("postgres", "euro", "noneuro")
"""Words that may go on in any way: "european" (PostgreSQL's datetime code does the same)."""


def _datestyle(setting: Setting, text: str) -> str:
    styles: set[str] = set()
    orders: set[str] = set()
    words = split_names(text)
    if words is None:
        raise _invalid(setting, text, detail="List syntax is invalid.")
    for word in words:
        key = next((whole for whole in _BEGINNINGS if word.lower().startswith(whole)), word.lower())
        if key in _STYLES:
            styles.add(_STYLES[key])
        elif key in _ORDERS:
            orders.add(_ORDERS[key])
        elif key != "default":
            raise _invalid(setting, text, detail=f'Unrecognized key word: "{word}".')
    if len(styles) > 1 or len(orders) > 1:
        raise _invalid(setting, text, detail='Conflicting "datestyle" specifications.')
    if styles - {"ISO"}:
        raise FeatureNotSupported(
            f'DateStyle "{styles.pop()}" is not supported',
            hint="Dates and times are always shown in the ISO style.",
        )
    return f"ISO, {orders.pop() if orders else 'MDY'}"


# A POSIX zone counts west of Greenwich as positive, whatever the abbreviation before the sign; a
# bare number counts east (PostgreSQL B.5). DuckDB and clients read names like Etc/GMT-2 one way
# only, so that is what an offset becomes.
_POSIX_OFFSET = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)?([+-]?)(\d{1,2})(?::?(\d\d))?")
_NUMBER_OFFSET = re.compile(r"[+-]?\d{1,3}(?:\.\d*)?")


def _timezone(setting: Setting, text: str) -> str:
    name = text.strip()
    if _NUMBER_OFFSET.fullmatch(name):
        return _offset(text, -float(name))
    if name.lower() in _zones():
        return _zones()[name.lower()]
    if found := _POSIX_OFFSET.fullmatch(name):
        return _offset(text, int(found[1] + found[2]) + int(found[3] or 0) / 60)
    raise _invalid(setting, text)


def _offset(text: str, west: float) -> str:
    if west == 0:
        return "UTC"
    if west.is_integer() and -14 <= west <= 12:
        return f"Etc/GMT{int(west):+d}"
    raise FeatureNotSupported(
        f'time zone offset "{text}" is not supported',
        hint="Use whole hours, or the name of a zone, as in 'Asia/Kolkata'.",
    )


@cache
def _zones() -> dict[str, str]:
    """Zone names by their lower-case form; UTC even on a machine without a zone database."""
    return {"utc": "UTC", **{name.lower(): name for name in zoneinfo.available_timezones()}}


_OTHER_ENCODINGS = {
    "eucjp", "euccn", "euckr", "euctw", "eucjis2004", "johab", "sjis", "shiftjis", "big5", "gbk",
    "gb18030", "uhc", "muleinternal", "mskanji", "windows949", "windows950", "windows936",
    "shiftjis2004",
}  # fmt: skip


def _encoding(setting: Setting, text: str) -> str:
    found = encoding_named(text)
    if found is not None:
        return found
    if re.sub(r"[^a-z0-9]", "", text.lower()) in _OTHER_ENCODINGS:
        shown = text.strip().strip("\"'").upper()
        raise FeatureNotSupported(
            f'invalid value for parameter "{setting.name}": "{text}"',
            detail=f"Conversion between {shown} and UTF8 is not supported.",
            hint="Use client_encoding UTF8.",
        )
    raise _invalid(setting, text)


def _networks(setting: Setting, text: str) -> str:
    return ", ".join(canonical_list(setting.name, text))


def _url(setting: Setting, text: str) -> str:
    """An http or https URL without query, without a slash at its end."""
    try:
        parts = urlsplit(text)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError:
        bad = True
    else:
        bad = bad or bool(parts.query or parts.fragment or parts.username)
    if bad or any(c.isspace() or not c.isprintable() for c in text):
        hint = "Write a URL such as https://hooks.example.com, without a query."
        raise _invalid(setting, text, hint=hint)
    return text.rstrip("/")


_CANONICAL: dict[Type, Callable[[Setting, str], str]] = {
    Type.BOOL: _boolean,
    Type.INT: _amount,
    Type.ENUM: _enum,
    Type.STRING: _string,
    Type.NAMES: _names,
    Type.DATESTYLE: _datestyle,
    Type.TIMEZONE: _timezone,
    Type.ENCODING: _encoding,
    Type.ALWAYS_ON: _always_on,
    Type.NETWORKS: _networks,
    Type.URL: _url,
}
