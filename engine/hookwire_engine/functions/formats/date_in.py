"""to_date and to_timestamp (PostgreSQL 9.8): reading text by a template."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.formats.date_out import DAYS, MONTHS, ROMAN
from hookwire_engine.functions.formats.moment import (
    days_from_civil,
    days_in_month,
    is_leap,
    iso_week_start,
)
from hookwire_engine.functions.formats.template import Node, read_template

_WIDTHS = {
    "HH24": 2, "HH12": 2, "HH": 2, "MI": 2, "SS": 2, "MS": 3, "US": 6, "SSSS": 5, "SSSSS": 5,
    "YYYY": 4, "YYY": 3, "YY": 2, "Y": 1, "IYYY": 4, "IYY": 3, "IY": 2, "I": 1, "MM": 2, "DDD": 3,
    "IDDD": 3, "DD": 2, "D": 1, "ID": 1, "W": 1, "WW": 2, "IW": 2, "CC": 2, "J": 9, "Q": 1,
    "TZH": 2, "TZM": 2, **{f"FF{n}": n for n in range(1, 7)},
}  # fmt: skip
_YEARS = ("YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I")
_ISO = frozenset(("IYYY", "IYY", "IY", "I", "IW", "ID", "IDDD"))
_GREGORIAN = frozenset(
    (
        "Y,YYY",
        "YYYY",
        "YYY",
        "YY",
        "Y",
        "MM",
        "MON",
        "MONTH",
        "DD",
        "DDD",
        "WW",
        "W",
        "CC",
        "RM",
        "J",
    )
)
_NUMBER = re.compile(r"[-+]?\d+")


@dataclass(frozen=True, slots=True)
class Read:
    """`micros` since 1970-01-01 as local time; `offset` seconds east when TZH said so."""

    micros: int
    offset: int | None


def read_moment(text: str, template: str) -> Read:
    """The moment in `text`; 22007 and 22008 where it does not fit."""
    reader = _Reader(text, template)
    reader.run()
    return _Assembler(text, reader.values, reader.bc, reader.pm, reader.clock12).moment()


def _invalid(message: str, hint: str | None = None) -> Fault:
    return Fault("22007", message, hint)


class _Reader:
    def __init__(self, text: str, template: str) -> None:
        self._text = text
        self._at = 0
        self._template = read_template(template)
        self.values: dict[str, int] = {}
        self.bc = False
        self.pm: bool | None = None
        self.clock12 = False
        self._check_conventions()

    def _check_conventions(self) -> None:
        patterns = {node.pattern for node in self._template.nodes}
        if patterns & _ISO and patterns & _GREGORIAN:
            hint = "Do not mix Gregorian and ISO week date conventions in a formatting template."
            raise _invalid("invalid combination of date conventions", hint)

    def run(self) -> None:
        nodes = self._template.nodes
        self._skip_spaces()
        for index, node in enumerate(nodes):
            if self._at >= len(self._text):
                return
            if node.pattern:
                self._field(node, nodes[index + 1] if index + 1 < len(nodes) else None)
            else:
                self._literal(node, index)

    def _skip_spaces(self) -> None:
        while not self._template.exact and self._text[self._at : self._at + 1].isspace():
            self._at += 1

    def _literal(self, node: Node, index: int) -> None:
        """A separator matches any separator or none; other text just moves on."""
        character = self._text[self._at]
        if node.quoted:
            self._at += len(node.text)
        elif node.text.isalnum():
            self._at += 1
        elif not character.isalnum() and (character not in "+-" or not self._sign_follows(index)):
            self._at += 1
            following = self._template.nodes[index + 1 : index + 2]
            if following and following[0].pattern:
                self._skip_spaces()
        elif self._template.exact:
            self._at += 1

    def _sign_follows(self, index: int) -> bool:
        following = self._template.nodes[index + 1 : index + 2]
        return bool(following) and following[0].pattern == "TZH"

    def _field(self, node: Node, following: Node | None) -> None:
        self._skip_spaces()
        pattern = node.pattern
        if pattern in ("TZ", "OF"):
            raise Fault("0A000", f'formatting field "{pattern}" is only supported in to_char')
        if pattern in ("AM", "PM", "A.M.", "P.M."):
            self.pm = (
                self._word(node, ("AM", "PM") if "." not in pattern else ("A.M.", "P.M.")) == 1
            )
            self.clock12 = True
        elif pattern in ("AD", "BC", "A.D.", "B.C."):
            self.bc = (
                self._word(node, ("AD", "BC") if "." not in pattern else ("A.D.", "B.C.")) == 1
            )
        elif pattern in ("MONTH", "MON"):
            short = pattern == "MON"
            self._set(node, "MM", self._name(node, MONTHS, short) + 1)
        elif pattern in ("DAY", "DY"):
            self._name(node, DAYS, pattern == "DY")
        elif pattern == "RM":
            self._set(node, "MM", 12 - self._word(node, ROMAN))
        elif pattern == "Y,YYY":
            self._comma_year(node)
        else:
            self._number_field(node, following)

    def _set(self, node: Node, name: str, value: int) -> None:
        if self.values.get(name, value) != value:
            detail = f'conflicting values for "{node.text}" field in formatting string'
            raise _invalid(detail)
        self.values[name] = value

    def _word(self, node: Node, words: tuple[str, ...]) -> int:
        rest = self._text[self._at :].upper()
        for index, word in enumerate(words):
            if rest.startswith(word.upper()):
                self._at += len(word)
                return index
        raise _invalid(f'invalid value "{self._piece(node)}" for "{node.text}"')

    def _name(self, node: Node, names: tuple[str, ...], short: bool) -> int:
        return self._word(node, tuple(name[:3] for name in names) if short else names)

    def _piece(self, node: Node) -> str:
        width = _WIDTHS.get(node.pattern)
        found = re.match(r"\S+", self._text[self._at :])
        piece = found[0] if found else ""
        return piece[:width] if width else piece

    def _comma_year(self, node: Node) -> None:
        found = re.compile(r"(\d+),(\d{3})").match(self._text, self._at)
        if found is None:
            raise _invalid(f'invalid value "{self._piece(node)}" for "Y,YYY"')
        self._at = found.end()
        self._set(node, "YYYY", int(found[1]) * 1000 + int(found[2]))

    def _number_field(self, node: Node, following: Node | None) -> None:
        pattern = node.pattern
        width = _WIDTHS[pattern]
        if pattern == "TZH":
            return self._zone_hours()
        bounded = following is not None and following.pattern and _begins_with_digit(following)
        limit = width if (bounded or self._template.exact) and node.fill else 40
        found = re.compile(rf"[-+]?\d{{1,{limit}}}").match(self._text, self._at)
        if found is None:
            raise _invalid(f'invalid value "{self._piece(node)}" for "{node.text}"')
        self._at = found.end()
        digits = found[0]
        if node.ordinal:
            self._at += 2
        if pattern in ("MS", "US") or pattern.startswith("FF"):
            places = 3 if pattern == "MS" else 6
            value = int(digits[:places].ljust(places, "0")) * (1000 if places == 3 else 1)
            self._set(node, "US", value)
            return None
        value = int(digits)
        if pattern in _YEARS:
            value = _full_year(pattern, value, len(digits.lstrip("+-")))
        self._set(node, _CANONICAL.get(pattern, pattern), value)
        self.clock12 = self.clock12 or pattern in ("HH", "HH12")
        return None

    def _zone_hours(self) -> None:
        found = re.compile(r"([-+]?)\s*(\d{1,2})").match(self._text, self._at)
        if found is None:
            raise _invalid(f'invalid value "{self._text[self._at : self._at + 2]}" for "TZH"')
        self._at = found.end()
        self.values["TZS"] = -1 if found[1] == "-" else 1
        self.values["TZH"] = int(found[2])


_CANONICAL = {"HH12": "HH", "SSSSS": "SSSS", "YYY": "YYYY", "YY": "YYYY", "Y": "YYYY",
              "IYY": "IYYY", "IY": "IYYY", "I": "IYYY"}  # fmt: skip


def _begins_with_digit(node: Node) -> bool:
    return node.pattern in _WIDTHS and node.pattern not in ("TZH",)


def _full_year(pattern: str, value: int, digits: int) -> int:
    """A year of fewer than four digits, brought near 2020 (9.8's usage notes)."""
    if len(pattern) == 4 or digits > len(pattern.lstrip("I")) > 0 or digits >= 4 or value < 0:
        return value
    if value < 70:
        return value + 2000
    if value < 100:
        return value + 1900
    return value + 2000 if value < 520 else value + 1000


class _Assembler:
    def __init__(
        self, text: str, values: dict[str, int], bc: bool, pm: bool | None, clock12: bool
    ) -> None:
        self._text = text
        self._values = values
        self._bc = bc
        self._pm = pm
        self._clock12 = clock12

    def moment(self) -> Read:
        days = self._days()
        seconds = self._seconds()
        micros = (days * 86_400 + seconds) * 1_000_000 + self._values.get("US", 0)
        offset = None
        if "TZH" in self._values:
            offset = self._values["TZH"] * 3600 + self._values.get("TZM", 0) * 60
            offset *= self._values["TZS"]
        return Read(micros, offset)

    def _out_of_range(self) -> Fault:
        return Fault("22008", f'date/time field value out of range: "{self._text}"')

    def _seconds(self) -> int:
        values = self._values
        if "SSSS" in values:
            if not 0 <= values["SSSS"] < 86_400:
                raise self._out_of_range()
            return values["SSSS"]
        hour = values.get("HH24", values.get("HH", 0))
        if self._clock12 and "HH24" not in values:
            if "HH" in values and not 1 <= hour <= 12:
                hint = "Use the 24-hour clock, or give an hour between 1 and 12."
                raise _invalid(f'hour "{hour}" is invalid for the 12-hour clock', hint)
            hour = hour % 12 + (12 if self._pm else 0)
        minute, second = values.get("MI", 0), values.get("SS", 0)
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise self._out_of_range()
        return hour * 3600 + minute * 60 + second

    def _year(self) -> int:
        """The year, with 0 for 1 BC."""
        values = self._values
        if "CC" in values:
            return self._century_year(values["CC"])
        year = values.get("YYYY", 0)
        if self._bc and year > 0:
            return 1 - year
        return year + 1 if year < 0 else year

    def _century_year(self, century: int) -> int:
        if self._bc:
            century = -century
        within = self._values.get("YYYY")
        if within is not None:
            within %= 100
            base = (century - 1) * 100 if within else century * 100
            return base + within
        return (century - 1) * 100 + 1

    def _days(self) -> int:
        values = self._values
        if "J" in values:
            return values["J"] - 2_440_588
        if "IYYY" in values or "IW" in values or "IDDD" in values:
            return self._iso_days()
        year = self._year()
        if "DDD" in values:
            limit = 366 if is_leap(year) else 365
            if not 1 <= values["DDD"] <= limit:
                raise self._out_of_range()
            return days_from_civil(year, 1, 1) + values["DDD"] - 1
        if "WW" in values:
            return days_from_civil(year, 1, 1) + (values["WW"] - 1) * 7
        month, day = values.get("MM", 1), values.get("DD", 1)
        if "W" in values and "DD" not in values:
            day = (values["W"] - 1) * 7 + 1
        if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
            raise self._out_of_range()
        return days_from_civil(year, month, day)

    def _iso_days(self) -> int:
        values = self._values
        year = values.get("IYYY", 0)
        if "IDDD" in values:
            return iso_week_start(year, 1) + values["IDDD"] - 1
        return iso_week_start(year, values.get("IW", 1)) + values.get("ID", 1) - 1
