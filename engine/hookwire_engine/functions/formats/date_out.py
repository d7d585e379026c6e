"""to_char of dates and intervals (PostgreSQL 9.8)."""

from __future__ import annotations

from collections.abc import Callable

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.formats.moment import Moment, iso_week
from hookwire_engine.functions.formats.template import Node, Template, read_template

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ROMAN = ("XII", "XI", "X", "IX", "VIII", "VII", "VI", "V", "IV", "III", "II", "I")


def write_moment(template: str, moment: Moment) -> str | None:
    """`moment` in the form of `template`; None for an empty one."""
    if not template:
        return None
    return _write(read_template(template), moment)


def _write(template: Template, moment: Moment) -> str:
    parts = []
    for node in template.nodes:
        if node.pattern:
            if moment.interval and node.pattern in _NOT_FOR_INTERVALS:
                hint = "Intervals are not tied to specific calendar dates."
                raise Fault("22007", "invalid format specification for an interval value", hint)
            parts.append(_WRITERS[node.pattern](node, moment))
        else:
            parts.append(node.text)
    return "".join(parts)


def _number(node: Node, value: int, width: int) -> str:
    """Zero-padded unless FM; a sign does not count; with the ordinal ending when asked for."""
    shown = f"{value:0{width + (value < 0)}d}" if node.fill else str(value)
    return shown + ordinal_ending(shown, node.ordinal)


def ordinal_ending(digits: str, ending: str) -> str:
    """st, nd, rd or th after a number, in the case of `ending`; nothing when it is empty."""
    if not ending:
        return ""
    last, before = digits[-1], digits[-2:-1]
    found = {"1": "st", "2": "nd", "3": "rd"}.get(last, "th") if before != "1" else "th"
    return found.upper() if ending.isupper() else found


def _cased(node: Node, name: str) -> str:
    if node.text.isupper():
        return name.upper()
    return name.lower() if node.text.islower() else name


def _name(names: tuple[str, ...], pick: Callable[[Moment], int], width: int, short: bool):  # type: ignore[no-untyped-def]
    def write(node: Node, moment: Moment) -> str:
        name = names[pick(moment)]
        shown = _cased(node, name[:3] if short else name)
        return shown.ljust(width) if node.fill and not short else shown

    return write


def _year(digits: int, iso: bool) -> Callable[[Node, Moment], str]:
    def write(node: Node, moment: Moment) -> str:
        year = iso_week(moment.days)[0] if iso else moment.year
        if not moment.interval and year <= 0:
            year = 1 - year
        if digits == 4:
            return _number(node, year, 4)
        return _number(node, abs(year) % 10**digits, digits)

    return write


def _comma_year(node: Node, moment: Moment) -> str:
    year = moment.year if moment.interval or moment.year > 0 else 1 - moment.year
    thousands, rest = divmod(year, 1000)
    shown = f"{thousands},{rest:03d}"
    return shown + ordinal_ending(shown, node.ordinal)


def _century(node: Node, moment: Moment) -> str:
    if moment.interval:
        century = moment.year // 100
    elif moment.year > 0:
        century = (moment.year - 1) // 100 + 1
    else:
        century = -((0 - moment.year) // 100 + 1)
    return _number(node, century, 2)


def _half_day(node: Node, moment: Moment) -> str:
    half = "PM" if moment.hour % 24 >= 12 else "AM"
    return _dotted(node, half)


def _era(node: Node, moment: Moment) -> str:
    return _dotted(node, "BC" if moment.year <= 0 else "AD")


def _dotted(node: Node, word: str) -> str:
    shown = ".".join(word) + "." if "." in node.text else word
    return shown.lower() if node.text.islower() else shown


def _roman(node: Node, moment: Moment) -> str:
    if moment.month == 0 and moment.year == 0:
        return ""
    shown = ROMAN[-(moment.month or 12)] if moment.month > 0 else ROMAN[-moment.month - 1]
    shown = shown.lower() if node.text.islower() else shown
    return shown.ljust(4) if node.fill else shown


def _hour12(node: Node, moment: Moment) -> str:
    if moment.hour % 12 == 0:
        return _number(node, 12, 2)
    hour = moment.hour % 12 if moment.hour > 0 else -(-moment.hour % 12)
    return _number(node, hour, 2)


def _zone(node: Node, moment: Moment) -> str:
    return moment.zone.lower() if node.text.islower() else moment.zone


def _offset(node: Node, moment: Moment) -> str:
    seconds = abs(moment.offset or 0)
    shown = f"{seconds // 3600:02d}" if node.fill else str(seconds // 3600)
    minutes = seconds % 3600 // 60
    return f"{_sign(moment)}{shown}" + (f":{minutes:02d}" if minutes else "")


def _sign(moment: Moment) -> str:
    return "-" if (moment.offset or 0) < 0 else "+"


def _plain(value: Callable[[Moment], int], width: int) -> Callable[[Node, Moment], str]:
    return lambda node, moment: _number(node, value(moment), width)


def _fraction(digits: int) -> Callable[[Node, Moment], str]:
    def write(node: Node, moment: Moment) -> str:
        # FM leaves a fraction its zeros.
        shown = f"{moment.micro // 10 ** (6 - digits):0{digits}d}"
        return shown + ordinal_ending(shown, node.ordinal)

    return write


def _seconds_of_day(moment: Moment) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


_WRITERS: dict[str, Callable[[Node, Moment], str]] = {
    "HH24": _plain(lambda m: m.hour, 2),
    "HH12": _hour12,
    "HH": _hour12,
    "MI": _plain(lambda m: m.minute, 2),
    "SS": _plain(lambda m: m.second, 2),
    "MS": _fraction(3),
    "US": _fraction(6),
    **{f"FF{n}": _fraction(n) for n in range(1, 7)},
    "SSSS": _plain(_seconds_of_day, 0),
    "SSSSS": _plain(_seconds_of_day, 0),
    **dict.fromkeys(("AM", "PM", "A.M.", "P.M."), _half_day),
    **dict.fromkeys(("AD", "BC", "A.D.", "B.C."), _era),
    "Y,YYY": _comma_year,
    "YYYY": _year(4, False), "YYY": _year(3, False), "YY": _year(2, False), "Y": _year(1, False),
    "IYYY": _year(4, True), "IYY": _year(3, True), "IY": _year(2, True), "I": _year(1, True),
    "MONTH": _name(MONTHS, lambda m: m.month - 1, 9, False),
    "MON": _name(MONTHS, lambda m: m.month - 1, 3, True),
    "MM": _plain(lambda m: m.month, 2),
    "DAY": _name(DAYS, lambda m: m.weekday, 9, False),
    "DY": _name(DAYS, lambda m: m.weekday, 3, True),
    "DDD": _plain(lambda m: m.day_of_year, 3),
    "IDDD": _plain(lambda m: (iso_week(m.days)[1] - 1) * 7 + (m.weekday or 7), 3),
    "DD": _plain(lambda m: m.day, 2),
    "D": _plain(lambda m: m.weekday + 1, 1),
    "ID": _plain(lambda m: m.weekday or 7, 1),
    "W": _plain(lambda m: (m.day - 1) // 7 + 1, 1),
    "WW": _plain(lambda m: (m.day_of_year - 1) // 7 + 1, 2),
    "IW": _plain(lambda m: iso_week(m.days)[1], 2),
    "CC": _century,
    "J": _plain(lambda m: m.julian, 0),
    "Q": _plain(lambda m: (m.month - 1) // 3 + 1, 1),
    "RM": _roman,
    "TZ": _zone,
    "TZH": lambda node, m: f"{_sign(m)}{abs(m.offset or 0) // 3600:02d}",
    "TZM": _plain(lambda m: abs(m.offset or 0) % 3600 // 60, 2),
    "OF": _offset,
}  # fmt: skip

_NOT_FOR_INTERVALS = frozenset(
    ("MONTH", "MON", "DAY", "DY", "D", "ID", "TZ", "TZH", "TZM", "OF", "AD", "BC", "A.D.", "B.C.")
)

_STRFTIME = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I", "HH": "%I",
    "MI": "%M", "SS": "%S", "MS": "%g", "US": "%f", "DDD": "%j", "IW": "%V", "IYYY": "%G",
    "ID": "%u",
}  # fmt: skip
_STRFTIME_NAMES = {"Mon": "%b", "Dy": "%a", "AM": "%p", "PM": "%p", "FMMonth": "%B", "FMDay": "%A"}


def as_strftime(template: str) -> str | None:
    """The same template for DuckDB's strftime; None when it has no way to say it."""
    parts = []
    for node in read_template(template).nodes:
        if not node.pattern:
            parts.append(node.text.replace("%", "%%"))
            continue
        name = node.text if node.fill else "FM" + node.text
        found = _STRFTIME_NAMES.get(name)
        if found is None and node.fill:
            found = _STRFTIME.get(node.pattern)
        if found is None or node.ordinal:
            return None
        parts.append(found)
    # An empty format is an error of strftime's.
    return "".join(parts) or None
