"""to_char of numbers (PostgreSQL 9.8)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.formats.date_out import ordinal_ending
from hookwire_engine.functions.formats.number_template import (
    NumberTemplate,
    read_number_template,
)

_CONTEXT = Context(prec=1000)
_OVERFLOW = "#" * 15
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def number_to_char(text: str, template: str) -> str:
    """A decimal text in the form of `template`."""
    return _write(Decimal(text), read_number_template(template), None)


def float_to_char(value: float, template: str) -> str:
    return _float(value, template, 15)


def float4_to_char(value: float, template: str) -> str:
    return _float(value, template, 6)


def _float(value: float, template: str, digits: int) -> str:
    read = read_number_template(template)
    if value != value or value in (float("inf"), float("-inf")):
        return _not_a_number(value, read)
    return _write(Decimal(value), read, digits)


def _not_a_number(value: float, template: NumberTemplate) -> str:
    if template.roman:
        return _OVERFLOW
    if template.exponent:
        return " " + "#" * (template.before or 1) + "." + "#" * (template.after + 4)
    word = "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    width = template.before
    shown = word if len(word) <= width else "#" * width
    return shown.rjust(width + template.fill)


def _write(value: Decimal, template: NumberTemplate, digits: int | None) -> str:
    how = ROUND_HALF_UP if digits is None else ROUND_HALF_EVEN
    if template.roman:
        return _roman(value, template, how)
    if template.exponent:
        return _scientific(value, template, how)
    before, after = template.before + template.shift, template.after
    value = value.scaleb(template.shift, _CONTEXT)
    if digits is not None:
        whole = len(str(int(abs(value).to_integral_value(ROUND_HALF_EVEN))))
        after = 0 if whole >= digits else min(after, digits - whole)
    rounded = abs(value).quantize(Decimal(1).scaleb(-after), how, _CONTEXT)
    number = format(rounded, "f")
    whole = len(number.partition(".")[0])
    if whole > before:
        number = "#" * before + "." + "#" * template.after
        whole = before
    negative = value.is_signed() if digits is not None else value < 0 and bool(rounded)
    return _Writer(template, number, before - whole, negative).run()


class _Writer:
    """Writes one number. `blanks` places come before its first digit."""

    def __init__(self, template: NumberTemplate, number: str, blanks: int, negative: bool) -> None:
        self._template = template
        self._number = number
        self._blanks = blanks
        self._negative = negative
        self._place = 0
        self._at = 0
        self._in_number = False
        self._ended = False
        self._out: list[str] = []
        separate = template.minus or template.plus
        self._sign_due = not separate or (template.plus and not template.minus)
        self._bracket = template.bracket and (negative or template.fill)
        if not separate and not negative and not template.fill and not template.sign:
            self._sign_due = False
        self._sign_last = template.sign == "after" or (
            template.sign == "before" and template.before == template.places_before_sign
        )
        self._last = self._last_relevant()
        self._places = template.before + template.shift + template.after + template.decimal

    def _last_relevant(self) -> int | None:
        """With FM, the place in the number after which digits are dropped; the point at least."""
        if self._template.fill or not self._template.decimal:
            return None
        point = self._number.find(".")
        if point < 0:
            return None
        last = len(self._number.rstrip("0")) - 1
        until = self._template.zero_until - self._blanks
        if self._template.zero_until > self._blanks:
            last = max(last, min(until, len(self._number) - 1))
        return last

    def run(self) -> str:
        for name, literal in self._template.nodes:
            if not name:
                self._out.append(literal)
            elif name in ("0", "9", ".", "D"):
                self._digit_place(name)
                if self._ended:
                    # PostgreSQL's text ends where a place finds no digit left.
                    break
            else:
                self._other(name)
        return "".join(self._out)

    def _other(self, name: str) -> None:
        fill = self._template.fill
        if name in (",", "G"):
            if self._in_number or fill:
                self._out.append("," if self._in_number else " ")
        elif name == "L":
            self._out.append(" ")
        elif name == "MI":
            self._out.append("-" if self._negative else " " if fill else "")
        elif name == "PL":
            self._out.append("+" if not self._negative else " " if fill else "")
        elif name == "SG":
            self._out.append("-" if self._negative else "+")
        elif name in ("TH", "th") and self._has_ordinal():
            self._out.append(ordinal_ending(self._number, name))

    def _has_ordinal(self) -> bool:
        plain = not self._negative and not self._template.decimal
        return plain and not self._number.startswith("#")

    def _before_digits(self) -> bool:
        """Whether the place is left of the number, with no 0 in the template yet."""
        zero = self._template.zero_from
        return self._place < self._blanks and (zero is None or zero > self._place)

    def _hidden_zero(self) -> bool:
        """The single zero before the point, which `9` does not show."""
        return (
            self._template.zero_from is None
            and self._at == 0
            and self._number.startswith("0")
            and self._template.after != 0
        )

    def _digit_place(self, name: str) -> None:
        self._in_number = False
        self._maybe_sign()
        if self._before_digits():
            self._out.append(" " if self._template.fill else "")
        elif self._place < self._blanks:
            self._out.append("0")
            self._in_number = True
        else:
            self._next_character(name)
        self._place += 1
        if self._place == self._places:
            self._closing()

    def _maybe_sign(self) -> None:
        if not self._sign_due or self._before_digits():
            return
        point_last = self._last is not None and self._number[self._last] == "."
        if self._hidden_zero() and self._place >= self._blanks and not point_last:
            return
        if self._template.sign:
            if self._sign_last:
                return
            self._out.append("-" if self._negative else "+")
        elif self._template.bracket:
            if self._bracket:
                self._out.append("<" if self._negative else " ")
        elif self._template.plus:
            self._out.append("-" if self._negative else " " if self._template.fill else "")
        else:
            self._out.append("-" if self._negative else " " if self._template.fill else "")
        self._sign_due = False

    def _next_character(self, name: str) -> None:
        if self._at >= len(self._number):
            self._ended = True
            return
        character = self._number[self._at]
        point_last = self._last is not None and self._number[self._last] == "."
        if character == ".":
            self._out.append(".")
        elif self._last is not None and self._at > self._last and name != "0":
            pass
        elif self._hidden_zero():
            self._out.append(" " if self._template.fill else "0" if point_last else "")
        else:
            self._out.append(character)
            self._in_number = True
        self._at += 1

    def _closing(self) -> None:
        if self._template.bracket and self._bracket:
            self._out.append(">" if self._negative else " ")
        elif self._template.sign and self._sign_last:
            self._out.append("-" if self._negative else "+")


def _scientific(value: Decimal, template: NumberTemplate, how: str) -> str:
    digits = Context(prec=template.after + 1, rounding=how).plus(value)
    shown = f"{digits:.{template.after}e}" if value else f"{0:.{template.after}e}"
    mantissa, _, exponent = shown.partition("e")
    power = int(exponent)
    shown = f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
    return shown if shown.startswith("-") else " " + shown


def _roman(value: Decimal, template: NumberTemplate, how: str) -> str:
    number = int(value.to_integral_value(how))
    if not 0 < number < 4000:
        return _OVERFLOW
    parts = []
    for size, letters in _ROMAN:
        while number >= size:
            parts.append(letters)
            number -= size
    shown = "".join(parts)
    return shown.rjust(15) if template.fill else shown


def refuse_for_input(template: NumberTemplate) -> None:
    """What to_number does not read."""
    for name, present in (("EEEE", template.exponent), ("RN", template.roman)):
        if present:
            raise Fault("0A000", f'"{name}" not supported for input')
